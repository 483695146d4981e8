"""The store's Parquet files: written sorted, with statistics that say what lies in them.

A file holds lines of one bucket, sorted by account and day. The statistics (least and greatest
account, day, import, order and currency; how many lines have no category or cost) stand in Delta's
log, so that readers open only files that matter to them.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake.transaction import AddAction, RemoveAction

from mainstay.core.texts import gettext_noop
from mainstay.ledger.errors import StoreBroken
from mainstay.ledger.places import Place
from mainstay.ledger.schema import STORED_ORDER_LINES

ROW_GROUP = 122_880
SORT_KEYS = ("account_id", "ordered_on", "import_id", "source", "row")
ORDER_BY = ", ".join(f'"{key}"' for key in SORT_KEYS)
RANGES = ("account_id", "ordered_on", "import_id", "order_id", "currency", "kind")
NULLS = ("category", "cost", "order_id", "currency")
# Days and money as differences: read in a third of the time, and nearly as small.
_ENCODING = {
    "ordered_on": "DELTA_BINARY_PACKED",
    "amount": "DELTA_BINARY_PACKED",
    "cost": "DELTA_BINARY_PACKED",
    "list_amount": "DELTA_BINARY_PACKED",
    "row": "DELTA_BINARY_PACKED",
    "order_id": "DELTA_BYTE_ARRAY",
}
# What is looked for within a file; statistics of the others would take a third of the writing.
_LOOKED_FOR = (*SORT_KEYS[:3], "order_id")
# Text that is written, and can be read, as dictionary codes.
DICTIONARY = tuple(
    f.name for f in STORED_ORDER_LINES if pa.types.is_string(f.type) and f.name not in _ENCODING
)


@dataclass(frozen=True)
class DataFile:
    """One file of the store.

    path: relative to the table's folder
    low, high: least and greatest value by column; None where there is none
    nulls: how many lines lack a value, by column
    """

    path: str
    bucket: int
    rows: int
    size: int
    low: dict[str, Any] = field(hash=False, compare=False)
    high: dict[str, Any] = field(hash=False, compare=False)
    nulls: dict[str, int] = field(hash=False, compare=False)

    @property
    def only_import(self) -> str | None:
        """The import that all lines are of, if they are of one."""
        low: str | None = self.low.get("import_id")
        return low if low is not None and low == self.high.get("import_id") else None

    def may_hold(self, column: str, value: Any) -> bool:
        low, high = self.low.get(column), self.high.get(column)
        if low is None or high is None:
            return self.nulls.get(column, 0) < self.rows
        return bool(low <= value <= high)

    def add_action(self, *, data_change: bool = True) -> AddAction:
        stats = {
            "numRecords": self.rows,
            "minValues": {c: _plain(v) for c, v in self.low.items() if v is not None},
            "maxValues": {c: _plain(v) for c, v in self.high.items() if v is not None},
            "nullCount": self.nulls,
        }
        return AddAction(
            self.path,
            self.size,
            {"bucket": str(self.bucket)},
            now_ms(),
            data_change,
            json.dumps(stats, ensure_ascii=False),
        )

    def remove_action(self, *, data_change: bool = True) -> RemoveAction:
        partition = {"bucket": str(self.bucket)}
        return RemoveAction(self.path, data_change, now_ms(), self.size, partition)


def now_ms() -> int:
    """The clock of the file system, for housekeeping alone: no result ever depends on it."""
    return time.time_ns() // 1_000_000


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def parquet_options(schema: pa.Schema) -> dict[str, Any]:
    encoding = {name: how for name, how in _ENCODING.items() if name in schema.names}
    words = [name for name in DICTIONARY if name in schema.names]
    return {
        "compression": "zstd",
        "compression_level": 1,
        "use_dictionary": words,
        "column_encoding": encoding,
        "store_decimal_as_integer": True,
        "write_statistics": [name for name in _LOOKED_FOR if name in schema.names],
        # Whether the writer had text as dictionary codes is not the reader's concern.
        "store_schema": False,
    }


class BucketFile:
    """Writes one file of a bucket from sorted pieces; nothing is in the store before a commit."""

    def __init__(self, place: Place, bucket: int, name: str) -> None:
        self._place = place
        self.bucket = bucket
        self.path = f"bucket={bucket}/{name}-{uuid.uuid4().hex[:6]}.parquet"
        self._full = place.folder / self.path
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        self._rows = 0
        self._low: dict[str, Any] = dict.fromkeys(RANGES)
        self._high: dict[str, Any] = dict.fromkeys(RANGES)
        self._nulls: dict[str, int] = dict.fromkeys(NULLS, 0)
        self._last: tuple[str, Any] | None = None
        self._writer: pq.ParquetWriter | None = None

    def write(self, lines: pa.Table) -> None:
        """Append lines that follow, by account and day, on those before."""
        if lines.num_rows:
            self._waiting.append(lines)
            self._waiting_rows += lines.num_rows
        while self._waiting_rows >= ROW_GROUP:
            waiting = pa.concat_tables(self._waiting)
            self._flush(waiting.slice(0, ROW_GROUP))
            self._waiting = [waiting.slice(ROW_GROUP)]
            self._waiting_rows -= ROW_GROUP

    def close(self) -> DataFile | None:
        """End the file, safe on disk; None if nothing was written."""
        if self._waiting_rows:
            self._flush(pa.concat_tables(self._waiting))
        if self._writer is None:
            return None
        self._writer.close()
        self._place.settle(self.path)
        size = self._full.stat().st_size
        return DataFile(
            self.path, self.bucket, self._rows, size, self._low, self._high, self._nulls
        )

    def abandon(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._full.unlink(missing_ok=True)

    def _flush(self, lines: pa.Table) -> None:
        lines = _in_store_types(lines)
        self._last = check_sorted(lines, self._last, self.path)
        for name in RANGES:
            self._widen(name, lines[name])
        for name in NULLS:
            self._nulls[name] += lines[name].null_count
        if self._writer is None:
            self._full.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(
                self._full, lines.schema, **parquet_options(STORED_ORDER_LINES)
            )
        self._writer.write_table(lines, row_group_size=ROW_GROUP)
        self._rows += lines.num_rows

    def _widen(self, name: str, values: pa.ChunkedArray) -> None:
        if pa.types.is_dictionary(values.type):
            values = values.chunk(0).dictionary
        found = pc.min_max(values).as_py()
        if found["min"] is None:
            return
        low, high = self._low[name], self._high[name]
        self._low[name] = found["min"] if low is None else min(low, found["min"])
        self._high[name] = found["max"] if high is None else max(high, found["max"])


def sync(path: Path) -> None:
    """Make sure that a file or a folder's list is on the disk, and stays when the power goes."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _in_store_types(lines: pa.Table) -> pa.Table:
    """Lines in one piece, in the store's types; text in dictionary codes stays in codes, under as
    many words as there are."""
    columns = []
    for f in STORED_ORDER_LINES:
        column = lines[f.name].combine_chunks()
        column = column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
        coded = pa.types.is_dictionary(column.type)
        columns.append(_used_words(column) if coded else column.cast(f.type))
    return pa.table(columns, names=STORED_ORDER_LINES.names)


def _used_words(column: pa.DictionaryArray) -> pa.DictionaryArray:
    if len(column.dictionary) == 1 and not column.null_count:
        return column
    used = np.sort(column.indices.unique().drop_null().to_numpy())
    if len(used) == len(column.dictionary):
        return column
    code = np.zeros(len(column.dictionary), np.int32)
    code[used] = np.arange(len(used))
    words = column.dictionary.take(pa.array(used))
    return pa.DictionaryArray.from_arrays(pa.array(code).take(column.indices), words)


def check_sorted(lines: pa.Table, after: tuple[str, Any] | None, where: str) -> tuple[str, Any]:
    """Make sure that account and day never fall; returns the last of both.

    Raises: StoreBroken
    """
    account, day = lines["account_id"], lines["ordered_on"]
    n = lines.num_rows
    first, last = ((account[i].as_py(), day[i].as_py()) for i in (0, n - 1))
    fine = after is None or after <= first
    if fine and n > 1:
        if pa.types.is_dictionary(account.type):
            words = account.chunk(0).dictionary
            falls = pc.greater_equal(words.slice(0, len(words) - 1), words.slice(1))
            fine = fine and not pc.any(falls, min_count=0).as_py()
            account = pa.chunked_array([account.chunk(0).indices])
        before, behind = account.slice(0, n - 1), account.slice(1)
        rises = pc.less(before, behind)
        stays = pc.and_(pc.equal(before, behind), pc.less_equal(day.slice(0, n - 1), day.slice(1)))
        fine = fine and bool(pc.all(pc.or_(rises, stays), skip_nulls=False).as_py())
    if not fine:
        raise StoreBroken(
            gettext_noop(
                "The lines for “{file}” are not in order of account and day; nothing was stored."
            ),
            file=where,
        )
    return last


def write_sorted(
    place: Place, bucket: int, name: str, pieces: Iterable[pa.Table]
) -> DataFile | None:
    """Write sorted pieces as one file of a bucket.

    name: what the file's name begins with: the import, and the writer's token
    """
    out = BucketFile(place, bucket, name)
    try:
        for piece in pieces:
            out.write(piece)
        return out.close()
    except BaseException:
        out.abandon()
        raise


def read_groups(path: Path, columns: list[str] | None = None) -> Iterator[pa.Table]:
    """The row groups of a file, one at a time."""
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            yield file.read_row_group(group, columns=columns, use_threads=False)
