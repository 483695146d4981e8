"""Shares with intervals, where cases of one account are alike."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.standing.shares import Z80

Floats = npt.NDArray[np.float64]
LEAST_ACCOUNTS = 10  # of fewer no share is told of many


@dataclass(frozen=True)
class Share:
    """done of n cases of so many accounts; variance: of the share. A mean where n counts accounts."""

    done: float
    n: float
    accounts: int
    variance: float

    @property
    def value(self) -> float | None:
        return self.done / self.n if self.n else None

    def plain(self) -> dict[str, Any]:
        return {"value": self.value, **asdict(self)}


def share_of(done: Floats, n: Floats, *, is_share: bool = True) -> Share:
    """A ratio of sums over accounts; arrays (accounts,), those without a case are left out.

    The variance is that of a ratio over clusters (linearised, Cochran 1977, 6.8), and of a share at least that of
    as many cases that know nothing of one another, with one more of each kind: so that none is sure for being small.
    is_share: done is a part of n
    """
    some = n > 0
    done, n = done[some], n[some]
    total, m = float(n.sum()), len(n)
    if not total:
        return Share(0.0, 0.0, 0, 0.0)
    p = float(done.sum()) / total
    variance = 0.0
    if m > 1:
        variance = float(np.square(done - p * n).sum()) / total**2 * m / (m - 1)
    if is_share:
        smooth = (float(done.sum()) + 1) / (total + 2)
        variance = max(variance, smooth * (1 - smooth) / (total + 2))
    return Share(float(done.sum()), total, m, variance)


def beside(first: Share, second: Share) -> dict[str, Any]:
    """How much the first is above the second, with its 80% interval; None where one is of too few accounts."""
    few = min(first.accounts, second.accounts)
    if few < LEAST_ACCOUNTS or first.value is None or second.value is None:
        return {"difference": None, "low": None, "high": None, "lacking": LEAST_ACCOUNTS - few}
    difference = first.value - second.value
    half = Z80 * float(np.sqrt(first.variance + second.variance))
    return {
        "difference": difference,
        "low": difference - half,
        "high": difference + half,
        "lacking": 0,
    }
