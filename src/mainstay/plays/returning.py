"""What a lost account may bring if it comes back: by why it left, and for how long it has been gone.

    value = P(it comes back within a year) · margin a year of its second life · years that it stays

What is known of it by cause comes from `learning/returns.py`, as tables; a plan and the list of lost accounts read
the same ones through `Returning`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.causes.families import CAUSE_NAMES, FAMILIES, UNKNOWN

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

ALL = "all"
PRICE = "price"
OF_PRICE = ("competitor.price", "money.price_rise")
# Why accounts left, so far as returns are told apart by it: the price counts apart from the rest of its families.
GROUPS: tuple[str, ...] = (PRICE, *FAMILIES, UNKNOWN)
SINCE_WEEKS = tuple(
    range(0, 209, 13)
)  # for how long it has been gone; the last also stands for longer


def group_of(cause: str) -> str:
    """The group of a cause: the price, its family, or not known."""
    if cause in OF_PRICE:
        return PRICE
    family = cause.partition(".")[0]
    return family if family in FAMILIES else UNKNOWN


def by_group(causes: Floats) -> Floats:
    """P(group), from P(cause) with the unknown one last; (n, causes + 1) to (n, groups)."""
    into = np.zeros((len(CAUSE_NAMES) + 1, len(GROUPS)))
    for row, name in enumerate((*CAUSE_NAMES, UNKNOWN)):
        into[row, GROUPS.index(group_of(name))] = 1.0
    return np.asarray(causes @ into)


@dataclass(frozen=True)
class Chance:
    """Of some accounts; float arrays (n,).

    p, low, high: that it comes back within a year, and its 80% interval
    beside_all: p over that of all who left, whenever
    margin_part: margin a year of its second life, of what has gone; years: that it stays, discounted
    """

    p: Floats
    low: Floats
    high: Floats
    beside_all: Floats
    margin_part: Floats
    years: Floats


@dataclass(frozen=True)
class Returning:
    """What is known of returns, as arrays by GROUPS and SINCE_WEEKS.

    within, low, high: P(back within a year), (groups, since); usual: of all who left, (since,)
    ratio: what a second life brings a year beside the year before the fall; years: that it lasts; (groups,)
    """

    within: Floats
    low: Floats
    high: Floats
    usual: float
    ratio: Floats
    years: Floats

    @classmethod
    def of(cls, returns: pa.Table, causes: pa.Table) -> Returning:
        """From the tables `returns` and `return_causes` (learning.returns)."""
        shape = (len(GROUPS), len(SINCE_WEEKS))

        def by_since(name: str, group: str) -> Floats:
            rows = returns.filter(pc.equal(returns["cause"], group)).sort_by("since_weeks")
            return np.asarray(rows[name], float)

        def grid(name: str) -> Floats:
            return np.array([by_since(name, group) for group in GROUPS]).reshape(shape)

        place = {row["cause"]: row for row in causes.to_pylist()}
        ratio, years = (
            np.array([place[group][name] for group in GROUPS]) for name in ("ratio", "years")
        )
        # A quarter after it left: about when an account counts as lost.
        usual = float(by_since("within_52", ALL)[1])
        return cls(grid("within_52"), grid("low_52"), grid("high_52"), usual, ratio, years)

    def of_accounts(self, groups: Floats, gone_weeks: Floats) -> Chance:
        """groups: P(group) of each account, (n, groups); gone_weeks: since its last order, (n,)"""
        since = np.searchsorted(SINCE_WEEKS, gone_weeks, side="right") - 1
        at = np.clip(since, 0, len(SINCE_WEEKS) - 1)

        def mixed(values: Floats) -> Floats:
            return np.asarray((groups * values[:, at].T).sum(axis=1))

        p = mixed(self.within)
        # Whom it is likely to be, if it comes back, tells how much it brings and how long it stays.
        back = groups * self.within[:, at].T
        back /= np.maximum(back.sum(axis=1, keepdims=True), 1e-12)
        return Chance(
            p,
            mixed(self.low),
            mixed(self.high),
            p / max(self.usual, 1e-9),
            back @ self.ratio,
            back @ self.years,
        )
