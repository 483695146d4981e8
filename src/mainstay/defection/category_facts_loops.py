"""How often the account of a category orders, beside the category's own order days, compiled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mainstay.core.jit import compiled

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Days = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

HALF_YEAR, YEAR = 182, 364


@compiled
def _before(days: Days, day: float) -> int:
    """How many of the rising days lie before a day."""
    low, high = 0, len(days)
    while low < high:
        middle = (low + high) // 2
        if days[middle] < day:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def often(
    offsets: Longs, day: Days, order: Bools, at: int, least: int
) -> tuple[Longs, Longs, Longs]:
    """Which pairs have so many order days before `at`; where their days begin when laid together, and
    the places of these days."""
    enough, starts = np.empty(len(offsets) - 1, np.int64), np.empty(len(offsets), np.int64)
    rows, n, used = np.empty(len(day), np.int64), 0, 0
    for i in range(len(offsets) - 1):
        many = 0
        for d in range(offsets[i], offsets[i + 1]):
            if day[d] >= at:
                break
            many += order[d]
        if many < least:
            continue
        enough[n], starts[n] = i, used
        n += 1
        for d in range(offsets[i], offsets[i + 1]):
            rows[used] = d
            used += 1
    starts[n] = used
    return enough[:n], starts[: n + 1], rows[:used]


@compiled
def own_counts(
    offsets: Longs,
    day: Days,
    order: Bools,
    there: Longs,
    whole_offsets: Longs,
    whole_day: Days,
    whole_order: Bools,
    owner: Longs,
    at: int,
    known: Floats,
    window: Floats,
    horizon: int,
    out: Floats,
) -> None:
    """Fill out (len(there), 7): order days of the account since the category's first, in the year
    before `at` (0), of the last half year (1) and year (2), after the category's last (3), within the
    horizon (4) and in the window (5); and the category's last order day (6).

    there: places of the pairs; known, window: days, of each of them
    """
    longest = 1
    for account in range(len(whole_offsets) - 1):
        longest = max(longest, whole_offsets[account + 1] - whole_offsets[account])
    room, of = np.empty(longest, np.int32), -1
    mine, now, half_year, year, ahead = room[:0], 0, 0, 0, 0
    for i in range(len(there)):
        place, row = there[i], out[i]
        last = -1
        for d in range(offsets[place + 1] - 1, offsets[place] - 1, -1):
            if day[d] < at and order[d]:
                last = day[d]
                break
        if owner[place] != of:
            of, many = owner[place], 0
            for w in range(whole_offsets[of], whole_offsets[of + 1]):
                if whole_order[w]:
                    room[many] = whole_day[w]
                    many += 1
            mine = room[:many]
            now, ahead = _before(mine, at), _before(mine, at + horizon)
            half_year, year = _before(mine, at - HALF_YEAR), _before(mine, at - YEAR)
        row[0] = now - _before(mine, at - known[i])
        row[1] = now - half_year
        row[2] = now - year
        row[3] = now - _before(mine, last + 1)
        row[4] = ahead - now
        row[5] = _before(mine, at + window[i]) - now if now < len(mine) else 0
        row[6] = last
