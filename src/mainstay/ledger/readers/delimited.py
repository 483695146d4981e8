"""CSV, TSV and their kind."""

from __future__ import annotations

from pathlib import Path

import duckdb

from mainstay.core.errors import UnreadableFile
from mainstay.core.texts import gettext_noop
from mainstay.ledger.readers.headings_row import checked_headings
from mainstay.ledger.readers.types import ROW, Raw, ReadOptions
from mainstay.ledger.staging import Staging, literal


def read_delimited(staging: Staging, path: Path, options: ReadOptions) -> list[Raw]:
    """The file as one raw table of texts.

    Raises: UnreadableFile
    """
    relation = staging.name("raw")
    try:
        staging.run(
            f"CREATE TABLE {relation}_t AS SELECT * FROM read_csv({literal(str(path))}, all_varchar = true, header = true)"
        )
    except duckdb.Error as error:
        raise UnreadableFile(
            gettext_noop("“{file}” can't be read as a table of rows and columns."), file=path.name
        ) from error
    described = staging.rows(f"DESCRIBE {relation}_t")
    headings = checked_headings(path.name, [name for name, *_ in described])
    for i, (name, *_) in enumerate(described):
        staging.run(f'ALTER TABLE {relation}_t RENAME COLUMN "{name}" TO c{i}')
    staging.run(f"CREATE VIEW {relation} AS SELECT rowid + 2 AS {ROW}, * FROM {relation}_t")
    rows = staging.one(f"SELECT count(*) FROM {relation}_t")[0]
    return [Raw(relation, path.name, headings, ("VARCHAR",) * len(headings), rows)]
