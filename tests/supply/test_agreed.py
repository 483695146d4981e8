"""What was agreed for a season beside what is ordered, week by week."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from mainstay.supply.agreed import Followed, followed
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


def test_a_category_holds_all_its_products_and_an_interval_that_nobody_kept_is_a_third() -> None:
    rows = [
        order(date(2026, 3, 3), 50.0),
        {**order(date(2026, 3, 3), 70.0), "product_id": "Q", "unit": None},
    ]
    plans = [plan(3, product_id=None, low=None, high=None)]
    found = one(rows, date(2026, 3, 1) + timedelta(days=31), plans)
    assert found.ordered == 120.0
    assert found.high - found.agreed == pytest.approx(1.2816 * 310 / 3)
