"""One contract for every estimator that `all_estimators` finds."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from estimator_cases import TRUTHS, Arrays, hard_histories, hard_spends, seen_of
from simulated import simulate

import mainstay.defection.estimators as package
from mainstay.core.errors import FitError, InvalidHistory
from mainstay.defection.estimators import GammaGamma, all_estimators
from mainstay.defection.estimators.cnbd import CNBD
from mainstay.defection.estimators.model import Model
from mainstay.defection.estimators.order_model import OrderModel
from mainstay.defection.estimators.search import LogNormalPrior

ALL = all_estimators()
ORDERS = [model for model in ALL if issubclass(model, OrderModel)]
PAST = (
    np.array([0, 0, 1, 3, 9, 40, 200.0]),
    np.array([0, 0, 6, 9.5, 20, 50, 103.5]),
    np.array([0, 52, 20, 60, 21, 104, 104.0]),
)


def total(model: Model[Any], log_theta: np.ndarray, data: Arrays) -> float:
    """Log-likelihood at other parameters, through the public door."""
    there = type(model)(type(model).Params(*np.exp(log_theta)), k=model.k_)
    return float(there.loglik(*data).sum())


def test_all_are_found_and_exported() -> None:
    assert {model.__name__ for model in ALL} == set(package.__all__) - {"all_estimators"}
    assert set(ALL) == set(TRUTHS)
    for model in ALL:
        assert getattr(package, model.__name__) is model
    with pytest.raises(AttributeError, match="NoSuch"):
        package.NoSuch  # noqa: B018


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, mainstay.defection.estimators; sys.exit('numba' in sys.modules or"
        " 'scipy' in sys.modules or 'numpy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("model", ALL)
def test_known_parameters_are_recovered(model: type[Model[Any]]) -> None:
    data = seen_of(model, 12_000, seed=1)
    fitted = model.fit(*data)
    truth = TRUTHS[model]
    assert not fitted.used_prior_
    assert fitted.n_ == (data[0] > 0).sum() if model is GammaGamma else 12_000
    assert fitted.k_ == truth.k_
    errors = fitted.standard_errors_.array()
    assert (np.abs(fitted.params_.array() - truth.params_.array()) < 4 * errors).all()
    assert (errors < 0.2 * truth.params_.array()).all()
    assert np.sqrt(np.diag(fitted.covariance_)) == pytest.approx(errors)
    assert type(truth).__name__ in repr(fitted)


@pytest.mark.parametrize("model", ALL)
def test_fit_is_the_top_and_its_curvature_the_covariance(model: type[Model[Any]]) -> None:
    """By differences of the public log-likelihood, of which the search knows nothing."""
    data = seen_of(model, 1500, seed=2)
    fitted = model.fit(*data)
    top = np.log(fitted.params_.array())
    assert fitted.loglik(*data).sum() == pytest.approx(fitted.loglik_, rel=1e-11)
    n, h = len(top), 1e-3
    step = np.eye(n) * h
    for i in range(n):
        up, down = total(fitted, top + step[i], data), total(fitted, top - step[i], data)
        assert max(up, down) < fitted.loglik_
        assert abs(up - down) / (2 * h) < 1e-4 * abs(up + down - 2 * fitted.loglik_) / h**2 + 1e-3
    curvature = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            corners = [
                total(fitted, top + a * step[i] + b * step[j], data) * a * b
                for a in (-1, 1)
                for b in (-1, 1)
            ]
            curvature[i, j] = -sum(corners) / (4 * h * h)
    theta = fitted.params_.array()
    covariance = np.linalg.inv(curvature) * np.outer(theta, theta)
    spread = np.sqrt(np.diag(covariance))
    assert fitted.covariance_ / np.outer(spread, spread) == pytest.approx(
        covariance / np.outer(spread, spread), abs=2e-3
    )


@pytest.mark.parametrize("model", ALL)
def test_standard_errors_are_the_spread_of_many_fits(model: type[Model[Any]]) -> None:
    times, n = 60, 2000
    data = seen_of(model, times * n, seed=3)
    options = {"k": TRUTHS[model].k_} if TRUTHS[model].k_ > 1 else {}
    points, errors = [], []
    for i in range(times):
        fitted = model.fit(*(values[i::times] for values in data), **options)
        assert not fitted.used_prior_
        points.append(np.log(fitted.params_.array()))
        errors.append(fitted.standard_errors_.array() / fitted.params_.array())
    ratio = np.std(points, axis=0, ddof=1) / np.median(errors, axis=0)
    assert ratio == pytest.approx(1, abs=0.33), ratio


@pytest.mark.parametrize("model", ALL)
def test_order_of_accounts_and_weights_change_nothing(model: type[Model[Any]]) -> None:
    data = [np.round(values) for values in seen_of(model, 600, seed=4)]
    if model is GammaGamma:
        data[1] = np.maximum(data[1], 1.0)
    else:
        data[1:] = (5 * np.round(values / 5) for values in data[1:])
        data[1] = np.where((data[0] > 0) & (data[1] == 0), 5.0, data[1])
    fitted = model.fit(*data)
    shuffled = np.random.default_rng(8).permutation(600)
    again = model.fit(*(values[shuffled] for values in data))
    assert again.params_ == fitted.params_
    rows, counts = np.unique(np.stack(data), axis=1, return_counts=True)
    assert len(counts) < 500
    weighted = model.fit(*rows, weights=counts)
    assert weighted.params_ == fitted.params_
    assert weighted.loglik_ == pytest.approx(fitted.loglik_, rel=1e-12)
    whole = model.fit(*(values.astype(np.int64) for values in data))
    assert whole.params_ == fitted.params_
    left_out = np.r_[np.ones(599), 0]
    fewer = model.fit(*data, weights=left_out)
    assert fewer.params_ == model.fit(*(values[:599] for values in data)).params_


@pytest.mark.parametrize("model", ALL)
@pytest.mark.parametrize("n", [60, 2500])
def test_start_from_another_fit_changes_nothing(model: type[Model[Any]], n: int) -> None:
    data = seen_of(model, n, seed=5)
    cold = model.fit(*data)
    far = np.exp(np.resize([-1.0, 2.5, 2.0, -0.5], len(cold.params_.array())))
    for start in (cold, TRUTHS[model], model(model.Params(*far))):
        warm = model.fit(*data, start=start)
        assert warm.k_ == cold.k_
        assert warm.used_prior_ == cold.used_prior_
        assert warm.params_.array() == pytest.approx(cold.params_.array(), rel=1e-7)


@pytest.mark.parametrize("model", ALL)
def test_given_prior_pulls(model: type[Model[Any]]) -> None:
    data = seen_of(model, 300, seed=6)
    median = model.Params(*(1.5 * TRUTHS[model].params_.array()))
    tight = LogNormalPrior(median, model.Params(*np.full(len(median.array()), 1e-3)))
    fitted = model.fit(*data, prior=tight)
    assert fitted.used_prior_
    assert fitted.params_.array() == pytest.approx(median.array(), rel=0.01)
    errors = fitted.standard_errors_.array() / median.array()
    assert errors == pytest.approx(1e-3, rel=0.02)


@pytest.mark.parametrize("model", ALL)
def test_few_accounts_need_a_prior_and_it_is_said(model: type[Model[Any]]) -> None:
    data = seen_of(model, 200, seed=9)
    some = [values[data[0] > 0][:6] for values in data]
    fitted = model.fit(*some)
    assert fitted.used_prior_
    assert (fitted.standard_errors_.array() / fitted.params_.array() < 2.2).all()


@pytest.mark.parametrize("model", ORDERS)
@pytest.mark.parametrize("case", list(hard_histories()))
def test_hard_histories(case: str, model: type[OrderModel[Any]]) -> None:
    """Every estimator fits every history, and what it tells is in range, without a NaN."""
    x, t_x, T = hard_histories()[case]
    fitted = model.fit(x, t_x, T)
    assert np.isfinite(fitted.params_.array()).all()
    assert np.isfinite(fitted.loglik_)
    assert np.isfinite(fitted.covariance_).all()
    assert (fitted.standard_errors_.array() > 0).all()
    assert fitted.n_ == len(x)
    for weeks in (0.0, 13.0, 520.0):
        expected = fitted.expected_orders(weeks, x, t_x, T)
        assert np.isfinite(expected).all()
        assert (expected >= 0).all()
        assert (expected <= 7 * weeks * 1.3).all()
        for n in (0, 1, 40):
            p = fitted.p_orders(n, weeks, x, t_x, T)
            assert ((p >= 0) & (p <= 1)).all()
    p_alive = fitted.p_alive(x, t_x, T)
    assert ((p_alive >= 0) & (p_alive <= 1)).all()
    # No order within t is at least the probability of having left.
    assert (fitted.p_orders(0, 13.0, x, t_x, T) >= 1 - p_alive - 1e-12).all()
    few = ("one account", "one that never came back", "nobody came back", "all equal")
    assert fitted.used_prior_ or case not in few


@pytest.mark.parametrize("case", list(hard_spends()))
def test_hard_spends(case: str) -> None:
    x, mean = hard_spends()[case]
    fitted = GammaGamma.fit(x, mean)
    assert np.isfinite(fitted.params_.array()).all()
    assert np.isfinite(fitted.loglik_)
    assert (fitted.standard_errors_.array() > 0).all()
    some = x > 0
    expected = fitted.expected_spend(x[some], mean[some])
    assert (expected > 0).all()
    assert np.isfinite(fitted.loglik(x, mean)).all()
    assert fitted.used_prior_ or case != "one account"


@pytest.mark.parametrize("model", ORDERS)
def test_shapes_and_broadcasting(model: type[OrderModel[Any]]) -> None:
    truth = TRUTHS[model]
    x, t_x, T = PAST
    for figure in (
        truth.p_alive(*PAST),
        truth.loglik(*PAST),
        truth.expected_orders(13, *PAST),
        truth.expected_orders_if_staying(np.full(7, 13), *PAST),
        truth.p_orders(2, [13], *PAST),
    ):
        assert figure.dtype == np.float64
        assert figure.shape == (7,)
        assert np.isfinite(figure).all()
    assert truth.expected_orders([1, 2, 3], 0, 0, 0).shape == (3,)
    assert truth.p_alive(2, 5, [6, 7]).shape == (2,)
    assert truth.p_alive([], [], []).shape == (0,)
    whole = [values.astype(np.int64) for values in PAST]
    floats = [values.astype(float) for values in whole]
    assert (truth.expected_orders(13, *whole) == truth.expected_orders(13, *floats)).all()
    one_by_one = [truth.expected_orders(13, *row)[0] for row in zip(x, t_x, T, strict=True)]
    assert (truth.expected_orders(13, *PAST) == one_by_one).all()


@pytest.mark.parametrize("model", ORDERS)
@pytest.mark.parametrize("weeks", [0.1, 4.0, 26.0])
def test_counts_sum_to_one_and_to_the_mean(model: type[OrderModel[Any]], weeks: float) -> None:
    p = np.array([TRUTHS[model].p_orders(n, weeks, *PAST) for n in range(160)])
    assert p.min() >= 0
    assert p.sum(axis=0) == pytest.approx(1, abs=1e-9)
    expected = TRUTHS[model].expected_orders(weeks, *PAST)
    assert np.arange(160) @ p == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("model", ORDERS)
def test_what_must_rise_and_fall(model: type[OrderModel[Any]]) -> None:
    truth = TRUTHS[model]
    weeks = np.array([0, 0.5, 3, 13, 52, 520.0])
    for x, t_x, T in zip(*PAST, strict=True):
        expected = truth.expected_orders(weeks, x, t_x, T)
        assert expected[0] == 0
        assert (np.diff(expected) > 0).all()
        none = truth.p_orders(0, weeks, x, t_x, T)
        assert (np.diff(none) <= 1e-15).all()
        assert none[3] < none[0] == 1 or truth.p_alive(x, t_x, T) < 1e-9
        assert (expected <= truth.expected_orders_if_staying(weeks, x, t_x, T) + 1e-12).all()
    silent = truth.p_alive(4, 10, [10, 15, 30, 100, 500])
    assert (np.diff(silent) <= 0).all()
    assert ((silent > 0) & (silent <= 1)).all()
    later = truth.p_alive(4, [2, 10, 20, 29.9], 30)
    assert (np.diff(later) >= 0).all()


@pytest.mark.parametrize("model", ORDERS)
def test_against_simulated_futures(model: type[OrderModel[Any]]) -> None:
    """In each band of the forecast, what came is what was expected, within four standard errors."""
    weeks, truth = 26.0, TRUTHS[model]
    T = np.random.default_rng(0).uniform(5, 80, 60_000)
    seen = simulate(truth, len(T), T=T, t=weeks, seed=1)
    past = (seen.x, seen.t_x, seen.T)
    forecasts = {
        "alive": (truth.p_alive(*past), seen.alive),
        "orders": (truth.expected_orders(weeks, *past), seen.later),
        "none": (truth.p_orders(0, weeks, *past), seen.later == 0),
        "two": (truth.p_orders(2, weeks, *past), seen.later == 2),
        "five": (truth.p_orders(5, weeks, *past), seen.later == 5),
    }
    for name, (expected, came) in forecasts.items():
        edges = np.quantile(expected, np.linspace(0, 1, 9))
        band = np.searchsorted(edges[1:-1], expected)
        for b in np.unique(band):
            of = band == b
            off = (came[of] - expected[of]).mean()
            spread = max((came[of] - expected[of]).var(), expected[of].mean())
            assert abs(off) < 4 * np.sqrt(spread / of.sum()) + 1 / of.sum(), (name, b)


@pytest.mark.parametrize(
    ("x", "t_x", "T", "rule"),
    [
        (1, 5, 4, "between 0 and T"),
        (1, -1, 4, "between 0 and T"),
        (0, 2, 4, "exactly where"),
        (2, 0, 4, "exactly where"),
        (-1, 0, 4, "x counts"),
        (1.5, 2, 4, "x counts"),
        (np.nan, 2, 4, "no number"),
        (1, 2, np.inf, "no number"),
    ],
)
@pytest.mark.parametrize("model", ORDERS)
def test_broken_histories_are_refused(
    model: type[OrderModel[Any]], x: float, t_x: float, T: float, rule: str
) -> None:
    with pytest.raises(InvalidHistory, match="Row 1 ") as raised:
        model.fit([0, x, x], [0, t_x, t_x], [9, T, T])
    assert rule in str(raised.value)
    assert raised.value.data["others"] == 1
    with pytest.raises(InvalidHistory, match=rule):
        TRUTHS[model].p_alive(x, t_x, T)


@pytest.mark.parametrize("model", ORDERS)
def test_impossible_fits_say_what_to_try(model: type[OrderModel[Any]]) -> None:
    for x, t_x, T in (([], [], []), ([0], [0], [0])):
        with pytest.raises(FitError, match="longer history"):
            model.fit(x, t_x, T)
    with pytest.raises(FitError, match="horizon"):
        TRUTHS[model].expected_orders(-1, 0, 0, 1)
    with pytest.raises(FitError, match="n counts"):
        TRUTHS[model].p_orders(-1, 13, 0, 0, 1)
    with pytest.raises(InvalidHistory, match="weights"):
        model.fit([0, 1], [0, 1], [2, 2], weights=[1])
    other = next(m for m in ORDERS if not issubclass(m, CNBD) and m is not model)
    with pytest.raises(FitError, match="same kind"):
        model.fit([0, 1], [0, 1], [2, 2], start=TRUTHS[other])


@pytest.mark.parametrize("model", ALL)
def test_impossible_parameters_are_refused(model: type[Model[Any]]) -> None:
    n = len(TRUTHS[model].params_.array())
    for wrong in (-1.0, 0.0, np.nan, np.inf):
        with pytest.raises(FitError, match="above 0"):
            model(model.Params(*[1.0] * (n - 1), wrong))
    with pytest.raises(FitError, match="above 0"):
        model(TRUTHS[model].params_, k=0)


@pytest.mark.parametrize("model", ALL)
def test_no_best_fit_is_said(model: type[Model[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mainstay.defection.estimators.newton.MOST_STEPS", 0)
    with pytest.raises(FitError, match="prior with smaller spread"):
        model.fit(*seen_of(model, 50, seed=1))
