"""Silence that says nothing: days on which no order was to be expected.

The models of complete defection count silence in days. Where a feast, a closed week or our own empty
shelf lies within an account's present silence, these days are taken out of it: it is judged as if its
last order were so much younger.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from mainstay.engine.panel import Slice
from mainstay.standing.history import days_of
from mainstay.standing.rhythm import Rhythm
from mainstay.standing.season import Season
from mainstay.standing.supply import Supply

Floats = npt.NDArray[np.float64]
YEAR_DAYS = 364


@dataclass(frozen=True)
class Unsupplied:
    """What the accounts of a panel could not buy of us, asked of its slices.

    account_id: of the panel
    """

    supply: Supply
    account_id: list[str]

    @cached_property
    def place(self) -> npt.NDArray[np.int64]:
        return self.supply.accounts.place(self.account_id)

    def days(self, cut: Slice, first: npt.NDArray[np.int64]) -> Floats:
        """Days missed by each account of a slice, from these days on, by what was known then."""
        at = days_of(cut.on)
        return self.supply.accounts.days(self.place[cut.who], first, at, at=at)

    def silent(self, cut: Slice) -> Floats:
        """Days missed in each account's present silence."""
        return self.days(cut, cut["last_day"].astype(np.int64) + 1)

    def delivered(self, cut: Slice) -> Floats:
        """Of what each account usually buys, the share that could be delivered in the last 52 weeks."""
        first = np.full(len(cut.who), days_of(cut.on) - YEAR_DAYS)
        return 1.0 - self.days(cut, first) / YEAR_DAYS

    def left(self, who: npt.NDArray[np.int64], first: int, days: Floats) -> Floats:
        """Of these accounts, the share that could be delivered, as `Missed.left` has it."""
        return self.supply.accounts.left(self.place[who], first, days)


def unsupplied(supply: Supply | None, account_id: list[str]) -> Unsupplied | None:
    return Unsupplied(supply, account_id) if supply else None


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


def awake(cut: Slice, season: Season, unsupplied: Unsupplied | None = None) -> Awake:
    """Take what the calendar and our own stock-outs took from each silence out of it.

    season: as it could be known at the slice
    """
    if season.days is None and unsupplied is None:
        return Awake(cut)
    last = cut["last_day"].astype(np.int64)
    missed = unsupplied.silent(cut) if unsupplied else 0.0
    silent = days_of(cut.on) - 1 - last
    idle = np.floor(np.minimum(season.idle(last + 1) + missed, silent))
    moved = last + idle.astype(np.int64)
    # Of who ordered once, the last order day is the first.
    first = np.where(cut["order_days"] > 1, cut["first_day"].astype(np.int64), moved)
    columns = {**cut.columns, "first_day": first, "last_day": moved}
    return Awake(Slice(cut.on, cut.who, columns), idle)
