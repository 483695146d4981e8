"""What is believed of plays, before and after outcomes."""

from dataclasses import replace

import numpy as np
import pytest

from mainstay.plays.catalogue import PLAYS
from mainstay.plays.effects import Belief, Horizon, Outcome, learnt, outcome, priors, to_json

P = 0.4


def outcomes(play, r, n, *, seed=0, probability=0.5):
    """Accounts lost with probability P, times r where the play was done."""
    rng = np.random.default_rng(seed)
    done = r if play != "nothing" else 1.0
    lost = rng.random(n) < P * done
    return [Outcome(play, P, float(one), probability=probability) for one in lost]


def test_the_beliefs_before_are_those_of_the_plays():
    belief = priors(PLAYS)["complaint"]
    assert np.exp(belief.mean) == pytest.approx(0.8)
    assert belief.expected == pytest.approx(0.8 * np.exp(0.15**2 / 2))
    low, high = belief.interval
    assert low < 0.8 < high
    assert learnt(PLAYS, []) == priors(PLAYS)


def test_many_outcomes_of_coins_lead_to_the_truth():
    drawn = outcomes("listen", 0.5, 800) + outcomes("nothing", 1, 800, seed=1)
    found = learnt(PLAYS, drawn)["listen"]
    assert np.exp(found.mean) == pytest.approx(0.5, abs=0.08)
    assert found.spread < 0.09
    assert found.cases == 800


def test_a_harmful_play_is_found_out():
    drawn = outcomes("contest", 1.5, 600) + outcomes("nothing", 1, 600, seed=1)
    assert learnt(PLAYS, drawn)["contest"].expected > 1.2


def test_few_outcomes_hardly_move_a_belief():
    few = [Outcome("listen", P, 0.0, probability=0.5) for _ in range(3)]
    before, after = priors(PLAYS)["listen"], learnt(PLAYS, few)["listen"]
    assert before.mean - 0.06 < after.mean < before.mean
    assert after.spread == pytest.approx(before.spread, rel=0.1)


def test_what_nobody_drew_counts_less():
    drawn = learnt(PLAYS, outcomes("listen", 0.5, 100))["listen"]
    chosen = learnt(PLAYS, outcomes("listen", 0.5, 100, probability=None))["listen"]
    before = priors(PLAYS)["listen"]
    assert abs(chosen.mean - before.mean) < abs(drawn.mean - before.mean)
    assert chosen.spread > drawn.spread


def test_a_forecast_that_is_too_dark_for_everybody_is_no_plays_merit():
    """All lose half of what was expected, with and without the play."""
    rng = np.random.default_rng(3)
    both = [
        Outcome(play, P, float(rng.random() < P / 2), probability=0.5)
        for play in ("listen", "nothing")
        for _ in range(500)
    ]
    found = learnt(PLAYS, both)["listen"]
    assert found.mean > priors(PLAYS)["listen"].mean - 0.12


def test_what_comes_back_teaches_how_much_a_play_wins_back():
    """Of three in ten, .6 comes back in a year; half of that shows within the horizon."""
    rng = np.random.default_rng(2)
    back = [
        Outcome(
            "win_back", 0.0, 0.0, returned=0.5 * 0.6 * float(rng.random() < 0.3), probability=0.5
        )
        for _ in range(400)
    ]
    found = learnt(PLAYS, back)
    assert np.exp(found["win_back"].mean) == pytest.approx(0.18, abs=0.05)
    assert found["win_back"].cases == 400
    assert found["take_back"] == priors(PLAYS)["take_back"]


def test_what_was_to_come_anyway_is_no_return_and_only_blurs_it():
    sure = [Outcome("take_back", 0.1, 0.0, returned=0.5) for _ in range(20)]
    blurred = [replace(one, still=5.0) for one in sure]
    before = priors(PLAYS)["take_back"].mean
    moved, hardly = (learnt(PLAYS, some)["take_back"].mean for some in (sure, blurred))
    assert moved > before + 0.2
    assert before < hardly < before + 0.1


def test_an_outcome_is_told_by_the_money_of_the_horizon():
    kept = outcome("listen", Horizon(100.0, 40.0, 80.0, 0.0), 0.5, None)
    assert kept == Outcome("listen", 0.4, pytest.approx(0.2), 0.5, None)
    back = outcome("win_back", Horizon(0.0, 0.0, 30.0, 120.0), 1.0, 0.5)
    assert back == Outcome("win_back", 0.0, 0.0, 1.0, 0.5, 0.25, 0.0)
    both = outcome("take_back", Horizon(100.0, 20.0, 110.0, 60.0), 1.0, None)
    assert (both.returned, both.still) == (pytest.approx(0.5), pytest.approx(80 / 60))
    assert outcome("listen", Horizon(0.0, 0.0, 5.0, 0.0), 1.0, None) is None


def test_plays_that_win_back_where_nothing_was_gone_and_unknown_ones_are_left_as_they_were():
    found = learnt(
        PLAYS, [Outcome("win_back", P, 0.0), Outcome("gone", P, 1.0), Outcome("listen", 0.0, 1.0)]
    )
    assert found == priors(PLAYS)
    assert to_json({"x": Belief(-0.1, 0.2, 3)}) == {"x": {"mean": -0.1, "spread": 0.2, "cases": 3}}


def test_accounts_that_only_waver_make_no_play_look_harmful():
    """Little is expected to be lost, and orders waver widely around what comes."""
    rng = np.random.default_rng(5)
    some = [
        Outcome("listen", 0.05, float(0.05 * 0.86 + rng.normal(0, 0.35)), probability=None)
        for _ in range(300)
    ]
    before, after = priors(PLAYS)["listen"], learnt(PLAYS, some)["listen"]
    assert abs(after.mean - before.mean) < before.spread / 2
