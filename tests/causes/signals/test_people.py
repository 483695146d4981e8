"""Signals from our people who left or were changed."""

from __future__ import annotations

from typing import Any

import pytest
from seen import Rows, ago, seen

MIN = {"staff_id": "M", "name": "Min", "joined_on": ago(2000)}
LEFT = MIN | {"left_on": ago(100)}
NEXT = {"staff_id": "N", "name": "Nina"}


def turn(staff: str, begins: int, ends: int | None = None, role: str = "manager") -> dict[str, Any]:
    to = None if ends is None else ago(ends)
    return {"account_id": "A", "staff_id": staff, "role": role, "from": ago(begins), "to": to}


def left(*turns: dict[str, Any], staff: Rows | None = None, **more: Rows) -> list[tuple[Any, ...]]:
    tables = {"staff": staff or [LEFT, NEXT], "assignments": list(turns), **more}
    return [(r["since"], r["strength"]) for r in seen("manager_left", **tables)]


def test_manager_left_with_nobody_or_a_stranger_after() -> None:
    assert left(turn("M", 900)) == [(ago(100), 1.0)]
    assert left(turn("M", 900, 100), turn("N", 99)) == [(ago(100), 1.0)]
    assert left(turn("M", 900, 160), turn("N", 160)) == [(ago(160), 1.0)]  # handed over before
    assert left(turn("M", 900, 192), turn("N", 191)) == []  # another's for a quarter already
    assert left(turn("M", 250)) == [(ago(100), 0.5)]


def test_manager_left_is_weaker_where_they_knew_the_successor() -> None:
    turns = turn("M", 900, 100), turn("N", 99)
    met = {"visit_id": "V", "account_id": "A", "on": ago(300), "staff_id": "N"}
    assert left(*turns, visits=[met]) == [(ago(100), 0.6)]
    assert left(*turns, visits=[met | {"on": ago(90)}]) == [(ago(100), 1.0)]
    tie = {"contact_id": "K", "staff_id": "N", "strength": 2, "since": ago(500)}
    contact = {"contact_id": "K", "account_id": "A", "name": "Kim"}
    assert left(*turns, contacts=[contact], ties=[tie]) == [(ago(100), 0.6)]
    assert left(*turns, turn("N", 700, 300, "deputy")) == [(ago(100), 0.6)]


def test_contradictions_among_our_people_are_harmless() -> None:
    before = MIN | {"joined_on": ago(50), "left_on": ago(100)}
    assert left(turn("M", 900), staff=[before]) == []
    assert left(turn("M", 90)) == []  # looked after it once gone
    assert left(turn("M", 900, 950)) == []
    assert left(turn("M", 900) | {"account_id": "nobody"}) == []
    assert left(turn("M", 900), staff=[MIN]) == []


def test_service_person_left_is_told_apart() -> None:
    served = turn("M", 900, None, "service")
    (row,) = seen("service_person_left", staff=[LEFT], assignments=[served])
    assert (row["since"], row["strength"]) == (ago(100), 1.0)
    assert row["data"]["name"] == "Min"
    assert left(served) == []


BOSS = {"staff_id": "L", "name": "Lin", "reports_to": "D", "left_on": ago(100)}
UNDER = {"staff_id": "N", "name": "Nina", "reports_to": "L", "recorded": ago(900)}


def leaders(*staff: dict[str, Any], **turned: Any) -> list[tuple[Any, ...]]:
    found = seen("leader_left", staff=list(staff), assignments=[turn("N", 900) | turned])
    return [(row["since"], row["strength"], row["data"]["name"]) for row in found]


def test_leader_left_follows_the_reporting_lines_of_then() -> None:
    assert leaders(BOSS, UNDER) == [(ago(100), 1.0, "Lin")]
    # The manager reports to somebody else since, and is recorded so.
    assert leaders(BOSS, UNDER, UNDER | {"reports_to": "X", "recorded": ago(95)}) == [
        (ago(100), 1.0, "Lin")
    ]
    assert leaders(BOSS, UNDER, UNDER | {"reports_to": "X", "recorded": ago(300)}) == []
    assert leaders(BOSS, UNDER, to=ago(200)) == []


def test_leader_left_weighs_less_the_higher() -> None:
    top = {"staff_id": "D", "name": "Dora", "left_on": ago(50)}
    stays = BOSS | {"left_on": None}
    assert leaders(top, stays, UNDER) == [(ago(50), 0.5, "Dora")]
    circle = top | {"reports_to": "N"}
    assert leaders(circle, stays, UNDER) == [(ago(50), 0.5, "Dora")]


def changed(*turns: dict[str, Any], **tables: Rows) -> list[tuple[Any, ...]]:
    found = seen("manager_changed", assignments=list(turns), **tables)
    return [(r["since"], r["strength"], r["data"]["times"]) for r in found]


def test_manager_changed_is_worse_the_second_time() -> None:
    once = turn("M", 900, 400), turn("N", 400)
    assert changed(*once) == [(ago(400), 0.5, 1)]
    twice = turn("M", 900, 400), turn("N", 400, 50), turn("O", 50)
    assert changed(*twice) == [(ago(400), 0.5, 1), (ago(50), 1.0, 2)]
    assert changed(turn("M", 900)) == []
    assert changed(turn("M", 900, 400), turn("M", 399)) == []  # the same again


def test_manager_changed_is_weaker_to_somebody_they_knew() -> None:
    met = {"visit_id": "V", "account_id": "A", "on": ago(500), "staff_id": "N"}
    ((_, strength, _),) = changed(turn("M", 900, 400), turn("N", 400), visits=[met])
    assert strength == pytest.approx(0.3)


def test_manager_changed_leaves_leavers_to_the_other_signal() -> None:
    assert changed(turn("M", 900, 100), turn("N", 99), staff=[LEFT]) == []
    assert changed(turn("M", 900, 400), turn("N", 400), staff=[LEFT]) == [(ago(400), 0.5, 1)]
    assert changed(turn("M", 900, 10), turn("N", 400)) == []  # beside each other
