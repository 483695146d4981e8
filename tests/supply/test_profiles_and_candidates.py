"""Season profiles and the models that may forecast, on series whose numbers can be reckoned by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from mainstay.core.calendar import Calendar
from mainstay.standing.history import days_of
from mainstay.standing.season import Season
from mainstay.standing.season_calendar import DayFactors, Effect
from mainstay.supply import candidates
from mainstay.supply.choice import Series, Tried, chosen, rolled
from mainstay.supply.intervals import spread_of
from mainstay.supply.monthly import first_of, first_whole, mean_month, month_of
from mainstay.supply.profiles import exposure, profile_of, profiles
from mainstay.supply.reconcile import reconciled

FIRST = month_of(date(2023, 1, 1))
SHAPE = np.array([0.5, 0.5, 1, 1, 1, 1, 1, 1, 1, 1, 1.5, 1.5])


def series(y: np.ndarray, orders: float = 20.0, ahead: int = 3) -> Series:
    busy = np.ones(y.shape[1] + ahead)
    return Series(y, np.full(y.shape, orders), FIRST, np.zeros(len(y), np.int64), busy)


def test_months_are_counted_from_1970() -> None:
    assert month_of(date(1970, 1, 31)) == 0
    assert first_of(month_of(date(2026, 12, 9))) == date(2026, 12, 1)
    assert first_whole(date(2026, 1, 3)) == month_of(date(2026, 1, 1))
    assert first_whole(date(2026, 1, 4)) == month_of(date(2026, 2, 1))


def test_a_profile_is_what_the_months_are_beside_their_mean_whatever_the_growth() -> None:
    # Twice as much in the second year: growth, and no season.
    total = np.concatenate([SHAPE, 2 * SHAPE]) * 100
    level = 2 ** ((np.arange(24) - 23) / 12)
    found = profile_of(total, np.ones(24), np.ones(24), FIRST)
    by_hand = (total / level * 1.0).reshape(2, 12).mean(axis=0)
    # The growth that is believed in a year is 1.5 at most.
    capped = (total / 1.5 ** ((np.arange(24) - 23) / 12)).reshape(2, 12).mean(axis=0)
    assert found == pytest.approx(capped / capped.mean())
    assert found != pytest.approx(by_hand / by_hand.mean())
    level_year = profile_of(np.tile(SHAPE, 2) * 100, np.ones(24), np.ones(24), FIRST)
    assert level_year == pytest.approx(SHAPE / SHAPE.mean())


def test_a_quiet_series_has_the_season_of_its_category() -> None:
    y = np.stack([np.tile(SHAPE, 2) * 100, np.tile(SHAPE[::-1], 2)])
    orders = np.stack([np.full(24, 500.0), np.zeros(24)])
    found = profiles(y, orders, np.zeros(2, np.int64), np.ones(24), FIRST)
    assert np.abs(found[1] - found[0]).max() < 0.02
    busy = profiles(y, np.full((2, 24), 5000.0), np.zeros(2, np.int64), np.ones(24), FIRST)
    assert busy[1] == pytest.approx(SHAPE[::-1] / SHAPE.mean(), abs=0.03)


def test_a_feast_that_moves_takes_its_month_along() -> None:
    quiet = np.array([1, 1, 1, 1, 0.1, 1, 1, 1.0])  # the week of the feast
    effects = (Effect("lunar_new_year", quiet),)
    begin = days_of(date(2023, 1, 1))
    season = Season(
        begin, np.ones(52), 2, np.zeros(0), begin, Calendar(("lunar_new_year",)),
        DayFactors.of(begin, 1500, Calendar(("lunar_new_year",)), effects),
    )  # fmt: skip
    busy = exposure(FIRST, 26, season)
    # 22 January 2023 and 10 February 2024: one of its seven days of 0.1 each way.
    assert busy[0] == pytest.approx((31 - 7 * 0.9) / (365.25 / 12))
    assert busy[12] == pytest.approx(31 / (365.25 / 12))
    assert busy[13] == pytest.approx((29 - 7 * 0.9) / (365.25 / 12))
    # The month that the feast has left is not foretold from the one that it lay in.
    y = busy[:24][None, :] * 100
    assert candidates.naive(y[:, :12], busy, 2)[0] == pytest.approx(busy[12:14] * 100)


def test_the_naive_one_is_the_same_month_of_the_year_before() -> None:
    y = np.arange(24.0)[None, :]
    assert candidates.naive(y, np.ones(27), 3).tolist() == [[12.0, 13.0, 14.0]]
    # More than a year ahead it is the same month of the last year that is known.
    assert candidates.naive(y, np.ones(37), 13)[0, 12] == 12.0
    short = np.array([[np.nan, 4.0, 8.0]])
    assert candidates.naive(short, np.ones(5), 2).tolist() == [[6.0, 6.0]]


def test_a_level_is_the_mean_of_months_by_their_season() -> None:
    y = np.array([[np.nan, 10.0, 40.0]])
    season = np.array([[9.0, 1.0, 2.0, 4.0]])
    assert candidates.level(y, season, 3)[0] == pytest.approx(50 / 3)


@pytest.mark.skipif(not candidates.has_statsforecast(), reason="the extra forecast is not there")
def test_with_statsforecast_there_are_more_models_and_they_follow_a_level() -> None:
    rng = np.random.default_rng(3)
    y = rng.normal(100, 1, (1, 30))
    found = series(y).ahead(3)
    assert candidates.names()[-3:] == candidates.OTHERS
    for place in range(len(candidates.names())):
        assert found.said[place] == pytest.approx(100, rel=0.1)


def test_without_statsforecast_the_rest_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "has_statsforecast", lambda: False)
    assert candidates.names() == ("naive", "half", "level_3", "level_6", "level_12")
    tried = rolled(series(np.full((2, 24), 7.0)), 3)
    assert chosen(tried).sum(axis=1) == pytest.approx(1.0)


def tried(errors: list[list[float]]) -> Tried:
    """Two candidates (the second is the naive one's rival) with such errors on series of 10 a month."""
    said = np.array(errors).T[:, :, None, None] + 10.0
    came = np.full((len(errors), 1, 1), 10.0)
    return Tried(
        ("naive", "other"),
        np.repeat(said, 12, axis=2),
        np.repeat(came, 12, axis=1),
        np.ones((len(errors), 12, 1)),
    )


def test_what_is_worse_than_the_naive_one_is_never_chosen() -> None:
    weights = chosen(tried([[1.0, 5.0], [1.0, 5.0]]))
    assert weights.tolist() == [[1.0, 0.0], [1.0, 0.0]]
    equal = chosen(tried([[2.0, 2.0]]))
    assert equal.tolist() == [[1.0, 0.0]]


def test_what_is_better_takes_its_place_and_the_many_speak_for_the_few() -> None:
    assert chosen(tried([[5.0, 1.0]])).tolist() == [[0.0, 1.0]]
    # One series for which the other is a little worse, among nine for which it is far better.
    weights = chosen(tried([[1.0, 1.2]] + [[5.0, 1.0]] * 9))
    assert weights[0].tolist() == [0.0, 1.0]


def test_earlier_origins_know_nothing_of_what_came() -> None:
    rng = np.random.default_rng(5)
    y = rng.gamma(3.0, 10.0, (6, 26))
    before = rolled(series(y), 3, origins=4)
    later = y.copy()
    later[:, -1] = 1e6
    changed = rolled(series(later), 3, origins=4)
    assert (before.said == changed.said).all()
    assert (before.came != changed.came).any()


def test_of_a_hundred_months_eighty_lie_within_also_of_those_that_come() -> None:
    rng = np.random.default_rng(11)
    y = rng.gamma(4.0, 25.0, (150, 30))
    known = series(y[:, :27])
    found = rolled(known, 3)
    weights, ahead = chosen(found), known.ahead(3)
    spread = spread_of(found.blended(), found, mean_month(known.y), ahead.season)
    low, high = spread.around(ahead.blended(weights))
    inside = (y[:, 27:] >= low) & (y[:, 27:] <= high)
    assert inside.mean() == pytest.approx(0.8, abs=0.07)
    assert (low >= 0).all()


def test_parts_and_total_agree_as_the_general_formula_has_it() -> None:
    parts, variances = np.array([[10.0], [20.0], [30.0]]), np.array([[1.0], [4.0], [0.0]])
    total, variance = np.array([66.0]), np.array([2.0])
    found = reconciled(parts, variances, total, variance)
    # Wickramasuriya et al.: S (S' W⁻¹ S)⁻¹ S' W⁻¹ ŷ, with hardly any variance for the third.
    S = np.vstack([np.ones(3), np.eye(3)])
    W = np.diag([2.0, 1.0, 4.0, 1e-9])
    y = np.array([66.0, 10.0, 20.0, 30.0])
    by_hand = np.linalg.solve(S.T @ np.linalg.inv(W) @ S, S.T @ np.linalg.inv(W) @ y)
    assert found[:, 0] == pytest.approx(by_hand, abs=1e-6)
    assert found[2, 0] == 30.0


def test_no_part_is_made_negative_and_the_others_take_the_rest() -> None:
    found = reconciled(
        np.array([[1.0], [50.0]]), np.array([[5.0], [5.0]]), np.array([20.0]), np.array([0.0])
    )
    assert found[:, 0] == pytest.approx([0.0, 20.0])
