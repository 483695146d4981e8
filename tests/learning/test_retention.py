"""The share of accounts that is still there, where it is known who left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from kept import judged, measured, orders
from seen import AS_OF

from mainstay.learning.newcomers import GROWTH, NEWCOMERS, SIGNS_TABLE, SOURCES
from mainstay.learning.retention import GROUPS, RETENTION
from mainstay.learning.returns import RETURN_CAUSES, RETURNS
from mainstay.learning.second_lives import SECOND_CURVES, SECOND_LIVES
from mainstay.learning.worth import AGES, WORTH

DAYS = 1090  # that the data go back
STAYED, LEFT, NEW = 30, 10, 12


def company() -> tuple[dict, list[dict]]:
    """Forty that were there when the data begin, of which ten stopped after a year and a half; twelve that began a
    year and a half ago, and stayed."""
    lines, accounts = [], []
    for n in range(STAYED + LEFT):
        gone = n >= STAYED
        code = f"A{n:02}"
        lines += orders(code, DAYS - n % 7, 540 if gone else n % 7 + 1, amount=100.0 + 10 * n)
        accounts.append(
            judged(code, 0.0 if gone else 1.0, segment="dealer" if n % 2 else "factory")
        )
    for n in range(NEW):
        lines += orders(f"N{n:02}", 540 - n, n + 1)
        accounts.append(judged(f"N{n:02}", 1.0))
    return {"order_lines": lines}, accounts


@pytest.fixture(scope="module")
def found():
    return measured(*company())


def group(found, by, name=""):
    (row,) = [
        r for r in found["retention_groups"].to_pylist() if (r["by"], r["name"]) == (by, name)
    ]
    return row


def test_who_left_is_missing_from_the_curve_from_then_on(found):
    everybody = group(found, "all")
    assert everybody["accounts"] == STAYED + LEFT + NEW
    assert everybody["there_before"] == STAYED + LEFT
    assert everybody["gone"] == LEFT
    assert everybody["kept_12"] == 1
    # At 18 months, when they left, the new ones are not as old.
    assert everybody["kept_24"] == pytest.approx(STAYED / (STAYED + LEFT), abs=0.01)
    assert everybody["low_24"] < everybody["kept_24"] < everybody["high_24"]
    curve = [r for r in found["retention"].to_pylist() if r["by"] == "all"]
    kept = [r["kept"] for r in curve]
    assert kept == sorted(kept, reverse=True)
    assert all(r["low"] <= r["sampling_low"] + 1e-9 for r in curve)


def test_groups_are_cohorts_segments_and_sizes_of_the_first_half_year(found):
    assert group(found, "cohort", "before")["kept_24"] == pytest.approx(0.75, abs=0.01)
    assert group(found, "segment", "dealer")["accounts"] == (STAYED + LEFT) / 2
    # Those that left were the largest in their first half year; today they would be small.
    assert group(found, "size", "large")["gone"] > group(found, "size", "small")["gone"]
    months = [r["month"] for r in found["retention"].to_pylist() if r["by"] == "size"]
    assert min(months) == 6


def test_where_fewer_than_ten_are_watched_nothing_is_known(found):
    cohort = [
        r
        for r in found["retention_groups"].to_pylist()
        if r["by"] == "cohort" and r["name"] != "before"
    ]
    assert {r["kept_24"] for r in cohort} == {None}


def test_who_was_born_before_the_data_is_watched_late_by_age():
    rows, accounts = company()
    since = AS_OF - timedelta(days=DAYS + 400)
    rows["accounts"] = [
        {"account_id": a["account_id"], "name": a["account_id"], "since": since}
        for a in accounts
        if a["account_id"] < "B"
    ]
    found = measured(rows, accounts)
    age = group(found, "age")
    assert age["accounts"] == STAYED + LEFT + NEW
    assert age["months"] >= 45
    late = {r["month"]: r for r in found["retention"].to_pylist() if r["by"] == "age"}
    # Of the first year and a half only the new ones tell; the others are watched from their fourteenth month on.
    assert late[12]["watched"] == NEW
    assert late[30]["watched"] == STAYED + LEFT
    assert late[45]["kept"] == pytest.approx(0.75, abs=0.01)


def test_who_came_back_after_a_year_counts_as_having_stayed_and_is_told():
    rows, accounts = company()
    rows["order_lines"] = [
        line
        for line in rows["order_lines"]
        if line["account_id"] != "A00" or not 300 < (AS_OF - line["ordered_on"]).days < 800
    ]
    found = measured(rows, accounts)
    assert group(found, "all")["won_back"] == 1
    assert group(found, "all")["gone"] == LEFT


def test_doubt_about_who_left_widens_the_interval():
    rows, accounts = company()
    doubted = [a | {"p_alive": 0.5} if a["p_alive"] == 0 else a for a in accounts]
    sure, unsure = (group(measured(rows, some), "all") for some in (accounts, doubted))
    assert unsure["gone"] == LEFT / 2
    assert unsure["kept_24"] == pytest.approx(1 - 5 / 40, abs=0.04)
    rows_of = [r for r in measured(rows, doubted)["retention"].to_pylist() if r["by"] == "all"]
    assert rows_of[30]["doubt"] > 0.2
    assert sure["high_24"] - sure["low_24"] > 0


def test_what_is_recorded_or_ordered_later_changes_nothing(found):
    rows, accounts = company()
    later = AS_OF + timedelta(days=3)
    rows["order_lines"] = [
        *rows["order_lines"],
        {"account_id": "A35", "ordered_on": AS_OF, "amount": 9e5},
        {"account_id": "Z", "ordered_on": later, "amount": 5.0},
    ]
    rows["accounts"] = [
        {"account_id": "A00", "name": "A", "since": AS_OF - timedelta(days=4000), "recorded": later,
         "acquisition_cost": 50.0, "former_supplier": "X"}
    ]  # fmt: skip
    again = measured(rows, accounts)
    assert set(again) == set(found)
    for name, table in found.items():
        assert again[name].equals(table), name


@pytest.mark.parametrize(
    "lines",
    [
        orders("A", 5, 5),
        [line for n in range(15) for line in orders(f"A{n}", 20, 2)],
        orders("A", 900, 880) + orders("B", 1, 1),
    ],
    ids=["one order", "all new", "two accounts"],
)
def test_few_and_new_accounts_tell_little_and_break_nothing(lines):
    accounts = [judged(a) for a in sorted({line["account_id"] for line in lines})]
    rows = {
        "order_lines": lines,
        "accounts": [{"account_id": "A", "name": "A", "since": AS_OF + timedelta(days=400)}],
    }
    found = measured(rows, accounts)
    shapes = {
        "retention": RETENTION, "retention_groups": GROUPS, "worth": WORTH, "worth_ages": AGES,
        "newcomers": NEWCOMERS, "newcomer_sources": SOURCES, "newcomer_growth": GROWTH,
        "newcomer_signs": SIGNS_TABLE, "returns": RETURNS, "return_causes": RETURN_CAUSES,
        "second_curves": SECOND_CURVES, "second_lives": SECOND_LIVES,
    }  # fmt: skip
    assert {name: table.schema for name, table in found.items()} == shapes
    assert {r["kept_12"] for r in found["retention_groups"].to_pylist()} == {None}


def test_without_an_order_there_is_nothing_to_tell():
    assert measured({"accounts": [{"account_id": "A", "name": "A"}]}, [judged("A")]) == {}
