"""What must be given: contracts, and the floor of small accounts; and what of it is possible.

Of a product: C = Σ owed, C_s of it to small accounts, F the floor of small accounts together, S the stock.

    needed = C + max(0, F − C_s)

Where needed > S, the least reduction that makes it possible is needed − S units. The floor gives way before
contracts do; contracts give way all in the same proportion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mainstay.core.arrays import summed
from mainstay.supply.types import TINY, Floats, Shelf, Wanted


@dataclass(frozen=True)
class Least:
    """What is asked for and what of it can be held; arrays (p,) but `owed` (n,), in units.

    floor: of small accounts together, as it can be held
    floor_short, owed_short: by how much the floor and the contracts had to be lowered
    """

    owed: Floats
    floor: Floats
    floor_short: Floats
    owed_short: Floats


def possible(wanted: Wanted, shelf: Shelf) -> Least:
    """The floors and contracts nearest to what is asked for that the stock can hold."""
    n = len(shelf)
    owed_all = summed(wanted.product, wanted.owed, n)
    keep = np.minimum(1.0, shelf.available / np.maximum(owed_all, TINY))
    owed = wanted.owed * keep[wanted.product]
    contracts = owed_all * keep
    of_small = summed(wanted.product, np.where(wanted.small, owed, 0.0), n)
    asked = np.minimum(shelf.floor, summed(wanted.product, wanted.wanted * wanted.small, n))
    floor = np.minimum(np.maximum(asked, of_small), of_small + shelf.available - contracts)
    floor = np.maximum(floor, 0.0)
    return Least(owed, floor, np.maximum(asked - floor, 0.0), np.maximum(owed_all - contracts, 0.0))


def largest_share(wanted: Wanted, shelf: Shelf, least: Least) -> Floats:
    """Of each product, the largest share of what small accounts ordered that can be a floor; (p,)."""
    n = len(shelf)
    small = summed(wanted.product, wanted.wanted * wanted.small, n)
    owed = summed(wanted.product, least.owed, n)
    of_small = summed(wanted.product, np.where(wanted.small, least.owed, 0.0), n)
    most = np.minimum(small, of_small + shelf.available - owed)
    return np.where(small > TINY, most / np.maximum(small, TINY), 1.0)
