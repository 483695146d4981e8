"""What NumPy does not do fast enough with millions of numbers."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Number = TypeVar("Number", bound=np.generic)
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.integer[Any]]


def distinct(values: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """The values that occur, each once, in order; (n,), without nan.

    As `numpy.unique` has them, which since NumPy 2.3 hashes: of millions of integers that takes fifty times as long
    as to sort them.
    """
    ordered = np.sort(values)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]]


def distinct_of_each(group: Codes, value: Codes, n_groups: int) -> Ints:
    """How many different values each group has; (n_groups,).

    group: of each value, from 0
    """
    least, room = _span(value)
    pairs = distinct(group.astype(np.int64) * room + (value - least))
    return np.bincount(pairs // room, minlength=n_groups)


def summed(place: Codes, values: npt.NDArray[Any] | None, n: int) -> npt.NDArray[np.float64]:
    """The sums of values by place, or how many there are; (n,), floats where there is nothing to sum too.

    `numpy.bincount` makes integers of nothing, and a column that is integers in one bucket of the store and floats
    in the others does not fit together.
    """
    return np.bincount(place, values, n).astype(np.float64, copy=False)


def groups(*parts: Codes) -> tuple[Ints, Ints]:
    """The first row of each group, and the group of each row; rows of a group agree in all parts.

    parts: arrays (n,); groups are in the order of the first, then of the second…
    """
    key = np.zeros(len(parts[0]), np.int64)
    for part in parts:
        least, room = _span(part)
        key = key * room + (part - least)
    there, place = np.unique(key, return_inverse=True)
    first = np.empty(len(there), np.int64)
    first[place[::-1]] = np.arange(len(key))[::-1]  # asked of NumPy, all takes twice as long
    return first, place


def _span(values: Codes) -> tuple[int, int]:
    """The least, and how many numbers lie from it to the greatest."""
    if not len(values):
        return 0, 1
    least = int(values.min())
    return least, int(values.max()) - least + 1
