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
    lines = pa.table(columns)
    starts = np.flatnonzero(np.diff(bucket[order], prepend=-1))
    for start, end in pairwise([*starts, len(order)]):
        yield int(bucket[order[start]]), lines.take(pa.array(order[start:end]))


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
    account = columns["account_id"].indices.to_numpy().astype(np.int64)
    day = columns["ordered_on"].view(pa.int32()).to_numpy().astype(np.int64)
    day -= day.min()
    place = _places(columns)
    n, days, accounts = len(place), int(day.max()) + 1, int(account.max()) + 1
    if (int(bucket.max()) + 1) * accounts * days * n > MOST:
        return np.lexsort((place, day, account, bucket))
    key = ((bucket * accounts + account) * days + day) * n + place
    key.sort()
    key %= n
    return key if (np.diff(place) > 0).all() else np.argsort(place)[key]


def _places(columns: dict[str, pa.Array]) -> Numbers:
    """The place of each line by import, source and row; nearly always the one it has already."""
    row = columns["row"].fill_null(_LAST).to_numpy()
    import_id, source = (_numbers(_in_order(columns[name])) for name in ("import_id", "source"))
    if (np.diff(row) > 0).all() and not np.ptp(import_id) and not np.ptp(source):
        return np.arange(len(row))
    return np.argsort(np.lexsort((row, source, import_id)))


def _numbers(column: pa.DictionaryArray) -> Numbers:
    """Codes; empty ones last."""
    return column.indices.cast(pa.int64()).fill_null(_LAST).to_numpy()
