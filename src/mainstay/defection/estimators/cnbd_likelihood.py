"""The likelihood that BG/NBD, MBG/NBD and (M)BG/CNBD-k share, and its first and second derivatives.

An account that lives waits between order days for the k-th event of a Poisson process with rate λ
(k = 1: exponential gaps; larger k: more regular). After each order day it leaves with probability
p. λ ~ Gamma(r, α) and p ~ Beta(a, b) over accounts.

    x       order days after the first
    t_x, T  weeks from the first to the last order day, and to the last day known
    m       1 if an account may leave right after its first order day (MBG), 0 if not (BG)
    c       coins survived before the last order day's own: x − 1 + m

Given λ and p, the last coin was either lost, or won with fewer than k events in T − t_x:

    L(λ, p) = (1 − p)^c λ^{kx} e^{−λ t_x} · [p + (1 − p) e^{−λ(T − t_x)} Σ_{j<k} (λ(T − t_x))^j / j!]

times Π gap^{k−1} / Γ(k)^x, which holds no parameter but k. Mixed over λ and p:

    L = Γ(r+kx)/Γ(r) · α^r · Γ(b+c)/Γ(b) · Γ(a+b)/Γ(a+b+c+1)
        · [a (α+t_x)^{−(r+kx)} + (b+c) (α+T)^{−(r+kx)} S]
    S = Σ_{j<k} y^j (r+kx)_j / j!,   y = (T − t_x) / (α + T),   (n)_j = n (n+1) … (n+j−1)

For BG with x = 0 no coin was thrown, and L = (α/(α+T))^r S.

Source: Reutterer, Platzer & Schröder (2021); for k = 1 Fader, Hardie & Lee (2005), eq. 6, and
Batislam, Denizel & Filiztekin (2007). Derived anew.
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p

import numpy as np
import numpy.typing as npt

from mainstay.core.jit import compiled
from mainstay.defection.estimators.special import digamma, trigamma

Floats = npt.NDArray[np.float64]


@compiled
def erlang_sum(k: int, n: float, y: float) -> float:
    """S = Σ_{j<k} y^j (n)_j / j!"""
    term, total = 1.0, 1.0
    for j in range(1, k):
        term *= y * (n + j - 1.0) / j
        total += term
    return total


@compiled
def _log_erlang(
    k: int, n: float, y: float, end: float
) -> tuple[float, float, float, float, float, float]:
    """log S and its derivatives by r, α, rr, rα, αα; end = α + T, by which y falls as α grows."""
    term, total, harmonic, squares = 1.0, 1.0, 0.0, 0.0
    by_n, by_y, by_nn, by_ny, by_yy = 0.0, 0.0, 0.0, 0.0, 0.0
    for j in range(1, k):
        one = 1.0 / (n + j - 1.0)
        term *= y * (n + j - 1.0) / j
        harmonic += one
        squares += one * one
        total += term
        by_n += term * harmonic
        by_y += term * j
        by_nn += term * (harmonic * harmonic - squares)
        by_ny += term * harmonic * j
        by_yy += term * j * (j + 1)
    s_r, s_alpha = by_n / total, -by_y / (total * end)
    return (
        log(total),
        s_r,
        s_alpha,
        by_nn / total - s_r * s_r,
        -by_ny / (total * end) - s_r * s_alpha,
        by_yy / (total * end * end) - s_alpha * s_alpha,
    )


@compiled
def loglik_rows(
    k: int, m: int, theta: Floats, x: Floats, t_x: Floats, T: Floats, out: Floats
) -> None:
    """log L of each row, without the factor that holds no parameter but k.

    theta: (4,), r, alpha, a, b
    out: (n,), filled
    """
    r, alpha, a, b = theta
    for i in range(len(x)):
        n = r + k * x[i]
        total = erlang_sum(k, n, (T[i] - t_x[i]) / (alpha + T[i]))
        if x[i] == 0 and m == 0:
            out[i] = -r * log1p(T[i] / alpha) + log(total)
            continue
        c = x[i] - 1.0 + m
        left = log(a) + n * log1p((T[i] - t_x[i]) / (alpha + t_x[i]))
        alive = log((b + c) * total)
        out[i] = (
            lgamma(n)
            - lgamma(r)
            + lgamma(b + c)
            - lgamma(b)
            + lgamma(a + b)
            - lgamma(a + b + c + 1.0)
            + r * log(alpha)
            - n * log(alpha + T[i])
            + max(left, alive)
            + log1p(exp(-abs(left - alive)))
        )


@compiled
def _sums_of_equal_x(
    k: int, alpha: float, n: float, log_odds: float, t_x: Floats, T: Floats, w: Floats, sums: Floats
) -> None:
    """What the rows of one x add to value and derivatives, coins aside, into sums (11,).

    log_odds: log((b + c) / a); infinite where no coin was thrown
    sums: weight; log L − what depends on x alone; its slope in r, α; curvature in rr, rα, αα;
        P(left); P(left) P(alive) and its products with the difference of the slopes of
        log left and log alive in r, α
    """
    weight, value, by_r, by_alpha = 0.0, 0.0, 0.0, 0.0
    rr, r_alpha, alpha_2, lost, both, both_r, both_alpha = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    last_T, end, log_end, by_end = -1.0, 0.0, 0.0, 0.0
    coins = log_odds < 1e300
    log_total, s_r, s_alpha, s_rr, s_ra, s_aa = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(len(t_x)):
        if T[i] != last_T:
            last_T = T[i]
            end = alpha + last_T
            log_end, by_end = log(end), 1.0 / end
        if k > 1:
            y = (T[i] - t_x[i]) * by_end
            log_total, s_r, s_alpha, s_rr, s_ra, s_aa = _log_erlang(k, n, y, end)
        p_left, silent, by_start, inner = 0.0, 0.0, by_end, log_total
        if coins:
            by_start = 1.0 / (alpha + t_x[i])
            silent = log_end + log(by_start)
            # left and alive relative to a (α + T)^{−(r + kx)}, in logs
            left, alive = n * silent, log_odds + log_total
            ratio = exp(-abs(left - alive))
            p_left = 1.0 / (1.0 + ratio)
            inner = max(left, alive) - log(p_left)
            if left < alive:
                p_left *= ratio
        p_alive = 1.0 - p_left
        nearer = by_end - by_start
        d_r, d_alpha = silent - s_r, n * nearer - s_alpha
        q = w[i] * p_left * p_alive
        weight += w[i]
        value += w[i] * (inner - n * log_end)
        by_r += w[i] * (p_left * silent + p_alive * s_r - log_end)
        by_alpha += w[i] * (p_left * n * nearer + p_alive * s_alpha - n * by_end)
        rr += w[i] * p_alive * s_rr + q * d_r * d_r
        r_alpha += w[i] * (p_left * nearer + p_alive * s_ra - by_end) + q * d_r * d_alpha
        alpha_2 += q * d_alpha * d_alpha + w[i] * (
            n * by_end * by_end - p_left * n * nearer * (by_end + by_start) + p_alive * s_aa
        )
        lost += w[i] * p_left
        both += q
        both_r += q * d_r
        both_alpha += q * d_alpha
    sums[0], sums[1], sums[2], sums[3] = weight, value, by_r, by_alpha
    sums[4], sums[5], sums[6] = rr, r_alpha, alpha_2
    sums[7], sums[8], sums[9], sums[10] = lost, both, both_r, both_alpha


@compiled
def loglik_derivatives(
    k: int,
    m: int,
    theta: Floats,
    x: Floats,
    t_x: Floats,
    T: Floats,
    w: Floats,
    gradient: Floats,
    hessian: Floats,
) -> float:
    """Σ w log L, its gradient and second derivatives in (r, alpha, a, b); rows sorted by x.

    gradient: (4,), hessian: (4, 4), filled
    Returns: the log-likelihood without the factor that holds no parameter but k
    """
    r, alpha, a, b = theta
    log_alpha = log(alpha)
    value, first = 0.0, 0
    sums = np.empty(11)
    gradient[:] = 0.0
    hessian[:] = 0.0
    while first < len(x):
        after = first + 1
        while after < len(x) and x[after] == x[first]:
            after += 1
        n, c = r + k * x[first], x[first] - 1.0 + m
        log_odds = log((b + c) / a) if c >= 0.0 else np.inf
        rows = slice(first, after)
        _sums_of_equal_x(k, alpha, n, log_odds, t_x[rows], T[rows], w[rows], sums)
        first = after
        weight, lost, both, both_r, both_alpha = sums[0], sums[7], sums[8], sums[9], sums[10]
        value += sums[1] + weight * (r * log_alpha + lgamma(n) - lgamma(r))
        gradient[0] += sums[2] + weight * (log_alpha + digamma(n) - digamma(r))
        gradient[1] += sums[3] + weight * r / alpha
        hessian[0, 0] += sums[4] + weight * (trigamma(n) - trigamma(r))
        hessian[0, 1] += sums[5] + weight / alpha
        hessian[1, 1] += sums[6] - weight * r / (alpha * alpha)
        if c < 0.0:
            continue
        kept, more = b + c, a + b + c + 1.0
        value += weight * (log(a) + lgamma(kept) - lgamma(b) + lgamma(a + b) - lgamma(more))
        by_a, by_aa = digamma(a + b) - digamma(more), trigamma(a + b) - trigamma(more)
        gradient[2] += weight * by_a + lost / a
        gradient[3] += weight * (by_a + digamma(kept) - digamma(b)) + (weight - lost) / kept
        hessian[2, 2] += weight * by_aa + (both - lost) / (a * a)
        hessian[2, 3] += weight * by_aa - both / (a * kept)
        hessian[3, 3] += weight * (by_aa + trigamma(kept) - trigamma(b)) + (
            both - (weight - lost)
        ) / (kept * kept)
        hessian[0, 2] += both_r / a
        hessian[0, 3] -= both_r / kept
        hessian[1, 2] += both_alpha / a
        hessian[1, 3] -= both_alpha / kept
    for i in range(4):
        for j in range(i):
            hessian[i, j] = hessian[j, i]
    return value
