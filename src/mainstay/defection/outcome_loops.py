"""What the label of an account and date needs, from its days, compiled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mainstay.core.jit import compiled

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

YEAR_DAYS = 364
PACE_DAYS = 728  # gaps of two years tell the cycle


@compiled
def _before(
    day: npt.NDArray[np.int32], net: Floats, order: npt.NDArray[np.bool_], at: int, row: Floats
) -> float:
    """Fill what lies before `at` (places 0 to 6); the mean gap in days, 0 without one."""
    last, first = -1, -1
    for d in range(len(day)):
        if day[d] >= at:
            break
        if not order[d] or net[d] <= 0.0:
            continue
        if first < 0:
            first = day[d]
        if day[d] >= at - PACE_DAYS:
            if last >= 0:
                gap = float(day[d] - last)
                row[4] += 1.0
                row[5] += gap
                row[6] += gap * gap
            last = day[d]
        if day[d] >= at - YEAR_DAYS:
            row[0] += 1.0
            row[2] += net[d]
            row[3] += net[d] * net[d]
    row[1] = min(at - first, YEAR_DAYS) if first >= 0 else 0.0
    return row[5] / row[4] if row[4] > 0.0 else 0.0


@compiled
def paces(
    offsets: Longs,
    day: npt.NDArray[np.int32],
    net: Floats,
    order: npt.NDArray[np.bool_],
    dates: npt.NDArray[np.int32],
    horizon: int,
    cycles: float,
    out: Floats,
) -> None:
    """Fill out (n_accounts, n_dates, 12): of the year before each date order days (0), days known
    (1), money (2) and its squares (3); gaps of two years (4), their sum (5) and squares (6); the
    window's days (7), order days in the same days of last year (8); and of the window itself money
    (9), order days within the horizon (10) and in the window (11).

    horizon: days; the window has at least so many, and `cycles` mean gaps
    """
    for i in range(len(offsets) - 1):
        a, b = offsets[i], offsets[i + 1]
        for j in range(len(dates)):
            row, at = out[i, j], dates[j]
            row[:] = 0.0
            mean_gap = _before(day[a:b], net[a:b], order[a:b], at, row)
            window = max(horizon, int(np.ceil(cycles * mean_gap)))
            row[7] = window
            for d in range(a, b):
                if day[d] >= at + window:
                    break
                back = at - YEAR_DAYS
                if order[d] and back <= day[d] < min(back + window, at):
                    row[8] += 1.0
                if day[d] >= at:
                    row[9] += net[d]
                    if order[d]:
                        row[11] += 1.0
                        if day[d] < at + horizon:
                            row[10] += 1.0
