"""The likelihood of Gamma-Gamma and its first and second derivatives.

With A = px + q and S = v + x m, where m is the mean spend over x orders,

    log L = log Γ(A) − log Γ(px) − log Γ(q) + q log v + (px − 1) log m + px log x − A log S

Source: Fader & Hardie (2013), The gamma-gamma model of monetary value, eq. 1a
"""

from __future__ import annotations

from math import lgamma, log, log1p

import numpy as np
import numpy.typing as npt

from mainstay.core.jit import compiled
from mainstay.defection.estimators.special import digamma, trigamma

Floats = npt.NDArray[np.float64]


@compiled
def loglik_rows(theta: Floats, x: Floats, mean: Floats, out: Floats) -> None:
    """log L of each account into out (n,); theta: (3,), p, q, v."""
    p, q, v = theta
    for i in range(len(x)):
        px, money = p * x[i], x[i] * mean[i]
        out[i] = (
            lgamma(px + q)
            - lgamma(px)
            - lgamma(q)
            - q * log1p(money / v)
            - px * log1p(v / money)
            - log(mean[i])
        )


@compiled
def loglik_derivatives(
    theta: Floats, x: Floats, mean: Floats, w: Floats, gradient: Floats, hessian: Floats
) -> float:
    """Σ w log L, its gradient (3,) and second derivatives (3, 3) in (p, q, v), filled."""
    p, q, v = theta
    value = 0.0
    gradient[:] = 0.0
    hessian[:] = 0.0
    gamma_q, psi_q, psi_1_q = lgamma(q), digamma(q), trigamma(q)
    for i in range(len(x)):
        px, money = p * x[i], x[i] * mean[i]
        both, total = px + q, v + money
        psi, psi_1 = digamma(both), trigamma(both)
        less_p, less_q = -log1p(v / money), -log1p(money / v)
        value += w[i] * (
            lgamma(both) - lgamma(px) - gamma_q + q * less_q + px * less_p - log(mean[i])
        )
        gradient[0] += w[i] * x[i] * (psi - digamma(px) + less_p)
        gradient[1] += w[i] * (psi - psi_q + less_q)
        gradient[2] += w[i] * (q * money - px * v) / (v * total)
        hessian[0, 0] += w[i] * x[i] * x[i] * (psi_1 - trigamma(px))
        hessian[0, 1] += w[i] * x[i] * psi_1
        hessian[0, 2] -= w[i] * x[i] / total
        hessian[1, 1] += w[i] * (psi_1 - psi_1_q)
        hessian[1, 2] += w[i] * money / (v * total)
        hessian[2, 2] += w[i] * (both / (total * total) - q / (v * v))
    for i in range(3):
        for j in range(i):
            hessian[i, j] = hessian[j, i]
    return value
