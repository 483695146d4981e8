"""Figures of how good a forecast was, against values worked out by hand, and by definition."""

import numpy as np
import pytest

from mainstay.defection.scores import (
    Ranking,
    at_level,
    auc,
    average_precision,
    brier,
    calibration,
    calibration_floor,
    draws_of,
    lift,
)


def told(hits: str) -> np.ndarray:
    return np.array([c == "x" for c in hits])


def by_pairs(happened, score) -> float:
    """AUC by its definition."""
    above, below = score[happened][:, None], score[~happened][None, :]
    return float(((above > below) + 0.5 * (above == below)).mean())


def by_thresholds(happened, score) -> float:
    """Average precision by its definition, one threshold after the other."""
    total = 0.0
    before = 0
    for edge in np.unique(score)[::-1]:
        called = score >= edge
        hits = int((called & happened).sum())
        total += (hits - before) / happened.sum() * hits / called.sum()
        before = hits
    return total


def test_figures_of_a_known_example():
    # The example of scikit-learn's documentation of both functions.
    happened, score = told("..xx"), np.array([0.1, 0.4, 0.35, 0.8])
    assert auc(happened, score) == pytest.approx(0.75)
    assert average_precision(happened, score) == pytest.approx(0.8333333)


def test_ties_are_undecided():
    happened, score = told("x..."), np.ones(4)
    assert auc(happened, score) == 0.5
    assert average_precision(happened, score) == 0.25
    assert lift(happened, score) == pytest.approx(1.0)


@pytest.mark.parametrize("levels", [3, 10, 1000])
def test_figures_follow_their_definition_whatever_the_ties(levels):
    rng = np.random.default_rng(levels)
    score = rng.integers(0, levels, 200).astype(float)
    happened = rng.random(200) < 0.2 + 0.5 * score / levels
    assert auc(happened, score) == pytest.approx(by_pairs(happened, score))
    assert average_precision(happened, score) == pytest.approx(by_thresholds(happened, score))


def test_weights_count_an_account_so_often():
    rng = np.random.default_rng(5)
    score, happened = rng.integers(0, 9, 60).astype(float), rng.random(60) < 0.4
    weights = rng.integers(0, 4, (3, 60)).astype(float)
    areas, precisions = Ranking.of(score).measures(happened, weights)
    for row, area, precision in zip(weights.astype(int), areas, precisions, strict=True):
        often = np.repeat(np.arange(60), row)
        assert area == pytest.approx(by_pairs(happened[often], score[often]))
        assert precision == pytest.approx(by_thresholds(happened[often], score[often]))


@pytest.mark.parametrize("hits", ["....", "xxxx"])
def test_where_all_fared_alike_there_is_nothing_to_tell(hits):
    score = np.array([1.0, 2.0, 3.0, 4.0])
    for figure in (auc, average_precision, lift):
        assert np.isnan(figure(told(hits), score))


def test_lift_is_the_rate_at_the_top_over_the_rate_of_all():
    happened = told("xx.......x" + ".........." + "xx........")
    score = -np.arange(30.0)
    # Three of the first three would be 6; two of them are hit: (2/3) / (5/30).
    assert lift(happened, score) == pytest.approx(4.0)


def test_brier_score():
    assert brier(told("x."), np.array([0.8, 0.4])) == pytest.approx((0.04 + 0.16) / 2)


def test_calibration_bins_hold_equally_many_and_their_error_is_weighted():
    p = np.repeat([0.1, 0.9], 50)
    happened = np.concatenate([np.arange(50) < 10, np.arange(50) < 40])
    rng = np.random.default_rng(1)
    mixed = rng.permutation(50)
    found = calibration(np.concatenate([happened[:50][mixed], happened[50:][mixed]]), p)
    assert found.n.tolist() == [10] * 10
    np.testing.assert_allclose(found.predicted, [0.1] * 5 + [0.9] * 5)
    assert found.observed[:5].mean() == pytest.approx(0.2)
    assert ((found.low < found.observed) | (found.observed == 0)).all()
    assert (found.high <= 1).all()
    wrong = np.abs(found.predicted - found.observed).mean()
    assert found.error == pytest.approx(wrong)


def test_fewer_accounts_than_bins():
    found = calibration(told("x.."), np.array([0.9, 0.2, 0.1]))
    assert found.n.sum() == 3
    assert found.error == pytest.approx((0.1 + 0.2 + 0.1) / 3)
    assert np.isnan(calibration(told(""), np.empty(0)).error)


def test_the_floor_of_true_probabilities_is_what_they_show_by_chance():
    rng = np.random.default_rng(8)
    p = rng.beta(2, 3, 1000)
    shown = [calibration(rng.random(1000) < p, p).error for _ in range(300)]
    assert calibration_floor(p) == pytest.approx(np.mean(shown), rel=0.06)
    # What MODELS says of a perfect model with a thousand accounts.
    assert calibration_floor(p) == pytest.approx(0.033, abs=0.004)
    assert calibration_floor(np.zeros(50)) == 0.0


def test_probabilities_at_a_level_keep_their_order():
    p = np.array([0.1, 0.2, 0.5])
    moved = at_level(p, 0.6)
    assert moved.mean() == pytest.approx(0.6)
    assert (np.diff(moved) > 0).all()
    odds = np.log(moved / (1 - moved)) - np.log(p / (1 - p))
    np.testing.assert_allclose(odds, odds[0])


def test_bootstrap_weights_draw_as_many_as_there_are():
    weights = np.concatenate(list(draws_of(50, 40)))
    assert weights.shape == (40, 50)
    assert (weights.sum(axis=1) == 50).all()
    assert weights.var() == pytest.approx(1.0, abs=0.15)
    np.testing.assert_array_equal(weights, np.concatenate(list(draws_of(50, 40))))
