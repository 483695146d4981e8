"""The interval of the losses to come, compiled."""

from __future__ import annotations

from math import erf, exp, log1p, sqrt

import numpy as np
import numpy.typing as npt

from mainstay.core.jit import compiled

Floats = npt.NDArray[np.float64]
BEYOND = 0.1  # share of the outcomes beyond either end
STRATA = 16  # days of leaving that stand for all the days
MANY = 50.0  # lumps are many where they have the spread of so many at random
LONG_WALK = 400.0  # lumps that are counted one by one; more are counted in larger ones


@compiled
def loss_interval(
    baseline: Floats,
    rate: Floats,
    rate_shape: Floats,
    grain: Floats,
    p_alive: Floats,
    hazard: Floats,
    weeks: float,
    busy_weeks: float,
) -> tuple[Floats, Floats]:
    """The least and the most of each account's losses, of which 80% lie within.

    weeks: how far ahead; busy_weeks: the same in season-adjusted weeks
    A tenth lies beyond either end. Where more than a tenth of the outcomes are the whole loss, none
    can lie beyond the upper end, and two tenths below the lower.
    """
    n = len(baseline)
    low, high = np.empty(n), np.empty(n)
    share, weight = np.empty(STRATA + 1), np.empty(STRATA + 1)
    for i in range(n):
        low[i] = high[i] = baseline[i]
        if rate[i] > 0 and p_alive[i] > 0:
            lump = max(grain[i], 1e-9)
            lumps, shape = min(busy_weeks * rate[i] / lump, 1e12), rate_shape[i]
            _lay_out(weeks * hazard[i], p_alive[i], share, weight)
            if 1.0 / (1.0 / lumps + 1.0 / shape) > MANY:
                least, most = _of_many(lumps, shape, p_alive[i], share, weight)
            else:
                if lumps > LONG_WALK:  # larger lumps, and a shape that keeps the variance
                    larger = min(lumps / LONG_WALK, 1.0 + 0.5 * lumps / shape)
                    shape = 1.0 / (1.0 / shape - (larger - 1.0) / lumps)
                    lump, lumps = lump * larger, lumps / larger
                least, most = _of_few(lumps, shape, p_alive[i], share, weight)
            high[i] = baseline[i] - lump * least
            low[i] = baseline[i] - lump * most
    return low, high


@compiled
def _lay_out(hazard: float, p_alive: float, share: Floats, weight: Floats) -> None:
    """Shares of the time that a living account may stay, and the probability of each.

    The last is the whole time; before it the middles of strata that are equally likely.
    """
    stays = exp(-hazard)
    for j in range(STRATA):
        left_by = (j + 0.5) / STRATA * (1.0 - stays)
        share[j] = -log1p(-left_by) / hazard if hazard > 0 else 1.0
        weight[j] = p_alive * (1.0 - stays) / STRATA
    share[STRATA], weight[STRATA] = 1.0, p_alive * stays


@compiled
def _of_few(
    lumps: float, shape: float, p_alive: float, share: Floats, weight: Floats
) -> tuple[float, float]:
    """Least and most lumps bought: negative binomial in each stratum, counted up from 0.

    lumps: expected in the whole time; shape: of the Gamma of the rate
    """
    chance, ratio = np.empty(len(share)), np.empty(len(share))
    for j in range(len(share)):
        mean = lumps * share[j]
        chance[j] = weight[j] * exp(-shape * log1p(mean / shape))
        ratio[j] = mean / (mean + shape)
    below, upto = 0.0, 1.0 - p_alive + chance.sum()
    count, least, wanted = 0.0, -1.0, BEYOND
    while True:
        if least < 0 and upto >= wanted:
            least, wanted = count, below + 1.0 - 2.0 * BEYOND
        if least >= 0 and (upto >= wanted or count > 100.0 * LONG_WALK):
            return least, count
        count += 1.0
        below = upto
        for j in range(len(share)):
            chance[j] *= ratio[j] * (count - 1.0 + shape) / count
            upto += chance[j]
        if count > 100.0 * LONG_WALK:  # rounding kept the sum below what is wanted
            upto = 1.0


@compiled
def _of_many(
    lumps: float, shape: float, p_alive: float, share: Floats, weight: Floats
) -> tuple[float, float]:
    """The same for many lumps: Gamma in each stratum, by bisection."""
    if 1.0 - p_alive >= BEYOND:
        return 0.0, _quantile(1.0 - 2.0 * BEYOND, lumps, shape, p_alive, share, weight)
    least = _quantile(BEYOND, lumps, shape, p_alive, share, weight)
    return least, _quantile(1.0 - BEYOND, lumps, shape, p_alive, share, weight)


@compiled
def _quantile(
    wanted: float, lumps: float, shape: float, p_alive: float, share: Floats, weight: Floats
) -> float:
    low, high = 0.0, 2.0 * lumps
    for _step in range(40):
        middle = 0.5 * (low + high)
        found = 1.0 - p_alive
        for j in range(len(share)):
            mean = lumps * share[j]
            if weight[j] > 0 and mean > 0:
                found += weight[j] * _gamma_below(middle / mean, 1.0 / (1.0 / mean + 1.0 / shape))
        if found < wanted:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@compiled
def _gamma_below(ratio: float, shape: float) -> float:
    """P(Gamma ≤ ratio × its mean), nearly. Source: Wilson & Hilferty (1931)"""
    z = (ratio ** (1.0 / 3.0) - 1.0 + 1.0 / (9.0 * shape)) * 3.0 * sqrt(shape)
    return 0.5 * (1.0 + erf(z / sqrt(2.0)))
