"""A table of Spark's catalogue, or a query: its workers lay the rows down as Parquet, each its own part.

No row goes through the driver: the workers write into the import's folder beside the order store,
which they reach anyway. What follows is the import of a folder of Parquet.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from mainstay.core.errors import UnreadableFile
from mainstay.core.texts import gettext_noop
from mainstay.ledger.readers.parquet import read_parquet_folder
from mainstay.ledger.readers.types import Raw, ReadOptions
from mainstay.ledger.staging import Staging

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Batches = Iterator[pa.RecordBatch]

SCHEME = "spark://"
START_ROWS = 20_000
_PLAIN = [
    "string",
    "boolean",
    "tinyint",
    "smallint",
    "int",
    "bigint",
    "float",
    "double",
    "date",
    "timestamp",
    "timestamp_ntz",
]
_WRITTEN = "name string, rows long"


def is_spark(place: Path | str) -> bool:
    """Whether a place is a table of Spark's: spark://sales.order_lines, or spark:// and a query."""
    return str(place).startswith(SCHEME)


def place_to_work(folder: Path, places: Sequence[Path | str]) -> Path | None:
    """Where the import of these places has to work: beside the store, where Spark's workers write;
    None = anywhere.

    folder: the ledger's
    """
    if not any(is_spark(place) for place in places):
        return None
    work = folder / "spool"
    work.mkdir(exist_ok=True)
    return work.resolve()


def read_spark(staging: Staging, place: str, options: ReadOptions) -> list[Raw]:
    """The rows of a table or query as one raw table.

    Raises: UnreadableFile; SparkFailed
    """
    from mainstay.ledger.spark_session import session, told, why

    table = place.removeprefix(SCHEME)
    if not table and not options.sql:
        raise UnreadableFile(
            gettext_noop(
                "“spark://” names no table: write spark://sales.order_lines, or a query beside it."
            )
        )
    spark = session()
    from pyspark.errors import AnalysisException

    folder = staging.folder / staging.name("spark")
    folder.mkdir()
    with told():
        try:
            frame = spark.sql(options.sql) if options.sql else spark.table(table)
            _lay_down(frame.limit(START_ROWS) if options.start_only else frame, folder)
        except AnalysisException as error:
            raise UnreadableFile(
                gettext_noop("Spark gave no rows of “{place}”: {why}"),
                place=table or "SQL",
                why=why(error),
            ) from error
    raws = read_parquet_folder(staging, folder, options, name=table or "SQL")
    return [replace(raw, start_only=options.start_only) for raw in raws]


def _lay_down(frame: DataFrame, folder: Path) -> None:
    """Write the rows as Parquet into a folder; of a task that was tried twice, what counted stays."""
    from pyspark.sql import functions as f

    plain = [
        f.col(f"`{name}`") if _is_plain(kind) else f.col(f"`{name}`").cast("string").alias(name)
        for name, kind in frame.dtypes
    ]
    frame = frame.select(*plain)
    written = set(frame.mapInArrow(_writer(str(folder)), _WRITTEN).toArrow()["name"].to_pylist())
    for path in folder.iterdir():
        if path.name not in written:
            path.unlink()
    if not written:
        pq.write_table(frame.limit(0).toArrow(), folder / "empty.parquet")


def _is_plain(kind: str) -> bool:
    """Whether it needs no words to be read: neither a list nor a record."""
    return kind in _PLAIN or kind.startswith("decimal")


def _writer(folder: str) -> Callable[[Batches], Batches]:
    def on_worker(batches: Batches) -> Batches:
        # Pickled whole, so that a worker without Mainstay says so.
        from mainstay.ledger.readers.spark import written

        return written(folder, batches)

    return on_worker


def written(folder: str, batches: Batches) -> Batches:
    """On a worker: write one part's rows as a file; gives its name and how many rows it holds."""
    from pyspark import TaskContext

    task = TaskContext.get()
    name = f"{task.partitionId() if task else 0:06}-{uuid.uuid4().hex}.parquet"
    out, rows = None, 0
    try:
        for batch in batches:
            if out is None:
                out = pq.ParquetWriter(Path(folder, name), batch.schema, compression="zstd")
            out.write_batch(batch)
            rows += batch.num_rows
    finally:
        if out is not None:
            out.close()
    if out is not None:
        yield pa.RecordBatch.from_pydict({"name": [name], "rows": [rows]})
