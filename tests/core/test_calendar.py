"""The calendar: dates of feasts found another way, and what its settings may say."""

from __future__ import annotations

from datetime import date, timedelta
from math import floor, radians, sin

import pytest
from dateutil.easter import easter

from mainstay.core.calendar import FEASTS, Calendar, feast_days
from mainstay.core.errors import InvalidSetting
from mainstay.core.settings import Settings

YEARS = range(1990, 2101)


def new_moon(k: int) -> float:
    """The k-th new moon since 2000-01-06, Julian day in dynamical time.

    Source: Meeus (1998), Astronomical algorithms, ch. 49, the terms above a minute
    """
    t = k / 1236.85
    e = 1 - 0.002516 * t - 0.0000074 * t * t
    sun = radians(2.5534 + 29.10535670 * k - 0.0000014 * t * t)
    moon = radians(201.5643 + 385.81693528 * k + 0.0107582 * t * t)
    f = radians(160.7108 + 390.67050284 * k - 0.0016118 * t * t)
    node = radians(124.7746 - 1.56375588 * k + 0.0020672 * t * t)
    terms = [
        (-0.40720, moon),
        (0.17241 * e, sun),
        (0.01608, 2 * moon),
        (0.01039, 2 * f),
        (0.00739 * e, moon - sun),
        (-0.00514 * e, moon + sun),
        (0.00208 * e * e, 2 * sun),
        (-0.00111, moon - 2 * f),
        (-0.00057, moon + 2 * f),
        (0.00056 * e, 2 * moon + sun),
        (-0.00042, 3 * moon),
        (0.00042 * e, sun + 2 * f),
        (0.00038 * e, sun - 2 * f),
        (-0.00024 * e, 2 * moon - sun),
        (-0.00017, node),
    ]
    mean = 2451550.09766 + 29.530588861 * k + 0.00015437 * t * t
    return mean + sum(size * sin(angle) for size, angle in terms)


def new_moons(year: int) -> list[date]:
    """The days in Beijing of the new moons of a year."""
    first = round((year - 2000) * 12.3685) - 2
    hours = [new_moon(k) - 2451544.5 - 70 / 86400 + 8 / 24 for k in range(first, first + 17)]
    days = [date(2000, 1, 1) + timedelta(days=floor(day)) for day in hours]
    return [day for day in days if day.year == year]


def test_lunar_new_year_is_a_new_moon_at_the_end_of_january():
    clear = 0
    for on in feast_days("lunar_new_year"):
        moons = [d for d in new_moons(on.year) if (1, 21) <= (d.month, d.day) <= (2, 20)]
        assert on in moons
        clear += len(moons) == 1
    assert clear >= 100  # in the others, a month is put in and the earlier moon counts


def test_mid_autumn_is_the_fifteenth_day_after_a_new_moon():
    clear = 0
    for on in feast_days("mid_autumn"):
        fulls = [d + timedelta(days=14) for d in new_moons(on.year)]
        fulls = [d for d in fulls if (9, 7) <= (d.month, d.day) <= (10, 8)]
        assert on in fulls
        clear += len(fulls) == 1
    assert clear >= 100


def test_dates_that_everybody_knows():
    new_years, mid_autumns = feast_days("lunar_new_year"), feast_days("mid_autumn")
    for on in (date(2000, 2, 5), date(2023, 1, 22), date(2024, 2, 10), date(2033, 1, 31)):
        assert on in new_years
    for on in (date(2006, 10, 6), date(2023, 9, 29), date(2025, 10, 6)):
        assert on in mid_autumns


def test_easter_is_as_others_reckon_it():
    assert list(feast_days("easter")) == [easter(year) for year in YEARS]


@pytest.mark.parametrize("name", FEASTS)
def test_each_feast_comes_once_a_year(name):
    assert [on.year for on in feast_days(name)] == list(YEARS)


def test_settings_are_read():
    assert Settings().calendar == Calendar(None, ())
    assert not Settings(feasts="none").calendar
    calendar = Settings(
        feasts="lunar_new_year, easter", closed_weeks="2026-08-03, 2026-12-21 to 2027-01-03"
    ).calendar
    assert calendar.feasts == ("lunar_new_year", "easter")
    assert calendar.closed == (
        (date(2026, 8, 3), date(2026, 8, 9)),
        (date(2026, 12, 21), date(2027, 1, 3)),
    )


def test_a_list_in_the_file_is_read_too(tmp_path):
    file = tmp_path / "mainstay.toml"
    file.write_text('closed_weeks = ["2026-08-03", "2026-12-21 to 2027-01-03"]\nfeasts = []\n')
    calendar = Settings.load(tmp_path).calendar
    assert [first for first, _ in calendar.closed] == [date(2026, 8, 3), date(2026, 12, 21)]
    assert calendar.feasts == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("feasts", "christmas"),
        ("feasts", "auto, easter"),
        ("closed_weeks", "August"),
        ("closed_weeks", "2026-08-03 to 2026-07-01"),
        ("closed_weeks", "2026-01-01 to 2026-12-31"),
        ("closed_weeks", "2026-01-01 to 2026-01-02 to 2026-01-03"),
    ],
)
def test_what_cannot_be_read_is_refused(name, value):
    with pytest.raises(InvalidSetting, match=name):
        Settings(**{name: value})
