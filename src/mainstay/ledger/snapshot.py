"""One version of the order store, as a reader keeps it: nothing that happens later changes it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from deltalake import DeltaTable

from mainstay.core.texts import gettext_noop
from mainstay.ledger import buckets, state
from mainstay.ledger.errors import StoreBroken
from mainstay.ledger.files import NULLS, RANGES, DataFile
from mainstay.ledger.places import Place
from mainstay.ledger.schema import STORED_ORDER_LINES
from mainstay.ledger.sql import cursor, file_list


@dataclass(frozen=True)
class Snapshot:
    """The files and imports of one version.

    place: where the table lies
    files: by bucket, and within one in the order in which they were written
    """

    place: Place
    version: int
    state: state.State
    files: tuple[DataFile, ...]

    @classmethod
    def of(cls, table: DeltaTable, place: Place) -> Snapshot:
        """The version at which a Delta table was opened."""
        number = table.transaction_version(state.APP)
        return cls(place, table.version(), state.load(place, number), _files(table))

    @property
    def buckets(self) -> int:
        return self.state.buckets

    @property
    def lines(self) -> int:
        """How many order lines there are."""
        return sum(f.rows for f in self.files)

    @cached_property
    def by_bucket(self) -> dict[int, tuple[DataFile, ...]]:
        found: dict[int, list[DataFile]] = {}
        for file in self.files:
            found.setdefault(file.bucket, []).append(file)
        return {bucket: tuple(of_it) for bucket, of_it in found.items()}

    @property
    def folder(self) -> Path:
        """The table's folder on this machine."""
        return self.place.folder

    def full(self, file: DataFile) -> Path:
        """The file, on this machine."""
        return self.place.here(file.path)

    def uris(self, files: Iterable[DataFile] | None = None) -> list[str]:
        """The paths of files, on this machine."""
        return [str(self.full(f)) for f in (self.files if files is None else files)]

    def span(self) -> tuple[Any, Any] | None:
        """First and last day with a line; None for an empty store."""
        days = [(f.low["ordered_on"], f.high["ordered_on"]) for f in self.files if f.rows]
        return (min(d[0] for d in days), max(d[1] for d in days)) if days else None

    def files_for(self, account_ids: Iterable[str]) -> list[DataFile]:
        """The files that may hold lines of these accounts."""
        wanted: dict[int, list[str]] = {}
        for account_id in account_ids:
            wanted.setdefault(buckets.bucket_of(account_id, self.buckets), []).append(account_id)
        found = []
        for bucket, ids in wanted.items():
            ids.sort()
            found += [f for f in self.by_bucket.get(bucket, ()) if holds_any(f, "account_id", ids)]
        return found

    def files_with_orders(self, order_ids: pa.Array) -> list[DataFile]:
        """The files that may hold lines of these orders."""
        ids = sorted(set(order_ids.drop_null().to_pylist()))
        return [f for f in self.files if holds_any(f, "order_id", ids)]

    def orders(self, order_ids: pa.Array, columns: Sequence[str] | None = None) -> pa.Table:
        """The lines now in the store for those orders, in no particular order."""
        names = ", ".join(f'"{name}"' for name in columns) if columns else "*"
        files = self.files_with_orders(order_ids)
        if not files:
            empty = STORED_ORDER_LINES.empty_table()
            return empty.select(list(columns)) if columns else empty
        wanted = pa.table({"order_id": order_ids.unique()})
        con = cursor()
        con.register("wanted_orders", wanted)
        try:
            with reading(self):
                return con.sql(
                    f"SELECT {names} FROM read_parquet({file_list(self.uris(files))}, "
                    "hive_partitioning=false) AS lines "
                    "WHERE order_id IN (SELECT order_id FROM wanted_orders)"
                ).to_arrow_table()
        finally:
            con.unregister("wanted_orders")


@contextmanager
def reading(snapshot: Snapshot) -> Iterator[None]:
    """Around what reads a version's files: says which is missing or changed, if any is.

    Raises: StoreBroken
    """
    try:
        yield
    except (OSError, pa.ArrowException, duckdb.Error) as error:
        for file in snapshot.files:
            if snapshot.place.size(file.path) != file.size:
                raise StoreBroken(
                    gettext_noop(
                        "The file “{file}” of the order store is missing or damaged. Run “mainstay "
                        "store check”: it names all such files and says what to do."
                    ),
                    file=file.path,
                ) from error
        raise


def holds_any(file: DataFile, column: str, ids: Sequence[str]) -> bool:
    """Whether any of the sorted ids lies within the file's range of a column."""
    low, high = file.low.get(column), file.high.get(column)
    if low is None or high is None:
        return file.nulls.get(column, 0) < file.rows
    place = bisect_left(ids, low)
    return place < len(ids) and ids[place] <= high


def _files(table: DeltaTable) -> tuple[DataFile, ...]:
    rows = pa.table(table.get_add_actions(flatten=True)).to_pylist()
    files = [
        DataFile(
            row["path"],
            int(row["partition.bucket"]),
            row["num_records"],
            row["size_bytes"],
            {name: row.get(f"min.{name}") for name in RANGES},
            {name: row.get(f"max.{name}") for name in RANGES},
            {name: row.get(f"null_count.{name}") or 0 for name in NULLS},
        )
        for row in rows
    ]
    # Older imports first, so that lines of one day stand in the order in which they came.
    return tuple(sorted(files, key=lambda f: (f.bucket, f.high["import_id"] or "", f.path)))
