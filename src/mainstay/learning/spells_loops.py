"""Gaps between order days before a silence, and when an account was back after it, compiled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mainstay.core.jit import compiled

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


@compiled
def back_on(
    day: npt.NDArray[np.int64],
    net: npt.NDArray[np.float64],
    last: npt.NDArray[np.int64],
    end: npt.NDArray[np.int64],
    needed: npt.NDArray[np.float64],
    within: int,
) -> npt.NDArray[np.int64]:
    """The first order day after a silence on which the last so many days brought what is needed; −1 = none.

    day, net: order days of all accounts and their money, rising within each
    last, end: of each silence, the place of the last order day before it, and behind its account's last one
    needed: (n,), money; within: days, of which those before the silence do not count
    """
    found = np.full(len(last), -1)
    for i in range(len(last)):
        first, money = last[i] + 1, 0.0
        for j in range(last[i] + 1, end[i]):
            money += net[j]
            while day[first] <= day[j] - within:
                money -= net[first]
                first += 1
            if money >= needed[i]:
                found[i] = day[j]
                break
    return found
