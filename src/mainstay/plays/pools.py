"""What is taken off the pools of a year, in the reporting currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from mainstay.ledger.ledger import Ledger


@dataclass(frozen=True)
class Taken:
    """Money taken off a pool, in a currency (None = the reporting one), from a day on."""

    pool: str
    money: float
    currency: str | None
    on: date


def by_pool(
    ledger: Ledger, taken: Sequence[Taken], as_of: date
) -> tuple[dict[str, float], tuple[str, ...]]:
    """The sums, each at the rate of its day; and the currencies whose rate is not known, left out of them."""
    factors = ledger.exchange([(one.currency, one.on) for one in taken], as_of)
    found: dict[str, float] = {}
    unrated: set[str] = set()
    for one, factor in zip(taken, factors.tolist(), strict=True):
        if np.isnan(factor):
            unrated.update({one.currency or ""} if one.money else ())
        else:
            found[one.pool] = found.get(one.pool, 0.0) + one.money * factor
    return found, tuple(sorted(unrated))
