"""The company by parts, chains seen as one, and targets."""

from datetime import date

import numpy as np
import pytest

from mainstay.portfolio.parts import Book, largest, loss_of_one, parts
from mainstay.portfolio.targets import read_period, targets_at

BOOK = Book(
    account_id=["a", "b", "c", "d"],
    name=["A", "B", "C", "D"],
    amount=np.array([60.0, 30.0, 10.0, 0.0]),
    before=np.array([40.0, np.nan, 20.0, 15.0]),
    returns=np.array([-6.0, 0.0, 0.0, 0.0]),
    at_risk=np.array([5.0, np.nan, -2.0, 15.0]),
    order_days=np.array([5, 3, 2, 0]),
)


def test_a_row_a_label():
    north, south = parts(BOOK, ["n", "n", "s", "s"])
    assert (north["name"], north["accounts"], north["amount"]) == ("n", 2, 90.0)
    assert north["share"] == pytest.approx(0.9)
    assert north["growth"] == pytest.approx(90 / 40 - 1)
    assert north["largest_account"] == "A"
    assert north["largest_share"] == pytest.approx(60 / 90)
    assert north["returns"] == pytest.approx(6 / 90)
    # d buys nothing any more: no account of today, but its money counts in before and at risk.
    assert (south["accounts"], south["at_risk"]) == (1, 15.0)
    assert south["growth"] == pytest.approx(10 / 35 - 1)


def test_named_labels_come_first_even_when_empty():
    rows = parts(BOOK, ["A", "A", "A", "A"], ("C", "A"))
    assert [row["name"] for row in rows] == ["C", "A"]
    assert rows[0]["accounts"] == 0
    assert rows[0]["largest_account"] is None


def test_what_one_loss_would_cost():
    assert loss_of_one(BOOK) == {"account_id": "a", "name": "A", "amount": 60.0, "share": 0.6}
    assert [row["account_id"] for row in largest(BOOK)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2026", (2026, None, None)),
        ("2026-Q4", (2026, 4, None)),
        ("2026Q1", (2026, 1, None)),
        ("2026-11", (2026, None, 11)),
        ("2026/3", (2026, None, 3)),
        ("next year", None),
        ("2026-13", None),
    ],
)
def test_periods(text, period):
    assert read_period(text) == period


def test_targets_by_month_quarter_and_year():
    rows = [
        {"account_id": "m", "staff_id": None, "period": "2026-11", "amount": 5},
        {"account_id": "m", "staff_id": None, "period": "2026-10", "amount": 7},
        {"account_id": "q", "staff_id": None, "period": "2026-Q4", "amount": 30},
        {"account_id": "y", "staff_id": None, "period": "2026", "amount": 120},
        {"account_id": "old", "staff_id": None, "period": "2025", "amount": 1},
        {"account_id": None, "staff_id": "s", "period": "2026", "amount": 1},
    ]
    assert targets_at(rows, "account_id", date(2026, 11, 22)) == {
        "m": (5.0, 12.0),
        "q": (10.0, 30.0),
        "y": (10.0, 120.0),
    }
