"""Time that passes more slowly while we could not deliver, worked out day by day."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from mainstay.defection.clocks import Short, on_the_season, own_orders
from mainstay.standing.history import Days
from mainstay.standing.supply import Missed

AT = 18_004 + 7 * 200  # a Monday
WEEKS = 156


def days_at(*of_accounts: list[int]) -> Days:
    day = np.array([d for of_one in of_accounts for d in of_one], np.int32)
    offsets = np.concatenate([[0], np.cumsum([len(d) for d in of_accounts])]).astype(np.int64)
    n = len(day)
    return Days(offsets, day, np.ones(n), np.zeros(n), np.ones(n, bool))


def missing(*of_names: dict[int, float]) -> Missed:
    """By name, week (counted back from AT, 1 = the last) → what was missing."""
    rows = [
        {"name": str(i), "week": AT - 7 * back, "missing": share}
        for i, weeks in enumerate(of_names)
        for back, share in weeks.items()
    ]
    return Missed.of(pa.Table.from_pylist(rows))


def passed(day: float, exposure: np.ndarray, weeks: dict[int, float]) -> float:
    """Time from a moment to AT, in pieces of a tenth of a day."""
    moments = np.arange(day, AT - 1e-9, 0.1) + 0.05
    back = np.ceil((AT - moments) / 7).astype(int)
    left = np.array([1.0 - weeks.get(int(b), 0.0) for b in back])
    return float((exposure[(WEEKS - back) % WEEKS] * left).sum() * 0.1 / 7)


def test_missing_weeks_are_taken_out_of_the_seasons_clock():
    rng = np.random.default_rng(1)
    exposure = rng.uniform(0.05, 2.0, WEEKS)
    histories = [sorted(rng.choice(np.arange(AT - 600, AT), 40, False).tolist()) for _ in "abc"]
    weeks = [{3: 0.9, 4: 0.5, 5: 0.95, 30: 0.95, 80: 0.3}, {}, {1: 0.4, 2: 0.8}]
    missed = missing(weeks[0], weeks[2])
    short = Short(missed, np.array([0, -1, 1]))
    until = np.array([AT - 1, AT - 1, AT - 10], np.int32)
    made = days_at(*histories)
    there, series, day = on_the_season(made, AT, until, exposure, short=short)
    _, plain, _ = on_the_season(made, AT, until, exposure)
    assert there.tolist() == [0, 1, 2]
    for i in range(3):
        own = slice(series.offsets[i], series.offsets[i + 1])
        expected = [-passed(d + 0.5, exposure, weeks[i]) for d in day[own]]
        np.testing.assert_allclose(series.time[own], expected, atol=0.02)
        assert (np.diff(series.time[own]) > 0).all()
        end = -passed(until[i] + 1.0, exposure, weeks[i])
        assert series.end[i] == pytest.approx(end, abs=0.02)
        assert series.end[i] >= series.time[own][-1]
    own = slice(series.offsets[1], series.offsets[2])
    np.testing.assert_array_equal(series.time[own], plain.time[own])


def test_a_week_that_is_not_over_is_not_taken_out():
    made = days_at([AT - 30])
    short = Short(missing({0: 0.9, -1: 0.9}), np.array([0]))
    until = np.array([AT - 1], np.int32)
    exposure = np.ones(WEEKS)
    _, series, _ = on_the_season(made, AT, until, exposure, short=short)
    _, plain, _ = on_the_season(made, AT, until, exposure)
    np.testing.assert_array_equal(series.time, plain.time)
    np.testing.assert_array_equal(series.end, plain.end)


def test_orders_made_while_a_category_was_missing_are_smaller_steps_of_it():
    whole = days_at([AT - 7 * back + 2 for back in range(20, 0, -1)])
    part = days_at([AT - 7 * back + 2 for back in (20, 16, 12, 9)])
    weeks = {8: 0.75, 7: 0.75, 10: 0.5}
    short = Short(missing(weeks), np.array([0]))
    owner = np.array([0])
    found = own_orders(part, whole, owner, AT, short=short)
    assert found.step[0] == pytest.approx(1.0)
    # Since the last of them: two orders that count a quarter, and six whole ones.
    expected = [-(19 - 0.5 - 1.5), -(15 - 0.5 - 1.5), -(11 - 0.5 - 1.5), -(8 - 1.5)]
    np.testing.assert_allclose(found.time, expected)
    plain = own_orders(part, whole, owner, AT)
    np.testing.assert_allclose(plain.time, [-19.0, -15.0, -11.0, -8.0])
    none = own_orders(part, whole, owner, AT, short=Short(missing(weeks), np.array([-1])))
    np.testing.assert_array_equal(none.time, plain.time)


def test_a_category_that_was_bought_while_it_was_short_keeps_its_step():
    whole = days_at([AT - 7 * back + 2 for back in range(6, 0, -1)])
    part = days_at([AT - 7 * back + 2 for back in (6, 4, 2)])
    found = own_orders(
        part, whole, np.array([0]), AT, short=Short(missing({2: 0.9, 4: 0.9}), np.array([0]))
    )
    np.testing.assert_allclose(found.time, [-5.0, -3.0, -1.0])
