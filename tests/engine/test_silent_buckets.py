"""A bucket of the store may hold nothing but lines that do not count: it is read as any other."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import seen_cast
from seen import AS_OF, ago

from mainstay import Ledger, assess
from mainstay.defection.aftermath import Aftermath
from mainstay.learning.lives import Lives
from mainstay.learning.spells import Silences
from mainstay.ledger.buckets import SMALL, bucket_of
from mainstay.standing.discontinued import DiscontinuedShare
from mainstay.standing.goods import Goods
from mainstay.standing.history import days_of
from mainstay.standing.needs.mix import Baskets
from mainstay.standing.net_sales import NetSales
from mainstay.standing.pace import Pace
from mainstay.standing.quality.units import Units
from mainstay.standing.rebates import DaySums
from mainstay.standing.season import WeeklyTotals
from mainstay.standing.strategy.lines import Daily
from mainstay.standing.value.earned import Earned
from mainstay.supply.monthly import Monthly

LONG_AGO = date(2000, 1, 1)
NAMES = pa.array(["P0", "P1"])
NO_FACTORS = pa.schema(
    [("product_id", pa.string()), ("unit", pa.string()), ("factor", pa.float64())]
).empty_table()
SILENT = {
    "fees alone": {"kind": "fee", "ordered_on": ago(40)},
    "a sale of years ago": {"ordered_on": ago(4000)},
    "an order of nothing": {"ordered_on": ago(40), "amount": 0.0, "quantity": 0.0},
    "an order after the date": {"ordered_on": ago(-3)},
}
KERNELS = {
    "aftermath": Aftermath(ago(400), 13, LONG_AGO, AS_OF),
    "baskets": Baskets(AS_OF),
    "daily": Daily(0.3),
    "daily of products": Daily(0.3, of_products=True),
    "discontinued": DiscontinuedShare(AS_OF, {"P1": ago(100)}),
    "earned": Earned(AS_OF, 0.3),
    "goods": Goods(AS_OF),
    "lives": Lives(AS_OF, 0.3, 100.0),
    "monthly": Monthly(AS_OF),
    "net sales": NetSales(np.array([days_of(ago(364)), days_of(AS_OF)])),
    "pace": Pace(AS_OF),
    "rebates": DaySums(ago(500), NAMES, pa.array(["taps", "pipes"])),
    "spells": Silences(AS_OF),
    "units": Units(AS_OF, NO_FACTORS),
    "weeks": WeeklyTotals(AS_OF),
}


def with_silent(line: dict[str, Any]) -> tuple[str, Ledger]:
    """An account with one line, in a bucket of its own, beside the cast."""
    rows = seen_cast.cast()
    used = {bucket_of(one["account_id"], SMALL) for one in rows["order_lines"]}
    alone = next(name for name in map(str, range(10_000)) if bucket_of(name, SMALL) not in used)
    sold = {"account_id": alone, "order_id": "F1", "line": "1", "amount": 5.0, "currency": "EUR"}
    one = {**sold, "product_id": "P1", "category": "taps", "kind": "sale", "quantity": 1.0, **line}
    return alone, seen_cast.ledger({**rows, "order_lines": [*rows["order_lines"], one]})


@pytest.fixture(scope="module", params=SILENT.values(), ids=SILENT)
def silent(request: pytest.FixtureRequest) -> tuple[str, Ledger]:
    return with_silent(request.param)


@pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS)
def test_its_rows_are_of_the_types_of_the_others(silent: tuple[str, Ledger], kernel: Any) -> None:
    alone, ledger = silent
    found = ledger.map_accounts(kernel, getattr(kernel, "columns", ()))
    only = ledger.map_accounts(kernel, getattr(kernel, "columns", ()), accounts=[alone])
    assert found.schema == only.schema
    assert len(found) > 0


def test_it_stops_no_assessment(silent: tuple[str, Ledger]) -> None:
    alone, ledger = silent
    without = assess(seen_cast.ledger(), as_of=AS_OF).accounts
    others = assess(ledger, as_of=AS_OF).accounts.filter(pc.field("account_id") != alone)
    assert others["account_id"].equals(without["account_id"])
    assert others["state"].equals(without["state"])
