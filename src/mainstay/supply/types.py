"""What an allocation is made of: rules, lines that want the same goods, and what there is of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

TINY = 1e-9
RULES = ("priority", "first_come", "pro_rata")
SMALL = "small"
SIZES = ("large", "medium", "small")


@dataclass(frozen=True)
class Rules:
    """What a company decides about short stock.

    small_share: of what small accounts ordered of a short product, they get at least this; 0 to 1
    days: open orders wanted within so many days compete, and goods that arrive within them count
    margin_share: of sales, where costs are not known
    core_first: by how much more a core account's loss counts when two are otherwise alike
    """

    small_share: float = 0.5
    days: int = 14
    margin_share: float = 0.25
    core_first: float = 0.1


@dataclass(frozen=True)
class Wanted:
    """Lines that want short products; arrays (n,), lines of one product beside one another.

    product: place in `Shelf`; wanted: in the product's own unit, above 0
    step: what is given is a multiple of it, or all that is wanted; 0 = any amount
    least: what is given is nothing or at least this; early: the order in which they were ordered
    owed: of it, by contract; small: whether it counts for the floor of small accounts
    a, b: expected margin lost by m units that are missing: a · m + b · m², both ≥ 0
    favour: ≥ 1, by which that counts when it is chosen between lines
    """

    product: Longs
    wanted: Floats
    step: Floats
    least: Floats
    early: Longs
    owed: Floats
    small: Bools
    a: Floats
    b: Floats
    favour: Floats

    def __len__(self) -> int:
        return len(self.wanted)

    def lost(self, given: Floats) -> Floats:
        """Expected margin lost of each line when so much is given; (n,)."""
        missing = np.maximum(self.wanted - given, 0.0)
        return np.asarray(self.a * missing + self.b * missing**2)

    def of(self, some: Longs | slice) -> Wanted:
        """Some of the lines, in that order."""
        return Wanted(*(getattr(self, name)[some] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Shelf:
    """What there is of the products; arrays (p,), in their own units.

    available: ≥ 0; floor: least for the lines of small accounts together
    """

    available: Floats
    floor: Floats

    def __len__(self) -> int:
        return len(self.available)
