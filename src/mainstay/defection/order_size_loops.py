"""The shift of order sizes, compiled."""

from __future__ import annotations

from math import erfc, exp, log, sqrt

import numpy as np
import numpy.typing as npt

from mainstay.standing.jit import compiled

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
def shifts(
    offsets: Longs,
    day: npt.NDArray[np.int32],
    net: Floats,
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
    when = np.empty(longest, np.int32)
    logs, squares, money = np.empty(longest + 1), np.empty(longest + 1), np.empty(longest + 1)
    weight = np.empty(longest)
    fell, rose = np.empty(longest), np.empty(longest)
    for i in range(len(offsets) - 1):
        n = 0
        logs[0], squares[0], money[0] = 0.0, 0.0, 0.0
        pairs, everything, count = 0.0, 0.0, 0
        previous = 0.0
        for d in range(offsets[i], offsets[i + 1]):
            if day[d] >= at:
                break
            if not order[d] or net[d] <= 0:
                continue
            everything += net[d]
            count += 1
            if day[d] < at - 2 * YEAR_DAYS:
                continue
            u = log(net[d])
            if n:
                pairs += (u - previous) ** 2
            previous = u
            when[n] = day[d]
            n += 1
            logs[n], squares[n] = logs[n - 1] + u, squares[n - 1] + u * u
            money[n] = money[n - 1] + net[d]
        usual = money[n] / n if n else (everything / count if count else 0.0)
        out[i, 2], out[i, 3] = usual, usual
        if n < 2 * LEAST:
            continue
        spread = (pairs / 2.0 + PRIOR_PAIRS * PRIOR_SPREAD) / (n - 1 + PRIOR_PAIRS)
        m, best = 0, -1
        for c in range(LEAST, n - LEAST + 1):
            weight[c] = -np.inf
            if when[c] < at - YEAR_DAYS:
                continue
            earlier, later = logs[c] / c, (logs[n] - logs[c]) / (n - c)
            d_mean = later - earlier
            # Each side's own spread, drawn to the common one: a giant order widens its side.
            side0 = squares[c] - c * earlier * earlier
            side1 = squares[n] - squares[c] - (n - c) * later * later
            variance = (side0 + DRAWN * spread) / (c - 1 + DRAWN) / c
            variance += (side1 + DRAWN * spread) / (n - c - 1 + DRAWN) / (n - c)
            shrink = 1.0 / (1.0 + variance)
            weight[c] = 0.5 * (log(1.0 - shrink) + d_mean * d_mean * shrink / variance)
            sd = sqrt(shrink * variance)
            fell[c] = _below((FALL - shrink * d_mean) / sd)
            rose[c] = 1.0 - _below((RISE - shrink * d_mean) / sd)
            m += 1
            if best < 0 or weight[c] > weight[best]:
                best = c
        if m == 0:
            continue
        largest, total = weight[best], 0.0
        for c in range(LEAST, n - LEAST + 1):
            weight[c] = exp(weight[c] - largest)
            total += weight[c]
        odds = log(p_change / (1.0 - p_change) / m * total) + largest
        changed = 1.0 / (1.0 + exp(-min(max(odds, -500.0), 500.0)))
        before = now = 0.0
        for c in range(LEAST, n - LEAST + 1):
            if weight[c] > 0.0:
                p = changed * weight[c] / total
                out[i, 0] += p * fell[c]
                out[i, 1] += p * rose[c]
                before += p * money[c] / c
                now += p * (money[n] - money[c]) / (n - c)
        out[i, 2] = before + (1.0 - changed) * usual
        out[i, 3] = now + (1.0 - changed) * usual
        if changed >= 0.5:
            since[i] = when[best]
