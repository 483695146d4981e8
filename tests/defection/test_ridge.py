"""The regression: what it learns, where it begins, and what is missing."""

from __future__ import annotations

import numpy as np
import pytest

from mainstay.defection.ridge import Ridge, Scale, expit


def made(n: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, 3)) * [1.0, 5.0, 0.1] + [0.0, 10.0, 2.0]
    rhythm = rng.normal(size=n)
    odds = -0.5 + 0.8 * rhythm + 1.2 * features[:, 0] - 0.2 * (features[:, 1] - 10.0)
    return features, rhythm, (rng.random(n) < expit(odds)).astype(float)


def test_with_many_rows_it_finds_what_made_them() -> None:
    features, rhythm, left = made(40_000)
    found = Ridge.fit(features, rhythm, left, penalty=10.0)
    assert found.trust == pytest.approx(0.8, abs=0.06)
    assert found.slopes / found.scale.spread == pytest.approx([1.2, -0.2, 0.0], abs=0.3)
    assert found.slopes[:2] / found.scale.spread[:2] == pytest.approx([1.2, -0.2], abs=0.05)


def test_with_few_rows_it_is_the_rhythm_model() -> None:
    features, rhythm, left = made(24)
    found = Ridge.fit(features, rhythm, left, penalty=100.0)
    assert np.abs(found.slopes).max() < 0.1
    assert 0.3 < found.trust < 1.5


def test_it_stands_where_the_penalised_likelihood_is_highest() -> None:
    features, rhythm, left = made(500)
    found = Ridge.fit(features, rhythm, left, penalty=5.0, weight=0.4)
    columns = np.column_stack([np.ones(500), rhythm, found.scale.apply(features)])
    b = np.r_[found.level, found.trust, found.slopes]
    slope = 0.4 * columns.T @ (expit(columns @ b) - left)
    slope += np.r_[0.01, 1.0, np.full(3, 5.0)] * (b - np.r_[0.0, 1.0, np.zeros(3)])
    assert np.abs(slope).max() < 1e-5


def test_what_is_missing_counts_as_missing() -> None:
    features, rhythm, left = made(4_000)
    gone = np.random.default_rng(5).random(4_000) < 0.4
    features[gone, 1] = np.nan
    left[gone] = 1.0  # whoever has no value has left
    found = Ridge.fit(features, rhythm, left, penalty=1.0)
    odds = found.log_odds(features, rhythm)
    assert odds[gone].min() > 0
    assert odds[gone].mean() > 3
    assert np.isfinite(odds).all()
    parts = found.contributions(features)
    assert parts.shape == features.shape
    assert parts.sum(axis=1) == pytest.approx(odds - found.level - found.trust * rhythm)


def test_columns_missing_alike_have_one_flag() -> None:
    features = np.arange(24.0).reshape(6, 4)
    features[:2, [1, 2]] = np.nan
    features[:, 3] = np.nan
    scale = Scale.of(features)
    assert scale.flagged.tolist() == [1]
    assert scale.apply(features).shape == (6, 5)
    assert np.isfinite(scale.apply(features)).all()


def test_all_alike_and_all_certain_are_no_trouble() -> None:
    features, rhythm = np.ones((50, 3)), np.full(50, 13.0)
    left = np.r_[np.zeros(10), np.ones(40)]
    found = Ridge.fit(features, rhythm, left, penalty=1.0)
    assert expit(found.log_odds(features, rhythm)) == pytest.approx(0.8, abs=0.05)
