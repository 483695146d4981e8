"""What accounts tell of their stock, sales and plans moves a forecast as it is written, and not otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from mainstay.supply.told import Volumes, moved

FIRST = 1000
YEAR = range(FIRST - 24, FIRST)
OURS = dict.fromkeys(YEAR, 100.0)
FORECAST = np.full(3, 100.0)


def test_nothing_told_moves_nothing() -> None:
    found = moved(Volumes(), OURS, FORECAST, FIRST)
    assert found.factor.tolist() == [1.0, 1.0, 1.0]
    assert found.told == ()


def test_half_of_what_they_sell_more_than_they_buy_of_us_counts() -> None:
    sold = {m: 50.0 if m < FIRST - 12 else 60.0 for m in YEAR}
    found = moved(Volumes(sell_out=sold), OURS, FORECAST, FIRST)
    assert found.factor == pytest.approx([1.2**0.5] * 3)
    assert "× 1.1" in str(found.told[0])
    # However much more, a third at most, and the root of that.
    wild = {m: 50.0 if m < FIRST - 12 else 5000.0 for m in YEAR}
    assert moved(Volumes(sell_out=wild), OURS, FORECAST, FIRST).factor[0] == pytest.approx(
        (4 / 3) ** 0.5
    )


def test_stock_beyond_their_usual_cover_is_bought_less_in_two_months() -> None:
    sold = dict.fromkeys(YEAR, 100.0)
    stock = {FIRST - n: 200.0 for n in range(2, 7)} | {FIRST - 1: 260.0}
    found = moved(Volumes(sell_out=sold, stock=stock), OURS, FORECAST, FIRST)
    # Cover 2.6 months beside 2: half of .6 of a month, two thirds of it first.
    assert found.factor == pytest.approx([1 - 0.3 * 2 / 3, 1 - 0.3 / 3, 1.0])
    old = {month - 3: value for month, value in stock.items()}
    assert moved(Volumes(sell_out=sold, stock=old), OURS, FORECAST, FIRST).factor.tolist() == [
        1,
        1,
        1,
    ]


def test_their_plan_takes_the_months_half_way_by_our_usual_share() -> None:
    bought = {FIRST - n: 400.0 for n in range(1, 5)} | {FIRST + 1: 800.0}
    found = moved(Volumes(purchases=bought), OURS, FORECAST, FIRST)
    # A quarter of theirs is ours: 200 of 800, and half way from 100 to it.
    assert found.factor == pytest.approx([1.0, 1.5, 1.0])
    few = {FIRST - 1: 400.0, FIRST - 2: 400.0, FIRST + 1: 800.0}
    assert moved(Volumes(purchases=few), OURS, FORECAST, FIRST).told == ()
