"""Bad input: one clear sentence, and everything stays as it was."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mainstay.core.errors import MainstayError
from mainstay.ledger import importing, set_aside
from mainstay.ledger.importing import ImportOptions, run_import
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.readers import ReadOptions, detect, lines_scan
from mainstay.ledger.readers.detect import file_kind

NOW = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
HEAD = "Customer,Date,Amount\n"
DATA = Path(__file__).parents[1] / "data"


def everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def refused(book: Ledger, file: Any) -> Callable[..., str]:
    """Imports a file into a ledger that has something; gives the sentence, all else being equal."""
    run_import(book, [file(HEAD + "Z,2024-01-01,1\n", "before.csv")], now=NOW)
    before = everything(book.folder), book.refresh().version

    def run(content: str | bytes | Path, name: str = "orders.csv", **options: Any) -> str:
        path = content if isinstance(content, Path) else file(content, name)
        with pytest.raises(MainstayError) as error:
            run_import(book, [path], ImportOptions(**options), now=NOW)
        assert (everything(book.folder), book.refresh().version) == before
        said = str(error.value)
        assert path.name in said
        assert "\n" not in said
        assert said.count(". ") <= 2
        return said

    return run


def test_an_empty_file(refused: Any) -> None:
    assert "is empty" in refused("")
    assert "is empty" in refused(" \n\n \n")
    assert "headings and no rows" in refused(HEAD)


def test_an_empty_workbook(refused: Any, workbook: Any) -> None:
    assert "is empty" in refused(workbook({"A": [], "B": []}))
    assert "is empty" in refused(workbook({"A": [["Customer", "Date", "Amount"]]}))


def test_a_locked_workbook(refused: Any) -> None:
    locked = DATA / "locked_workbook.xlsx"
    assert "locked with a password" in refused(locked)
    assert "password" in refused(locked, read=ReadOptions(password="wrong"))


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a picture"),
        (b"GIF89a\x01\x00", "a picture"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a picture"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"\x1f\x8b\x08\x00", "a compressed file"),
        (b"\x7fELF\x02\x01\x01\x00", "a program"),
        (b"<!DOCTYPE html><html><table>", "a web page"),
        (b"SQLite format 3\x00", "a SQLite database"),
        (bytes(range(256)) * 8, "not text"),
    ],
)
def test_what_is_no_table(refused: Any, start: bytes, what: str) -> None:
    assert f"is {what}" in refused(start + b"\x00" * 50)


def test_a_damaged_workbook(refused: Any, workbook: Any) -> None:
    whole = workbook({"A": [["Customer", "Date", "Amount"], ["A", "2024-01-01", 1]]}).read_bytes()
    assert "damaged" in refused(whole[: len(whole) // 2], "half.xlsx")
    assert "damaged" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old.xls")
    assert "not a whole Parquet file" in refused(b"PAR1 and nothing PAR1", "x.parquet")


def test_a_packed_folder(refused: Any, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "orders.zip", "w") as archive:
        archive.writestr("orders.csv", HEAD)
    assert "unpack it" in refused(tmp_path / "orders.zip")


@pytest.mark.parametrize("honest", [True, False], ids=["says its size", "lies about it"])
def test_a_bomb(
    refused: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, honest: bool
) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (80 << 20))
    if not honest:
        size = (80 << 20).to_bytes(4, "little")
        path.write_bytes(path.read_bytes().replace(size, (1000).to_bytes(4, "little")))
    monkeypatch.setattr(detect, "MOST_EXPANDED", 64 << 20)
    assert "unpacks to more than" in refused(path)


def test_ten_thousand_columns(refused: Any, workbook: Any) -> None:
    wide = ",".join(f"h{i}" for i in range(10_000)) + "\n" + ",".join("1" * 10_000) + "\n"
    assert "10,000 columns" in refused(wide)
    assert "1,500 columns" in refused(workbook({"A": [[f"h{i}" for i in range(1500)], [1]]}))


def test_a_missing_file(refused: Any, tmp_path: Path) -> None:
    assert "There is no file" in refused(tmp_path / "nowhere.csv")
    (tmp_path / "orders").mkdir()
    assert "is a folder" in refused(tmp_path / "orders")


def test_the_same_heading_twice(refused: Any, workbook: Any) -> None:
    said = refused("Customer,Date,Amount,amount\nA,2024-01-01,1,2\n")
    assert "“amount” twice, in columns 3 and 4" in said
    said = refused(workbook({"A": [["Customer", "Date", "Date", "Amount"], ["A", 1, 2, 3]]}))
    assert "“Date” twice, in columns 2 and 3" in said


def test_no_date_column(refused: Any) -> None:
    said = refused("Customer,Amount,Colour\nA,1,red\n")
    assert "no column for ordered_on" in said
    assert "Customer, Amount, Colour" in said
    assert "--map" in said


def test_no_headings_at_all(refused: Any) -> None:
    said = refused("A,2024-01-01,5\nB,2024-01-02,6\n")
    assert "no column for account_id (" in said
    assert "); ordered_on (" in said
    assert "); amount (" in said


def test_dates_in_the_year_2204(refused: Any) -> None:
    said = refused(HEAD + "A,2204-01-01,1\nB,2204-01-02,1\n")
    assert "too far in the past or future" in said
    assert "“2204-01-01” in row 2" in said


def test_dates_that_are_none(refused: Any) -> None:
    assert "“Date” has no dates, e.g. “soon” in row 2" in refused(HEAD + "A,soon,1\nB,later,1\n")


def test_amounts_of_1e308(refused: Any) -> None:
    said = refused(HEAD + "A,2024-01-01,1e308\nB,2024-01-02,-1e308\n")
    assert "too large to be true, e.g. “1e308” in row 2" in said


def test_amounts_that_are_none(refused: Any) -> None:
    assert "“Amount” has no numbers, e.g. “lots”" in refused(HEAD + "A,2024-01-01,lots\n")


def test_no_account_in_any_row(refused: Any) -> None:
    assert "“Customer” is empty in all of them" in refused(HEAD + ",2024-01-01,1\n")


def test_no_row_fits_the_headings(refused: Any) -> None:
    said = refused(HEAD + "A,2024-01-01,1,5\nB,2024-01-01,1,5\n")
    assert "2 rows do not fit its headings, the first in row 2" in said


def test_odd_rows_among_good_ones_are_set_aside(load: Any, file: Any, book: Ledger) -> None:
    """Each with its reason; the good rows are taken, and the money adds up."""
    rows = [
        ("A,2024-01-01,1", None),
        ("A,2204-01-01,2", "date_out_of_range"),
        ("A,1066-10-14,2", "date_out_of_range"),
        ("A,2024-02-30,3", "bad_date"),
        ("A,,4", "no_date"),
        ("A,2024-01-01,1e308", "amount_out_of_range"),
        ("A,2024-01-01,-1e308", "amount_out_of_range"),
        ("A,2024-01-01,5000000000000", "amount_out_of_range"),
        ("A,2024-01-01,nan", "no_amount"),
        ("A,2024-01-01,inf", "amount_out_of_range"),
        ("A,2024-01-01,", "no_amount"),
        ("A,2024-01-01,x", "bad_amount"),
        (",2024-01-01,5", "no_account"),
        ("NULL,2024-01-01,6", "no_account"),
        ('"A\nB",2024-01-01,7', "bad_value"),
        ("A\x00,2024-01-01,8", "bad_value"),
        (",,", "blank_row"),
        ("A,2024-01-01", "wrong_width"),
        ("A,2024-01-01,1,2", "wrong_width"),
        ('"A,2024-01-01,1', "broken_quotes"),
        ("00123,2024-01-02,10", None),
    ]
    report = load(file(HEAD + "".join(row + "\n" for row, _ in rows)))
    expected: dict[str, int] = {}
    for _, reason in rows:
        if reason:
            expected[reason] = expected.get(reason, 0) + 1
    assert report.rows_set_aside == expected
    assert report.rows_taken == 2
    assert report.rows_read == len(rows)
    found = set_aside.read(book.folder, report.import_id).to_pylist()
    assert [row["_reason"] for row in found] == [reason for _, reason in rows if reason]
    assert {row["_row"] for row in found if row["_line"]} == {19, 20, 21}


def test_ids_with_newlines_are_found_where_all_else_is_plain(load: Any, file: Any) -> None:
    report = load(file(HEAD + 'A,2024-01-01,1\n"A\nB",2024-01-01,2\nA\tB,2024-01-01,3\n'))
    assert report.rows_set_aside == {"bad_value": 2}


def test_one_broken_line_in_a_large_file(
    load: Any, file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way of a file of 3 GB: read in pieces, the lines handed on through a file."""
    monkeypatch.setattr(lines_scan, "CHUNK", 1 << 14)
    monkeypatch.setattr(importing, "IN_MEMORY_ROWS", 1000)
    lines = [f'{i},"C, {i % 97}",2024-01-{i % 28 + 1:02},1.25' for i in range(30_000)]
    lines[15_000] = '15000,"C, 62,2024-01-21,1.25'
    report = load(file("Order," + HEAD + "\n".join(lines) + "\n"))
    assert report.rows_set_aside == {"broken_quotes": 1}
    assert report.rows_taken == 29_999
    assert report.money_taken[""] == 29_999 * 5 / 4


def test_formulas_do_not_leave_again_as_formulas(
    load: Any, file: Any, book: Ledger, tmp_path: Path
) -> None:
    text = HEAD + "A,2024-01-01,1\n=HYPERLINK(1),2024-01-01,=1+1\n@x,soon,-5\n"
    report = load(file(text))
    assert report.rows_set_aside == {"bad_amount": 1, "bad_date": 1}
    importing.save_set_aside(book, report.import_id, tmp_path / "out.csv")
    saved = (tmp_path / "out.csv").read_text("utf-8-sig")
    assert '"\'=HYPERLINK(1)"' in saved
    assert '"\'@x"' in saved
    assert '"-5"' in saved
    importing.save_set_aside(book, report.import_id, tmp_path / "out.xlsx")
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    with pytest.raises(MainstayError, match=r"must end in \.csv, \.xlsx or \.parquet"):
        importing.save_set_aside(book, report.import_id, tmp_path / "out.txt")
    with pytest.raises(MainstayError, match="no import “nothing”"):
        importing.save_set_aside(book, "nothing", tmp_path / "out.csv")


def test_one_bad_file_among_several_stops_all(refused: Any, file: Any, book: Ledger) -> None:
    good = file(HEAD + "A,2024-01-01,1\n", "good.csv")
    before = everything(book.folder)
    with pytest.raises(MainstayError, match=r"bad\.csv"):
        run_import(book, [good, file(b"%PDF-", "bad.csv")], now=NOW)
    assert everything(book.folder) == before


def test_names_do_not_tell_what_a_file_is(file: Any, workbook: Any, slice_file: Path) -> None:
    book = workbook({"A": [["a"], [1]]})
    assert file_kind(file(book.read_bytes(), "a.csv")) == "workbook"
    assert file_kind(file(slice_file.read_bytes(), "b.xlsx")) == "parquet"
    assert file_kind(file(HEAD, "c.parquet")) == "text"


def test_a_file_name_is_no_query_and_no_pattern(load: Any, file: Any, slice_file: Path) -> None:
    """Names with quotes, brackets and stars are names, of one file."""
    file(HEAD + "B,2023-01-01,9\n", "other.csv")
    for day, name in enumerate(("o'r.csv", "[o]ther.csv", "o*.csv", '"; DROP.csv', "{x}.csv"), 1):
        assert load(file(HEAD + f"A,2024-01-{day:02},1\n", name)).rows_taken == 1
    assert load(file(slice_file.read_bytes(), "s*.parquet")).rows_read == 5738


def test_wrong_dates_are_set_aside_and_the_others_loaded(book: Ledger, file: Any) -> None:
    rows = [f"A{n},{13 + n % 15}.11.2011,5" for n in range(200)]
    rows += ["B,31.02.2011,5", "C,45.13.2011,5"]
    report = run_import(book, [file(HEAD + "\n".join(rows))], now=NOW)
    assert (report.rows_taken, report.rows_set_aside) == (200, {"bad_date": 2})
