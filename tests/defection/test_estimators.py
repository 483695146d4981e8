"""BG/NBD, MBG/NBD and (M)BG/CNBD-k against quadrature, differences and simulation."""

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
from mainstay.defection.estimators import search as search_module
from mainstay.defection.estimators.bg_nbd import BGNBD
from mainstay.defection.estimators.cnbd import CNBD
from mainstay.defection.estimators.cnbd_likelihood import loglik_derivatives
from mainstay.defection.estimators.cnbd_search import CNBDParams
from mainstay.defection.estimators.histories import gather
from mainstay.defection.estimators.mbg_cnbd_k import MBGCNBDk
from mainstay.defection.estimators.mbg_nbd import MBGNBD
from mainstay.defection.estimators.special import beta_inc, digamma, trigamma

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
        astuple(by_gaps.params_), astuple(truth), astuple(by_gaps.standard_errors_), strict=True
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


def test_start_from_a_sample_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = simulate(MBGNBD(TRUTH), 60_000, T=np.linspace(10, 150, 60_000), t=0, seed=10)
    rows = gather(*seen[:3])
    assert len(rows.x) > search_module.MANY
    sample = rows.sample(20_000)
    assert sample.n == 20_000
    assert (sample.x * sample.weights).sum() / 20_000 == pytest.approx(seen.x.mean(), rel=0.02)
    begun_with_sample = MBGNBD.fit(*seen[:3])
    monkeypatch.setattr(search_module, "MANY", 10**9)
    of_all_at_once = MBGNBD.fit(*seen[:3])
    params, se = astuple(of_all_at_once.params_), astuple(of_all_at_once.standard_errors_)
    assert astuple(begun_with_sample.params_) == pytest.approx(params, rel=1e-6)
    assert astuple(begun_with_sample.standard_errors_) == pytest.approx(se, rel=1e-3)
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


@pytest.mark.parametrize("model", [MBGNBD, MBGCNBDk])
def test_the_silence_of_those_gone_at_once_tells_no_gap(
    model: type[CNBD], monkeypatch: pytest.MonkeyPatch
) -> None:
    """393 of 400 never came back, the others order twice a week: few data, a third peak."""
    truth = MBGNBD(CNBDParams(8.0, 4.0, 12.0, 0.25))
    seen = simulate(truth, 400, T=100.0, t=0, seed=3)
    fitted = model.fit(*seen[:3])
    assert fitted.used_prior_
    assert fitted.params_.alpha / fitted.params_.r == pytest.approx(0.5, rel=0.3)
    usual = cnbd_search.weak_prior(gather(*seen[:3])).median.array()
    monkeypatch.setattr("mainstay.defection.estimators.cnbd.brief", lambda *_, k: np.log(usual))
    assert fitted.loglik_ > model.fit(*seen[:3]).loglik_ + 20


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


def test_impossible_regularity_says_what_to_try() -> None:
    with pytest.raises(InvalidHistory, match="log_gaps"):
        MBGCNBDk.fit([0, 1], [0, 1], [2, 2], log_gaps=[0, -np.inf])
    with pytest.raises(InvalidHistory, match="log_gaps"):
        MBGCNBDk.fit([0, 1], [0, 1], [2, 2], log_gaps=[0])
    for k in (0, 1.5):
        with pytest.raises(FitError, match="k must be"):
            MBGCNBDk.fit([0, 1], [0, 1], [2, 2], k=k)


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
