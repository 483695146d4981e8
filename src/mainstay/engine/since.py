"""At which dates states are looked at, and since when each account is in its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mainstay.defection.states import lost_after_days
from mainstay.standing.history import date_of, days_of

if TYPE_CHECKING:
    from mainstay.engine.judged import Judged
    from mainstay.engine.panel import Panel

EVERY_DAYS = 28
LOOK_BACK = 13  # four-week steps of state history
LONGEST_STEP_DAYS = (
    EVERY_DAYS  # between two dates; a fact older than that was there at the date before
)


def day(number: int) -> date | None:
    return None if number < 0 else date_of(number)


def history_dates(as_of: date, first_day: date) -> tuple[date, ...]:
    """Dates at which states are looked at: every four weeks over a year, a week ago, and as_of."""
    back = [EVERY_DAYS * step for step in range(LOOK_BACK, 0, -1)] + [7, 0]
    dates = [as_of - timedelta(days=days) for days in back]
    return tuple(d for d in dates if d > first_day or d == as_of)


def state_since(
    seen: Panel, judged: Judged, wallet_known_on: Mapping[date, npt.NDArray[np.int64]]
) -> list[date | None]:
    """A day where one can be named, else the first date at which the account was seen in its state
    without a break.

    wallet_known_on: by date, when the newest fact of each account's wallet came to be known
    """
    n, last = len(seen.account_id), seen.slices[-1]
    since = np.full(n, -1, np.int64)
    current = np.full(n, "", object)
    fact = np.full(n, -1, np.int64)  # the newest when its state began
    for cut, states in zip(seen.slices, judged.states, strict=True):
        number = days_of(cut.on)
        changed = current[cut.who] != states
        since[cut.who[changed]] = number
        fact[cut.who[changed]] = wallet_known_on[cut.on][cut.who[changed]]
        current[cut.who] = states
    named = judged.states[-1]
    own = since[last.who]
    last_day = last["last_day"].astype(np.int64)
    late = np.nan_to_num(np.ceil(judged.rhythm.late_after_days), nan=365.0).astype(np.int64) + 1
    own = np.where(named == "late", last_day + late, own)
    lost_after = np.ceil(lost_after_days(judged.rhythm.usual_late_after_days)).astype(np.int64) + 1
    own = np.where(named == "lost", last_day + lost_after, own)
    own = np.where(named == "new", last["first_day"], own)
    moved = np.isin(named, ("slipping", "growing")) & (judged.changes.since >= 0)
    own = np.where(moved, judged.changes.since, own)
    begun = since[last.who]
    news = np.where(fact[last.who] >= begun - LONGEST_STEP_DAYS, fact[last.who], begun)
    own = np.where(judged.by_share, news, own)
    since[last.who] = np.minimum(own, days_of(last.on) - 1)
    return [day(int(value)) for value in since]
