"""Feasts that move and closed weeks: found in the company's own weeks, put where they lie this year."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from mainstay.core.calendar import Calendar, feast_days
from mainstay.standing.history import date_of, days_of
from mainstay.standing.season import Season
from mainstay.standing.season_calendar import BINS, bins, overlaps

WEEKS = 157
# Stocking up, silence, return: the four weeks before the feast and the four from its day on.
STORY = np.array([1.2, 1.3, 1.5, 0.3, 0.05, 0.5, 1.1, 1.1])
AUTO, NEW_YEAR = Calendar(None), Calendar(("lunar_new_year",))


def course(as_of, story=STORY, level=300.0, height=0.3):
    """What each week brings on average, up to as_of and a year beyond."""
    day = days_of(as_of) + np.arange(-7 * WEEKS, 7 * 60)
    wave = 1.0 + height * np.sin(2 * np.pi * (day % 364) / 364)
    feast = np.append(story, 1.0)[bins(day, "lunar_new_year")]
    return (level / 7 * wave * feast).reshape(-1, 7).sum(axis=1)


def totals(counts, as_of):
    weeks = [as_of - timedelta(weeks=len(counts) - i) for i in range(len(counts))]
    return pa.table(
        {"week": pa.array(weeks, pa.date32()), "order_days": np.asarray(counts, np.int64)}
    )


def read(as_of, calendar, seed=1, **story):
    counts = np.random.default_rng(seed).poisson(course(as_of, **story)[:WEEKS])
    return Season.of(totals(counts, as_of), as_of, calendar=calendar)


def test_weeks_around_a_feast_are_numbered():
    feast = days_of(date(2024, 2, 10))
    assert bins(feast + np.array([-29, -28, -1, 0, 27, 28]), "lunar_new_year").tolist() == [
        BINS, 0, 3, 4, 7, BINS,
    ]  # fmt: skip
    near = overlaps(feast - 3, 1, "lunar_new_year")[0]
    assert near[3] == pytest.approx(3 / 7)
    assert near[4] == pytest.approx(4 / 7)


@pytest.mark.parametrize("as_of", [date(2025, 1, 20), date(2025, 2, 10), date(2025, 8, 4)])
def test_a_feast_is_found_and_lies_where_it_will_lie(as_of):
    season, without = read(as_of, AUTO), read(as_of, Calendar())
    assert [feast.name for feast in season.feasts] == ["lunar_new_year"]
    np.testing.assert_allclose(season.feasts[0].factors, STORY, atol=0.2)
    whole = course(as_of)
    coming = whole[WEEKS : WEEKS + 52] / whole[WEEKS - 156 : WEEKS].mean()
    miss = np.sqrt(np.mean((season.coming(52) - coming) ** 2))
    assert miss < 0.05
    assert miss < 0.4 * np.sqrt(np.mean((without.coming(52) - coming) ** 2))


@pytest.mark.parametrize("seed", range(4))
def test_two_feasts_that_move_together_are_both_found(seed):
    """Seven and a half moons lie between them: each stands where the other one would, moved."""
    as_of = date(2025, 5, 5)
    day = days_of(as_of) + np.arange(-7 * WEEKS, 0)
    autumn = np.append([1.0, 1.1, 1.4, 0.4, 0.3, 1.0, 1.0, 1.0], 1.0)[bins(day, "mid_autumn")]
    mean = course(as_of)[:WEEKS] * autumn.reshape(-1, 7).mean(axis=1)
    counts = np.random.default_rng(seed).poisson(mean)
    season = Season.of(totals(counts, as_of), as_of, calendar=AUTO)
    assert [feast.name for feast in season.feasts] == ["lunar_new_year", "mid_autumn"]


@pytest.mark.parametrize("seed", range(6))
def test_without_a_feast_the_season_is_as_it_was(seed):
    counts = np.random.default_rng(seed).poisson(course(date(2025, 5, 5), np.ones(BINS))[:WEEKS])
    found = Season.of(totals(counts, date(2025, 5, 5)), date(2025, 5, 5), calendar=AUTO)
    plain = Season.of(totals(counts, date(2025, 5, 5)), date(2025, 5, 5))
    assert found.feasts == ()
    assert found.days is None
    np.testing.assert_array_equal(found.index, plain.index)
    day = found.as_of + np.arange(-900, 900, 7.3)
    np.testing.assert_array_equal(found.clock(day), plain.clock(day))


def test_chance_shows_a_feast_now_and_then_alone():
    flat = np.ones(BINS)
    seen = [bool(read(date(2025, 5, 5), AUTO, seed, story=flat).feasts) for seed in range(60)]
    assert sum(seen) <= 4


def test_a_feast_that_is_set_counts_for_what_the_counts_say():
    season = read(date(2025, 5, 5), NEW_YEAR, story=np.ones(BINS))
    assert [feast.name for feast in season.feasts] == ["lunar_new_year"]
    assert np.abs(season.feasts[0].factors - 1.0).max() < 0.1


def test_a_feast_seen_once_is_believed_by_half():
    as_of = date(2025, 5, 5)
    counts = course(as_of)[WEEKS - 53 : WEEKS]
    assert Season.of(totals(counts, as_of), as_of, calendar=AUTO).feasts == ()
    season = Season.of(totals(counts, as_of), as_of, calendar=NEW_YEAR)
    assert 0.4 < season.feasts[0].factors[4] < 0.65


def test_with_less_than_a_year_nothing_is_known():
    as_of = date(2025, 5, 5)
    season = Season.of(totals(course(as_of)[WEEKS - 40 : WEEKS], as_of), as_of, calendar=NEW_YEAR)
    assert (season.coming(52) == 1.0).all()


def test_an_earlier_date_sees_only_what_was_there():
    as_of, on = date(2025, 5, 5), date(2025, 1, 20)
    counts = np.random.default_rng(3).poisson(course(as_of)[:WEEKS])
    changed = counts.copy()
    changed[-15:] = 9_999
    found = [
        Season.of(totals(c, as_of), as_of, calendar=AUTO).before(on) for c in (counts, changed)
    ]
    np.testing.assert_array_equal(found[0].index, found[1].index)
    np.testing.assert_array_equal(found[0].coming(30), found[1].coming(30))
    assert found[0].feasts


def test_clock_and_exposure_follow_the_feast_and_can_be_turned_back():
    as_of = date(2025, 5, 5)
    season = read(as_of, AUTO)
    day = season.as_of + np.linspace(-1500.0, 3000.0, 901)
    clock = season.clock(day)
    assert (np.diff(clock) > 0).all()
    np.testing.assert_allclose(season.day(clock), day, atol=1e-6)
    assert season.clock(season.as_of) == pytest.approx(0.0)
    for on in feast_days("lunar_new_year"):
        if on.year in (2024, 2025, 2026, 2027):
            first = days_of(on)
            assert season.clock(first + 7) - season.clock(first) < 2.0
            assert season.at(first - 10) > 1.15 * season.at(first + 35)
    weeks = np.diff(season.clock(season.as_of + 7 * np.arange(53))) / 7
    np.testing.assert_allclose(season.coming(52), weeks, atol=1e-9)
    past = np.diff(season.clock(season.as_of + 7 * np.arange(-60, 1))) / 7
    np.testing.assert_allclose(season.exposure(as_of, 60), past, atol=1e-9)


def test_what_the_calendar_took_of_a_silence():
    as_of = date(2025, 2, 10)
    season = read(as_of, AUTO)
    whole = days_of(date(2025, 1, 22))  # a week before the feast
    assert 10 < season.idle(whole) < 17
    assert season.idle(season.as_of) == 0.0
    assert season.idle(season.as_of - 5) < 5.0
    assert (read(as_of, Calendar()).idle(np.array([whole, whole - 50])) == 0.0).all()


def test_closed_weeks_bring_nothing_and_teach_nothing():
    as_of = date(2025, 5, 5)
    shut = (date(2024, 8, 5), date(2024, 8, 18))
    coming = (date(2025, 7, 7), date(2025, 7, 13))
    counts = course(as_of, np.ones(BINS), height=0.0)[:WEEKS]
    place = (days_of(shut[0]) - days_of(as_of)) // 7
    counts[place : place + 2] = 0.0
    season = Season.of(totals(counts, as_of), as_of, calendar=Calendar((), (shut, coming)))
    assert season.feasts == ()
    weeks = season.coming(52)
    assert weeks[9] < 0.06
    assert np.delete(weeks, 9).min() > 0.97  # August is open this year
    assert season.idle(days_of(shut[0])) == pytest.approx(14 * 0.95)


def test_a_closed_week_counts_before_there_is_any_season():
    coming = (date(2025, 5, 12), date(2025, 5, 18))
    as_of = date(2025, 5, 5)
    season = Season.of(totals([5] * 20, as_of), as_of, calendar=Calendar(None, (coming,)))
    np.testing.assert_allclose(season.coming(3), [1.0, 0.05, 1.0])
    assert date_of(int(season.day(14.0))) == date(2025, 5, 25)


def test_a_feast_that_hardly_matters_does_not_count_unless_it_is_named():
    as_of = date(2025, 5, 5)
    slight = 1.0 + 0.25 * (STORY - 1.0)
    counts = course(as_of, slight, level=30_000.0)[:WEEKS]
    assert Season.of(totals(counts, as_of), as_of, calendar=AUTO).feasts == ()
    (feast,) = Season.of(totals(counts, as_of), as_of, calendar=NEW_YEAR).feasts
    np.testing.assert_allclose(feast.factors, slight, atol=0.1)
