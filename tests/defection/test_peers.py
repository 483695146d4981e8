"""What others would have said: plain scores, models in their own words, trees that learnt once."""

from datetime import date

import numpy as np
import pytest

from mainstay.defection.estimators import BGNBD
from mainstay.defection.peers import model_scores, simple_scores, tree_scores
from mainstay.defection.rhythm_forecast import History
from mainstay.defection.scores import auc
from mainstay.defection.slices import FEATURES, Examples, Labelled


def test_plain_scores_rank_as_their_names_say():
    columns = {"last_day": np.array([90, 50, 99]), "gap_max": np.array([9.0, 200.0, 1.0])}
    said = simple_scores(columns, np.array([3, 12, 40]), 101)
    assert said["recency"].score.tolist() == [10, 50, 1]
    assert np.argsort(said["orders_365"].score).tolist() == [2, 1, 0]
    assert said["hiatus"].score.tolist() == [11 / 10, 51 / 201, 2 / 2]
    assert all(one.p is None for one in said.values())


def test_models_speak_by_both_their_scores():
    rng = np.random.default_rng(4)
    n = 300
    x = rng.poisson(4, n)
    T = np.full(n, 60.0)
    t_x = np.where(x > 0, rng.uniform(10, 60, n), 0.0)
    history = History(x, t_x, T, None, np.zeros(n, bool))
    rows = np.arange(0, n, 7)
    said = model_scores(history, rows, 13)
    assert set(said) == {
        f"{m}_{by}" for m in ("bg_nbd", "mbg_nbd", "pareto_nbd") for by in ("alive", "orders")
    }
    model = BGNBD.fit(x, t_x, T)
    past = x[rows], t_x[rows], T[rows]
    np.testing.assert_allclose(said["bg_nbd_alive"].score, -model.p_alive(*past))
    np.testing.assert_allclose(said["bg_nbd_orders"].score, -model.expected_orders(13, *past))
    np.testing.assert_allclose(said["bg_nbd_orders"].p, model.p_orders(0, 13, *past))


def slice_of(n: int, seed: int) -> tuple[Examples, np.ndarray]:
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, len(FEATURES)))
    came = rng.random(n) < 1 / (1 + np.exp(-3 * features[:, 0]))
    everybody = np.arange(n)
    return (
        Examples(date(2025, 1, 1), everybody, everybody, features, np.zeros(n), np.full(n, 0.5)),
        came,
    )


def test_trees_learn_from_one_slice():
    before, came = slice_of(600, 1)
    now, then = slice_of(400, 2)
    said = tree_scores(Labelled(before, came), now)["trees"]
    assert auc(then, said.score) > 0.85
    assert said.p is not None
    assert ((said.p > 0) & (said.p < 1)).all()


@pytest.mark.parametrize("n", [0, 12])
def test_without_enough_to_learn_from_trees_say_nothing(n):
    now, _ = slice_of(30, 3)
    before, came = slice_of(n, 4)
    assert tree_scores(Labelled(before, came), now) == {}
    assert tree_scores(None, now) == {}
    many, _ = slice_of(100, 5)
    assert tree_scores(Labelled(many, np.ones(100, bool)), now) == {}
