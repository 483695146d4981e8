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
    from mainstay.engine.panel import Panel, Slice

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
) -> npt.NDArray[np.int64]:
    """A day where one can be named, else the first date at which the account was seen in its state
    without a break. What began since the look before the last is no older than that look, and a
    state that is no silence no older than the last look at which the account was in another. Who was in
    its state at the first look already came to it earlier; when, is not known where no day can be named.

    wallet_known_on: by date, when the newest fact of each account's wallet came to be known
    Returns: days since 1970-01-01, (n_accounts,); −1 = none, or before the first look
    """
    n, last = len(seen.account_id), seen.slices[-1]
    since, other = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    current = np.full(n, "", object)
    fact = np.full(n, -1, np.int64)  # the newest when its state began
    before = -1
    for cut, states in zip(seen.slices, judged.states, strict=True):
        number = days_of(cut.on)
        changed = cut.who[current[cut.who] != states]
        other[changed] = np.where(current[changed] == "", -1, before)
        since[changed] = number
        fact[changed] = wallet_known_on[cut.on][changed]
        current[cut.who] = states
        before = number
    begun = since[last.who]
    named = _named_day(judged, last)
    own = np.where(named < 0, begun, named)
    news = np.where(fact[last.who] >= begun - LONGEST_STEP_DAYS, fact[last.who], begun)
    own = np.where(judged.by_share, news, own)
    # A limit of silence may have been another at an earlier look; what is news this week is not older.
    by_silence = np.isin(judged.states[-1], ("late", "lost")) & (begun < days_of(last.on))
    since[last.who] = np.maximum(np.minimum(own, begun), np.where(by_silence, own, other[last.who]))
    earlier = (begun == days_of(seen.slices[0].on)) & (own >= begun) & (named != begun)
    silent_later = np.isin(judged.states[-1], ("late", "lost")) & (named > begun)
    since[last.who[earlier]] = np.where(silent_later, named, -1)[earlier]
    return np.minimum(since, days_of(last.on) - 1)


def _named_day(judged: Judged, last: Slice) -> npt.NDArray[np.int64]:
    """The day on which what the state says came true, as far as one can be told; else −1."""
    named = judged.states[-1]
    last_day = last["last_day"].astype(np.int64)
    late = np.nan_to_num(judged.rhythm.late_after_days, nan=365.0)
    own = np.where(named == "late", last_day + first_day_beyond(late), -1)
    lost = lost_after_days(judged.rhythm.usual_late_after_days)
    own = np.where(named == "lost", last_day + first_day_beyond(lost), own)
    own = np.where(named == "new", last["first_day"], own)
    moved = np.isin(named, ("slipping", "growing")) & (judged.changes.since >= 0)
    return np.where(moved, judged.changes.since, own).astype(np.int64)


def first_day_beyond(limit_days: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """How many days after the last order a silence first is longer than a limit."""
    return np.floor(limit_days).astype(np.int64) + 1
