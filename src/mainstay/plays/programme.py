"""Options and limits, what a choice of them is, and the quick ways to fill what is left.

A x ≤ b: A are the hours, money and places that options take of limits, b what there is of each; at most
one option an account.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

TINY = 1e-9


@dataclass(frozen=True)
class Floor:
    """At least so much of something that options bring; the first in a list is given up last.

    name: what is said where it can't be held
    brings: float array (n_options,)
    """

    name: str
    brings: Floats
    least: float


@dataclass(frozen=True)
class Programme:
    """Options and limits; arrays as in the module's formula.

    account: int array (n_options,), which options exclude each other
    value: float array (n_options,)
    option, limit, amount: the entries of A that are not 0, arrays of equal length, amounts ≥ 0
    there_is: float array (n_limits,), b
    """

    account: Longs
    value: Floats
    option: Longs
    limit: Longs
    amount: Floats
    there_is: Floats
    floors: tuple[Floor, ...] = ()

    @property
    def n_options(self) -> int:
        return len(self.value)

    @property
    def n_limits(self) -> int:
        return len(self.there_is)

    @cached_property
    def uses(self) -> Any:
        """A as a sparse matrix by columns, (n_limits, n_options)."""
        from scipy.sparse import csc_array

        shape = (self.n_limits, self.n_options)
        return csc_array((self.amount, (self.limit, self.option)), shape=shape)

    def only(self, some: Longs) -> Programme:
        """The same limits with some of the options, in that order."""
        part = self.uses[:, some].tocoo()
        floors = tuple(replace(f, brings=f.brings[some]) for f in self.floors)
        return Programme(
            self.account[some],
            self.value[some],
            np.asarray(part.col, np.int64),
            np.asarray(part.row, np.int64),
            np.asarray(part.data, np.float64),
            self.there_is,
            floors,
        )


@dataclass(frozen=True)
class Choice:
    """What was chosen.

    taken: bool array (n_options,)
    value, bound: of the choice, and what none can exceed
    price: float array (n_limits,), what one more of each limit would be worth, ≥ 0
    given_up: names of the floors that could not be held
    """

    taken: Bools
    value: float
    bound: float
    price: Floats
    given_up: tuple[str, ...] = ()

    @property
    def gap(self) -> float:
        """By how much of the bound the choice may be short of the best; 0..1."""
        return max(0.0, 1 - self.value / self.bound) if self.bound > TINY else 0.0


def filled(programme: Programme, taken: Bools, order_by: Floats | None = None) -> Bools:
    """The choice with whatever still fits added, best first, and broken by nothing.

    order_by: value for what it takes; value per share of the limits unless given
    """
    uses = programme.uses
    left = programme.there_is - uses[:, np.flatnonzero(taken)].sum(axis=1)
    busy = np.zeros(int(programme.account.max(initial=0)) + 1, bool)
    busy[programme.account[taken]] = True
    taken = taken.copy()
    if order_by is None:
        order_by = density(programme)
    start, row, amount = uses.indptr, uses.indices, uses.data
    fits = np.ones(programme.n_options, bool)
    fits[programme.option[programme.amount > left[programme.limit] + TINY]] = False
    some = np.flatnonzero(fits & ~busy[programme.account] & (programme.value > TINY))
    for option in some[np.argsort(-order_by[some], kind="stable")].tolist():
        of = slice(start[option], start[option + 1])
        if busy[programme.account[option]] or (amount[of] > left[row[of]] + TINY).any():
            continue
        left[row[of]] -= amount[of]
        busy[programme.account[option]] = True
        taken[option] = True
    return taken


def greedy_hours(programme: Programme, hours: Floats, some: Bools) -> float:
    """Hours that some of the options could take if the others took none; a sum that can be had."""
    alone = programme.only(np.flatnonzero(some))
    room = replace(alone, there_is=np.maximum(alone.there_is, 0.0))
    taken = filled(room, np.zeros(room.n_options, bool), hours[some])
    return float(hours[some][taken].sum())


def density(programme: Programme) -> Floats:
    """Value for each part of the limits that an option takes."""
    part = programme.amount / np.maximum(programme.there_is[programme.limit], TINY)
    taken = np.bincount(programme.option, part, minlength=programme.n_options)
    return programme.value / np.maximum(taken, TINY)


def greedy(programme: Programme) -> Choice:
    """By value for what is taken, most first: what one does without a programme."""
    room = replace(programme, there_is=np.maximum(programme.there_is, 0.0))
    taken = filled(room, np.zeros(programme.n_options, bool))
    value = float(programme.value[taken].sum())
    return Choice(taken, value, np.inf, np.zeros(programme.n_limits))
