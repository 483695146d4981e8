"""Rows of what people know: what a cell can say, what can't be, and what is told apart."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from people_files import at, told

from mainstay.core.errors import InvalidSetting, MainstayError
from mainstay.ledger.importing import save_set_aside
from mainstay.ledger.ledger import Ledger

D = dt.date
VISITS = "account_id,on,staff_id,mood,received_well\nA,2024-03-05,S,1,yes\n"
COMPLAINTS = "complaint_id,account_id,opened_at\nC1,A,2024-03-05 14:30\n"
AGREEMENTS = "account_id,segment,from,payment_terms_days\nA,,2024-01-01,30\n"


@pytest.mark.parametrize(
    ("table", "text", "reason", "said"),
    [
        (
            "visits",
            VISITS + "B,2024-03-05,S,3,yes\n",
            "outside_range",
            "“3” in “mood” (row 3 of “orders.csv”) is not from -2 to 2. Rows like it: 1.",
        ),
        (
            "visits",
            VISITS + "B,2024-03-05,S,1.5,yes\n",
            "bad_value",
            "“1.5” in “mood” (row 3 of “orders.csv”) is no number that can be stored. Rows like it: 1.",
        ),
        (
            "visits",
            VISITS + "B,2024-03-05,S,1,perhaps\n",
            "bad_value",
            "“perhaps” in “received_well” (row 3 of “orders.csv”) is neither yes nor no. Rows like it: 1.",
        ),
        (
            "complaints",
            COMPLAINTS + "C2,A,2024-03-05 25:30\n",
            "bad_date",
            (
                "“2024-03-05 25:30” in “opened_at” (row 3 of “orders.csv”) is no date and time. "
                "Rows like it: 1."
            ),
        ),
        (
            "complaints",
            COMPLAINTS + "C2,A,\n",
            "no_date",
            (
                "“opened_at” is empty in row 3 of “orders.csv”, and the table needs it. "
                "Rows like it: 1."
            ),
        ),
        (
            "complaints",
            COMPLAINTS + "C2,A,1824-03-05 10:00\n",
            "date_out_of_range",
            (
                "“1824-03-05 10:00” in “opened_at” (row 3 of “orders.csv”) is too far in the past or "
                "future to be true. Rows like it: 1."
            ),
        ),
        (
            "agreements",
            AGREEMENTS + "B,,2024-01-01,-1\n",
            "below_zero",
            (
                "“-1” in “payment_terms_days” (row 3 of “orders.csv”) is below 0, which can't be. "
                "Rows like it: 1."
            ),
        ),
        (
            "promises",
            "promise_id,account_id,made_on,due_on\nP1,A,2024-03-05,2024-03-06\nP2,A,2024-03-05,2024-03-04\n",
            "ends_before_it_begins",
            (
                "“2024-03-04” in “due_on” (row 3 of “orders.csv”) is before the day on which it begins. "
                "Rows like it: 1."
            ),
        ),
    ],
)
def test_a_row_that_can_not_be_is_set_aside_with_its_reason(
    load: Any, file: Any, table: str, text: str, reason: str, said: str
) -> None:
    report = load(file(text), table=table)
    assert report.rows_taken == 1
    assert report.rows_set_aside == {reason: 1}
    assert said in [str(line) for line in report.lines()]


@pytest.mark.parametrize(
    ("table", "text", "said"),
    [
        ("visits", VISITS.replace(",1,", ",7,"), "is not from -2 to 2. Correct it and load"),
        ("visits", VISITS.replace("yes", "oui"), "is neither yes nor no. Correct it and load"),
        ("complaints", COMPLAINTS.replace("14:30", "noonish"), "is no date and time. Correct it"),
        ("agreements", AGREEMENTS.replace("A,,", ",,"), "lack a value or have one that can't be"),
    ],
)
def test_a_file_of_such_rows_is_refused_with_its_reason(
    load: Any, file: Any, table: str, text: str, said: str
) -> None:
    with pytest.raises(MainstayError) as failed:
        load(file(text), table=table)
    assert said in str(failed.value)


def test_a_moment_in_a_workbook_or_with_a_zone_is_the_same_moment(
    book: Ledger, load: Any, tmp_path: Path
) -> None:
    zoned = pa.array([at(2024, 3, 5, 14, 30)], pa.timestamp("ms", "Asia/Taipei"))
    naive = pa.array([dt.datetime(2024, 3, 5, 14, 30)], pa.timestamp("ns"))
    serial = pa.array([45356 + 14.5 / 24])
    for n, column in enumerate((zoned, naive, serial)):
        rows = pa.table({"complaint_id": [f"C{n}"], "account_id": ["A"], "opened_at": column})
        pq.write_table(rows, tmp_path / f"{n}.parquet")
        assert load(tmp_path / f"{n}.parquet", table="complaints").rows_taken == 1
    opened = book.table("complaints")["opened_at"].to_pylist()
    assert opened == [at(2024, 3, 5, 14, 30)] * 3


def test_the_order_of_day_and_month_is_told_by_all_moments_or_said_to_be_open(
    book: Ledger, load: Any, file: Any
) -> None:
    def brought(*written: str) -> Any:
        lines = "".join(f"C{n},A,{text}\n" for n, text in enumerate(written))
        path = file("complaint_id,account_id,opened_at\n" + lines)
        return [str(line) for line in load(path, table="complaints").lines()]

    whole = ["2024-03-01 9:00"] * 3
    brought(*whole, "3/15/2024 14:30", "3/5/2024 14:30")
    opened = {row["complaint_id"]: row["opened_at"] for row in told(book, "complaints")}
    assert opened["C4"] == at(2024, 3, 5, 14, 30)
    assert any("could be exchanged" in line for line in brought(*whole, "3/5/2024 14:30"))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("yes no", [True, False]),
        ("Y N", [True, False]),
        ("TRUE False", [True, False]),
        ("1 0", [True, False]),
        ("1.0 0.0", [True, False]),
        ("x n/a", [True, None]),
        ("✓ ✗", [True, False]),
        ("是 否", [True, False]),
        ("有 無 无", [True, False, False]),
        ("예 아니오", [True, False]),
        ("○ ×", [True, False]),
        ("O X", [True, False]),
        ("Ｙ ０", [True, False]),
    ],
)
def test_yes_and_no(
    book: Ledger, load: Any, file: Any, written: str, read: list[bool | None]
) -> None:
    rows = "".join(f"A{n},2024-03-05,S,{word}\n" for n, word in enumerate(written.split()))
    report = load(file("account_id,on,staff_id,received_well\n" + rows), table="visits")
    assert report.rows_set_aside == {}
    rows_told = sorted(told(book, "visits"), key=lambda row: row["account_id"])
    assert [row["received_well"] for row in rows_told] == read


def test_a_visit_without_a_number_told_again_corrects_the_first(
    book: Ledger, load: Any, file: Any
) -> None:
    load(file(VISITS), table="visits")
    load(file(VISITS.replace(",1,", ",-1,"), "corrected.csv"), table="visits")
    assert [row["mood"] for row in told(book, "visits")] == [-1]


def test_of_two_visits_that_only_a_number_would_tell_apart_none_is_lost(
    book: Ledger, load: Any, file: Any, tmp_path: Path
) -> None:
    twice = VISITS + "A,2024-03-05,S,-1,no\nA,2024-03-05,S,1,yes\n"
    report = load(file(twice), table="visits")
    assert (report.rows_taken, report.rows_copies) == (1, 1)
    assert report.rows_set_aside == {"no_number": 1}
    aside = tmp_path / "aside.csv"
    assert save_set_aside(book, report.import_id, aside) == 1
    mended = aside.read_text(encoding="utf-8-sig").splitlines()
    aside.write_text(f"visit_id,{mended[0]}\nV2,{mended[1]}\n", encoding="utf-8")
    assert load(aside, table="visits").rows_taken == 1
    assert sorted(row["mood"] for row in told(book, "visits")) == [-1, 1]
    numbered = "visit_id,account_id,on,staff_id\nV3,A,2024-03-05,S\nV4,A,2024-03-05,S\n"
    assert load(file(numbered, "numbered.csv"), table="visits").rows_taken == 2


def test_texts_of_any_length_and_kind_come_out_as_they_went_in(
    book: Ledger, load: Any, file: Any
) -> None:
    texts = [
        "甲" * 10_000,
        "<script>alert(1)</script>",
        "'; DROP TABLE facts; --",
        "\u202eabc",
        "👍\u200d",
    ]
    rows = "".join(f'A{n},2024-03-05,"{text}"\n' for n, text in enumerate(texts))
    assert load(file("account_id,raised_on,text\n" + rows), table="requests").rows_taken == 5
    known = sorted(told(book, "requests"), key=lambda row: row["account_id"])
    assert [row["text"] for row in known] == texts


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"mood": 3}, "“mood” of “visits” can only be -2 to 2, and is 3 in row 1; correct it."),
        ({"mood": -3}, "“mood” of “visits” can only be -2 to 2, and is -3 in row 1; correct it."),
    ],
)
def test_a_table_in_memory_outside_its_bounds_is_refused(rows: dict[str, Any], said: str) -> None:
    visit = {"account_id": "A", "on": D(2024, 3, 5), "staff_id": "S"}
    orders = pa.table({"account_id": ["A"], "ordered_on": [D(2024, 1, 1)], "amount": [1.0]})
    with pytest.raises(InvalidSetting) as failed:
        Ledger.from_tables(order_lines=orders, visits=pa.Table.from_pylist([visit | rows]))
    assert str(failed.value) == said
    book = Ledger.from_tables(order_lines=orders, visits=pa.Table.from_pylist([visit]))
    assert len(told(book, "visits")[0]["visit_id"]) == 16
