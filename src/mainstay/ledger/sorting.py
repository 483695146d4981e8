"""Lines in the store's order, sorted as numbers.

A line's place is one 64-bit number of its account's rank, its day and where it stood. Such numbers
are sorted in a hundredth of the time in which DuckDB sorts the lines by their texts; the texts
themselves come along as dictionary codes, which the Parquet writer takes as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger import buckets
from mainstay.ledger.files import DICTIONARY
from mainstay.ledger.schema import STORED_ORDER_LINES

Numbers: TypeAlias = npt.NDArray[np.int64]
_CODES = pa.dictionary(pa.int32(), pa.string())
_LAST = 1 << 62
MOST = np.iinfo(np.int64).max


def sorted_buckets(lines: pa.Table, n_buckets: int) -> Iterator[tuple[int, pa.Table]]:
    """The lines of each bucket, sorted by account, day, import, source and row.

    lines: in the schema of STORED_ORDER_LINES (columns that may be empty may lack), each with an
        account and a day; text may be dictionary codes
    """
    if not lines.num_rows:
        return
    columns = {f.name: _column(lines, f) for f in STORED_ORDER_LINES}
    columns["account_id"] = account = _in_order(columns["account_id"])
    bucket = buckets.buckets_of(account.dictionary, n_buckets).to_numpy().astype(np.int64)
    bucket = bucket[account.indices.to_numpy()]
    order = _order(columns, bucket)
    starts = np.flatnonzero(np.diff(bucket[order], prepend=-1))
    for start, end in pairwise([*starts, len(order)]):
        rows = pa.array(order[start:end])
        yield (
            int(bucket[order[start]]),
            pa.table({name: _fetched(column, rows) for name, column in columns.items()}),
        )


def _fetched(column: pa.Array, rows: pa.Array) -> pa.Array:
    """Some rows of a column; any of them where all are the same."""
    return column.slice(0, len(rows)) if _same(column) else column.take(rows)


def _column(lines: pa.Table, field: pa.Field) -> pa.Array:
    """A column in one piece, in the store's type; text that is stored as codes as codes."""
    kind = _CODES if field.name in DICTIONARY else field.type
    if field.name not in lines.schema.names:
        return pa.nulls(lines.num_rows, kind)
    column = lines[field.name]
    if kind == _CODES and not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    column = column.cast(kind).unify_dictionaries().combine_chunks()
    return column.chunk(0) if isinstance(column, pa.ChunkedArray) else column


def _in_order(column: pa.DictionaryArray) -> pa.DictionaryArray:
    """The same texts under codes that rise as the texts do, byte by byte."""
    order = pc.sort_indices(column.dictionary).to_numpy()
    code = np.empty(len(order), np.int32)
    code[order] = np.arange(len(order))
    indices = pa.array(code).take(column.indices)
    return pa.DictionaryArray.from_arrays(indices, column.dictionary.take(pa.array(order)))


def _order(columns: dict[str, pa.Array], bucket: Numbers) -> Numbers:
    """Which line comes first, which second …; accounts are in codes that rise as they do."""
    account = columns["account_id"].indices.to_numpy()
    day = columns["ordered_on"].view(pa.int32()).to_numpy()
    place = _places(columns)
    n, accounts, first = len(day), int(account.max()) + 1, int(day.min())
    days = int(day.max()) - first + 1
    if (int(bucket.max()) + 1) * accounts * days * n > MOST:
        return np.lexsort((place, day, account, bucket))
    # In place: at this size fresh memory costs more than the sums.
    key = bucket * accounts
    key += account
    key *= days
    key += day
    key -= first
    key *= n
    key += place
    key.sort()
    key %= n
    return key if _rises(place) else np.argsort(place)[key]


def _places(columns: dict[str, pa.Array]) -> Numbers:
    """The place of each line by import, source and row; nearly always the one it has already."""
    import_id, source, row = columns["import_id"], columns["source"], columns["row"]
    if not row.null_count and _same(import_id) and _same(source) and _rises(row.to_numpy()):
        return np.arange(len(row))
    keys = (row.fill_null(_LAST).to_numpy(), _numbers(source), _numbers(import_id))
    return np.argsort(np.lexsort(keys))


def _rises(numbers: Numbers) -> bool:
    return bool((numbers[1:] > numbers[:-1]).all())


def _same(column: pa.Array) -> bool:
    """Whether all lines say the same word, or nothing."""
    if column.null_count or not pa.types.is_dictionary(column.type):
        return bool(column.null_count == len(column))
    return len(column.dictionary) == 1


def _numbers(column: pa.DictionaryArray) -> Numbers:
    """Codes that rise as the texts do; empty ones last."""
    return _in_order(column).indices.cast(pa.int64()).fill_null(_LAST).to_numpy()
