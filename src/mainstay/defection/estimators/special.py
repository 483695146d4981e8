"""Special functions that compiled loops call: digamma, trigamma, log beta, the incomplete beta.

The one module whose compiled functions others call: after an edit here, empty Numba's cache, which
does not notice it.
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p

from mainstay.core.jit import compiled


@compiled
def digamma(z: float) -> float:
    """ψ(z) for z > 0: recurrence up to 8, then the asymptotic series (absolute error < 1e-13).

    Source: Abramowitz & Stegun (1964), 6.3.5 and 6.3.18
    """
    shift = 0.0
    while z < 8.0:
        shift -= 1.0 / z
        z += 1.0
    u = 1.0 / (z * z)
    series = u * (
        1 / 12
        - u * (1 / 120 - u * (1 / 252 - u * (1 / 240 - u * (1 / 132 - u * (691 / 32760 - u / 12)))))
    )
    return shift + log(z) - 0.5 / z - series


@compiled
def trigamma(z: float) -> float:
    """ψ'(z) for z > 0: recurrence up to 8, then the asymptotic series (relative error < 1e-12).

    Source: Abramowitz & Stegun (1964), 6.4.6 and 6.4.12
    """
    shift = 0.0
    while z < 8.0:
        shift += 1.0 / (z * z)
        z += 1.0
    u = 1.0 / (z * z)
    series = 1 / 6 - u * (
        1 / 30 - u * (1 / 42 - u * (1 / 30 - u * (5 / 66 - u * (691 / 2730 - u * 7 / 6))))
    )
    return shift + 1.0 / z + u / 2.0 + u / z * series


@compiled
def log_beta(p: float, q: float) -> float:
    """log B(p, q) for p, q > 0."""
    return lgamma(p) + lgamma(q) - lgamma(p + q)


@compiled
def beta_fraction(p: float, q: float, z: float) -> float:
    """The continued fraction of the incomplete beta, by Lentz's method."""
    tiny = 1e-300
    c = 1.0
    d = 1.0 - (p + q) * z / (p + 1.0)
    d = 1.0 / (d if abs(d) > tiny else tiny)
    value = d
    for i in range(1, 10_000):
        even = i * (q - i) * z / ((p + 2 * i - 1.0) * (p + 2 * i))
        d = 1.0 + even * d
        d = 1.0 / (d if abs(d) > tiny else tiny)
        c = 1.0 + even / c
        c = c if abs(c) > tiny else tiny
        value *= d * c
        odd = -(p + i) * (p + q + i) * z / ((p + 2 * i) * (p + 2 * i + 1.0))
        d = 1.0 + odd * d
        d = 1.0 / (d if abs(d) > tiny else tiny)
        c = 1.0 + odd / c
        c = c if abs(c) > tiny else tiny
        step = d * c
        value *= step
        if abs(step - 1.0) < 1e-14:
            break
    return value


@compiled
def beta_inc(p: float, q: float, z: float) -> float:
    """Regularised incomplete beta I_z(p, q) for p, q > 0 and 0 ≤ z ≤ 1.

    I_z(p, q) = z^p (1 − z)^q / (p B(p, q)) · continued fraction, or one minus its mirror image
    where that one converges faster.

    Source: Abramowitz & Stegun (1964), 26.5.8; Lentz's method after Thompson & Barnett (1986)
    """
    if z <= 0.0:
        return 0.0
    if z >= 1.0:
        return 1.0
    front = exp(p * log(z) + q * log1p(-z) - log_beta(p, q))
    if z < (p + 1.0) / (p + q + 2.0):
        return min(1.0, front * beta_fraction(p, q, z) / p)
    return max(0.0, 1.0 - front * beta_fraction(q, p, 1.0 - z) / q)
