"""Who gets short stock: by what a shortage costs with each account, within contracts, floors and lots.

Under equal conditions core accounts come first, those that were short through us before come before others
(`value_of_supply`), contracts are honoured and small accounts get their floor (`floors`), and what is sent
are whole lots (`lots`). The best shares without regard to lots (`sharing`) bound what any allocation can save;
products with few lots are solved exactly (`exact`). Products don't touch one another, so that one can be
reckoned anew alone, as when somebody changes a line by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mainstay.core.arrays import summed
from mainstay.supply import exact, lots
from mainstay.supply.floors import Least, possible
from mainstay.supply.sharing import Shares, marginal, shared
from mainstay.supply.types import TINY, Floats, Shelf, Wanted

CLOSE = 1e-3  # of what can be saved: nearer to the bound than this, nothing better is looked for


@dataclass(frozen=True)
class Allocation:
    """What is given, in each product's own unit.

    given: (n,); saved, bound: (p,) what it saves of the loss if nothing were given, as it counts in the
        choice, and what no allocation can save more than
    price: (p,) what a unit more would save; marginal: (n,) what one unit more would save here
    """

    given: Floats
    saved: Floats
    bound: Floats
    price: Floats
    marginal: Floats
    least: Least
    shares: Shares

    @property
    def gap(self) -> float:
        """By how much of the bound all of it may be short of the best; 0..1."""
        bound = float(self.bound.sum())
        return max(0.0, 1 - float(self.saved.sum()) / bound) if bound > TINY else 0.0

    def price_of(self, wanted: Wanted) -> Floats:
        """Of each line, what a unit more would save where the last one went: among small accounts where
        their floor holds."""
        of_small = wanted.small & self.shares.held[wanted.product]
        price = np.where(
            of_small, self.shares.small_price[wanted.product], self.price[wanted.product]
        )
        return np.asarray(price)


def allocate(wanted: Wanted, shelf: Shelf) -> Allocation:
    """The allocation by priority.

    wanted: lines of one product beside one another, in the order of the shelf
    """
    p = len(shelf)
    least = possible(wanted, shelf)
    shares = shared(wanted, shelf, least)
    nothing = wanted.favour * wanted.lost(np.zeros(len(wanted)))
    saves = nothing - wanted.favour * wanted.lost(shares.x)
    save_most = summed(wanted.product, saves, p)
    given = np.zeros(len(wanted))
    saved, bound = np.zeros(p), save_most.copy()
    starts = np.searchsorted(wanted.product, np.arange(p + 1))
    for i in range(p):
        here = slice(int(starts[i]), int(starts[i + 1]))
        lines = wanted.of(here)
        if not len(lines):
            continue
        room, floor = float(shelf.available[i]), float(least.floor[i])
        given[here], saved[i], bound[i] = _of_product(
            lines, least.owed[here], shares.x[here], (room, floor, float(save_most[i]))
        )
    return Allocation(given, saved, bound, shares.price, marginal(wanted, given), least, shares)


def _of_product(
    lines: Wanted, owed: Floats, x: Floats, limits: tuple[float, float, float]
) -> tuple[Floats, float, float]:
    """What the lines of one product get, what that saves, and the most that could be saved."""
    room, floor, most = limits
    given = rounded(lines, owed, x, room, floor)
    nothing = float((lines.favour * lines.lost(np.zeros(len(lines)))).sum())

    def saves(some: Floats) -> float:
        return nothing - float((lines.favour * lines.lost(some)).sum())

    saved = saves(given)
    if most <= TINY or saved >= most * (1 - CLOSE):
        given = lots.settled(lines, given)
        return given, saves(given), max(most, saved)
    start = _owed_lots(lines, owed, room)
    held = min(floor, float(given[lines.small].sum()))
    better = exact.best(lines, start, room, held)
    if better is not None:
        most = max(min(most, better[1]), saved)
        if saves(better[0]) > saved + TINY:
            given, saved = better[0], saves(better[0])
    given = lots.settled(lines, given)
    return given, saves(given), max(most, saved)


def _owed_lots(lines: Wanted, owed: Floats, room: float) -> Floats:
    """What contracts ask for in lots: rounded up while there is enough, the earliest first."""
    start = lots.down(lines, owed)
    left = room - float(start.sum())
    full = lots.up(lines, owed)
    for i in np.argsort(lines.early, kind="stable").tolist():
        more = float(full[i] - start[i])
        if lots.EPS < more <= left + lots.EPS:
            start[i] = full[i]
            left -= more
    return start


def rounded(lines: Wanted, owed: Floats, x: Floats, room: float, floor: float) -> Floats:
    """Shares of one product as lots: contracts first, then the floor of small accounts, then all."""
    contracts = _owed_lots(lines, owed, room)
    given = np.maximum(lots.down(lines, x), contracts)
    small = np.flatnonzero(lines.small)
    missing = floor - float(given[small].sum())
    if missing > lots.EPS and len(small):
        given = lots.fill(lines, given, missing, small, past=True)
    over = float(given.sum()) - room
    if over > lots.EPS:
        given = _taken_back(lines, given, contracts, (over, floor))
        left = room - float(given.sum())
        missing = floor - float(given[small].sum())
        given = lots.fill(lines, given, min(missing, left), small)
    return lots.fill(lines, given, room - float(given.sum()))


def _taken_back(lines: Wanted, given: Floats, least: Floats, of: tuple[float, float]) -> Floats:
    """What is too much taken back, the least worth first: of small accounts what is above their floor,
    and more of theirs only where contracts leave no other way."""
    over, floor = of
    given = given.copy()
    order = np.argsort(marginal(lines, given), kind="stable")
    spare = float(given[lines.small].sum()) - floor
    for turn in ("others", "spare", "any"):
        for i in order.tolist():
            back = float(given[i] - least[i])
            if over <= lots.EPS:
                return given
            if back <= lots.EPS or (turn == "others" and lines.small[i]):
                continue
            if turn == "spare" and (not lines.small[i] or back > spare + lots.EPS):
                continue
            spare -= back * bool(lines.small[i])
            given[i] = least[i]
            over -= back
    return given


def pinned(wanted: Wanted, shelf: Shelf, hand: dict[int, float]) -> Allocation:
    """The allocation in which some lines get what a person says; the others share what is left.

    hand: units by place of the line; never more than wanted, nor all together than there is
    """
    owed = wanted.owed.copy()
    held = np.zeros(len(wanted), bool)
    fixed = np.zeros(len(wanted))
    for i, units in hand.items():
        held[i], fixed[i] = True, min(max(units, 0.0), float(wanted.wanted[i]))
    rest = np.flatnonzero(~held)
    taken = np.bincount(wanted.product, fixed, len(shelf))
    floor = np.maximum(
        shelf.floor - np.bincount(wanted.product, fixed * wanted.small, len(shelf)), 0.0
    )
    others = replace(wanted.of(rest), owed=owed[rest])
    found = allocate(others, Shelf(np.maximum(shelf.available - taken, 0.0), floor))
    given = fixed.copy()
    given[rest] = found.given
    return replace(found, given=given, marginal=marginal(wanted, given))
