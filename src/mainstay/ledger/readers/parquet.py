"""Parquet files, one or a folder of them: read in place, with the types that they have."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from mainstay.core.errors import UnreadableFile
from mainstay.core.texts import gettext_noop
from mainstay.ledger.readers.headings_row import checked_headings
from mainstay.ledger.readers.types import ROW, Raw, ReadOptions
from mainstay.ledger.sql import file_list
from mainstay.ledger.staging import Staging, literal, quoted

_NUMBER, _FILE = "file_row_number", "file that it is in"
_COUNTED = "row_number() OVER () - 1"  # where a column has the name of DuckDB's own number
_BROKEN = gettext_noop("“{file}” is not a whole Parquet file: export it again.")


def read_parquet(staging: Staging, path: Path, options: ReadOptions) -> list[Raw]:
    """The file as one raw table.

    Raises: UnreadableFile
    """
    source = f"read_parquet({literal(str(staging.plain_path(path)))})"
    columns = _columns(staging, source, path.name)
    number = _COUNTED
    if not _has_number(columns):
        source, number = f"{source[:-1]}, {_NUMBER} = true)", _NUMBER
    return [_raw(staging, source, path.name, columns, number)]


def parquet_files(folder: Path) -> list[Path]:
    """The Parquet files in a folder and those below it, in order of their names; without what Spark and
    Delta keep beside them under names with _ or a dot."""
    return sorted(
        path
        for path in folder.rglob("*.parquet")
        if path.is_file() and not any(p[0] in "._" for p in path.relative_to(folder).parts)
    )


def read_parquet_folder(
    staging: Staging, folder: Path, options: ReadOptions, name: str | None = None
) -> list[Raw]:
    """All files of a folder as one raw table; rows are numbered through, file by file.

    What names of folders say (year=2025/…) are columns too.
    name: what people call it; None = as the folder
    Raises: UnreadableFile
    """
    name = name or folder.resolve().name
    files = parquet_files(staging.plain_path(folder))
    first = _first_rows(files)
    source, number = (
        f"read_parquet({file_list([str(f) for f in files])}, union_by_name = true)",
        _COUNTED,
    )
    columns = _columns(staging, source, name)
    if not _has_number(columns):
        before = staging.name("before")
        staging.keep(before, pa.table({_FILE: [str(f) for f in files], "rows before": first}))
        source = f"{source[:-1]}, {_NUMBER} = true, filename = {literal(_FILE)})"
        source += f" JOIN {before} USING ({quoted(_FILE)})"
        number = f'{_NUMBER} + "rows before"'
    return [_raw(staging, source, name, columns, number)]


def _has_number(columns: list[tuple[str, str]]) -> bool:
    return _NUMBER in [name.lower() for name, _ in columns]


def _first_rows(files: list[Path]) -> list[int]:
    """How many rows stand before each file."""
    first = [0]
    for path in files:
        try:
            first.append(first[-1] + pq.read_metadata(path).num_rows)
        except (pa.ArrowInvalid, OSError) as error:
            raise UnreadableFile(_BROKEN, file=path.name) from error
    return first[:-1]


def _columns(staging: Staging, source: str, name: str) -> list[tuple[str, str]]:
    try:
        return [(name, kind) for name, kind, *_ in staging.rows(f"DESCRIBE FROM {source}")]
    except duckdb.Error as error:
        raise UnreadableFile(_BROKEN, file=name) from error


def _raw(
    staging: Staging, source: str, name: str, columns: list[tuple[str, str]], number: str
) -> Raw:
    """A view of the source as readers give it; number: SQL of the row's, from 0."""
    headings = checked_headings(name, [heading for heading, _ in columns])
    relation = staging.name("raw")
    picked = ", ".join(f"{quoted(heading)} AS c{i}" for i, (heading, _) in enumerate(columns))
    staging.run(f"CREATE VIEW {relation} AS SELECT {number} + 2 AS {ROW}, {picked} FROM {source}")
    rows = staging.one(f"SELECT count(*) FROM {relation}")[0]
    return Raw(relation, name, headings, tuple(kind for _, kind in columns), rows)
