"""The probability that an account will bring far less within its window, while it still orders.

    p = p_fell·Q(r_fell) + (1 − p_fell)·Q(r_usual),   Q(r) = P(an order, and money < limit | r)

The changepoint gives whether the rate of money fell, and the rates r; the outcome's own limit is that
of `outcomes` (its low quantile, and half of what is to be expected). With λ = r·e/m the orders to be
expected in the window of e season-adjusted weeks, m what an order day brings, k how regular gaps are,

    Q(r) = Σ_{n≥1} [P(N < n + 1) − P(N < n)] · P(n orders bring less than the limit)
    P(N < n) = Γ(kn − (k − 1)/2, kλ) / Γ(kn − (k − 1)/2)

the counts of a renewal process with Gamma gaps that is looked at from any moment (its first gap taken for
Gamma too, which is off by less than .03), and order sizes that are Gamma too. A rate that is known from few orders is spread over three points of its Gamma law.
So a fall that the last year is made of already is none once more, and who orders rarely can hardly
come out as partial: too few orders to tell, or none at all.

Source: MODELS.md's definition; counts of a renewal process: Cox (1962), Renewal theory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mainstay.defection.outcomes import DELTA, Pace, unchanged

Floats = npt.NDArray[np.float64]
FALLEN = (0.05, 0.7)  # of the rate before: what a rate that fell can be
APART = np.sqrt(
    1.5
)  # standard deviations of the outer points; with equal weights they keep both moments
FARTHEST = 0.9  # of the rate, that an outer point lies away from it
NEGLIGIBLE = 1e-4  # probability that so many orders bring so little


@dataclass(frozen=True)
class Rates:
    """What the changepoint says of each account; float64 (n,) each.

    p_fell: that its rate fell; before, now: money a week; known: shape of the Gamma of `now`
    """

    p_fell: Floats
    before: Floats
    now: Floats
    known: Floats


def p_far_less(pace: Pace, exposure_weeks: npt.ArrayLike, rates: Rates) -> Floats:
    """P(the account comes out as partial in the window that begins at the date); float64 (n,).

    pace: of the accounts; what came within the window is not looked at
    exposure_weeks: season-adjusted weeks of each window
    """
    weeks = np.broadcast_to(np.asarray(exposure_weeks, np.float64), pace.amount.shape)
    expected = unchanged(pace, weeks)
    limit = np.minimum(expected.quantile, (1.0 - DELTA) * expected.baseline)
    size = pace.size
    found = np.zeros(len(limit))
    rows = np.flatnonzero((limit > 0) & (size > 0))
    p_fell, before = rates.p_fell[rows], np.maximum(rates.before[rows], 0.0)
    now = np.maximum(rates.now[rows], 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        fallen = np.where(p_fell > 0, (now - (1.0 - p_fell) * before) / p_fell, before)
    fallen = np.clip(fallen, FALLEN[0] * before, FALLEN[1] * before)
    law = _Law(limit[rows] / size[rows], pace.size_cv2[rows], 1.0 / pace.gap_cv2[rows])
    away = np.minimum(APART / np.sqrt(np.maximum(rates.known[rows], 1e-9)), FARTHEST)
    orders = weeks[rows] / size[rows]

    sides = np.array([-1.0, 0.0, 1.0])[:, None]
    points = [rate * orders * (1.0 + sides * away) for rate in (fallen, np.maximum(before, now))]
    less = law.less(np.concatenate(points)).reshape(2, 3, len(rows)).sum(axis=1) / 3.0
    found[rows] = p_fell * less[0] + (1.0 - p_fell) * less[1]
    return np.clip(found, 0.0, 1.0)


@dataclass(frozen=True)
class _Law:
    """limit: in orders of the usual size; size_cv2: squared coefficient of variation of order sizes;
    shape: k of the gaps."""

    limit: Floats
    size_cv2: Floats
    shape: Floats

    def less(self, orders: Floats) -> Floats:
        """P(at least one order, and less than the limit), `orders` being expected.

        orders: float64 (n_points, n); several for each account, since what so many orders bring does
            not depend on how many are expected
        """
        from scipy.special import gammainc, gammaincc

        found = np.zeros(orders.shape)
        point, row = (places.ravel() for places in np.indices(orders.shape))
        mean = self.shape * orders
        fewer = gammaincc(0.5 * (self.shape + 1.0), mean).ravel()
        below = np.zeros(orders.shape[1])
        n = 1
        while len(row):
            some = np.flatnonzero(np.bincount(row, minlength=len(below)))
            below[some] = gammainc(n / self.size_cv2[some], self.limit[some] / self.size_cv2[some])
            k = self.shape[row]
            no_more = gammaincc(k * (n + 1) - 0.5 * (k - 1.0), mean[point, row])
            found[point, row] += np.maximum(no_more - fewer, 0.0) * below[row]
            more = (below[row] > NEGLIGIBLE) & (no_more < 1.0 - NEGLIGIBLE)
            point, row, fewer, n = point[more], row[more], no_more[more], n + 1
        return found
