"""What was agreed for a season beside what is ordered, week by week."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from mainstay.supply.agreed import Followed, followed
from mainstay.supply.season_orders import season_orders
from mainstay.supply.units import Units

UNITS = Units({("P", "box"): 6.0}, {"P": "pc"}, {})
LINES = pa.schema(
    [
        ("product_id", pa.string()),
        ("category", pa.string()),
        ("ordered_on", pa.date32()),
        ("quantity", pa.float64()),
        ("unit", pa.string()),
        ("kind", pa.string()),
        ("order_id", pa.string()),
        ("due_until", pa.date32()),
    ]
)
GOT = pa.schema(
    [
        ("product_id", pa.string()),
        ("delivered_on", pa.date32()),
        ("quantity_delivered", pa.float64()),
    ]
)


def plan(month: int, quantity: float = 310.0, **also: Any) -> dict[str, Any]:
    return {
        "plan_id": "S", "account_id": "A", "product_id": "P", "category": "taps",
        "month": date(2026, month, 1), "quantity": quantity, "unit": "pc", "low": quantity - 100,
        "high": quantity + 100, "agreed_on": date(2026, 2, 20), **also,
    }  # fmt: skip


def order(on: date, quantity: float, unit: str = "pc", kind: str = "sale") -> dict[str, Any]:
    return {
        "product_id": "P", "category": "taps", "ordered_on": on, "quantity": quantity, "unit": unit, "kind": kind,
    }  # fmt: skip


def one(
    rows: list[dict[str, Any]], today: date, plans: list[dict[str, Any]] | None = None, **also: Any
) -> Followed:
    got = pa.Table.from_pylist(also.get("got", []), GOT)
    found = followed(
        plans or [plan(3), plan(4, 300.0)], pa.Table.from_pylist(rows, LINES), got, UNITS, today
    )
    assert len(found) == 1
    return found[0]


def test_what_is_agreed_so_far_grows_with_the_days_and_its_interval_with_their_root() -> None:
    found = one([], date(2026, 3, 17))
    assert found.agreed == pytest.approx(310 * 16 / 31)
    # ± 100 is the interval of the month: of 16 of 31 days √(16/31) of it.
    assert found.high - found.agreed == pytest.approx(100 * (16 / 31) ** 0.5)
    assert found.whole == 610.0
    assert (found.first, found.last) == (date(2026, 3, 1), date(2026, 4, 30))
    assert found.weeks[0].agreed == pytest.approx(70.0)
    assert found.weeks[-1].until == date(2026, 5, 1)
    assert found.weeks[-1].ordered is None


@pytest.mark.parametrize(
    ("ordered", "state"), [(160.0, "on"), (20.0, "below"), (290.0, "above"), (231.0, "on")]
)
def test_a_warning_comes_beyond_the_interval_and_not_before(ordered: float, state: str) -> None:
    assert one([order(date(2026, 3, 9), ordered)], date(2026, 3, 17)).state == state


def test_the_first_two_weeks_tell_nothing_and_the_end_is_an_end() -> None:
    assert one([], date(2026, 2, 25)).state == "before"
    assert one([], date(2026, 3, 14)).state == "early"
    whole = [order(date(2026, 3, 9), 305.0), order(date(2026, 4, 9), 305.0)]
    assert one(whole, date(2026, 6, 1)).state == "over"
    assert one(whole[:1], date(2026, 6, 1)).state == "below"


def test_units_returns_days_and_deliveries_count_as_they_should() -> None:
    rows = [
        order(date(2026, 2, 19), 999.0),  # before it was agreed
        order(date(2026, 2, 25), 60.0),  # for the season
        order(date(2026, 3, 3), 10.0, "box"),
        order(date(2026, 3, 4), 20.0, kind="return"),
        order(date(2026, 3, 5), 7.0, "crate"),
        order(date(2026, 3, 6), 1.0, kind="fee"),
        order(date(2026, 3, 20), 500.0),  # today, and not known yet
    ]
    got = [
        {"product_id": "P", "delivered_on": date(2026, 3, 8), "quantity_delivered": 55.0},
        {"product_id": "Q", "delivered_on": date(2026, 3, 8), "quantity_delivered": 9.0},
    ]
    found = one(rows, date(2026, 3, 20), got=got)
    assert found.ordered == 60 + 60 - 20
    assert found.left_out == 1
    assert found.delivered == 55.0


def test_a_season_agreed_late_is_judged_two_weeks_later_and_not_at_once() -> None:
    late = [plan(3, agreed_on=date(2026, 3, 24)), plan(4, agreed_on=date(2026, 3, 24))]
    assert one([], date(2026, 3, 25), late).state == "early"
    assert one([], date(2026, 4, 8), late).state == "below"
    # What they ordered in the season before the agreement is part of it.
    assert one([order(date(2026, 3, 3), 380.0)], date(2026, 4, 8), late).state == "on"


def test_stock_before_the_season_and_safety_stock_need_no_orders() -> None:
    need = {"low": 210.0, "high": 410.0}
    loaded = [plan(3, 500.0, **need), plan(4, 310.0, **need)]  # 190 of safety stock
    so_far = [order(date(2026, 3, 9), 480.0)]
    assert one(so_far, date(2026, 5, 1), loaded).state == "over"
    assert one(so_far, date(2026, 5, 1), [plan(3, 500.0), plan(4, 310.0)]).state == "below"
    told = [plan(month, 310.0, opening_stock=150.0, **need) for month in (3, 4)]
    assert one([order(date(2026, 3, 9), 330.0)], date(2026, 5, 1), told).state == "over"
    # Who agreed on far more than that is held to it.
    much = [plan(3, 900.0, **need), plan(4, 900.0, **need)]
    assert one([order(date(2026, 3, 9), 620.0)], date(2026, 5, 1), much).state == "below"


def test_what_was_on_order_or_came_later_counts_once() -> None:
    def line(order_id: str, on: date, quantity: float) -> dict[str, Any]:
        return {**order(on, quantity), "order_id": order_id}

    january = date(2026, 1, 20)
    sold = [line("1", january, 40.0), line("2", january, 7.0), line("3", january, 20.0)]
    waits = [line("3", january, 20.0), line("4", date(2026, 2, 10), 30.0)]
    came = [("1", date(2026, 3, 2)), ("2", date(2026, 2, 1))]
    deliveries = pa.table(
        {
            "order_id": [order_id for order_id, _on in came],
            "product_id": ["P", "P"],
            "delivered_on": [on for _order, on in came],
        }
    )
    names = LINES.remove(LINES.get_field_index("due_until"))
    lines, on_order = (pa.Table.from_pylist(some, names) for some in (sold, waits))
    rows = season_orders(lines, on_order, deliveries).to_pylist()
    assert one(rows, date(2026, 3, 10)).ordered == 40 + 20 + 30


def test_a_category_holds_all_its_products_and_an_interval_that_nobody_kept_is_a_third() -> None:
    rows = [
        order(date(2026, 3, 3), 50.0),
        {**order(date(2026, 3, 3), 70.0), "product_id": "Q", "unit": None},
    ]
    plans = [plan(3, product_id=None, low=None, high=None)]
    found = one(rows, date(2026, 3, 1) + timedelta(days=31), plans)
    assert found.ordered == 120.0
    assert found.high - found.agreed == pytest.approx(1.2816 * 310 / 3)
