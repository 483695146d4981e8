"""Workbooks: .xlsx, .xlsm, .xlsb, .xls and .ods, each sheet a table."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.errors import MainstayError, UnreadableFile
from mainstay.core.texts import gettext_noop
from mainstay.ledger.headings import heading_place
from mainstay.ledger.readers.detect import check_workbook
from mainstay.ledger.readers.headings_row import checked_headings, refuse_width
from mainstay.ledger.readers.types import ROW, Raw, ReadOptions
from mainstay.ledger.readers.unlock import unlock
from mainstay.ledger.staging import Staging

HEAD_ROWS = 60


class NoSuchSheet(UnreadableFile):
    """A workbook without the sheet that was asked for."""

    code = "no_such_sheet"


def read_workbook(
    staging: Staging, path: Path, options: ReadOptions, *, locked: bool = False
) -> list[Raw]:
    """A raw table for each sheet that has rows; all values as text, as the sheet holds them.

    Raises: UnreadableFile
    """
    import fastexcel

    # A column without any value is none of the user's concern.
    logging.getLogger("fastexcel").setLevel(logging.ERROR)
    readable = path
    if locked:
        readable = staging.folder / staging.name("unlocked")
        unlock(path, options.password, readable)
        check_workbook(readable, path.name)
    try:
        book = fastexcel.read_excel(str(readable))
        names = _sheets(path, book.sheet_names, options.sheet)
        several = len(book.sheet_names) > 1
        raws = [
            raw
            for name in names
            if (raw := _read_sheet(staging, path, book, name, several=several)) is not None
        ]
    except MainstayError:
        raise
    except Exception as error:
        if type(error).__module__.startswith(("fastexcel", "_fastexcel", "pyo3")):
            raise UnreadableFile(_complaint(str(error)), file=path.name) from error
        raise
    if not raws:
        raise UnreadableFile(
            gettext_noop("“{file}” is empty: export it again, with its headings."), file=path.name
        )
    return raws


def _complaint(message: str) -> str:
    if "assword" in message:
        return gettext_noop(
            "“{file}” is locked with a password: save it without one and load it again."
        )
    return gettext_noop("“{file}” is damaged: open it in a spreadsheet, save it and load it again.")


def _sheets(path: Path, names: list[str], wanted: str | None) -> list[str]:
    if wanted is None:
        return names
    if wanted not in names:
        raise NoSuchSheet(
            gettext_noop("“{file}” has no sheet “{sheet}”; it has {sheets}."),
            file=path.name,
            sheet=wanted,
            sheets=", ".join(f"“{name}”" for name in names),
        )
    return [wanted]


def _read_sheet(staging: Staging, path: Path, book: Any, name: str, *, several: bool) -> Raw | None:
    """One sheet; None where it has no rows under its headings.

    All as text: dates come as 2024-03-05 00:00:00 and numbers in full, and a column that begins
    with numbers loses nothing that is no number (typed by its first rows, it would).
    """
    source = f"{path.name}, {name}" if several else path.name
    # Without skip_rows the rows before the first one with a value are left out, and the numbers
    # of all others are wrong.
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    if sheet.width == 0:
        return None
    refuse_width(source, sheet.width)
    table = pa.Table.from_batches([sheet.to_arrow()])
    columns = [column.combine_chunks() for column in table.columns]
    head = [["" if v is None else v for v in row] for row in _rows(columns, HEAD_ROWS)]
    place = heading_place(head)
    if place is None:
        return None
    headings: list[str | None] = list(head[place])
    used = [
        i
        for i, column in enumerate(columns)
        if headings[i] or column.null_count < len(column) - place - 1
    ]
    columns = [columns[i].slice(place + 1) for i in used]
    n = len(columns[0]) if columns else 0
    if not n:
        return None
    names = checked_headings(source, [headings[i] for i in used], places=[i + 1 for i in used])
    rows = pa.array(np.arange(place + 2, place + 2 + n))
    found = pa.table([rows, *columns], names=[ROW, *(f"c{i}" for i in range(len(used)))])
    filled = pc.drop_null(_filled(columns))
    if len(filled) < n:  # empty rows between and after the others
        found = found.filter(_filled(columns).is_valid())
    relation = staging.name("raw")
    staging.con.register(relation, found)
    return Raw(
        relation,
        source,
        names,
        ("VARCHAR",) * len(names),
        found.num_rows,
        sheet=name,
        keep=found,
    )


def _filled(columns: list[pa.Array]) -> pa.Array:
    """The first value of each row that there is."""
    return pc.coalesce(*columns)


def _rows(columns: list[pa.Array], n: int) -> list[tuple[Any, ...]]:
    return list(zip(*(column.slice(0, n).to_pylist() for column in columns), strict=True))
