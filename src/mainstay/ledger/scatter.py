"""From lines in any order to one sorted file a bucket, in little memory.

DuckDB's `COPY … PARTITION_BY` and delta-rs' own writer lose the order of rows in silence. So the
lines are scattered into temporary files, where order does not matter, and then sorted bucket by
bucket into files that we write ourselves and check while writing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from duckdb import DuckDBPyConnection

from mainstay.core.errors import StoreError
from mainstay.core.texts import gettext_noop
from mainstay.ledger import buckets
from mainstay.ledger.files import ORDER_BY, ROW_GROUP, DataFile, write_sorted
from mainstay.ledger.places import Place
from mainstay.ledger.schema import STORED_ORDER_LINES
from mainstay.ledger.sorting import sorted_buckets
from mainstay.ledger.sql import connect, file_list
from mainstay.ledger.workplace import Workplace

Source: TypeAlias = "pa.Table | pa.RecordBatchReader | Sequence[Path | str]"

MEMORY_LIMIT = "1GB"
IN_MEMORY_ROWS = 1_000_000
NEEDED = ("account_id", "ordered_on", "amount", "import_id")


@dataclass(frozen=True)
class Target:
    """Where the files go.

    place: where the table lies
    work: for what is temporary
    import_id: what the files' names begin with
    """

    place: Place
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
        write_sorted(target.place, bucket, target.name, pieces)
        for bucket, pieces in _sorted_buckets(lines, n_buckets, target)
    ]
    return [file for file in written if file]


def _sorted_buckets(
    lines: Source, n_buckets: int, target: Target
) -> Iterator[tuple[int, Iterable[pa.Table]]]:
    if isinstance(lines, pa.Table):
        table = lines
    elif (count(lines) or 0) <= IN_MEMORY_ROWS:
        table = _read(lines)
    else:
        yield from _by_files(lines, n_buckets, target)
        return
    _refuse(_gaps(table))
    for bucket, piece in sorted_buckets(table, n_buckets):
        yield bucket, [piece]


def _read(paths: Sequence[Path | str]) -> pa.Table:
    tables = [STORED_ORDER_LINES.empty_table()]
    for path in paths:
        with pq.ParquetFile(path) as file:
            tables.append(file.read(use_threads=False))
    return pa.concat_tables(tables, promote_options="default")


def _gaps(lines: pa.Table) -> int:
    """How many lines lack what each must have."""
    if not set(NEEDED) <= set(lines.schema.names):
        return int(lines.num_rows)
    lacking = reduce(pc.or_, (lines[name].is_null() for name in NEEDED))
    return int(pc.sum(lacking).as_py() or 0)


def _by_files(
    lines: Sequence[Path | str], n_buckets: int, target: Target
) -> Iterator[tuple[int, Iterable[pa.Table]]]:
    place = target.scratch / "scattered"
    bucket = buckets.duckdb_expression("account_id", n_buckets)
    with connect(target.memory_limit, target.scratch) as con:
        source = _source(lines)
        lacking = " OR ".join(f'"{name}" IS NULL' for name in NEEDED)
        _refuse(con.sql(f"SELECT count(*) FROM {source} WHERE {lacking}").fetchall()[0][0])
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
            yield number, sorted_bucket(con, files)
            shutil.rmtree(place / f"bucket={number}")


def sorted_bucket(con: DuckDBPyConnection, files: list[str]) -> Iterable[pa.Table]:
    """The lines of files that are all of one bucket, sorted; in memory as long as they are not too many."""
    if (count(files) or 0) > IN_MEMORY_ROWS:
        return _sorted_by_duckdb(con, files)
    return [piece for _, piece in sorted_buckets(_read(files), n_buckets=1)]


def _sorted_by_duckdb(con: DuckDBPyConnection, files: list[str]) -> Iterator[pa.Table]:
    names = ", ".join(f'"{name}"' for name in STORED_ORDER_LINES.names)
    reader = con.sql(
        f"SELECT {names} FROM read_parquet({file_list(files)}, hive_partitioning=false) "
        f"ORDER BY {ORDER_BY}"
    ).to_arrow_reader(ROW_GROUP)
    return (pa.Table.from_batches([batch]) for batch in reader)


def _source(paths: Sequence[Path | str]) -> str:
    """A SQL expression for the lines with all columns of the store, in its types."""
    given = f"read_parquet({file_list([str(path) for path in paths])}, hive_partitioning=false)"
    there = set(pq.read_schema(paths[0]).names)
    words = []
    for f in STORED_ORDER_LINES:
        value = f'"{f.name}"' if f.name in there else "NULL"
        words.append(f'CAST({value} AS {_DUCKDB[str(f.type)]}) AS "{f.name}"')
    return f"(SELECT {', '.join(words)} FROM {given})"


_DUCKDB = {
    "string": "VARCHAR",
    "date32[day]": "DATE",
    "decimal128(18, 4)": "DECIMAL(18, 4)",
    "double": "DOUBLE",
    "int64": "BIGINT",
}


def _refuse(gaps: int) -> None:
    """Refuse lines of which some lack what each must have."""
    if gaps:
        raise StoreError(
            gettext_noop(
                "{lines} lines lack an account, a day, an amount or their import; "
                "nothing was stored. Set such lines aside before they are stored."
            ),
            lines=gaps,
        )
