"""Did an account's orders become smaller or larger, and since when?

The logarithms u₁…u_n of what its order days of two years brought have one mean, or changed it once,
before order day c of the last year, by δ ~ N(0, 1). With d the difference of the two means and σ² its
variance from the spread within,

    P(c | u) ∝ π/m · √(1 − s) · ((1 + t²/ν) / (1 + (1 − s)·t²/ν))^((ν + 1)/2),   P(none | u) ∝ 1 − π
    P(fell) = Σ_c P(c | u) · P(δ ≤ log .7 | d),   δ | d ~ N(s·d, s·σ²),  s = 1 / (1 + σ²)

over the m days that leave three on either side; t² = d²/σ². It is Student's: of few days σ² is hardly
known, and a normal law would take their chance likeness for certainty. Logarithms, because order sizes have heavy tails: one
giant order among fifty is no trend. σ² is that of either side's own spread, drawn to the common one,
which the differences of neighbours tell: a change of the mean hardly touches them. ν is Welch's.

Source: Chernoff & Zacks (1964), a changepoint in the mean of normals; Gönen, Johnson, Lu & Westfall
(2005), the two-sample t test's Bayes factor; Welch (1947); von Neumann (1941), the spread
from successive differences
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mainstay.standing.history import Days

Floats = npt.NDArray[np.float64]
NONE = -1


@dataclass(frozen=True)
class SizeShift:
    """Arrays (n_accounts,).

    p_fell, p_rose: probability that order days bring at most .7, at least 1.3 times what they did; 0
        where there are too few
    since: days since 1970-01-01, the order day from which on; −1 where no change is likelier than one
    before, now: money of an order day then and now, averaged over all possibilities; in the unit of
        `Days.net`
    """

    p_fell: Floats
    p_rose: Floats
    since: npt.NDArray[np.int32]
    before: Floats
    now: Floats


def size_shift(days: Days, at: int, p_change: float) -> SizeShift:
    """The shift of each account's order sizes at a date, from its order days before it.

    at: days since 1970-01-01
    p_change: probability, before looking, that the size changed within the last year
    """
    from mainstay.defection import order_size_loops as loops

    n = len(days.offsets) - 1
    out, since = np.zeros((n, 4)), np.full(n, NONE, np.int32)
    loops.shifts(
        days.offsets, days.day, days.net, days.log_net, days.order, at, p_change, out, since
    )
    fell, rose, before, now = (np.ascontiguousarray(column) for column in out.T)
    return SizeShift(fell, rose, since, before, now)
