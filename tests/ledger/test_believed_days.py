"""Days that a row can't say when it is told: what has happened lies in no future, nor in another century."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from mainstay.core.errors import InvalidSetting, MainstayError
from mainstay.ledger.ledger import Ledger

HEAD = "account_id,ordered_on,amount\n"


def test_an_order_line_of_next_year_is_set_aside(book: Ledger, load: Any, file: Any) -> None:
    """One such line moved the day of the next assessment, and all accounts were silent until then."""
    rows = "A,2024-05-30,10\nA,2024-06-01,10\nB,2024-06-02,10\nC,2025-05-15,10\nD,2024-06-03,10\n"
    report = load(file(HEAD + rows))
    assert report.rows_taken == 3  # tomorrow too: where they are, it may have begun
    assert report.rows_set_aside == {"date_out_of_range": 2}
    with pytest.raises(
        MainstayError, match=r"too far in the past or future .* “2025-05-15” in row"
    ):
        load(file(HEAD + "C,2025-05-15,10\n", "more.csv"))


TOLD = [
    ("deliveries", "account_id,promised_on,delivered_on\n", "A,2024-08-01,{}\n"),
    ("deliveries", "account_id,promised_on,refused_on\n", "A,2024-08-01,{}\n"),
    ("payments", "account_id,due_on,amount,paid_on\n", "A,2024-08-01,10,{}\n"),
    (
        "promises",
        "promise_id,account_id,made_on,due_on,kept_on\n",
        "{0},A,2024-05-01,2024-08-01,{0}\n",
    ),
    ("requests", "account_id,raised_on,text,answered_on\n", "A,2024-05-01,{0},{0}\n"),
    (
        "complaints",
        "complaint_id,account_id,opened_at,kind,solved_at\n",
        "{0},A,2024-05-01,quality,{0}\n",
    ),
    (
        "complaints",
        "complaint_id,account_id,opened_at,kind,first_answer_at\n",
        "{0},A,2024-05-01,quality,{0}\n",
    ),
    ("reviews", "account_id,opened_on,kind,interviewed_on\n", "A,2024-05-01,lost,{}\n"),
    ("reviews", "account_id,opened_on,kind\n", "A,{},lost\n"),
    ("promises", "promise_id,account_id,made_on,due_on\n", "{0},A,{0},2025-08-01\n"),
    ("notices", "account_id,on,kind,takes_effect_on\n", "A,{},will_leave,2024-09-01\n"),
]


@pytest.mark.parametrize(("table", "heading", "row"), TOLD)
def test_what_has_happened_is_not_to_come(
    load: Any, file: Any, table: str, heading: str, row: str
) -> None:
    days = ("2024-06-02", "2024-06-03")
    report = load(file(heading + "".join(row.format(day) for day in days)), table=table)
    assert report.rows_set_aside == {"date_out_of_range": 1}
    assert [str(w) for w in report.warnings if "2024-06-03" in str(w)]


def test_an_order_line_in_memory_of_days_to_come_is_refused() -> None:
    """One typo, and everybody was lost."""
    today = dt.datetime.now(dt.UTC).date()

    def book(ahead: int) -> Ledger:
        days = [today, today + dt.timedelta(days=ahead)]
        orders = {"account_id": ["A", "B"], "ordered_on": days, "amount": [1.0, 2.0]}
        return Ledger.from_tables(order_lines=pa.table(orders))

    assert book(1).order_lines(None).num_rows == 2
    with pytest.raises(
        InvalidSetting, match=r"“ordered_on” of “order_lines” is too far in the future .* in row 2"
    ):
        book(9)


def test_nor_in_a_table_in_memory() -> None:
    orders = pa.table({"account_id": ["A"], "ordered_on": [dt.date(2024, 1, 1)], "amount": [1.0]})
    later = dt.date.today() + dt.timedelta(days=9)
    payments = pa.table(
        {
            "account_id": ["A"],
            "due_on": [dt.date(2024, 2, 1)],
            "paid_on": [later],
            "amount": [1.0],
        }
    )
    with pytest.raises(InvalidSetting, match="“paid_on” of “payments” is too far in the future"):
        Ledger.from_tables(order_lines=orders, payments=payments)


@pytest.mark.parametrize(
    ("table", "heading", "row"),
    [
        ("complaints", "complaint_id,account_id,opened_at,kind\n", "{0},A,{0},quality\n"),
        ("visits", "account_id,on,staff_id\n", "A,{},S1\n"),
        ("requests", "account_id,raised_on,text\n", "A,{0},{0}\n"),
        ("promises", "promise_id,account_id,made_on,due_on\n", "{0},A,{0},2024-08-01\n"),
        ("notices", "account_id,on,kind\n", "A,{},will_leave\n"),
        ("reviews", "account_id,opened_on,kind\n", "A,{},lost\n"),
    ],
)
def test_what_was_written_down_is_not_of_another_century(
    load: Any, file: Any, table: str, heading: str, row: str
) -> None:
    """A complaint of 1900 was late by 46,346 days."""
    days = ("2005-01-01", "1999-12-31", "1900-01-01")
    report = load(file(heading + "".join(row.format(day) for day in days)), table=table)
    assert report.rows_set_aside == {"date_out_of_range": 2}
    with pytest.raises(MainstayError, match="too far in the past"):
        load(file(heading + row.format("1900-01-01"), "old.csv"), table=table)


def test_a_table_in_memory_with_such_a_day_is_refused() -> None:
    orders = pa.table({"account_id": ["A"], "ordered_on": [dt.date(2024, 1, 1)], "amount": [1.0]})
    visits = pa.table({"account_id": ["A"], "on": [dt.date(1900, 1, 1)], "staff_id": ["S1"]})
    with pytest.raises(InvalidSetting, match="“on” of “visits” is too long ago to be true"):
        Ledger.from_tables(order_lines=orders, visits=visits)


def test_a_notice_takes_effect_after_it_was_given(load: Any, file: Any) -> None:
    heading = "account_id,on,kind,takes_effect_on\n"
    rows = "A,2024-03-01,will_leave,2024-09-01\nB,2024-03-01,will_leave,2024-01-01\nC,2024-03-01,will_leave,\n"
    report = load(file(heading + rows), table="notices")
    assert report.rows_set_aside == {"ends_before_it_begins": 1}
