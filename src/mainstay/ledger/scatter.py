"""From lines in any order to one sorted file a bucket, in little memory.

DuckDB's `COPY … PARTITION_BY` and delta-rs' own writer lose the order of rows in silence. So the
lines are scattered into temporary files, where order does not matter, and then sorted bucket by
bucket into files that we write ourselves and check while writing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mainstay.core.errors import StoreError
from mainstay.core.texts import gettext_noop
from mainstay.ledger import buckets
from mainstay.ledger.files import ORDER_BY, ROW_GROUP, DataFile, write_sorted
from mainstay.ledger.schema import STORED_ORDER_LINES
from mainstay.ledger.sql import connect, file_list
from mainstay.ledger.workplace import Workplace

Source: TypeAlias = "pa.Table | pa.RecordBatchReader | Sequence[Path | str]"

MEMORY_LIMIT = "1GB"
IN_MEMORY_ROWS = 1_000_000


@dataclass(frozen=True)
class Target:
    """Where the files go.

    folder: the table's folder
    work: for what is temporary
    import_id: what the files' names begin with
    """

    folder: Path
    work: Workplace
    import_id: str
    memory_limit: str = MEMORY_LIMIT

    @property
    def scratch(self) -> Path:
        return self.work.folder

    @property
    def name(self) -> str:
        """What the names of the files begin with."""
        return f"{self.import_id}-{self.work.token}"


def count(lines: Source) -> int | None:
    """How many lines; None where only reading can tell."""
    if isinstance(lines, pa.Table):
        return int(lines.num_rows)
    if isinstance(lines, pa.RecordBatchReader):
        return None
    return sum(pq.read_metadata(path).num_rows for path in lines)


def spooled(lines: Source, target: Target) -> Source:
    """The same lines, countable: what can be read only once is laid down as a file first."""
    if not isinstance(lines, pa.RecordBatchReader):
        return lines
    path = target.scratch / "spool.parquet"
    with pq.ParquetWriter(path, lines.schema, compression="lz4") as out:
        for batch in lines:
            out.write_batch(batch)
    return [path]


def write(lines: Source, n_buckets: int, target: Target) -> list[DataFile]:
    """Write the lines as one sorted file a bucket; a file is in the store when it is committed.

    lines: in the schema of STORED_ORDER_LINES (columns that may be empty may lack), in any order
    Raises: StoreError where a line has no account, day or amount
    """
    written = [
        write_sorted(target.folder, bucket, target.name, pieces)
        for bucket, pieces in _sorted_buckets(lines, n_buckets, target)
    ]
    return [file for file in written if file]


def _sorted_buckets(
    lines: Source, n_buckets: int, target: Target
) -> Iterator[tuple[int, Iterator[pa.Table]]]:
    rows = count(lines)
    if rows is not None and rows <= IN_MEMORY_ROWS:
        yield from _in_memory(lines, n_buckets)
    else:
        yield from _by_files(lines, n_buckets, target)


def _in_memory(lines: Source, n_buckets: int) -> Iterator[tuple[int, Iterator[pa.Table]]]:
    with connect() as con:
        source = _source(con, lines)
        _refuse_gaps(con, source)
        bucket = buckets.duckdb_expression("account_id", n_buckets)
        table = con.sql(
            f"SELECT *, {bucket} AS bucket FROM {source} ORDER BY bucket, {ORDER_BY}"
        ).to_arrow_table()
    of_line = table["bucket"].to_numpy()
    table = table.drop_columns("bucket")
    starts = np.flatnonzero(np.diff(of_line, prepend=-1))
    for start, end in pairwise([*starts, len(of_line)]):
        yield int(of_line[start]), iter([table.slice(start, end - start)])


def _by_files(
    lines: Source, n_buckets: int, target: Target
) -> Iterator[tuple[int, Iterator[pa.Table]]]:
    place = target.scratch / "scattered"
    bucket = buckets.duckdb_expression("account_id", n_buckets)
    with connect(target.memory_limit, target.scratch) as con:
        source = _source(con, lines)
        _refuse_gaps(con, source)
        con.execute("SET preserve_insertion_order = false")
        con.execute(
            f"COPY (SELECT *, {bucket} AS bucket FROM {source}) TO '{place}' "
            "(FORMAT parquet, PARTITION_BY (bucket), COMPRESSION lz4, ROW_GROUP_SIZE 20480)"
        ).fetchall()
        con.execute("SET preserve_insertion_order = true")
        for number in range(n_buckets):
            files = [str(p) for p in (place / f"bucket={number}").glob("*.parquet")]
            if not files:
                continue
            names = ", ".join(f'"{name}"' for name in STORED_ORDER_LINES.names)
            reader = con.sql(
                f"SELECT {names} FROM read_parquet({file_list(files)}, hive_partitioning=false) "
                f"ORDER BY {ORDER_BY}"
            ).to_arrow_reader(ROW_GROUP)
            yield number, (pa.Table.from_batches([batch]) for batch in reader)
            shutil.rmtree(place / f"bucket={number}")


def _source(con: object, lines: Source) -> str:
    """A SQL expression for the lines with all columns of the store, in its types."""
    if isinstance(lines, pa.Table):
        con.register("given", lines)  # type: ignore[attr-defined]
        given, there = "given", set(lines.schema.names)
    else:
        paths = [str(path) for path in lines]
        given = f"read_parquet({file_list(paths)}, hive_partitioning=false)"
        there = set(pq.read_schema(paths[0]).names) if paths else set()
        if not paths:
            con.register("given", STORED_ORDER_LINES.empty_table())  # type: ignore[attr-defined]
            given = "given"
    words = []
    for f in STORED_ORDER_LINES:
        kind = _DUCKDB[str(f.type)]
        value = f'"{f.name}"' if f.name in there else "NULL"
        words.append(f'CAST({value} AS {kind}) AS "{f.name}"')
    return f"(SELECT {', '.join(words)} FROM {given})"


_DUCKDB = {
    "string": "VARCHAR",
    "date32[day]": "DATE",
    "decimal128(18, 4)": "DECIMAL(18, 4)",
    "double": "DOUBLE",
    "int64": "BIGINT",
}


def _refuse_gaps(con: object, source: str) -> None:
    wrong = con.sql(  # type: ignore[attr-defined]
        f"SELECT count(*) FROM {source} "
        "WHERE account_id IS NULL OR ordered_on IS NULL OR amount IS NULL OR import_id IS NULL"
    ).fetchall()[0][0]
    if wrong:
        raise StoreError(
            gettext_noop(
                "{lines} lines lack an account, a day, an amount or their import; "
                "nothing was stored. Set such lines aside before they are stored."
            ),
            lines=wrong,
        )
