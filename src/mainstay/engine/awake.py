"""Silence that says nothing: days on which no order was to be expected.

The models of complete defection count silence in days. Where a feast, a closed week or our own empty
shelf lies within an account's present silence, these days are taken out of it: it is judged as if its
last order were so much younger.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from mainstay.engine.panel import Slice
from mainstay.standing.rhythm import Rhythm
from mainstay.standing.season import Season

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Awake:
    """The accounts of a slice without the idle days of their present silence.

    cut: the slice with `last_day` as the models shall read it
    idle: whole days taken out of each account's silence; None = of nobody's
    """

    cut: Slice
    idle: Floats | None = None

    def rhythm(self, own: Rhythm) -> Rhythm:
        """The same limits, counted from the last day that the models read."""
        if self.idle is None:
            return own
        return replace(own, late_after_days=np.maximum(own.late_after_days - self.idle, 1.0))


def awake(cut: Slice, season: Season) -> Awake:
    """Take what the calendar took from each silence out of it.

    season: as it could be known at the slice
    """
    if season.days is None:
        return Awake(cut)
    last = cut["last_day"].astype(np.int64)
    idle = np.floor(season.idle(last + 1))
    columns = {**cut.columns, "last_day": last + idle.astype(np.int64)}
    return Awake(Slice(cut.on, cut.who, columns), idle)
