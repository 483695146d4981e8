"""What became of accounts, and when the sales report would have shown it."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from mainstay.defection.aftermath import AHEAD_WEEKS, BACK_WEEKS, NONE, Aftermath, first_shown
from mainstay.ledger.lines import RETURN, SALE, Lines

ON = date(2025, 6, 2)
BEGIN, UNTIL = ON - timedelta(weeks=120), ON + timedelta(weeks=50)
EPOCH = date(1970, 1, 1)


def aftermath(orders: list[tuple[int, float]], **changes) -> dict:
    """orders: (days after ON, money) of one account; below 0 money is a return"""
    given = {"on": ON, "horizon_weeks": 13, "begin": BEGIN, "until": UNTIL, **changes}
    orders = sorted(orders)
    lines = Lines(
        pa.array(["a"]),
        np.array([0, len(orders)], np.int64),
        np.array([(ON - EPOCH).days + day for day, _ in orders], np.int32),
        np.array([money for _, money in orders]),
        {"kind": np.array([SALE if money > 0 else RETURN for _, money in orders], np.int32)},
        {"kind": pa.array(["sale", "return", "credit", "fee"])},
        {},
    )
    (row,) = Aftermath(**given)(lines).to_pylist()
    return row


def weekly(first: int, last: int, money: float = 100.0) -> list[tuple[int, float]]:
    return [(7 * week, money) for week in range(first, last)]


def test_days_and_money_around_the_date():
    row = aftermath([(-400, 50.0), (-30, 70.0), (-1, 30.0), (5, -20.0), (20, 40.0), (91, 9.0)])
    assert row["last_order_on"] == (ON - EPOCH).days - 1
    assert row["next_order_on"] == (ON - EPOCH).days + 20  # a return is no order
    assert row["order_days_365"] == 2
    assert row["amount_52"] == pytest.approx(100.0)
    assert row["amount_after"] == pytest.approx(20.0)  # what is dated 91 days later is outside


def test_who_never_ordered_again():
    row = aftermath([(-30, 70.0)])
    assert row["next_order_on"] == NONE


def test_the_report_shows_a_silence_when_a_quarter_has_fallen_by_three_tenths():
    # 100 a week until ON, then nothing: after 4 of 13 weeks 69% are left.
    assert aftermath(weekly(-110, 0))["report_weeks"] == 4


def test_the_report_had_shown_it_before():
    # Silent since 10 weeks before: shown 6 weeks before ON, and at each week since.
    assert aftermath(weekly(-110, -10))["report_weeks"] == -6


def test_who_buys_on_is_never_shown():
    assert aftermath(weekly(-110, 60))["report_weeks"] == AHEAD_WEEKS


def test_the_end_of_the_data_ends_the_look_ahead():
    row = aftermath(weekly(-110, 3), until=ON + timedelta(weeks=3))
    assert row["report_weeks"] == 3


def test_where_last_year_is_not_in_the_data_the_report_is_not_known():
    row = aftermath(weekly(-20, 0), begin=ON - timedelta(weeks=20))
    assert np.isnan(row["report_weeks"])


def test_a_spell_that_ended_does_not_count():
    shown = np.zeros((1, BACK_WEEKS + AHEAD_WEEKS + 1), bool)
    shown[0, BACK_WEEKS - 5 : BACK_WEEKS - 2] = True
    shown[0, BACK_WEEKS + 7] = True
    assert first_shown(shown, -BACK_WEEKS, AHEAD_WEEKS).tolist() == [7]
    shown[0, : BACK_WEEKS + 1] = True
    assert first_shown(shown, -BACK_WEEKS, AHEAD_WEEKS).tolist() == [-BACK_WEEKS]


def test_the_small_history_is_of_four_weeks_each():
    row = aftermath([(-29, 5.0), (-28, 7.0), (-1, 3.0), (0, 11.0), (28, 2.0), (200, 9.0)])
    assert len(row["history"]) == 26
    assert row["history"][20:25] == [5.0, 10.0, 11.0, 2.0, 0.0]


def test_the_longest_gap_is_of_order_days_before_the_date():
    row = aftermath([(-90, 5.0), (-60, 7.0), (-40, -3.0), (-10, 1.0), (70, 2.0)])
    assert row["longest_gap"] == 50
    assert aftermath([(-9, 5.0), (30, 1.0)])["longest_gap"] == 0
