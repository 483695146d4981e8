"""Workbooks, Parquet files and databases."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mainstay.core.errors import MainstayError
from mainstay.ledger.readers import ROW, Raw, ReadOptions, read_source
from mainstay.ledger.staging import Staging

DATA = Path(__file__).parents[1] / "data"
Read = Callable[..., list[tuple[Raw, list[tuple[Any, ...]]]]]


@pytest.fixture
def read() -> Iterator[Read]:
    with Staging() as staging:

        def run(place: Path | str, **options: Any) -> list[tuple[Raw, list[tuple[Any, ...]]]]:
            raws = read_source(staging, place, ReadOptions(**options))
            return [(r, staging.rows(f"FROM {r.relation} ORDER BY {ROW}")) for r in raws]

        yield run


def test_a_workbook_with_several_sheets(read: Read, workbook: Any) -> None:
    day = dt.date(2024, 3, 5)
    path = workbook(
        {
            "2024": [["Customer", "Date", "Amount"], ["A", day, 10.25]],
            "Empty": [],
            "客戶": [["Title"], [], ["客戶代號", "日期", "金額"], ["乙", day, -3]],
        }
    )
    (first, rows), (second, more) = read(path)
    assert first.source == "orders.xlsx, 2024"
    assert rows == [(2, "A", "2024-03-05 00:00:00", "10.25")]
    assert second.headings == ("客戶代號", "日期", "金額")
    assert more == [(4, "乙", "2024-03-05 00:00:00", "-3")]
    assert [raw.sheet for raw, _ in read(path, sheet="2024")] == ["2024"]
    with pytest.raises(MainstayError, match="no sheet “2023”; it has “2024”, “Empty”"):
        read(path, sheet="2023")


def test_a_column_that_changes_its_kind_late_loses_nothing(read: Read, workbook: Any) -> None:
    """Readers that guess by the first thousand rows turn the later ones to nothing."""
    rows: list[list[Any]] = [[i, 1.5] for i in range(1500)] + [["00A", "n/a"], [7, 2]]
    ((_, found),) = read(workbook({"S": [["Customer", "Amount"], *rows]}))
    assert found[1499][1:] == ("1499", "1.5")
    assert found[1500][1:] == ("00A", "n/a")
    assert len(found) == 1502


def test_empty_rows_and_columns_do_not_shift_numbers(read: Read, workbook: Any) -> None:
    rows = [[], [None, "Customer", None, "Amount"], [None, "A", None, 1], [], [None, "B", None, 2]]
    ((raw, found),) = read(workbook({"S": rows}))
    assert raw.headings == ("Customer", "Amount")
    assert found == [(3, "A", "1"), (5, "B", "2")]


def test_a_formula_is_its_value_and_an_error_is_nothing(read: Read, tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "f.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Customer", "Amount"])
        sheet.write_row(1, 0, ["A"])
        sheet.write_formula(1, 1, "=1+1", None, 2)
        sheet.write_row(2, 0, ["B"])
        sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    ((_, found),) = read(tmp_path / "f.xlsx")
    assert found == [(2, "A", "2"), (3, "B", None)]


def test_old_and_open_workbooks(read: Read) -> None:
    ((raw, rows),) = read(DATA / "workbook.xls")
    assert raw.headings == ("客戶代號", "訂單日期", "金額")
    assert rows == [
        (2, "鼎泰企業", "2024-01-01 00:00:00", "10.5"),
        (3, "123", "2024-01-02 00:00:00", "-3"),
    ]
    (one, first), (_, second) = read(DATA / "workbook.ods")
    assert one.source == "workbook.ods, One"
    assert [row[1] for row in first + second] == ["A", "B", "C"]
    assert str(first[0][2]).startswith("2024-01-01")


def test_a_locked_workbook(read: Read) -> None:
    with pytest.raises(MainstayError, match="locked with a password: give it with --password"):
        read(DATA / "locked_workbook.xlsx")
    pytest.importorskip("msoffcrypto", reason="NOT TESTED: msoffcrypto-tool is not installed")
    with pytest.raises(MainstayError, match=r"password does not open “locked_workbook\.xlsx”"):
        read(DATA / "locked_workbook.xlsx", password="wrong")
    ((_, rows),) = read(DATA / "locked_workbook.xlsx", password="secret")
    assert rows[1][1] == "B"


def test_parquet_keeps_its_types(read: Read, tmp_path: Path) -> None:
    table = pa.table(
        {
            "Customer": pa.array(["A", None]).dictionary_encode(),
            "Date": pa.array([dt.date(2024, 1, 1), None]),
            "Amount": pa.array([1.5, float("nan")]),
            "file_row_number": pa.array([7, 8]),
        }
    )
    pq.write_table(table, tmp_path / "o.parquet")
    ((raw, rows),) = read(tmp_path / "o.parquet")
    assert raw.types == ("VARCHAR", "DATE", "DOUBLE", "BIGINT")
    assert rows[0] == (2, "A", dt.date(2024, 1, 1), 1.5, 7)


@pytest.fixture
def database(tmp_path: Path) -> str:
    path = tmp_path / "erp.db"
    with sqlite3.connect(path) as con:
        con.execute("CREATE TABLE orders (id TEXT, day DATE, amount NUMERIC, note BLOB)")
        con.execute("INSERT INTO orders VALUES ('007', '2024-01-01', 10.25, 'é')")
        con.execute("INSERT INTO orders VALUES (NULL, '2024-01-02', 3, NULL)")
    con.close()
    return f"sqlite:///{path}"


def test_a_database_by_address_and_query(read: Read, database: str) -> None:
    query = "SELECT id AS customer, day AS date, amount, note FROM orders ORDER BY day"
    ((raw, rows),) = read(database, sql=query)
    assert raw.headings == ("customer", "date", "amount", "note")
    assert rows == [(2, "007", "2024-01-01", "10.25", "é"), (3, None, "2024-01-02", "3", None)]


@pytest.mark.parametrize(
    ("sql", "message"),
    [(None, "say with --sql which rows"), ("SELECT * FROM nowhere", "no such table: nowhere")],
)
def test_a_database_that_gives_no_rows(
    read: Read, database: str, sql: str | None, message: str
) -> None:
    with pytest.raises(MainstayError, match=message):
        read(database, sql=sql)


def test_a_password_is_in_no_message(read: Read) -> None:
    for address in ("nosuch://me:s3cret@host/db", "postgresql://me:s3cret@127.0.0.1:1/db"):
        with pytest.raises(MainstayError) as error:
            read(address, sql="SELECT 1")
        assert "s3cret" not in str(error.value)


def test_a_query_of_a_duckdb_file_may_read_no_other(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def no_driver(url: Any, connect_args: Any) -> None:
        asked.append(connect_args["config"]["enable_external_access"])
        raise ImportError

    monkeypatch.setattr("sqlalchemy.create_engine", no_driver)
    with pytest.raises(MainstayError, match="duckdb"):
        read("duckdb:///books.duckdb", sql="SELECT * FROM read_text('/etc/passwd')")
    assert asked == ["false"]


def test_a_folder_of_parquet_is_one_table_numbered_through(read: Read, tmp_path: Path) -> None:
    """What Spark and Delta keep beside the files is left out; names of folders are columns."""
    folder = tmp_path / "orders [all]"
    rows = {"Customer": ["A", "B", "C"], "Amount": [1.5, 2.5, 3.5]}
    for year, names in {2024: ("a", "b"), 2025: ("a",)}.items():
        place = folder / f"year={year}"
        place.mkdir(parents=True)
        for name in names:
            pq.write_table(
                pa.table({**rows, "Place": [f"{year}{name}"] * 3}), place / f"{name}.parquet"
            )
    (folder / "_delta_log").mkdir()
    pq.write_table(pa.table({"x": [1]}), folder / "_delta_log" / "1.checkpoint.parquet")
    (folder / "_SUCCESS").touch()
    ((raw, found),) = read(folder)
    assert (raw.source, raw.rows) == ("orders [all]", 9)
    assert raw.headings == ("Customer", "Amount", "Place", "year")
    assert [row[0] for row in found] == list(range(2, 11))
    assert [row[3] for row in found] == ["2024a"] * 3 + ["2024b"] * 3 + ["2025a"] * 3
    assert [row[4] for row in found] == [2024] * 6 + [2025] * 3


def test_a_broken_file_in_a_folder_is_named(read: Read, tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "good.parquet")
    (tmp_path / "torn.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(MainstayError, match=r"“torn\.parquet” is not a whole Parquet file"):
        read(tmp_path)
