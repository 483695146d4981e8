"""The simulation of next year's losses, compiled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mainstay.standing.jit import compiled

Floats = npt.NDArray[np.float64]


@compiled
def loss_interval(
    baseline: Floats,
    rate: Floats,
    rate_shape: Floats,
    grain: Floats,
    p_alive: Floats,
    hazard: Floats,
    seeds: npt.NDArray[np.uint32],
    draws: int,
) -> tuple[Floats, Floats]:
    """The least and the most of each account's losses, of which 80% lie within.

    A tenth lies beyond either end. Where more than a tenth of the outcomes are the whole loss, none
    can lie beyond the upper end, and two tenths below the lower.
    """
    n = len(baseline)
    low, high = np.empty(n), np.empty(n)
    loss = np.empty(draws)
    for i in range(n):
        np.random.seed(seeds[i])
        for d in range(draws):
            bought = 0.0
            if rate[i] > 0 and np.random.random() < p_alive[i]:
                weeks = 52.0
                if hazard[i] > 0:
                    weeks = min(52.0, np.random.exponential(1.0 / hazard[i]))
                weekly = np.random.gamma(rate_shape[i], rate[i] / rate_shape[i])
                lump = max(grain[i], 1e-9)
                lumps = min(weekly * weeks / lump, 1e9)
                bought = lump * np.random.poisson(lumps)
            loss[d] = baseline[i] - bought
        loss.sort()
        upper = int(np.ceil(0.9 * (draws - 1)))
        high[i] = loss[upper]
        while upper + 1 < draws and loss[upper + 1] == high[i]:
            upper += 1
        low[i] = loss[2 * int(0.1 * (draws - 1)) - (draws - 1 - upper)]
    return low, high
