"""Account × category at one date, against a slow reference."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.standing.categories import CategoryFeatures

EPOCH = date(1970, 1, 1)
QUICK = settings(max_examples=60, deadline=None, derandomize=True)


def plain(row):
    """Dates as numbers, so that rows can be compared with a tolerance."""
    return {k: v.toordinal() if isinstance(v, date) else v for k, v in row.items()}


def expected_rows(rows, at, first_day):
    at_day = (at - EPOCH).days
    cells = defaultdict(list)
    for x in rows:
        kind = x.kind or ("return" if x.amount < 0 else "sale")
        if x.day < at_day and kind != "fee" and x.category is not None:
            cells[x.account, x.category].append((x.day, round(x.amount * 100), kind))
    found = {}
    for cell, lines in cells.items():
        sales = defaultdict(int)
        for day, cents, kind in lines:
            sales[day] += cents if kind == "sale" else 0
        days = sorted(d for d, cents in sales.items() if cents > 0)
        if not days:
            continue

        def money(far, near=0, only=None, lines=lines):
            if first_day and at_day - 7 * far < (first_day - EPOCH).days:
                return math.nan
            return (
                sum(
                    cents
                    for day, cents, kind in lines
                    if at_day - 7 * far <= day < at_day - 7 * near
                    and (only is None or kind in only)
                )
                / 100
            )

        found[cell] = {
            "first_day": EPOCH + timedelta(days=days[0]),
            "last_day": EPOCH + timedelta(days=days[-1]),
            "order_days": len(days),
            "order_days_26": sum(d >= at_day - 182 for d in days),
            "order_days_52": sum(d >= at_day - 364 for d in days),
            "amount_13": money(13),
            "amount_26": money(26),
            "amount_52": money(52),
            "amount_prev_52": money(104, 52),
            "returns_52": -money(52, only=("return", "credit")),
        }
    return found


@QUICK
@given(data=st.data())
def test_every_measure_is_as_its_definition_says(data, histories, as_of_dates, make_lines):
    rows = data.draw(histories)
    at = data.draw(as_of_dates)[-1]
    first_day = data.draw(st.sampled_from([None, date(2019, 4, 14), date(2020, 2, 3)]))
    table = CategoryFeatures(at, first_day)(make_lines(rows)).to_pylist()
    found = {(r.pop("account_id"), r.pop("category")): r for r in table}
    expected = expected_rows(rows, at, first_day)
    assert found.keys() == expected.keys()
    for cell, row in found.items():
        assert plain(row) == pytest.approx(plain(expected[cell]), rel=1e-9, abs=1e-9, nan_ok=True)


@QUICK
@given(data=st.data())
def test_rows_of_the_as_of_date_or_later_change_nothing(data, histories, as_of_dates, make_lines):
    rows = data.draw(histories)
    at = data.draw(as_of_dates)[0]
    day = (at - EPOCH).days
    past = [x for x in rows if x.day < day]
    future = [x._replace(day=day + i) for i, x in enumerate(rows)]
    before = CategoryFeatures(at)(make_lines(past)).to_pylist()
    after = CategoryFeatures(at)(make_lines(past + future)).to_pylist()
    assert str(sorted(before, key=str)) == str(sorted(after, key=str))


def test_categories_only_returned_or_without_a_name_have_no_row(make_lines, line):
    lines = make_lines(
        [
            line("a", 18_000, 5.0, None),
            line("a", 18_000, 6.0, "rice"),
            line("a", 18_000, -6.0, "oil", "return"),
            line("b", 18_001, 2.0, "oil"),
        ]
    )
    table = CategoryFeatures(date(2019, 5, 1))(lines)
    cells = list(zip(table["account_id"].to_pylist(), table["category"].to_pylist(), strict=True))
    assert cells == [("a", "rice"), ("b", "oil")]
