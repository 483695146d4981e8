"""Stock plans reckoned by hand: deliveries, safety stock, lots, latest days, and what can't be planned."""

from __future__ import annotations

import math
from datetime import date
from statistics import NormalDist
from typing import Any

import pyarrow as pa
import pytest

from mainstay.core.errors import InvalidSetting
from mainstay.supply.forecast import LINES, Forecast
from mainstay.supply.stock_plan import Lead, Supplied, Terms, in_lots, stock_plan
from mainstay.supply.units import Lots, Units

AS_OF = date(2026, 1, 10)
UNITS = Units({("P", "box"): 6.0}, {"P": "pc"}, {})
JUNE = Terms(date(2026, 6, 1), date(2026, 7, 31), production_days=20)


def found(units: Units = UNITS, measure: str = "quantity", **changes: Any) -> Forecast:
    rows = [
        {
            "account_id": "A", "product_id": "P", "name": "Tap", "category": "taps", "unit": "pc",
            "month": date(2026, month, 1), "price": 2.0, "expected": 100.0, "low": 80.0, "high": 120.0,
            "deviation": 10.0, "naive": 90.0, "last_year": 90.0, "thin": False, **changes,
        }
        for month in range(1, 13)
    ]  # fmt: skip
    meta = {"as_of": str(AS_OF), "months": 12, "measure": measure, "account_id": "A"}
    return Forecast(pa.Table.from_pylist(rows, LINES), pa.table({}), meta, units=units)


def rows(
    terms: Terms = JUNE, supplied: Supplied | None = None, units: Units = UNITS
) -> list[dict[str, Any]]:
    return stock_plan(found(units), terms, supplied or Supplied()).rows.to_pylist()


def safety(service: float, lead: float = 14.0, spread: float = 4.0) -> float:
    month = 365.25 / 12
    z = NormalDist().inv_cdf(service)
    return z * math.sqrt((lead / month + 1) * 10.0**2 + (100.0 * spread / month) ** 2)


def test_a_delivery_lifts_the_stock_to_the_need_and_the_safety_stock() -> None:
    first, second = rows(Terms(JUNE.first, JUNE.last, opening={"P": (5, "box")}))
    assert first["opening"] == 30.0
    assert first["safety"] == pytest.approx(safety(0.95))
    assert first["delivery"] == math.ceil(100 + safety(0.95) - 30)
    assert second["opening"] == pytest.approx(30 + first["delivery"] - 100)
    # From then on what is needed is delivered.
    assert second["delivery"] == pytest.approx(100, abs=1)
    assert first["opening_told"]
    surer = rows(Terms(JUNE.first, JUNE.last, service=0.99))[0]
    assert surer["safety"] == pytest.approx(safety(0.99))
    assert not surer["opening_told"]


def test_nobody_keeps_more_safety_stock_than_a_mean_month() -> None:
    plan = stock_plan(found(deviation=200.0), JUNE, Supplied())
    first = plan.rows.to_pylist()[0]
    assert (first["safety"], first["capped"]) == (100.0, True)
    assert first["delivery"] == 200.0
    assert any("a mean month is planned" in str(text) for text in plan.told)


def test_days_are_reckoned_backwards_from_the_first_of_the_month() -> None:
    lead = Supplied({"P": Lead(10.0, 2.0, 40)})
    one = rows(supplied=lead)[0]
    assert one["deliver_by"] == date(2026, 6, 1)
    assert one["ship_by"] == date(2026, 5, 18)  # 10 days and 1.645 × 2
    assert one["produce_by"] == date(2026, 4, 28)
    assert not one["too_late"]
    soon = rows(Terms(date(2026, 2, 1), date(2026, 3, 1), production_days=90), lead)
    assert [row["too_late"] for row in soon] == [True, True]


def test_stock_of_ours_below_zero_is_promised_already_and_what_comes_goes_there_first() -> None:
    ours = Supplied({}, {"P": -50.0}, {"P": ((date(2026, 3, 1), 120.0),)})
    first, second = rows(supplied=ours)
    assert first["available"] == 70.0
    assert first["short"] == pytest.approx(first["delivery"] - 70.0)
    assert second["available"] == pytest.approx(70.0 - first["delivery"])
    assert second["short"] == second["delivery"]
    # What we have needs no production: only the day of sending counts.
    plenty = Supplied({"P": Lead(2.0, 0.5, 9)}, {"P": 9000.0}, {})
    told = rows(Terms(date(2026, 2, 1), date(2026, 3, 1), production_days=60), plenty)
    assert [row["short"] for row in told] == [0.0, 0.0]
    assert not told[1]["too_late"]


@pytest.mark.parametrize(
    ("wanted", "lots", "delivered"),
    [
        (10.2, Lots(), 11),
        (10.0, Lots(pack=6), 12),
        (3.0, Lots(pack=6, minimum=30), 30),
        (100.0, Lots(pack=6, pallet=480), 102),
        (336.0, Lots(pack=6, pallet=480), 480),  # seven tenths of a pallet
        (500.0, Lots(pack=6, pallet=480), 504),
        (960.0, Lots(pallet=480), 960),
    ],
)
def test_whole_packs_minimum_lots_and_pallets(wanted: float, lots: Lots, delivered: float) -> None:
    assert in_lots(wanted, lots) == delivered


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (Terms(date(2025, 12, 1), date(2026, 3, 1)), "choose 2026-02 or a later month"),
        (Terms(date(2026, 1, 1), date(2026, 3, 1)), "choose 2026-02 or a later month"),
        (Terms(date(2026, 5, 1), date(2026, 4, 1)), "before it begins"),
        (Terms(date(2026, 5, 1), date(2027, 1, 1)), "no more than 12 months"),
        (Terms(date(2026, 5, 1), date(2026, 6, 1), service=1.0), "service level"),
        (Terms(date(2026, 5, 1), date(2026, 6, 1), production_days=-1), "Production can't take"),
        (Terms(date(2026, 5, 1), date(2026, 6, 1), opening={"P": (-3, None)}), "0 or more"),
        (Terms(date(2026, 5, 1), date(2026, 6, 1), opening={"P": (3, "crate")}), "does not convert"),
        (Terms(date(2026, 5, 1), date(2026, 6, 1), opening={"Q": (3, None)}), "Product Q is not in the forecast"),
    ],
)  # fmt: skip
def test_what_can_not_be_planned_is_said_in_a_sentence(terms: Terms, said: str) -> None:
    with pytest.raises(InvalidSetting) as error:
        stock_plan(found(), terms, Supplied())
    assert said in str(error.value.text)


def test_without_quantities_there_is_no_stock_to_plan() -> None:
    with pytest.raises(InvalidSetting, match="no quantities"):
        stock_plan(found(measure="amount"), JUNE, Supplied())


def test_it_says_what_was_not_told() -> None:
    told = [str(text) for text in stock_plan(found(), JUNE, Supplied()).told]
    assert told[0].startswith("Of 1 product their stock is not told")
    assert any("14 days" in one for one in told)
