"""CSV, TSV and their kind: any delimiter, any encoding, broken lines set aside one by one."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from mainstay.core.errors import UnreadableFile
from mainstay.core.texts import gettext_noop
from mainstay.ledger.headings import heading_place
from mainstay.ledger.readers.encodings import detect_encoding, known_encoding, other_encoding
from mainstay.ledger.readers.headings_row import checked_headings
from mainstay.ledger.readers.lines_scan import (
    Places,
    QuoteScan,
    Scan,
    Shape,
    lines_of,
)
from mainstay.ledger.readers.transcode import Text, as_utf8, not_ascii_lines
from mainstay.ledger.readers.types import ROW, Raw, ReadOptions
from mainstay.ledger.staging import Staging, literal

SAMPLE = 1 << 18
SAMPLE_ROWS = 60
START = 24 << 20  # bytes that are enough to propose how a large file would be read
_OTHER_DELIMITERS = re.compile(r"[^\w\s\"'.()/%#&+*€$£¥-]")
_FEW = 32  # so many rows may be missing before their places are kept in a table


@dataclass(frozen=True)
class Layout:
    """How a UTF-8 text file is laid out.

    skip: bytes up to the row after the headings
    heading_line: number of the headings' row, from 1
    """

    file: str
    delimiter: str
    headings: tuple[str, ...]
    skip: int
    heading_line: int

    @property
    def shape(self) -> Shape:
        return Shape(self.delimiter, len(self.headings))


@dataclass(frozen=True)
class Reject:
    """A record that can't be taken: its number after the headings, from 0."""

    record: int
    reason: str
    line: str


def read_delimited(staging: Staging, path: Path, options: ReadOptions) -> list[Raw]:
    """The file as one raw table of texts.

    Raises: UnreadableFile
    """
    if options.start_only and path.stat().st_size > START:
        start = _start_of(staging, path)
        (raw,) = read_delimited(staging, start, replace(options, start_only=False))
        return [replace(raw, source=path.name, start_only=True)]
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    encoding = known_encoding(options.encoding) if options.encoding else detect_encoding(sample)
    if options.encoding:
        _refuse_other_encoding(path, sample, encoding)
    raw = _read(staging, path, encoding, options)
    if raw.wrong_encoding and encoding == "utf-8" and not options.encoding:
        # The start of the file did not tell: decide by all that is not ASCII.
        encoding = detect_encoding(not_ascii_lines(path))
        if encoding != "utf-8":
            raw = _read(staging, path, encoding, options)
    return [replace(raw, encoding=encoding)]


def _refuse_other_encoding(path: Path, sample: bytes, said: str) -> None:
    """Raises: UnreadableFile where the start of the file is not in the encoding that was said"""
    if (other := other_encoding(sample, said)) is not None:
        raise UnreadableFile(
            gettext_noop(
                "“{file}” is not in {encoding}; it looks like {other}. Say that encoding, or say none, "
                "so that it is recognised."
            ),
            file=path.name,
            encoding=said,
            other=other,
        )


def _start_of(staging: Staging, path: Path) -> Path:
    """The first whole lines of a large file, in a file of the same name."""
    folder = staging.folder / staging.name("start")
    folder.mkdir()
    with path.open("rb") as file:
        data = file.read(START)
    end = data.rfind(b"\n") + 1
    if end % 2 and data[end : end + 1] == b"\x00":
        end += 1  # UTF-16 with the low byte first
    (folder / path.name).write_bytes(data[:end] or data)
    return folder / path.name


def _read(staging: Staging, path: Path, encoding: str, options: ReadOptions) -> Raw:
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    text = Text(path)
    if encoding not in ("utf-8", "utf-8-sig", "ascii") or (b"\r" in sample and b"\n" not in sample):
        text = as_utf8(staging, path, encoding)
    layout = _layout(path, text.path, options)
    scan = QuoteScan(layout.shape).run(text.path, layout.skip)
    head = (b"\r\n" in sample[: layout.skip]) != (scan.windows > 0)
    if text.path == path and (scan.odd_ends or (scan.feeds and head)):
        text = as_utf8(staging, path, encoding)
        layout = _layout(path, text.path, options)
        scan = QuoteScan(layout.shape).run(text.path, layout.skip)
    return _read_text(staging, path, text, layout, scan)


def _read_text(staging: Staging, path: Path, text: Text, layout: Layout, scan: Scan) -> Raw:
    table, rows, rejects = _load(staging, text.path, layout, scan)
    if rows + len(rejects) != scan.records:
        # Blank lines, or quotes that are even in number and still wrong: look at every line.
        found = QuoteScan(layout.shape, every=True).run(text.path, layout.skip)
        if found.broken != scan.broken:
            table, rows, rejects = _load(staging, text.path, layout, found)
        scan = found
    if rows + len(rejects) != scan.records:
        raise UnreadableFile(
            gettext_noop(
                "“{file}” has {lines} rows, of which only {found} can be read, since its quotation marks are in disorder: export it again, or save it as .xlsx."
            ),
            file=path.name,
            lines=scan.records,
            found=rows + len(rejects),
        )
    broken = [
        Reject(scan.record_of(line.number), why, line.text.rstrip("\r\n"))
        for line, why in scan.broken
    ]
    places = Places([reject.record for reject in broken])
    rejects = [replace(r, record=places.before(r.record)) for r in rejects] + broken
    return _numbered(staging, path, layout, Found(table, rows, rejects, scan, text))


@dataclass(frozen=True)
class Found:
    """What was read of a file: a table of texts, and what is not in it."""

    table: str
    rows: int
    rejects: list[Reject]
    scan: Scan
    text: Text


_KINDS = {
    "MISSING COLUMNS": "wrong_width",
    "TOO MANY COLUMNS": "wrong_width",
    "UNQUOTED VALUE": "broken_quotes",
    "LINE SIZE OVER MAXIMUM": "line_too_long",
    "INVALID ENCODING": "bad_encoding",
    "INVALID STATE": "broken_quotes",
}


def _load(
    staging: Staging, utf8: Path, layout: Layout, scan: Scan
) -> tuple[str, int, list[Reject]]:
    """Let DuckDB read what can be read, all columns as text, in the order of the file."""
    table = staging.name("text")
    source, skip = staging.plain_path(utf8), 1
    if scan.broken or layout.heading_line > 1:
        source, skip = _without(staging, utf8, layout.skip, scan), 0
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(layout.headings)))
    quote = literal('"' if scan.quotes else "")
    staging.run("DROP TABLE IF EXISTS rejects; DROP TABLE IF EXISTS rejects_scan")
    try:
        staging.run(
            f"CREATE TABLE {table} AS SELECT * FROM read_csv({literal(str(source))}, "
            f"auto_detect = false, header = false, skip = {skip}, columns = {{{columns}}}, "
            f"delim = {literal(layout.delimiter)}, quote = {quote}, escape = {quote}, "
            "max_line_size = 4000000, store_rejects = true, rejects_limit = 0, "
            "rejects_table = 'rejects', rejects_scan = 'rejects_scan')"
        )
    except duckdb.Error as error:
        raise UnreadableFile(
            gettext_noop(
                "“{file}” can't be read as a table of rows and columns: export it again, or save it as .xlsx."
            ),
            file=layout.file,
        ) from error
    found = staging.rows(
        "SELECT line, any_value(error_type::VARCHAR), any_value(csv_line) FROM rejects "
        "GROUP BY line ORDER BY line"
    )
    rejects = [
        Reject(line - skip - 1, _KINDS.get(kind, "wrong_width"), (text or "").strip("\r\n"))
        for line, kind, text in found
    ]
    last = rejects[-1] if rejects and rejects[-1].reason == "broken_quotes" else None
    if last and (cells := layout.shape.cells(last.line)) is not None:
        # DuckDB refuses a quoted cell at the very end of a file without a last line end.
        marks = ", ".join("nullif(?, '')" for _ in cells)
        staging.run(f"INSERT INTO {table} VALUES ({marks})", cells)
        rejects.pop()
    return table, staging.one(f"SELECT count(*) FROM {table}")[0], rejects


def _without(staging: Staging, utf8: Path, skip: int, scan: Scan) -> Path:
    """A copy of the file without its headings and the lines that are broken."""
    copy = staging.folder / staging.name("clean.csv")
    with utf8.open("rb") as given, copy.open("wb") as out:
        place = skip
        for line, _ in scan.broken:
            given.seek(place)
            left = line.place - place
            while left > 0 and (chunk := given.read(min(left, 4 << 20))):
                out.write(chunk)
                left -= len(chunk)
            place = line.place + len(line.data)
        given.seek(place)
        while chunk := given.read(4 << 20):
            out.write(chunk)
    return copy


def _numbered(staging: Staging, path: Path, layout: Layout, found: Found) -> Raw:
    """Give each row the number that it has in the file, the broken ones among them counted."""
    scan = found.scan
    gone = [r.record for r in found.rejects] + [scan.record_of(line) for line in scan.blank]
    first = layout.heading_line + 1
    undecoded = [scan.record_of(line - layout.heading_line) for line, _ in found.text.undecoded]
    outer = Places(undecoded)
    gone = [outer.before(record) for record in gone] + undecoded
    broken = [(first + outer.before(r.record), r.reason, r.line) for r in found.rejects]
    broken += [
        (first + record, "bad_encoding", text)
        for record, (_, text) in zip(undecoded, found.text.undecoded, strict=True)
    ]
    relation = staging.name("raw")
    _number(staging, relation, found, Places(gone), first)
    bad = None
    if broken:
        bad = staging.name("broken")
        rows, reasons, lines = zip(*sorted(broken), strict=True)
        staging.keep(
            bad,
            pa.table(
                {
                    "row": pa.array(rows, pa.int64()),
                    "reason": pa.array(reasons, pa.string()),
                    "line": pa.array(lines, pa.string()),
                }
            ),
        )
    return Raw(
        relation,
        path.name,
        layout.headings,
        ("VARCHAR",) * len(layout.headings),
        found.rows,
        found.table,
        broken=bad,
        broken_rows=len(broken),
        wrong_encoding=sum(reason == "bad_encoding" for _, reason, _ in broken),
    )


def _number(staging: Staging, relation: str, found: Found, places: Places, first: int) -> None:
    table = found.table
    if len(places.thresholds) <= _FEW:
        row = f"{places.sql('rowid')} + {first} AS {ROW}"
        staging.run(f"CREATE VIEW {relation} AS SELECT {row}, * FROM {table}")
        return
    n = np.arange(found.rows)
    row_numbers = n + np.searchsorted(places.thresholds, n, side="right") + first
    staging.keep(f"{relation}_rows", pa.table({ROW: row_numbers}))
    staging.run(f"CREATE VIEW {relation} AS SELECT * FROM {relation}_rows POSITIONAL JOIN {table}")


def _layout(path: Path, utf8: Path, options: ReadOptions) -> Layout:
    """Find the delimiter and the row of headings from the start of the file.

    Raises: UnreadableFile
    """
    with utf8.open("rb") as file:
        start = file.read(SAMPLE)
    whole = len(start) < SAMPLE
    text = start.decode("utf-8-sig", errors="replace")
    delimiter = options.delimiter or _delimiter(text)
    lines = lines_of(text)
    if not whole and len(lines) > 1:
        lines.pop()
    reader = csv.reader(lines, delimiter=delimiter)
    rows: list[list[str]] = []
    ends: list[int] = []  # physical lines up to the end of each row
    try:
        for row in reader:
            rows.append(row)
            ends.append(reader.line_num)
            if len(rows) == SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    place = heading_place(rows)
    if place is None:
        raise UnreadableFile(
            gettext_noop("“{file}” is empty: export it again, with its headings."), file=path.name
        )
    marks = 3 if start.startswith(b"\xef\xbb\xbf") else 0
    skip = marks + sum(len(line.encode()) for line in lines[: ends[place]])
    headings = checked_headings(path.name, rows[place])
    return Layout(path.name, delimiter, headings, skip, ends[place])


def _delimiter(text: str) -> str:
    """The sign that divides the first lines most often into the same number of cells, over one."""
    lines = [line for line in lines_of(text)[:SAMPLE_ROWS] if line.strip()]
    signs = dict.fromkeys(",;\t|\x1f\x01")
    signs.update(dict.fromkeys(_OTHER_DELIMITERS.findall("".join(lines[:1]))))
    best, most = ",", (0.0, 0)
    for sign in signs:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=sign)]
        except csv.Error:
            continue
        if not widths:
            continue
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        agreed = widths.count(usual) / len(widths)
        if usual > 1 and (round(agreed, 1), usual) > most:
            best, most = sign, (round(agreed, 1), usual)
    return best
