"""What plays did, from cases whose truth is known."""

from dataclasses import fields, replace

import numpy as np
import pytest

from mainstay.core.errors import InvalidHistory
from mainstay.learning.cases import NEVER, Cases
from mainstay.learning.effects import ALL, TREATED, beliefs, effects
from mainstay.learning.needed import needed
from mainstay.learning.propensity import weights
from mainstay.plays.catalogue import PLAYS
from mainstay.plays.effects import priors
from mainstay.plays.quasi import Losses, Spread, expand

SOME = {name: PLAYS[name] for name in ("listen", "visits", "contest", "win_back")}
P = 0.4


def cases(n=0, *, play="listen", r=1.0, seed=0, share=0.5, **more):
    """Accounts lost with probability P, times r where the play was drawn and done."""
    rng = np.random.default_rng(seed)
    gets = np.arange(n) < n * share
    lost = (rng.random(n) < P * np.where(gets, r, 1.0)).astype(float)
    got = np.where(gets, play, "nothing").astype(object)
    day = 738000 + rng.integers(0, 360, n)
    code = np.array([f"{play}{i}" for i in range(n)], object)
    columns = {
        "account_id": code,
        "unit": code,
        "drawn": got,
        "done": got,
        "cause": np.array(["drift", "service"], object)[np.arange(n) % 2] if n else code,
        "fit": np.ones(n),
        "expected": np.full(n, P),
        "lost": lost,
        "probability": np.where(gets, share, 1 - share) if 0 < share < 1 else np.ones(n),
        "design": np.full(n, "spring", object),
        "first": day,
        "last": day + 90,
        "began": np.where(gets, day, NEVER),
        "traits": np.zeros((n, 0)),
    }
    return Cases(**columns | more)


def both(*parts):
    return Cases(
        **{f.name: np.concatenate([getattr(one, f.name) for one in parts]) for f in fields(Cases)}
    )


def test_help_and_harm_are_found_and_nothing_is_too_few_to_tell():
    known = both(
        cases(400, play="listen", r=0.55, seed=8),
        cases(400, play="contest", r=1.6, seed=1),
        cases(400, play="visits", seed=2),
    )
    found = effects(known, SOME)
    helps, harms, nothing = (found.of(play) for play in ("listen", "contest", "visits"))
    assert (helps.verdict, harms.verdict, nothing.verdict) == ("helps", "harms", "few")
    assert helps.low < 0.55 < helps.high
    assert harms.low < 1.6 < harms.high
    assert nothing.low < 1 < nothing.high
    assert (helps.with_play, helps.without, helps.basis) == (200, 600, "drawn")
    assert found.of("listen", "drift").with_play == 100
    assert found.table().num_rows == len(found.effects)


def test_causes_share_what_they_know():
    """Four cases of one cause, all kept: drawn to what the play does elsewhere."""
    known = cases(404, r=0.6)
    known = replace(known, cause=np.array(["drift"] * 400 + ["people"] * 4, object))
    known = replace(known, drawn=np.where(known.cause == "people", "listen", known.drawn))
    known = replace(
        known, done=known.drawn, began=np.where(known.drawn == "listen", known.first, NEVER)
    )
    found = effects(known, SOME)
    few = found.of("listen", "people")
    assert 0.3 < few.ratio < 0.9
    assert few.high / few.low > found.of("listen", "drift").high / found.of("listen", "drift").low


def test_choosing_the_worst_off_looks_like_harm_and_is_none():
    rng = np.random.default_rng(3)
    n = 1500
    p = rng.uniform(0.1, 0.7, n)
    gets = rng.random(n) < p
    got = np.where(gets, "listen", "nothing").astype(object)
    known = replace(
        cases(n, share=0.5),
        expected=p,
        drawn=got,
        done=got,
        lost=(rng.random(n) < p * np.where(gets, 0.8, 1.0)).astype(float),
        probability=np.full(n, np.nan),
        design=np.full(n, "", object),
        began=np.full(n, NEVER),
    )
    found = effects(known, SOME).of("listen")
    assert found.naive > 1 > found.ratio
    assert found.low < 0.8 < found.high
    assert found.basis == "chosen"
    drawn = effects(replace(known, probability=np.full(n, 0.5)), SOME).of("listen")
    assert found.high / found.low > drawn.high / drawn.low


def test_a_plain_comparison_that_could_be_anything_is_none():
    lost = np.array([0.3, 0.9, 0.1, 0.5, 0.4, 0.2, 0.6, 0.3])
    waver = np.array([0.9, -0.8, 0.7, -0.9, 0.8, -0.6, 0.4, -0.4])
    half = cases(16)
    told = effects(replace(half, lost=np.concatenate([lost, lost[::-1] * 0.9])), SOME)
    one = told.of("listen")
    assert one.naive_low < 1 < one.naive_high < 2
    # About nothing is lost without it, or it can't be told with it: any ratio fits.
    for values in (np.concatenate([lost, waver]), np.concatenate([waver, lost])):
        assert np.isnan(effects(replace(half, lost=values), SOME).of("listen").naive)
    few = half.at(np.arange(16) > 4)
    assert np.isnan(effects(few, SOME).of("listen").naive)


def test_accounts_with_nothing_at_stake_tell_nothing_of_what_plays_do():
    told = cases(200, r=1.0)
    rng = np.random.default_rng(5)
    some = cases(400, seed=1, account_id=np.array([f"S{i}" for i in range(400)], object))
    # They buy a little more or less than ever, those with the play by chance more.
    waver = rng.normal(np.where(some.drawn == "listen", -0.1, 0.0), 0.2)
    safe = replace(some, unit=some.account_id, expected=np.full(400, 0.005), lost=waver)
    alone, together = effects(told, SOME), effects(both(told, safe), SOME)
    assert together.of("listen") == alone.of("listen")
    assert together.left_out == {"no_loss": 400}


def test_what_was_had_counts_as_halves():
    lopsided = cases(1000, share=0.01)
    found = needed(lopsided, SOME, effects(lopsided, SOME)).to_pylist()
    (listen,) = (row for row in found if row["play"] == "listen")
    assert listen["had"] == 4 * 10 * 990 // 1000
    assert {row["had"] for row in found if row["play"] != "listen"} == {0}


def test_a_play_that_was_left_undone_did_more_than_its_draw():
    known = cases(1200, r=1.0, seed=4)
    undone = (known.drawn == "listen") & (np.arange(1200) % 3 == 0)
    done = np.where(undone, "nothing", known.drawn).astype(object)
    rng = np.random.default_rng(5)
    lost = rng.random(1200) < P * np.where(done == "listen", 0.5, 1.0)
    found = effects(replace(known, done=done, lost=lost.astype(float)), SOME)
    assert found.of("listen", view=TREATED).ratio < found.of("listen").ratio - 0.05
    assert found.of("listen", view=TREATED).basis == "mixed"


def test_the_same_accounts_again_and_again_tell_less_than_others():
    known = cases(300, r=0.7, seed=6)
    again = both(*[known] * 3)
    others = replace(again, account_id=np.arange(900).astype(str).astype(object))
    others = replace(others, unit=others.account_id, design=np.full(900, "", object))
    again = replace(again, design=others.design)
    width = [
        np.log(one.high / one.low)
        for one in (effects(c, SOME).of("listen") for c in (again, others))
    ]
    assert width[0] > 1.2 * width[1]


def test_beliefs_of_plans_start_from_the_catalogue_and_move_with_the_cases():
    assert beliefs(cases(0), PLAYS) == priors(PLAYS)
    moved = beliefs(cases(600, r=1.5), PLAYS)
    assert np.exp(moved["listen"].mean) > 1.1
    assert moved["listen"].cases == 300
    assert moved["visits"] == priors(PLAYS)["visits"]


@pytest.mark.parametrize("n", [0, 1])
def test_no_case_and_one_case_tell_nothing(n):
    found = effects(cases(n, share=1.0), SOME)
    listen = found.of("listen")
    assert listen.verdict == ("all_treated" if n else "none_treated")
    assert found.of("visits").verdict == "none_treated"
    assert not any(one.play == "win_back" and one.with_play for one in found.effects)


def test_all_treated_and_none_treated_are_said_to_be():
    assert effects(cases(50, share=1.0), SOME).of("listen").verdict == "all_treated"
    assert effects(cases(50, share=0.0), SOME).of("listen").verdict == "none_treated"
    assert effects(cases(8, r=0.1), SOME).of("listen", ALL).verdict == "few"


def test_cases_that_tell_nothing_are_left_out_and_counted():
    known = cases(40)
    known.began[0] = known.last[0] + 1
    known.expected[1] = 0.0
    known.lost[2] = np.nan
    known.account_id[4] = known.account_id[3]
    known.design[4] = "summer"
    known.first[4] = known.first[3]
    found = effects(known, SOME)
    assert found.left_out == {"no_loss": 2, "before": 1, "two_designs": 2}
    assert found.of("listen").with_play == 15


def test_columns_that_do_not_belong_together_are_refused():
    with pytest.raises(InvalidHistory, match="differ in length"):
        replace(cases(3), lost=np.zeros(2))
    with pytest.raises(InvalidHistory, match="above 0"):
        replace(cases(3), probability=np.zeros(3))


def test_weights_count_as_many_cases_as_they_are_worth():
    known = cases(200)
    gets = known.drawn == "listen"
    assert weights(known, gets) == pytest.approx(np.ones(200))
    chance = np.where(np.arange(200) % 4 == 0, 0.1, 0.9)
    uneven = weights(replace(known, probability=chance), gets)
    assert uneven[gets].sum() < 0.8 * gets.sum()
    assert uneven.max() / uneven.min() < 9


def test_the_information_of_groups_is_that_of_their_whole_matrix():
    """Against R written out and inverted."""
    rng = np.random.default_rng(7)
    account, unit = np.array([0, 0, 1, 2, 2, 2]), np.array([0, 0, 0, 1, 1, 1])
    x, p = rng.normal(size=(6, 2)), rng.uniform(0.2, 0.6, 6)
    y, at = rng.random(6), np.array([0.1, -0.2])
    losses = Losses(x, p, y, np.ones(6), (account, unit))
    score, information = expand(losses, at, Spread(0.7, 0.2, 0.1))
    same = [np.equal.outer(one, one) for one in (account, unit)]
    r = 0.7 * np.eye(6) + 0.2 * same[0] + 0.1 * same[1]
    mu = p * np.exp(x @ at)
    root = np.sqrt(0.7 * mu)
    v = np.linalg.inv(root[:, None] * r * root)
    d = mu[:, None] * x
    assert information == pytest.approx(d.T @ v @ d)
    assert score == pytest.approx(d.T @ v @ (y - mu))
