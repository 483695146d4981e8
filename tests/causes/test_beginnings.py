"""When a fall began, how much it took, and what counts as one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from seen import AS_OF, ago, ledger_of, view_of

from mainstay.causes.answers import CONFIRMED, answer
from mainstay.causes.explanation import tables
from mainstay.causes.families import CAUSE_NAMES
from mainstay.causes.purchases import PERIOD_DAYS
from mainstay.standing.history import days_of


def test_what_ordered_once_fell_after_that_order_and_not_before() -> None:
    regular = [{"account_id": "A", "ordered_on": ago(28 * i + 3), "amount": 5.0} for i in range(38)]
    once = [{"account_id": "B", "ordered_on": ago(300), "amount": 5.0}]
    view = view_of(ledger_of({"order_lines": regular + once}), ["A", "B", "C"])
    began = answer(view, {}).fell_on
    first = days_of(ago(300))
    assert first < began[1] <= first + PERIOD_DAYS
    assert began[1] <= days_of(AS_OF - timedelta(days=250))


DAYS = range(3, 28 * 38, 14)


def orders(code: str, amount: Callable[[int], float]) -> list[dict[str, Any]]:
    """Orders every two weeks, of so much by how many days ago; 0 = none."""
    every = [{"account_id": code, "ordered_on": ago(d), "amount": amount(d)} for d in DAYS]
    return [row for row in every if row["amount"] > 0]


def explained(lines: list[dict[str, Any]], *accounts: dict[str, Any], **also: Any) -> Any:
    """What is found of accounts, by their codes, and of the causes of each."""
    ledger = ledger_of({"order_lines": lines, **also})
    steady = [{"account_id": f"-{n}", "state": "steady"} for n in range(12)]
    view = view_of(ledger, [*steady, *accounts])
    made = tables(view, answer(view, {}))
    causes: dict[str, list[Any]] = {}
    for row in made["causes"].to_pylist():
        causes.setdefault(row["account_id"], []).append(row)
    return {row["account_id"]: row for row in made["falls"].to_pylist()}, causes


# Many that stay as they are, so that none of the others is a season.
STEADY = [
    {"account_id": f"-{n}", "ordered_on": ago(d), "amount": 100.0 + d % 5}
    for n in range(12)
    for d in DAYS
]


def test_what_lost_little_does_not_count_as_fallen() -> None:
    lines = STEADY + orders("fell", lambda d: 50.0 if d < 300 else 100.0)
    # It fell two years ago, and buys as much as ever again.
    lines += orders("back", lambda d: 10.0 if 200 < d < 800 else 100.0 + d % 5)
    falls, _ = explained(lines, *({"account_id": a, "state": "steady"} for a in ("fell", "back")))
    assert falls["fell"]["counts"]
    assert falls["fell"]["lost_52"] == pytest.approx(50 * 26, rel=0.1)
    assert falls["back"]["p_fell"] > 0.5
    assert not falls["back"]["counts"]


def test_who_told_us_counts_since_then_with_nothing_lost_yet() -> None:
    lines = STEADY + orders("told", lambda d: 100.0 + d % 7)
    told = {"account_id": "told", "state": "noticed", "state_since": ago(9)}
    falls, _ = explained(lines, told)
    assert falls["told"]["counts"]
    assert falls["told"]["p_fell"] == 1.0
    assert falls["told"]["began_on"] == ago(9)
    assert falls["told"]["lost_52"] < 0.1 * 2600


def test_some_weeks_with_little_in_them_are_not_taken_for_a_year() -> None:
    lines = STEADY + orders("young", lambda d: 20.0 if d < 56 else 100.0 + d % 5)
    lines += orders("old", lambda d: 20.0 if d < 280 else 100.0 + d % 5)
    falls, _ = explained(lines, *({"account_id": a, "state": "steady"} for a in ("young", "old")))
    assert falls["old"]["lost_52"] == pytest.approx(80 * 26, rel=0.1)
    assert 0.3 * 80 * 26 < falls["young"]["lost_52"] <= 0.75 * 80 * 26


def test_one_period_without_orders_does_not_count_yet() -> None:
    lines = STEADY + orders("one", lambda d: 0.0 if d < 29 else 100.0 + d % 5)
    lines += orders("two", lambda d: 0.0 if d < 57 else 100.0 + d % 5)
    lines += orders("late", lambda d: 0.0 if d < 29 else 100.0 + d % 5)
    states = {"one": "steady", "two": "steady", "late": "late"}
    falls, _ = explained(lines, *({"account_id": a, "state": s} for a, s in states.items()))
    assert falls["one"]["p_fell"] > 0.5  # and may have fallen
    assert not falls["one"]["counts"]
    assert falls["two"]["counts"]
    assert falls["late"]["counts"]


def reviewed(**also: Any) -> dict[str, Any]:
    row = {"review_id": "R", "account_id": "A", "opened_on": ago(60), "kind": "slipping"}
    return {**row, "confirmed_on": ago(20), "confirmed_by": "boss", "recorded": ago(20), **also}


def test_what_a_review_confirmed_comes_first_and_is_no_guess() -> None:
    lines = STEADY + orders("A", lambda d: 40.0 if d < 300 else 100.0 + d % 5)
    said = reviewed(
        root_cause="competitor.favours", second_cause="delivery.late", onset_on=ago(250)
    )
    falls, causes = explained(lines, {"account_id": "A", "state": "steady"}, reviews=[said])
    fall = falls["A"]
    assert (fall["first"], fall["reviewed"], fall["p_fell"]) == ("competitor", True, 1.0)
    assert fall["p_first"] == CONFIRMED
    assert fall["began_on"] == ago(250)
    root, second = causes["A"]
    assert (root["cause"], root["confirmed"], root["named"]) == ("competitor.favours", True, True)
    assert (second["cause"], second["confirmed"]) == ("delivery.late", True)


def test_nobody_is_accused_of_what_is_hardly_likely() -> None:
    lines = STEADY + orders("A", lambda d: 40.0 if d < 300 else 100.0 + d % 5)
    view = view_of(ledger_of({"order_lines": lines}), ["-1", "A"])
    found = answer(view, {})
    favours, price = (CAUSE_NAMES.index(f"competitor.{name}") for name in ("favours", "price"))
    for p, named in ((0.45, False), (0.55, True)):
        found.main[1] = 0.0
        found.main[1, [favours, price]] = p, 0.2
        (row,) = [r for r in tables(view, found)["causes"].to_pylist() if r["account_id"] == "A"]
        assert (row["cause"], row["named"]) == ("competitor.favours", named)
