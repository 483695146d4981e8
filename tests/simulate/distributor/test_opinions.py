"""Opinions of a made-up company: asked after solutions, lower and rarer after waiting, and of no influence."""

from __future__ import annotations

from typing import Any

from mainstay.simulate.distributor.book import DAY
from mainstay.simulate.distributor.dice import Dice
from mainstay.simulate.distributor.opinions import opinions

OPENED = 740_000 * DAY


def solved(n: int, days: int) -> list[tuple[int, dict[str, Any]]]:
    """Complaints of which each was solved after so many days, in two versions."""
    found = []
    for i in range(n):
        row = {"complaint_id": f"C{i}", "account_id": "A", "severity": 2, "opened_at": OPENED}
        end = {"solved_at": OPENED + days * DAY, "accepted_by_customer": days < 5}
        found += [(OPENED, row), (OPENED + days * DAY, {**row, **end})]
    return found


def told(days: int, seed: int = 1) -> tuple[list[tuple[int, dict[str, Any]]], list[dict[str, Any]]]:
    rows = opinions(Dice(seed), solved(500, days), [(0, {"account_id": "A", "country": "TW"})])
    return rows, [row for _at, row in rows if "answered_on" in row]


def test_who_waited_answers_less_often_and_lower() -> None:
    (rows, quick), (_rows, slow) = told(2), told(20)
    asked = len(rows) - len(quick)
    assert 250 < asked < 350
    assert len(slow) < 0.7 * len(quick)
    means = [sum(row["was_quick"] for row in some) / len(some) for some in (quick, slow)]
    assert means[0] > 4 > 3.5 > means[1]
    for at, row in rows:
        assert row["asked_on"] * DAY <= at
        assert row.get("answered_on", row["asked_on"]) >= row["asked_on"]
    assert {row["language"] for row in quick} == {"zh-hant"}


def test_each_complaint_has_its_own_chance() -> None:
    every, _answered = told(2)
    few = opinions(Dice(1), solved(100, 2), [(0, {"account_id": "A", "country": "TW"})])
    assert few == [one for one in every if one[1]["complaint_id"] in {f"C{i}" for i in range(100)}]
    assert told(2, seed=2)[0] != every
