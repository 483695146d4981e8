"""The loop behind `loading`: how large each account's last order was at each date, beside its others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mainstay.core.jit import compiled

Longs = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

LAST_ORDERS = 26  # that its usual size is told from, as the usual gap is
LEAST_ORDERS = 3
TOGETHER_DAYS = 7.0  # order days so near to the last one are one order in parts …
TOGETHER_SHARE = 0.25  # … where they are nearer than this share of a usual gap as well


@compiled
def last_orders(
    offsets: Longs, day: Ints, net: Floats, order: Bools, date: Ints, row: Longs, out: Singles
) -> None:
    """Fill out (3, n_rows): last order ÷ mean of the others; its logarithm less their mean; their
    spread. NaN where there are too few others.

    row: account i has the rows row[i]:row[i + 1], for its last dates
    """
    longest = 0
    for account in range(len(offsets) - 1):
        longest = max(longest, offsets[account + 1] - offsets[account])
    ordered = np.empty(longest, np.int64)
    money = np.empty(longest)
    logs = np.empty(longest)
    for account in range(len(offsets) - 1):
        k, end, n, told = offsets[account], offsets[account + 1], 0, -1
        first = len(date) - (row[account + 1] - row[account])
        for j in range(first, len(date)):
            r = row[account] + j - first
            while k < end and day[k] < date[j]:
                if order[k] and net[k] > 0.0:
                    ordered[n] = day[k]
                    money[n] = net[k]
                    logs[n] = np.log(net[k])
                    n += 1
                k += 1
            if n == told:  # nothing new since the date before
                out[:, r] = out[:, r - 1]
                continue
            told = n
            out[:, r] = np.nan
            if n <= LEAST_ORDERS:
                continue
            gap = (ordered[n - 1] - ordered[0]) / (n - 1)
            near = min(TOGETHER_DAYS, TOGETHER_SHARE * gap)
            start, last = n - 1, money[n - 1]
            while start > 0 and ordered[start] - ordered[start - 1] <= near:
                start -= 1
                last += money[start]
            m = min(start, LAST_ORDERS)
            if m < LEAST_ORDERS:
                continue
            mean, log_mean, square = 0.0, 0.0, 0.0
            for i in range(start - m, start):
                mean += money[i] / m
                log_mean += logs[i] / m
            for i in range(start - m, start):
                square += (logs[i] - log_mean) ** 2
            out[0, r] = last / mean
            out[1, r] = np.log(last) - log_mean
            out[2, r] = np.sqrt(square / (m - 1))
