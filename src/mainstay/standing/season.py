"""The season: how much busier or quieter than usual each week of the year is for the whole company.

    totals = ledger.map_accounts(WeeklyTotals(as_of), columns=("kind",), as_of=as_of)
    season = Season.of(totals, as_of, first_data_day)

With y the year (52 weeks, counted backwards from as_of), w the week in it, c the company's order days:

    r[y, w] = c[y, w] / (mean of year y, tilted by the growth from year to year),  smoothed over weeks
    index[w] = 1 + weight · (mean over y of r[y, w] − 1)
    weight = τ² / (τ² + σ²/n),  σ² the variance between years, τ² what is left of that between weeks

What the years agree on is season. A fall of the whole company is not: it happened in one year alone,
so the years disagree, the weight shrinks, and the fall stays to be seen. One year alone cannot tell a
season from a change; it gets half of the weight that the noise of counts allows it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.ledger.lines import Lines
from mainstay.standing.history import Days, collapse, days_of

Floats = npt.NDArray[np.float64]
WEEK_DAYS = 7
YEAR_WEEKS = 52
# Weights over neighbouring weeks, the widest last. A season with sharp edges (weeks in which all is
# closed) wants the narrow ones, a thin history the wide one; how the years foretell each other decides.
SMOOTHINGS = tuple(
    np.array(weights) / sum(weights)
    for weights in ([1.0], [1.0, 2.0, 1.0], [1.0, 2.0, 3.0, 2.0, 1.0])
)
LEAST, MOST = 0.05, 5.0
ONE_YEAR_TRUST = 0.5


@dataclass(frozen=True)
class WeeklyTotals:
    """A kernel: order days and money of all its accounts together, one row a week, none left out.

    as_of: the last week is the 7 days before it
    Columns: week (date32, its first day), order_days (int64), amount (float64, ten-thousandths of
    the reporting currency). A first week that the lines only begin in is there with what it has.
    Tables of several kernels are simply put together; `Season.of` sums them.
    """

    as_of: date

    columns: ClassVar[tuple[str, ...]] = ("kind",)

    def __call__(self, lines: Lines) -> pa.Table:
        return self.of_days(collapse(lines, days_of(self.as_of)))

    def of_days(self, days: Days) -> pa.Table:
        """The same, where the lines are days already; days on or after as_of are left out."""
        at = days_of(self.as_of)
        back = (at - 1 - days.day.astype(np.int64)) // WEEK_DAYS
        past = back >= 0
        n_weeks = int(back.max()) + 1 if past.any() else 0
        ordered = np.bincount(back[past & days.order], minlength=n_weeks)[::-1]
        amount = np.bincount(back[past], weights=days.net[past], minlength=n_weeks)[::-1]
        first_days = at - WEEK_DAYS * np.arange(n_weeks, 0, -1)
        return pa.table(
            {
                "week": pa.array(first_days.astype(np.int32)).view(pa.date32()),
                "order_days": pa.array(ordered.astype(np.int64)),
                "amount": pa.array(amount.astype(np.float64)),
            }
        )


@dataclass(frozen=True)
class Season:
    """A seasonal index by week, the same every 52 weeks, with mean 1.

    as_of: days since 1970-01-01; nothing of that day or later was used
    index: float64 (52,); index[i] is that of the week that begins 7·i days after as_of, and of the
        same weeks in every other year
    years: how many full years it was read from; 0 = too few data, the index is 1 everywhere
    counts: float64 (n_weeks,), the company's order days per week up to as_of
    begin: days since 1970-01-01, first day of the data
    """

    as_of: int
    index: Floats
    years: int
    counts: Floats
    begin: int
    # What was known at earlier dates, once somebody has asked: by weeks before as_of
    _earlier: dict[int, Season] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, totals: pa.Table, as_of: date, first_data_day: date | None = None) -> Season:
        """The season from the company's weekly totals (`WeeklyTotals`, several tables put together).

        as_of: the same as that of the totals
        first_data_day: where the data begin; None = with the first week that has any
        """
        at = days_of(as_of)
        week = np.asarray(totals["week"].cast(pa.int32()), np.int64)
        back = (at - week) // WEEK_DAYS - 1  # 0 = the last week
        n_weeks = int(back.max()) + 1 if len(back) else 0
        counts = np.bincount(
            back, weights=np.asarray(totals["order_days"], np.float64), minlength=n_weeks
        )[::-1]
        begin = at - WEEK_DAYS * n_weeks
        if first_data_day is not None:
            begin = max(begin, days_of(first_data_day))
        return cls._fitted(at, counts.astype(np.float64), begin)

    @classmethod
    def _fitted(cls, at: int, counts: Floats, begin: int) -> Season:
        years = max(0, at - begin) // (WEEK_DAYS * YEAR_WEEKS)
        n = years * YEAR_WEEKS
        index = np.ones(YEAR_WEEKS)
        if years:
            index = _index(counts[len(counts) - n :].reshape(years, YEAR_WEEKS))
        return cls(at, index, years, counts, begin)

    def before(self, on: date) -> Season:
        """The season as it could be known at an earlier date: from the weeks that ended by then."""
        weeks = max(0, -((days_of(on) - self.as_of) // WEEK_DAYS))
        known = self._earlier.get(weeks)
        if known is None:
            left = max(0, len(self.counts) - weeks)
            known = self._fitted(self.as_of - WEEK_DAYS * weeks, self.counts[:left], self.begin)
            self._earlier[weeks] = known
        return known

    def exposure(self, on: date, weeks: int) -> Floats:
        """The index of the weeks before a date, in order of time, as it could be known then.

        Returns: float64 (weeks,); 1 = an ordinary week
        """
        at = days_of(on)
        return self.before(on).at(at - WEEK_DAYS * np.arange(weeks, 0, -1) + WEEK_DAYS // 2)

    def coming(self, weeks: int) -> Floats:
        """The index of the `weeks` weeks from as_of on; float64 (weeks,)."""
        return self.index[np.arange(weeks) % YEAR_WEEKS]

    def at(self, day: npt.ArrayLike) -> Floats:
        """The index at days since 1970-01-01, past or future."""
        week = (np.asarray(day, np.int64) - self.as_of) // WEEK_DAYS
        return self.index[week % YEAR_WEEKS]

    def clock(self, day: npt.ArrayLike) -> Floats:
        """Season-adjusted time in days, 0 at the beginning of as_of: a busy day counts for more.

        day: days since 1970-01-01, fractions allowed; the time at the beginning of that day
        """
        weeks = (np.asarray(day, np.float64) - self.as_of) / WEEK_DAYS
        whole = np.floor(weeks)
        year, place = np.divmod(whole.astype(np.int64), YEAR_WEEKS)
        before = np.concatenate([[0.0], np.cumsum(self.index)])
        in_year = before[place] + (weeks - whole) * self.index[place]
        return WEEK_DAYS * (year * before[-1] + in_year)

    def day(self, clock: npt.ArrayLike) -> Floats:
        """The inverse of `clock`: days since 1970-01-01, with fractions."""
        weeks = np.asarray(clock, np.float64) / WEEK_DAYS
        before = np.concatenate([[0.0], np.cumsum(self.index)])
        year, rest = np.divmod(weeks, before[-1])
        in_year = np.interp(rest, before, np.arange(YEAR_WEEKS + 1))
        return self.as_of + WEEK_DAYS * (year * YEAR_WEEKS + in_year)


def _index(profile: Floats) -> Floats:
    """The index from counts (years, 52)."""
    years = len(profile)
    means = profile.mean(axis=1)
    if (means <= 0).any():
        return np.ones(YEAR_WEEKS)
    growth = np.log(means[-1] / means[0]) / (years - 1) if years > 1 else 0.0
    tilt = np.exp(growth * (np.arange(YEAR_WEEKS) - (YEAR_WEEKS - 1) / 2) / YEAR_WEEKS)
    ratio = profile / (means[:, None] * tilt)
    ratio /= ratio.mean(axis=1, keepdims=True)
    smoothing = SMOOTHINGS[-1]
    if years > 1:
        smoothing = min(SMOOTHINGS, key=lambda weights: _error_between_years(ratio, weights))
    smooth = _smoothed(ratio, smoothing)
    mean = smooth.mean(axis=0)
    counting = float((smoothing**2).sum() / means.mean())  # variance by chance alone
    if years > 1:
        noise = max(float(smooth.var(axis=0, ddof=1).mean()), counting) / years
        trust = 1.0
    else:
        noise, trust = counting, ONE_YEAR_TRUST
    signal = max(float(mean.var()) - noise, 0.0)
    weight = trust * signal / (signal + noise) if signal > 0 else 0.0
    index = np.clip(1.0 + weight * (mean - 1.0), LEAST, MOST)
    return index / index.mean()


def _error_between_years(ratio: Floats, weights: Floats) -> float:
    """How far each year lies from the smoothed mean of the others."""
    smooth = _smoothed(ratio, weights)
    others = (smooth.sum(axis=0) - smooth) / (len(ratio) - 1)
    return float(((ratio - others) ** 2).mean())


def _smoothed(ratio: Floats, weights: Floats) -> Floats:
    """Each year's ratios smoothed over neighbouring weeks, the year's end joining its beginning."""
    half = len(weights) // 2
    smooth = np.zeros_like(ratio)
    for share, step in zip(weights, range(-half, half + 1), strict=True):
        smooth += share * np.roll(ratio, -step, axis=1)
    return smooth
