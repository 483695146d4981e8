"""How long things last where some are not over yet: curves and quantiles by Kaplan and Meier, of many groups at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
_NONE_LEFT = -1e6  # the logarithm of nothing, such that sums of it stay sums


@dataclass(frozen=True)
class Survival:
    """The curves of all groups, row by row in order of group and time.

    group, time, done: (n,); at_risk: how many were watched just before; left: S(t) after the row;
    spread: Greenwood's sum of d / (n (n − d)) up to the row, of which S²(t) times is the variance
    """

    group: Ints
    time: Floats
    done: Bools
    at_risk: Ints
    left: Floats
    spread: Floats

    def at(self, times: Floats, groups: int) -> tuple[Floats, Floats, Ints]:
        """S, its variance by Greenwood, and the number done, up to each time; all (groups, len(times))."""
        ends = np.searchsorted(self.group, np.arange(groups), side="right")
        begins = np.searchsorted(self.group, np.arange(groups), side="left")
        place = np.empty((groups, len(times)), np.int64)
        for one, (first, after) in enumerate(zip(begins, ends, strict=True)):
            place[one] = first + np.searchsorted(self.time[first:after], times, side="right")
        some = place > begins[:, None]
        last = np.maximum(place - 1, 0)
        if not len(self.time):
            return np.ones(place.shape), np.zeros(place.shape), np.zeros(place.shape, np.int64)
        left = np.where(some, self.left[last], 1.0)
        variance = np.where(some, left * left * self.spread[last], 0.0)
        counted = np.concatenate([[0], np.cumsum(self.done)])
        return left, variance, counted[place] - counted[begins][:, None]


def survival(
    group: Ints, time: Floats, done: Bools, groups: int, entry: Floats | None = None
) -> Survival:
    """S(t) = Π over t_i ≤ t of (1 − d_i / n_i): d_i done at t_i of n_i that were watched just before.

    What is open leaves the sum at the time that it has lasted, after what was done at the same time.

    group: (n,) places from 0 to groups − 1; time: (n,); done: (n,) False = still open
    entry: (n,) since when each is watched (left truncation), below its time; at or below 0 = from the
        beginning; None = all from the beginning
    Source: Kaplan & Meier (1958); Greenwood (1926); with entries, Tsai, Jewell & Wang (1987)
    """
    order = np.lexsort((~done, time, group))
    group, time, done = group[order], time[order], done[order]
    begins = np.searchsorted(group, group, side="left")
    entered = np.searchsorted(group, group, side="right") - begins
    if entry is not None and (entry > 0).any():
        entered = _entered_before(group, time, entry[order], groups)
    at_risk = entered - (np.arange(len(group)) - begins)
    n = np.maximum(at_risk, 1).astype(float)
    with np.errstate(divide="ignore"):
        steps = np.where(done, np.maximum(np.log1p(-1.0 / n), _NONE_LEFT), 0.0)
    parts = np.where(done & (n > 1), 1.0 / (n * np.maximum(n - 1.0, 1.0)), 0.0)
    left = np.exp(_since(steps, begins))
    return Survival(group, time, done, at_risk, left, _since(parts, begins))


def _since(steps: Floats, begins: Ints) -> Floats:
    """Sums from the beginning of each row's group up to it."""
    summed = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(summed[1:] - summed[begins])


def _entered_before(group: Ints, time: Floats, entry: Floats, groups: int) -> Ints:
    """Of each row's group how many were watched before the row's time."""
    found = np.empty(len(group), np.int64)
    edges = np.searchsorted(group, np.arange(groups + 1))
    for first, after in pairwise(edges):
        entries = np.sort(np.where(entry[first:after] > 0, entry[first:after], -np.inf))
        found[first:after] = np.searchsorted(entries, time[first:after], side="left")
    return found


def quantiles(
    group: Ints, time: Floats, done: Bools, parts: tuple[float, ...], groups: int
) -> Floats:
    """By when so many were done, of each group; NaN where it is not known yet.

    The quantile of a part p is the first t with S(t) ≤ 1 − p; see `survival`.

    Returns: (groups, len(parts))
    """
    found = np.full((groups, len(parts)), np.nan)
    if not len(group):
        return found
    curve = survival(group, time, done, groups)
    for column, part in enumerate(parts):
        reached = np.flatnonzero(curve.done & (curve.left <= 1 - part + 1e-9))
        first = reached[np.unique(curve.group[reached], return_index=True)[1]]
        found[curve.group[first], column] = curve.time[first]
    return found
