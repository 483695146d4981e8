"""The lowest point of a smooth function of a handful of parameters: Newton steps within a trust region.

scipy's L-BFGS-B asks a multi-threaded LAPACK about 4 numbers, and its threads then wait at full
speed: nine tenths of a small fit. Here are four numbers, their exact second derivatives, and nothing
else.

A step minimises the quadratic model g·p + p·H·p/2 over |p| ≤ radius: (H + λI) p = −g with the least
λ ≥ 0 that makes H + λI positive definite and p short enough.

Source: Moré & Sorensen (1983), as in Nocedal & Wright (2006), algorithms 4.1 and 4.3
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from operator import mul

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Objective = Callable[[Floats], tuple[float, Floats, Floats]]
Row = list[float]

MOST_STEPS = 200
FIRST_RADIUS, MOST_RADIUS = 1.0, 4.0
CLOSE = 1e-6  # a Newton step as short as this is the last: what is left is its square
# A step in a valley that falls off for ever is as long as it may be and gains next to nothing; one that
# leads somewhere is followed by a few that are shorter each.
PATIENCE, LITTLE = (
    12,
    1e-6,
)  # so many steps that gain less than this share of the value end the search
ROUNDING = 1e-13  # share of the value by which its last digits may be wrong


@dataclass(frozen=True)
class Lowest:
    """Where a function is lowest.

    point: float64 (n,); value: there
    curvature: float64 (n, n), second derivatives, at most a step of CLOSE away from `point`
    inner: whether the slope vanishes there and the curvature is positive definite
    """

    point: Floats
    value: float
    curvature: Floats
    inner: bool

    def covariance(self) -> Floats | None:
        """The inverse of `curvature`; None where that is not positive definite."""
        lower = _cholesky(self.curvature.tolist(), 0.0)
        if lower is None:
            return None
        n = len(lower)
        rows = [_forward(lower, [float(i == j) for j in range(n)]) for i in range(n)]
        return np.array([[sum(map(mul, one, other)) for other in rows] for one in rows])


def lowest(objective: Objective, begin: Floats, *, bound: float) -> Lowest:
    """Follow `objective` downhill to a point where it is lowest, or as far as it leads.

    objective: gives value, slope (n,) and second derivatives (n, n) at a point (n,)
    bound: of |parameter|; where the way leads out of it, the search ends there, not `inner`; so it
        does where the way leads on and on and hardly down
    """
    point = np.clip(np.asarray(begin, dtype=np.float64), -bound, bound)
    value, slope, curvature = objective(point)
    radius = FIRST_RADIUS
    values = [np.inf] * PATIENCE
    for _ in range(MOST_STEPS if _known(value, slope, curvature) else 0):
        values.append(value)
        if values[-1 - PATIENCE] - value < LITTLE * (1.0 + abs(value)):
            break
        step, damping, expected = _step(slope, curvature, radius)
        length = float(np.max(np.abs(step)))
        if damping == 0.0 and length < CLOSE:
            return Lowest(point + step, value - expected, curvature, inner=True)
        if np.max(np.abs(point + step)) > bound:
            break
        there = objective(point + step)
        # Close to the lowest point the difference of two values is rounding; the slope decides.
        exact = expected > ROUNDING * (1.0 + abs(value))
        ratio = (value - there[0]) / expected if exact else 1.0
        if not _known(*there):
            ratio = 0.0
        if ratio < 0.25:
            radius = 0.25 * sqrt(float((step * step).sum()))
        elif ratio > 0.75 and damping > 0.0:
            radius = min(2.0 * radius, MOST_RADIUS)
        if ratio > 0.1:
            point = point + step
            value, slope, curvature = there
        elif radius < CLOSE * CLOSE:
            break
    return Lowest(point, value, curvature, inner=False)


def _known(value: float, slope: Floats, curvature: Floats) -> bool:
    return bool(np.isfinite(value) and np.isfinite(slope).all() and np.isfinite(curvature).all())


def _step(slope: Floats, curvature: Floats, radius: float) -> tuple[Floats, float, float]:
    """The step, the λ that it took, and by how much the quadratic model falls along it."""
    g, H = slope.tolist(), curvature.tolist()
    scale = max(max(abs(v) for v in row) for row in H) or 1.0
    damping = 0.0
    while True:
        lower = _cholesky(H, damping)
        if lower is None:
            damping = max(4.0 * damping, 1e-4 * scale)
            continue
        halfway = _forward(lower, g)
        p = [-v for v in _backward(lower, halfway)]
        length = sqrt(sum(v * v for v in p))
        if length <= 1.1 * radius:
            fall = (sum(v * v for v in halfway) + damping * length * length) / 2.0
            return np.array(p), damping, fall
        q = _forward(lower, p)
        damping += length * length / sum(v * v for v in q) * (length - radius) / radius


def _cholesky(matrix: list[Row], damping: float) -> list[Row] | None:
    """L with L Lᵀ = matrix + damping · I; None where that is not positive definite."""
    lower: list[Row] = []
    for i, row in enumerate(matrix):
        new: Row = []
        for j in range(i):
            above = lower[j]
            new.append((row[j] - sum(new[k] * above[k] for k in range(j))) / above[j])
        pivot = row[i] + damping - sum(v * v for v in new)
        if not pivot > 1e-14 * (abs(row[i]) + damping):
            return None
        new.append(sqrt(pivot))
        lower.append(new)
    return lower


def _forward(lower: list[Row], right: Row) -> Row:
    """y with L y = right."""
    y: Row = []
    for row, value in zip(lower, right, strict=True):
        y.append((value - sum(a * b for a, b in zip(row, y, strict=False))) / row[len(y)])
    return y


def _backward(lower: list[Row], right: Row) -> Row:
    """z with Lᵀ z = right."""
    n = len(right)
    z = [0.0] * n
    for i in range(n - 1, -1, -1):
        z[i] = (right[i] - sum(lower[k][i] * z[k] for k in range(i + 1, n))) / lower[i][i]
    return z
