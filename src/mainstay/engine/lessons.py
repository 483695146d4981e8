"""What the learners are given: slices of the past, of a sample of the accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from mainstay.defection.partial import Setting
from mainstay.defection.slices import Labelled
from mainstay.engine.panel import Panel, Slice
from mainstay.engine.partial_training import (
    PastChanges,
    learn_partial,
    partly_gone,
    with_forecast,
)
from mainstay.engine.training import Learnt
from mainstay.standing.season import Season


@dataclass(frozen=True)
class Sample:
    """The slices of the past that are learnt from.

    share: of all accounts; settings: of the changepoint, one a date, once the measures are known
    chains: of the accounts that have sisters; a chain comes whole
    """

    dates: tuple[date, ...]
    share: float
    settings: tuple[Setting, ...] = ()
    chains: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Lessons:
    """What the learners are given.

    gone: slices with who left altogether; past, seasons: the measures they are made of
    known: what else is known of them; None = there are no slices
    """

    gone: list[Labelled]
    past: Panel
    seasons: list[Season]
    known: PastChanges | None

    def p_partial(
        self, learnt: Learnt, changes: Slice, pace: Slice, season: Season, horizon_weeks: int
    ) -> npt.NDArray[np.float64]:
        """By account of the last slice; NaN = not judged.

        changes, pace, season: of the date that is judged, as the past has them in `known`
        """
        past = (
            partly_gone(self.gone, self.past, self.seasons, self.known, horizon_weeks)
            if self.known
            else []
        )
        p = np.full(len(learnt.p_complete), np.nan)
        now = with_forecast(learnt.now, changes, pace, season)
        p[now.rows] = learn_partial(past, now, horizon_weeks)
        # What leaves altogether is not partly gone.
        return np.minimum(p, 1.0 - learnt.p_complete)
