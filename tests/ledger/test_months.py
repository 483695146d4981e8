"""Months without a day, as people write them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from mainstay.ledger.months import parse_month
from mainstay.ledger.weeks import parse_week


@pytest.mark.parametrize(
    "text",
    [
        *("2024-03", "2024/3", "2024.03", "202403", "２０２４－０３", " 2024-03 "),
        *("2024M03", "2024m3", "2024-M03", "2024 M3"),
        *("2024年3月", "2024年03月", "2024년 3월", "113/03", "113年3月", "民國113年3月"),
        *("03/2024", "3-2024", "Mar 2024", "mar-24", "March 2024", "Mar. 2024"),
    ],
)
def test_a_month_is_its_first_day(text: str) -> None:
    assert parse_month(text) == dt.date(2024, 3, 1)


@pytest.mark.parametrize("text", ["", "2024", "2024-13", "13/2024", "0/2024", "soon", "Mon 2024"])
def test_what_is_no_month(text: str) -> None:
    assert parse_month(text) is None


@pytest.mark.parametrize(
    "first", ["202401", "2024-01-31", "Jan-24", "2024M01", "2024/01", "2024年1月", "2024년 1월"]
)
def test_a_column_of_months_may_be_of_numbers_dates_or_names(
    load: Any, file: Any, book: Any, first: str
) -> None:
    load(file(f"currency,month,rate\nUSD,{first},1.1\n"), table="exchange_rates")
    (row,) = book.table("exchange_rates").to_pylist()
    assert (row["month"].year, row["month"].month) == (2024, 1)


def test_elsewhere_a_month_is_no_date(load: Any, file: Any) -> None:
    text = "Customer,Date,Amount\nA,2024-01-05,1\nB,2024-01,1\n"
    assert load(file(text)).rows_set_aside == {"bad_date": 1}


@pytest.mark.parametrize(
    "text",
    [
        *("2024-W12", "2024W12", "2024-w12", "2024 week 12", "W12 2024", "wk 12/2024"),
        *("2024年第12週", "2024年12周", "2024년 12주", "2024년 제12주차", "２０２４－Ｗ１２"),
    ],
)
def test_a_week_is_its_monday(text: str) -> None:
    assert parse_week(text) == dt.date(2024, 3, 18)


@pytest.mark.parametrize("text", ["", "2024", "2024-12", "2024-W54", "W12", "week", "0000-W01"])
def test_what_is_no_week(text: str) -> None:
    assert parse_week(text) is None


def test_elsewhere_a_week_is_no_date(load: Any, file: Any) -> None:
    text = "Customer,Date,Amount\nA,2024-01-05,1\nB,2024-W12,1\n"
    assert load(file(text)).rows_set_aside == {"bad_date": 1}
