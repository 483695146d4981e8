"""The season: how much busier or quieter than usual each week of the year is for the whole company.

    totals = ledger.map_accounts(WeeklyTotals(as_of), columns=("kind",), as_of=as_of)
    season = Season.of(totals, as_of, first_data_day)

With y the year (52 weeks, counted backwards from as_of), w the week in it, c the company's order days:

    r[y, w] = c[y, w] / (mean of year y, tilted by the growth from year to year),  smoothed over weeks
    index[w] = 1 + weight · (mean over y of r[y, w] − 1)
    weight = τ² / (τ² + σ²/n),  σ² the variance between years, τ² what is left of that between weeks

Feasts that move and closed weeks (`season_calendar`) come on top: the index is read from what is left
of the weeks beside them, and holds for a week in which there is none.

What the years agree on is season. A fall of the whole company is not: it happened in one year alone,
so the years disagree, the weight shrinks, and the fall stays to be seen. One year alone cannot tell a
season from a change; it gets half of the weight that the noise of counts allows it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.core.calendar import Calendar
from mainstay.ledger.lines import Lines
from mainstay.standing.history import Days, collapse, days_of
from mainstay.standing.season_calendar import WEEK_DAYS, DayFactors, Effect, with_calendar
from mainstay.standing.season_index import YEAR_WEEKS, index_of

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
NO_CALENDAR = Calendar()
CALENDAR_YEARS_AHEAD = (
    6  # how far feasts are looked for; nothing asks further than late accounts do
)


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
    calendar: Calendar = NO_CALENDAR
    days: DayFactors | None = None  # what its days do; None = no feast is in force, no week closed
    # What was known at earlier dates, once somebody has asked: by weeks before as_of
    _earlier: dict[int, Season] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        totals: pa.Table,
        as_of: date,
        first_data_day: date | None = None,
        calendar: Calendar = NO_CALENDAR,
    ) -> Season:
        """The season from the company's weekly totals (`WeeklyTotals`, several tables put together).

        as_of: the same as that of the totals
        first_data_day: where the data begin; None = with the first week that has any
        calendar: feasts to look for, and closed weeks
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
        return cls._fitted(at, counts.astype(np.float64), begin, calendar)

    @classmethod
    def _fitted(cls, at: int, counts: Floats, begin: int, calendar: Calendar) -> Season:
        years = max(0, at - begin) // (WEEK_DAYS * YEAR_WEEKS)
        n = years * YEAR_WEEKS
        index, days = np.ones(YEAR_WEEKS), None
        profile = counts[len(counts) - n :].reshape(years, YEAR_WEEKS)
        known = bool(years) and bool((profile.mean(axis=1) > 0).all())
        effects: tuple[Effect, ...] = ()
        if known and calendar:
            index, effects = with_calendar(profile, at - WEEK_DAYS * n, calendar)
        elif known:
            index = index_of(profile)
        if effects or calendar.closed:
            first = begin - WEEK_DAYS * YEAR_WEEKS
            span = at + CALENDAR_YEARS_AHEAD * WEEK_DAYS * YEAR_WEEKS - first
            days = DayFactors.of(first, span, calendar, effects)
        return cls(at, index, years, counts, begin, calendar, days)

    def before(self, on: date) -> Season:
        """The season as it could be known at an earlier date: from the weeks that ended by then."""
        weeks = max(0, -((days_of(on) - self.as_of) // WEEK_DAYS))
        known = self._earlier.get(weeks)
        if known is None:
            left = max(0, len(self.counts) - weeks)
            known = self._fitted(
                self.as_of - WEEK_DAYS * weeks, self.counts[:left], self.begin, self.calendar
            )
            self._earlier[weeks] = known
        return known

    @property
    def feasts(self) -> tuple[Effect, ...]:
        """The feasts in force, each with what it does to the weeks around it."""
        return self.days.effects if self.days else ()

    def exposure(self, on: date, weeks: int) -> Floats:
        """The index of the weeks before a date, in order of time, as it could be known then.

        Returns: float64 (weeks,); 1 = an ordinary week
        """
        first = days_of(on) - WEEK_DAYS * np.arange(weeks, 0, -1)
        return self.before(on)._of_weeks(first)

    def coming(self, weeks: int) -> Floats:
        """The index of the `weeks` weeks from as_of on; float64 (weeks,)."""
        return self._of_weeks(self.as_of + WEEK_DAYS * np.arange(weeks))

    def _of_weeks(self, first_day: Longs) -> Floats:
        """The index in the middle of the weeks that begin on these days, with what their days do."""
        index = self._index_at(first_day + WEEK_DAYS // 2)
        return index if self.days is None else index * self.days.of_weeks(first_day)

    def _index_at(self, day: Longs) -> Floats:
        return self.index[(day - self.as_of) // WEEK_DAYS % YEAR_WEEKS]

    def at(self, day: npt.ArrayLike) -> Floats:
        """The index at days since 1970-01-01, past or future."""
        day = np.asarray(day, np.int64)
        index = self._index_at(day)
        return index if self.days is None else index * self.days.at(day)

    def clock(self, day: npt.ArrayLike) -> Floats:
        """Season-adjusted time in days, 0 at the beginning of as_of: a busy day counts for more.

        day: days since 1970-01-01, fractions allowed; the time at the beginning of that day
        """
        clock = self._year_clock(day)
        if self._taken is None:
            return clock
        return clock - np.interp(np.asarray(day, np.float64), *self._taken)

    def weeks_from(self, day: int, days: npt.ArrayLike) -> Floats:
        """How many season-adjusted weeks lie in so many days from the beginning of a day on."""
        end = self.clock(day + np.asarray(days, np.float64))
        return np.asarray((end - self.clock(day)) / WEEK_DAYS)

    def _year_clock(self, day: npt.ArrayLike) -> Floats:
        weeks = (np.asarray(day, np.float64) - self.as_of) / WEEK_DAYS
        whole = np.floor(weeks)
        year, place = np.divmod(whole.astype(np.int64), YEAR_WEEKS)
        before = np.concatenate([[0.0], np.cumsum(self.index)])
        in_year = before[place] + (weeks - whole) * self.index[place]
        return WEEK_DAYS * (year * before[-1] + in_year)

    @cached_property
    def _taken(self) -> tuple[Floats, Floats] | None:
        """Days, and how much of the year's clock the calendar took by the beginning of each; 0 at
        as_of. None = nothing."""
        if self.days is None:
            return None
        day = self.days.first + np.arange(len(self.days.factor))
        taken = np.cumsum(self._index_at(day) * (1.0 - self.days.factor))
        taken = np.concatenate([[0.0], taken]) - taken[self.as_of - 1 - self.days.first]
        return np.append(day, day[-1] + 1).astype(np.float64), taken

    def idle(self, day: npt.ArrayLike) -> Floats:
        """Of the days from each of these to as_of, how many the calendar took; 0 or more."""
        if self.days is None:
            return np.zeros(np.shape(day))
        taken = np.concatenate([[0.0], np.cumsum(1.0 - self.days.factor)])
        place = np.clip(np.asarray(day, np.int64) - self.days.first, 0, len(taken) - 1)
        return np.maximum(taken[self.as_of - self.days.first] - taken[place], 0.0)

    def day(self, clock: npt.ArrayLike) -> Floats:
        """The inverse of `clock`: days since 1970-01-01, with fractions."""
        clock = np.asarray(clock, np.float64)
        if self._taken is None:
            return self._year_day(clock)
        edges, taken = self._taken
        known = self._year_clock(edges) - taken
        inside = (clock >= known[0]) & (clock <= known[-1])
        beyond = self._year_day(clock + np.where(clock < known[0], taken[0], taken[-1]))
        return np.where(inside, np.interp(clock, known, edges), beyond)

    def _year_day(self, clock: Floats) -> Floats:
        weeks = clock / WEEK_DAYS
        before = np.concatenate([[0.0], np.cumsum(self.index)])
        year, rest = np.divmod(weeks, before[-1])
        in_year = np.interp(rest, before, np.arange(YEAR_WEEKS + 1))
        return self.as_of + WEEK_DAYS * (year * YEAR_WEEKS + in_year)
