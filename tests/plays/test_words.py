"""Why a play is planned, as it is said."""

from __future__ import annotations

import math

import pytest

from mainstay.plays.catalogue import PLAYS
from mainstay.plays.effects import Belief
from mainstay.plays.words import Chosen, why


def told(play: str, cases: int) -> str:
    belief = Belief(math.log(0.5), 0.2, cases)
    chosen = Chosen(PLAYS[play], belief, 900.0, 90.0, 40.0, "money", 0.4, 1.0, "2026-05-01")
    return " ".join(str(text) for text in why(chosen))


@pytest.mark.parametrize(
    ("play", "cases", "says"),
    [
        ("listen", 0, "is judged, not measured yet: where it suits fully, 39% to 65%"),
        ("listen", 4, "is judged, not measured yet"),
        ("listen", 5, "Measured in 5 cases so far: where it suits fully, 39% to 65% of the loss"),
        ("take_back", 5, "Measured in 5 cases so far: 39% to 65% of what has gone comes back"),
    ],
)
def test_an_effect_is_measured_by_some_cases_and_judged_before(
    play: str, cases: int, says: str
) -> None:
    assert says in told(play, cases)


def test_what_comes_back_by_few_cases_is_not_said() -> None:
    assert "Measured" not in told("take_back", 4)
