"""The company's season: found where the years agree, never from what came later."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.standing.season import YEAR_WEEKS, Season, WeeklyTotals

EPOCH = date(1970, 1, 1)
AS_OF = date(2025, 1, 6)
QUICK = settings(max_examples=60, deadline=None, derandomize=True)


def totals(counts, as_of=AS_OF):
    """Weekly totals of which the last week ends with the day before as_of."""
    n = len(counts)
    weeks = [as_of - timedelta(weeks=n - i) for i in range(n)]
    return pa.table(
        {
            "week": pa.array(weeks, pa.date32()),
            "order_days": pa.array(np.asarray(counts, np.int64)),
            "amount": pa.array(np.zeros(n)),
        }
    )


def seasonal(years, height=0.5, level=400.0):
    """Expected counts with one wave a year."""
    wave = 1.0 + height * np.sin(2 * np.pi * np.arange(YEAR_WEEKS) / YEAR_WEEKS)
    return level * np.tile(wave, years), wave


def test_less_than_a_year_of_data_has_no_season():
    counts, _ = seasonal(1)
    season = Season.of(totals(counts[1:]), AS_OF)
    assert season.years == 0
    assert (season.index == 1.0).all()
    assert Season.of(totals([]), AS_OF).years == 0


def test_a_season_that_the_years_agree_on_is_found():
    rng = np.random.default_rng(1)
    counts, wave = seasonal(3)
    season = Season.of(totals(rng.poisson(counts)), AS_OF)
    assert season.years == 3
    assert season.index.mean() == pytest.approx(1.0)
    np.testing.assert_allclose(season.index, wave, atol=0.1)
    np.testing.assert_allclose(season.coming(60)[:8], season.coming(60)[52:])


def test_one_year_is_believed_by_half():
    counts, wave = seasonal(1)
    index = Season.of(totals(counts), AS_OF).index
    assert 0.2 < index.max() - 1.0 < 0.3
    assert np.corrcoef(index, wave)[0, 1] > 0.99


def test_chance_makes_no_season():
    counts = np.random.default_rng(2).poisson(30, 3 * YEAR_WEEKS)
    index = Season.of(totals(counts), AS_OF).index
    assert np.abs(index - 1.0).max() < 0.1


def test_a_fall_of_the_whole_company_is_not_taken_for_a_season():
    counts = np.random.default_rng(3).poisson(400, 3 * YEAR_WEEKS).astype(float)
    counts[-13:] *= 0.6
    index = Season.of(totals(counts), AS_OF).index
    assert index[-13:].mean() > 0.9  # the course that was to be expected stays near 1


def test_steady_growth_is_not_taken_for_a_season():
    weeks = np.arange(3 * YEAR_WEEKS)
    counts = np.random.default_rng(4).poisson(400 * 1.4 ** (weeks / YEAR_WEEKS))
    index = Season.of(totals(counts), AS_OF).index
    assert np.abs(index - 1.0).max() < 0.06


def test_closed_weeks_are_seen_in_their_place():
    counts = np.full(3 * YEAR_WEEKS, 300.0)
    counts[10::YEAR_WEEKS] = 0.0
    index = Season.of(totals(counts), AS_OF).index
    assert index.argmin() == 10
    assert 0.0 < index[10] < 0.2
    assert np.delete(index, 10).min() > 0.9


def test_weeks_before_the_data_begin_are_no_empty_weeks():
    counts, _ = seasonal(1)
    padded = np.concatenate([np.zeros(60), counts])
    first = AS_OF - timedelta(weeks=YEAR_WEEKS)
    season = Season.of(totals(padded), AS_OF, first)
    assert season.years == 1
    np.testing.assert_allclose(season.index, Season.of(totals(counts), AS_OF).index)


@pytest.mark.parametrize("days_before", [7, 28, 30, 371])
def test_an_earlier_date_sees_only_what_was_there(days_before):
    counts = np.random.default_rng(5).poisson(seasonal(4)[0])
    on = AS_OF - timedelta(days=days_before)
    left = len(counts) - -(-days_before // 7)
    seen_then = Season.of(
        totals(counts).slice(0, left), AS_OF - timedelta(weeks=len(counts) - left)
    )
    changed_later = counts.copy()
    changed_later[left:] = 9_999
    for later in (counts, changed_later):
        season = Season.of(totals(later), AS_OF).before(on)
        assert season.as_of == seen_then.as_of
        np.testing.assert_array_equal(season.index, seen_then.index)
        np.testing.assert_array_equal(
            Season.of(totals(later), AS_OF).exposure(on, 60),
            seen_then.at((on - EPOCH).days - 7 * np.arange(60, 0, -1) + 3),
        )


def test_exposure_stands_in_order_of_time():
    counts, wave = seasonal(2)
    np.testing.assert_allclose(
        Season.of(totals(counts), AS_OF).exposure(AS_OF, 30), wave[-30:], atol=0.05
    )


def test_the_clock_runs_faster_in_busy_weeks_and_can_be_turned_back():
    season = Season.of(totals(seasonal(3)[0]), AS_OF)
    days = season.as_of + np.linspace(-900.0, 900.0, 401)
    clock = season.clock(days)
    assert (np.diff(clock) > 0).all()
    np.testing.assert_allclose(season.day(clock), days, atol=1e-6)
    assert season.clock(season.as_of) == 0.0
    assert season.clock(season.as_of + 364) == pytest.approx(364.0)
    busy, quiet = season.clock(season.as_of + np.array([91.0, 273.0]) + 7.0) - season.clock(
        season.as_of + np.array([91.0, 273.0])
    )
    assert busy > 9.0
    assert quiet < 5.0


@QUICK
@given(data=st.data())
def test_weekly_totals_are_all_order_days_of_all_weeks(data, histories, as_of_dates, make_lines):
    rows = data.draw(histories)
    as_of = data.draw(as_of_dates)[-1]
    at = (as_of - EPOCH).days
    table = WeeklyTotals(as_of)(make_lines(rows)).to_pydict()
    sales = {}
    for x in rows:
        if (x.kind or ("return" if x.amount < 0 else "sale")) == "sale" and x.day < at:
            sales[x.account, x.day] = sales.get((x.account, x.day), 0) + round(x.amount * 100)
    days = [day for (_, day), cents in sales.items() if cents > 0]
    assert sum(table["order_days"]) == len(days)
    for week, count in zip(table["week"], table["order_days"], strict=True):
        start = (week - EPOCH).days
        assert count == sum(start <= d < start + 7 for d in days)
    if table["week"]:
        assert table["week"][-1] == as_of - timedelta(days=7)
        assert {7} == {
            (b - a).days for a, b in zip(table["week"], table["week"][1:], strict=False)
        } | {7}
