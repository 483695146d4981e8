"""What effects are told from: one row a case, and which of them can tell nothing."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from mainstay.core.errors import InvalidHistory
from mainstay.core.texts import gettext_noop
from mainstay.plays.situation import NOTHING

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Names = npt.NDArray[np.object_]

NEVER = np.iinfo(np.int64).max  # the day of a play that never began

# Of less than this nothing can be told: orders waver by twenty times as much, and a ratio of two such losses is theirs.
LEAST_AT_STAKE = 0.02

NO_LOSS = "no_loss"  # next to nothing was expected to be lost, or it is not known what was
BEFORE = "before"  # its outcome ends before the play began
TWO_DESIGNS = "two_designs"  # its account was in another design at the same time


@dataclass(frozen=True)
class Cases:
    """Accounts that a play, or nothing, was chosen for; arrays (n,), but traits (n, k).

    account_id: repeated where an account is a case more than once
    unit: what was drawn: the account, or its manager where starts are staggered by manager
    drawn: the play that was meant for it, or "nothing"; done: the play that was done within the time
    cause: the likeliest cause before; fit: how far the play that was drawn or done suits it, 0..1
    expected: share of its money that was expected to be lost; lost: share that was, at most 1
    probability: with which it was drawn (of its arm); NaN = a person or a rule chose
    design: the name of the design that drew it; "" = none
    first, last: days (ordinals) of its outcome; began: the day of its play, NEVER = none
    traits: what else the choice may have gone by (log of money, visits, …), in any unit
    """

    account_id: Names
    unit: Names
    drawn: Names
    done: Names
    cause: Names
    fit: Floats
    expected: Floats
    lost: Floats
    probability: Floats
    design: Names
    first: Longs
    last: Longs
    began: Longs
    traits: Floats

    def __post_init__(self) -> None:
        if len({len(getattr(self, field.name)) for field in fields(self)}) > 1:
            raise InvalidHistory(gettext_noop("The columns of the cases differ in length."))
        chance = self.probability[np.isfinite(self.probability)]
        if ((chance <= 0) | (chance > 1)).any():
            raise InvalidHistory(
                gettext_noop("A probability of a draw must be above 0 and at most 1.")
            )

    def __len__(self) -> int:
        return len(self.account_id)

    def at(self, which: Bools | Longs) -> Cases:
        return replace(self, **{f.name: getattr(self, f.name)[which] for f in fields(self)})

    @property
    def chosen(self) -> Bools:
        """Not drawn: a person or a rule chose."""
        return ~np.isfinite(self.probability)


def usable(cases: Cases) -> tuple[Cases, dict[str, int]]:
    """The cases that can tell something, and how many can't, by reason."""
    out = _left_out(cases)
    kept = cases.at(tells(cases))
    kept = replace(
        kept,
        lost=np.clip(kept.lost, -1.0, 1.0),
        cause=np.where(kept.cause == "", "unknown", kept.cause),
    )
    return kept, {why: int(which.sum()) for why, which in out.items() if which.any()}


def tells(cases: Cases) -> Bools:
    """Which cases can tell something."""
    return ~np.logical_or.reduce(list(_left_out(cases).values()))


def _left_out(cases: Cases) -> dict[str, Bools]:
    """By reason, which can't."""
    known = np.isfinite(cases.lost) & (cases.expected >= LEAST_AT_STAKE) & (cases.expected <= 1)
    before = known & (cases.began != NEVER) & (cases.began > cases.last)
    two = known & ~before & _in_two_designs(cases)
    return {NO_LOSS: ~known, BEFORE: before, TWO_DESIGNS: two}


def _in_two_designs(cases: Cases) -> Bools:
    """Whether the outcome of a case overlaps that of another design at the same account."""
    found = np.zeros(len(cases), bool)
    rows = np.flatnonzero(cases.design != "")
    order = rows[np.lexsort((cases.first[rows], cases.account_id[rows]))].tolist()
    open_: list[int] = []
    for i in order:
        open_ = [
            j
            for j in open_
            if cases.account_id[j] == cases.account_id[i] and cases.last[j] >= cases.first[i]
        ]
        for j in open_:
            if cases.design[j] != cases.design[i]:
                found[[i, j]] = True
        open_.append(i)
    return found


def is_play(names: Names) -> Bools:
    return np.asarray((names != NOTHING) & (names != ""), bool)
