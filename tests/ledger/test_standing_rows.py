"""What was typed in and comes again from a file without an id stands once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from people_files import told

from mainstay.ledger.ledger import Ledger
from mainstay.ledger.schema import TABLES

TYPED_AT = dt.datetime(2024, 5, 1, 9, tzinfo=dt.UTC)  # before the files of these tests
AGREED = {
    "agreement_id": "typed",
    "account_id": "鼎泰企業",
    "from": dt.date(2024, 1, 1),
    "quota": Decimal("5000.0000"),
    "rebate_rule": "year: 2%",
}
ASKED = {
    "request_id": "typed",
    "account_id": "A",
    "raised_on": dt.date(2024, 3, 5),
    "text": "A longer hose",
    "owner_id": "S1",
}
AGREEMENTS = "account_id,segment,from,payment_terms_days,quota\n"
REQUESTS = "account_id,raised_on,text,outcome\n"


@pytest.fixture
def typed(book: Ledger) -> Callable[..., None]:
    """Rows as the desk hands them over."""

    def write(table: str, *rows: dict[str, Any]) -> None:
        given = pa.Table.from_pylist(list(rows), TABLES[table].arrow)
        book.facts.append(table, given, "desk", TYPED_AT)

    return write


def test_an_agreement_of_a_file_is_the_one_that_was_typed(
    book: Ledger, load: Any, file: Any, typed: Any
) -> None:
    typed("agreements", AGREED)
    report = load(file(AGREEMENTS + "鼎泰企業,,2024-01-01,30,6000\n"), table="agreements")
    assert report.rows_taken == 1
    (known,) = told(book, "agreements")
    assert (known["agreement_id"], known["quota"]) == ("typed", 6000)
    assert known["payment_terms_days"] == 30
    assert known["rebate_rule"] == "year: 2%"  # the file has no such column
    book.undo(report.import_id)
    assert told(book, "agreements")[0]["quota"] == 5000


def test_of_a_segment_another_day_or_another_account_it_is_another(
    book: Ledger, load: Any, file: Any, typed: Any
) -> None:
    typed("agreements", AGREED, {**AGREED, "agreement_id": "s", "account_id": None, "segment": "B"})
    rows = (
        ",B,2024-01-01,30,\n鼎泰企業,,2024-02-01,30,\nB,,2024-01-01,30,\n,鼎泰企業,2024-01-01,30,\n"
    )
    assert load(file(AGREEMENTS + rows), table="agreements").rows_taken == 4
    known = {row["agreement_id"]: row for row in told(book, "agreements")}
    assert len(known) == 5
    assert known["s"]["payment_terms_days"] == 30
    assert known["typed"]["payment_terms_days"] is None


def test_what_says_nothing_new_is_there_already(
    book: Ledger, load: Any, file: Any, typed: Any
) -> None:
    typed("requests", ASKED)
    report = load(file(REQUESTS + "A,2024-03-05,a longer  HOSE,\n"), table="requests")
    assert (report.rows_taken, report.rows_copies) == (0, 1)
    answered = REQUESTS + "A,2024-03-05,A longer hose,Made to measure\n"
    assert load(file(answered, "answered.csv"), table="requests").rows_taken == 1
    assert told(book, "requests") == [
        {**dict.fromkeys(TABLES["requests"].arrow.names), **ASKED, "outcome": "Made to measure"}
    ]


@pytest.mark.parametrize(
    ("more", "rows"),
    [
        ([{**AGREED, "agreement_id": "two", "rebate_rule": "month: 1%"}], 0),
        ([], 1),
    ],
)
def test_where_only_a_number_tells_which_is_meant_rows_are_set_aside(
    book: Ledger, load: Any, file: Any, typed: Any, more: list[dict[str, Any]], rows: int
) -> None:
    """Two that stand could be meant; or two of the file mean the one that stands."""
    typed("agreements", AGREED, *more)
    numbered = "typed,鼎泰企業,2024-01-01,30\n" * rows
    text = "agreement_id,account_id,from,payment_terms_days\n" + numbered
    text += ",鼎泰企業,2024-01-01,60\nother,B,2024-01-01,30\n"
    report = load(file(text), table="agreements")
    assert report.rows_set_aside == {"no_number": 1}
    assert 60 not in [row["payment_terms_days"] for row in told(book, "agreements")]


def test_what_was_taken_back_does_not_stand(book: Ledger, load: Any, file: Any, typed: Any) -> None:
    from mainstay.ledger.fact_records import Recording

    typed("agreements", AGREED)
    gone = pa.Table.from_pylist([AGREED], TABLES["agreements"].arrow)
    later = TYPED_AT + dt.timedelta(days=1)
    book.facts.append_all({"agreements": gone}, Recording("w", later, withdrawn=True))
    load(file(AGREEMENTS + "鼎泰企業,,2024-01-01,30,\n"), table="agreements")
    (known,) = told(book, "agreements")
    assert len(known["agreement_id"]) == 16
    assert known["rebate_rule"] is None
