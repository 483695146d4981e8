"""Rebates: accrued to the cent as the desk has it, the next step, promised and paid, what can't be read."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from seen import AS_OF, add, ago, ledger_of, view_of

from mainstay.core.rebate_rule import parse
from mainstay.standing.value.accruals import accruals
from mainstay.standing.value.forward import forward
from mainstay.standing.value.steps import Scale

RULES = (
    "year: 2% from 100000, 3% from 250000",
    "year: 1%",
    "month: 1% above 50000, 2.5% above 80000, 4% above 80001",
    "quarter: 0.5% from 0, 1% from 10",
)


@pytest.mark.parametrize("rule", RULES)
def test_steps_in_numbers_give_what_the_rule_gives(rule: str):
    part = parse(rule)[0]
    scale = Scale.of(part)
    rng = np.random.default_rng(7)
    sums = [
        0.0,
        -5.0,
        0.01,
        9.99,
        10.0,
        50_000.0,
        80_000.0,
        80_001.0,
        99_999.99,
        100_000.0,
        250_000.0,
    ]
    sums += [round(float(x), 2) for x in rng.uniform(0, 400_000, 200)]
    owed = scale.owed(np.array(sums))
    for amount, found in zip(sums, owed.tolist(), strict=True):
        assert found == pytest.approx(float(part.owed(Decimal(str(amount)))), abs=0.0051)


def line(days: int, amount: float, account: str = "A", **more: Any) -> dict[str, Any]:
    return {"account_id": account, "ordered_on": ago(days), "amount": amount, **more}


def agreed(rule: str, **more: Any) -> dict[str, Any]:
    given = {"agreement_id": "G", "account_id": "A", "from": date(2026, 1, 1), "rebate_rule": rule}
    return {**given, **more}


def found(rows: dict[str, Any], *accounts: str) -> list[dict[str, Any]]:
    table = accruals(view_of(ledger_of(rows), accounts or ("A",))).rows
    return sorted(table.to_pylist(), key=lambda r: (r["agreement_id"], r["part"], r["first_on"]))


def test_the_period_that_runs_tells_what_is_missing_and_what_it_brings():
    rows = {
        # 1,000 on 26 days of the last 26 weeks, all since the first of January
        "order_lines": [line(7 * n + 1, 1000.0) for n in range(25)] + [line(300, 9000.0)],
        "agreements": [agreed("year: 2% from 20000, 3% from 28200")],
    }
    (one,) = found(rows)
    assert (one["first_on"], one["last_on"]) == (date(2026, 1, 1), date(2026, 12, 31))
    assert one["sold"] == 25_000
    assert not one["ended"]
    assert (one["rate"], one["owed"]) == (2.0, 500.0)
    assert (one["next_at"], one["next_rate"], one["missing"]) == (28_200, 3.0, 3_200)
    assert one["gain"] == 846 - 500  # 3% of 28,200 less 2% of 25,000
    assert one["near"]
    days_left = (date(2026, 12, 31) - AS_OF).days + 1
    assert one["expected"] == pytest.approx(25_000 + 25_000 / 182 * days_left)


def test_a_period_that_ended_stands_beside_what_was_promised_and_paid():
    rows = {
        "order_lines": [line(100, 5000.0), line(30, 800.0), line(31, -300.0, kind="return"),
                        line(32, 50.0, kind="fee")],
        "agreements": [agreed("quarter: 10% from 500")],
        "promises": [
            # the first quarter by its code, as the desk writes it
            {"promise_id": "A/G/1/20260331", "account_id": "A", "made_on": ago(200), "kind": "rebate",
             "amount": 500, "due_on": date(2026, 4, 30), "kept_on": date(2026, 5, 2), "kept_amount": 450},
            # of the second, without a name
            {"promise_id": "x", "account_id": "A", "made_on": ago(3), "kind": "rebate", "amount": 50,
             "due_on": date(2026, 7, 30)},
        ],
    }  # fmt: skip
    first, second = found(rows)
    assert (first["ended"], first["sold"], first["owed"]) == (True, 5000, 500)
    assert (first["promised"], first["paid"]) == (500, 450)
    assert (second["sold"], second["owed"], second["promised"], second["paid"]) == (
        500,
        50,
        50,
        None,
    )
    assert second["next_at"] is None  # it has ended, and has no higher step


def test_products_and_categories_count_alone():
    rows = {
        "order_lines": [line(10, 70.0, product_id="P", category="Taps"),
                        line(9, 30.0, product_id="Q", category="Taps"), line(8, 5.0, product_id="R")],
        "agreements": [agreed("year product P: 10%; year category Taps: 5%; year: 1%")],
    }  # fmt: skip
    assert [(r["part"], r["of"], r["sold"], r["owed"]) for r in found(rows)] == [
        (1, "product", 70, 7),
        (2, "category", 100, 5),
        (3, "", 105, 1.05),
    ]


def test_what_cannot_be_read_or_counted_is_said():
    rows = {
        "order_lines": [line(10, 100.0, currency="EUR"), line(9, 100.0, account="B", currency="EUR")],
        "agreements": [
            agreed("bonus if the year is good", agreement_id="G1"),
            agreed("year: 1%", agreement_id="G2", currency="XXX"),
            agreed("year: 1%", agreement_id="G3", account_id="B"),
            agreed("year: 2%", agreement_id="G4", account_id="B", **{"from": date(2026, 3, 1)}),
            agreed("year: 2%", agreement_id="G5", account_id="B", to=date(2024, 1, 1),
                   **{"from": date(2023, 3, 1)}),
        ],
    }  # fmt: skip
    one, two, three, four = found(rows, "A", "B")
    assert one["part"] == 0
    assert one["owed"] is None
    assert json.loads(one["trouble"])["data"] == {"rule": "bonus if the year is good"}
    assert two["owed"] is None
    assert "exchange rate" in two["trouble"]
    assert json.loads(two["trouble"])["data"]["currency"] == "XXX"
    assert json.loads(three["trouble"])["data"] == {"other": "G4"}
    assert json.loads(four["trouble"])["data"] == {"other": "G3"}
    assert (three["owed"], four["owed"]) == (1, 2)


def test_steps_in_another_currency_are_held_against_what_was_sold():
    rows = {
        "order_lines": [line(10, 800.0, currency="EUR"), line(11, 1.0, currency="EUR")],
        "exchange_rates": [{"currency": "USD", "month": date(2026, 6, 1), "rate": 0.8}],
        "agreements": [agreed("year: 10% from 1000", currency="USD")],
    }
    (one,) = found(rows)
    assert one["owed"] == pytest.approx(80.1)  # 801 EUR are 1,001.25 USD


def test_what_is_recorded_later_changes_nothing():
    ledger = ledger_of({"order_lines": [line(10, 100.0)], "agreements": [agreed("year: 1%")]})
    before = accruals(view_of(ledger, ("A",))).rows
    add(ledger, {"agreements": [agreed("year: 50%", agreement_id="H", recorded=AS_OF)]})
    assert accruals(view_of(ledger, ("A",))).rows.equals(before)


def test_no_rebates_at_all():
    assert found({"order_lines": [line(10, 100.0)]}) == []


def test_buying_forward_is_a_lift_before_the_end_and_a_hole_after_it():
    lines = []
    for n in range(130):
        day = date(2024, 1, 3).toordinal() + 7 * n
        on = date.fromordinal(day)
        if on >= AS_OF:
            break
        december, january = on.month == 12 and on.day > 3, on.month == 1 and on.day < 29
        lines.append({"account_id": "A", "ordered_on": on, "amount": 300.0 if december else 100.0})
        if january and on.year > 2024:
            lines.pop()
    rows = {
        "order_lines": lines,
        "agreements": [agreed("year: 1% from 5000", **{"from": date(2024, 1, 1)})],
    }
    known = view_of(ledger_of(rows), ("A",))
    done = accruals(known)
    told = forward(known, done.rows, done.days).sort_by("last_on").to_pylist()
    assert [r["last_on"] for r in told] == [date(2024, 12, 31), date(2025, 12, 31)]
    assert all(r["forward"] and r["habit"] for r in told)
    assert told[0]["before"] == 1200
    assert told[0]["after"] == 0
