"""`map_accounts`: a pure function over all lines of whole accounts, bucket by bucket.

A few threads each read one bucket, hand it to the kernel and drop it, so memory stays flat however
many lines there are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mainstay.core.errors import InvalidSetting, StoreError
from mainstay.core.texts import gettext_noop
from mainstay.ledger.amounts import Rates, to_float
from mainstay.ledger.files import DataFile
from mainstay.ledger.joins import Joins
from mainstay.ledger.lines import KINDS, Kernel, Lines
from mainstay.ledger.schema import STORED_ORDER_LINES
from mainstay.ledger.snapshot import Snapshot, holds_any

Amount = Literal["net", "margin"]
Progress = Callable[[int, int], None]
THREADS = min(4, os.cpu_count() or 1)
_ALWAYS = ("account_id", "ordered_on")


@dataclass(frozen=True)
class Reading:
    """What is read of the lines, and how.

    columns: text columns give codes, others values
    as_of: only lines dated before it; None = all
    accounts: only these; None = all
    amount: net sales, or margin (net less cost; where a cost is missing, `margin_share` of net)
    rates: into the reporting currency; None = amounts as they are
    categories: by product, for lines without a category of their own
    """

    columns: tuple[str, ...] = ("category", "kind")
    as_of: date | None = None
    accounts: tuple[str, ...] | None = None
    amount: Amount = "net"
    margin_share: float = 1.0
    rates: Rates | None = None
    joins: Joins = field(default_factory=Joins)
    categories: pa.Table | None = None

    def __post_init__(self) -> None:
        known = set(STORED_ORDER_LINES.names) - {"account_id", "ordered_on", "amount"}
        wrong = [c for c in self.columns if c not in known]
        if wrong:
            raise InvalidSetting(
                gettext_noop("Order lines have no column “{column}” for a kernel."),
                column=wrong[0],
            )

    @property
    def words(self) -> list[str]:
        """The text columns asked for."""
        return [c for c in self.columns if pa.types.is_string(STORED_ORDER_LINES.field(c).type)]

    @property
    def numbers(self) -> list[str]:
        return [c for c in self.columns if c not in self.words]


@dataclass
class Piece:
    """Lines on their way to a kernel, in NumPy; `account` and `codes` point into `names`."""

    account: npt.NDArray[np.int32]
    day: npt.NDArray[np.int32]
    amount: npt.NDArray[np.float64]
    codes: dict[str, npt.NDArray[np.int32]]
    values: dict[str, npt.NDArray[np.float64]]
    names: dict[str, pa.StringArray]

    def take(self, rows: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> Piece:
        return Piece(
            self.account[rows],
            self.day[rows],
            self.amount[rows],
            {name: codes[rows] for name, codes in self.codes.items()},
            {name: values[rows] for name, values in self.values.items()},
            self.names,
        )


def map_accounts(
    snapshot: Snapshot, kernel: Kernel, reading: Reading, progress: Progress | None = None
) -> pa.Table:
    """All rows that a kernel makes of all accounts, in the order of the buckets.

    progress: called with (buckets done, buckets in all), in the caller's thread
    """
    work = list(_work(snapshot, reading))
    apart: dict[int, Piece] = {}
    tables: list[pa.Table | None] = [None] * len(work)

    def one(number: int) -> pa.Table:
        piece = read(snapshot, work[number], reading)
        joined = reading.joins.touched(piece.names["account_id"])
        if joined is not None:
            theirs = joined[piece.account]
            if theirs.any():
                apart[number] = piece.take(theirs)
                piece = piece.take(~theirs)
        return kernel(to_lines(piece, reading))

    with ThreadPoolExecutor(THREADS) as pool:
        running: dict[Future[pa.Table], int] = {pool.submit(one, n): n for n in range(len(work))}
        try:
            for done, future in enumerate(as_completed(running), 1):
                tables[running[future]] = future.result()
                if progress:
                    progress(done, len(work))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    found = [t for t in tables if t is not None]
    if apart:
        found.append(
            kernel(to_lines(reading.joins.merged([apart[n] for n in sorted(apart)]), reading))
        )
    if not found:
        found = [kernel(to_lines(_empty(reading), reading))]
    return pa.concat_tables(found)


def _work(snapshot: Snapshot, reading: Reading) -> Iterator[tuple[DataFile, ...]]:
    """The files of each bucket that has any to read."""
    if reading.accounts is None:
        chosen = list(snapshot.files)
    else:
        chosen = snapshot.files_for(reading.joins.codes_of(reading.accounts))
    by_bucket: dict[int, list[DataFile]] = {}
    for file in chosen:
        if reading.as_of is None or file.low["ordered_on"] < reading.as_of:
            by_bucket.setdefault(file.bucket, []).append(file)
    for bucket in sorted(by_bucket):
        yield tuple(by_bucket[bucket])


def read(snapshot: Snapshot, files: Sequence[DataFile], reading: Reading) -> Piece:
    """The lines of one bucket's files, sorted by account and day.

    Raises: StoreError where a file is not in order
    """
    wanted = None
    if reading.accounts is not None:
        wanted = sorted(reading.joins.codes_of(reading.accounts))
    tables = [_read_file(snapshot, file, reading, wanted) for file in files]
    pieces = [to_piece(t, reading) for t in tables]
    for piece, file in zip(pieces, files, strict=True):
        check_order(piece, file.path)
    piece = merge(pieces)
    if wanted is not None:
        mask = pc.is_in(piece.names["account_id"], value_set=pa.array(wanted, pa.string()))
        piece = piece.take(mask.to_numpy(zero_copy_only=False)[piece.account])
    return piece


def _read_file(
    snapshot: Snapshot, file: DataFile, reading: Reading, wanted: list[str] | None
) -> pa.Table:
    columns = [*_ALWAYS, "amount", *reading.columns]
    if reading.amount == "margin":
        columns.append("cost")
    if _needs_currency(file, reading):
        columns.append("currency")
    if _needs_product(file, reading):
        columns.append("product_id")
    columns = list(dict.fromkeys(columns))
    words = [c for c in columns if pa.types.is_string(STORED_ORDER_LINES.field(c).type)]
    with pq.ParquetFile(snapshot.full(file), read_dictionary=words) as parquet:
        if wanted is None:
            return parquet.read(columns, use_threads=False)
        groups = [g for g in range(parquet.num_row_groups) if _group_holds(parquet, g, wanted)]
        return parquet.read_row_groups(groups, columns, use_threads=False)


def _group_holds(parquet: pq.ParquetFile, group: int, ids: list[str]) -> bool:
    statistics = parquet.metadata.row_group(group).column(0).statistics
    if statistics is None or not statistics.has_min_max:
        return True
    file = DataFile("", 0, 1, 0, {"a": statistics.min}, {"a": statistics.max}, {})
    return holds_any(file, "a", ids)


def _needs_currency(file: DataFile, reading: Reading) -> bool:
    low, high = file.low.get("currency"), file.high.get("currency")
    return (
        reading.rates is not None
        and low is not None
        and not (low == high == reading.rates.reporting)
    )


def _needs_product(file: DataFile, reading: Reading) -> bool:
    return (
        reading.categories is not None
        and "category" in reading.columns
        and file.nulls.get("category", 0) > 0
    )


def to_piece(table: pa.Table, reading: Reading) -> Piece:
    """One file's lines as numbers: dates cut at as_of, money in the reporting currency."""
    table = table.unify_dictionaries()
    account, account_names = _codes(table["account_id"])
    day = _flat(table["ordered_on"].cast(pa.int32()), np.int32)
    amount = to_float(table["amount"])
    if reading.amount == "margin":
        cost = to_float(table["cost"])
        amount = np.where(np.isnan(cost), amount * reading.margin_share, amount - cost)
    if reading.rates is not None and "currency" in table.schema.names:
        amount = amount * reading.rates.factors(table["currency"], day)
    names = {"account_id": account_names}
    codes = {}
    for name in reading.words:
        codes[name], names[name] = _codes(table[name])
        if name == "kind":
            codes[name], names[name] = _recoded(codes[name], names[name], pa.array(KINDS))
    if reading.categories is not None and "product_id" in table.schema.names:
        _fill_category(codes, names, table["product_id"], reading.categories)
    values = {name: _values(table[name]) for name in reading.numbers}
    piece = Piece(account, day, amount, codes, values, names)
    keep = ~np.isnan(amount)
    if reading.as_of is not None:
        keep &= day < (reading.as_of - date(1970, 1, 1)).days
    return piece if keep.all() else piece.take(keep)


def check_order(piece: Piece, where: str) -> None:
    """A cheap guard: accounts follow one another in rising order, days rise within each.

    Raises: StoreError
    """
    step = np.diff(piece.account)
    fine = bool((step >= 0).all()) and bool(((np.diff(piece.day) >= 0) | (step > 0)).all())
    names = piece.names["account_id"]
    n = len(names)
    if fine and n > 1:
        fine = bool(pc.all(pc.less(names.slice(0, n - 1), names.slice(1))).as_py())
    if not fine:
        raise StoreError(
            gettext_noop(
                "The file “{file}” of the order store is not in order of account and day; "
                "somebody else wrote it. Check the store, and load its imports again."
            ),
            file=where,
        )


def merge(pieces: Sequence[Piece]) -> Piece:
    """Sorted pieces as one, sorted by account and day; of one day the earlier piece's lines first."""
    if len(pieces) == 1:
        return pieces[0]
    names, moved = {}, []
    for name in pieces[0].names:
        names[name], moved_name = _unified([p.names[name] for p in pieces])
        moved.append((name, moved_name))
    maps = dict(moved)
    account = np.concatenate([maps["account_id"][n][p.account] for n, p in enumerate(pieces)])
    rank = np.empty(len(names["account_id"]), np.int64)
    order = pc.sort_indices(names["account_id"]).to_numpy()
    rank[order] = np.arange(len(order))
    day = np.concatenate([p.day for p in pieces])
    account = rank[account].astype(np.int32)
    names["account_id"] = names["account_id"].take(pa.array(order))
    together = Piece(
        account,
        day,
        np.concatenate([p.amount for p in pieces]),
        {
            name: np.concatenate(
                [_through(maps[name][n], p.codes[name]) for n, p in enumerate(pieces)]
            )
            for name in pieces[0].codes
        },
        {name: np.concatenate([p.values[name] for p in pieces]) for name in pieces[0].values},
        names,
    )
    key = (account.astype(np.int64) << 32) + (day.astype(np.int64) + (1 << 31))
    return together.take(np.argsort(key, kind="stable"))


def to_lines(piece: Piece, reading: Reading) -> Lines:
    """What the kernel gets; `piece` is sorted by account and day."""
    n = len(piece.account)
    starts = np.flatnonzero(np.r_[True, np.diff(piece.account) != 0]) if n else np.empty(0, int)
    offsets = np.r_[starts, n].astype(np.int64)
    return Lines(
        piece.names["account_id"].take(pa.array(piece.account[starts])),
        offsets,
        piece.day,
        piece.amount,
        piece.codes,
        {name: names for name, names in piece.names.items() if name != "account_id"},
        piece.values,
    )


def _empty(reading: Reading) -> Piece:
    table = STORED_ORDER_LINES.empty_table()
    return to_piece(table, reading)


def _codes(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.int32], pa.StringArray]:
    """A text column as codes (-1 = empty) and words."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode().unify_dictionaries()
    if column.num_chunks == 0:
        return np.empty(0, np.int32), pa.array([], pa.string())
    indices = pa.chunked_array([chunk.indices for chunk in column.chunks])
    if indices.null_count:
        indices = pc.fill_null(indices, -1)
    return _flat(indices, np.int32), column.chunk(0).dictionary.cast(pa.string())


def _flat(column: pa.ChunkedArray, dtype: type) -> npt.NDArray[np.int32]:
    pieces = [chunk.to_numpy(zero_copy_only=False) for chunk in column.chunks]
    return np.concatenate(pieces).astype(dtype, copy=False) if pieces else np.empty(0, dtype)


def _values(column: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    if pa.types.is_decimal(column.type):
        return to_float(column)
    pieces = [c.cast(pa.float64()).to_numpy(zero_copy_only=False) for c in column.chunks]
    return np.concatenate(pieces) if pieces else np.empty(0)


def _through(mapping: npt.NDArray[np.int32], codes: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Codes translated; -1 stays."""
    return np.append(mapping, np.int32(-1))[codes]


def _unified(
    words: Sequence[pa.StringArray],
) -> tuple[pa.StringArray, list[npt.NDArray[np.int32]]]:
    """One list of words for several, and each one's codes in it."""
    together = pa.chunked_array(words, pa.string()).combine_chunks()
    encoded = together.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    ends = np.cumsum([len(w) for w in words])
    return encoded.dictionary, [c.copy() for c in np.split(codes, ends[:-1])]


def _recoded(
    codes: npt.NDArray[np.int32], names: pa.StringArray, wanted: pa.StringArray
) -> tuple[npt.NDArray[np.int32], pa.StringArray]:
    """The same words under the codes of a fixed list."""
    place = pc.fill_null(pc.index_in(names, value_set=wanted), -1)
    return _through(place.to_numpy(zero_copy_only=False).astype(np.int32), codes), wanted


def _fill_category(
    codes: dict[str, npt.NDArray[np.int32]],
    names: dict[str, pa.StringArray],
    product: pa.ChunkedArray,
    categories: pa.Table,
) -> None:
    """Where a line has no category, its product's."""
    product_codes, products = _codes(product)
    found = pc.index_in(products, value_set=categories["product_id"].combine_chunks())
    words = categories["category"].combine_chunks().take(found)
    all_words, (own, _) = _unified([names["category"], pc.drop_null(words.unique())])
    of_product = pc.fill_null(pc.index_in(words, value_set=all_words, skip_nulls=True), -1)
    of_line = _through(of_product.to_numpy(zero_copy_only=False).astype(np.int32), product_codes)
    mine = _through(own, codes["category"])
    codes["category"] = np.where(mine >= 0, mine, of_line)
    names["category"] = all_words
