"""A stock-out takes what it says, and tells of it."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa

from mainstay.ledger import given
from mainstay.ledger.schema import table
from mainstay.simulate import Stockout, run_out

MONDAY = date(2024, 6, 3)


def test_nobody_buys_what_there_is_none_of() -> None:
    days = [MONDAY + timedelta(days=d) for d in (-1, 0, 6, 13, 14)]
    lines = pa.table(
        {"product_id": ["p"] * 5 + ["q", None], "ordered_on": [*days, days[1], days[1]]}
    )
    left, supply = run_out(lines, [Stockout("p", MONDAY, 2)])
    assert left["ordered_on"].to_pylist() == [days[0], days[4], days[1], days[1]]
    assert given.conformed(table("supply"), supply).to_pylist() == [
        {"product_id": "p", "week": MONDAY, "available": 0.0},
        {"product_id": "p", "week": MONDAY + timedelta(days=7), "available": 0.0},
    ]
    assert run_out(lines, [])[0].equals(lines)
