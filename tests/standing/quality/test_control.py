"""The u-chart: its limits beside others' reckoning, and how often chance alone makes a signal."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import gamma, poisson

from mainstay.standing.quality.control import (
    HIGH,
    LOW,
    RUN_HIGH,
    RUN_LOW,
    TAIL,
    limits,
    u_chart,
)


def one(*values: float) -> Any:
    return np.array([values], np.float64)


def test_three_sigma_as_in_the_book() -> None:
    """Montgomery's u-chart: ū ± 3 √(ū/n), here 10 cases expected of 2.5 units."""
    found = limits(np.array([48.0]), np.array([12.0]), np.array([2.5]))
    u, n = 48 / 12, 2.5
    assert found.high[0] / n == pytest.approx(u + 3 * math.sqrt(u / n))
    assert found.low[0] / n == pytest.approx(u - 3 * math.sqrt(u / n))


@pytest.mark.parametrize(("x", "of", "n"), [(0, 12, 1.0), (3, 12, 1.5), (40, 24, 3.0)])
def test_few_are_judged_by_poisson_over_what_the_baseline_leaves_open(
    x: float, of: float, n: float
) -> None:
    """P(Y > high) by integrating Poisson over Jeffreys' posterior: at most the tail, one less is above it."""

    def beyond(count: float) -> float:
        law = gamma(x + 0.5, scale=1 / of)
        low, high = law.ppf([1e-12, 1 - 1e-12])
        return float(quad(lambda u: poisson.sf(count, u * n) * law.pdf(u), low, high, limit=200)[0])

    high = limits(np.array([float(x)]), np.array([float(of)]), np.array([n])).high[0]
    assert beyond(high) <= TAIL * 1.01 < TAIL * 1.02 < beyond(high - 1) + 1e-4
    # A baseline without end leaves the Poisson law itself.
    many = limits(np.array([2e6]), np.array([1e6]), np.array([1.0]))
    assert many.high[0] == poisson.ppf(1 - TAIL, 2.0)


def test_a_month_that_is_far_too_much_is_a_signal_and_never_becomes_usual() -> None:
    cases = one(*[5] * 14, 30, *[5] * 12, 30)
    chart = u_chart(cases, np.full(cases.shape, 2.0))
    assert chart.signal[0].tolist() == [0] * 14 + [HIGH] + [0] * 12 + [HIGH]
    assert chart.centre[0, -1] == pytest.approx(2.5)  # without the 30 of a year before
    assert np.isnan(chart.centre[0, :12]).all()
    assert chart.base_cases[0, -1] == 24 * 5  # the newest 24 months in control


def test_the_first_year_is_a_baseline_without_what_is_beyond_its_own_limits() -> None:
    cases = one(*[5] * 5, 60, *[5] * 8)
    chart = u_chart(cases, np.full(cases.shape, 2.0))
    assert chart.centre[0, -1] == pytest.approx(2.5)
    assert (chart.signal == 0).all()


def test_eight_in_a_row_on_one_side_where_many_are_expected() -> None:
    usual, units = [10.0] * 12, np.full((1, 22), 1.0)
    above = u_chart(one(*usual, *[14.0] * 8, 10, 10), units)
    assert above.signal[0, 18] == 0
    assert above.signal[0, 19] == RUN_HIGH
    below = u_chart(one(*usual, *[6.0] * 8, 10, 10), units)
    assert below.signal[0, 19] == RUN_LOW
    rare = u_chart(one(*[1.0] * 12, *[0.0] * 10), units)
    assert (rare.signal == 0).all()  # months without a rare case say nothing
    few = u_chart(one(*[40.0] * 12, *[4.0] * 10), units)
    assert few.signal[0, 12] == LOW


def test_months_in_which_nothing_was_sold_or_known_say_nothing() -> None:
    units = np.full((1, 16), 2.0)
    units[0, [3, 14]] = 0, np.nan
    cases = one(*[2] * 13, 2, 50, 2)
    chart = u_chart(cases, units)
    assert np.isnan(chart.centre[0, [12, 14]]).all()  # the twelfth known month; not known
    assert (chart.signal == 0).all()
    assert chart.base_units[0, 15] == 2.0 * 13


@pytest.mark.parametrize("mean", [0.05, 0.5, 3.0, 20.0])
def test_chance_alone_seldom_makes_a_signal(mean: float) -> None:
    """Of months of products that never change: .00135 are asked for, with a baseline of 12 to 24 months."""
    rng = np.random.default_rng(7)
    units = rng.gamma(20, 1 / 20, (500, 36))
    chart = u_chart(rng.poisson(mean * units).astype(np.float64), units)
    judged = ~np.isnan(chart.expected)
    high = (chart.signal == HIGH)[judged].mean()
    assert high < (0.0055 if mean > 9 else 0.002)
    assert np.isin(chart.signal, [RUN_HIGH, RUN_LOW])[judged].mean() < 0.01
    # Plain Poisson limits would call the first case of a product that never had one a signal.
    if mean == 0.05:
        plain = poisson.ppf(1 - TAIL, chart.expected[judged])
        u = rng.poisson(mean * units)[judged]
        assert (u > plain).mean() > 0.01


def test_a_rate_that_trebles_is_found() -> None:
    rng = np.random.default_rng(3)
    units = np.full((200, 30), 4.0)
    rate = np.where(np.arange(30) < 27, 1.0, 3.0)
    chart = u_chart(rng.poisson(rate * units).astype(np.float64), units)
    assert (chart.signal[:, 27:] == HIGH).any(1).mean() > 0.8
