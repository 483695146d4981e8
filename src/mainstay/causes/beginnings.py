"""When each fall began, how much less came since, and which accounts count as fallen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mainstay.causes.declines import Declines
from mainstay.causes.purchases import PERIODS, YEAR_PERIODS, Purchases
from mainstay.causes.view import View
from mainstay.standing.history import days_of

if TYPE_CHECKING:
    from mainstay.causes.answers import Answer

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LEFT = ("noticed", "late", "slipping", "lost", "closed")  # states that say it fell
SILENT = ("late", "lost", "closed")  # of these its orders tell no more than that they ended
GONE = ("lost", "closed")  # and nothing is to come of these
NAMED_FELL = 0.5  # an account as likely as this to have fallen counts as fallen,
MATERIAL = 0.1  # if it buys less by this share of what it bought in the year before
LEAST_AFTER = 2  # and for so many periods: one with little in it is no fall
YOUNG_DAYS = 91  # so young a fall tells little of a year: it is shrunk
SHRINK_PERIODS = 1.0  # as if so many periods as before had come since


@dataclass(frozen=True)
class Stated:
    """What the states of accounts say, arrays (n_accounts,).

    left: that it fell; silent, gone: by the states above
    since: first day of the state, days since 1970-01-01; NaN = not told, or not that it fell
    """

    left: Bools
    silent: Bools
    gone: Bools
    since: Floats


@dataclass(frozen=True)
class Fallen:
    """Of each account, arrays (n_accounts,).

    p: probability that it fell; 1 where its state or a review says so
    lost_52: money a year less than in the year before it fell, net sales
    counts: whether it counts as fallen: its state says so; or it is likelier than not that it fell before
        the last period, or was reviewed, and what it lost is MATERIAL
    """

    p: Floats
    lost_52: Floats
    counts: Bools


def stated_of(view: View) -> Stated:
    """What the assessment says of the accounts of a view."""
    state = np.array(view.accounts["state"].to_pylist(), object)
    left = np.isin(state, LEFT)
    since = [
        float("nan") if d is None else days_of(d) for d in view.accounts["state_since"].to_pylist()
    ]
    return Stated(
        left,
        np.isin(state, SILENT),
        np.isin(state, GONE),
        np.where(left, np.array(since, float), np.nan),
    )


def began(
    bought: Purchases, fallen: Declines, by_period: Floats, stated: Stated, who: Longs
) -> Longs:
    """The likeliest first day of each fall, days since 1970-01-01.

    by_period: (len(who), PERIODS), that the fall began then; who: places of accounts
    Where orders show no fall, or none that lasts, but the state says that it fell, since when the state
    is so. Of what bought too little for a fall to be seen, the first day without purchases.
    """
    amount, rows = bought.amount[who], np.arange(len(who))
    lasting = by_period[:, : PERIODS - LEAST_AFTER + 1]
    enough = lasting.sum(axis=1) >= NAMED_FELL
    period = np.where(enough, lasting.argmax(axis=1), by_period.argmax(axis=1))
    before, after = fallen.before[who][rows, period], fallen.after[who][rows, period]
    unseen = (by_period.sum(axis=1) <= 0) & (amount > 0).any(axis=1)
    last = PERIODS - 1 - np.argmax(amount[:, ::-1] > 0, axis=1)
    first = bought.begins[np.where(unseen, np.minimum(last + 1, PERIODS - 1), period)]
    shown = enough & (before - after > MATERIAL * before)
    since = stated.since[who]
    by_state = ~shown & ~stated.silent[who] & np.isfinite(since)
    return np.where(by_state, np.nan_to_num(since), first).astype(np.int64)


def fallen_of(found: Answer) -> Fallen:
    """Which accounts fell, and by how much."""
    stated, bought = found.stated, found.bought
    reviewed = np.zeros(len(found.p_fell), bool)
    reviewed[list(found.confirmed.fell)] = True
    p = np.where(stated.left | reviewed, 1.0, found.p_fell)
    rows = np.arange(len(p))
    period = np.clip(np.searchsorted(bought.begins, found.fell_on, "right") - 1, 0, PERIODS - 1)
    before, after = found.fallen.before[rows, period], found.fallen.after[rows, period]
    less = np.maximum(before - np.where(stated.gone, 0.0, after), 0.0)
    # A few weeks, times thirteen and more, are no year: as much of it as is to be expected.
    periods = PERIODS - period
    sure = np.where(stated.silent | reviewed, 1.0, found.p_fell)
    young = ~stated.gone & (days_of(bought.as_of) - found.fell_on < YOUNG_DAYS)
    less = np.where(young, less * sure * periods / (periods + SHRINK_PERIODS), less)
    material = (less > 0) & (less >= MATERIAL * before)
    lasting = found.by_period[:, : PERIODS - LEAST_AFTER + 1].sum(axis=1)
    counts = stated.left | (((lasting >= NAMED_FELL) | reviewed) & material)
    return Fallen(p, less * YEAR_PERIODS, counts)
