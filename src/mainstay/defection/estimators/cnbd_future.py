"""What follows from (x, t_x, T) under BG/NBD, MBG/NBD and (M)BG/CNBD-k: alive, and orders to come.

Given that the account lives at T, j of the k events of its current gap have passed, with weights
w_j ∝ y^j (r+kx)_j / j!; then λ ~ Gamma(r+kx+j, α+T) and, apart from it, p ~ Beta(a, b+x+m). The
events in the next t weeks are negative binomial N_j, and the n-th order to come happens when
N_j ≥ nk − j and n − 1 coins were survived. So, exactly and for each k,

    P(X(t) ≥ n) = P(alive) Σ_j w_j c_n P(N_j ≥ nk − j),   c_n = Π_{i<n−1} (b+x+m+i)/(a+b+x+m+i)
    E[X(t)]     = Σ_n P(X(t) ≥ n)

Symbols as in `cnbd_likelihood`. For k = 1 the sum equals the closed form with ₂F₁ of Fader, Hardie
& Lee (2005), eq. 10. Derived anew.
"""

from __future__ import annotations

from math import exp, floor, lgamma, log, log1p

import numpy as np
import numpy.typing as npt

from mainstay.core.jit import compiled
from mainstay.defection.estimators.special import beta_inc

Floats = npt.NDArray[np.float64]
NEGLIGIBLE = 1e-15


@compiled
def _stage_weights(k: int, shape: float, y: float, weights: Floats) -> float:
    """w_j, how probably j of the k events of the current gap have passed; returns S, their sum."""
    term, total = 1.0, 0.0
    for j in range(k):
        if j > 0:
            term *= y * (shape + j - 1.0) / j
        weights[j] = term
        total += term
    for j in range(k):
        weights[j] /= total
    return total


@compiled
def _alive(
    m: int, theta: Floats, shape: float, stages: float, x: float, t_x: float, T: float
) -> float:
    """P(alive at T), from the odds of a coin lost at t_x; shape = r + kx, stages = S."""
    _r, alpha, a, b = theta
    if x == 0 and m == 0:
        return 1.0  # no coin was thrown
    lost = log(a) + shape * log1p((T - t_x) / (alpha + t_x))
    odds = lost - log((b + x - 1.0 + m) * stages)
    return 1.0 / (1.0 + exp(odds)) if odds < 700.0 else 0.0


@compiled
def _log_nb(n: float, shape: float, rate: float, t: float) -> float:
    """log P(N = n), N negative binomial: events in t weeks at a rate ~ Gamma(shape, rate)."""
    return (
        lgamma(shape + n)
        - lgamma(shape)
        - lgamma(n + 1.0)
        - shape * log1p(t / rate)
        - (n * log1p(rate / t) if n > 0 else 0.0)
    )


@compiled
def _orders_if_alive(
    k: int, j: int, shape: float, rate: float, a: float, b: float, t: float
) -> float:
    """E[orders in t weeks | alive, j events into the gap], summed over the events outwards.

    Σ_N P(N) · Σ_{n ≤ (N+j)/k} c_n, from the first N with weight on.
    """
    z = t / (rate + t)
    mode = floor((shape - 1.0) * t / rate) if shape > 1.0 else 0.0
    p = exp(_log_nb(mode, shape, rate, t))
    least = p * 1e-17
    n = mode
    while n > 0 and p > least:
        p *= n / ((shape + n - 1.0) * z)
        n -= 1.0
    orders = floor((n + j) / k)
    coin, orders_mean, i = 1.0, 0.0, 0
    while i < orders:
        orders_mean += coin
        coin *= (b + i) / (a + b + i)
        i += 1
    events = int(n) + j
    total = 0.0
    while True:
        total += p * orders_mean
        ratio = (shape + n) * z / (n + 1.0)
        bound = max(ratio, z)
        if n > mode and bound < 1.0:
            rest = p / (1.0 - bound) * (orders_mean + 1.0 / (1.0 - bound))
            if rest < 1e-12 * total or rest < 1e-18:
                return total
        p *= ratio
        n += 1.0
        events += 1
        if events % k == 0:
            orders_mean += coin
            coin *= (b + i) / (a + b + i)
            i += 1


@compiled
def alive_rows(
    k: int, m: int, theta: Floats, x: Floats, t_x: Floats, T: Floats, out: Floats
) -> None:
    """P(alive at T) of each account into out (n,)."""
    r, alpha = theta[0], theta[1]
    weights = np.empty(k)
    for i in range(len(x)):
        shape = r + k * x[i]
        stages = _stage_weights(k, shape, (T[i] - t_x[i]) / (alpha + T[i]), weights)
        out[i] = _alive(m, theta, shape, stages, x[i], t_x[i], T[i])


@compiled
def _expected_if_alive(
    k: int, shape: float, rate: float, a: float, b: float, t: float, weights: Floats
) -> float:
    """E[orders in t weeks | alive], over the stages of the current gap."""
    total = 0.0
    for j in range(k):
        if weights[j] > NEGLIGIBLE:
            total += weights[j] * _orders_if_alive(k, j, shape + j, rate, a, b, t)
    return total


@compiled
def expected_rows(
    k: int, m: int, theta: Floats, t: Floats, x: Floats, t_x: Floats, T: Floats, out: Floats
) -> None:
    """E[X(t)] of each account into out (n,)."""
    r, alpha, a, b = theta
    weights = np.empty(k)
    for i in range(len(x)):
        rate, shape = alpha + T[i], r + k * x[i]
        stages = _stage_weights(k, shape, (T[i] - t_x[i]) / rate, weights)
        alive = _alive(m, theta, shape, stages, x[i], t_x[i], T[i])
        out[i] = 0.0
        if t[i] > 0.0 and alive > 0.0:
            out[i] = alive * _expected_if_alive(k, shape, rate, a, b + x[i] + m, t[i], weights)


@compiled
def staying_rows(
    k: int, m: int, theta: Floats, t: Floats, x: Floats, t_x: Floats, T: Floats, out: Floats
) -> None:
    """E[orders in t weeks | alive, and no coin ever lost (a = 0)] of each account into out (n,)."""
    r, alpha = theta[0], theta[1]
    weights = np.empty(k)
    for i in range(len(x)):
        rate, shape = alpha + T[i], r + k * x[i]
        _stage_weights(k, shape, (T[i] - t_x[i]) / rate, weights)
        out[i] = 0.0
        if t[i] > 0.0:
            out[i] = _expected_if_alive(k, shape, rate, 0.0, 1.0, t[i], weights)


@compiled
def _at_least(n: float, shape: float, rate: float, t: float) -> float:
    """P(N ≥ n), n ≥ 1."""
    return beta_inc(n, shape, t / (rate + t))


@compiled
def orders_rows(
    k: int,
    m: int,
    theta: Floats,
    n: int,
    t: Floats,
    x: Floats,
    t_x: Floats,
    T: Floats,
    out: Floats,
) -> None:
    """P(X(t) = n) of each account into out (n_accounts,)."""
    r, alpha, a, b = theta
    weights = np.empty(k)
    for i in range(len(x)):
        if t[i] <= 0.0:
            out[i] = 1.0 if n == 0 else 0.0
            continue
        rate = alpha + T[i]
        shape = r + k * x[i]
        b_now = b + x[i] + m
        stages = _stage_weights(k, shape, (T[i] - t_x[i]) / rate, weights)
        alive = _alive(m, theta, shape, stages, x[i], t_x[i], T[i])
        coin = 1.0
        for s in range(n - 1):
            coin *= (b_now + s) / (a + b_now + s)
        total = 0.0
        for j in range(k):
            if weights[j] <= NEGLIGIBLE:
                continue
            in_between = 0.0  # P(nk − j ≤ N < (n+1)k − j)
            for events in range(max(0, n * k - j), (n + 1) * k - j):
                in_between += exp(_log_nb(events, shape + j, rate, t[i]))
            if n == 0:
                total += weights[j] * in_between
            else:
                lost = a / (a + b_now + n - 1.0)  # the coin after the n-th order
                at_least = _at_least(n * k - j, shape + j, rate, t[i])
                total += weights[j] * coin * (lost * at_least + (1.0 - lost) * in_between)
        out[i] = min(1.0, alive * total + (1.0 - alive if n == 0 else 0.0))
