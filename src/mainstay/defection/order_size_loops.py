"""The shift of order sizes, compiled."""

from __future__ import annotations

from math import erfc, exp, log, sqrt

import numpy as np
import numpy.typing as npt

from mainstay.core.jit import compiled

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

YEAR_DAYS = 364
LEAST = 3  # order days on either side of a change
PRIOR_SPREAD = 0.5  # variance of log sizes, worth
PRIOR_PAIRS = 2.0  # so many pairs of neighbours
DRAWN = 2.0  # order days that the common spread weighs against a side's own
FALL, RISE = log(0.7), log(1.3)


@compiled
def _below(z: float) -> float:
    return 0.5 * erfc(-z / sqrt(2.0))


@compiled
def _sizes(
    day: npt.NDArray[np.int32],
    net: Floats,
    log_net: Floats,
    order: npt.NDArray[np.bool_],
    at: int,
    when: npt.NDArray[np.int32],
    sums: Floats,
) -> tuple[int, float, float]:
    """One account's order days of two years: how many, their pairs' spread, money of a usual one.

    when: filled with their days; sums: (3, n + 1), filled with the running sums of the logs, of
    their squares, and of the money
    """
    n, count, pairs, everything, previous = 0, 0, 0.0, 0.0, 0.0
    sums[:, 0] = 0.0
    for d in range(len(day)):
        if day[d] >= at:
            break
        if not order[d] or net[d] <= 0:
            continue
        everything += net[d]
        count += 1
        if day[d] < at - 2 * YEAR_DAYS:
            continue
        u = log_net[d]
        if n:
            pairs += (u - previous) ** 2
        previous = u
        when[n] = day[d]
        n += 1
        sums[0, n] = sums[0, n - 1] + u
        sums[1, n] = sums[1, n - 1] + u * u
        sums[2, n] = sums[2, n - 1] + net[d]
    usual = sums[2, n] / n if n else (everything / count if count else 0.0)
    return n, (pairs / 2.0 + PRIOR_PAIRS * PRIOR_SPREAD) / (max(n, 1) - 1 + PRIOR_PAIRS), usual


@compiled
def _weigh(
    n: int, first: int, spread: float, sums: Floats, weight: Floats, fell: Floats, rose: Floats
) -> int:
    """Fill the log evidence and P(fell), P(rose) of a change before each order day from `first` on.

    Returns: the likeliest of them; −1 where there is none
    """
    best = -1
    for c in range(first, n - LEAST + 1):
        earlier, later = sums[0, c] / c, (sums[0, n] - sums[0, c]) / (n - c)
        d_mean = later - earlier
        # Each side's own spread, drawn to the common one: a giant order widens its side.
        side0 = sums[1, c] - c * earlier * earlier
        side1 = sums[1, n] - sums[1, c] - (n - c) * later * later
        freedom0, freedom1 = c - 1 + DRAWN, n - c - 1 + DRAWN
        variance0 = (side0 + DRAWN * spread) / freedom0 / c
        variance1 = (side1 + DRAWN * spread) / freedom1 / (n - c)
        variance = variance0 + variance1
        freedom = variance * variance / (variance0**2 / freedom0 + variance1**2 / freedom1)
        shrink = 1.0 / (1.0 + variance)
        far = d_mean * d_mean / (variance * freedom)
        weight[c] = 0.5 * log(1.0 - shrink)
        weight[c] += 0.5 * (freedom + 1.0) * log((1.0 + far) / (1.0 + (1.0 - shrink) * far))
        sd = sqrt(shrink * variance)
        fell[c] = _below((FALL - shrink * d_mean) / sd)
        rose[c] = 1.0 - _below((RISE - shrink * d_mean) / sd)
        if best < 0 or weight[c] > weight[best]:
            best = c
    return best


@compiled
def shifts(
    offsets: Longs,
    day: npt.NDArray[np.int32],
    net: Floats,
    log_net: Floats,
    order: npt.NDArray[np.bool_],
    at: int,
    p_change: float,
    out: Floats,
    since: npt.NDArray[np.int32],
) -> None:
    """Fill out (n_accounts, 4): p_fell, p_rose, money of an order day before and now; and since."""
    longest = 1
    for i in range(len(offsets) - 1):
        longest = max(longest, offsets[i + 1] - offsets[i])
    when, sums = np.empty(longest, np.int32), np.empty((3, longest + 1))
    weight, fell, rose = np.empty(longest), np.empty(longest), np.empty(longest)
    for i in range(len(offsets) - 1):
        a, b = offsets[i], offsets[i + 1]
        n, spread, usual = _sizes(day[a:b], net[a:b], log_net[a:b], order[a:b], at, when, sums)
        out[i, 2], out[i, 3] = usual, usual
        first = LEAST
        while first < n and when[first] < at - YEAR_DAYS:
            first += 1
        best = _weigh(n, first, spread, sums, weight, fell, rose)
        if best < 0:
            continue
        total, largest = 0.0, weight[best]
        for c in range(first, n - LEAST + 1):
            weight[c] = exp(weight[c] - largest)
            total += weight[c]
        m = n - LEAST + 1 - first
        odds = log(p_change / (1.0 - p_change) / m * total) + largest
        changed = 1.0 / (1.0 + exp(-min(max(odds, -500.0), 500.0)))
        before = now = 0.0
        for c in range(first, n - LEAST + 1):
            p = changed * weight[c] / total
            out[i, 0] += p * fell[c]
            out[i, 1] += p * rose[c]
            before += p * sums[2, c] / c
            now += p * (sums[2, n] - sums[2, c]) / (n - c)
        out[i, 2] = before + (1.0 - changed) * usual
        out[i, 3] = now + (1.0 - changed) * usual
        if changed >= 0.5:
            since[i] = when[best]
