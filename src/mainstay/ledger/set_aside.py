"""Rows that were set aside: kept as they came, to be downloaded, corrected and loaded again."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from mainstay.core.errors import InvalidSetting, NotFound, writing
from mainstay.core.texts import gettext_noop
from mainstay.ledger.imports import PLACE
from mainstay.ledger.readers import ROW, Raw
from mainstay.ledger.staging import Staging, literal, quoted

FILE = "set_aside.parquet"
COMPLETES = "completes.parquet"
_MARKS = ("_import", "_source", "_row", "_reason")


def write(staging: Staging, folder: Path, import_id: str, raws: Sequence[Raw], told: str) -> None:
    """Write the rows set aside, with their original columns, into an import's folder.

    told: a relation `s, row, fate`
    """
    parts = []
    for n, raw in enumerate(raws):
        marks = (
            f"{literal(import_id)} AS _import, {literal(raw.source)} AS _source, "
            f"r.{ROW} AS _row, %s AS _reason"
        )
        columns = ", ".join(
            f"CAST(r.c{i} AS VARCHAR) AS {quoted(heading)}"
            for i, heading in enumerate(raw.headings)
            if heading not in (*_MARKS, "_line")
        )
        parts.append(
            f"SELECT {marks % 't.fate'}, {columns} FROM {raw.relation} r "
            f"JOIN (SELECT row, fate FROM {told} WHERE s = {n} "
            f"AND fate NOT IN ('taken', 'copy')) t ON t.row = r.{ROW}"
        )
        if raw.broken:
            parts.append(
                f"SELECT {marks % 'r.reason'}, CAST(r.line AS VARCHAR) AS _line FROM {raw.broken} r"
            )
    query = " UNION ALL BY NAME ".join(parts)
    order = "ORDER BY _source, _row" if len(parts) > len(raws) else ""
    staging.run(
        f"COPY (SELECT * FROM ({query}) {order}) TO {literal(str(folder / FILE))} "
        "(FORMAT parquet, COMPRESSION lz4_raw)"
    )


def read(folder: Path, import_id: str) -> pa.Table:
    """The rows that an import set aside: _import, _source, _row, _reason and what they had.

    folder: the ledger's folder
    Raises: NotFound
    """
    path = folder / PLACE / import_id / FILE
    if not path.is_file():
        raise NotFound(
            gettext_noop("There is no import “{import_id}” with rows that were set aside."),
            import_id=import_id,
        )
    return pq.read_table(path, partitioning=None)


def save(rows: pa.Table, path: Path) -> None:
    """Write rows as .csv, .xlsx or .parquet, to be corrected in a spreadsheet.

    Raises: InvalidSetting for another kind of file, or where it can't be written
    """
    writers = {".csv": _save_csv, ".xlsx": _save_workbook, ".parquet": pq.write_table}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise InvalidSetting(
            gettext_noop(
                "“{file}” can't be written: its name must end in .csv, .xlsx or .parquet."
            ),
            file=path.name,
        )
    with writing(path), path.open("wb") as out:
        writer(rows, out)


def _save_csv(rows: pa.Table, out: BinaryIO) -> None:
    # With a mark, so that spreadsheets show Chinese and Korean; without formulas.
    out.write(b"\xef\xbb\xbf")
    pa_csv.write_csv(without_formulas(rows), out)


def without_formulas(rows: pa.Table) -> pa.Table:
    """Texts that a spreadsheet would run as formulas get an apostrophe before them."""
    columns = []
    for column in rows.columns:
        if pa.types.is_string(column.type):
            risky = pc.match_substring_regex(column, r"^[=@\t\r]|^[+-][^0-9.,(]|^[+-]$")
            quoted_text = pc.binary_join_element_wise("'", column, "")
            column = pc.if_else(pc.fill_null(risky, False), quoted_text, column)
        columns.append(column)
    return pa.table(columns, names=rows.column_names)


def _save_workbook(rows: pa.Table, out: BinaryIO) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    buffer = io.BytesIO()  # whole before it is written: a full disk would leave a workbook open
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet("Set aside")
        sheet.write_row(0, 0, rows.column_names)
        for place, row in enumerate(zip(*(c.to_pylist() for c in rows.columns), strict=True), 1):
            for i, value in enumerate(row):
                if value is not None:
                    sheet.write(place, i, value)
    out.write(buffer.getbuffer())


def forget(folder: Path, table: str, column: str, codes: Sequence[str]) -> int:
    """Empty the rows of a table that imports set aside of these codes, for good; gives how many.

    folder: the ledger's folder
    column: of the table, that holds the codes; they stay, and so does where each row was
    """
    return sum(
        _forget_in(path, table, column, frozenset(codes))
        for path in sorted((folder / PLACE).glob(f"*/{FILE}"))
    )


def _forget_in(path: Path, table: str, column: str, codes: frozenset[str]) -> int:
    mappings = json.loads((path.parent / "mapping.json").read_text(encoding="utf-8"))
    headings = {m["source"]: m["columns"].get(column) for m in mappings if m["table"] == table}
    if not headings:
        return 0
    rows = pq.read_table(path, partitioning=None)
    # Of a line that could not be taken apart, each of its parts may be the code.
    here = [
        row["_source"] in headings
        and (
            str(row.get(headings[row["_source"]]) or "").strip() in codes
            or not codes.isdisjoint(re.split(r"[\s,;|\"']+", row.get("_line") or ""))
        )
        for row in rows.to_pylist()
    ]
    if not any(here):
        return 0
    kept = (*_MARKS, *headings.values())
    for i, name in enumerate(rows.column_names):
        if name not in kept:
            emptied = pc.if_else(pa.array(here), pa.scalar(None, rows[name].type), rows[name])
            rows = rows.set_column(i, name, emptied)
    fresh = path.with_suffix(".fresh")
    pq.write_table(rows, fresh)
    fresh.replace(path)
    return sum(here)


def completed(folder: Path, import_ids: Sequence[str]) -> pa.Table:
    """Which set-aside rows were completed by these imports: import, source, row."""
    schema = pa.schema([("_import", pa.string()), ("_source", pa.string()), ("_row", pa.int64())])
    found = [
        pq.read_table(path, partitioning=None).cast(schema)
        for import_id in import_ids
        if (path := folder / PLACE / import_id / COMPLETES).is_file()
    ]
    return pa.concat_tables([schema.empty_table(), *found])
