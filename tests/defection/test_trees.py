"""Boosted trees: what each feature adds, against LightGBM's own values."""

from __future__ import annotations

import numpy as np
import pytest

from mainstay.defection.trees import Trees


def learnt(n: int = 3_000, seed: int = 2) -> tuple[Trees, np.ndarray]:
    """Trees of features that matter together, two of them not always known."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, 6))
    odds = 1.5 * features[:, 0] * (features[:, 1] > 0) + features[:, 2]
    features[rng.random(n) < 0.3, 2] = np.nan
    features[odds + rng.normal(size=n) > 1.0, 3] = np.nan  # not known of who leaves
    return Trees.fit(features, (odds + rng.logistic(size=n) > 0).astype(float)), features


def test_contributions_are_shapley_values() -> None:
    trees, features = learnt()
    unknown = features[:300].copy()
    unknown[::2] = np.nan  # also what was always known when they learnt
    unknown[1::3, 0] = np.inf
    for x in (features, unknown):
        others = trees.model.predict(x, pred_contrib=True)
        assert np.abs(trees.contributions(x) - others[:, :-1]).max() < 1e-9
        together = trees.contributions(x).sum(axis=1) + others[:, -1]
        assert np.abs(together - trees.log_odds(x)).max() < 1e-9


@pytest.mark.parametrize("rows", [0, 1])
def test_contributions_of_hardly_anybody(rows: int) -> None:
    trees, features = learnt()
    assert trees.contributions(features[:rows]).shape == (rows, features.shape[1])


def test_trees_without_a_question_add_nothing() -> None:
    features = np.zeros((400, 3))
    trees = Trees.fit(features, np.arange(400) % 2.0)
    assert not trees.contributions(features).any()
