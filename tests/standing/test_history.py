"""Days, summaries, and the kinds of lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.ledger.lines import CREDIT, FEE, RETURN, SALE
from mainstay.standing.categories import CategoryFeatures
from mainstay.standing.features import AccountFeatures
from mainstay.standing.history import SummaryKernel, collapse, kind_codes, summary
from mainstay.standing.history_loops import order_within

QUICK = settings(max_examples=60, deadline=None, derandomize=True)


def test_days_hold_sales_returns_and_credits_but_no_fees(make_lines, line):
    days = collapse(
        make_lines(
            [
                line("a", 18_000, 10.0),
                line("a", 18_000, -2.5, kind="return"),
                line("a", 18_000, 99.0, kind="fee"),
                line("a", 18_001, 99.0, kind="fee"),
                line("a", 18_002, -1.0, kind="credit"),
                line("a", 18_003, 4.0),
                line("b", 18_002, 8.0),
            ]
        ),
        18_003,
    )
    assert days.offsets.tolist() == [0, 2, 3]
    assert days.day.tolist() == [18_000, 18_002, 18_002]
    assert days.net.tolist() == [75_000, -10_000, 80_000]
    assert days.back.tolist() == [25_000, 10_000, 0]
    assert days.order.tolist() == [True, False, True]


def test_the_ledger_may_number_the_kinds_as_it_likes(make_lines, line):
    lines = make_lines([line("a", 18_000 + i, 1.0) for i in range(5)])
    lines = replace(
        lines,
        codes={"kind": np.array([0, 1, 2, 3, -1], np.int32)},
        names={"kind": pa.array(["fee", "sale", "credit", "return"])},
    )
    assert kind_codes(lines).tolist() == [FEE, SALE, CREDIT, RETURN, SALE]


def test_without_kinds_a_negative_line_is_a_return(make_lines, line):
    lines = make_lines([line("a", 18_000, 1.0, kind=None), line("a", 18_001, -1.0, kind=None)])
    assert kind_codes(lines).tolist() == [SALE, RETURN]
    assert kind_codes(replace(lines, codes={}, names={})).tolist() == [SALE, RETURN]


def test_summary_in_weeks_with_the_last_day_before_as_of(make_lines, line):
    # CDNOW's first buyers, 1997-01-01, have T = 38.857 at 1997-10-01
    first = (date(1997, 1, 1) - date(1970, 1, 1)).days
    lines = make_lines([line("a", first, 1.0), line("a", first + 14, 1.0), line("b", first, 1.0)])
    table = SummaryKernel((date(1997, 10, 1),))(lines)
    assert table["x"].to_pylist() == [1, 0]
    assert table["t_x"].to_pylist() == [2.0, 0.0]
    assert table["T"].to_pylist() == pytest.approx([38.857, 38.857], abs=5e-4)


@QUICK
@given(data=st.data())
def test_summary_agrees_with_the_features(data, histories, as_of_dates, make_lines):
    rows = data.draw(histories)
    dates = data.draw(as_of_dates)
    lines = make_lines(rows)
    found = SummaryKernel(dates)(lines)
    features = AccountFeatures(dates)(lines)
    assert found["account_id"] == features["account_id"]
    assert found["date_index"] == features["date_index"]
    first, last, count = (
        np.asarray(features[name].cast(pa.int32()), float)
        for name in ("first_day", "last_day", "order_days")
    )
    eve = np.array([(d - date(1970, 1, 2)).days for d in dates])[np.asarray(found["date_index"])]
    np.testing.assert_array_equal(found["x"], count - 1)
    np.testing.assert_allclose(found["t_x"], (last - first) / 7)
    np.testing.assert_allclose(found["T"], (eve - first) / 7)


@QUICK
@given(data=st.data())
def test_summary_of_raw_arrays_agrees_whatever_their_order(
    data, histories, as_of_dates, make_lines
):
    rows = [x for x in data.draw(histories) if x.kind == "sale"]
    at = data.draw(as_of_dates)[-1]
    shuffled = data.draw(st.permutations(rows))
    kernel = SummaryKernel((at,))(make_lines(rows))
    raw = summary(
        np.array(["abc".index(x.account) for x in shuffled], np.int64),
        np.array([x.day for x in shuffled], np.int64),
        np.array([x.amount for x in shuffled]),
        as_of=(at - date(1970, 1, 1)).days,
    )
    assert ["abc"[a] for a in raw.account] == kernel["account_id"].to_pylist()
    assert raw.x.tolist() == kernel["x"].to_pylist()
    assert raw.t_x.tolist() == kernel["t_x"].to_pylist()
    assert raw.T.tolist() == kernel["T"].to_pylist()


def test_a_sale_below_cost_is_an_order_all_the_same(make_lines, line):
    # With margin as the amount, the ledger hands over net sales beside it.
    lines = make_lines([line("a", 18_000, -2.0), line("a", 18_010, 3.0), line("a", 18_020, 0.0)])
    lines = replace(lines, values={"net": np.array([10.0, 12.0, 9.0])})
    assert collapse(lines, 18_100).order.tolist() == [True, True, True]
    (row,) = AccountFeatures((date(2019, 6, 1),))(lines).to_pylist()
    assert (row["order_days"], row["amount_total"]) == (3, 1.0)
    (row,) = CategoryFeatures(date(2019, 6, 1))(lines).to_pylist()
    assert (row["order_days"], row["amount_52"]) == (3, 1.0)


def test_days_are_made_once_for_each_date(make_lines, line):
    lines = make_lines([line("a", 18_000, 10.0), line("a", 18_004, 20.0), line("b", 18_002, 8.0)])
    assert collapse(lines, 18_004).day.tolist() == [18_000, 18_002]
    whole = collapse(lines, 18_005)
    assert whole.day.tolist() == [18_000, 18_004, 18_002]
    assert collapse(lines, 20_000) is whole
    assert whole.log_net == pytest.approx(np.log(whole.net))


def test_rows_are_laid_together_within_each_account():
    rng = np.random.default_rng(5)
    offsets = np.array([0, 30, 30, 37, 90], np.int64)
    code = rng.integers(-1, 6, 90).astype(np.int32)
    owner, starts, of_pair, rows = order_within(offsets, code, 6)
    account = np.repeat(np.arange(4), np.diff(offsets))
    expected = [r for r in np.lexsort((np.arange(90), code, account)) if code[r] >= 0]
    assert rows.tolist() == expected
    pairs = sorted({(account[r], code[r]) for r in expected})
    assert list(zip(owner.tolist(), of_pair.tolist(), strict=True)) == pairs
    assert starts[-1] == len(expected)
    for i, pair in enumerate(pairs):
        assert {(account[r], code[r]) for r in rows[starts[i] : starts[i + 1]]} == {pair}
