"""`map_accounts`: a pure function over all lines of whole accounts, bucket by bucket.

A few threads each read one bucket, hand it to the kernel and drop it, so memory stays flat however
many lines there are. Where MAINSTAY_ENGINE names Spark, its workers do the same with the same
function (`Pass`), and what they make comes back in the same order.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from typing import Generic, Literal, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop
from mainstay.ledger import engines
from mainstay.ledger.amounts import Rates, to_float
from mainstay.ledger.files import DICTIONARY, DataFile
from mainstay.ledger.joins import Joins
from mainstay.ledger.lines import KINDS, Kernel, Lines
from mainstay.ledger.pieces import (
    Piece,
    codes_of,
    fill_category,
    flat,
    in_order,
    merge,
    recoded,
    to_lines,
    values_of,
)
from mainstay.ledger.schema import MONEY, STORED_ORDER_LINES
from mainstay.ledger.snapshot import Snapshot, holds_any
from mainstay.ledger.snapshot import reading as opened

Amount = Literal["net", "margin"]
Progress = Callable[[int, int], None]
T = TypeVar("T")
THREADS = min(4, os.cpu_count() or 1)
KEPT_LINES = 16_000_000  # between two passes: half a gigabyte; more are read again
FEW_ACCOUNTS = 1000
_ALWAYS = ("account_id", "ordered_on")


@dataclass(frozen=True)
class Reading:
    """What is read of the lines, and how.

    columns: text columns give codes, others values
    as_of: only lines dated before it; None = all
    accounts: only these; None = all
    amount: net sales, or margin (net less cost; where a cost is missing, `margin_share` of net)
    rates: into the reporting currency; None = amounts as they are
    categories: by product, for lines without a category of their own, or `against` it
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

    @property
    def money(self) -> list[str]:
        """Of the numbers, those that are in the line's currency."""
        return [c for c in self.numbers if STORED_ORDER_LINES.field(c).type == MONEY]


@dataclass(frozen=True)
class Made(Generic[T]):
    """What came of one bucket.

    value: what the kernel made of it; None = it held no lines for it
    apart: the lines of joined codes, whose others lie in other buckets
    """

    value: T | None = None
    apart: Piece | None = None


@dataclass(frozen=True)
class Pass(Generic[T]):
    """One pass over the buckets; called with a bucket's number, wherever that runs."""

    snapshot: Snapshot
    buckets: tuple[tuple[DataFile, ...], ...]
    reading: Reading
    kernel: Callable[[Lines], T]

    def __call__(self, number: int, keep: Callable[[Lines], None] | None = None) -> Made[T]:
        """Read one bucket and hand it to the kernel.

        keep: gets the lines too, where nothing of them has to wait for other buckets
        """
        piece = read(self.snapshot, self.buckets[number], self.reading)
        apart = None
        joined = self.reading.joins.touched(piece.names["account_id"])
        if joined is not None:
            theirs = joined[piece.account]
            if theirs.any():
                apart = piece.take(theirs)
                piece = piece.take(~theirs)
        if not len(piece.account):
            return Made(None, apart)
        lines = to_lines(piece)
        if keep is not None and apart is None:
            keep(lines)
        return Made(self.kernel(lines), apart)


def map_accounts(
    snapshot: Snapshot,
    kernel: Kernel,
    reading: Reading,
    progress: Progress | None = None,
    kept: dict[int, Lines] | None = None,
) -> pa.Table:
    """All rows that a kernel makes of all accounts, in the order of the buckets.

    progress: called with (buckets done, buckets in all), in the caller's thread
    kept: as in `Ledger.map_accounts`
    """
    return pa.concat_tables(map_buckets(snapshot, kernel, reading, progress, kept))


def map_buckets(
    snapshot: Snapshot,
    kernel: Callable[[Lines], T],
    reading: Reading,
    progress: Progress | None = None,
    kept: dict[int, Lines] | None = None,
) -> list[T]:
    """What a pure function makes of each bucket's accounts, in the order of the buckets.

    Lines of joined codes come last, together; where there are no lines at all, it gets none once.
    A few accounts are always read here: to ask others would take longer.
    """
    run = Pass(snapshot, tuple(_work(snapshot, reading)), reading, kernel)
    few = reading.accounts is not None and len(reading.accounts) <= FEW_ACCOUNTS
    if not few and engines.chosen() != engines.LOCAL:
        from mainstay.ledger import spark

        made = spark.run(run, progress)
    else:
        made = _in_threads(run, progress, kept)
    values = [one.value for one in made if one.value is not None]
    if apart := [one.apart for one in made if one.apart is not None]:
        values.append(kernel(to_lines(reading.joins.merged(apart))))
    return values or [kernel(to_lines(_empty(reading)))]


def _in_threads(
    run: Pass[T], progress: Progress | None, kept: dict[int, Lines] | None
) -> list[Made[T]]:
    made: list[Made[T]] = [Made()] * len(run.buckets)

    def one(number: int) -> Made[T]:
        if kept is None:
            return run(number)
        if number in kept:
            return Made(run.kernel(kept.pop(number)))

        def keep(lines: Lines) -> None:
            held = sum(len(others.day) for others in list(kept.values()))
            if held + len(lines.day) <= KEPT_LINES:
                kept[number] = lines

        return run(number, keep)

    with ThreadPoolExecutor(THREADS) as pool:
        running: dict[Future[Made[T]], int] = {pool.submit(one, n): n for n in range(len(made))}
        try:
            for done, future in enumerate(as_completed(running), 1):
                made[running[future]] = future.result()
                if progress:
                    progress(done, len(made))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return made


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
    with opened(snapshot):
        runs = [_read_run(snapshot, run, reading, wanted) for run in _runs(files)]
    piece = merge(runs)
    if wanted is not None:
        mask = pc.is_in(piece.names["account_id"], value_set=pa.array(wanted, pa.string()))
        piece = piece.take(mask.to_numpy(zero_copy_only=False)[piece.account])
    return piece


def _runs(files: Sequence[DataFile]) -> list[Sequence[DataFile]]:
    """The largest file by itself, and those before and after it together: small ones are many, and
    what is done to each costs more than what is done to its lines.
    """
    place = max(range(len(files)), key=lambda n: files[n].rows)
    runs = files[:place], files[place : place + 1], files[place + 1 :]
    return [run for run in runs if run]


def _read_run(
    snapshot: Snapshot, files: Sequence[DataFile], reading: Reading, wanted: list[str] | None
) -> Piece:
    """The lines of some files of a bucket as one sorted piece.

    Raises: StoreError where a file is not in order
    """
    columns = _columns(files, reading)
    tables = [_read_file(snapshot, file, columns, wanted) for file in files]
    ends = list(accumulate(table.num_rows for table in tables))
    piece = to_piece(pa.concat_tables(tables), reading)
    return cut(in_order(piece, ends, [file.path for file in files]), reading)


def _columns(files: Sequence[DataFile], reading: Reading) -> list[str]:
    """What has to be read of some files."""
    columns = [*_ALWAYS, "amount", *reading.columns]
    if reading.amount == "margin":
        columns.append("cost")
    if any(_needs_currency(file, reading) for file in files):
        columns.append("currency")
    if any(_needs_product(file, reading) for file in files):
        columns.append("product_id")
    return list(dict.fromkeys(columns))


def _read_file(
    snapshot: Snapshot, file: DataFile, columns: list[str], wanted: list[str] | None
) -> pa.Table:
    words = [c for c in columns if c in DICTIONARY]
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
        and (file.nulls.get("category", 0) > 0 or pc.any(reading.categories["against"]).as_py())
    )


def to_piece(table: pa.Table, reading: Reading) -> Piece:
    """Lines as numbers, money in the reporting currency, in the order in which they were read."""
    table = table.unify_dictionaries()
    account, account_names = codes_of(table["account_id"])
    day = flat(table["ordered_on"].cast(pa.int32()), np.int32)
    net = amount = to_float(table["amount"])
    if reading.amount == "margin":
        cost = to_float(table["cost"])
        amount, unknown = net - cost, np.isnan(cost)
        amount[unknown] = net[unknown] * reading.margin_share
    values = {name: values_of(table[name]) for name in reading.numbers}
    if reading.rates is not None and "currency" in table.schema.names:
        factors = reading.rates.factors(table["currency"], day)
        net, amount = net * factors, amount * factors
        values |= {name: values[name] * factors for name in reading.money}
    names = {"account_id": account_names}
    codes = {}
    for name in reading.words:
        codes[name], names[name] = codes_of(table[name])
        if name == "kind":
            codes[name], names[name] = recoded(codes[name], names[name], pa.array(KINDS))
    if reading.categories is not None and "product_id" in table.schema.names:
        fill_category(codes, names, table["product_id"], reading.categories)
    if reading.amount == "margin":
        values["net"] = net
    return Piece(account, day, amount, codes, values, names)


def cut(piece: Piece, reading: Reading) -> Piece:
    """Only lines before as_of whose money is known."""
    keep = ~np.isnan(piece.amount)
    if reading.as_of is not None:
        keep &= piece.day < (reading.as_of - date(1970, 1, 1)).days
    return piece if keep.all() else piece.take(keep)


def _empty(reading: Reading) -> Piece:
    table = STORED_ORDER_LINES.empty_table()
    return to_piece(table, reading)
