"""The best shares without regard to lots: a bound that no allocation in lots can pass.

    min Σ f_l (a_l m_l + b_l m_l²),  m_l = wanted_l − x_l
    subject to  Σ x_l ≤ S of a product,  Σ x_l over small accounts ≥ F,  owed_l ≤ x_l ≤ wanted_l

At the best, what one more unit would save is the same for all lines that get a part: the price λ of a unit,

    x_l = clip(wanted_l − (λ / f_l − a_l) / (2 b_l), owed_l, wanted_l)

found for all products at once by halving. Where the floor is not met so, the small accounts of that product
get exactly it, at a price of their own, and the others the rest: best first in both, since any allocation
that meets the floor can be made better by giving each group its best lines.
Source: Patriksson (2008), "A survey on the continuous nonlinear resource allocation problem".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mainstay.supply.floors import Least
from mainstay.supply.types import TINY, Bools, Floats, Longs, Shelf, Wanted

HALVINGS = 60


@dataclass(frozen=True)
class Shares:
    """x: (n,) units of each line; price: (p,) what a unit more of a product is worth;
    small_price: (p,) the same to small accounts, where their floor holds
    held: (p,) whether the floor changed anything"""

    x: Floats
    price: Floats
    small_price: Floats
    held: Bools


def shared(wanted: Wanted, shelf: Shelf, least: Least) -> Shares:
    """The best shares of what there is; see the module."""
    n = len(shelf)
    x, price = _filled(wanted, least.owed, wanted.product, shelf.available)
    got = np.bincount(wanted.product, x * wanted.small, n)
    held = got < least.floor - 1e-7 * np.maximum(least.floor, 1.0)
    if not held.any():
        return Shares(x, price, price, held)
    # Products whose floor holds: two groups, each with stock of its own.
    group = wanted.product + n * (wanted.small & held[wanted.product])
    room = np.concatenate(
        [
            np.where(held, shelf.available - least.floor, shelf.available),
            np.where(held, least.floor, 0.0),
        ]
    )
    x, prices = _filled(wanted, least.owed, group, room)
    return Shares(x, prices[:n], np.where(held, prices[n:], prices[:n]), held)


def _filled(wanted: Wanted, least: Floats, group: Longs, room: Floats) -> tuple[Floats, Floats]:
    """Lines of each group share its room; gives units, and the price of a unit of each group."""
    groups = len(room)
    a, b = wanted.favour * wanted.a, wanted.favour * np.maximum(wanted.b, 1e-12)
    high = np.zeros(groups)
    np.maximum.at(high, group, a + 2 * b * wanted.wanted)
    low, high = np.zeros(groups), high * (1 + 1e-9) + TINY

    def at(price: Floats) -> Floats:
        wish = wanted.wanted - (price[group] - a) / (2 * b)
        return np.minimum(np.maximum(wish, least), wanted.wanted)

    for _ in range(HALVINGS):
        middle = (low + high) / 2
        too_much = np.bincount(group, at(middle), groups) > room
        low, high = np.where(too_much, middle, low), np.where(too_much, high, middle)
    less, more = at(high), at(low)
    # Between two prices that nothing tells apart, lines that are worth the same share what is left.
    left = room - np.bincount(group, less, groups)
    step = np.bincount(group, more - less, groups)
    part = np.clip(left / np.maximum(step, TINY), 0.0, 1.0)
    return less + part[group] * (more - less), high


def marginal(wanted: Wanted, given: Floats) -> Floats:
    """What one unit more would save of each line, as it counts in the choice; (n,)."""
    missing = np.maximum(wanted.wanted - given, 0.0)
    return np.asarray(wanted.favour * (wanted.a + 2 * wanted.b * missing))
