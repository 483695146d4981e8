"""How likely a category is left: the law by another way, and what must move it in which direction."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import betabinom

from mainstay.defection.category_forecast import (
    Law,
    Shelves,
    category_season,
    p_category_left,
    usual_shares,
)
from mainstay.defection.category_forecast_loops import _at_most
from mainstay.defection.category_shares import Share
from mainstay.defection.outcomes import FACTS, Pace

YEAR = {"days_known": 364.0, "window_days": 91.0}


def shelves(held: list[float], account: float = 52.0, **columns: list[float]) -> Shelves:
    """Categories of one kind that were in so many of an account's orders of the last year."""
    n = np.array(held)
    given = {name: np.full(len(n), YEAR.get(name, 0.0)) for name in FACTS}
    given |= {"order_days": n, "amount": 100.0 * n, "squares": 12_000.0 * n, "gaps": n - 1.0}
    given |= {"gap_sum": np.full(len(n), 360.0), "gap_squares": 2 * 360.0**2 / (n - 1.0)}
    given["last_year_days"] = n / 4
    given |= {name: np.array(values) for name, values in columns.items()}
    place = np.zeros(len(n), np.int64)
    return Shelves(Pace(**given), place, np.full(len(n), account), given["window_days"] / 7.0)


def law(of: Shelves, mean: float = 0.4) -> Law:
    return Law.of(of, ["paint"], {"paint": Share(mean, 0.2)})


@pytest.mark.parametrize(("most", "orders"), [(-0.5, 7), (0.6, 7), (1.2, 13), (4.0, 30), (9.0, 9)])
def test_at_most_so_many_orders_hold_it(most: float, orders: int) -> None:
    found = _at_most(most, orders, 2.3, 4.1)
    assert found == pytest.approx(betabinom.cdf(max(int(most), 0), orders, 2.3, 4.1), abs=1e-9)


def test_what_is_in_nearly_every_order_is_hardly_ever_left_by_chance() -> None:
    some = shelves([8.0, 13.0, 26.0, 47.0])
    p = p_category_left(some, law(some))
    assert (np.diff(p) < 0).all()
    assert p[0] < 0.3
    assert p[-1] < 0.02


def test_a_share_that_fell_makes_it_likelier_the_farther_it_fell() -> None:
    some = shelves([20.0, 20.0, 20.0])
    p = p_category_left(some, law(some), np.array([1.0, 0.5, 0.05]))
    assert (np.diff(p) > 0.05).all()
    assert p[2] > 0.5


def test_what_comes_within_the_window_is_not_looked_at() -> None:
    some = shelves([20.0, 20.0], bought=[0.0, 900.0], window_orders=[0.0, 9.0], orders=[0.0, 9.0])
    p = p_category_left(some, law(some))
    assert p[0] == p[1]


def test_how_often_it_is_left_agrees_with_draws() -> None:
    """No order of the category among the account's next ones, drawn with the share unknown."""
    rng = np.random.default_rng(3)
    some = shelves([10.0])
    known = law(some)
    held = 10.0 + known.mean[0] * known.worth[0]
    other = 42.0 + (1.0 - known.mean[0]) * known.worth[0]
    orders = np.maximum(rng.poisson(13.0 * rng.gamma(4.0, 0.25, 200_000)), 11)
    hits = rng.binomial(orders, rng.beta(held, other, 200_000))
    expected = orders * 10.0 / 52.0
    none = (hits == 0).mean()
    few = (hits < 0.5 * expected).mean()
    p = p_category_left(some, known)[0]
    assert 0.7 * none < p < few


def test_a_category_has_its_own_season() -> None:
    many = shelves([20.0] * 400)
    place = np.repeat([0, 1], 200)
    came = np.where(place == 0, 1.0, 5.0)
    pace = shelves([20.0] * 400, last_year_days=came.tolist()).pace
    season = category_season(Shelves(pace, place, many.orders, many.weeks), 2)
    assert season[0] < 0.5 < 1.4 < season[1]


def test_of_a_category_that_nobody_else_buys_little_is_taken_for_known() -> None:
    mean, worth = usual_shares(["paint", "rope"], {"paint": Share(0.7, 0.1)})
    assert (mean[0], worth[0]) == pytest.approx((0.7, 9.0))
    assert worth[1] < 3.0
