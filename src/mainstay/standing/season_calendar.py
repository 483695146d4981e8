"""What moving feasts and closed weeks do to the company's orders, week by week around each feast.

A feast does not lie in the same weeks every year, so that no season of 52 weeks can hold it. With
c[t] the company's order days in week t, w and y its place in the year and its year:

    c[t] ≈ level[y] · index[w] · F[t],      F[t] = Π over feasts (1 + Σ_b O[t, b] · (f_b − 1))

f_b tells how busy the b-th week around the feast is (four before it, four from its day on: stocking
up, silence, return), O[t, b] how much of week t lies in it. f is found by the multiplicative steps of
the likelihood of counts, in turn with the index, and drawn to 1 by what the counts do not tell, as
the index is.

Whether a feast counts is asked of the company's own past: weeks of two years must be more alike where
they lie as far from the feast as where they lie at the same place of the year, and more clearly so
than for any date that moves likewise elsewhere in the year.

Source: maximum likelihood of Poisson counts with a mixing matrix (Richardson 1972, Lucy 1974).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mainstay.core.calendar import FEASTS, Calendar, feast_days
from mainstay.standing.history import days_of
from mainstay.standing.season_index import YEAR_WEEKS, first_look, index_beside, index_of, level_of

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
WEEK_DAYS = 7
BEFORE, AFTER = 4, 4  # weeks around a feast that it may change
BINS = BEFORE + AFTER
CLOSED = (
    0.05  # of what is usual comes in a closed week: never nothing, or one order would be a wonder
)
LEAST, MOST = 0.05, 4.0
STEPS = 20
# How much more alike than by chance; how much more than at any other place of the year.
CLEARLY, RATHER = 4.0, 3.0
WORTH = 0.35  # of some week's orders a feast must take or add, to count unless it is named
BROAD = 6  # weeks to either side
SPREAD_OF_MEDIAN = (
    1.4826  # standard deviation over the median distance from the middle (normal law)
)
ONE_TIME_TRUST = 0.5  # a feast that was seen once may have been something else


@dataclass(frozen=True)
class Effect:
    """How busy the weeks around a feast are.

    factors: float64 (BINS,), of the weeks from BEFORE weeks before its day on; 1 = as usual
    """

    name: str
    factors: Floats


@dataclass(frozen=True)
class DayFactors:
    """How busy each day of a span is, beside the season's index; 1 outside of it.

    first: days since 1970-01-01; factor: float64 (n_days,)
    effects: of the feasts in force
    """

    first: int
    factor: Floats
    effects: tuple[Effect, ...]

    @classmethod
    def of(
        cls, first: int, n_days: int, calendar: Calendar, effects: tuple[Effect, ...]
    ) -> DayFactors:
        day = first + np.arange(n_days)
        factor = np.where(closed_days(day, calendar), CLOSED, 1.0)
        for effect in effects:
            place = bins(day, effect.name)
            factor = factor * np.append(effect.factors, 1.0)[place]
        return cls(first, np.maximum(factor, LEAST), effects)

    def at(self, day: npt.NDArray[np.integer]) -> Floats:
        """The factors of days since 1970-01-01."""
        place = np.asarray(day, np.int64) - self.first
        inside = (place >= 0) & (place < len(self.factor))
        return np.where(inside, self.factor[np.clip(place, 0, len(self.factor) - 1)], 1.0)

    def of_weeks(self, first_day: npt.NDArray[np.integer]) -> Floats:
        """The mean factor of the weeks that begin on these days."""
        days = np.asarray(first_day, np.int64)[..., None] + np.arange(WEEK_DAYS)
        return np.asarray(self.at(days).mean(axis=-1))


def bins(day: npt.NDArray[np.integer], name: str) -> Longs:
    """In which week around the nearest feast of that name each day lies; BINS = in none."""
    feasts = np.array([days_of(on) for on in feast_days(name)], np.int64)
    begins = feasts - WEEK_DAYS * BEFORE
    place = np.searchsorted(begins, day, side="right") - 1
    weeks = (np.asarray(day, np.int64) - begins[np.maximum(place, 0)]) // WEEK_DAYS
    return np.where((place >= 0) & (weeks < BINS), weeks, BINS)


def closed_days(day: npt.NDArray[np.integer], calendar: Calendar) -> npt.NDArray[np.bool_]:
    """Whether the company was, or will be, closed on each day."""
    closed = np.zeros(np.shape(day), bool)
    for first, last in calendar.closed:
        closed |= (day >= days_of(first)) & (day <= days_of(last))
    return closed


def overlaps(first_day: int, n_weeks: int, name: str) -> Floats:
    """How much of each of so many weeks lies in each week around the feast; float64 (n_weeks, BINS)."""
    place = bins(first_day + np.arange(WEEK_DAYS * n_weeks), name).reshape(n_weeks, WEEK_DAYS)
    return np.asarray((place[:, :, None] == np.arange(BINS)).mean(axis=1))


def with_calendar(
    profile: Floats, first_day: int, calendar: Calendar
) -> tuple[Floats, tuple[Effect, ...]]:
    """The season's index, and what each feast in force does on top of it.

    profile: order days (years, 52), none of the years empty
    first_day: of the first week, days since 1970-01-01
    Returns: the index, float64 (52,), of a week that no feast touches; with the feasts, the weeks
        read have mean 1. Where neither feast nor closing counts, `index_of(profile)`.
    """
    weeks = _Weeks(profile, level_of(profile), first_day, calendar)
    if not weeks.near and (weeks.open == 1.0).all():
        return index_of(profile), ()
    index = first_look(profile, weeks.apart())
    for _ in range(STEPS if weeks.near else 1):
        weeks.level = level_of(profile, index * weeks.exposed())
        weeks.step(index)
        index = index_beside(profile, weeks.level, weeks.exposed())
    effects = weeks.effects(index)
    worth = tuple(e.name for e in effects if np.abs(e.factors - 1.0).max() >= WORTH)
    if calendar.feasts is None and len(worth) < len(effects):
        return with_calendar(profile, first_day, Calendar(worth, calendar.closed))
    days = DayFactors.of(first_day, WEEK_DAYS * profile.size, calendar, effects)
    left = days.of_weeks(first_day + WEEK_DAYS * np.arange(profile.size))
    return index / float((np.tile(index, len(profile)) * left).mean()), effects


@dataclass
class _Weeks:
    """The company's weeks that the season is read from, and what feasts and closing do to them.

    counts: float64 (years, 52), order days; level: the same shape, of an ordinary week by growth alone
    first_day: of the first week, days since 1970-01-01
    """

    counts: Floats
    level: Floats
    first_day: int
    calendar: Calendar

    def __post_init__(self) -> None:
        n = self.counts.size
        day = self.first_day + np.arange(WEEK_DAYS * n)
        shut = closed_days(day, self.calendar).reshape(n, WEEK_DAYS).mean(axis=1)
        self.open = 1.0 - (1.0 - CLOSED) * shut
        wanted = FEASTS if self.calendar.feasts is None else self.calendar.feasts
        self.near = {name: overlaps(self.first_day, n, name) for name in wanted}
        if self.calendar.feasts is None:
            ratio = np.where(self.open < 1.0, np.nan, (self.counts / self.level).ravel())
            seen = showing(ratio, self.first_day)
            self.near = {name: near for name, near in self.near.items() if name in seen}
        self.near = {name: near for name, near in self.near.items() if near.any()}
        self.factors = {name: np.ones(BINS) for name in self.near}

    def exposed(self) -> Floats:
        """F of each week; float64 (years, 52)."""
        exposed = self.open.copy()
        for name, near in self.near.items():
            exposed *= 1.0 + near @ (self.factors[name] - 1.0)
        return exposed.reshape(self.counts.shape)

    def apart(self) -> Floats:
        """The weeks that no feast touches count whole, those within a feast's not at all."""
        within = sum(near.sum(axis=1) for near in self.near.values())
        return (self.open * (within < 0.5)).reshape(self.counts.shape)

    def step(self, index: Floats) -> None:
        """One step of each feast's factors towards what the counts say, given the season's index."""
        usual = (self.level * index).ravel()
        counts = self.counts.ravel()
        for name, near in self.near.items():
            expected = usual * self.exposed().ravel()
            own = 1.0 + near @ (self.factors[name] - 1.0)
            missing = near * (expected / own)[:, None]
            with np.errstate(divide="ignore", invalid="ignore"):
                seen = np.where(expected > 0, counts / expected, 1.0)
            more = (missing.T @ seen) / np.maximum(missing.sum(axis=0), 1e-12)
            self.factors[name] = np.clip(self.factors[name] * more, LEAST, MOST)

    def effects(self, index: Floats) -> tuple[Effect, ...]:
        """The feasts' factors, each feast's drawn to 1 by what the counts don't tell."""
        usual = (self.level * index).ravel()
        expected = usual * self.exposed().ravel()
        found = []
        for name, near in self.near.items():
            factors, weeks = self.factors[name], near.sum(axis=1) > 0.5
            misses = (self.counts.ravel() - expected)[weeks] ** 2 / np.maximum(
                expected[weeks], 1e-12
            )
            restless = max(float(misses.mean()), 1.0) if len(misses) else 1.0
            noise = restless * factors / np.maximum(near.T @ usual, 1e-12)
            signal = max(float(((factors - 1.0) ** 2 - noise).mean()), 0.0)
            trust = 1.0 if near.sum() > 1.5 * BINS else ONE_TIME_TRUST
            weight = trust * signal / (signal + float(noise.mean())) if signal > 0 else 0.0
            found.append(Effect(name, 1.0 + weight * (factors - 1.0)))
        return tuple(found)


def showing(ratio: Floats, first_day: int) -> tuple[str, ...]:
    """The feasts around which the weeks are alike from year to year where the feast moves.

    ratio: float64 (n_weeks,), the company's order days over those of an ordinary week of their year,
        NaN = the week tells nothing
    first_day: of the first week, days since 1970-01-01
    """
    ratio = ratio / np.tile(_broad(ratio), len(ratio) // YEAR_WEEKS)
    candidates = tuple(
        name for name in FEASTS if _shows(ratio, first_day, name, beside=_others(name, FEASTS))
    )
    return tuple(
        name
        for name in candidates
        if _shows(ratio, first_day, name, beside=_others(name, candidates))
    )


def _broad(ratio: Floats) -> Floats:
    """The season without its edges, which would make weeks differ that a feast has moved between."""
    mean = np.nan_to_num(np.nanmean(ratio.reshape(-1, YEAR_WEEKS), axis=0), nan=1.0)
    weights = np.append(np.arange(1, BROAD + 1), np.arange(BROAD + 1, 0, -1)) / (BROAD + 1) ** 2
    broad = sum(
        weight * np.roll(mean, step)
        for weight, step in zip(weights, range(-BROAD, BROAD + 1), strict=True)
    )
    return np.maximum(broad, LEAST)


def _others(name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(other for other in names if other != name)


def _shows(ratio: Floats, first_day: int, name: str, *, beside: tuple[str, ...]) -> bool:
    """Whether that feast does; beside: feasts that move likewise and are no measure of chance."""
    at = np.array([days_of(on) for on in feast_days(name)], np.int64)
    week = (at - first_day) // WEEK_DAYS
    week = week[(week >= -BEFORE) & (week < len(ratio) + AFTER)]
    moved = np.arange(-26, 26)
    chance = np.abs(moved) > BINS
    for other in beside:
        weeks = np.array([days_of(on) for on in feast_days(other)], np.int64) - at
        away = np.unique(np.round(weeks / WEEK_DAYS)).astype(np.int64)
        apart = (moved[:, None] - away + 26) % YEAR_WEEKS - 26
        chance &= (np.abs(apart) > BEFORE).all(axis=1)
    own, *elsewhere = _gains(ratio, week, np.append(0, moved[chance]))
    spread = float(np.median(np.abs(elsewhere))) * SPREAD_OF_MEDIAN
    return bool(own > CLEARLY * spread and own > RATHER * max(*elsewhere, 0.0))


def _gains(ratio: Floats, week: Longs, moved: Longs) -> Floats:
    """How much less two years differ around their feasts than at the same weeks of the year.

    week: of the feasts, places in ratio; moved: by how many weeks the feasts are moved elsewhere
    Returns: float64 (len(moved),), sums over all pairs of years
    """
    one, other = (week[some] for some in np.triu_indices(len(week), 1))
    years = YEAR_WEEKS * np.round((other - one) / YEAR_WEEKS).astype(np.int64)
    apart = other - one != years  # else both ways of looking are the same
    one, other, years = (values[apart, None] for values in (one, other, years))
    around = np.arange(-BEFORE, AFTER)
    here, there = (moved[:, None, None] + w + around for w in (one, other))

    def at(place: Longs) -> Floats:
        inside = (place >= 0) & (place < len(ratio))
        return np.where(inside, ratio[np.clip(place, 0, len(ratio) - 1)], np.nan)

    by_feast = (at(here) - at(there)) ** 2
    by_year = (at(here) - at(here + years)) ** 2, (at(there) - at(there - years)) ** 2
    return np.asarray(np.nansum(sum(by_year) / 2 - by_feast, axis=(1, 2)))
