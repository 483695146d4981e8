"""Forecasts of parts and of their sum, made to agree.

A total t̂ with variance v₀ and parts b̂ with variances v that were forecast apart become, with the least
expected squared error if the errors are independent,

    b[i] = b̂[i] + v[i] / (v₀ + Σ v) · (t̂ − Σ b̂),      t = Σ b

so that the parts that are least certain move most. It is minimum-trace reconciliation with a diagonal W
of the two-level hierarchy. No part is moved below 0: what would be is 0, and the rest moves on.

Source: Wickramasuriya, Athanasopoulos & Hyndman (2019), eq. 9, with W = diag(v₀, v).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def reconciled(parts: Floats, variances: Floats, total: Floats, variance: Floats) -> Floats:
    """The parts, float64 (n, horizon), of a sum that agrees.

    parts, variances: (n, horizon), ≥ 0; total, variance: (horizon,)
    """
    fixed = parts.copy()
    free = np.ones_like(parts, bool)
    for _ in range(len(parts) + 1):
        gap = total - parts.sum(axis=0)
        share = np.where(free, variances, 0.0)
        held = np.where(free, 0.0, parts).sum(axis=0)  # what parts held at 0 gave already
        whole = variance + share.sum(axis=0)
        moved = np.divide(share, whole, out=np.zeros_like(share), where=whole > 0) * (gap + held)
        fixed = np.where(free, parts + moved, 0.0)
        below = free & (fixed < 0)
        if not below.any():
            return fixed
        free &= ~below
    return np.maximum(fixed, 0.0)
