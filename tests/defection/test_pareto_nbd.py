"""Pareto/NBD against integrals over λ and μ, the published ₂F₁, and differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special
from scipy.stats import gamma as gamma_law

from mainstay.defection.estimators import ParetoNBD, pareto_nbd
from mainstay.defection.estimators.histories import gather
from mainstay.defection.estimators.pareto_nbd import ParetoNBDParams
from mainstay.defection.estimators.pareto_nbd_loops import loglik_derivatives

Figure = Callable[[np.ndarray, np.ndarray], np.ndarray]
MODELS = [
    ParetoNBD(ParetoNBDParams(0.6, 10.0, 0.7, 12.0)),
    ParetoNBD(ParetoNBDParams(3.0, 8.0, 1.0, 8.0)),
    ParetoNBD(ParetoNBDParams(1.5, 4.0, 2.5, 90.0)),
]


def nodes_of(shape: float, rate: float) -> tuple[np.ndarray, np.ndarray]:
    """Values and weights that sum up E[·] under a Gamma law: panels in value^shape, where its
    density is smooth at 0."""
    law = gamma_law(shape, scale=1 / rate)
    nodes, weights = np.polynomial.legendre.leggauss(40)
    edges = np.r_[0.0, law.ppf([1e-4, 0.01, 0.1, 0.4, 0.8, 0.99, 0.99999, 1 - 1e-14])] ** shape
    low, width = edges[:-1, None], np.diff(edges)[:, None]
    u = (low + width * (nodes + 1) / 2).ravel()
    value = u ** (1 / shape)
    return value, law.pdf(value) * value / (u * shape) * (width * weights / 2).ravel()


def integrated(model: ParetoNBD, figure: Figure) -> float:
    """E[figure(λ, μ)], by sums over both."""
    p = model.params_
    rate, of_rate = nodes_of(p.r, p.alpha)
    mu, of_mu = nodes_of(p.s, p.beta)
    assert of_rate.sum() == pytest.approx(1, abs=1e-9)
    assert of_mu.sum() == pytest.approx(1, abs=1e-9)
    return float(of_rate @ figure(rate[:, None], mu[None, :]) @ of_mu)


@pytest.mark.parametrize("history", [(0, 0, 20), (2, 9.5, 12), (6, 20, 60)])
@pytest.mark.parametrize("model", MODELS)
def test_against_integrals_over_rates(model: ParetoNBD, history: tuple[int, float, float]) -> None:
    x, t_x, T = history
    t, n = 13.0, 2

    def alive(rate: np.ndarray, mu: np.ndarray) -> np.ndarray:
        return rate**x * np.exp(-(rate + mu) * T)

    def whole(rate: np.ndarray, mu: np.ndarray) -> np.ndarray:
        both = rate + mu
        return rate**x * (mu * np.exp(-both * t_x) + rate * np.exp(-both * T)) / both

    def two(rate: np.ndarray, mu: np.ndarray) -> np.ndarray:
        both = rate + mu
        until_t = (rate * t) ** n / 2 * np.exp(-both * t)
        left = mu / both * (rate / both) ** n * special.gammainc(n + 1, both * t)
        return alive(rate, mu) * (until_t + left)

    likelihood = integrated(model, whole)
    assert model.loglik(x, t_x, T)[0] == pytest.approx(np.log(likelihood), abs=1e-6)
    p_alive = integrated(model, alive) / likelihood
    assert model.p_alive(x, t_x, T)[0] == pytest.approx(p_alive, rel=1e-6)
    p_two = integrated(model, two) / likelihood
    assert model.p_orders(n, t, x, t_x, T)[0] == pytest.approx(p_two, rel=1e-6)


@settings(max_examples=100, deadline=None)
@given(
    r=st.floats(0.1, 5),
    s=st.floats(0.1, 5),
    alpha=st.floats(2, 60),
    beta=st.floats(2, 60),
    x=st.integers(0, 30),
    T=st.floats(1, 60),
    recent=st.floats(0.05, 0.95),
)
def test_against_the_published_hypergeometric(
    r: float, s: float, alpha: float, beta: float, x: int, T: float, recent: float
) -> None:
    """Fader & Hardie (2005), eq. 22: A₀, a difference of two ₂F₁, where it does not cancel."""
    t_x = T * recent if x else 0.0
    big, small, shape = (alpha, beta, s + 1) if alpha >= beta else (beta, alpha, r + x)
    both = r + s + x

    def part(u: float) -> float:
        return special.hyp2f1(both, shape, both + 1, (big - small) / (big + u)) / (big + u) ** both

    a_0 = part(t_x) - part(T)
    first = (alpha + T) ** -(r + x) * (beta + T) ** -s
    odds = s / both * a_0 / first
    p_alive = ParetoNBD(ParetoNBDParams(r, alpha, s, beta)).p_alive(x, t_x, T)[0]
    lost = np.finfo(float).eps * part(t_x) / a_0
    assert p_alive == pytest.approx(1 / (1 + odds), rel=1e-9 + 100 * lost, abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(logs=st.lists(st.floats(-2.5, 3.5), min_size=4, max_size=4))
def test_derivatives_against_differences(logs: list[float]) -> None:
    x = np.array([0, 0, 1, 1, 3, 40, 3000.0])
    t_x = np.array([0, 0, 0.5, 100, 20, 52, 519.9])
    T = np.array([3, 520, 60, 100, 50, 52, 520.0])
    w = np.array([2, 1, 3, 1, 1, 0.5, 1.0])
    theta, gradient, hessian = np.exp(logs), np.empty(4), np.empty((4, 4))
    value = loglik_derivatives(theta, x, t_x, T, w, gradient, hessian)

    def total(values: np.ndarray) -> float:
        return float(w @ ParetoNBD(ParetoNBDParams(*values)).loglik(x, t_x, T))

    assert value == pytest.approx(total(theta), rel=1e-11)
    for i in range(4):
        h = theta[i] * 1e-5
        up, down = theta.copy(), theta.copy()
        up[i] += h
        down[i] -= h
        slope = (total(up) - total(down)) / (2 * h)
        assert gradient[i] * theta[i] == pytest.approx(slope * theta[i], rel=2e-5, abs=2e-3)
        slopes, other = np.empty((2, 4)), np.empty((4, 4))
        for j, near in enumerate((up, down)):
            loglik_derivatives(near, x, t_x, T, w, slopes[j], other)
        curved = (slopes[0] - slopes[1]) / (2 * h) * theta * theta[i]
        assert hessian[i] * theta * theta[i] == pytest.approx(curved, rel=2e-5, abs=2e-3)


@settings(max_examples=60, deadline=None)
@given(
    logs=st.lists(st.floats(-4, 6), min_size=4, max_size=4),
    x=st.sampled_from([0, 1, 7, 300, 3649]),
    T=st.floats(0.2, 600),
    recent=st.floats(0.001, 1),
    t=st.floats(0.1, 60),
)
def test_counts_far_out(logs: list[float], x: int, T: float, recent: float, t: float) -> None:
    """Whatever the parameters, the counts sum to one and to the mean."""
    model = ParetoNBD(ParetoNBDParams(*np.exp(logs)))
    t_x = T * recent if x else 0.0
    rate = (model.params_.r + x) / (model.params_.alpha + T)
    t = min(t, 40 / rate)
    p = np.array([model.p_orders(n, t, x, t_x, T)[0] for n in range(121)])
    expected = model.expected_orders(t, x, t_x, T)[0]
    assert np.isfinite(p).all()
    assert p.min() >= 0
    if p[-1] < 1e-14:
        assert p.sum() == pytest.approx(1, abs=1e-10)
        assert np.arange(121) @ p == pytest.approx(expected, rel=1e-6, abs=1e-9)
    else:
        assert p.sum() < 1 + 1e-10


def test_no_step_where_the_formulas_divide_by_zero() -> None:
    """At s = 1, and where alpha = beta, nothing jumps."""
    x, t_x, T = [0, 3, 40], [0, 9.0, 50.0], [10, 30, 51]
    for low, exact, high in (
        ((2.0, 9.0, 1 - 1e-9, 30.0), (2.0, 9.0, 1.0, 30.0), (2.0, 9.0, 1 + 1e-9, 30.0)),
        ((2.0, 9.0, 0.7, 9 - 1e-8), (2.0, 9.0, 0.7, 9.0), (2.0, 9.0, 0.7, 9 + 1e-8)),
    ):
        models = [ParetoNBD(ParetoNBDParams(*values)) for values in (low, exact, high)]
        for figure in ("loglik", "p_alive"):
            a, b, c = (getattr(model, figure)(x, t_x, T) for model in models)
            assert (a + c) / 2 == pytest.approx(b, rel=1e-8)
        a, b, c = (model.expected_orders(52, x, t_x, T) for model in models)
        assert (a + c) / 2 == pytest.approx(b, rel=1e-8)


def test_the_silence_of_those_gone_at_once_tells_no_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """18 of 20 never came back, two did within days: few data, a peak of their own."""
    x, t_x = np.r_[1, 1, np.zeros(18)], np.r_[0.4, 0.6, np.zeros(18)]
    T = np.r_[120, 124, np.linspace(25, 150, 18)]
    fitted = ParetoNBD.fit(x, t_x, T)
    assert fitted.used_prior_
    prior = pareto_nbd.weak_prior(gather(x, t_x, T))

    def height(model: ParetoNBD) -> float:
        return model.loglik_ - prior.penalty(np.log(model.params_.array()))[0]

    usual = np.log(prior.median.array())
    monkeypatch.setattr(pareto_nbd, "_brief", lambda _histories: usual)
    assert height(fitted) > height(ParetoNBD.fit(x, t_x, T)) + 1
