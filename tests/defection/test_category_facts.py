"""What is known of a category at past dates, against the kernel that looks at what came."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pytest

from mainstay import Ledger
from mainstay.defection.category_facts import PastCategories
from mainstay.defection.category_outcomes import CategoryAftermath
from mainstay.defection.outcomes import FACTS
from mainstay.simulate import Plan, histories

PLAN = Plan(accounts=30, weeks=80, orders_a_year=26, losses_a_year=0.3)
END = PLAN.begin + timedelta(weeks=PLAN.weeks)
DATES = (END - timedelta(weeks=40), END - timedelta(weeks=20))
SAME = (*FACTS, "orders_before", "orders_horizon", "orders_window", "begun")


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return Ledger.from_tables(order_lines=histories(PLAN, seed=8).lines)


def rows(table: pa.Table) -> dict[tuple[str, str], dict]:
    listed = table.set_column(
        table.schema.get_field_index("category"), "category", table["category"].cast(pa.string())
    )
    return {(r["account_id"], r["category"]): r for r in listed.to_pylist()}


@pytest.mark.parametrize("place", [0, 1])
def test_the_facts_of_the_past_are_those_that_outcomes_are_told_from(
    ledger: Ledger, place: int
) -> None:
    on = DATES[place]
    past = ledger.map_accounts(
        PastCategories(DATES, 8, END), columns=PastCategories.columns, as_of=END
    )
    mine = rows(past.filter(pa.array([i == place for i in past["date_index"].to_pylist()])))
    other = rows(
        ledger.map_accounts(
            CategoryAftermath(on, 8, PLAN.begin, END), columns=("category", "kind"), as_of=END
        )
    )
    both = mine.keys() & other.keys()
    assert len(both) == len(other) > 30
    for key in both:
        assert [mine[key][n] for n in SAME] == pytest.approx([other[key][n] for n in SAME])
        last = other[key]["last_order_on"]
        assert mine[key]["last_day"] == last


def test_the_account_s_orders_since_the_category_s_last(ledger: Ledger) -> None:
    on = DATES[1]
    past = rows(
        ledger.map_accounts(
            PastCategories((on,), 8, END), columns=PastCategories.columns, as_of=END
        )
    )
    for row in past.values():
        assert 0 <= row["orders_26"] <= row["orders_52"]
        assert row["orders_before"] <= row["orders_52"]
    assert any(row["orders_since"] > 2 for row in past.values())
    account = next(iter(past))[0]
    # Something was in the account's last order, of its categories that are told of or of few others.
    assert min(r["orders_since"] for (a, _), r in past.items() if a == account) < 3
