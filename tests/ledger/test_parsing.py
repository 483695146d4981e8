"""Dates and numbers as people write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest

from mainstay.ledger.parsing import (
    NumberForm,
    date_cell,
    date_form,
    number_cell,
    number_form,
    parse_date,
    text_cell,
    unsure_number,
)
from mainstay.ledger.readers import Raw
from mainstay.ledger.staging import Staging

DAY = dt.date(2024, 3, 5)


@pytest.fixture
def staging() -> Iterator[Staging]:
    with Staging() as given:
        yield given


def column_of(staging: Staging, values: list[str | None], kind: str = "VARCHAR") -> Raw:
    staging.run(f"CREATE OR REPLACE TABLE raw (row BIGINT, c0 {kind})")
    for row, value in enumerate(values, start=2):
        staging.run("INSERT INTO raw VALUES (?, ?)", [row, value])
    return Raw("raw", "x.csv", ("h",), (kind,), len(values))


def dates(staging: Staging, values: list[str | None], kind: str = "VARCHAR") -> list[dt.date]:
    raw = column_of(staging, values, kind)
    cell = date_cell(staging, raw, "c0", date_form(staging, raw, "c0"))
    rows = staging.rows(f"SELECT {cell.sql} FROM raw r {cell.join} ORDER BY row")
    return [value for (value,) in rows]


def numbers(staging: Staging, values: list[str | None]) -> list[Decimal | None]:
    raw = column_of(staging, values)
    cell = number_cell(raw, "c0", number_form(staging, raw, "c0"), "DECIMAL(18, 4)")
    return [value for (value,) in staging.rows(f"SELECT {cell.sql} FROM raw ORDER BY row")]


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05",
        "2024/3/5",
        "2024.03.05",
        "2024. 3. 5.",
        "5.3.2024",
        "05/03/2024",
        "5-3-24",
        "20240305",
        "1130305",
        "113/03/05",
        "113.3.5",
        "民國113年3月5日",
        "2024年3月5日",
        "2024년 3월 5일",
        "45356",
        "45356.5",
        "5-Mar-2024",
        "5 March 2024",
        "Mar 5, 2024",
        "２０２４/０３/０５",
    ],
)
def test_a_date(text: str) -> None:
    assert parse_date(text, "minguo" if text.startswith("113") else "dmy") == DAY


@pytest.mark.parametrize(
    "text", ["2024-02-30", "32/1/2024", "tomorrow", "12", "2024-13-01", "", "0/0/2024", "99999999"]
)
def test_no_date(text: str) -> None:
    assert parse_date(text) is None


def test_the_order_of_day_and_month_is_told_by_the_whole_column(staging: Staging) -> None:
    assert dates(staging, ["3/5/2024", "5/13/2024"]) == [dt.date(2024, 3, 5), dt.date(2024, 5, 13)]
    assert dates(staging, ["3/5/2024", "13/5/2024"]) == [dt.date(2024, 5, 3), dt.date(2024, 5, 13)]
    assert dates(staging, ["24/03/05", "31/12/24", "99/1/2"])[2] == dt.date(1999, 1, 2)


def test_single_wrong_dates_do_not_decide_the_order_of_all(staging: Staging) -> None:
    november: list[str | None] = [f"{day}.11.2011" for day in range(3, 28)]
    read = dates(staging, [*november, "31.02.2011", "45.13.2011", "99.12.2011", "130.12.2011"])
    assert read == [dt.date(2011, 11, day) for day in range(3, 28)] + [None] * 4
    american: list[str | None] = [f"11/{day}/2011" for day in range(3, 28)]
    read = dates(staging, [*american, "13/5/2011"])
    assert read == [dt.date(2011, 11, day) for day in range(3, 28)] + [None]
    years: list[str | None] = [f"{year}/3/5" for year in range(13, 25)]
    assert dates(staging, [*years, "99/1/2"])[:12] == [dt.date(y, 3, 5) for y in range(2013, 2025)]


def test_without_a_large_majority_one_date_decides(staging: Staging) -> None:
    mixed: list[str | None] = ["3/5/2024", "13/5/2024", "5/14/2024", "5/15/2024"]
    assert dates(staging, mixed) == [dt.date(2024, 5, 3), dt.date(2024, 5, 13), None, None]


def test_minguo_years_below_a_hundred_stand_beside_those_above(staging: Staging) -> None:
    assert dates(staging, ["99/12/31", "100/01/01"]) == [dt.date(2010, 12, 31), dt.date(2011, 1, 1)]


def test_what_a_column_can_not_tell_is_said(staging: Staging) -> None:
    assert date_form(staging, column_of(staging, ["3/5/2024", "4/6/2024"]), "c0").ambiguous
    assert not date_form(staging, column_of(staging, ["3/5/2024", "4/16/2024"]), "c0").ambiguous
    assert not date_form(staging, column_of(staging, ["2024-03-05", None]), "c0").ambiguous


@pytest.mark.parametrize("wrong", ["31/31/2024", "0/0/2024", "45.13.2011", "5/5/2024"])
def test_a_date_that_reads_in_no_two_ways_leaves_nothing_open(staging: Staging, wrong: str) -> None:
    given: list[str | None] = ["2024-02-03", "2024-03-15", wrong]
    assert not date_form(staging, column_of(staging, given), "c0").ambiguous
    assert date_form(staging, column_of(staging, [*given, "3/5/2024"]), "c0").ambiguous


def test_times_are_left_out(staging: Staging) -> None:
    given = ["5.3.2024 14:30", "5.3.2024T14:30:11.123", "5.3.2024 下午 02:30", "5.3.2024 2:30 PM"]
    assert dates(staging, [*given]) == [DAY] * 4
    assert dates(staging, ["2024-03-05 23:59:59", "2024-03-05T07:00:00Z"]) == [DAY, DAY]


def test_mixed_forms_in_one_column(staging: Staging) -> None:
    given = ["2024-03-05", "20240305", "5.3.2024", "2024年3月5日", "45356", "rubbish", None]
    assert dates(staging, [*given]) == [DAY] * 5 + [None, None]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("DATE", "2024-03-05"), ("TIMESTAMP", "2024-03-05 23:00"), ("BIGINT", "20240305"),
     ("DOUBLE", "45356.75"), ("TIMESTAMPTZ", "2024-03-05 23:00+00")],
)  # fmt: skip
def test_typed_columns(staging: Staging, kind: str, value: str) -> None:
    assert dates(staging, [value, None], kind) == [DAY, None]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234.5", "1234.5"),
        ("1,234.50", "1234.5"),
        ("1,234,567.89", "1234567.89"),
        ("12,34,567.00", "1234567"),
        ("(1,234.50)", "-1234.5"),
        ("1234.50-", "-1234.5"),
        ("-1,234.50", "-1234.5"),
        ("−5", "-5"),
        ("▲5", "-5"),
        ("１２３", "123"),
        ("１，２３４．５０", "1234.5"),
        ("NT$1,234", "1234"),
        ("NT$ (1,234)", "-1234"),
        ("$5", "5"),
        ("€ 5", "5"),
        ("￥1,000", "1000"),
        ("1,000元", "1000"),
        ("1,000원", "1000"),
        ("USD 7.25", "7.25"),
        ("1 234 567.5", "1234567.5"),
        ("1'234.50", "1234.5"),
        (".5", "0.5"),
        ("+5", "5"),
        ("6.95555", "6.9556"),
    ],
)
def test_a_number(staging: Staging, text: str, number: str) -> None:
    assert numbers(staging, [text, "0.25", "1,000.25"])[0] == Decimal(number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,50", "1234.5"),
        ("1.234.567,8", "1234567.8"),
        ("-12,5", "-12.5"),
        ("(1.234,50)", "-1234.5"),
        ("1.234", "1234"),
        ("7", "7"),
        ("1.234,50 €", "1234.5"),
    ],
)
def test_a_number_with_a_decimal_comma(staging: Staging, text: str, number: str) -> None:
    assert numbers(staging, [text, "0,25", "1.000,25"])[0] == Decimal(number)


@pytest.mark.parametrize("text", ["abc", "12x", "1,23", "--5", "()", "1.2.3", "5%", "1e400", "-"])
def test_no_number(staging: Staging, text: str) -> None:
    assert numbers(staging, [text, "1,000.25"])[0] is None


@pytest.mark.parametrize(
    ("values", "form"),
    [
        (["1", "2.5"], "1234.50"),
        (["1,5", "2"], "1.234,50"),
        (["1,500", "2"], "1,234.50"),
        (["1.500,00", "2,00"], "1.234,50"),
        (["1.234,50", "1,234.50", "3,456.70"], "1,234.50"),
    ],
)
def test_the_decimal_sign_is_told_by_the_whole_column(
    staging: Staging, values: list[str | None], form: NumberForm
) -> None:
    assert number_form(staging, column_of(staging, values), "c0") == form


def test_thousands_that_could_be_decimals_are_said(staging: Staging) -> None:
    assert unsure_number(staging, column_of(staging, ["1.234", "12.500"]), "c0")
    assert not unsure_number(staging, column_of(staging, ["1.234", "12.50"]), "c0")
    assert not unsure_number(staging, column_of(staging, ["1234", "12"]), "c0")
    assert not unsure_number(staging, column_of(staging, ["0.125", "0.250"]), "c0")


@pytest.mark.parametrize("repeating", [True, False])
@pytest.mark.parametrize(
    ("odd", "value", "clean"),
    [
        ("B1", "B1", True),
        (" B1", "B1", True),
        ("B1\u3000", "B1", True),
        (" ", None, True),
        ("", None, True),
        (" NULL", None, True),
        ("B\x001", "B\x001", False),
        ("B1\t", "B1\t", False),
    ],
)
def test_one_odd_text_among_many_is_found(
    staging: Staging, repeating: bool, odd: str, value: str | None, clean: bool
) -> None:
    usual = ["A1"] * 9 if repeating else [f"A{n}" for n in range(9)]
    raw = column_of(staging, [*usual, None, odd])
    cell = text_cell(staging, raw, "c0", is_id=True)
    found = [v for (v,) in staging.rows(f"SELECT {cell.sql} FROM raw ORDER BY row")]
    assert found == [*usual, None, value]
    assert cell.clean is clean
    assert "trim" not in text_cell(staging, column_of(staging, usual), "c0", is_id=True).sql
