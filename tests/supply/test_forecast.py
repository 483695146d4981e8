"""The forecast of an account, from a small ledger to months and products, as known at a date."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from seen import add, ledger_of

from mainstay.core.errors import InvalidHistory, InvalidSetting, NotFound
from mainstay.supply.forecast import forecast
from mainstay.supply.monthly import Monthly
from mainstay.supply.supplied import supplied

AS_OF = date(2026, 7, 10)


def line(account: str, on: date, product: str, quantity: float, **also: Any) -> dict[str, Any]:
    return {
        "account_id": account, "ordered_on": on, "amount": 2.0 * quantity, "product_id": product,
        "category": "taps", "quantity": quantity, "unit": "pc", "currency": "EUR", "kind": "sale",
        "order_id": f"{account}{on}", "line": product, **also,
    }  # fmt: skip


def months_before(n: int) -> list[date]:
    on, found = AS_OF.replace(day=5), []
    for _ in range(n):
        on = (on.replace(day=1) - timedelta(days=1)).replace(day=5)
        found.append(on)
    return found[::-1]


def history(**also: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Two years of four accounts, of which A buys 100 of P each month and 10 of Q twice a year."""
    lines = [line(a, on, "P", 100.0) for a in "ABCD" for on in months_before(24)]
    lines += [line("A", on, "Q", 10.0) for on in months_before(24)[5::6]]
    return {"order_lines": lines, **also}


def test_a_steady_account_needs_what_it_has_always_needed() -> None:
    found = forecast(ledger_of(history()), "A", AS_OF, months=3)
    rows = [row for row in found.lines.to_pylist() if row["product_id"] == "P"]
    assert [row["month"] for row in rows] == [date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)]
    for row in rows:
        assert row["expected"] == pytest.approx(100, rel=0.06)
        assert row["low"] <= row["expected"] <= row["high"]
        assert (row["unit"], row["price"], row["thin"]) == ("pc", 2.0, False)
    rare = [row for row in found.lines.to_pylist() if row["product_id"] == "Q"]
    assert all(row["thin"] for row in rare)
    assert sum(row["expected"] for row in rare) < 15
    # Products add up to the account's months, in money.
    total = {row["month"]: row["expected"] for row in found.months.to_pylist() if row["expected"]}
    for month, money in total.items():
        parts = [
            row["expected"] * row["price"]
            for row in found.lines.to_pylist()
            if row["month"] == month
        ]
        assert sum(parts) == pytest.approx(money)


def test_what_comes_later_or_is_told_later_changes_nothing() -> None:
    ledger = ledger_of(history())
    before = forecast(ledger, "A", AS_OF, months=2)
    later = [line("A", AS_OF + timedelta(days=n), "P", 5000.0) for n in range(3)]
    told = [
        {"account_id": "A", "month": AS_OF + timedelta(days=40), "quantity": 9000.0, "what": "purchases",
         "source": "they", "recorded": AS_OF + timedelta(days=1)},
    ]  # fmt: skip
    products = [{"product_id": "P", "replaced_by": "Q", "recorded": AS_OF + timedelta(days=1)}]
    bigger = ledger_of(
        history(
            order_lines=[*history()["order_lines"], *later], account_volumes=told, products=products
        )
    )
    after = forecast(bigger, "A", AS_OF, months=2)
    assert before.lines == after.lines
    assert before.months == after.months
    # Of the month in which the day lies nothing is used either: it is not over.
    early = [line("A", AS_OF.replace(day=2), "P", 5000.0)]
    same = ledger_of(history(order_lines=[*history()["order_lines"], *early]))
    assert forecast(same, "A", AS_OF, months=2).lines == before.lines


def test_a_plan_that_they_told_in_time_moves_it_half_way() -> None:
    told = [
        {"account_id": "A", "month": on, "amount": 400.0, "what": "purchases", "source": "they"}
        for on in months_before(6)
    ]
    plan = {
        "account_id": "A",
        "month": date(2026, 8, 1),
        "amount": 1200.0,
        "what": "purchases",
        "source": "they",
    }
    ledger = ledger_of(history(account_volumes=[*told]))
    before = forecast(ledger, "A", AS_OF, months=2)
    add(ledger, {"account_volumes": [{**plan, "recorded": AS_OF - timedelta(days=5)}]})
    after = forecast(ledger, "A", AS_OF, months=2)
    then, now = (found.months.to_pylist()[-1] for found in (before, after))
    # Half of their purchases is ours (a little more with Q): 600 of 1,200.
    assert now["expected"] == pytest.approx((then["expected"] + 0.5 * 1200) / 2, rel=0.03)
    assert now["before_told"] == pytest.approx(then["expected"])
    assert "half way" in str(after.told[0])


def test_units_that_convert_are_added_and_those_that_do_not_are_named() -> None:
    boxes = [line("A", on, "P", 5.0, unit="box", line="b") for on in months_before(24)]
    crates = [line("A", on, "P", 1.0, unit="crate", line="c") for on in months_before(3)]
    rows = [*history()["order_lines"], *boxes, *crates]
    conversions = [{"product_id": "P", "unit": "box", "factor": 6.0}]
    found = forecast(
        ledger_of({"order_lines": rows, "unit_conversions": conversions}), "A", AS_OF, months=1
    )
    needed = next(row for row in found.lines.to_pylist() if row["product_id"] == "P")
    assert needed["expected"] == pytest.approx(130, rel=0.06)
    assert "3 order lines are left out" in str(found.left_out[0])
    assert "crate" in str(found.left_out[0])


def test_what_took_the_place_of_a_product_takes_its_orders_and_what_ended_is_not_foretold() -> None:
    products = [
        {"product_id": "P", "replaced_by": "R", "discontinued_on": date(2026, 5, 1)},
        {"product_id": "Q", "discontinued_on": date(2026, 5, 1)},
    ]
    found = forecast(ledger_of(history(products=products)), "A", AS_OF, months=1)
    assert {row["product_id"] for row in found.lines.to_pylist()} == {"R"}


def test_too_little_is_said_and_so_are_months_that_can_not_be() -> None:
    few = [line("A", on, "P", 1.0) for on in months_before(2)]
    with pytest.raises(InvalidHistory, match="too little is known"):
        forecast(ledger_of({"order_lines": few}), "A", AS_OF)
    with pytest.raises(NotFound, match="no account"):
        forecast(ledger_of(history()), "NOBODY", AS_OF)
    with pytest.raises(InvalidSetting):
        forecast(ledger_of(history()), "A", AS_OF, months=13)


def test_without_quantities_it_is_told_in_money() -> None:
    bare = [
        {k: v for k, v in row.items() if k not in ("quantity", "unit")}
        for row in history()["order_lines"]
    ]
    found = forecast(ledger_of({"order_lines": bare}), "A", AS_OF, months=1)
    assert found.meta["measure"] == "amount"
    assert found.months.to_pylist()[-1]["expected"] == pytest.approx(200, rel=0.1)


def test_returns_lower_a_month_and_never_below_nothing() -> None:
    back = [
        line("A", on, "P", 150.0, kind="return", amount=-300.0, line="r") for on in months_before(1)
    ]
    ledger = ledger_of({"order_lines": [*history()["order_lines"], *back]})
    rows = ledger.map_accounts(Monthly(AS_OF), columns=Monthly.columns, as_of=AS_OF, accounts=["A"])
    last = [row for row in rows.to_pylist() if row["product_id"] == "P"][-1]
    assert last["quantity"] == 100.0 - 150.0
    past = [
        row
        for row in forecast(ledger, "A", AS_OF, months=1).months.to_pylist()
        if row["ordered"] is not None
    ]
    assert past[-1]["ordered"] >= 0


def test_lead_times_are_from_the_order_to_the_door_own_before_others() -> None:
    lines = history()["order_lines"]
    deliveries = [
        {"order_id": row["order_id"], "account_id": row["account_id"], "product_id": "P",
         "delivered_on": row["ordered_on"] + timedelta(days=4 if row["account_id"] == "A" else 10),
         "quantity_delivered": 100.0}
        for row in lines if row["product_id"] == "P"
    ]  # fmt: skip
    stock = [
        {"product_id": "P", "on": AS_OF - timedelta(days=9), "on_hand": 500.0},
        {"product_id": "P", "on": AS_OF - timedelta(days=2), "on_hand": -20.0, "inbound": 70.0,
         "inbound_on": AS_OF + timedelta(days=12)},
    ]  # fmt: skip
    ledger = ledger_of(history(deliveries=deliveries, stock=stock))
    found = supplied(ledger, "A", ["P"], AS_OF)
    assert (found.lead["P"].days, found.lead["P"].spread) == (4.0, 0.0)
    assert supplied(ledger, "Z", ["P"], AS_OF).lead["P"].days == pytest.approx(
        (4 + 3 * 10) / 4, abs=0.2
    )
    assert found.on_hand == {"P": -20.0}
    assert found.inbound == {"P": ((AS_OF + timedelta(days=12), 70.0),)}
