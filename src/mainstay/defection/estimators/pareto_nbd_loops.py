"""Pareto/NBD: the likelihood with its derivatives, and the counts to come, by quadrature.

While an account lives it orders at rate λ ~ Gamma(r, α); it lives for a time ~ Exp(μ), μ ~ Gamma(s, β).
Mixed over λ and μ, and over the time u at which it left,

    L = Γ(r+x)/Γ(r) · α^r β^s · [(α+T)^{−(r+x)} (β+T)^{−s} + s ∫ (α+u)^{−(r+x)} (β+u)^{−(s+1)} du]

with u from t_x to T. Schmittlein, Morrison & Colombo write the integral as a difference of two ₂F₁,
which cancel. Here it is summed as it stands: all terms are positive, and the derivatives of log L
are the mean and the covariance of those of log integrand over the same nodes.

With τ = u − t_x, a = α + t_x, b = β + t_x, m = min(a, b) and z = log(1 + τ/m), the integrand's
logarithm is concave in z and its next singularity at a distance of at least π. So Gauss-Legendre
panels no wider than 2, in which it falls by at most e^12, give 12 digits.

The counts of the next t weeks of an account that is alive at T are those of a new account with
r + x, α + T, s, β + T, summed over its lifetime τ: the same integrand times τ^n.

Source: Schmittlein, Morrison & Colombo (1987), eq. 11; Fader & Hardie (2005), "A note on deriving
the Pareto/NBD model and related expressions"; (2014), "Deriving the conditional PMF of the
Pareto/NBD model". Derived anew.
"""

from __future__ import annotations

from math import exp, expm1, lgamma, log, log1p, sqrt

import numpy as np
import numpy.typing as npt

from mainstay.core.jit import compiled
from mainstay.defection.estimators.special import digamma, trigamma

Floats = npt.NDArray[np.float64]

NODES, WEIGHTS = (np.ascontiguousarray(v) for v in np.polynomial.legendre.leggauss(12))
WIDEST = 2.0  # of a panel in z
STEEPEST = 12.0  # fall of the integrand's logarithm within a panel
GONE = 45.0  # below its peak by as much, the integrand no longer counts
MOMENTS = 19


@compiled
def _slope(z: float, n: float, a: float, b: float, to_a: float, to_b: float) -> float:
    """Slope in z of log [τ^n (a+τ)^{−to_a} (b+τ)^{−to_b} dτ/dz]; n = 0, or z > 0."""
    m = min(a, b)
    tau = m * expm1(z)
    rise = n / tau if n > 0 else 0.0
    return 1.0 + (m + tau) * (rise - to_a / (a + tau) - to_b / (b + tau))


@compiled
def _width(z: float, last: float, a: float, b: float, to_a: float, to_b: float) -> float:
    """How wide the panel that begins at z may be, n = 0."""
    width = min(WIDEST, last - z)
    here = abs(_slope(z, 0.0, a, b, to_a, to_b))
    if here * width > STEEPEST:
        width = STEEPEST / here
    while abs(_slope(z + width, 0.0, a, b, to_a, to_b)) * width > 1.5 * STEEPEST:
        width /= 2.0
    return width


@compiled
def log_odds_left(theta: Floats, x: float, t_x: float, T: float) -> float:
    """log of P(left before T) / P(alive at T); −∞ where t_x = T."""
    r, alpha, s, beta = theta
    if t_x >= T:
        return -np.inf
    a, b, to_a, to_b = alpha + t_x, beta + t_x, r + x, s + 1.0
    m, end_a, end_b = min(a, b), alpha + T, beta + T
    last = log1p((T - t_x) / m)
    # Relative to the account that lives; the peak lies at an end, or above it by less than `last`.
    first = to_a * log(end_a / a) + to_b * log(end_b / b) + log(m / end_b)
    top = max(first, log((m + T - t_x) / end_b))
    z, total = 0.0, 0.0
    while z < last:
        width = _width(z, last, a, b, to_a, to_b)
        for i in range(len(NODES)):
            here = z + width * (0.5 + 0.5 * NODES[i])
            tau = m * expm1(here)
            fall = to_a * log1p(tau / a) + to_b * log1p(tau / b)
            total += 0.5 * width * WEIGHTS[i] * exp(first - top + here - fall)
        z += width
        tau = m * expm1(z)
        now = first + z - to_a * log1p(tau / a) - to_b * log1p(tau / b)
        if now < top - GONE and _slope(z, 0.0, a, b, to_a, to_b) < 0.0:
            break
    return log(s) + top + log(total)


@compiled
def _log_if_alive(theta: Floats, x: float, T: float) -> float:
    """log of the first term of L: it ordered x times and lives at T."""
    r, alpha, s, beta = theta
    return (
        lgamma(r + x) - lgamma(r) - r * log1p(T / alpha) - x * log(alpha + T) - s * log1p(T / beta)
    )


@compiled
def _log1p_exp(v: float) -> float:
    return max(v, 0.0) + log1p(exp(-abs(v)))


@compiled
def loglik_rows(theta: Floats, x: Floats, t_x: Floats, T: Floats, out: Floats) -> None:
    """log L of each account into out (n,); theta: (4,), r, alpha, s, beta."""
    for i in range(len(x)):
        odds = log_odds_left(theta, x[i], t_x[i], T[i])
        out[i] = _log_if_alive(theta, x[i], T[i]) + _log1p_exp(odds)


@compiled
def alive_rows(theta: Floats, x: Floats, t_x: Floats, T: Floats, out: Floats) -> None:
    """P(alive at T) of each account into out (n,)."""
    for i in range(len(x)):
        odds = log_odds_left(theta, x[i], t_x[i], T[i])
        out[i] = 1.0 / (1.0 + exp(odds)) if odds < 700.0 else 0.0


@compiled
def _add_slopes(w: float, d0: float, d1: float, d2: float, d3: float, moments: Floats) -> None:
    """w, w d and w d dᵀ into the first 15 moments."""
    w0, w1, w2, w3 = w * d0, w * d1, w * d2, w * d3
    moments[0] += w
    moments[1] += w0
    moments[2] += w1
    moments[3] += w2
    moments[4] += w3
    moments[5] += w0 * d0
    moments[6] += w0 * d1
    moments[7] += w0 * d2
    moments[8] += w0 * d3
    moments[9] += w1 * d1
    moments[10] += w1 * d2
    moments[11] += w1 * d3
    moments[12] += w2 * d2
    moments[13] += w2 * d3
    moments[14] += w3 * d3


@compiled
def _moments_if_left(theta: Floats, x: float, t_x: float, T: float, moments: Floats) -> float:
    """Σ over the nodes of what the second term of L adds, relative to e^top times the first term.

    d: the slope of log integrand in r, α, s, β less that of the first term's logarithm
    moments: (19,): Σ; Σ d (4); Σ d dᵀ, upper triangle by rows (10); Σ of the curvatures
        rα, αα, sβ, ββ, where they are not the same everywhere (4)
    Returns: top
    """
    r, alpha, s, beta = theta
    a, b, to_a, to_b = alpha + t_x, beta + t_x, r + x, s + 1.0
    m, end_a, end_b = min(a, b), alpha + T, beta + T
    last = log1p((T - t_x) / m)
    log_a, log_b, far_a, far_b = log(end_a / a), log(end_b / b), to_a / end_a, s / end_b
    first = to_a * log_a + to_b * log_b + log(m / end_b) + log(s)
    top = max(first, log(s) + log((m + T - t_x) / end_b), 0.0)
    moments[:] = 0.0
    z, smaller_a = 0.0, a <= b
    while z < last:
        width = _width(z, last, a, b, to_a, to_b)
        now = 0.0
        for i in range(len(NODES)):
            here = z + width * (0.5 + 0.5 * NODES[i])
            tau = m * expm1(here)
            past_a = here if smaller_a else log1p(tau / a)
            past_b = log1p(tau / b) if smaller_a else here
            now = first - top + here - to_a * past_a - to_b * past_b
            w = 0.5 * width * WEIGHTS[i] * exp(now)
            by_a, by_b = 1.0 / (a + tau), 1.0 / (b + tau)
            d0, d1 = log_a - past_a, far_a - to_a * by_a
            d2, d3 = 1.0 / s + log_b - past_b, far_b - to_b * by_b
            _add_slopes(w, d0, d1, d2, d3, moments)
            moments[15] -= w * by_a
            moments[16] += w * to_a * by_a * by_a
            moments[17] -= w * by_b
            moments[18] += w * to_b * by_b * by_b
        z += width
        if now < -GONE and _slope(z, 0.0, a, b, to_a, to_b) < 0.0:
            break
    return top


@compiled
def loglik_derivatives(
    theta: Floats,
    x: Floats,
    t_x: Floats,
    T: Floats,
    w: Floats,
    gradient: Floats,
    hessian: Floats,
) -> float:
    """Σ w log L, its gradient (4,) and second derivatives (4, 4) in (r, alpha, s, beta), filled."""
    r, alpha, s, beta = theta
    value = 0.0
    gradient[:] = 0.0
    hessian[:] = 0.0
    moments, mean = np.zeros(MOMENTS), np.zeros(MOMENTS)
    last_x, gamma_r, psi, psi_1 = -1.0, 0.0, 0.0, 0.0
    for i in range(len(x)):
        if x[i] != last_x:
            last_x = x[i]
            gamma_r = lgamma(r + last_x) - lgamma(r)
            psi, psi_1 = digamma(r + last_x) - digamma(r), trigamma(r + last_x) - trigamma(r)
        end_a, end_b, to_a = alpha + T[i], beta + T[i], r + x[i]
        short_a, short_b = log1p(T[i] / alpha), log1p(T[i] / beta)
        log_total, p_alive = 0.0, 1.0
        mean[:] = 0.0
        if T[i] > t_x[i]:
            top = _moments_if_left(theta, x[i], t_x[i], T[i], moments)
            total = moments[0] + exp(-top)
            log_total, p_alive = log(total) + top, exp(-top) / total
            for j in range(MOMENTS):
                mean[j] = moments[j] / total
        value += w[i] * (gamma_r - r * short_a - x[i] * log(end_a) - s * short_b + log_total)
        gradient[0] += w[i] * (psi - short_a + mean[1])
        gradient[1] += w[i] * (r / alpha - to_a / end_a + mean[2])
        gradient[2] += w[i] * (-short_b + mean[3])
        gradient[3] += w[i] * (s * T[i] / (beta * end_b) + mean[4])
        at = 5
        for j in range(4):
            for k in range(j, 4):
                hessian[j, k] += w[i] * (mean[at] - mean[1 + j] * mean[1 + k])
                at += 1
        hessian[0, 0] += w[i] * psi_1
        hessian[0, 1] += w[i] * (1.0 / alpha + mean[15] - p_alive / end_a)
        hessian[1, 1] += w[i] * (-r / (alpha * alpha) + mean[16] + p_alive * to_a / (end_a * end_a))
        hessian[2, 2] -= w[i] * mean[0] / (s * s)
        hessian[2, 3] += w[i] * (1.0 / beta + mean[17] - p_alive / end_b)
        hessian[3, 3] += w[i] * (-s / (beta * beta) + mean[18] + p_alive * s / (end_b * end_b))
    for j in range(4):
        for k in range(j):
            hessian[j, k] = hessian[k, j]
    return value


@compiled
def expected_rows(theta: Floats, t: Floats, x: Floats, t_x: Floats, T: Floats, out: Floats) -> None:
    """E[X(t)] of each account into out (n,): P(alive) · rate · ∫ P(it still lives after v) dv."""
    r, alpha, s, beta = theta
    for i in range(len(x)):
        odds = log_odds_left(theta, x[i], t_x[i], T[i])
        alive = 1.0 / (1.0 + exp(odds)) if odds < 700.0 else 0.0
        longer = log1p(t[i] / (beta + T[i]))
        v = (s - 1.0) * longer
        weeks = (beta + T[i]) * longer * (-expm1(-v) / v if v != 0.0 else 1.0)
        out[i] = alive * weeks * (r + x[i]) / (alpha + T[i])


@compiled
def _log_counts(
    z: float, n: float, r: float, a: float, s: float, b: float, constant: float
) -> float:
    """log of the density of z at which it leaves, times P(n orders until then); z > 0."""
    m = min(a, b)
    tau = m * expm1(z)
    orders = -r * log1p(tau / a) - (n * log1p(a / tau) if n > 0 else 0.0)
    return constant + orders - (s + 1.0) * log1p(tau / b) + z


@compiled
def _peak(last: float, n: float, r: float, a: float, s: float, b: float) -> float:
    """Where in [0, last] the integrand of the counts is highest, to a part in 10⁶ of it."""
    if n == 0.0 and _slope(0.0, n, a, b, r, s + 1.0) <= 0.0:
        return 0.0
    if _slope(last, n, a, b, r + n, s + 1.0) >= 0.0:
        return last
    low, high = 0.0, last
    while high - low > 1e-6 * high:
        middle = 0.5 * (low + high)
        if _slope(middle, n, a, b, r + n, s + 1.0) > 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@compiled
def _panel(
    low: float, high: float, n: float, r: float, a: float, s: float, b: float, constant: float
) -> float:
    total = 0.0
    for i in range(len(NODES)):
        z = low + (high - low) * (0.5 + 0.5 * NODES[i])
        total += WEIGHTS[i] * exp(_log_counts(z, n, r, a, s, b, constant))
    return 0.5 * (high - low) * total


@compiled
def _integrated(
    low: float, high: float, n: float, r: float, a: float, s: float, b: float, constant: float
) -> float:
    """∫ of the counts' integrand, halving panels until two halves make their whole to 10⁻¹²."""
    done, whole = 0.0, _panel(low, high, n, r, a, s, b, constant)
    begin, width = low, high - low
    while begin < high:
        half = 0.5 * width
        one = _panel(begin, begin + half, n, r, a, s, b, constant)
        other = _panel(begin + half, begin + width, n, r, a, s, b, constant)
        off = abs(one + other - whole)
        if width > 1e-9 * (high - low) and off > 1e-12 * (one + other) and off > 1e-17:
            width, whole = half, one
            continue
        done += one + other
        begin += width
        if begin >= high * (1.0 - 1e-15):
            break
        width = min(2.0 * width, high - begin)
        whole = _panel(begin, begin + width, n, r, a, s, b, constant)
    return done


@compiled
def _count(n: float, t: float, r: float, a: float, s: float, b: float) -> float:
    """P(n orders in t weeks) of an account that lives now, t > 0."""
    choices = lgamma(r + n) - lgamma(r) - lgamma(n + 1.0)
    staying = choices - r * log1p(t / a) - (n * log1p(a / t) if n > 0 else 0.0) - s * log1p(t / b)
    m = min(a, b)
    last = log1p(t / m)
    constant = choices + log(s) + log(m / b)
    peak = _peak(last, n, r, a, s, b)
    # Around the peak on its own, so that it can't fall between the nodes.
    tau = m * expm1(peak)
    to_a, to_b = (m + tau) / (a + tau), (m + tau) / (b + tau)
    curved = (r + n) * to_a * (1.0 - to_a) + (s + 1.0) * to_b * (1.0 - to_b)
    if n > 0:
        curved += n * (m + tau) / m / (expm1(peak) * expm1(peak))
    spread = max(1.0, last) if curved <= 0.0 else 1.0 / sqrt(curved)
    left, right = max(0.0, peak - 8.0 * spread), min(last, peak + 8.0 * spread)
    total = 0.0
    for low, high in ((0.0, left), (left, peak), (peak, right), (right, last)):
        if high > low:
            total += _integrated(low, high, n, r, a, s, b, constant)
    return exp(staying) + total


@compiled
def orders_rows(
    theta: Floats, n: int, t: Floats, x: Floats, t_x: Floats, T: Floats, out: Floats
) -> None:
    """P(X(t) = n) of each account into out (n_accounts,)."""
    r, alpha, s, beta = theta
    for i in range(len(x)):
        if t[i] <= 0.0:
            out[i] = 1.0 if n == 0 else 0.0
            continue
        odds = log_odds_left(theta, x[i], t_x[i], T[i])
        alive = 1.0 / (1.0 + exp(odds)) if odds < 700.0 else 0.0
        some = _count(float(n), t[i], r + x[i], alpha + T[i], s, beta + T[i])
        out[i] = min(1.0, alive * some + (1.0 - alive if n == 0 else 0.0))
