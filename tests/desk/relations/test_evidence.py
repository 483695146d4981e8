"""Levels, what was earned, and purchase criteria: pure functions on what was seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mainstay.desk.relations import buying, earned, words
from mainstay.desk.relations.buying import Assessed
from mainstay.desk.relations.earned import Seen
from mainstay.desk.relations.levels import Evidence, suggest

TODAY = date(2026, 3, 2)
SERVICE = Evidence(departments=2, ours=2, decider_known=True, visits=2)
PARTNER = replace(SERVICE, departments=3, visits_to_us=1, goals=1, exclusive=True)


def test_the_level_that_the_evidence_speaks_for() -> None:
    assert suggest(Evidence()).level == 1
    assert suggest(SERVICE).level == 2
    assert suggest(PARTNER).level == 3
    assert suggest(replace(PARTNER, exclusive=False, partnership="Joint stock")).level == 3
    # What belongs to level 3 alone makes no level 2.
    assert suggest(replace(PARTNER, decider_known=False)).level == 1


@pytest.mark.parametrize(
    ("lacks", "code"),
    [
        ({"departments": 1}, "departments"),
        ({"ours": 1}, "ours"),
        ({"decider_known": False}, "decider"),
        ({"visits": 1}, "visits"),
    ],
)
def test_what_is_missing_for_the_next_level(lacks: dict[str, int], code: str) -> None:
    found = suggest(replace(SERVICE, **lacks))
    assert [step.code for step in found.missing] == [code]
    assert words.conditions(found.missing)
    assert suggest(PARTNER).missing == ()
    assert suggest(PARTNER).next_level is None


def test_a_condition_says_how_much_there_is() -> None:
    missing = suggest(replace(SERVICE, departments=1)).missing
    assert words.conditions(missing) == ["ties into at least 2 departments (1)"]


def test_complaints_that_the_relationship_survived() -> None:
    opened = TODAY - timedelta(days=90)
    complaints = [
        Seen("complaint", opened, until=TODAY - timedelta(days=80)),
        Seen("complaint", opened, until=TODAY - timedelta(days=5)),
        Seen("complaint", opened),
    ]
    assert earned.survived(complaints, TODAY - timedelta(days=20)) == (2, 1)
    assert earned.survived(complaints, None) == (2, 0)


def test_how_long_rivals_were_kept_out() -> None:
    began = date(2020, 3, 2)
    assert earned.held(began, date(2021, 3, 2), TODAY) == 365
    assert earned.held(began, None, TODAY) == (TODAY - began).days
    assert earned.held(began, date(2019, 1, 1), TODAY) == 0
    assert earned.held(None, None, TODAY) is None


def test_visits_of_a_year_both_ways() -> None:
    seen = [
        Seen("visit", TODAY, "visit"),
        Seen("visit", TODAY - timedelta(days=364), "visited_us"),
        Seen("visit", TODAY - timedelta(days=365), "visit"),
        Seen("visit", TODAY, "call"),
        Seen("complaint", TODAY),
    ]
    assert earned.visits(seen, TODAY) == (1, 1)


def test_agreements_count_while_they_are_in_force() -> None:
    def one(first: int, last: int | None) -> list[Seen]:
        until = None if last is None else TODAY + timedelta(days=last)
        return [Seen("exclusive", TODAY + timedelta(days=first), until=until)]

    assert earned.in_force(one(-5, 0), TODAY)
    assert earned.in_force(one(-5, None), TODAY)
    assert not earned.in_force(one(-5, -1), TODAY)
    assert not earned.in_force(one(1, None), TODAY)


def assessed(we: bool, they: bool, on: date = TODAY, **values: object) -> Assessed:
    return replace(Assessed("Delivery", "Rivalco", we, they, on), **values)


@pytest.mark.parametrize(
    ("we", "they", "standing"),
    [(True, False, "safe"), (True, True, "watch"), (False, True, "alarm"), (False, False, "open")],
)
def test_only_we_both_only_they(we: bool, they: bool, standing: str) -> None:
    assert assessed(we, they).standing == standing
    assert words.STANDINGS[standing]


def test_the_newest_counts_and_what_changed_is_known() -> None:
    before = assessed(True, False, date(2025, 9, 1))
    (one,) = buying.current([before, assessed(True, True, criterion="delivery")])
    assert (one.now.standing, one.changed) == ("watch", True)
    (same,) = buying.current([before, assessed(True, False)])
    assert not same.changed
    (alone,) = buying.current([before])
    assert not alone.changed


def test_alarms_stand_first_and_weights_add_up() -> None:
    found = buying.current(
        [
            assessed(True, False, criterion="Advice", weight=3.0),
            assessed(False, True, criterion="Price"),
            assessed(False, True, criterion="Newest generation", weight=4.0),
        ]
    )
    assert [c.now.criterion for c in found] == ["Newest generation", "Price", "Advice"]
    shares = buying.shares(found)
    assert shares == {"safe": 3 / 8, "watch": 0.0, "alarm": 5 / 8, "open": 0.0}
    assert buying.shares([]) == {}
    assert buying.shares(buying.current([assessed(True, True, weight=0.0)])) == {}
