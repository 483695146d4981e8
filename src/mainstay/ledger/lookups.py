"""Where the rows of a file of facts lie, so that a few of them are found without reading the others.

Beside the file of a machine's table stands a folder, made from the file alone and of no worth without it:
the rows once more, those of one account together, as they lie in memory, so that nothing but these rows is
read; and for each column by which rows are found the hashes of its values in order, with the rows in which they stand. Where
the folder is missing it is made when it is first asked for.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.core.arrays import distinct
from mainstay.ledger import schema
from mainstay.ledger.sql import connect, cursor
from mainstay.ledger.staging import quoted

LEAST_ROWS = 5_000  # fewer are kept at hand instead
PIECE = 65_536  # rows that lie in one piece
FOUND_BY = (("account_id", "order_id"), ("product_id",))  # the first that a table has any of
ROWS = "rows.arrow"
KEY = "key"  # under which the hashes of the table's own key stand
# 1: how it is laid out. Hashes are DuckDB's, and hold within one version of it.
SUFFIX = f".lookup-1-{duckdb.__version__}"
Places = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint32]
Sorted = Mapping[str, tuple[Hashes, Places]]


@dataclass(frozen=True)
class Lookup:
    """The rows of one file, and where they are.

    n_rows: how many; piece: gives the n-th PIECE rows
    place: (n_rows,), of each row in the file itself
    keys: (n_rows,), the hash of each row's key
    hashes: by column, and under KEY, its hashes in order and the rows in which they stand; empty
        values are left out. Two values may have one hash: who asks looks at the values then
    """

    n_rows: int
    piece: Callable[[int], pa.RecordBatch]
    place: Places
    keys: Hashes
    hashes: Sorted

    def rows(self, name: str, wanted: Hashes) -> Places:
        """The rows in which one of these hashes stands in a column; they rise."""
        known, rows = self.hashes[name]
        _which, places = matches(known, wanted)
        return distinct(np.asarray(rows[places], np.int64))

    def take(self, rows: Places) -> pa.Table | None:
        """Some rows, which rise, in the order of the file; None of none."""
        if not len(rows):
            return None
        piece = rows // PIECE
        parts = np.split(rows, np.flatnonzero(np.diff(piece)) + 1)
        taken = [self.piece(int(part[0]) // PIECE).take(pa.array(part % PIECE)) for part in parts]
        order = np.argsort(self.place[rows], kind="stable")
        return pa.Table.from_batches(taken).combine_chunks().take(pa.array(order))


def matches(known: npt.NDArray[Any], wanted: npt.NDArray[Any]) -> tuple[Places, Places]:
    """Where wanted values stand among known ones, which rise: of each place the wanted one, and the place."""
    first = np.searchsorted(known, wanted, side="left")
    inside = np.flatnonzero(first < len(known))
    which = inside[np.asarray(known[first[inside]]) == wanted[inside]]
    first = first[which]
    n = np.searchsorted(known, wanted[which], side="right") - first
    steps = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    return np.repeat(which, n), np.repeat(first, n) + steps


def make(file: Path, table_name: str, rows: pa.Table) -> Path:
    """Make the folder of a file, whole or not at all; gives it.

    rows: of the file, with the columns that its table has today
    Raises: OSError, where there is no room for it
    """
    folder = folder_of(file)
    making = folder.with_name(f".{folder.name}-{uuid.uuid4().hex}")
    making.mkdir(parents=True)
    try:
        place, ordered, keys, hashes = _sorted(table_name, rows)
        small = _small(ordered)
        with pa.ipc.new_file(making / ROWS, small.schema) as writer:
            writer.write_table(small, max_chunksize=PIECE)
        _save(making / "place", place)
        _save(making / "keys", keys)
        for name, (known, found) in hashes.items():
            _save(making / f"{name}.hashes", known)
            _save(making / f"{name}.rows", found)
        if not folder.exists():
            os.rename(making, folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return folder


def opened(folder: Path) -> Lookup:
    """What lies in a folder that `make` made; read from the disk where it is wanted."""

    def mapped(name: str) -> Any:
        return np.load(folder / f"{name}.npy", mmap_mode="r")

    names = [path.name.removesuffix(".hashes.npy") for path in folder.glob("*.hashes.npy")]
    place = mapped("place")
    return Lookup(
        len(place),
        pa.ipc.open_file(pa.memory_map(str(folder / ROWS))).get_batch,
        place,
        mapped("keys"),
        {name: (mapped(f"{name}.hashes"), mapped(f"{name}.rows")) for name in names},
    )


def in_memory(table_name: str, rows: pa.Table) -> Lookup:
    """The same of few rows, without a folder."""
    place, ordered, keys, hashes = _sorted(table_name, rows)
    pieces = ordered.to_batches(max_chunksize=PIECE)
    return Lookup(len(place), pieces.__getitem__, place, keys, hashes)


def folder_of(file: Path) -> Path:
    return file.with_name(file.stem + SUFFIX)


def drop(file: Path) -> None:
    """Delete what was made of a file, by whichever version."""
    for folder in file.parent.glob(f"{file.stem}.lookup-*"):
        shutil.rmtree(folder, ignore_errors=True)


def hashes_of(values: Sequence[str]) -> Hashes:
    """The hashes under which texts stand in a column; each once."""
    found = cursor().execute(
        "SELECT hash(v) AS h FROM (SELECT unnest($v) AS v)", {"v": list(values)}
    )
    return np.unique(_short(found.fetchnumpy()["h"]))


def _sorted(table_name: str, rows: pa.Table) -> tuple[Places, pa.Table, Hashes, Sorted]:
    """The rows with those of an account together, and of an order where they name none."""
    names = _found_by(rows)
    numbered = rows.select(names).append_column("_row", pa.array(np.arange(rows.num_rows)))
    order = numbered.sort_by([(name, "ascending") for name in (*names, "_row")])["_row"]
    ordered = rows.take(order).combine_chunks()
    keys = _row_hashes(ordered, schema.table(table_name).key)
    hashes = {KEY: _in_order(keys, np.arange(len(keys)))}
    for name in names:
        there = np.flatnonzero(np.asarray(ordered[name].is_valid(), bool))
        hashes[name] = _in_order(_row_hashes(ordered, [name])[there], there)
    return order.to_numpy(), ordered, keys, hashes


def _small(rows: pa.Table) -> pa.Table:
    """The rows without columns that are empty, and each import named once."""
    said = [name for name in rows.schema.names if rows[name].null_count < rows.num_rows]
    rows = rows.select(said)
    place = rows.schema.get_field_index("import_id")
    return rows.set_column(place, "import_id", rows["import_id"].dictionary_encode())


def _found_by(rows: pa.Table) -> list[str]:
    there = ([name for name in names if name in rows.schema.names] for names in FOUND_BY)
    return next((names for names in there if names), [])


def _row_hashes(table: pa.Table, names: Sequence[str]) -> Hashes:
    """One hash a row of these columns together; empty values are alike."""
    columns = ", ".join(quoted(name) for name in names)
    with connect() as con:
        con.register("given", table.select(list(names)))
        found = con.sql(f"SELECT hash({columns}) AS h FROM given").fetchnumpy()
    return _short(found["h"])


def _short(hashes: Any) -> Hashes:
    return (np.asarray(hashes, np.uint64) >> np.uint64(32)).astype(np.uint32)


def _in_order(hashes: Hashes, rows: Places) -> tuple[Hashes, Places]:
    order = np.argsort(hashes, kind="stable")
    return hashes[order], rows[order]


def _save(path: Path, values: npt.NDArray[Any]) -> None:
    np.save(path.with_name(f"{path.name}.npy"), values.astype(np.uint32))
