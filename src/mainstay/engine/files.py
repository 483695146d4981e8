"""Tables as files for people: Excel, CSV, Parquet.

What others typed may begin with =, +, - or @; a spreadsheet must never run it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import pyarrow as pa
import pyarrow.compute as pc

RISKY = ("=", "+", "-", "@", "\t", "\r")
COLUMN_WIDTH = 14
WHOLE = 100.0  # figures from here on have two digits after the point, smaller ones four
# What is typed is text, whatever it looks like.
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


def as_bytes(table: pa.Table, kind: str, headings: Mapping[str, str], zone: str = "UTC") -> bytes:
    """For people: figures to the digits that they read, times as their clocks show them.

    zone: IANA name of where the company works
    """
    table = _readable(_local(table, zone))
    if kind == "xlsx":
        buffer = io.BytesIO()
        _xlsx(table, buffer, headings)
        return buffer.getvalue()
    text = io.StringIO(newline="")
    _csv(table, text, headings)
    # The mark at the beginning is how Excel knows UTF-8.
    return ("\ufeff" + text.getvalue()).encode()


def _local(table: pa.Table, zone: str) -> pa.Table:
    """Moments as the clock of a zone shows them, without naming it: spreadsheets know no zones."""
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type) and field.type.tz:
            clock = pc.local_timestamp(table[field.name].cast(pa.timestamp("us", zone)))
            clock = pc.floor_temporal(clock, unit="second").cast(pa.timestamp("s"))
            table = table.set_column(place, field.name, clock)
    return table


def _readable(table: pa.Table) -> pa.Table:
    for place, field in enumerate(table.schema):
        if pa.types.is_floating(field.type):
            # By Python: what Arrow rounds is 0.9500000000000001.
            values = [_rounded(value) for value in table[field.name].to_pylist()]
            table = table.set_column(place, field.name, pa.array(values, pa.float64()))
    return table


def _rounded(value: float | None) -> float | None:
    """Money to the cent, shares and rates to four digits: by size, for a table knows no units."""
    if value is None or value != value:
        return None
    return round(value, 2 if abs(value) >= WHOLE else 4)


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook for a meeting.

    head: lines above the table, the first of them large; digits: after the point, of figures
    wide: columns that get more room
    """

    name: str
    head: Sequence[str]
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]
    digits: int = 0
    wide: Sequence[int] = (0,)
    marked: Sequence[int] = ()  # rows that are set off


def book(sheets: Sequence[Sheet]) -> bytes:
    """A workbook of several sheets, made to be printed: one page wide, headings on each page."""
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as made:
        for sheet in sheets:
            _sheet(made, sheet)
    return buffer.getvalue()


def _sheet(made: Any, sheet: Sheet) -> None:
    page = made.add_worksheet(sheet.name[:31])
    figures = "#,##0" + ("." + "0" * sheet.digits if sheet.digits else "")
    plain = _formats(made, figures, {})
    late = _formats(made, figures, {"bg_color": "#FCE8E6"})
    large = made.add_format({"bold": True, "font_size": 14})
    heading = made.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    page.set_column(0, max(len(sheet.headings) - 1, 0), COLUMN_WIDTH - 2)
    for column in sheet.wide:
        page.set_column(column, column, 2 * COLUMN_WIDTH)
    for line, text in enumerate(sheet.head):
        page.write_string(line, 0, text, large if not line else None)
    top = len(sheet.head) + 1
    for place, text in enumerate(sheet.headings):
        page.write_string(top, place, text, heading)
    for number, row in enumerate(sheet.rows):
        formats = late if number in set(sheet.marked) else plain
        for place, value in enumerate(row):
            _cell(page, top + 1 + number, place, value, formats)
    page.freeze_panes(top + 1, 1)
    page.repeat_rows(top)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)


def _formats(made: Any, figures: str, look: Mapping[str, Any]) -> dict[str, Any]:
    kinds: dict[str, dict[str, Any]] = {
        "text": {"text_wrap": True},
        "number": {"num_format": figures},
        "day": {"num_format": "yyyy-mm-dd"},
    }
    return {
        name: made.add_format({"valign": "top", **kind, **look}) for name, kind in kinds.items()
    }


def _cell(page: Any, line: int, place: int, value: Any, formats: Mapping[str, Any]) -> None:
    if value is None or value != value:
        page.write_blank(line, place, None, formats["text"])
    elif isinstance(value, date):
        page.write_datetime(line, place, value, formats["day"])
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        page.write_number(line, place, float(value), formats["number"])
    else:
        page.write_string(line, place, str(value), formats["text"])


def write_parquet(table: pa.Table, file: Path) -> None:
    from mainstay.ledger.frozen import write_table

    write_table(table, file)


def write_csv(table: pa.Table, file: Path) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        _csv(table, out, {})


def write_xlsx(table: pa.Table, file: Path) -> None:
    # Made whole before it is written: a full disk would leave a workbook open.
    buffer = io.BytesIO()
    _xlsx(_local(table, "UTC"), buffer, {})
    file.write_bytes(buffer.getvalue())


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

    with xlsxwriter.Workbook(out, {**_OPTIONS, "constant_memory": True}) as made:
        sheet = made.add_worksheet()
        bold, day = made.add_format({"bold": True}), made.add_format({"num_format": "yyyy-mm-dd"})
        moment = made.add_format({"num_format": "yyyy-mm-dd hh:mm"})
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
                        look = moment if isinstance(value, datetime) else day
                        sheet.write_datetime(number, place, value, look)
                    elif isinstance(value, bool):
                        sheet.write_boolean(number, place, value)
                    elif isinstance(value, int | float | Decimal):
                        if value == value:
                            sheet.write_number(number, place, float(value))
                    elif value is not None:
                        sheet.write_string(number, place, str(value))
        sheet.autofilter(0, 0, max(number, 1), table.num_columns - 1)
