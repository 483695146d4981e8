"""What accounts need, week by week, from everybody: size, growth, season, feasts, and their own fate."""

from __future__ import annotations

from datetime import date

import numpy as np

from mainstay.core.calendar import feast_days
from mainstay.simulate.distributor import names
from mainstay.simulate.distributor.company import Company
from mainstay.simulate.distributor.makeup import YEAR, Accounts, C, Floats

SEASON = np.array([0.05, 0.05, 0.08, 0.35, 0.25, 0.08, 0.15, 0.2])  # by category: above the mean
PEAK_WEEK = np.array([20, 20, 16, 22, 46, 14, 44, 26])
RUSH_WEEKS, RUSH, AFTER = 2, 1.35, 0.8
QUIET = {"lunar_new_year": 0.12, "mid_autumn": 0.5, "easter": 0.65}
RAMP_WEEKS = 30.0  # of a new account


def season(company: Company, weeks: int) -> tuple[Floats, Floats]:
    """(weeks, countries) of the calendar's feasts, (weeks, C) of the categories' seasons."""
    place = company.begin.timetuple().tm_yday / 7 + np.arange(weeks)
    by_category = 1 + SEASON * np.cos(2 * np.pi * (place[:, None] - PEAK_WEEK) / YEAR)
    by_country = np.ones((weeks, len(names.COUNTRIES)))
    first = company.begin.toordinal()
    for c, country in enumerate(names.COUNTRIES):
        for feast in country.feasts:
            for day in feast_days(feast):
                _around(by_country[:, c], (day.toordinal() - first) // 7, QUIET[feast])
        if not country.feasts or "easter" in country.feasts:
            for year in range(company.begin.year, company.begin.year + weeks // YEAR + 2):
                _around(by_country[:, c], (date(year, 12, 27).toordinal() - first) // 7, 0.35)
    return by_country, by_category


def _around(weeks: Floats, at: int, quiet: float) -> None:
    """A rush, silence, and a slow beginning around a feast in week `at`."""
    for week, factor in ((at - 2, RUSH), (at - 1, RUSH), (at, quiet), (at + 1, (1 + quiet) / 2)):
        if 0 <= week < len(weeks):
            weeks[week] *= factor


def need(accounts: Accounts, week: int, by_country: Floats, by_category: Floats) -> Floats:
    """Of this week, in the company's currency, were nothing to befall their business; (n, C)."""
    years = week / YEAR
    level = accounts.need / YEAR * np.maximum(1 + accounts.growth * years, 0.3)
    old = np.clip((week - accounts.begins + 1) / RAMP_WEEKS, 0.0, 1.0)
    level = level * np.where(accounts.begins > 0, np.sqrt(old), 1.0)
    level = level * by_country[accounts.country]
    return np.asarray(level[:, None] * accounts.mix * by_category[None, :C])
