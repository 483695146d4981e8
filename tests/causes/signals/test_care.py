"""Signals from visits and requests."""

from __future__ import annotations

from typing import Any

import pytest
from seen import Rows, ago, seen

TIER_A: dict[str, Any] = {
    "account_id": "A",
    "tier": "A",
    "state": "steady",
    "first_order_on": ago(900),
    "last_order_on": ago(5),
}


def visit(days: int, **more: Any) -> dict[str, Any]:
    return {"visit_id": f"V{days}", "account_id": "A", "on": ago(days), "staff_id": "S", **more}


def gaps(*visits: dict[str, Any], **judged: Any) -> list[tuple[Any, ...]]:
    found = seen("visit_overdue", [TIER_A | judged], visits=list(visits))
    return [(row["since"], row["until"], row["strength"]) for row in found]


def test_visit_overdue_counts_from_the_rhythm_of_the_tier() -> None:
    assert gaps(visit(84)) == [(ago(56), None, 0.5)]  # every four weeks: two of them late
    assert gaps(visit(55)) == []
    assert gaps(visit(84), tier="B") == []
    assert gaps(visit(84), tier=None) == []


def test_visit_overdue_is_a_gap_that_ended_as_well() -> None:
    assert gaps(visit(200), visit(60), visit(20)) == [(ago(172), ago(60), 1.0)]


def test_visit_overdue_takes_a_day_that_was_agreed() -> None:
    assert gaps(visit(80, next_on=ago(27))) == []
    assert gaps(visit(112, next_on=ago(2))) == [(ago(56), None, 0.5)]  # at the latest after two


def test_calls_are_no_visits_but_better_than_nothing() -> None:
    assert gaps(visit(84), visit(50, kind="call")) == [(ago(56), None, 0.25)]
    assert gaps(visit(84), visit(50, kind="video")) == []


def test_who_is_lost_is_visited_no_more() -> None:
    assert gaps(visit(300), state="lost", last_order_on=ago(290)) == []
    assert len(gaps(visit(300), state="lost", last_order_on=ago(200))) == 1


def test_never_visited_where_others_are() -> None:
    others = [TIER_A | {"account_id": f"B{n}"} for n in range(12)]
    theirs = [visit(30 + n, account_id=f"B{n}") for n in range(12)]
    (row,) = seen("never_visited", [TIER_A, *others], visits=theirs)
    assert (row["account_id"], row["since"], row["strength"]) == ("A", ago(364), 1.0)
    assert row["data"]["others_share"] == pytest.approx(12 / 13, abs=0.001)
    assert seen("never_visited", [TIER_A, *others], visits=theirs[:9]) == []
    assert seen("never_visited", [TIER_A, *others], visits=[*theirs, visit(700)]) == []


def test_opinion_never_asked_where_the_company_asks() -> None:
    asked = visit(3, account_id="B", asked_for_opinion=True)
    four = [visit(20 * n) for n in range(1, 5)]
    (row,) = seen("opinion_never_asked", ["A", "B"], visits=[*four, asked])
    assert (row["since"], row["strength"]) == (ago(80), 0.5)
    assert len(row["rows"]) == 3
    assert seen("opinion_never_asked", ["A", "B"], visits=[*four[:3], asked]) == []
    assert seen("opinion_never_asked", ["A", "B"], visits=four) == []
    own = visit(1, asked_for_opinion=True)
    assert seen("opinion_never_asked", ["A", "B"], visits=[*four, own, asked]) == []


def request(days: int, **more: Any) -> dict[str, Any]:
    return {"request_id": "R", "account_id": "A", "raised_on": ago(days), "text": "x", **more}


def test_request_unanswered_is_a_week_past_its_date() -> None:
    def waits(**more: Any) -> Rows:
        return seen("request_unanswered", requests=[request(70, **more)])

    (row,) = waits(answer_due_on=ago(28))
    assert (row["since"], row["until"], row["strength"]) == (ago(27), None, 0.5)
    assert row["data"]["kind"] == "other"
    (row,) = waits(answer_due_on=ago(28), answered_on=ago(14), kind="terms")
    assert (row["until"], row["strength"], row["data"]["kind"]) == (ago(14), 0.25, "terms")
    assert waits(answer_due_on=ago(28), answered_on=ago(21)) == []
    assert waits(answer_due_on=ago(7)) == []
    assert waits()[0]["since"] == ago(41)  # no date: four weeks
    assert waits(kind="custom_product") == []
    assert waits(answered_on=ago(90)) == []  # before it was raised
    assert waits(answer_due_on=ago(90)) == []


def test_custom_product_waiting_has_a_quarter_where_no_date_was_set() -> None:
    def waits(days: int, **more: Any) -> Rows:
        told = request(days, kind="custom_product", **more)
        return seen("custom_product_waiting", requests=[told])

    (row,) = waits(182)
    assert (row["since"], row["strength"]) == (ago(90), 0.5)
    assert waits(119) == []
    assert len(waits(120)) == 1
    assert waits(182, answered_on=ago(70)) == []
