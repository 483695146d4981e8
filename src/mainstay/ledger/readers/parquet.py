"""Parquet files: read in place, with the types that they have."""

from __future__ import annotations

from pathlib import Path

import duckdb

from mainstay.core.errors import UnreadableFile
from mainstay.core.texts import gettext_noop
from mainstay.ledger.readers.headings_row import checked_headings
from mainstay.ledger.readers.types import ROW, Raw, ReadOptions
from mainstay.ledger.staging import Staging, literal, quoted


def read_parquet(staging: Staging, path: Path, options: ReadOptions) -> list[Raw]:
    """The file as one raw table.

    Raises: UnreadableFile
    """
    source = f"read_parquet({literal(str(staging.plain_path(path)))})"
    try:
        columns = [(name, kind) for name, kind, *_ in staging.rows(f"DESCRIBE FROM {source}")]
    except duckdb.Error as error:
        raise UnreadableFile(
            gettext_noop("“{file}” is not a whole Parquet file: export it again."), file=path.name
        ) from error
    headings = checked_headings(path.name, [name for name, _ in columns])
    number = "row_number() OVER () - 1"
    if "file_row_number" not in [name.lower() for name, _ in columns]:
        source, number = f"{source[:-1]}, file_row_number = true)", "file_row_number"
    relation = staging.name("raw")
    picked = ", ".join(f"{quoted(name)} AS c{i}" for i, (name, _) in enumerate(columns))
    staging.run(f"CREATE VIEW {relation} AS SELECT {number} + 2 AS {ROW}, {picked} FROM {source}")
    rows = staging.one(f"SELECT count(*) FROM {relation}")[0]
    return [Raw(relation, path.name, headings, tuple(kind for _, kind in columns), rows)]
