"""Concentration against numbers worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.portfolio.concentration import classes_by_amount, classes_by_share, concentration


def test_four_accounts_by_hand():
    found = concentration(np.array([50.0, 30.0, 15.0, 5.0]))
    assert found.total == 100
    assert found.herfindahl == pytest.approx(0.25 + 0.09 + 0.0225 + 0.0025)
    assert found.effective_accounts == pytest.approx(1 / 0.365)
    assert found.largest == 0.5
    assert found.share_of_top_fifth == pytest.approx(0.4)  # four fifths of the largest
    assert found.curve[0] == (0.0, 0.0)
    assert found.curve[1] == (0.25, 0.5)
    assert found.curve[-1] == (1.0, pytest.approx(1.0))


@pytest.mark.parametrize("n", [1, 2, 5, 7, 1003])
def test_a_fifth_is_what_the_curve_says_there(n):
    found = concentration(1.0 / np.arange(1, n + 1) ** 2)
    accounts, shares = np.array(found.curve).T
    assert found.share_of_top_fifth == pytest.approx(np.interp(0.2, accounts, shares), rel=1e-12)


def test_accounts_that_bring_nothing_are_left_out():
    found = concentration(np.array([10.0, -4.0, 0.0]))
    assert (found.n_accounts, found.largest, found.herfindahl) == (1, 1.0, 1.0)


def test_nobody_buys():
    found = concentration(np.array([0.0, -1.0]))
    assert (found.n_accounts, found.total, found.curve) == (0, 0.0, [])


@given(st.lists(st.floats(0.01, 1e9), min_size=1, max_size=60))
def test_the_curve_is_that_of_the_largest_first(amounts):
    amount = np.array(amounts)
    found = concentration(amount)
    shares = np.diff([b for _, b in found.curve])
    assert np.all(shares >= -1e-12)
    assert 1 / len(amount) - 1e-9 <= found.herfindahl <= 1 + 1e-9
    assert found.largest == pytest.approx(amount.max() / amount.sum())


def test_the_account_that_crosses_a_share_belongs_to_the_class_before():
    classes = classes_by_share(np.array([50.0, 30.0, 15.0, 5.0, -1.0]), (0.6, 0.9))
    assert classes.tolist() == [0, 0, 1, 2, 2]


def test_classes_by_amount():
    assert classes_by_amount(np.array([100.0, 99.0, 10.0, 9.0]), (100, 10)).tolist() == [0, 1, 1, 2]
