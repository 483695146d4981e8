"""What is believed of plays before any case, and of those that win back after outcomes."""

from dataclasses import replace

import numpy as np
import pytest

from mainstay.plays.catalogue import PLAYS
from mainstay.plays.effects import Belief, Horizon, Outcome, learnt, outcome, priors, to_json


def test_the_beliefs_before_are_those_of_the_plays():
    belief = priors(PLAYS)["complaint"]
    assert np.exp(belief.mean) == pytest.approx(0.8)
    assert belief.expected == pytest.approx(0.8 * np.exp(0.15**2 / 2))
    low, high = belief.interval
    assert low < 0.8 < high
    assert learnt(PLAYS, []) == priors(PLAYS)


def test_what_comes_back_teaches_how_much_a_play_wins_back():
    """Of three in ten, .6 comes back in a year; half of that shows within the horizon."""
    rng = np.random.default_rng(2)
    back = [
        Outcome("win_back", 0.5 * 0.6 * float(rng.random() < 0.3), probability=0.5)
        for _ in range(400)
    ]
    found = learnt(PLAYS, back)
    assert np.exp(found["win_back"].mean) == pytest.approx(0.18, abs=0.05)
    assert found["win_back"].cases == 400
    assert found["take_back"] == priors(PLAYS)["take_back"]


def test_what_was_to_come_anyway_is_no_return_and_only_blurs_it():
    sure = [Outcome("take_back", 0.5) for _ in range(20)]
    blurred = [replace(one, still=5.0) for one in sure]
    before = priors(PLAYS)["take_back"].mean
    moved, hardly = (learnt(PLAYS, some)["take_back"].mean for some in (sure, blurred))
    assert moved > before + 0.2
    assert before < hardly < before + 0.1


def test_an_outcome_is_told_by_the_money_of_the_horizon():
    back = outcome("win_back", Horizon(0.0, 0.0, 30.0, 120.0), 1.0, 0.5)
    assert back == Outcome("win_back", 0.25, 1.0, 0.5, 0.0)
    both = outcome("take_back", Horizon(100.0, 20.0, 110.0, 60.0), 1.0, None)
    assert (both.returned, both.still) == (pytest.approx(0.5), pytest.approx(80 / 60))
    assert outcome("take_back", Horizon(100.0, 20.0, 110.0, 0.0), 1.0, None) is None


def test_plays_that_keep_and_unknown_ones_are_left_as_they_were():
    assert learnt(PLAYS, [Outcome("gone", 1.0), Outcome("listen", 1.0)]) == priors(PLAYS)
    assert to_json({"x": Belief(-0.1, 0.2, 3)}) == {"x": {"mean": -0.1, "spread": 0.2, "cases": 3}}


def test_what_was_chosen_counts_less_than_what_was_drawn():
    drawn = [Outcome("win_back", 0.5, probability=0.5) for _ in range(20)]
    chosen = [replace(one, probability=None) for one in drawn]
    more, less = (learnt(PLAYS, some)["win_back"] for some in (drawn, chosen))
    assert more.mean > less.mean > priors(PLAYS)["win_back"].mean
