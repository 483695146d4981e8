"""The season of a month: what is usual of its category, and what feasts that move and closed weeks do to it.

    S[i, t] = P[i, month of t] · e[t]

e[t] is how busy the days of month t are for what the company's calendar does to them (`exposure`), and
how many they are. P is the profile of the twelve months, read from sums over many series: the category's
is drawn to the whole company's, a series' own to its category's, each the more the less was ordered.

With Y[t] the sum of a group, g its growth from one year to the next, read from the months that are known
in both:

    r[t] = Y[t] / (e[t] · g^((t − end) / 12)),    P[m] = mean of r over the months m, divided by the mean of all
    drawn:  P = (w · P_own + κ · P_parent) / (w + κ),   w = orders a month of the year, in all years known
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.standing.history import days_of
from mainstay.standing.season import Season
from mainstay.supply.monthly import YEAR_MONTHS, first_of

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
USUAL_DAYS = 365.25 / YEAR_MONTHS
LEAST_FACTOR = 0.05
MOST_GROWTH = 1.5  # a year; what is beyond it is a beginning or an end, and no growth
GROUP_ORDERS, OWN_ORDERS = (
    40.0,
    60.0,
)  # κ: orders a month of the year at which own and parent weigh alike


def exposure(first: int, months: int, season: Season | None) -> Floats:
    """How much of a usual month each month is, by its days and the company's calendar; float64 (months,)."""
    found = np.empty(months)
    for place in range(months):
        on = first_of(first + place)
        n_days = calendar.monthrange(on.year, on.month)[1]
        busy = 1.0
        if season is not None and season.days is not None:
            busy = float(season.days.at(days_of(on) + np.arange(n_days)).mean())
        found[place] = max(busy, LEAST_FACTOR) * n_days / USUAL_DAYS
    return found


def profile_of(total: Floats, known: Floats, busy: Floats, first: int) -> Floats:
    """The profile of one group, float64 (12,), mean 1; 1 in months of which nothing is known.

    total, known, busy: float64 (months,): the sum, how much of the group was there to order, exposure
    """
    told = (known > 0) & (busy > 0)
    rate = np.divide(total, busy * np.maximum(known, 1e-9), out=np.zeros_like(total), where=told)
    level = _growth(rate, told) ** ((np.arange(len(total)) - len(total) + 1) / YEAR_MONTHS)
    rate = rate / level
    place = (first + np.arange(len(total))) % YEAR_MONTHS
    sums = np.bincount(place, np.where(told, rate * known, 0.0), YEAR_MONTHS)
    weights = np.bincount(place, np.where(told, known, 0.0), YEAR_MONTHS)
    seen = weights > 0
    profile = np.ones(YEAR_MONTHS)
    if seen.any() and sums.sum() > 0:
        means = sums[seen] / weights[seen]
        profile[seen] = means / means.mean()
    return np.maximum(profile, LEAST_FACTOR)


def _growth(rate: Floats, told: npt.NDArray[np.bool_]) -> float:
    """From one year to the next, by the months that are known in both; 1 where none is."""
    if len(rate) <= YEAR_MONTHS:
        return 1.0
    both = told[YEAR_MONTHS:] & told[:-YEAR_MONTHS]
    now, before = rate[YEAR_MONTHS:][both].sum(), rate[:-YEAR_MONTHS][both].sum()
    if now <= 0 or before <= 0:
        return 1.0
    # A few months say less of a year than twelve.
    trust = min(int(both.sum()) / YEAR_MONTHS, 1.0)
    return float(np.clip(now / before, 1 / MOST_GROWTH, MOST_GROWTH) ** trust)


def profiles(
    y: Floats, orders: Floats, groups: Longs, busy: Floats, first: int, *, own: float = OWN_ORDERS
) -> Floats:
    """The profile of each series, float64 (n, 12).

    y: (n, months), NaN before the beginning; groups: int (n,), of which category each is
    own: κ of a series beside its category
    """
    known = ~np.isnan(y)
    filled = np.nan_to_num(y)
    # What an account usually orders, so that a new one does not look like growth.
    size = filled.sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1)
    weight = np.where(known, size, 0.0)

    def of(rows: npt.NDArray[np.bool_] | slice) -> Floats:
        return profile_of(filled[rows].sum(axis=0), weight[rows].sum(axis=0), busy, first)

    company = of(slice(None))
    months = (first + np.arange(y.shape[1])) % YEAR_MONTHS
    found = np.empty((len(y), YEAR_MONTHS))
    for group in np.unique(groups):
        rows = groups == group
        counts = np.bincount(months, orders[rows].sum(axis=0), YEAR_MONTHS)
        of_group = _drawn(of(rows), counts, company, GROUP_ORDERS)
        for place in np.flatnonzero(rows):
            counts = np.bincount(months, orders[place], YEAR_MONTHS)
            mine = profile_of(filled[place], known[place].astype(float), busy, first)
            found[place] = _drawn(mine, counts, of_group, own)
    return found


def _drawn(profile: Floats, orders: npt.NDArray[Any], parent: Floats, kappa: float) -> Floats:
    drawn = (orders.mean() * profile + kappa * parent) / (orders.mean() + kappa)
    return np.asarray(drawn / drawn.mean())


def seasons(profile: Floats, busy: Floats, first: int) -> Floats:
    """S of each series and month, float64 (n, len(busy)), from month `first` on."""
    return np.asarray(profile[:, (first + np.arange(len(busy))) % YEAR_MONTHS] * busy)


def places(names: Sequence[object]) -> Longs:
    """The same words as whole numbers."""
    order = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return np.array([order[name] for name in names], np.int64)
