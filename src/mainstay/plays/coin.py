"""Where two ways are worth nearly the same, a coin decides, with its probability kept, so that effects can be learnt.

It is thrown before the programme is solved, between options (and doing nothing) whose worth, less what
their hours are worth elsewhere, lies within 5% of what the best would keep. Never among tier A, never
against what we owe: an answer, a delivery, a promise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NEAR = 0.05
NOT_FOR_TIERS = ("A",)
NO_OPTION = -1  # drawn: nothing


@dataclass(frozen=True)
class Thrown:
    """What coins did.

    out: bool (n_options,), lost to a coin
    probability: float (n_options,), of the options that won; 1 where no coin was thrown
    nothing: by account, the probability with which nothing was drawn
    """

    out: Bools
    probability: Floats
    nothing: dict[int, float]


@dataclass(frozen=True)
class Side:
    """The options between which coins may be thrown; arrays (n_options,) but for `tier` (n_accounts,).

    reduced: worth beyond cost and beyond what hours and money are worth elsewhere
    kept: what each would keep
    owed: coins never decide against these
    sure: bool (n_accounts,), the linear programme does something there, wholly: only then is doing
        nothing a side, since others wait for the same hours
    drawn: accounts whose coin of an earlier plan stands: thrown until it falls as one likes, it is none
    """

    account: Longs
    reduced: Floats
    kept: Floats
    owed: Bools
    tier: npt.NDArray[np.object_]
    account_id: Sequence[str]
    sure: Bools
    drawn: frozenset[int] = frozenset()


def throw(side: Side, *, seed: str) -> Thrown:
    """Coins for all accounts at once; the same ones for the same seed, whatever other accounts do."""
    n = len(side.account)
    thrown = Thrown(np.zeros(n, bool), np.ones(n), {})
    if not n:
        return thrown
    best = np.full(len(side.account_id), -np.inf)
    np.maximum.at(best, side.account, side.reduced)
    keeps = np.zeros(len(side.account_id))
    at_best = side.reduced >= best[side.account]
    np.maximum.at(keeps, side.account[at_best], side.kept[at_best])
    near_by = NEAR * keeps
    near = (side.reduced >= (best - near_by)[side.account]) & (best[side.account] >= 0)
    count = np.bincount(side.account[near], minlength=len(best))
    owes = np.bincount(side.account[near & side.owed], minlength=len(best)) > 0
    nothing = (best >= 0) & (best <= near_by) & side.sure
    tossed = ~owes & (count + nothing >= 2) & ~np.isin(side.tier, NOT_FOR_TIERS)
    tossed[list(side.drawn)] = False
    order = np.argsort(side.account, kind="stable")
    begins = np.searchsorted(side.account[order], np.arange(len(best) + 1))
    for account in np.flatnonzero(tossed).tolist():
        mine = order[begins[account] : begins[account + 1]]
        sides = [*mine[near[mine]].tolist(), *([NO_OPTION] if nothing[account] else [])]
        drawn = sides[int(uniform(seed, side.account_id[account]) * len(sides))]
        thrown.out[mine] = True
        if drawn == NO_OPTION:
            thrown.nothing[account] = 1 / len(sides)
        else:
            thrown.out[drawn] = False
            thrown.probability[drawn] = 1 / len(sides)
    return thrown


def uniform(seed: str, account_id: str) -> float:
    """A number in [0, 1) that only the seed and the account's code decide."""
    digest = hashlib.blake2b(f"{seed}\0{account_id}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / 2**53
