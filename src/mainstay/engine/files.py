"""Tables as files for people: Excel, CSV, Parquet.

What others typed may begin with =, +, - or @; a spreadsheet must never run it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import pyarrow as pa

RISKY = ("=", "+", "-", "@", "\t", "\r")
COLUMN_WIDTH = 14


def as_bytes(table: pa.Table, kind: str, headings: Mapping[str, str]) -> bytes:
    if kind == "xlsx":
        buffer = io.BytesIO()
        _xlsx(table, buffer, headings)
        return buffer.getvalue()
    text = io.StringIO(newline="")
    _csv(table, text, headings)
    # The mark at the beginning is how Excel knows UTF-8.
    return ("\ufeff" + text.getvalue()).encode()


def write_parquet(table: pa.Table, file: Path) -> None:
    from mainstay.ledger.frozen import write_table

    write_table(table, file)


def write_csv(table: pa.Table, file: Path) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        _csv(table, out, {})


def write_xlsx(table: pa.Table, file: Path) -> None:
    # Made whole before it is written: a full disk would leave a workbook open.
    file.write_bytes(as_bytes(table, "xlsx", {}))


def _csv(table: pa.Table, out: TextIO, headings: Mapping[str, str]) -> None:
    writer = csv.writer(out)
    writer.writerow([headings.get(name, name) for name in table.column_names])
    for batch in table.to_batches():
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            writer.writerow([_safe(value) for value in row])


def _safe(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(RISKY):
        return "'" + value
    return "" if value is None else value


def _xlsx(table: pa.Table, out: BinaryIO, headings: Mapping[str, str]) -> None:
    import xlsxwriter

    options = {
        "in_memory": True,
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet()
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, table.num_columns - 1, COLUMN_WIDTH)
        for place, name in enumerate(table.column_names):
            sheet.write_string(0, place, headings.get(name, name), bold)
        number = 0
        for batch in table.to_batches():
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                for place, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(number, place, value, day)
                    elif isinstance(value, bool):
                        sheet.write_boolean(number, place, value)
                    elif isinstance(value, int | float | Decimal):
                        if value == value:
                            sheet.write_number(number, place, float(value))
                    elif value is not None:
                        sheet.write_string(number, place, str(value))
        sheet.autofilter(0, 0, max(number, 1), table.num_columns - 1)
