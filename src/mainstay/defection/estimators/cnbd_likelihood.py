"""The likelihood that BG/NBD, MBG/NBD and (M)BG/CNBD-k share, and its gradient.

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

from mainstay.defection.estimators.special import digamma
from mainstay.standing.jit import compiled

Floats = npt.NDArray[np.float64]


@compiled
def erlang_terms(k: int, n: float, y: float) -> tuple[float, float, float]:
    """S, ∂S/∂n and y ∂S/∂y, for S = Σ_{j<k} y^j (n)_j / j!"""
    term, total, by_n, by_y, harmonic = 1.0, 1.0, 0.0, 0.0, 0.0
    for j in range(1, k):
        term *= y * (n + j - 1.0) / j
        harmonic += 1.0 / (n + j - 1.0)
        total += term
        by_n += term * harmonic
        by_y += term * j
    return total, by_n, by_y


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
        total, _by_n, _by_y = erlang_terms(k, n, (T[i] - t_x[i]) / (alpha + T[i]))
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
def loglik_gradient(
    k: int, m: int, theta: Floats, x: Floats, t_x: Floats, T: Floats, w: Floats, gradient: Floats
) -> float:
    """Σ w log L and its gradient in (r, alpha, a, b); rows sorted by x.

    gradient: (4,), filled
    Returns: the log-likelihood without the factor that holds no parameter but k
    """
    r, alpha, a, b = theta
    log_alpha, log_a = log(alpha), log(a)
    lgamma_r, digamma_r = lgamma(r), digamma(r)
    lgamma_ab = lgamma(a + b) - lgamma(b)
    digamma_ab, digamma_b = digamma(a + b), digamma(b)
    value, by_r, by_alpha, by_a, by_b = 0.0, 0.0, 0.0, 0.0, 0.0
    last_x, n, c, constant, c_r, c_a, c_b = -1.0, r, 0.0, 0.0, 0.0, 0.0, 0.0
    log_odds, last_T, end, log_end = 0.0, -1.0, 0.0, 0.0
    for i in range(len(x)):
        if x[i] != last_x:  # what depends on x alone, once
            last_x = x[i]
            n = r + k * last_x
            c = last_x - 1.0 + m
            if c < 0.0:
                constant, c_r, c_a, c_b = r * log_alpha, log_alpha, 0.0, 0.0
            else:
                constant = (
                    lgamma(n) - lgamma_r + lgamma(b + c) + lgamma_ab - lgamma(a + b + c + 1.0)
                ) + r * log_alpha
                c_r = digamma(n) - digamma_r + log_alpha
                c_a = digamma_ab - digamma(a + b + c + 1.0)
                c_b = digamma(b + c) - digamma_b + c_a
                log_odds = log(b + c) - log_a
        if T[i] != last_T:
            last_T = T[i]
            end = alpha + last_T
            log_end = log(end)
        log_total, s_r, s_alpha = 0.0, 0.0, 0.0
        if k > 1:
            total, s_n, s_y = erlang_terms(k, n, (T[i] - t_x[i]) / end)
            log_total, s_r, s_alpha = log(total), s_n / total, -s_y / (total * end)
        if c < 0.0:
            value += w[i] * (constant - n * log_end + log_total)
            by_r += w[i] * (c_r - log_end + s_r)
            by_alpha += w[i] * (r / alpha - n / end + s_alpha)
            continue
        start = alpha + t_x[i]
        silent = log_end - log(start)
        # left and alive relative to a (α + T)^{−(r + kx)}, in logs
        left, alive = n * silent, log_odds + log_total
        ratio = exp(-abs(left - alive))
        likelier = 1.0 / (1.0 + ratio)
        p_left, p_alive = ratio * likelier, likelier
        if left > alive:
            p_left, p_alive = p_alive, p_left
        inner = log_a + max(left, alive) - log(likelier)
        value += w[i] * (constant - n * log_end + inner)
        by_r += w[i] * (c_r - log_end + p_left * silent + p_alive * s_r)
        by_alpha += w[i] * (
            r / alpha - n / end + p_left * n * (1.0 / end - 1.0 / start) + p_alive * s_alpha
        )
        by_a += w[i] * (c_a + p_left / a)
        by_b += w[i] * (c_b + p_alive / (b + c))
    gradient[0], gradient[1], gradient[2], gradient[3] = by_r, by_alpha, by_a, by_b
    return value
