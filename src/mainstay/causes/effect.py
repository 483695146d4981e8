"""How strongly something that happened still acts on a day: slow Python of what the loops compute."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mainstay.causes.instances import Instances

Floats = npt.NDArray[np.float64]


def effect(instances: Instances, rows: npt.NDArray[np.int64], day: Floats) -> Floats:
    """0..1 of each link: rising from half its peak on the day itself to `delay_weeks` after, whole as
    long as it lasts, then fading.

    rows: places of links; day: float array (len(rows),), days since 1970-01-01
    """
    from mainstay.causes.network_loops import BEGINS, LEAST

    since, until = instances.since[rows], instances.until[rows]
    delay = 7 * instances.delay_weeks[rows]
    peak = until + delay
    rising = BEGINS + (1 - BEGINS) * np.clip((day - since) / np.maximum(delay, 1.0), 0.0, 1.0)
    fading = np.exp(-np.maximum(day - peak, 0.0) / (7 * instances.fade_weeks[rows]))
    size = np.where(day >= peak, fading, rising)
    return np.where((day < since - 7 * instances.before_weeks[rows]) | (size < LEAST), 0.0, size)
