"""Some rows of a fact table, without reading the rest of it: machines' tables have millions."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mainstay.core.arrays import distinct
from mainstay.ledger import lookups
from mainstay.ledger.facts import Facts, fitted, latest
from mainstay.ledger.lookups import Lookup

log = logging.getLogger(__name__)
Wanted = Mapping[str, Sequence[str | None]]


def rows_of(facts: Facts, table_name: str, wanted: Wanted) -> pa.Table:
    """The rows, as they are known now, that have one of these values in each of some text columns.

    wanted: by column; None = rows that are empty there. A row counts by its latest version: one that
        was another account's before is found under the account that it has now
    """
    files = [_lookup(Path(path), table_name) for path in facts.files(table_name)]
    if not files or not all(wanted.values()):
        return fitted(table_name, None)
    # All versions of the rows of which any version may be wanted.
    by = _looked_up(files[0], wanted)
    keys = distinct(np.concatenate([_keys(file, by) for file in files]))
    versions = [file.take(file.rows(lookups.KEY, keys)) for file in files]
    there = [part for part in versions if part is not None]
    rows = pa.concat_tables(there, promote_options="permissive") if there else None
    found = latest(table_name, fitted(table_name, rows))
    return found.filter(_has(found, wanted))


def _looked_up(file: Lookup, wanted: Wanted) -> tuple[str, lookups.Hashes] | None:
    """A column by which rows are found, with the hashes that are wanted there; None: all rows are read."""
    for name, values in wanted.items():
        texts = [value for value in values if value is not None]
        if len(texts) == len(values) and name in file.hashes:
            return name, lookups.hashes_of(texts)
    return None


def _keys(file: Lookup, by: tuple[str, lookups.Hashes] | None) -> lookups.Hashes:
    """The hashes of the keys of a file's rows that may be wanted."""
    return np.asarray(file.keys if by is None else file.keys[file.rows(*by)])


def _has(rows: pa.Table, wanted: Wanted) -> pa.ChunkedArray:
    kept = pa.chunked_array([np.ones(rows.num_rows, bool)])
    for name, values in wanted.items():
        some = pa.array([value for value in values if value is not None], pa.string())
        has = pc.is_in(rows[name], value_set=some)
        if None in values:
            has = pc.or_(has, pc.is_null(rows[name]))
        kept = pc.and_(kept, has)
    return kept


@lru_cache(maxsize=512)
def _lookup(file: Path, table_name: str) -> Lookup:
    """What is known of where a file's rows lie; made anew where it is missing."""
    folder = lookups.folder_of(file)
    if not folder.exists():
        rows = fitted(table_name, pq.read_table(file, partitioning=None))
        if rows.num_rows < lookups.LEAST_ROWS:
            return lookups.in_memory(table_name, rows)
        try:
            lookups.make(file, table_name, rows)
        except OSError as error:
            log.warning("no room beside %s for where its rows lie: %s", file, error)
            return lookups.in_memory(table_name, rows)
    return lookups.opened(folder)
