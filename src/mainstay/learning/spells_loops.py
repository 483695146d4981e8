"""Gaps between order days before a silence, compiled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mainstay.standing.jit import compiled

LAST = 26  # as in standing.rhythm


@compiled
def gap_figures(
    day: npt.NDArray[np.int64],
    first: npt.NDArray[np.int64],
    last: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    """Mean and standard deviation of all gaps; mean, median, longest but one, longest of the last 26.

    day: order days of all accounts, rising within each
    first, last: of each silence, the places of its account's first order day and of the last one before it
    Returns: float64 (n, 6); NaN where there are too few gaps
    """
    found = np.full((len(first), 6), np.nan)
    for i in range(len(first)):
        n = last[i] - first[i]
        if n < 1:
            continue
        gaps = np.diff(day[first[i] : last[i] + 1]).astype(np.float64)
        mean = gaps.mean()
        found[i, 0] = mean
        if n > 1:
            found[i, 1] = np.sqrt(((gaps - mean) ** 2).sum() / (n - 1))
        some = gaps[-min(n, LAST) :]
        found[i, 2] = some.mean()
        ordered = np.sort(some)
        m = len(ordered)
        found[i, 3] = 0.5 * (ordered[(m - 1) // 2] + ordered[m // 2])
        if m > 1:
            found[i, 4] = ordered[m - 2]
        found[i, 5] = ordered[m - 1]
    return found
