"""A value that a column can't have is named: which, where, and what it can be."""

from __future__ import annotations

from typing import Any

import pytest

from mainstay.core.errors import MainstayError
from mainstay.ledger.choice_words import CHOICE_WORDS, said_as
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.schema import TABLES

ASSIGNMENTS = "account_id,staff_id,role,from\n"


def choices() -> list[tuple[str, ...]]:
    """Those that people may write in their own words."""
    return [
        column.choices
        for table in TABLES.values()
        for column in table.columns
        if column.choices and column.name not in ("tier",) and table.name != "order_lines"
    ]


@pytest.mark.parametrize(
    ("table", "text", "said"),
    [
        (
            "assignments",
            ASSIGNMENTS + "A,S,manager,2024-01-01\nB,S,chef,2024-01-01\nC,S,cook,2024-01-01\n",
            (
                "“chef” in “role” (row 3 of “orders.csv”) is none of manager, service, deputy. "
                "Rows like it: 2."
            ),
        ),
        (
            "exchange_rates",
            "currency,month,rate\nUSD,2024-01-01,1.1\nJPY,2024-01-01,many\n",
            (
                "“many” in “rate” (row 3 of “orders.csv”) is no number that can be stored. "
                "Rows like it: 1."
            ),
        ),
        (
            "assignments",
            ASSIGNMENTS + "A,S,manager,2024-01-01\nA,S,deputy,soon\n",
            "“soon” in “from” (row 3 of “orders.csv”) is no date. Rows like it: 1.",
        ),
        (
            "assignments",
            ASSIGNMENTS + "A,S,manager,2024-01-01\nA,,deputy,2024-01-01\n",
            "“staff_id” is empty in row 3 of “orders.csv”, and the table needs it. Rows like it: 1.",
        ),
        (
            "order_lines",
            'Customer,Date,Amount\nA,2024-01-01,1\n"B\nC",2024-01-01,1\n',
            (
                "A line break or another sign that can't be seen is within the code “B↵C” in "
                "“Customer” (row 3 of “orders.csv”). Rows like it: 1."
            ),
        ),
    ],
)
def test_a_report_names_what_is_wrong(
    load: Any, file: Any, table: str, text: str, said: str
) -> None:
    report = load(file(text), table=table)
    assert report.rows_taken == 1
    assert said in [str(line) for line in report.lines()]


@pytest.mark.parametrize(
    ("table", "text", "said"),
    [
        (
            "notices",
            "account_id,on,kind\nA,2024-01-01,angry\n",
            (
                "No row of “orders.csv” can be taken: “angry” in “kind” (row 2) is none of will_leave, "
                "will_reduce, contract_ends, dissatisfied, asked_rival_price. "
                "Correct it and load the file again."
            ),
        ),
        (
            "order_lines",
            'Customer,Date,Amount\n"B\nC",2024-01-01,1\n',
            (
                "No row of “orders.csv” can be taken: a line break or another sign that can't be seen "
                "is within the code “B↵C” in “Customer” (row 2). Take it out and load the file again."
            ),
        ),
    ],
)
def test_a_refusal_names_what_is_wrong(
    load: Any, file: Any, table: str, text: str, said: str
) -> None:
    with pytest.raises(MainstayError) as failed:
        load(file(text), table=table)
    assert str(failed.value) == said


def test_values_are_recognised_in_the_readers_words(book: Ledger, load: Any, file: Any) -> None:
    words = ["業務", "客訴", "职务代理人", "담당자", "Account Manager", "客服"]
    rows = "".join(f"A{i},S,{word},2024-01-01\n" for i, word in enumerate(words))
    report = load(file(ASSIGNMENTS + rows), table="assignments")
    assert report.rows_taken == len(words)
    given = book.table("assignments").select(["account_id", "role"]).to_pylist()
    roles = [row["role"] for row in sorted(given, key=lambda row: row["account_id"])]
    assert roles == ["manager", "service", "deputy", "manager", "manager", "service"]


def test_each_word_means_one_value_of_a_column() -> None:
    known = {choice for one in choices() for choice in one}
    assert set(CHOICE_WORDS) <= known
    for one in choices():
        words = [word for choice in one for word in said_as(choice)]
        assert len(words) == len(set(words))
