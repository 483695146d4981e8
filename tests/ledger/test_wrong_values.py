"""A value that a column can't have is named: which, where, and what it can be."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from mainstay.core.errors import InvalidSetting, MainstayError
from mainstay.ledger.choice_words import CHOICE_WORDS, said_as
from mainstay.ledger.importing import save_set_aside
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.schema import TABLES

ASSIGNMENTS = "account_id,staff_id,role,from\n"
PROMISES = "promise_id,account_id,made_on,due_on,currency\n"
PLAYS = "account_id,play,from,to\n"
RATES = "currency,month,rate\n"
SUPPLY = "product_id,week,available\n"
WALLETS = "account_id,on,yearly_purchases,low,high,source\n"


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
            "promises",
            (
                "promise_id,account_id,made_on,due_on,amount\nP1,A,2024-01-01,2024-02-01,5\n"
                "P2,A,2024-01-01,2024-02-01,1000000000000000\nP3,A,2024-01-01,2024-02-01,2e12\n"
            ),
            (
                "“1000000000000000” in “amount” (row 3 of “orders.csv”) is too large an amount to be "
                "true. Rows like it: 2."
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
            "wallets",
            WALLETS + "A,2024-01-01,100,,,Li\nB,2024-01-01,-5,,,Li\n",
            (
                "“-5” in “yearly_purchases” (row 3 of “orders.csv”) is below 0, which can't be. "
                "Rows like it: 1."
            ),
        ),
        (
            "wallets",
            WALLETS + "A,2024-01-01,100,90,110,Li\nB,2024-01-01,100,120,80,Li\n",
            (
                "The lower end “120” in “low” (row 3 of “orders.csv”) lies above the upper end. "
                "Rows like it: 1."
            ),
        ),
        (
            "wallets",
            WALLETS + "A,2024-01-01,100,,,Li\nB,2204-01-01,100,,,Li\n",
            (
                "“2204-01-01” in “on” (row 3 of “orders.csv”) is too far in the past or future to be "
                "true. Rows like it: 1."
            ),
        ),
        (
            "account_volumes",
            "account_id,month,amount,source\nA,2024-01,100,Li\nB,2204-01,100,Li\n",
            (
                "“2204-01” in “month” (row 3 of “orders.csv”) is too far in the past or future to be "
                "true. Rows like it: 1."
            ),
        ),
        (
            "play_runs",
            PLAYS + "A,visit,2024-05-01,2024-05-01\nB,visit,2024-05-01,2024-04-01\n",
            (
                "“2024-04-01” in “to” (row 3 of “orders.csv”) is before the day on which it begins. "
                "Rows like it: 1."
            ),
        ),
        (
            "exchange_rates",
            RATES + "USD,2024-01-01,0.92\nGBP,2024-01-01,0\nJPY,2024-01-01,-0.006\n",
            (
                "“0” in “rate” (row 3 of “orders.csv”) is not above 0, which can't be. "
                "Rows like it: 2."
            ),
        ),
        (
            "supply",
            SUPPLY + "P,2024-03-04,50%\nP,2024-03-11,-1\n",
            (
                "“-1” in “available” (row 3 of “orders.csv”) is below 0, which can't be. "
                "Rows like it: 1."
            ),
        ),
        (
            "supply",
            SUPPLY + "P,2024-03-04,0.5\nP,2024-03-11,half%\n",
            (
                "“half%” in “available” (row 3 of “orders.csv”) is no number that can be stored. "
                "Rows like it: 1."
            ),
        ),
        (
            "promises",
            PROMISES + "1,A,2024-01-01,2024-02-01,eur\n2,A,2024-01-01,2024-02-01,Euro\n",
            (
                "“Euro” in “currency” (row 3 of “orders.csv”) is no code of a currency, like EUR or "
                "TWD. Rows like it: 1."
            ),
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
            "wallets",
            WALLETS + "A,2024-01-01,100,120,80,Li\n",
            (
                "No row of “orders.csv” can be taken: the lower end “120” in “low” (row 2) lies above "
                "the upper end. Correct it and load the file again."
            ),
        ),
        (
            "agreements",
            "account_id,from,currency\nA,2024-01-01,dollars\n",
            (
                "No row of “orders.csv” can be taken: “dollars” in “currency” (row 2) is no code of a "
                "currency, like EUR or TWD. Correct it and load the file again."
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


def test_wallets_that_cannot_be_are_kept_corrected_and_loaded_again(
    book: Ledger, load: Any, file: Any, tmp_path: Path
) -> None:
    rows = "A,2024-01-01,100,,,Li\nB,2024-01-01,-5,,,Li\nC,2024-01-01,9,12,8,Li\n"
    report = load(file(WALLETS + rows + "D,2204-01-01,7,,,Li\n"), table="wallets")
    assert report.rows_taken == 1
    assert report.rows_set_aside == {"below_zero": 1, "ends_crossed": 1, "date_out_of_range": 1}
    aside = tmp_path / "aside.csv"
    assert save_set_aside(book, report.import_id, aside) == 3
    wrong = aside.read_text(encoding="utf-8-sig")
    right = wrong.replace("-5", "5").replace("12", "7").replace("2204", "2024")
    aside.write_text(right, encoding="utf-8")
    assert load(aside, table="wallets").rows_taken == 3
    told = {
        row["account_id"]: float(row["yearly_purchases"])
        for row in book.table("wallets").to_pylist()
    }
    assert told == {"A": 100, "B": 5, "C": 9, "D": 7}


def test_what_ends_before_it_begins_is_set_aside_or_refused(load: Any, file: Any) -> None:
    rows = "A,visit,2024-05-01,\nB,visit,2024-05-01,2024-04-01\n"
    report = load(file(PLAYS + rows), table="play_runs")
    assert report.rows_set_aside == {"ends_before_it_begins": 1}
    assert "Set aside, since they end before they begin: 1." in map(str, report.lines())
    orders = pa.table({"account_id": ["A"], "ordered_on": [dt.date(2024, 1, 1)], "amount": [1.0]})
    plays = pa.table(
        {
            "account_id": ["A", "A"],
            "play": ["visit", "call"],
            "from": [dt.date(2024, 5, 1)] * 2,
            "to": [None, dt.date(2024, 4, 1)],
        }
    )
    with pytest.raises(
        InvalidSetting, match="“to” of “play_runs” is before the day on which it be"
    ):
        Ledger.from_tables(order_lines=orders, play_runs=plays)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["50%", "20%"], [0.5, 0.2]),
        (["0.5", "20 %", "1"], [0.5, 0.2, 1.0]),
        (['"12,5%"', '"0,5"'], [0.125, 0.5]),
        (["１００％", "0%"], [1.0, 0.0]),
        (["40", "1.5"], [40.0, 1.5]),
    ],
)
def test_shares_may_be_percentages(
    book: Ledger, load: Any, file: Any, written: list[str], read: list[float]
) -> None:
    rows = "".join(f"P{i},2024-03-04,{share}\n" for i, share in enumerate(written))
    assert load(file(SUPPLY + rows), table="supply").rows_taken == len(written)
    told = sorted(book.table("supply").to_pylist(), key=lambda row: row["product_id"])
    assert [row["available"] for row in told] == pytest.approx(read)


def test_a_percentage_is_no_quantity(load: Any, file: Any) -> None:
    lines = "Customer,Date,Amount,Quantity\nA,2024-01-01,1,50%\nB,2024-01-01,1,2\n"
    assert load(file(lines)).rows_set_aside == {"bad_value": 1}


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({"yearly_purchases": -5.0}, "“yearly_purchases” of “wallets” is below 0 in row 2 (-5"),
        ({"low": 9.0, "high": 7.0}, "“low” of “wallets”, the lower end, lies above the upper end"),
        ({"on": dt.date(2204, 1, 1)}, "“on” of “wallets” is too far in the future to be true"),
    ],
)
def test_a_table_in_memory_with_such_rows_is_refused(figures: dict[str, Any], said: str) -> None:
    good = {"on": dt.date(2024, 1, 1), "yearly_purchases": 100.0, "low": 1.0, "high": None}
    rows = [
        {"account_id": "A", "source": "Li", **good},
        {"account_id": "B", "source": "Li", **good, **figures},
    ]
    orders = pa.table({"account_id": ["A"], "ordered_on": [dt.date(2024, 1, 1)], "amount": [1.0]})
    with pytest.raises(InvalidSetting) as failed:
        Ledger.from_tables(order_lines=orders, wallets=pa.Table.from_pylist(rows))
    assert str(failed.value).startswith(said)


@pytest.mark.parametrize("rate", [0.0, -0.9])
def test_rates_that_are_not_above_0_are_set_aside_and_refused(
    book: Ledger, load: Any, file: Any, rate: float
) -> None:
    rows = f"USD,2024-01-01,0.92\nGBP,2024-01-01,{rate}\n"
    assert load(file(RATES + rows), table="exchange_rates").rows_set_aside == {"not_positive": 1}
    assert book.table("exchange_rates")["currency"].to_pylist() == ["USD"]
    given = {"currency": ["GBP"], "month": [dt.date(2024, 1, 1)], "rate": [rate]}
    orders = pa.table({"account_id": ["A"], "ordered_on": [dt.date(2024, 1, 1)], "amount": [1.0]})
    with pytest.raises(InvalidSetting, match="“rate” of “exchange_rates” is not above 0 in row 1"):
        Ledger.from_tables(order_lines=orders, exchange_rates=pa.table(given))


@pytest.mark.parametrize("table", [t.name for t in TABLES.values() if t.in_currency])
def test_a_currency_is_one_in_every_table_of_people(
    book: Ledger, load: Any, file: Any, table: str
) -> None:
    values = {
        "account_id": "A", "name": "A", "owner_id": "S1", "competitor": "R", "source": "ours",
        "case_id": "C", "amount": "5", "state": "asked",
        **dict.fromkeys(("from", "on", "made_on", "due_on", "asked_on"), "2024-01-01"),
        **dict.fromkeys(("promise_id", "incentive_id", "agreement_id", "sighting_id"), "N"),
        "approval_id": "N",
    }  # fmt: skip
    names = [c.name for c in TABLES[table].columns if c.name in values]
    heading = ",".join([*names, "currency"]) + "\n"
    rows = [
        ",".join([values[n] + (str(i) if n in TABLES[table].key else "") for n in names])
        for i in range(3)
    ]
    text = heading + f"{rows[0]},usd\n{rows[1]},US$\n{rows[2]},\n"
    assert load(file(text), table=table).rows_set_aside == {"bad_value": 1}
    assert sorted(map(str, book.table(table)["currency"].to_pylist())) == ["None", "USD"]


def test_order_lines_keep_the_code_that_their_books_have(
    book: Ledger, load: Any, file: Any
) -> None:
    """A rate for it can be loaded under the same code."""
    text = "Customer,Date,Amount,Currency\nA,2024-01-01,1,RMB\n"
    assert load(file(text)).rows_taken == 1
    assert book.reporting_currency == "RMB"


def test_a_table_in_memory_with_no_such_currency_is_refused() -> None:
    day = dt.date(2024, 1, 1)
    orders = pa.table({"account_id": ["A"], "ordered_on": [day], "amount": [1.0]})
    agreed = {"account_id": ["A", "B"], "from": [day, day], "currency": [None, "Euro"]}
    with pytest.raises(InvalidSetting, match=r"“currency” of “agreements” is no code .* row 2"):
        Ledger.from_tables(order_lines=orders, agreements=pa.table(agreed))
    as_written = pa.table(agreed | {"currency": ["RMB", "NTD"]})
    Ledger.from_tables(order_lines=orders, agreements=as_written)


def test_a_report_of_a_table_without_money_names_none(load: Any, file: Any) -> None:
    rows = "A,2024-01-01,100,,,Li\nA,2024-01-01,100,,,Li\nB,soon,1,,,Li\nC,2024-01-01,x,,,Li\n"
    said = [str(line) for line in load(file(WALLETS + rows), table="wallets").lines()]
    assert said[:4] == [
        "Rows read: 4; taken: 1; there already: 1; set aside: 2.",
        "Set aside, with a date that is none: 1.",
        "Set aside, with a value that its column can't have: 1.",
        "Copies of other rows: 1.",
    ]
    assert "Accounts named: 0 with order lines, 1 without." in said
    orders = load(file("Customer,Date,Amount\nA,2024-01-01,1\n", "lines.csv"))
    said = [str(line) for line in orders.lines()]
    assert said[0].startswith("Rows read: 1; taken: 1 (1.00);")
    assert "Accounts: 1 new, 0 known." in said


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
