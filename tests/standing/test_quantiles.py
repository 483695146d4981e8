"""Quantile regression against a published fit, another implementation, and its own definition."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from mainstay.core.errors import FitError
from mainstay.standing.quantiles import independent, quantile_regression

# Brownlee (1965), oxidation of ammonia: air flow, water temperature, acid concentration, loss.
AIR = [80, 80, 75, 62, 62, 62, 62, 62, 58, 58, 58, 58, 58, 58, 50, 50, 50, 50, 50, 56, 70]
WATER = [27, 27, 25, 24, 22, 23, 24, 24, 23, 18, 18, 17, 18, 19, 18, 18, 19, 19, 20, 20, 20]
ACID = [89, 88, 90, 87, 87, 87, 93, 93, 87, 80, 89, 88, 82, 93, 89, 86, 72, 79, 80, 82, 91]
LOSS = [42, 37, 37, 28, 18, 18, 19, 20, 15, 14, 14, 13, 11, 12, 8, 7, 8, 8, 9, 15, 15]


def test_against_the_published_fit_of_brownlees_data() -> None:
    """Koenker & d'Orey (1987), and the documentation of R's quantreg: the median regression."""
    X = np.column_stack([np.ones(21), AIR, WATER, ACID]).astype(float)
    found = quantile_regression(X, np.array(LOSS, float), 0.5)
    assert found == pytest.approx([-39.68986, 0.83188, 0.57391, -0.06087], abs=5e-6)


@pytest.mark.parametrize("quantile", [0.2, 0.8, 0.9, 0.95])
def test_against_the_primal_problem(quantile: float) -> None:
    """Koenker (2005), section 1.3: min τ 1'u + (1 − τ) 1'v, Xβ + u − v = y, u and v ≥ 0."""
    rng = np.random.default_rng(3)
    X = np.column_stack([np.ones(200), rng.normal(size=(200, 2)), rng.integers(0, 2, 200)])
    y = X @ [1.0, 0.5, -0.3, 2.0] + rng.gumbel(size=200) * (1 + 0.5 * X[:, 3])
    cost = np.r_[np.zeros(4), np.full(200, quantile), np.full(200, 1 - quantile)]
    bounds = [(None, None)] * 4 + [(0, None)] * 400
    primal = linprog(cost, A_eq=np.hstack([X, np.eye(200), -np.eye(200)]), b_eq=y, bounds=bounds)
    assert quantile_regression(X, y, quantile) == pytest.approx(primal.x[:4], abs=1e-7)


def test_of_one_group_it_is_the_quantile() -> None:
    values = np.arange(1.0, 11.0)
    assert quantile_regression(np.ones((10, 1)), values, 0.85) == pytest.approx([9.0])


def test_no_other_line_has_a_smaller_loss() -> None:
    rng = np.random.default_rng(5)
    X = np.column_stack([np.ones(120), rng.normal(size=120)])
    y = rng.standard_t(2, 120)

    def loss(beta: np.ndarray) -> float:
        rest = y - X @ beta
        return float((rest * (0.9 - (rest < 0))).sum())

    best = quantile_regression(X, y, 0.9)
    assert all(loss(best) <= loss(best + step) for step in rng.normal(0, 0.1, (200, 2)))


def test_a_problem_without_a_solution_is_told() -> None:
    with pytest.raises(FitError, match="3 values"):
        quantile_regression(np.ones((3, 1)), np.array([1.0, 2.0, np.inf]), 0.5)


def test_columns_that_others_say_already_are_left_out() -> None:
    one, two = np.eye(3)[[0, 0, 1, 1, 2]].T[:2]
    X = np.column_stack([one, two, one + two, 3 * two, np.arange(5.0)])
    assert independent(X).tolist() == [0, 1, 4]
    assert independent(np.zeros((4, 2))).tolist() == []
