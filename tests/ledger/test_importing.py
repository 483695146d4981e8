"""Imports from end to end: what is taken, what is a copy, what is set aside, and that it adds up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mainstay.core.errors import MainstayError
from mainstay.ledger import importing, set_aside
from mainstay.ledger.importing import ImportOptions, Report, plan_import, run_import
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.readers import delimited
from mainstay.ledger.schema import TABLES

NOW = dt.datetime(2024, 6, 1, 9, 30, tzinfo=dt.UTC)
DEMO = Path(__file__).parents[2] / "demo"
HEAD = "Customer,Date,Order,Product,Amount\n"


def reconciles(report: Report) -> bool:
    """Rows and, currency by currency, money: read = taken + copies + set aside."""
    rows = report.rows_taken + report.rows_copies + sum(report.rows_set_aside.values())
    money: dict[str, Decimal] = {}
    for part in (report.money_taken, report.money_copies, *report.money_set_aside.values()):
        for currency, amount in part.items():
            money[currency] = money.get(currency, Decimal(0)) + amount
    return rows == report.rows_read and money == dict(report.money_read)


def test_a_slice_of_online_retail_ii_reconciles(load: Any, slice_file: Path) -> None:
    report = load(slice_file)
    read, no_account = duckdb.sql(
        f"""SELECT count(*), count(*) FILTER ("Customer ID" IS NULL) FROM '{slice_file}'"""
    ).fetchall()[0]
    total = duckdb.sql(
        f"SELECT sum(Quantity * CAST(Price AS DECIMAL(18, 4))) FROM '{slice_file}'"
    ).fetchall()[0][0]
    assert report.rows_read == read == 5738
    assert report.rows_copies == 1400
    assert 0 < report.rows_set_aside["no_account"] < no_account  # copies without account are copies
    assert report.money_read[""] == total
    assert reconciles(report)
    assert sum((m.money for m in report.by_month), Decimal(0)) == report.money_taken[""]
    assert sum(m.rows for m in report.by_month) == report.rows_taken
    assert set(report.by_kind) == {"sale", "credit", "fee"}
    assert {"POST", "DOT"} <= set(report.fee_codes)


def test_a_report_survives_json(load: Any, slice_file: Path) -> None:
    report = load(slice_file, currency="GBP")
    assert Report.from_json(report.to_json()) == report
    said = [str(line) for line in report.lines()]
    assert said[0].startswith("Rows read: 5,738; taken: ")
    assert "GBP" in said[0]


def test_the_same_file_again_adds_nothing(load: Any, slice_file: Path, book: Ledger) -> None:
    first = load(slice_file)
    version = book.version
    again = load(slice_file)
    assert again.already_loaded == first.import_id
    assert again.rows_taken == 0
    assert again.rows_copies == first.rows_taken + first.rows_copies
    assert reconciles(again)
    assert book.refresh().version == version


def test_the_same_rows_in_another_file_are_copies(
    load: Any, slice_file: Path, book: Ledger, tmp_path: Path
) -> None:
    first = load(slice_file)
    version = book.version
    other = tmp_path / "again.csv"
    duckdb.sql(f"COPY (FROM '{slice_file}') TO '{other}' (HEADER)")
    again = load(other)
    assert again.rows_taken == 0
    assert again.import_id == ""
    assert again.rows_copies == first.rows_taken + first.rows_copies
    assert reconciles(again)
    assert book.refresh().version == version


def test_two_overlapping_files_are_one_history(load: Any, file: Any, held: Any) -> None:
    june = HEAD + "A,2024-01-01,1,x,10\nA,2024-01-01,1,x,10\nB,2024-01-02,2,y,5\n"
    july = HEAD + "B,2024-01-02,2,y,5\nC,2024-01-03,3,z,7\n"
    report = load(file(june, "june.csv"), file(july, "july.csv"))
    assert report.rows_copies == 1
    assert [row[0] for row in held()] == ["A", "A", "B", "C"]  # A's repeated line stays


def test_overlapping_imports_are_one_history(load: Any, file: Any, held: Any) -> None:
    load(file(HEAD + "A,2024-01-01,1,x,10\nA,2024-01-01,1,x,10\nB,2024-01-02,2,y,5\n", "june.csv"))
    report = load(file(HEAD + "B,2024-01-02,2,y,5\nC,2024-01-03,3,z,7\n", "july.csv"))
    assert (report.rows_taken, report.rows_copies, report.orders_replaced) == (1, 1, 0)
    assert (report.accounts_new, report.accounts_known) == (1, 0)
    assert len(held()) == 4


def test_a_corrected_order_replaces_the_old_one(
    load: Any, file: Any, held: Any, book: Ledger
) -> None:
    load(file(HEAD + "A,2024-01-01,1,x,10\nA,2024-01-01,1,y,3\nB,2024-01-02,2,y,5\n", "a.csv"))
    before = held()
    report = load(file(HEAD + "A,2024-01-01,1,x,12\nA,2024-01-01,1,y,3\n", "b.csv"))
    assert (report.orders_replaced, report.rows_replaced, report.rows_taken) == (1, 2, 2)
    assert [row[2] for row in held()] == ["12.0000", "3.0000", "5.0000"]
    book.undo(report.import_id)
    assert held() == before


def test_a_corrected_day_replaces_the_old_one(load: Any, file: Any, held: Any) -> None:
    load(file(HEAD + "A,2024-01-01,1,x,10\n", "a.csv"))
    load(file(HEAD + "A,2024-01-02,1,x,10\n", "b.csv"))
    assert held("ordered_on") == [(dt.date(2024, 1, 2),)]


def test_a_later_delivery_of_an_order_is_added(load: Any, file: Any, held: Any) -> None:
    load(file(HEAD + "A,2024-01-01,1,x,10\n", "january.csv"))
    report = load(file(HEAD + "A,2024-02-01,1,y,4\n", "february.csv"))
    assert report.orders_replaced == 0
    assert len(held()) == 2


@pytest.mark.parametrize("later", ["A,2024-05-31,1,x,4\n", "B,2023-01-02,1,x,4\n"])
def test_order_numbers_that_are_given_out_anew_correct_nothing(
    load: Any, file: Any, held: Any, later: str
) -> None:
    load(file(HEAD + "A,2023-01-01,1,x,10\n", "a.csv"))
    report = load(file(HEAD + later, "b.csv"))
    assert report.orders_replaced == 0
    assert len(held()) == 2


def test_a_corrected_day_leaves_another_accounts_order_of_that_number(
    load: Any, file: Any, held: Any
) -> None:
    load(file(HEAD + "A,2024-01-01,1,x,10\nB,2023-12-01,1,x,4\n", "a.csv"))
    report = load(file(HEAD + "A,2024-01-02,1,x,11\n", "b.csv"))
    assert (report.orders_replaced, report.rows_replaced) == (1, 1)
    assert held("account_id", "amount") == [("A", "11.0000"), ("B", "4.0000")]


def test_days_of_an_order_that_a_correction_does_not_name_stay(
    load: Any, file: Any, held: Any
) -> None:
    load(file(HEAD + "A,2024-01-01,1,x,10\nA,2024-02-01,1,y,4\n", "a.csv"))
    load(file(HEAD + "A,2024-02-01,1,y,5\nA,2024-03-01,1,z,6\n", "b.csv"))
    assert [row[2] for row in held()] == ["10.0000", "5.0000", "6.0000"]


def test_without_orders_identical_lines_are_matched_one_to_one(
    load: Any, file: Any, held: Any
) -> None:
    head = "Customer,Date,Amount\n"
    load(file(head + "A,2024-01-01,10\nA,2024-01-01,10\nB,2024-01-02,5\n", "a.csv"))
    report = load(file(head + "A,2024-01-01,10\nA,2024-01-01,10\nA,2024-01-01,10\n", "b.csv"))
    assert (report.rows_taken, report.rows_copies) == (1, 2)
    assert len(held()) == 4


def test_rows_set_aside_are_completed(
    load: Any, file: Any, held: Any, book: Ledger, tmp_path: Path
) -> None:
    first = load(file(HEAD + "A,2024-01-01,1,x,10\n,2024-01-01,1,y,4\nB,2024-01-02,2,z,oops\n"))
    assert first.rows_set_aside == {"no_account": 1, "bad_amount": 1}
    aside = tmp_path / "aside.csv"
    assert importing.save_set_aside(book, first.import_id, aside) == 2
    text = aside.read_text("utf-8-sig")
    assert text.splitlines()[0].startswith('"_import","_source","_row","_reason","Customer"')
    rows = set_aside.read(book.folder, first.import_id).to_pylist()
    assert [(r["_row"], r["_reason"], r["Product"]) for r in rows] == [
        (3, "no_account", "y"),
        (4, "bad_amount", "z"),
    ]
    aside.write_text(text.replace("oops", "7").replace('"no_account",,', '"no_account","A",'))
    second = load(aside)
    assert (second.rows_taken, second.orders_replaced) == (2, 0)
    assert held("account_id", "amount", "source", "row") == [
        ("A", "10.0000", "orders.csv", 2),
        ("A", "4.0000", "orders.csv", 3),
        ("B", "7.0000", "orders.csv", 4),
    ]
    # The same rows again, in another file, are not taken twice.
    aside.write_text(aside.read_text("utf-8-sig") + "\n")
    third = load(aside)
    assert (third.rows_taken, third.rows_copies) == (0, 2)
    # And the first export, loaded anew, does not throw them out.
    fourth = load(
        file(HEAD + "A,2024-01-01,1,x,10\n,2024-01-01,1,y,4\nB,2024-01-02,2,z,oops\n\n", "new.csv")
    )
    assert fourth.orders_replaced == 0
    assert len(held()) == 3
    book.undo(second.import_id)
    assert len(held()) == 1


def test_a_mapping_is_said_remembered_and_said_again(load: Any, file: Any, book: Ledger) -> None:
    head = "Wer;Wann;Wieviel\n"
    path = file(head + "A;2024-01-01;10\n", "eins.csv")
    with pytest.raises(MainstayError, match=r"account_id \(.*\); ordered_on \(.*\); amount \("):
        load(path)
    said = {"Wer": "account_id", "Wann": "ordered_on", "Wieviel": "amount"}
    load(path, columns=said)
    report = load(file(head + "B;2024-01-02;11\n", "zwei.csv"))
    assert report.rows_taken == 1
    plan = plan_import(book, [file(head + "B;2024-01-03;11\n", "drei.csv")])
    assert plan.sources[0].remembered
    assert {h.heading: h.column for h in plan.sources[0].headings} == said


def test_a_heading_can_be_left_out(load: Any, file: Any, held: Any) -> None:
    text = "Customer,Date,Amount,Cost\nA,2024-01-01,10,nonsense\n"
    assert load(file(text), columns={"Cost": ""}).rows_taken == 1


@pytest.mark.parametrize(
    ("columns", "message"),
    [({"Nobody": "cost"}, "no heading “Nobody”"), ({"Amount": "prize"}, "no column “prize”")],
)
def test_a_wrong_correction_is_said(load: Any, file: Any, columns: Any, message: str) -> None:
    with pytest.raises(MainstayError, match=message):
        load(file(HEAD + "A,2024-01-01,1,x,10\n"), columns=columns)


def test_a_proposal_shows_what_would_be_done(book: Ledger, slice_file: Path) -> None:
    plan = plan_import(book, [slice_file])
    source = plan.sources[0]
    assert plan.ready
    by_heading = {h.heading: h for h in source.headings}
    assert by_heading["Customer ID"].column == "account_id"
    assert by_heading["Customer ID"].why == "recognised"
    assert len(by_heading["Description"].samples) == 5
    assert source.mapping.amount_from == ("quantity", "unit_price")
    fees = {fee.code: fee for fee in source.fee_codes}
    assert fees["POST"].certain
    assert fees["POST"].money
    assert not fees["M"].certain
    assert plan.to_json()["sources"][0]["mapping"]["columns"]["product_id"] == "StockCode"
    assert book.imports() == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_of_a_large_file_the_start_is_enough_for_a_proposal(
    book: Ledger, file: Any, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    monkeypatch.setattr(delimited, "START", 1000)
    text = HEAD + "A,2024-01-01,1,x,10\n" * 1000
    source = plan_import(book, [file(text.encode(encoding))]).sources[0]
    assert source.source == "orders.csv"
    assert source.start_only
    assert 0 < source.rows < 100
    assert source.missing == ()


def test_online_retail_ii_has_22523_copies(load: Any) -> None:
    """Two sheets, one after the other, that overlap: 1,088 invoices are there twice."""
    report = load(DEMO / "online_retail_ii.parquet", currency="GBP")
    assert report.rows_read == 1_067_371
    assert report.rows_copies == 22_523
    assert report.rows_set_aside == {"no_account": 235_287}
    assert reconciles(report)
    pounds = "sum(Quantity * CAST(Price AS DECIMAL(18, 4)))"
    total = duckdb.sql(f"SELECT {pounds} FROM '{DEMO}/online_retail_ii.parquet'").fetchall()[0][0]
    assert report.money_read == {"GBP": total}


def test_a_proposal_says_what_is_missing_and_what_is_unsure(book: Ledger, file: Any) -> None:
    plan = plan_import(book, [file("Customer,Date\nA,3/5/2024\nB,4/6/2024\n")])
    assert not plan.ready
    assert plan.sources[0].missing == ("amount",)
    assert plan.sources[0].date_orders == {"ordered_on": "dmy"}
    assert "could be exchanged" in str(plan.sources[0].unsure[0])


def test_fee_codes_can_be_said_or_forbidden(load: Any, file: Any, held: Any) -> None:
    head = "Customer,Date,SKU,Product name,Amount\n"
    text = head + "A,2024-01-01,POST,Postage,5\nA,2024-01-01,1001,Pen,9\nA,2024-01-01,ADM,Admin,1\n"
    assert load(file(text, "a.csv")).by_kind == {"fee": 1, "sale": 2}
    text = text.replace("2024-01-01", "2024-01-02")
    assert load(file(text, "b.csv"), fee_codes=("adm",)).by_kind == {"fee": 1, "sale": 2}
    text = text.replace("2024-01-02", "2024-01-03")
    assert load(file(text, "c.csv"), fee_codes=()).by_kind == {"sale": 3}
    # What was said last is remembered.
    text = text.replace("2024-01-03", "2024-01-04")
    assert load(file(text, "d.csv")).by_kind == {"sale": 3}
    kinds = {row[:2]: row[2] for row in held("ordered_on", "product_id", "kind")}
    assert kinds[dt.date(2024, 1, 1), "POST"] == "fee"
    assert kinds[dt.date(2024, 1, 2), "POST"] == "sale"
    assert kinds[dt.date(2024, 1, 2), "ADM"] == "fee"


def test_fee_codes_that_were_not_there_before_are_found(load: Any, file: Any) -> None:
    head = "Customer,Date,SKU,Amount\n"
    assert load(file(head + "A,2024-01-01,1001,5\n", "a.csv")).by_kind == {"sale": 1}
    assert load(file(head + "A,2024-01-02,POST,5\n", "b.csv")).by_kind == {"fee": 1}


def test_kinds_are_told_by_word_or_sign(load: Any, file: Any, held: Any) -> None:
    head = "Customer,Date,Order,Product,Amount,Type\n"
    rows = "A,2024-01-01,1,x,10,銷貨\nA,2024-01-02,2,x,-4,退貨\nA,2024-01-03,C3,x,-4,\nA,2024-01-04,4,x,-4,\nA,2024-01-05,5,,-4,\n"
    load(file(head + rows))
    assert held("ordered_on", "kind") == [
        (dt.date(2024, 1, day), kind)
        for day, kind in enumerate(["sale", "return", "credit", "return", "credit"], start=1)
    ]


def test_names_of_accounts_come_with_their_orders(load: Any, file: Any, book: Ledger) -> None:
    head = "客戶代號,客戶名稱,地區,訂單日期,金額\n"
    report = load(file(head + "00123,鼎泰企業,北區,2024-01-01,10\n007,大成行,南區,2024-01-02,10\n"))
    rows = {r["account_id"]: r for r in book.refresh().table("accounts").to_pylist()}
    assert rows["00123"]["name"] == "鼎泰企業"
    assert rows["007"]["region"] == "南區"
    book.undo(report.import_id)
    assert book.table("accounts").num_rows == 0


def test_what_the_table_of_accounts_says_is_not_changed_by_orders(
    load: Any, file: Any, book: Ledger
) -> None:
    load(file("account_id,name,segment\nA,Anna Ltd,trade\n", "accounts.csv"), table="accounts")
    load(file("Customer,Customer name,Country,Date,Amount\nA,anna,UK,2024-01-01,10\n"))
    rows = book.refresh().table("accounts").to_pylist()
    assert [(r["name"], r["segment"], r["country"]) for r in rows] == [("Anna Ltd", "trade", "UK")]


def test_a_table_of_facts_is_imported_once(load: Any, file: Any, book: Ledger) -> None:
    text = "統一編號,公司名稱,國家\n123,甲公司,TW\n123,甲公司,TW\n,乙公司,TW\n"
    first = load(file(text, "accounts.csv"), table="accounts")
    assert (first.rows_taken, first.rows_copies) == (1, 1)
    assert first.rows_set_aside == {"missing_value": 1}
    again = load(file(text + "\n", "again.csv"), table="accounts")
    assert (again.rows_taken, again.rows_copies) == (0, 2)
    changed = load(file("統一編號,公司名稱,國家\n123,甲公司,HK\n", "new.csv"), table="accounts")
    assert changed.rows_taken == 1
    assert book.refresh().table("accounts").to_pylist()[0]["country"] == "HK"
    book.undo(changed.import_id)
    assert book.table("accounts").to_pylist()[0]["country"] == "TW"


def test_history_can_be_assumed_to_have_been_recorded(load: Any, file: Any, book: Ledger) -> None:
    text = "account_id,staff_id,role,from\nA,s1,manager,2020-01-01\n"
    load(file(text, "a.csv"), table="assignments")
    early = dt.date(2021, 1, 1)
    assert book.refresh().table("assignments", as_of=early).num_rows == 0
    load(file(text.replace("A", "B"), "b.csv"), table="assignments", assume_recorded=True)
    found = book.refresh().table("assignments", as_of=early).to_pylist()
    assert [row["account_id"] for row in found] == ["B"]


def test_choices_are_spelt_as_in_the_vocabulary(load: Any, file: Any, book: Ledger) -> None:
    text = "account_id,date,notice\nA,2024-01-01,Will leave\nB,2024-01-01,dances\n"
    report = load(file(text), table="notices")
    assert report.rows_set_aside == {"bad_value": 1}
    assert book.refresh().table("notices").to_pylist()[0]["kind"] == "will_leave"


def test_several_currencies_are_added_up_apart(load: Any, file: Any) -> None:
    head = "Customer,Date,Amount,Currency\n"
    report = load(file(head + "A,2024-01-01,10,EUR\nA,2024-01-01,7,USD\nB,2024-02-01,1,EUR\n"))
    assert report.money_taken == {"EUR": Decimal(11), "USD": Decimal(7)}
    assert [(m.month, m.currency, m.rows) for m in report.by_month] == [
        ("2024-01", "EUR", 1),
        ("2024-01", "USD", 1),
        ("2024-02", "EUR", 1),
    ]


def test_ids_stay_as_they_are(load: Any, file: Any, held: Any, tmp_path: Path) -> None:
    load(file("Customer,Date,Amount\n00123,2024-01-01,10\n１２３,2024-01-01,10\n"))
    assert [row[0] for row in held()] == ["00123", "１２３"]
    table = pa.table({"customer": [12346.0, 7.0], "date": ["2024-02-01"] * 2, "amount": [1, 2]})
    pq.write_table(table, tmp_path / "floats.parquet")
    load(tmp_path / "floats.parquet")
    load(file("Customer,Date,Amount\n12347.0,2024-03-01,10\n8.0,2024-03-01,1\n", "text.csv"))
    ids = [row[0] for row in held()]
    assert ids == ["00123", "12346", "12347", "7", "8", "１２３"]


def test_somebody_else_imports_at_the_same_moment(
    book: Ledger, file: Any, held: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The import starts again from the comparison, and takes only what is new."""
    ours = file(HEAD + "A,2024-01-01,1,x,10\nB,2024-01-02,2,y,5\n", "ours.csv")
    theirs = file(HEAD + "B,2024-01-02,2,y,5\n", "theirs.csv")
    compare, called = importing.compare, []

    def and_meanwhile(*arguments: Any, **more: Any) -> Any:
        known = compare(*arguments, **more)
        if not called:
            called.append(1)
            other = Ledger.open(book.folder)
            run_import(other, [theirs], now=NOW)
        return known

    monkeypatch.setattr(importing, "compare", and_meanwhile)
    report = run_import(book, [ours], now=NOW)
    assert (report.rows_taken, report.rows_copies) == (1, 1)
    assert len(held()) == 2
    assert len(book.refresh().imports()) == 2
    assert importing.unfinished_imports(book) == []


def test_sheets_that_are_no_such_table_are_left_with_a_warning(
    load: Any, workbook: Callable[..., Path]
) -> None:
    path = workbook(
        {
            "2024": [["Customer", "Date", "Amount"], ["A", dt.date(2024, 1, 1), 10]],
            "Notes": [["Hello"], ["World"]],
        }
    )
    report = load(path)
    assert report.rows_taken == 1
    assert "The sheet “orders.xlsx, Notes” with 1 rows was not read" in str(report.warnings[0])


def test_options_refuse_a_table_that_is_none(book: Ledger, file: Any) -> None:
    with pytest.raises(MainstayError, match="no table “orders”"):
        run_import(book, [file(HEAD)], ImportOptions(table="orders"), now=NOW)


def sample(kind: str, choices: tuple[str, ...]) -> str:
    values = {"date": "2024-01-02", "money": "12.50", "number": "1.5", "integer": "2"}
    values |= {"moment": "2024-01-02 14:30", "yes_no": "yes"}
    return choices[0] if choices else values.get(kind, "x1")


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_imported_by_its_own_names(name: str, load: Any, file: Any) -> None:
    # What contradicts the rest of the row stays empty.
    empty = {column for never in TABLES[name].never for column in never.columns}
    columns = [c for c in TABLES[name].columns if c.required or c.name not in empty]
    heading = ";".join(column.name for column in columns)
    row = ";".join(
        "EUR" if column.name == "currency" else sample(column.kind, column.choices)
        for column in columns
    )
    report = load(file(f"{heading}\n{row}\n"), table=name)
    assert report.rows_taken == 1, report.rows_set_aside


@pytest.mark.parametrize("name", TABLES)
def test_every_table_says_what_it_needs(name: str, load: Any, file: Any) -> None:
    needed = set(TABLES[name].required)
    if name in ("order_lines", "open_orders"):
        needed.discard("kind")
    with pytest.raises(MainstayError) as error:
        load(file("foo;bar\n1;2\n"), table=name)
    assert all(column in str(error.value) for column in needed)


def test_targets_of_people_name_no_account(book: Ledger, load: Any, file: Any) -> None:
    load(file(HEAD + "A,2024-01-01,1,P,5\n"))
    path = file("staff_id,period,amount\nS1,2024-01,1000\nS2,2024-01,2000\n", "targets.csv")
    report = load(path, table="targets")
    assert (report.rows_taken, report.accounts_new, report.accounts_known) == (2, 0, 0)
    both = file("account_id,staff_id,period,amount\nA,,2024-01,7\n,S2,2024-01,9\n", "both.csv")
    report = load(both, table="targets")
    assert (report.rows_taken, report.accounts_new, report.accounts_known) == (2, 0, 1)
    given = book.table("targets").select(["account_id", "staff_id", "amount"]).to_pylist()
    assert sorted(tuple(map(str, row.values())) for row in given) == [
        ("A", "None", "7.0000"),
        ("None", "S1", "1000.0000"),
        ("None", "S2", "9.0000"),
    ]


@pytest.mark.parametrize(
    ("heading", "month", "word"),
    [
        ("Customer,Month,Purchases,Measure,Resale price,Source", "Jan 2024", "Total purchases"),
        ("客戶代號,月份,採購金額,指標,轉售價,來源", "113/01", "進貨"),
        ("客户编号,月份,采购金额,指标,转售价,来源", "2024年1月", "进货"),
        ("거래처코드,월,매입액,지표,재판매가,출처", "2024-01", "매입"),
    ],
)
def test_volumes_of_accounts_are_recognised_in_four_languages(
    load: Any, file: Any, book: Ledger, heading: str, month: str, word: str
) -> None:
    text = f"{heading}\n甲,{month},1500,{word},9.5,own books\n甲,2024-02-29,1600,,,own books\n"
    report = load(file(text), table="account_volumes")
    assert report.rows_taken == 2
    rows = book.table("account_volumes", as_of=dt.date(2024, 3, 1)).to_pylist()
    assert [(row["what"], row["amount"]) for row in rows] == [("purchases", 1500), (None, 1600)]
    assert (rows[0]["account_id"], rows[0]["their_price"]) == ("甲", Decimal("9.5"))
    assert book.table("account_volumes", as_of=dt.date(2024, 2, 29)).num_rows == 1


@pytest.mark.parametrize(
    ("heading", "week"),
    [
        ("SKU,Week beginning,Availability", "2024-03-18"),
        ("品號,週次,可供貨率", "2024年第12週"),
        ("料号,周次,可供货率", "2024W12"),
        ("품목코드,주차,공급률", "2024년 12주차"),
    ],
)
def test_supply_is_recognised_in_four_languages(
    load: Any, file: Any, book: Ledger, heading: str, week: str
) -> None:
    report = load(file(f"{heading}\n007,{week},0.4\n008,{week},\n"), table="supply")
    assert (report.rows_taken, report.rows_set_aside) == (1, {"missing_value": 1})
    (row,) = book.table("supply", as_of=dt.date(2024, 3, 25)).to_pylist()
    assert (row["product_id"], row["week"], row["available"]) == ("007", dt.date(2024, 3, 18), 0.4)
    assert book.table("supply", as_of=dt.date(2024, 3, 24)).num_rows == 0


def test_a_volume_without_quantity_and_amount_is_set_aside(load: Any, file: Any) -> None:
    text = "account_id,month,quantity,amount,source\nA,2024-01,,,x\nA,2024-02,3,,x\n"
    report = load(file(text), table="account_volumes")
    assert (report.rows_taken, report.rows_set_aside) == (1, {"missing_value": 1})
