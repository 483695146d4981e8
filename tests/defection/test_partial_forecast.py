"""The forecast of far less money: against simulation, and against what became of made-up accounts."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from tests.support.made import lines_of

from mainstay.defection.outcomes import DELTA, PARTIAL, Pace, Paces, outcomes, unchanged
from mainstay.defection.partial import AccountChanges, Setting
from mainstay.defection.partial_forecast import Rates, p_far_less
from mainstay.simulate import Decline, Plan, histories
from mainstay.standing.history import days_of

WEEKS = 13.0


def pace_of(orders: float, k: float, size: float = 100.0, cv2: float = 0.6) -> Pace:
    """An account that has so many order days a year, in gaps of shape k, and a year of them known."""
    gap = 364.0 / orders
    values = {
        "order_days": orders,
        "days_known": 364.0,
        "amount": orders * size,
        "squares": orders * size**2 * (1.0 + cv2),
        "gaps": 2.0 * orders,
        "gap_sum": 728.0,
        "gap_squares": 2.0 * orders * gap**2 * (1.0 + 1.0 / k),
        "window_days": 7.0 * WEEKS,
        "last_year_days": orders / 4.0,
        "bought": 0.0,
        "orders": 0.0,
        "window_orders": 0.0,
    }
    return Pace(**{name: np.array([value]) for name, value in values.items()})


def played(pace: Pace, rate: float, *, draws: int = 40_000) -> float:
    """How often a window has an order, and less money than the limit, where one plays it out."""
    rng = np.random.default_rng(7)
    k, cv2 = 1.0 / float(pace.gap_cv2[0]), float(pace.size_cv2[0])
    size = float(pace.size[0])
    orders = rate * WEEKS / size
    before = unchanged(pace, np.array([WEEKS]))
    limit = min(before.quantile[0], (1.0 - DELTA) * before.baseline[0])
    n = int(3 * orders) + 30
    gaps = rng.gamma(k, 1.0 / k, (draws, n))
    when = np.cumsum(gaps, axis=1) - 5.0 - rng.random((draws, 1)) * 3.0  # looked at at any moment
    within = (when > 0) & (when < orders)
    money = (rng.gamma(1.0 / cv2, cv2 * size, (draws, n)) * within).sum(axis=1)
    return float((within.any(axis=1) & (money < limit)).mean())


@pytest.mark.parametrize("orders", [12.0, 26.0, 52.0, 156.0])
@pytest.mark.parametrize("k", [1.0, 3.0])
@pytest.mark.parametrize("left", [1.0, 0.5, 0.25])
def test_it_is_what_one_gets_by_playing_it_out(orders: float, k: float, left: float) -> None:
    pace = pace_of(orders, k)
    usual = float(pace.amount[0]) / 52.0
    sure = np.array([1e12])  # of the rate
    rates = Rates(np.array([float(left < 1.0)]), np.array([usual]), np.array([left * usual]), sure)
    found = p_far_less(pace, WEEKS, rates)[0]
    assert found == pytest.approx(played(pace, left * usual), abs=0.03)


def test_a_rate_that_is_hardly_known_is_not_taken_for_certain() -> None:
    pace, usual = pace_of(52.0, 1.5), 100.0
    rates = [
        Rates(np.array([1.0]), np.array([usual]), np.array([0.5 * usual]), np.array([known]))
        for known in (2.0, 1e9)
    ]
    vague, sure = (p_far_less(pace, WEEKS, r)[0] for r in rates)
    steady = Rates(np.array([0.0]), np.array([usual]), np.array([usual]), np.array([1e9]))
    assert p_far_less(pace, WEEKS, steady)[0] < vague != pytest.approx(sure, abs=0.01)


def test_of_accounts_that_fall_now_and_then_as_many_come_out_as_it_says() -> None:
    plan = Plan(
        accounts=1500,
        weeks=150,
        orders_a_year=40,
        regularity=(1.0, 2.0, 4.0),
        decline=Decline(share=0.5, week=(52, 149), factors=(0.5, 0.2)),
    )
    lines = lines_of(histories(plan, seed=8).lines)
    on = plan.begin + timedelta(weeks=117)
    pace = Pace.of(facts := Paces((on,))(lines), 0)
    changes = AccountChanges((Setting(on, np.ones(156), 1.5, 1.5 / (40 / 52)),))(lines)
    place = {a: i for i, a in enumerate(changes["account_id"].to_pylist())}
    rows = [place[a] for a in facts["account_id"].to_pylist()]
    names = ("p_fell", "rate_before", "rate_now", "shape")
    rates = Rates(*(changes[name].to_numpy()[rows] for name in names))
    weeks = pace.window_days / 7.0
    p = p_far_less(pace, weeks, rates)
    assert ((p >= 0) & (p <= 1)).all()
    known = pace.known(days_of(on), days_of(plan.begin) + 7 * plan.weeks)
    came = (outcomes(pace, weeks) == PARTIAL)[known]
    p = p[known]
    error = np.sqrt((p * (1 - p)).sum()) / len(p)
    assert p.mean() == pytest.approx(came.mean(), abs=3 * error + 0.25 * came.mean())
    high = p >= np.quantile(p, 0.9)
    assert came[high].mean() > 3 * came[~high].mean()


def test_nobody_without_money_is_told_anything() -> None:
    none = Pace(*(np.zeros(1) for _ in range(12)))
    assert p_far_less(none, WEEKS, Rates(*(np.ones(1) for _ in range(4)))).tolist() == [0.0]
