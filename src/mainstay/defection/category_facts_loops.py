"""How often the account of a category orders, beside the category's own order days, compiled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mainstay.standing.jit import compiled

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Days = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

HALF_YEAR, YEAR = 182, 364


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
    for i in range(len(there)):
        place, row = there[i], out[i]
        row[:] = 0.0
        last = -1
        for d in range(offsets[place + 1] - 1, offsets[place] - 1, -1):
            if day[d] < at and order[d]:
                last = day[d]
                break
        row[6] = last
        account = owner[place]
        for w in range(whole_offsets[account + 1] - 1, whole_offsets[account] - 1, -1):
            on = whole_day[w]
            if on < at - YEAR and on <= last:
                break
            if not whole_order[w]:
                continue
            if on >= at:
                row[4] += on < at + horizon
                row[5] += on < at + window[i]
                continue
            row[0] += on >= at - known[i]
            row[1] += on >= at - HALF_YEAR
            row[2] += on >= at - YEAR
            row[3] += on > last
