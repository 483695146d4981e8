"""How likely an account leaves a category within its window, from the outcome's definition, compiled."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from mainstay.core.jit import compiled

Floats = npt.NDArray[np.float64]

SIDES = (-1.22, 0.0, 1.22)  # three points with equal weights keep a law's mean and variance
LOW = -1.751  # the normal law's quantile at `outcomes.QUANTILE`
NEGLIGIBLE = 1e-6


@compiled
def _point(mean: float, variance: float, side: float) -> float:
    """A quantile of the Gamma law with this mean and variance (Wilson & Hilferty, 1931)."""
    ninth = variance / (9.0 * mean * mean)
    root = 1.0 - ninth + side * math.sqrt(ninth)
    return mean * root * root * root if root > 0.0 else 0.0


@compiled
def _at_most(most: float, orders: int, held: float, other: float) -> float:
    """P(h ≤ most), h ~ Beta-binomial(orders, held, other)."""
    p, worth = 1.0, held + other
    for i in range(orders):
        p *= (other + i) / (worth + i)
        if p < NEGLIGIBLE:
            break
    found, h = p, 0
    while h < orders and h + 1 <= most:
        p *= (orders - h) * (held + h) / ((h + 1.0) * (other + orders - h - 1.0))
        h += 1
        found += p
    return min(found, 1.0)


@compiled
def p_left(
    per_order: Floats,
    n: Floats,
    orders: Floats,
    variance: Floats,
    cycle: Floats,
    cap: Floats,
    held: Floats,
    other: Floats,
    cv2: Floats,
    found: Floats,
) -> None:
    """Fill found (n_pairs,).

    per_order: order days of the category that the outcome expects in an order of the account; cap: of
        it within the window at most, by the calendar
    n: order days of the category in the year; cv2: squared coefficients of variation of size and gap,
        together
    orders, variance: of the account within the window
    cycle: orders of the account that hold as many of the category as it takes to be told
    held, other: of the Beta law of the share of orders that hold it
    """
    for i in range(len(n)):
        least = max(math.ceil(cycle[i] - 1e-9), 1.0)
        total = 0.0
        for side in SIDES:
            # An account that orders too little for its category to be told of is not judged.
            account = max(float(round(_point(orders[i], variance[i], side))), least)
            expected = min(account * per_order[i], cap[i])
            spread = cv2[i] * expected * (1.0 + expected / n[i]) * (n[i] + 2.0) / n[i]
            limit = _point(expected, spread, LOW)
            # Of few orders, so many that their mean is half an order below the limit.
            most = min(limit, 0.5 * expected) - 0.5
            total += _at_most(most, int(account), held[i], other[i])
        found[i] = total / len(SIDES)
