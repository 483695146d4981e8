"""The rules of the states: each by itself, at its limits, and which comes first."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from mainstay.defection.course import Memory
from mainstay.defection.states import (
    Seen,
    is_eligible,
    is_late,
    lost_after_days,
    slips_by_share_alone,
    states,
    year_fell,
    year_kept,
)

SURE = 0.8
# An account that buys in its rhythm; each test changes only what it is about.
STEADY: dict[str, Any] = {
    "order_days": 20,
    "days_silent": 10,
    "days_known": 600,
    "left_truncated": False,
    "late_after_days": 40.0,
    "was_silent_last_year": False,
    "returned_after_loss": False,
    "open_order": False,
    "p_alive": 0.95,
    "p_fell": 0.1,
    "p_rose": 0.1,
    "year_fell": False,
    "year_kept": True,
    "state_before": "steady",
    "share_fall": np.nan,
    "closed": False,
    "noticed": False,
    "quiet": False,
    "stocked_up": 1.0,
}
LATE = {"days_silent": 41}
LOST = {"days_silent": 120, "p_alive": 0.1}
# The rules in their order, each with what makes it hold, the later ones holding as well.
ORDER: list[tuple[str, dict[str, Any]]] = [
    ("closed", {"closed": True}),
    ("noticed", {"noticed": True}),
    ("quiet", {"quiet": True}),
    ("lost", LOST),
    ("late", LATE),
    ("won_back", {"returned_after_loss": True}),
    ("new", {"days_known": 100}),
    ("slipping", {"p_fell": SURE}),
    ("growing", {"p_rose": SURE}),
]


def seen_as(*accounts: dict[str, Any]) -> Seen:
    rows = [STEADY | changes for changes in accounts]
    return Seen(**{f.name: np.array([row[f.name] for row in rows]) for f in fields(Seen)})


def state(**changes: Any) -> str:
    return str(states(seen_as(changes), SURE)[0])


def test_nothing_to_say_is_steady() -> None:
    assert state() == "steady"


@pytest.mark.parametrize(("name", "changes"), ORDER)
def test_each_rule_by_itself(name: str, changes: dict[str, Any]) -> None:
    assert state(**changes) == name


@pytest.mark.parametrize("place", range(len(ORDER)))
def test_the_first_rule_that_holds_names_the_state(place: int) -> None:
    """Everything from this rule on holds at once."""
    together: dict[str, Any] = {}
    for _name, changes in reversed(ORDER[place:]):
        together |= changes
    assert state(**together) == ORDER[place][0]


@pytest.mark.parametrize(("first", "second"), list(pairwise(ORDER)))
def test_neighbours_in_the_order(
    first: tuple[str, dict[str, Any]], second: tuple[str, dict[str, Any]]
) -> None:
    assert state(**(second[1] | first[1])) == first[0]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"days_silent": 40}, "steady"),
        ({"days_silent": 41}, "late"),
        ({"days_silent": 41, "was_silent_last_year": True}, "steady"),
        ({"days_silent": 41, "open_order": True}, "steady"),
        ({"days_silent": 300, "late_after_days": np.nan}, "steady"),
        # Lost from twice the limit on, after a quarter at least, and only if the model agrees.
        ({"days_silent": 91, "p_alive": 0.1}, "late"),
        ({"days_silent": 92, "p_alive": 0.1}, "lost"),
        ({"days_silent": 92, "p_alive": 0.25}, "late"),
        ({"days_silent": 92, "p_alive": np.nan}, "late"),
        ({"days_silent": 200, "late_after_days": 100.0, "p_alive": 0.1}, "late"),
        ({"days_silent": 201, "late_after_days": 100.0, "p_alive": 0.1}, "lost"),
        ({"days_silent": 201, "late_after_days": 100.0, "open_order": True}, "steady"),
        # A year of silence is lost whatever the rhythm and the model say.
        ({"days_silent": 366, "late_after_days": 400.0, "p_alive": 0.9}, "lost"),
        ({"days_silent": 366, "late_after_days": np.nan, "p_alive": np.nan}, "lost"),
        ({"days_silent": 366, "order_days": 1, "late_after_days": np.nan}, "lost"),
        ({"days_silent": 366, "was_silent_last_year": True}, "lost"),
        # An open order after that is its return, and no silence is a fall while one is open.
        ({"days_silent": 366, "open_order": True}, "won_back"),
        ({"days_silent": 41, "open_order": True, "p_fell": 1.0}, "steady"),
        ({"days_silent": 30, "open_order": True, "p_fell": 1.0}, "slipping"),
        # Too few orders to have a rhythm.
        ({"order_days": 2, "days_silent": 41}, "new"),
        ({"order_days": 2, "days_known": 2000, "left_truncated": True}, "new"),
        ({"order_days": 3, "days_known": 183}, "steady"),
        ({"order_days": 3, "days_known": 182}, "new"),
        ({"days_known": 182, "left_truncated": True}, "steady"),
        ({"days_known": 182, "days_silent": 41}, "late"),
        ({"p_fell": SURE - 0.01}, "steady"),
        ({"p_rose": SURE - 0.01}, "steady"),
        # Our share of what it buys fell by ten points, even while it buys more (R4).
        ({"share_fall": 0.10}, "slipping"),
        ({"share_fall": 0.09}, "steady"),
        ({"share_fall": 0.10, "p_rose": 1.0}, "slipping"),
        ({"share_fall": 0.10, "open_order": True, "days_silent": 41}, "slipping"),
        ({"share_fall": 0.30, "days_silent": 41}, "late"),
        ({"share_fall": 0.30, "days_known": 100}, "new"),
    ],
)
def test_limits(changes: dict[str, Any], expected: str) -> None:
    assert state(**changes) == expected


def test_how_sure_is_a_setting() -> None:
    seen = seen_as({"p_fell": 0.6}, {"p_rose": 0.6})
    assert list(states(seen, 0.7)) == ["steady", "steady"]
    assert list(states(seen, 0.6)) == ["slipping", "growing"]


def test_a_year_that_brought_a_third_of_the_one_before_is_a_fall() -> None:
    assert state(year_fell=True) == "slipping"
    assert state(year_fell=True, days_silent=41) == "late"
    found = year_fell(
        np.array([340.0, 360.0, 340.0, np.nan, 340.0, -5.0]),
        np.array([1000.0, 1000.0, 1000.0, 1000.0, np.nan, 1000.0]),
        np.array([8.0, 8.0, 7.0, 20.0, 20.0, 8.0]),
    )
    assert found.tolist() == [True, False, False, False, False, True]


def test_who_brought_less_than_the_year_before_is_not_growing() -> None:
    assert state(p_rose=1.0) == "growing"
    assert state(p_rose=1.0, year_kept=False) == "steady"
    assert state(p_rose=1.0, year_kept=False, state_before="growing") == "steady"
    nan = np.nan
    found = year_kept(
        np.array([899.0, 901.0, nan, 900.0, -5.0]), np.array([1000.0, 1000.0, 1000.0, nan, 0.0])
    )
    assert found.tolist() == [False, True, True, True, False]


@pytest.mark.parametrize("name", ["slipping", "growing"])
def test_who_is_slipping_or_growing_stays_so_for_a_while(name: str) -> None:
    p = {"slipping": "p_fell", "growing": "p_rose"}[name]
    sure = [{p: x, "state_before": name} for x in (SURE - 0.19, SURE - 0.21)]
    assert list(states(seen_as(*sure), SURE)) == [name, "steady"]
    assert state(**{p: SURE - 0.19, "state_before": "late"}) == "steady"


def test_who_slips_for_our_share_stays_so_until_half_of_the_fall_is_made_good() -> None:
    falls = [{"share_fall": fall, "state_before": "slipping"} for fall in (0.06, 0.04)]
    assert list(states(seen_as(*falls), SURE)) == ["slipping", "steady"]
    assert state(share_fall=0.06) == "steady"


def test_who_slips_for_our_share_alone() -> None:
    seen = seen_as(
        {"share_fall": 0.2},
        {"share_fall": 0.2, "p_fell": SURE},
        {"p_fell": SURE},
        {"share_fall": 0.2, "days_silent": 41},
        {"share_fall": 0.2, "p_fell": 1.0, "open_order": True, "days_silent": 41},
    )
    alone = slips_by_share_alone(seen, states(seen, SURE), SURE)
    assert list(alone) == [True, False, False, False, True]


def test_eligible() -> None:
    order_days, days_silent = np.array([2, 3, 20, 20]), np.array([10, 10, 365, 366])
    assert list(is_eligible(order_days, days_silent)) == [False, True, True, False]


def test_late_at_its_own_limit_only() -> None:
    days = np.arange(0, 500)
    seen = seen_as(*({"days_silent": int(d), "late_after_days": 73.5} for d in days))
    assert np.array_equal(is_late(seen), days >= 74)


def test_lost_after_at_least_a_quarter_and_at_most_a_year() -> None:
    found = lost_after_days(np.array([5.0, 60.0, 300.0, np.nan]))
    assert list(found) == [91, 120, 365, 365]


def test_longer_silence_never_makes_it_better() -> None:
    """Through all days of silence an account goes from steady to late to lost, and never back."""
    for late_after in (3.0, 30.0, 100.0, 250.0, np.nan):
        rows = (
            {"days_silent": d, "late_after_days": late_after, "p_alive": 0.1} for d in range(500)
        )
        course = [{"steady": 0, "late": 1, "lost": 2}[s] for s in states(seen_as(*rows), SURE)]
        assert course == sorted(course)
        assert course[-1] == 2


STOCKED = {"late_after_days": 80.0, "stocked_up": 2.0}  # 40 days are usual


def test_stocking_up_puts_off_late_but_not_lost() -> None:
    assert state(days_silent=80, **STOCKED) == "steady"
    assert state(days_silent=81, **STOCKED) == "late"
    assert state(days_silent=92, p_alive=0.1, **STOCKED) == "lost"
    assert state(days_silent=92, p_alive=0.1, late_after_days=80.0) == "late"


def test_no_fall_begins_while_it_is_stocked_up() -> None:
    assert state(p_fell=SURE, **STOCKED) == "steady"
    assert state(p_fell=SURE, state_before="slipping", **STOCKED) == "slipping"
    assert state(p_fell=SURE, days_silent=81, **STOCKED) == "late"


def test_won_back_needs_a_loss_that_was_seen_and_an_order_after_it() -> None:
    memory = Memory(4)
    who = np.arange(4)
    # At day 1000: 0 and 1 are lost, 2 is late, 3 steady.
    memory.remember(who, np.array(["lost", "lost", "late", "steady"], object), 1000)
    last_day = np.array([1005, 700, 1005, 1005])
    assert list(memory.returned(who, last_day, 1028)) == [True, False, False, False]
    # Half a year after the loss was last seen it is no longer news.
    assert list(memory.returned(who, last_day, 1182)) == [True, False, False, False]
    assert not memory.returned(who, last_day, 1183).any()
    # Asked about in another order, each is still itself.
    assert list(memory.returned(who[::-1], last_day[::-1], 1028)) == [False, False, False, True]


def test_nobody_comes_back_from_lost_without_an_order() -> None:
    still = state(days_silent=120, late_after_days=30.0, p_alive=0.4, state_before="lost")
    assert still == "lost"
    assert state(days_silent=120, late_after_days=30.0, p_alive=0.4, state_before="late") == "late"
    assert state(days_silent=10, late_after_days=30.0, p_alive=0.9, state_before="lost") != "lost"
