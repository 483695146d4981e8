"""How long things take where some are not done yet: quantiles by Kaplan and Meier, of many groups at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_NONE_LEFT = -1e6  # the logarithm of nothing, such that sums of it stay sums


def quantiles(
    group: npt.NDArray[np.int64],
    time: Floats,
    done: npt.NDArray[np.bool_],
    parts: tuple[float, ...],
    groups: int,
) -> Floats:
    """By when so many were done, of each group; NaN where it is not known yet.

    S(t) = Π over t_i ≤ t of (1 − d_i / n_i), d_i done at t_i of n_i that were still open just before; what is
    open leaves the sum at the time that it has waited, after what was done at the same time. The quantile
    of a part p is the first t with S(t) ≤ 1 − p.

    group: (n,) places from 0 to groups − 1; time: (n,) hours; done: (n,) False = still open
    Returns: (groups, len(parts))
    Source: Kaplan & Meier (1958)
    """
    found = np.full((groups, len(parts)), np.nan)
    if not len(group):
        return found
    order = np.lexsort((~done, time, group))
    group, time, done = group[order], time[order], done[order]
    ends = np.searchsorted(group, group, side="right")
    begins = np.searchsorted(group, group, side="left")
    at_risk = ends - np.arange(len(group))
    with np.errstate(divide="ignore"):
        steps = np.where(done, np.log1p(-1.0 / at_risk), 0.0)
    steps = np.maximum(steps, _NONE_LEFT)
    summed = np.concatenate([[0.0], np.cumsum(steps)])
    left = np.exp(summed[1:] - summed[begins])
    for column, part in enumerate(parts):
        reached = np.flatnonzero(done & (left <= 1 - part + 1e-9))
        first = reached[np.unique(group[reached], return_index=True)[1]]
        found[group[first], column] = time[first]
    return found
