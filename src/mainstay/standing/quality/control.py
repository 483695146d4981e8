"""The u-chart: how many cases a thousand units bring month by month, and when that is more than chance.

Let y_i be the cases of month i and n_i its units in thousands; u_i = y_i / n_i. The baseline of month i are the months
before it that were in control: X cases over N thousand units.

    ū = X / N                      the centre line
    ū ± 3 · √(ū / n_i)             the limits, where n_i · ū ≥ 9
    Y ~ NegBin(X + ½, N / (N + n_i))     below it: the counts that Y exceeds, or falls short of, with .00135 each

Three sigma fit large counts alone: below nine expected cases the lower limit would be negative and the upper one is
passed by chance far too often. There the limits are those of the Poisson law with the same tails; since ū itself
is estimated of few cases, the law is averaged over what X leaves open (Jeffreys' prior), which is the negative binomial
above. It becomes the Poisson law as the baseline grows, and holds where nothing was ever complained of: there plain
Poisson limits would call the first case a signal.

A month is out of control where u_i lies beyond a limit, or where it is the eighth in a row on the same side of the
centre line; such runs are counted only where five or more cases are expected in each month, for a rare case
leaves most months below the centre.

The baseline moves: of the months before, those within their limits, the newest 24. The first 12 months have nothing
before them and are no signals; of them those beyond limits made of all twelve are left out, again until none is left
(trial limits). A month that is beyond its limits never becomes a part of what is usual; a run does.

Source: Montgomery, Introduction to Statistical Quality Control, 7th ed., 7.3 (u-chart, trial limits); Western Electric
(1956), Statistical Quality Control Handbook (eight in a row; Nelson 1984, J. Quality Technology 16, takes nine); Hahn &
Meeker (1991), Statistical Intervals (limits for the next count).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import nbinom

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
TAIL = 0.00135  # of a normal law beyond three sigma, on one side
LEAST_SIGMA = 9.0  # expected cases: from here on three sigma below the centre is not negative
LEAST_MONTHS, MOST_MONTHS = 12, 24  # of a baseline
LEAST_IN_CONTROL = 9  # of the first twelve; where fewer are, nothing is usual yet
RUN = 8
LEAST_IN_RUN = 5.0  # expected cases of each month of a run
NONE, HIGH, LOW, RUN_HIGH, RUN_LOW = range(5)


class Limits(NamedTuple):
    """Counts, as floats: more than `high` or fewer than `low` is beyond them."""

    low: Floats
    high: Floats


@dataclass(frozen=True)
class UChart:
    """All of shape (n, months), products by months; nan where a month is not judged.

    centre: ū, cases per 1,000 units; low, high: the limits, likewise; expected: cases, n_i · ū
    base_cases, base_units: X and N of each month's baseline; signal: NONE, HIGH, LOW, RUN_HIGH, RUN_LOW
    """

    centre: Floats
    low: Floats
    high: Floats
    expected: Floats
    base_cases: Floats
    base_units: Floats
    signal: npt.NDArray[np.int8]


def limits(base_cases: Floats, base_units: Floats, units: Floats) -> Limits:
    """What the next count lies within, but for .00135 on each side.

    base_cases, base_units: X and N, N > 0; units: n_i > 0; arrays of one shape, units in thousands
    """
    mean = base_cases / base_units * units
    low, high = mean - 3 * np.sqrt(mean), mean + 3 * np.sqrt(mean)
    few = mean < LEAST_SIGMA
    x, of, n = base_cases[few], base_units[few], units[few]
    law = nbinom(x + 0.5, of / (of + n))
    low[few], high[few] = law.ppf(TAIL), law.ppf(1 - TAIL)
    return Limits(low, high)


def u_chart(cases: Floats, units: Floats) -> UChart:
    """The charts of many products at once, each of its own.

    cases: float array (n, months), ≥ 0; units: likewise, thousands; 0 or nan = a month that says nothing
    """
    n, months = cases.shape
    known = np.nan_to_num(units) > 0
    units = np.where(known, np.nan_to_num(units), 0.0)
    seen = known.cumsum(1)
    in_control = _trial(cases, units, known & (seen <= LEAST_MONTHS))
    centre, low, high, expected, x_of, n_of = np.full((6, n, months), np.nan)
    signal = np.zeros((n, months), np.int8)
    chart = UChart(centre, low, high, expected, x_of, n_of, signal)
    run = np.zeros(n, np.int64)  # its length; below 0 on the lower side
    for i in range(months):
        base = _newest(in_control[:, :i])
        judged = known[:, i] & (seen[:, i] > LEAST_MONTHS) & (base.sum(1) >= LEAST_IN_CONTROL)
        x, of = (np.sum(of[:, :i] * base, axis=1)[judged] for of in (cases, units))
        y, here = cases[judged, i], units[judged, i]
        found = limits(x, of, here)
        chart.base_cases[judged, i], chart.base_units[judged, i] = x, of
        chart.centre[judged, i], chart.expected[judged, i] = x / of, x / of * here
        chart.low[judged, i], chart.high[judged, i] = found.low / here, found.high / here
        beyond = np.zeros(n, np.int64)
        beyond[judged] = (y > found.high).astype(int) - (y < found.low)
        in_control[judged, i] = beyond[judged] == 0
        run = _longer(run, chart.expected[:, i], cases[:, i])
        chart.signal[:, i] = np.select(
            [beyond > 0, beyond < 0, run >= RUN, run <= -RUN], [HIGH, LOW, RUN_HIGH, RUN_LOW], NONE
        )
    return chart


def _longer(run: npt.NDArray[np.int64], expected: Floats, cases: Floats) -> npt.NDArray[np.int64]:
    """The runs with one month more; one that is not judged, or expects few, ends them."""
    side = np.where(expected >= LEAST_IN_RUN, np.sign(cases - expected), 0.0).astype(np.int64)
    return np.where(side == 0, 0, np.where(np.sign(run) == side, run + side, side))


def _newest(in_control: Bools) -> Bools:
    """Of the months in control, those that are not followed by MOST_MONTHS others."""
    after = in_control[:, ::-1].cumsum(1)[:, ::-1]
    return in_control & (after <= MOST_MONTHS)


def _trial(cases: Floats, units: Floats, first: Bools) -> Bools:
    """Of the first months, those within limits that are made of themselves."""
    kept = first.copy()
    for _ in range(LEAST_MONTHS):
        x = np.broadcast_to((cases * kept).sum(1)[:, None], cases.shape)
        of = np.broadcast_to((units * kept).sum(1)[:, None], cases.shape)
        at = kept & (of > 0)
        found = limits(x[at], of[at], units[at])
        within = kept.copy()
        within[at] = (cases[at] <= found.high) & (cases[at] >= found.low)
        if (within == kept).all():
            break
        kept = within
    return kept
