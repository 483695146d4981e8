"""The label: steady accounts are kept, those that fell are partial, those that left are complete."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from scipy.special import gammaincinv
from tests.support.made import lines_of

from mainstay.defection.outcomes import (
    COMPLETE,
    KEPT,
    PARTIAL,
    QUANTILE,
    Pace,
    Paces,
    outcomes,
    unchanged,
)
from mainstay.simulate import Decline, Plan, histories
from mainstay.standing.history import days_of
from mainstay.standing.season import Season, WeeklyTotals

PLAN = Plan(accounts=500, weeks=210, spread=None, size_spread=0.6)
AT = tuple(PLAN.begin + timedelta(weeks=w) for w in (104, 117, 130))


def labels(table: pa.Table, dates: tuple[date, ...] = AT) -> list[np.ndarray]:
    lines = lines_of(table)
    facts = Paces(dates)(lines)
    found = []
    for j, on in enumerate(dates):
        season = Season.of(WeeklyTotals(on)(lines), on, PLAN.begin)
        pace = Pace.of(facts, j)
        at = days_of(on)
        weeks = (season.clock(at + pace.window_days) - season.clock(np.array(at))) / 7
        known = pace.known(at, days_of(PLAN.begin) + 7 * PLAN.weeks)
        assert known.mean() > 0.9
        found.append(outcomes(pace, weeks)[known])
    return found


@pytest.mark.parametrize("orders", [6, 12, 26, 52, 104])
@pytest.mark.parametrize("k", [1.0, 4.0])
def test_steady_accounts_are_seldom_called_partial(orders: float, k: float) -> None:
    for season in (0.0, 0.4):
        plan = replace(PLAN, orders_a_year=orders, regularity=(k,), season=season)
        found = np.concatenate(labels(histories(plan, seed=int(orders + 10 * k)).lines))
        assert (found == PARTIAL).mean() <= 0.05
        if orders >= 26:
            assert (found == KEPT).mean() > 0.94


@pytest.mark.parametrize(("orders", "least"), [(26, 0.6), (52, 0.85)])
def test_a_fall_to_a_fifth_is_partial(orders: float, least: float) -> None:
    decline = Decline(1.0, 104, (0.2,))
    plan = replace(PLAN, orders_a_year=orders, regularity=(2.0,), decline=decline)
    (found,) = labels(histories(plan, seed=5).lines, AT[:1])
    assert (found != KEPT).mean() > least
    assert (found == PARTIAL).mean() > 0.4
    mild = replace(plan, decline=Decline(1.0, 104, (0.8,)))
    (kept,) = labels(histories(mild, seed=5).lines, AT[:1])
    assert (kept == KEPT).mean() > 0.85


def test_who_left_is_complete() -> None:
    plan = replace(PLAN, orders_a_year=40, decline=Decline(1.0, 104, (1e-6,)))
    (found,) = labels(histories(plan, seed=6).lines, AT[:1])
    assert (found == COMPLETE).all()


def test_a_slow_account_is_watched_for_two_of_its_cycles() -> None:
    plan = replace(PLAN, accounts=100, orders_a_year=4, regularity=(8.0,))
    facts = Paces(AT[:1])(lines_of(histories(plan, seed=7).lines))
    pace = Pace.of(facts, 0)
    assert np.median(pace.window_days) == pytest.approx(2 * 364 / 4, rel=0.1)
    busy = Pace.of(Paces(AT[:1])(lines_of(histories(PLAN, seed=7).lines)), 0)
    assert (busy.window_days >= 91).all()
    assert np.median(busy.window_days) == 91


def test_the_baseline_knows_nothing_of_what_came() -> None:
    made = histories(replace(PLAN, accounts=50), seed=8).lines
    before = made.filter(pa.compute.less(made["ordered_on"], pa.scalar(AT[0])))
    whole, past = (Pace.of(Paces(AT[:1])(lines_of(t)), 0) for t in (made, before))
    weeks = np.full(len(whole.amount), 13.0)
    for name in ("baseline", "quantile"):
        assert np.array_equal(
            getattr(unchanged(whole, weeks), name), getattr(unchanged(past, weeks), name)
        )
    assert (outcomes(past, weeks) == COMPLETE).all()


def test_the_baseline_is_what_comes_on_average() -> None:
    plan = replace(PLAN, accounts=2000, orders_a_year=40, regularity=(2.0,))
    pace = Pace.of(Paces(AT[:1])(lines_of(histories(plan, seed=9).lines)), 0)
    found = unchanged(pace, pace.window_days / 7)
    assert found.baseline.mean() == pytest.approx(pace.bought.mean(), rel=0.03)
    assert (pace.bought < found.quantile).mean() == pytest.approx(0.05, abs=0.025)


def test_who_lies_far_off_is_told_without_asking_all_quantiles() -> None:
    plan = replace(PLAN, accounts=400, decline=Decline(0.5, 104, (0.3, 3.0)))
    pace = Pace.of(Paces(AT[:1])(lines_of(histories(plan, seed=10).lines)), 0)
    found = unchanged(pace, pace.window_days / 7)
    below = (pace.bought < found.quantile) & (pace.bought < 0.5 * found.baseline)
    most = found.baseline * gammaincinv(found.shape, 1.0 - QUANTILE) / found.shape
    above = (pace.bought > most) & (pace.bought > 1.5 * found.baseline)
    assert 10 < below.sum() < 390
    assert above.sum() > 3
    assert np.array_equal(found.far_below(pace.bought), below)
    assert np.array_equal(found.far_above(pace.bought, 1.5), above)
