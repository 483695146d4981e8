"""The choice: which options do most within all limits, at most one an account.

    max Σ v_o · x_o   subject to   A x ≤ b,   Σ_{o of an account} x_o ≤ 1,   x_o ∈ {0, 1}

v_o: what option o is worth beyond its cost; A: hours, money and places that it takes of each limit; b:
what there is of each. “Do nothing” always competes, since no option has to be taken.

Few options are solved exactly by HiGHS. Many are solved in three steps: the linear programme over the
columns that can matter (others are added by their reduced value until none is left, so that its price of
each limit is that of the whole), a core of the options that lie nearest to the best at these prices, solved
as a mixed-integer programme, and a repair that fills what is left. The linear programme bounds every
solution, so the gap that is reported is never too small.
Source: restricted master by column generation as in Savelsbergh (1997), "A branch-and-price algorithm for
the generalized assignment problem"; core as in Pisinger (1995), "A minimal algorithm for the
multiple-choice knapsack problem".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mainstay.core.off_stdout import off_stdout
from mainstay.plays.programme import TINY, Bools, Choice, Floats, Longs, Programme, filled

A_HAIR_MORE = 1 + 1e-7
EXACT_OPTIONS = 1500  # up to here the whole is handed to HiGHS at once
# The core: so many options for each account that the linear programme does something about.
CORE_OPTIONS, LEAST_CORE, MOST_CORE = 4, 3000, 6000
EXACT_GAP, CORE_GAP = 1e-6, 3e-3
EXACT_NODES, CORE_NODES = 20_000, 1  # nodes, not seconds: the same plan on every machine
MOST_ROUNDS = 30
LP_GAP = 1e-4  # of the linear programme's own value


def choose(programme: Programme) -> Choice:
    """The best choice, or one whose distance to it is known.

    Limits that are below 0 (more is under way than there is) allow nothing of theirs.
    """
    room = np.maximum(programme.there_is, 0.0)
    full = replace(programme, there_is=room)
    possible = _possible(full)
    part = full.only(possible)
    if not len(possible):
        unheld = tuple(f.name for f in programme.floors if f.least > TINY)
        none = np.zeros(programme.n_options, bool)
        return Choice(none, 0.0, 0.0, np.zeros(programme.n_limits), unheld)
    part, given_up = _holdable(part)
    solved = _exact(part) if part.n_options <= EXACT_OPTIONS else None
    found = solved or _large(part)
    taken = np.zeros(programme.n_options, bool)
    taken[possible[found.taken]] = True
    return replace(found, taken=taken, given_up=given_up + found.given_up)


def relax(programme: Programme) -> Relaxed:
    """The linear programme of all options, floors left out: prices, and x of every option.

    With a hair more of everything, a price is what one more would be worth, also where the best option
    takes exactly what there is: else that option's own worth could be the price.
    """
    room = replace(programme, there_is=np.maximum(programme.there_is, 0.0) * A_HAIR_MORE, floors=())
    possible = _possible(room)
    x = np.zeros(programme.n_options)
    if not len(possible):
        return Relaxed(x, 0.0, np.zeros(programme.n_limits), np.zeros(0))
    found, columns = _priced(room.only(possible))
    x[possible[columns]] = found.x
    return replace(found, x=x)


def _possible(programme: Programme) -> Longs:
    """Options that are worth something and fit when nothing else is taken."""
    fits = np.ones(programme.n_options, bool)
    over = programme.amount > programme.there_is[programme.limit] + TINY
    fits[programme.option[over]] = False
    return np.flatnonzero(fits & (programme.value > TINY))


def _holdable(programme: Programme) -> tuple[Programme, tuple[str, ...]]:
    """The programme without the floors that no choice can hold, the last given up first."""
    floors, given_up = list(programme.floors), []
    while floors and not _feasible(replace(programme, floors=tuple(floors))):
        # The last whose absence helps; where none does alone, the last.
        alone = [
            i
            for i in range(len(floors))
            if _feasible(replace(programme, floors=tuple(floors[:i] + floors[i + 1 :])))
        ]
        given_up.append(floors.pop(alone[-1] if alone else -1).name)
    return replace(programme, floors=tuple(floors)), tuple(given_up)


def _feasible(programme: Programme) -> bool:
    """Whether a choice holds all floors; of many options: whether taking theirs first does."""
    if not programme.floors:
        return True
    if programme.n_options <= EXACT_OPTIONS:
        return _relaxed(programme) is not None
    taken = np.zeros(programme.n_options, bool)
    for floor in programme.floors:
        bare = replace(programme, value=np.where(floor.brings > 0, floor.brings, 0.0))
        taken = filled(bare, taken, floor.brings)
    return all(floor.brings[taken].sum() >= floor.least - 1e-6 for floor in programme.floors)


@dataclass(frozen=True)
class Relaxed:
    """The linear programme: x of the options that it was asked about, its value, prices of limits and floors."""

    x: Floats
    value: float
    price: Floats
    floor_price: Floats


def _rows(programme: Programme) -> tuple[Any, Floats]:
    """All constraints as rows ≤: limits, floors, accounts."""
    from scipy.sparse import csc_array, vstack

    n = programme.n_options
    _, group = np.unique(programme.account, return_inverse=True)
    once = csc_array((np.ones(n), (group, np.arange(n))), shape=(int(group.max()) + 1, n))
    rows = [programme.uses]
    right = [programme.there_is]
    if programme.floors:
        rows.append(csc_array(-np.array([f.brings for f in programme.floors])))
        right.append(np.array([-f.least for f in programme.floors]))
    rows.append(once)
    right.append(np.ones(once.shape[0]))
    return vstack(rows, format="csc"), np.concatenate(right)


def _relaxed(programme: Programme) -> Relaxed | None:
    """The linear programme of these options; None where no choice holds the floors."""
    from scipy.optimize import linprog

    rows, right = _rows(programme)
    with off_stdout():
        found = linprog(-programme.value, A_ub=rows, b_ub=right, bounds=(0, None), method="highs")
    if found.x is None:
        return None
    price = np.maximum(-found.ineqlin.marginals, 0.0)
    m = programme.n_limits
    k = len(programme.floors)
    return Relaxed(np.asarray(found.x), -float(found.fun or 0.0), price[:m], price[m : m + k])


def _integer(programme: Programme, gap: float, nodes: int) -> tuple[Bools, float] | None:
    """HiGHS on these options, with what it proved; None where it found no choice at all."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    rows, right = _rows(programme)
    with off_stdout():
        found = milp(
            -programme.value,
            integrality=np.ones(programme.n_options, np.int64),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(rows, -np.inf, right),
            options={"mip_rel_gap": gap, "node_limit": nodes},
        )
    if found.x is None:
        return None
    bound = -float(found.mip_dual_bound)
    return np.asarray(found.x) > 0.5, bound


def _exact(programme: Programme) -> Choice | None:
    relaxed = _relaxed(programme)
    found = _integer(programme, EXACT_GAP, EXACT_NODES)
    if relaxed is None or found is None:
        return None
    taken, bound = found
    value = float(programme.value[taken].sum())
    bound = max(min(bound, relaxed.value), value)
    return Choice(taken, value, bound, relaxed.price)


def _large(programme: Programme) -> Choice:
    """Columns that can matter, a core, a repair; floors as a price on what they ask for."""
    relaxed, _ = _priced(programme)
    # What a floor asks for is worth its price more: the integer choice keeps to it nearly.
    bonus = np.zeros(programme.n_options)
    for floor, price in zip(programme.floors, relaxed.floor_price, strict=True):
        bonus += price * floor.brings
    favoured = replace(programme, value=programme.value + bonus, floors=())
    taken = _rounded(favoured, relaxed, int(np.ceil(relaxed.x.sum())))
    value = float(programme.value[taken].sum())
    return Choice(taken, value, max(relaxed.value, value), relaxed.price)


def _reduced(programme: Programme, relaxed: Relaxed) -> Floats:
    """Value of each option beyond what its hours and money are worth elsewhere."""
    reduced = programme.value - programme.uses.T @ relaxed.price
    for floor, price in zip(programme.floors, relaxed.floor_price, strict=True):
        reduced = reduced + price * floor.brings
    return np.asarray(reduced, np.float64)


def _priced(programme: Programme) -> tuple[Relaxed, Longs]:
    """The linear programme of all options, found through those that can matter.

    Returns: it, and the options that its x is of
    """
    nothing = Relaxed(
        np.zeros(0), 0.0, np.zeros(programme.n_limits), np.zeros(len(programme.floors))
    )
    asked = chosen = _first_columns(programme)
    if _relaxed(programme.only(chosen)) is None:  # too few to hold the floors
        asked = chosen = np.arange(programme.n_options)
    for _ in range(MOST_ROUNDS):
        asked = chosen
        relaxed = _relaxed(programme.only(asked)) or nothing
        reduced = _reduced(programme, relaxed)
        bound = _bound(programme, relaxed, reduced)
        missing = np.ones(programme.n_options, bool)
        missing[asked] = False
        held = np.zeros(int(programme.account.max()) + 1)
        np.maximum.at(held, programme.account[asked], np.maximum(reduced[asked], 0))
        better = missing & (reduced > held[programme.account] + TINY)
        if bound <= relaxed.value * (1 + LP_GAP) + TINY or not better.any():
            break
        chosen = np.sort(np.concatenate([asked, np.flatnonzero(better)]))
    return replace(relaxed, value=max(bound, relaxed.value)), asked


def _bound(programme: Programme, relaxed: Relaxed, reduced: Floats) -> float:
    """What no choice exceeds, for any prices: Σ price · limit + Σ of accounts' best reduced values."""
    best = np.zeros(int(programme.account.max()) + 1)
    np.maximum.at(best, programme.account, reduced)
    floors = sum(
        price * floor.least
        for floor, price in zip(programme.floors, relaxed.floor_price, strict=True)
    )
    return float(relaxed.price @ programme.there_is + best.sum() - floors)


def _first_columns(programme: Programme) -> Longs:
    """Of each limit, the options that give most for what they take of it; and what takes nothing."""
    density = programme.value[programme.option] / np.maximum(programme.amount, TINY)
    order = np.lexsort((-density, programme.limit))
    limit = programme.limit[order]
    rank = np.arange(len(limit)) - np.searchsorted(limit, limit)
    filled = np.cumsum(programme.amount[order])
    before = np.concatenate([[0.0], filled])[np.searchsorted(limit, limit)]
    wanted = (filled - before <= 4 * programme.there_is[limit]) | (rank < 20)
    free = np.ones(programme.n_options, bool)
    free[programme.option[programme.amount > TINY]] = False
    some = np.concatenate([programme.option[order][wanted], np.flatnonzero(free)])
    return np.unique(some)


def _rounded(programme: Programme, relaxed: Relaxed, bought: int) -> Bools:
    """An integer choice from the prices: the core is solved, and what is left is filled.

    bought: how many accounts the linear programme does something about
    """
    reduced = np.asarray(programme.value - programme.uses.T @ relaxed.price, np.float64)
    core = _core(programme, reduced, bought)
    taken = np.zeros(programme.n_options, bool)
    by_price = filled(programme, taken, reduced)
    found = _integer(programme.only(core), CORE_GAP, CORE_NODES)
    if found:
        taken[core[found[0]]] = True
        taken = filled(programme, taken, reduced)
    best = programme.value[taken].sum() >= programme.value[by_price].sum()
    return taken if best else by_price


def _core(programme: Programme, reduced: Floats, bought: int) -> Longs:
    """The options that lie nearest to their account's best (or nothing), at the prices."""
    best = np.zeros(int(programme.account.max()) + 1)
    np.maximum.at(best, programme.account, reduced)
    short = best[programme.account] - reduced
    n = int(np.clip(CORE_OPTIONS * bought, LEAST_CORE, MOST_CORE))
    return np.sort(np.argsort(short, kind="stable")[:n])
