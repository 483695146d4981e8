"""Weekly order days of each account, and the money of its typical order, compiled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mainstay.standing.jit import compiled

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]


@compiled
def grains(offsets: Longs, day: npt.NDArray[np.int32], net: Floats, at: int, grain: Floats) -> None:
    """Money of a typical order of each account before day `at`: Σv² / Σv over its days above 0.

    With orders of random size V at rate λ, weekly money has mean λE[V] and variance λE[V²], as
    counts of lumps of size E[V²]/E[V] have (compound Poisson); 0 where nothing was bought.
    """
    for i in range(len(offsets) - 1):
        total, squares = 0.0, 0.0
        for d in range(offsets[i], offsets[i + 1]):
            if day[d] >= at:
                break
            if net[d] > 0:
                total += net[d]
                squares += net[d] * net[d]
        grain[i] = squares / total if total > 0 else 1.0


@compiled
def last_order_days(
    offsets: Longs,
    day: npt.NDArray[np.int32],
    order: npt.NDArray[np.bool_],
    at: int,
    last: npt.NDArray[np.int32],
) -> None:
    """The last order day before `at` of each account; −1 where there is none."""
    for i in range(len(offsets) - 1):
        last[i] = -1
        for d in range(offsets[i], offsets[i + 1]):
            if day[d] >= at:
                break
            if order[d]:
                last[i] = day[d]


@compiled
def weekly_order_days(
    offsets: Longs,
    day: npt.NDArray[np.int32],
    order: npt.NDArray[np.bool_],
    at: int,
    until: npt.NDArray[np.int32],
    longest: int,
    starts: Longs,
    counts: npt.NDArray[np.int32],
    exposure: Floats,
    exposures: Floats,
) -> int:
    """Fill each account's weekly counts of order days, from its first one on; how many weeks there are.

    Weeks are counted back from `at`: the last holds the 7 days before it.
    until: (n_accounts,), the week of this day is the last that counts
    longest: weeks looked back at most, from `until`; whole years
    starts: (n_accounts + 1,), filled; an account without an order day has no week
    counts: filled
    exposure: (longest,), of the weeks before `at`, in order of time; exposures: filled
    """
    used = 0
    for i in range(len(offsets) - 1):
        starts[i] = used
        first = -1
        for d in range(offsets[i], offsets[i + 1]):
            if day[d] >= at:
                break
            if order[d]:
                first = day[d]
                break
        if first < 0:
            continue
        dropped = (at - 1 - until[i]) // 7
        weeks = min((at - 1 - first) // 7 + 1, dropped + longest)
        length = weeks - dropped
        if length <= 0:
            continue
        begin = at - 7 * weeks
        for w in range(length):
            counts[used + w] = 0
            # The calendar repeats itself, also before what is looked back on.
            exposures[used + w] = exposure[(longest - weeks + w) % longest]
        for d in range(offsets[i], offsets[i + 1]):
            if day[d] >= begin + 7 * length:
                break
            if order[d] and day[d] >= begin:
                counts[used + (day[d] - begin) // 7] += 1
        used += length
    starts[len(offsets) - 1] = used
    return used
