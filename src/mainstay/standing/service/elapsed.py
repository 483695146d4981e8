"""How many hours to work in lie between moments: `core.working_time.between`, of many at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.core.working_time import WorkCalendar

Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
HOUR = 3_600_000_000  # microseconds, in which moments are counted


def micros(moment: datetime) -> int:
    """A moment in microseconds since 1970."""
    return (moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


class Elapsed:
    """The windows of work between two moments, summed once.

    calendar: None runs around the clock
    first, last: nothing is asked of earlier or later moments
    """

    def __init__(self, calendar: WorkCalendar | None, first: datetime, last: datetime) -> None:
        self.always = calendar is None
        if calendar is None:
            return
        windows: list[Any] = []
        day, end = (moment.astimezone(calendar.zone).date() for moment in (first, last))
        day -= timedelta(days=1)
        while day <= end + timedelta(days=1):
            windows += [(micros(a), micros(b)) for a, b in calendar.windows(day)]
            day += timedelta(days=1)
        self._begins = np.array([a for a, _b in windows], np.int64)
        self._lasts = np.array([b - a for a, b in windows], np.int64)
        self._before = np.concatenate([[0], np.cumsum(self._lasts)]).astype(np.int64)

    def hours(self, start: Longs, end: Longs) -> Floats:
        """The hours from `start` to `end`, arrays (n,) of microseconds; none where the end is before."""
        worked = end - start if self.always else self._worked(end) - self._worked(start)
        return np.maximum(worked, 0) / HOUR

    def _worked(self, at: Longs) -> Longs:
        """Microseconds worked before each moment since the first window."""
        if not len(self._begins):
            return np.zeros(len(at), np.int64)
        window = np.searchsorted(self._begins, at, side="right") - 1
        inside = np.maximum(window, 0)
        part = np.clip(at - self._begins[inside], 0, self._lasts[inside])
        return np.where(window < 0, 0, self._before[inside] + part)
