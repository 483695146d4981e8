"""Promises that were not kept, and rebates missed by a little."""

from __future__ import annotations

from typing import Any

import pytest
from seen import Rows, ago, seen


def promise(due: int, kept: int | None = None, **also: Any) -> dict[str, Any]:
    kept_on = None if kept is None else ago(kept)
    told = {"promise_id": "Q", "account_id": "A", "made_on": ago(due + 30), "due_on": ago(due)}
    return {**told, "kept_on": kept_on, "amount": 200.0, **also}


def test_a_promise_is_overdue_after_a_week() -> None:
    (one,) = seen("promise_overdue", promises=[promise(30)])
    assert (one["since"], one["strength"], one["money"]) == (ago(30), 0.5, 200.0)
    assert one["rows"] == [["promises", "Q"]]
    assert seen("promise_overdue", promises=[promise(7)]) == []
    assert seen("promise_overdue", promises=[promise(30, 20)]) == []
    # Kept before it was made is kept, whatever the day.
    assert seen("promise_overdue", promises=[promise(30, 90)]) == []


def test_what_is_promised_in_another_currency_is_told_in_ours() -> None:
    lines: Rows = [{"account_id": "A", "ordered_on": ago(9), "amount": 1.0, "currency": "EUR"}]
    rates: Rows = [{"currency": "USD", "month": ago(300), "rate": 0.5}]
    told = [promise(30, currency="USD"), promise(30, currency="JPY", promise_id="R")]
    found = seen("promise_overdue", order_lines=lines, promises=told, exchange_rates=rates)
    assert {one["rows"][0][1]: one["money"] for one in found} == {"Q": 100.0, "R": None}


def test_a_promise_is_kept_late_after_a_week() -> None:
    (one,) = seen("promise_kept_late", promises=[promise(90, 60)])
    assert (one["since"], one["until"], one["strength"]) == (ago(90), ago(60), 0.5)
    assert seen("promise_kept_late", promises=[promise(90, 83)]) == []
    assert seen("promise_kept_late", promises=[promise(90)]) == []


def test_a_promise_is_kept_in_part_below_nineteen_twentieths() -> None:
    (one,) = seen("promise_kept_partly", promises=[promise(90, 80, kept_amount=150.0)])
    assert (one["since"], one["strength"], one["money"]) == (ago(80), 0.5, 50.0)
    assert seen("promise_kept_partly", promises=[promise(90, 80, kept_amount=190.0)]) == []
    assert seen("promise_kept_partly", promises=[promise(90, kept_amount=0.0)]) == []
    nothing = [promise(90, 80, kept_amount=1.0, amount=0.0)]
    assert seen("promise_kept_partly", promises=nothing) == []


def missed(rule: str, amount: float, **also: Any) -> Rows:
    """Of 12 orders in the quarter April to June, half of product P and half of Q."""
    lines: Rows = [
        {
            "account_id": "A",
            "ordered_on": ago(day),
            "amount": amount / 12,
            "product_id": product,
            "category": "Taps" if product == "P" else "Pipes",
        }
        for day in range(5, 65, 10)
        for product in ("P", "Q")
    ]
    agreed = {"account_id": "A", "agreement_id": "G", "from": ago(400), "rebate_rule": rule, **also}
    accounts = [{"account_id": "A", "segment": "dealers"}]
    found = seen("rebate_tier_missed", accounts, order_lines=lines, agreements=[agreed])
    return [one for one in found if one["since"] == ago(1)]


def test_a_step_is_missed_by_less_than_a_tenth() -> None:
    (one,) = missed("quarter: 2% from 500, 3% from 1000", 950.0)
    assert one["strength"] == pytest.approx(0.5, abs=1e-4)
    # An order of 50 more, and 3% of 1000 would have been owed instead of 2% of 950.
    assert one["money"] == pytest.approx(30 - 19, abs=1e-3)
    assert one["data"]["rate"] == "3%"
    assert one["rows"] == [
        ["agreements", "G"],
        ["order_lines", ago(91).isoformat(), ago(1).isoformat(), ""],
    ]


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("quarter product P: 2% from 500", 1),
        ("quarter category Taps: 2% from 500", 1),
        ("quarter category Roofs: 2% from 500", 0),
        ("quarter: 2% above 1000", 0),  # by what lies above a step nothing is lost at it
        ("quarter: 2% from 900", 0),  # reached
        ("quarter: 2% from 1100", 0),  # too far away
        ("year: 2% from 1000", 0),  # has not ended
        ("two percent", 0),
    ],
)
def test_only_a_step_nearly_reached_in_a_period_that_ended_is_missed(rule: str, found: int) -> None:
    assert len(missed(rule, 960.0)) == found


def test_an_agreement_with_a_segment_is_with_its_accounts() -> None:
    of_all = {"account_id": None, "segment": "dealers"}
    assert len(missed("quarter: 2% from 1000", 950.0, **of_all)) == 1
    others = {"account_id": None, "segment": "chains"}
    assert missed("quarter: 2% from 1000", 950.0, **others) == []
