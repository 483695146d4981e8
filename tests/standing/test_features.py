"""Every feature against a slow reference, and the rules of time and kind."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.standing.features import AMOUNTS, BREADTH, COUNTS, AccountFeatures
from mainstay.standing.loading import SIZES

EPOCH = date(1970, 1, 1)
QUICK = settings(max_examples=60, deadline=None, derandomize=True)


def plain(row):
    """Dates as numbers, so that rows can be compared with a tolerance."""
    return {k: v.toordinal() if isinstance(v, date) else v for k, v in row.items()}


def kind_of(line):
    return line.kind or ("return" if line.amount < 0 else "sale")


def sales_by_day(lines):
    cents = defaultdict(int)
    for line in lines:
        if kind_of(line) == "sale":
            cents[line.day] += round(line.amount * 100)
    return cents


def order_days_of(lines):
    return sorted(day for day, cents in sales_by_day(lines).items() if cents > 0)


class Reference:
    """One account's measures at one date, each from its definition."""

    def __init__(self, lines, at, first_day=None, truncated_weeks=13):
        self.at = (at - EPOCH).days
        self.eve = at - timedelta(days=1)
        self.first_day = None if first_day is None else (first_day - EPOCH).days
        self.truncated_weeks = truncated_weeks
        self.lines = [line for line in lines if line.day < self.at and kind_of(line) != "fee"]
        self.order_days = order_days_of(self.lines)

    def known(self, weeks):
        return self.first_day is None or self.at - 7 * weeks >= self.first_day

    def money(self, start, end, kinds=("sale", "return", "credit")):
        return (
            sum(
                round(x.amount * 100)
                for x in self.lines
                if start <= x.day < end and kind_of(x) in kinds
            )
            / 100
        )

    def amount(self, far, near=0, sign=1, **which):
        if not self.known(far):
            return math.nan
        return sign * self.money(self.at - 7 * far, self.at - 7 * near, **which)

    def count(self, far, near=0, days=None):
        if not self.known(far):
            return math.nan
        days = self.order_days if days is None else days
        return sum(self.at - 7 * far <= d < self.at - 7 * near for d in days)

    def since(self, start):
        start = (start - EPOCH).days
        if self.first_day is not None and start < self.first_day:
            return math.nan
        return self.money(start, self.at)

    def amounts(self):
        return {
            **{f"amount_{w}": self.amount(w) for w in (4, 13, 26, 52)},
            "amount_prev_52": self.amount(104, 52),
            "amount_13_last_year": self.amount(65, 52),
            "amount_total": self.money(-(10**6), self.at),
            "order_value": self.money(-(10**6), self.at) / len(self.order_days),
            "returns_52": self.amount(52, sign=-1, kinds=("return", "credit")),
            "month_to_date": self.since(self.eve.replace(day=1)),
            "year_to_date": self.since(self.eve.replace(month=1, day=1)),
        }

    def counts(self):
        gaps = np.diff(self.order_days)
        last = gaps[-26:]
        return {
            **{f"order_days_{w}": self.count(w) for w in (4, 13, 26, 52)},
            **{f"order_days_{w}_last_year": self.count(52 + w, 52) for w in (4, 13, 26, 52)},
            "gap_mean": gaps.mean() if len(gaps) else math.nan,
            "gap_sd": gaps.std(ddof=1) if len(gaps) > 1 else math.nan,
            "gap_log_mean": np.log(gaps).mean() if len(gaps) else math.nan,
            "gap_mean_26": last.mean() if len(gaps) else math.nan,
            "gap_second": np.sort(last)[-2] if len(last) > 1 else math.nan,
            "gap_median": np.median(last) if len(gaps) else math.nan,
            "gap_q90": np.quantile(last, 0.9) if len(gaps) else math.nan,
            "gap_max": last.max() if len(gaps) else math.nan,
        }

    def breadth(self):
        names = {x.category for x in self.lines} - {None}
        days = {n: order_days_of([x for x in self.lines if x.category == n]) for n in names}

        def bought(far, near):
            return {
                n
                for n in names
                if any(self.at - 7 * far <= d < self.at - 7 * near for d in days[n])
            }

        def number(found, weeks):
            return len(found) if self.known(weeks) else math.nan

        recent, before = bought(26, 0), bought(78, 26)
        twice = {n for n in before if sum(self.at - 546 <= d < self.at - 182 for d in days[n]) >= 2}
        dropped = (twice & bought(78, 52)) - recent if recent else set()
        added = recent - before if before else set()
        return {
            "categories_52": number(bought(52, 0), 52),
            "categories_prev_52": number(bought(104, 52), 104),
            "categories_dropped": number(dropped, 78),
            "categories_added": number(added, 78),
        }

    def silent_same_weeks_last_year(self):
        if self.first_day is not None and self.at - 364 - 14 < self.first_day:
            return False
        silence = self.at - 1 - self.order_days[-1]
        for then in range(self.at - 364 - 14, self.at - 364 + 15):
            earlier = [d for d in self.order_days if d < then]
            later = [d for d in self.order_days if d >= then]
            if earlier and later and then - 1 - earlier[-1] >= silence:
                return True
        return False

    def all(self):
        return {
            "first_day": EPOCH + timedelta(days=self.order_days[0]),
            "last_day": EPOCH + timedelta(days=self.order_days[-1]),
            "order_days": len(self.order_days),
            **self.amounts(),
            **self.counts(),
            **self.breadth(),
            "left_truncated": self.first_day is not None
            and self.order_days[0] < self.first_day + 7 * self.truncated_weeks,
            "silent_same_weeks_last_year": self.silent_same_weeks_last_year(),
        }


def check_against_reference(rows, dates, first_day, lines):
    # What large orders are is held to its definition in test_loading.
    table = AccountFeatures(dates, first_day)(lines).drop_columns(list(SIZES))
    expected = []
    for account in sorted({x.account for x in rows}):
        own = [x for x in rows if x.account == account]
        for index, at in enumerate(dates):
            reference = Reference(own, at, first_day)
            if reference.order_days:
                expected.append({"account_id": account, "date_index": index, **reference.all()})
    assert table.num_rows == len(expected)
    for found, wanted in zip(table.to_pylist(), expected, strict=True):
        assert found.pop("account_id") == wanted.pop("account_id")
        assert plain(found) == pytest.approx(plain(wanted), rel=1e-6, abs=1e-9, nan_ok=True)


@QUICK
@given(data=st.data())
def test_every_feature_is_as_its_definition_says(data, histories, as_of_dates, make_lines):
    rows = data.draw(histories)
    dates = data.draw(as_of_dates)
    first_day = data.draw(st.sampled_from([None, date(2019, 4, 14), date(2019, 9, 3)]))
    check_against_reference(rows, dates, first_day, make_lines(rows))


def test_a_long_dense_history_at_many_dates(make_lines, line):
    rng = np.random.default_rng(7)
    rows = [
        line(
            str(rng.choice(["a", "b"])),
            int(day),
            float(rng.integers(-300, 3000)) / 100,
            str(rng.choice(["tea", "rice", "oil"], p=[0.9, 0.08, 0.02])),
            str(rng.choice(["sale", "return", "fee"], p=[0.9, 0.07, 0.03])),
        )
        for day in rng.integers(18_000, 19_200, 500)
    ]
    # more dates than bits in a word
    dates = tuple(date(2019, 5, 1) + timedelta(days=15 * i) for i in range(90))
    check_against_reference(rows, dates, date(2019, 4, 14), make_lines(rows))


@QUICK
@given(data=st.data())
def test_rows_of_the_as_of_date_or_later_change_nothing(data, histories, as_of_dates, make_lines):
    rows = data.draw(histories)
    dates = data.draw(as_of_dates)
    last = (dates[-1] - EPOCH).days
    past = [x for x in rows if x.day < last]
    future = [x._replace(day=last + i) for i, x in enumerate(data.draw(histories))]
    before = AccountFeatures(dates)(make_lines(past))
    after = AccountFeatures(dates)(make_lines(past + future))
    assert after.equals(before) or _same(after, before)


def _same(one, other):
    return one.schema == other.schema and all(
        str(a) == str(b) for a, b in zip(one.to_pylist(), other.to_pylist(), strict=True)
    )


@QUICK
@given(data=st.data())
def test_a_date_gives_the_same_alone_as_among_others(data, histories, as_of_dates, make_lines):
    rows = data.draw(histories)
    dates = data.draw(as_of_dates)
    lines = make_lines(rows)
    together = AccountFeatures(dates)(lines).to_pylist()
    for index, at in enumerate(dates):
        alone = AccountFeatures((at,))(lines).to_pylist()
        among = [{**row, "date_index": 0} for row in together if row["date_index"] == index]
        assert str(alone) == str(among)


def test_an_order_day_is_a_day_whose_sales_sum_to_more_than_nothing(make_lines, line):
    lines = make_lines(
        [
            line("a", 18_000, 10.0),
            line("a", 18_010, 0.1),  # .1 + .2 − .3 is a little more than 0 in floats
            line("a", 18_010, 0.2),
            line("a", 18_010, -0.3),
            line("a", 18_020, 50.0, kind="fee"),
            line("a", 18_030, 7.0, kind="credit"),
            line("a", 18_040, -7.0, kind="return"),
        ]
    )
    (row,) = AccountFeatures((date(2019, 6, 30),))(lines).to_pylist()
    assert row["order_days"] == 1
    assert row["amount_total"] == 10.0
    assert row["returns_52"] == 0.0  # a credit against us less a return


def test_an_account_that_never_ordered_has_no_row(make_lines, line):
    lines = make_lines(
        [
            line("all returns", 18_000, -10.0, kind="return"),
            line("all fees", 18_000, 10.0, kind="fee"),
            line("one order", 18_000, 10.0),
        ]
    )
    table = AccountFeatures((date(2019, 4, 14), date(2019, 4, 15)))(lines)
    assert table["account_id"].to_pylist() == ["one order"]
    assert table["date_index"].to_pylist() == [1]
    (row,) = table.to_pylist()
    assert row["order_days"] == 1
    assert all(math.isnan(row[name]) for name in COUNTS if name.startswith("gap"))


def test_many_lines_on_one_day_are_one_order_day(make_lines, line):
    lines = make_lines([line("a", 18_000, 0.01, f"c{i % 7}") for i in range(10_000)])
    (row,) = AccountFeatures((date(2019, 5, 1),))(lines).to_pylist()
    assert (row["order_days"], row["amount_total"], row["categories_52"]) == (1, 100.0, 7)


def test_a_giant_account_among_small_ones(make_lines, line):
    rows = [line("giant", 15_000 + i % 4_000, 1.25, f"c{i % 300}") for i in range(40_000)]
    rows += [line("small", 18_990, 3.0)]
    table = AccountFeatures((date(2022, 2, 1),))(make_lines(rows)).to_pylist()
    assert [r["order_days"] for r in table] == [4_000, 1]
    assert [r["amount_total"] for r in table] == [50_000.0, 3.0]
    assert table[0]["gap_max"] == 1.0


def test_amounts_are_exact_to_the_cent(make_lines, line):
    # A large account in an early year must leave no crumbs in a quiet window.
    rows = [line("a", 18_000 + i, 98_765_432.1) for i in range(300)] + [line("a", 18_700, 0.07)]
    (row,) = AccountFeatures((date(2021, 4, 1),))(make_lines(rows)).to_pylist()
    assert row["amount_4"] == 0.07
    assert row["amount_52"] == 0.07


def test_windows_before_the_data_are_missing_and_not_zero(make_lines, line):
    lines = make_lines([line("a", 18_100, 5.0)])
    first, at = date(2019, 4, 14), date(2019, 4, 14) + timedelta(weeks=26)
    (row,) = AccountFeatures((at,), first)(lines).to_pylist()
    assert row["amount_26"] == 5.0
    missing = [n for n in (*AMOUNTS, *COUNTS, *BREADTH) if math.isnan(row[n])]
    assert "amount_52" in missing
    assert "order_days_4_last_year" in missing
    assert "year_to_date" in missing
    assert "amount_26" not in missing
    (row,) = AccountFeatures((at - timedelta(days=1),), first)(lines).to_pylist()
    assert math.isnan(row["amount_26"])


def test_accounts_already_active_when_the_data_begin_are_marked(make_lines, line):
    lines = make_lines([line("old", 18_020, 5.0), line("young", 18_028, 5.0)])
    kernel = AccountFeatures((date(2020, 1, 1),), date(2019, 4, 14), truncated_weeks=4)
    assert kernel(lines)["left_truncated"].to_pylist() == [True, False]


def test_a_silence_of_every_year_is_known(make_lines, line):
    # orders every week, but never from mid November to the end of February
    days = [
        date(2019, 1, 1) + timedelta(weeks=w)
        for w in range(160)
        if not (
            (d := date(2019, 1, 1) + timedelta(weeks=w)).month in (12, 1, 2)
            or (d.month == 11 and d.day > 15)
        )
    ]
    rows = [line("seasonal", (d - EPOCH).days, 9.0) for d in days if d < date(2021, 12, 1)]
    at = date(2021, 2, 10)
    (row,) = AccountFeatures((at,))(
        make_lines([r for r in rows if r.day < (at - EPOCH).days])
    ).to_pylist()
    assert row["silent_same_weeks_last_year"]
    at = date(2021, 6, 30)  # silent since November: longer than ever at midsummer
    late = [r for r in rows if r.day < (date(2020, 12, 1) - EPOCH).days]
    (row,) = AccountFeatures((at,))(make_lines(late)).to_pylist()
    assert not row["silent_same_weeks_last_year"]


def test_without_any_lines_there_are_no_rows(make_lines):
    table = AccountFeatures((date(2020, 1, 1),))(make_lines([]))
    assert table.num_rows == 0
    assert set(AMOUNTS) | set(COUNTS) | set(BREADTH) < set(table.column_names)


def test_dates_must_ascend(make_lines):
    with pytest.raises(ValueError, match="ascend"):
        AccountFeatures((date(2020, 1, 2), date(2020, 1, 1)))(make_lines([]))
