"""Gamma-Gamma: a density, a shrunk mean, and histories that it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from estimator_cases import TRUTHS, seen_of
from scipy.integrate import quad

from mainstay.core.errors import FitError, InvalidHistory
from mainstay.defection.estimators import GammaGamma
from mainstay.defection.estimators.gamma_gamma import GammaGammaParams
from mainstay.defection.estimators.search import LogNormalPrior

MODEL = TRUTHS[GammaGamma]


@pytest.mark.parametrize("x", [1, 4, 60])
def test_density_integrates_to_one(x: int) -> None:
    total = sum(
        quad(lambda m: np.exp(MODEL.loglik(x, m)[0]), low, high, epsrel=1e-10)[0]
        for low, high in ((1e-9, 50), (50, 120), (120, 500), (500, 1e5))
    )
    assert total == pytest.approx(1, abs=1e-7)


def test_expected_spend_against_simulated_orders() -> None:
    """Given x and the mean, the next orders' worth is what was expected, in each band of it."""
    rng = np.random.default_rng(3)
    p, n = MODEL.params_, 60_000
    rate = rng.gamma(p.q, 1 / p.v, n)
    x = rng.integers(0, 8, n)
    mean = np.where(x > 0, rng.gamma(p.p * np.maximum(x, 1), 1 / rate) / np.maximum(x, 1), 0)
    later = rng.gamma(p.p, 1 / rate)
    expected = MODEL.expected_spend(x, mean)
    assert expected.dtype == np.float64
    bands = np.searchsorted(np.quantile(expected, [0.2, 0.4, 0.6, 0.8]), expected)
    for band in range(5):
        off = (later - expected)[bands == band]
        assert abs(off.mean()) < 4 * off.std() / np.sqrt(len(off))


def test_expected_spend_lies_between_its_own_and_that_of_all() -> None:
    p = MODEL.params_
    of_all = p.p * p.v / (p.q - 1)
    assert MODEL.expected_spend(0, 0)[0] == pytest.approx(of_all)
    assert MODEL.expected_spend(0, np.nan)[0] == pytest.approx(of_all)
    low = MODEL.expected_spend([1, 2, 10, 1000], of_all / 3)
    assert (np.diff(low) < 0).all()
    assert ((low > of_all / 3) & (low < of_all)).all()
    assert low[-1] == pytest.approx(of_all / 3, rel=0.01)


def test_currency_changes_nothing() -> None:
    x, mean = seen_of(GammaGamma, 800, seed=1)
    fitted, in_won = GammaGamma.fit(x, mean), GammaGamma.fit(x, mean * 1500)
    scale = np.array([1, 1, 1500])
    assert in_won.params_.array() == pytest.approx(fitted.params_.array() * scale, rel=1e-7)
    assert in_won.standard_errors_.array() == pytest.approx(
        fitted.standard_errors_.array() * scale, rel=1e-6
    )
    assert in_won.loglik_ == pytest.approx(fitted.loglik_ - fitted.n_ * np.log(1500))
    prior = LogNormalPrior(GammaGammaParams(3.0, 3.0, 50.0), GammaGammaParams(0.1, 0.1, 0.1))
    won = LogNormalPrior(GammaGammaParams(3.0, 3.0, 75e3), prior.log_sd)
    one, other = GammaGamma.fit(x, mean, prior=prior), GammaGamma.fit(x, mean * 1500, prior=won)
    assert other.params_.array() == pytest.approx(one.params_.array() * scale, rel=1e-6)


def test_accounts_without_an_order_tell_nothing() -> None:
    x, mean = seen_of(GammaGamma, 500, seed=2)
    none = np.zeros(40)
    fitted = GammaGamma.fit(np.r_[x, none], np.r_[mean, np.full(40, np.nan)])
    assert fitted.params_ == GammaGamma.fit(x, mean).params_
    assert fitted.n_ == (x > 0).sum()
    assert (MODEL.loglik(none, none) == 0).all()


def test_what_cannot_be_fitted_says_what_to_do() -> None:
    with pytest.raises(FitError, match=r"Row 1 .and 1 others.*-3.*net sales"):
        GammaGamma.fit([1, 2, 3], [4, -3, 0])
    with pytest.raises(FitError, match="above 0"):
        MODEL.expected_spend(2, 0)
    with pytest.raises(FitError, match="longer history"):
        GammaGamma.fit([0, 0], [0, 0])
    with pytest.raises(FitError, match="no model is needed"):
        GammaGamma.fit([3] * 50, [19.9] * 50)
    for x, mean in (([1.5], [3]), ([-1], [3]), ([np.nan], [3]), ([2], [np.inf])):
        with pytest.raises(InvalidHistory, match="x counts orders"):
            GammaGamma.fit(x, mean)
    with pytest.raises(InvalidHistory, match="weights"):
        GammaGamma.fit([1, 2], [3, 4], weights=[1, -1])
    wild = GammaGamma(GammaGammaParams(0.4, 0.5, 10.0))
    with pytest.raises(FitError, match="larger q"):
        wild.expected_spend([5, 0], [9, 0])
    assert wild.expected_spend(5, 9)[0] > 0
