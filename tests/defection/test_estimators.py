"""Every estimator against quadrature, simulation and its own contract."""

from __future__ import annotations

from dataclasses import astuple
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special
from scipy.integrate import quad
from scipy.stats import beta as beta_law
from scipy.stats import gamma as gamma_law
from simulated import simulate

from mainstay.core.errors import FitError, InvalidHistory
from mainstay.defection.estimators import cnbd_search
from mainstay.defection.estimators.bg_nbd import BGNBD
from mainstay.defection.estimators.cnbd import CNBD
from mainstay.defection.estimators.cnbd_likelihood import loglik_derivatives
from mainstay.defection.estimators.cnbd_search import CNBDParams, LogNormalPrior
from mainstay.defection.estimators.histories import gather
from mainstay.defection.estimators.mbg_cnbd_k import MBGCNBDk
from mainstay.defection.estimators.mbg_nbd import MBGNBD
from mainstay.defection.estimators.special import beta_inc, digamma, trigamma

ALL = [BGNBD, MBGNBD, MBGCNBDk]
TRUTH = CNBDParams(1.3, 12.0, 0.9, 4.0)


def integrated(
    model: CNBD, x: int, t_x: float, T: float, *, t: float = 0.0
) -> tuple[float, float, float]:
    """L, P(alive) and P(X(t) = 0) by integrating the individual likelihood over λ, then p."""
    p, k = model.params_, model.k_
    coins = x - 1 + int(model.leaves_at_zero)

    def waits(rate: float, weeks: float) -> float:  # fewer than k events in `weeks`
        return special.gammaincc(k, rate * weeks) if weeks > 0 else 1.0

    def over_rates(weeks: float | None) -> float:
        def density(rate: float) -> float:
            past = rate ** (k * x) * np.exp(-rate * t_x)
            still = 1.0 if weeks is None else waits(rate, weeks)
            return gamma_law.pdf(rate, p.r, scale=1 / p.alpha) * past * still

        peak = (p.r + k * x) / (p.alpha + t_x)
        pieces = [0, peak / 10, peak / 2, peak, 2 * peak, 5 * peak, 30 * peak]
        return sum(
            quad(density, low, high, epsabs=0, epsrel=1e-11, limit=200)[0]
            for low, high in pairwise(pieces)
        )

    def over_leaving(lost: int) -> float:
        if coins < 0:
            return 0.0 if lost else 1.0
        return beta_law.expect(
            lambda q: (1 - q) ** (coins + 1 - lost) * q**lost, args=(p.a, p.b), epsrel=1e-10
        )

    left = over_leaving(1) * over_rates(None) if coins >= 0 else 0.0
    alive = over_leaving(0) * over_rates(T - t_x)
    silent = over_leaving(0) * over_rates(T + t - t_x)
    whole = left + alive
    return whole, alive / whole, (left + silent) / whole


@pytest.mark.parametrize(
    "history", [(0, 0, 20), (1, 6, 20), (3, 9.5, 12), (6, 30, 30), (9, 20, 60)]
)
@pytest.mark.parametrize(
    "model",
    [
        BGNBD(CNBDParams(0.6, 5.0, 0.8, 2.5)),
        MBGNBD(CNBDParams(1.7, 9.0, 1.2, 3.0)),
        MBGCNBDk(CNBDParams(1.3, 2.8, 0.9, 1.6), k=2),
        MBGCNBDk(CNBDParams(3.0, 4.0, 2.0, 7.0), k=5),
    ],
)
def test_against_quadrature(model: CNBD, history: tuple[int, float, float]) -> None:
    x, t_x, T = history
    likelihood, p_alive, p_none = integrated(model, x, t_x, T, t=13.0)
    # Without gaps the factor is that of t_x alone; take it off to compare.
    ours = model.loglik(x, t_x, T, log_gaps=0.0)[0] + x * special.gammaln(model.k_)
    assert ours == pytest.approx(np.log(likelihood), abs=1e-7)
    assert model.p_alive(x, t_x, T)[0] == pytest.approx(p_alive, rel=1e-7)
    assert model.p_orders(0, 13.0, x, t_x, T)[0] == pytest.approx(p_none, rel=1e-7)


@pytest.mark.parametrize(
    "model",
    [BGNBD(TRUTH), MBGNBD(TRUTH), MBGCNBDk(CNBDParams(1.3, 4.0, 0.9, 4.0), k=3)],
    ids=lambda m: type(m).__name__,
)
def test_against_simulated_futures(model: CNBD) -> None:
    """In each band of the forecast, what came is what was expected, within four standard errors."""
    weeks = 26.0
    T = np.random.default_rng(0).uniform(5, 80, 60_000)
    seen = simulate(model, len(T), T=T, t=weeks, seed=1)
    past = (seen.x, seen.t_x, seen.T)
    forecasts = {
        "alive": (model.p_alive(*past), seen.alive),
        "orders": (model.expected_orders(weeks, *past), seen.later),
        "none": (model.p_orders(0, weeks, *past), seen.later == 0),
        "two": (model.p_orders(2, weeks, *past), seen.later == 2),
        "five": (model.p_orders(5, weeks, *past), seen.later == 5),
    }
    for name, (expected, came) in forecasts.items():
        edges = np.quantile(expected, np.linspace(0, 1, 9))
        band = np.searchsorted(edges[1:-1], expected)
        for b in np.unique(band):
            of = band == b
            off = (came[of] - expected[of]).mean()
            spread = max((came[of] - expected[of]).var(), expected[of].mean())
            assert abs(off) < 4 * np.sqrt(spread / of.sum()) + 1 / of.sum(), (name, b)


def test_probabilities_of_counts_sum_to_one_and_to_the_mean() -> None:
    model = MBGCNBDk(CNBDParams(1.3, 2.8, 0.9, 1.6), k=3)
    x, t_x, T = [0, 1, 4, 30], [0, 3, 50, 51.5], 52.0
    p = np.array([model.p_orders(n, 20, x, t_x, T) for n in range(120)])
    assert p.min() >= 0
    assert p.sum(axis=0) == pytest.approx(1, abs=1e-9)
    assert np.arange(120) @ p == pytest.approx(model.expected_orders(20, x, t_x, T), rel=1e-7)


def test_orders_if_staying() -> None:
    """With p all but 0 nobody leaves; for k = 1 the rate is then (r + x)/(α + T)."""
    loyal = MBGNBD(CNBDParams(1.3, 12.0, 1e-9, 1.0))
    x, t_x, T = np.array([0.0, 2, 9]), np.array([0.0, 10, 40]), 52.0
    found = MBGNBD(TRUTH).expected_orders_if_staying(26, x, t_x, T)
    assert found == pytest.approx(26 * (1.3 + x) / (12 + T), rel=1e-9)
    assert found == pytest.approx(loyal.expected_orders(26, x, t_x, T), rel=1e-6)
    model = MBGCNBDk(CNBDParams(1.3, 2.8, 0.9, 1.6), k=3)
    kept = model.expected_orders(26, x, t_x, T) / model.p_alive(x, t_x, T)
    assert (kept < model.expected_orders_if_staying(26, x, t_x, T)).all()


def test_bg_calls_everybody_alive_who_never_came_back() -> None:
    """The known trap: so this P(alive) must never rank accounts."""
    assert (BGNBD(TRUTH).p_alive(0, 0, [1.0, 100.0, 520.0]) == 1).all()
    assert (np.diff(MBGNBD(TRUTH).p_alive(0, 0, [1.0, 100.0, 520.0])) < 0).all()


@settings(max_examples=50, deadline=None)
@given(
    logs=st.lists(st.floats(-2.5, 3.5), min_size=4, max_size=4),
    k=st.integers(1, 8),
    model=st.sampled_from([BGNBD, MBGCNBDk]),
)
def test_derivatives_against_differences(logs: list[float], k: int, model: type[CNBD]) -> None:
    x = np.array([0, 0, 1, 1, 3, 40, 3000.0])
    t_x = np.array([0, 0, 0.5, 100, 20, 52, 519.9])
    T = np.array([3, 520, 60, 100, 50, 52, 520.0])
    w = np.array([2, 1, 3, 1, 1, 0.5, 1.0])
    theta, gradient, hessian = np.exp(logs), np.empty(4), np.empty((4, 4))
    m = int(model.leaves_at_zero)
    value = loglik_derivatives(k, m, theta, x, t_x, T, w, gradient, hessian)

    def total(values: np.ndarray) -> float:
        rows = model(CNBDParams(*values), k=k).loglik(x, t_x, T, log_gaps=0.0)
        return float(w @ (rows + x * special.gammaln(k)))

    assert value == pytest.approx(total(theta), rel=1e-10)
    for i in range(4):
        h = theta[i] * 1e-5
        up, down = theta.copy(), theta.copy()
        up[i] += h
        down[i] -= h
        slope = (total(up) - total(down)) / (2 * h)
        assert gradient[i] * theta[i] == pytest.approx(slope * theta[i], rel=2e-5, abs=2e-3)
        slopes, other = np.empty((2, 4)), np.empty((4, 4))
        for j, near in enumerate((up, down)):
            loglik_derivatives(k, m, near, x, t_x, T, w, slopes[j], other)
        curved = (slopes[0] - slopes[1]) / (2 * h) * theta * theta[i]
        assert hessian[i] * theta * theta[i] == pytest.approx(curved, rel=2e-5, abs=2e-3)


@pytest.mark.parametrize("model", [BGNBD, MBGNBD])
def test_parameters_recovered(model: type[CNBD]) -> None:
    seen = simulate(model(TRUTH), 30_000, T=np.linspace(10, 150, 30_000), t=0, seed=2)
    fitted = model.fit(seen.x, seen.t_x, seen.T)
    assert not fitted.used_prior_
    assert fitted.n_ == 30_000
    assert fitted.se_ is not None
    for value, truth, se in zip(
        astuple(fitted.params_), astuple(TRUTH), astuple(fitted.se_), strict=True
    ):
        assert abs(value - truth) < 4 * se
        assert se < 0.2 * truth


@pytest.mark.parametrize("k", [1, 2, 4])
def test_regularity_recovered(k: int) -> None:
    truth = CNBDParams(2.0, 8.0, 0.8, 6.0)
    seen = simulate(MBGCNBDk(truth, k=k), 8000, T=150.0, t=0, seed=3)
    by_gaps = MBGCNBDk.fit(seen.x, seen.t_x, seen.T, log_gaps=seen.log_gaps)
    by_last_day = MBGCNBDk.fit(seen.x, seen.t_x, seen.T)
    assert by_gaps.k_ == k
    assert by_last_day.k_ == k
    assert by_gaps.logliks_[k] == by_gaps.loglik_ == max(by_gaps.logliks_.values())
    for value, true, se in zip(
        astuple(by_gaps.params_), astuple(truth), astuple(by_gaps.se_), strict=True
    ):
        assert abs(value - true) < 4 * se
    fixed = MBGCNBDk.fit(seen.x, seen.t_x, seen.T, k=k, log_gaps=seen.log_gaps)
    assert fixed.loglik_ == pytest.approx(by_gaps.loglik_, rel=1e-9)


def test_mbg_nbd_is_k_1() -> None:
    seen = simulate(MBGNBD(TRUTH), 2000, T=100.0, t=0, seed=4)
    one = MBGCNBDk.fit(seen.x, seen.t_x, seen.T, k=1)
    other = MBGNBD.fit(seen.x, seen.t_x, seen.T)
    assert astuple(one.params_) == pytest.approx(astuple(other.params_), rel=1e-6)
    assert one.loglik_ == pytest.approx(other.loglik_, rel=1e-12)


def edge_cases() -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    usual = simulate(MBGNBD(TRUTH), 3000, T=104.0, t=0, seed=5)[:3]
    giant = tuple(values.copy() for values in usual)
    giant[0][0], giant[1][0] = 728, 103.9
    ones = np.ones
    return {
        "giant among thousands": giant,
        "ten years": simulate(MBGNBD(TRUTH), 1500, T=np.linspace(1, 521, 1500), t=0, seed=6)[:3],
        "twenty accounts": tuple(values[:20] for values in usual),
        "one account": (ones(1) * 5, ones(1) * 20, ones(1) * 22),
        "one that never came back": (0 * ones(1), 0 * ones(1), ones(1) * 22),
        "all equal": (ones(200) * 12, ones(200) * 48, ones(200) * 52),
        "nobody came back": (0 * ones(500), 0 * ones(500), np.linspace(1, 520, 500)),
        "daily for ten years": (ones(300) * 3649, ones(300) * 521, ones(300) * 521),
        "some observed for no day": (
            np.array([0, 0, 3.0]),
            np.array([0, 0, 5.0]),
            np.array([0, 0, 9.0]),
        ),
        "all gone long ago": (ones(300) * 20, np.linspace(1, 10, 300), ones(300) * 520),
    }


@pytest.mark.parametrize("model", ALL)
@pytest.mark.parametrize("case", list(edge_cases()))
def test_contract_at_the_edges(case: str, model: type[CNBD]) -> None:
    """Every estimator fits every history, and what it tells is in range, without a NaN."""
    x, t_x, T = edge_cases()[case]
    fitted = model.fit(x, t_x, T)
    assert np.isfinite(astuple(fitted.params_)).all()
    assert np.isfinite(fitted.loglik_)
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


@pytest.mark.parametrize("model", ALL)
def test_order_of_accounts_and_weights_change_nothing(model: type[CNBD]) -> None:
    seen = simulate(MBGNBD(TRUTH), 500, T=60.0, t=0, seed=7)
    x, t_x, T = (np.round(v, 0) for v in seen[:3])
    t_x = np.where((x > 0) & (t_x == 0), 1.0, t_x)
    fitted = model.fit(x, t_x, T)
    shuffled = np.random.default_rng(8).permutation(500)
    again = model.fit(x[shuffled], t_x[shuffled], T[shuffled])
    assert astuple(again.params_) == astuple(fitted.params_)
    rows = gather(x, t_x, T)
    assert len(rows.x) < 400
    assert rows.n == 500
    weighted = model.fit(rows.x, rows.t_x, rows.T, weights=rows.weights)
    assert astuple(weighted.params_) == astuple(fitted.params_)
    assert fitted.loglik(x, t_x, T).sum() == pytest.approx(fitted.loglik_, rel=1e-10)


def test_start_from_a_sample_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = simulate(MBGNBD(TRUTH), 60_000, T=np.linspace(10, 150, 60_000), t=0, seed=10)
    rows = gather(*seen[:3])
    assert len(rows.x) > cnbd_search.MANY
    sample = rows.sample(20_000)
    assert sample.n == 20_000
    assert (sample.x * sample.weights).sum() / 20_000 == pytest.approx(seen.x.mean(), rel=0.02)
    begun_with_sample = MBGNBD.fit(*seen[:3])
    monkeypatch.setattr(cnbd_search, "MANY", 10**9)
    of_all_at_once = MBGNBD.fit(*seen[:3])
    params, se = astuple(of_all_at_once.params_), astuple(of_all_at_once.se_)
    assert astuple(begun_with_sample.params_) == pytest.approx(params, rel=1e-6)
    assert astuple(begun_with_sample.se_) == pytest.approx(se, rel=1e-3)
    assert begun_with_sample.loglik_ == pytest.approx(of_all_at_once.loglik_, rel=1e-13)


@pytest.mark.parametrize("n", [40, 2500])
def test_start_from_another_fit_changes_nothing(n: int) -> None:
    """Neither the parameters nor k depend on where the search began."""
    truth = MBGCNBDk(CNBDParams(1.5, 6.0, 0.8, 6.0), k=3)
    seen = simulate(truth, n, T=np.linspace(20, 150, n), t=0, seed=11)
    history = {"x": seen.x, "t_x": seen.t_x, "T": seen.T}
    cold = MBGCNBDk.fit(**history, log_gaps=seen.log_gaps)
    wrong = CNBDParams(0.2, 300.0, 30.0, 0.5)
    for start in (cold, truth, MBGCNBDk(wrong, k=7), MBGNBD(wrong)):
        warm = MBGCNBDk.fit(**history, log_gaps=seen.log_gaps, start=start)
        assert warm.k_ == cold.k_
        assert warm.used_prior_ == cold.used_prior_
        assert astuple(warm.params_) == pytest.approx(astuple(cold.params_), rel=1e-8)
        assert warm.loglik_ == pytest.approx(cold.loglik_, rel=1e-12)
        one = MBGNBD.fit(**history, start=start)
        assert astuple(one.params_) == pytest.approx(astuple(MBGNBD.fit(**history).params_), 1e-8)


def test_start_from_the_date_before_saves_work(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    told = cnbd_search.loglik_derivatives

    def counted(*args: object) -> float:
        looks.append(1)
        return told(*args)

    monkeypatch.setattr(cnbd_search, "loglik_derivatives", counted)
    seen = simulate(MBGCNBDk(TRUTH, k=2), 2500, T=np.linspace(20, 150, 2500), t=0, seed=12)
    cold = MBGCNBDk.fit(seen.x, seen.t_x, seen.T, log_gaps=seen.log_gaps)
    without = len(looks)
    looks.clear()
    MBGCNBDk.fit(seen.x, seen.t_x, seen.T, log_gaps=seen.log_gaps, start=cold)
    assert len(looks) < 0.7 * without


def test_the_higher_of_two_peaks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some accounts leave at once, the others never: a search from the usual side misses it."""
    torn = MBGCNBDk(CNBDParams(1.2, 14.0, 0.03, 0.04), k=5)
    seen = simulate(torn, 400, T=np.linspace(10, 130, 400), t=0, seed=36)
    history = {"x": seen.x, "t_x": seen.t_x, "T": seen.T, "log_gaps": seen.log_gaps}
    fitted = MBGCNBDk.fit(**history)
    monkeypatch.setattr(cnbd_search, "TORN", (0.7, 4.2))
    one_side = MBGCNBDk.fit(**history)
    assert fitted.loglik_ > one_side.loglik_ + 2
    assert fitted.params_.a < 0.1 < one_side.params_.a


def test_given_prior_pulls() -> None:
    seen = simulate(MBGNBD(TRUTH), 300, T=60.0, t=0, seed=9)
    tight = LogNormalPrior(CNBDParams(5.0, 30.0, 2.0, 9.0), CNBDParams(1e-3, 1e-3, 1e-3, 1e-3))
    fitted = MBGNBD.fit(seen.x, seen.t_x, seen.T, prior=tight)
    assert fitted.used_prior_
    assert astuple(fitted.params_) == pytest.approx(astuple(tight.median), rel=0.01)


def test_giant_does_not_move_the_others() -> None:
    usual = simulate(MBGNBD(TRUTH), 3000, T=104.0, t=0, seed=5)
    x, t_x = usual.x.copy(), usual.t_x.copy()
    x[0], t_x[0] = 728, 103.9
    fitted, with_giant = MBGNBD.fit(*usual[:3]), MBGNBD.fit(x, t_x, usual.T)
    some = slice(1, 200)
    ours = fitted.expected_orders(52, usual.x[some], usual.t_x[some], usual.T[some])
    theirs = with_giant.expected_orders(52, usual.x[some], usual.t_x[some], usual.T[some])
    assert theirs == pytest.approx(ours, rel=0.35, abs=0.15)
    assert with_giant.expected_orders(52, 728, 103.9, 104)[0] == pytest.approx(364, rel=0.25)


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
def test_broken_histories_are_refused(x: float, t_x: float, T: float, rule: str) -> None:
    with pytest.raises(InvalidHistory, match="Row 1 ") as raised:
        MBGNBD.fit([0, x, x], [0, t_x, t_x], [9, T, T])
    assert rule in str(raised.value)
    assert raised.value.data["others"] == 1


def test_impossible_fits_say_what_to_try() -> None:
    for x, t_x, T in (([], [], []), ([0], [0], [0])):
        with pytest.raises(FitError, match="longer history"):
            MBGCNBDk.fit(x, t_x, T)
    with pytest.raises(FitError, match="above 0"):
        MBGNBD(CNBDParams(1, -1, 1, 1))
    with pytest.raises(FitError, match="above 0"):
        MBGCNBDk(TRUTH, k=0)
    with pytest.raises(FitError, match="horizon"):
        MBGNBD(TRUTH).expected_orders(-1, 0, 0, 1)
    with pytest.raises(InvalidHistory, match="weights"):
        MBGNBD.fit([0, 1], [0, 1], [2, 2], weights=[1])
    with pytest.raises(InvalidHistory, match="log_gaps"):
        MBGCNBDk.fit([0, 1], [0, 1], [2, 2], log_gaps=[0, -np.inf])
    with pytest.raises(InvalidHistory, match="log_gaps"):
        MBGCNBDk.fit([0, 1], [0, 1], [2, 2], log_gaps=[0])
    with pytest.raises(FitError, match="k must be"):
        MBGCNBDk.fit([0, 1], [0, 1], [2, 2], k=0)


def test_last_digit_of_t_x_is_forgiven() -> None:
    assert MBGNBD(TRUTH).p_alive(1, 0.1 + 0.2, 0.3)[0] > 0.5


@settings(max_examples=200, deadline=None)
@given(z=st.floats(1e-6, 1e8))
def test_digamma_against_scipy(z: float) -> None:
    assert digamma(z) == pytest.approx(special.digamma(z), rel=1e-12, abs=1e-12)


@settings(max_examples=200, deadline=None)
@given(z=st.floats(1e-6, 1e8))
def test_trigamma_against_scipy(z: float) -> None:
    assert trigamma(z) == pytest.approx(special.polygamma(1, z), rel=1e-12)


@settings(max_examples=300, deadline=None)
@given(p=st.floats(0.05, 3000), q=st.floats(0.05, 3000), z=st.floats(0, 1))
def test_incomplete_beta_against_scipy(p: float, q: float, z: float) -> None:
    assert beta_inc(p, q, z) == pytest.approx(special.betainc(p, q, z), rel=1e-9, abs=1e-11)
