"""Lines on their way to a kernel: from Arrow columns to codes and numbers, checked and merged."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.errors import StoreError
from mainstay.core.texts import gettext_noop
from mainstay.ledger.amounts import to_float
from mainstay.ledger.lines import Lines


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


def in_order(piece: Piece, ends: Sequence[int], where: Sequence[str]) -> Piece:
    """The lines of one file, or of several that were read together, sorted by account and day.

    ends: where in the piece each file's lines end; where: the files' names
    Of one day, an earlier file's lines come first.
    Raises: StoreError where a file is not in order of account and day itself: a cheap guard
    """
    names = piece.names["account_id"]
    order = pc.sort_indices(names).to_numpy()
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order))
    account = _through(rank, piece.account)
    fine = _rises(account, piece.day)
    if len(ends) > 1:
        fine[[end - 1 for end in ends[:-1] if 0 < end < len(account)]] = True
    if not fine.all():
        first = int(np.flatnonzero(~fine)[0])
        raise StoreError(
            gettext_noop(
                "The file “{file}” of the order store is not in order of account and day; "
                "somebody else wrote it. Check the store, and load its imports again."
            ),
            file=where[bisect_right(ends, first)],
        )
    names = names if account is piece.account else names.take(pa.array(order))
    piece = replace(piece, account=account, names={**piece.names, "account_id": names})
    return piece if len(ends) == 1 else _sorted([piece])


def _rises(account: npt.NDArray[np.int32], day: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Whether each line's successor comes no earlier than itself."""
    fine = account[1:] > account[:-1]
    fine |= (account[1:] == account[:-1]) & (day[1:] >= day[:-1])
    return fine


def merge(pieces: Sequence[Piece]) -> Piece:
    """Sorted pieces as one, sorted by account and day; of one day the earlier piece's lines first.

    One piece is nearly always much larger than the others: these are sorted by themselves and then
    woven into it, which copies it once.
    """
    if len(pieces) == 1:
        return pieces[0]
    pieces = _in_one_numbering(pieces)
    place = max(range(len(pieces)), key=lambda n: len(pieces[n].account))
    whole = pieces[place]
    if place > 0:
        whole = _woven(whole, _sorted(pieces[:place]), before=True)
    if place + 1 < len(pieces):
        whole = _woven(whole, _sorted(pieces[place + 1 :]), before=False)
    return whole


def sort_together(pieces: Sequence[Piece]) -> Piece:
    """Pieces in any order as one, sorted by account and day."""
    return _sorted(_in_one_numbering(pieces))


def _in_one_numbering(pieces: Sequence[Piece]) -> list[Piece]:
    """The same lines with codes that mean the same in all of them; accounts numbered as they sort."""
    names: dict[str, pa.StringArray] = {}
    maps: dict[str, list[npt.NDArray[np.int32]]] = {}
    for name in pieces[0].names:
        names[name], maps[name] = unified([p.names[name] for p in pieces])
    order = pc.sort_indices(names["account_id"]).to_numpy()
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order))
    names["account_id"] = names["account_id"].take(pa.array(order))
    return [
        Piece(
            _through(rank[maps["account_id"][n]], p.account),
            p.day,
            p.amount,
            {name: _through(maps[name][n], codes) for name, codes in p.codes.items()},
            p.values,
            names,
        )
        for n, p in enumerate(pieces)
    ]


def _keys(piece: Piece) -> npt.NDArray[np.int64]:
    """What the lines are sorted by, as one number each."""
    return (piece.account.astype(np.int64) << 32) + (piece.day.astype(np.int64) + (1 << 31))


def _sorted(pieces: Sequence[Piece]) -> Piece:
    together = pieces[0]
    if len(pieces) > 1:
        together = _columnwise(lambda columns: np.concatenate(columns), pieces)
    keys = _keys(together)
    if (keys[1:] >= keys[:-1]).all():
        return together
    return together.take(np.argsort(keys, kind="stable"))


def _woven(large: Piece, small: Piece, *, before: bool) -> Piece:
    """Two sorted pieces as one; of one day the small one's lines come before or after."""
    from mainstay.ledger import weaving_loops as loops  # Numba, for those alone who need it

    place = loops.places(large.account, large.day, small.account, small.day, before)
    return _columnwise(lambda both: loops.woven(both[0], both[1], place), [large, small])


def _columnwise(
    work: Callable[[list[npt.NDArray[Any]]], npt.NDArray[Any]], pieces: Sequence[Piece]
) -> Piece:
    """One piece of several in the same numbering, each column by itself."""
    first = pieces[0]
    return Piece(
        work([p.account for p in pieces]),
        work([p.day for p in pieces]),
        work([p.amount for p in pieces]),
        {name: work([p.codes[name] for p in pieces]) for name in first.codes},
        {name: work([p.values[name] for p in pieces]) for name in first.values},
        first.names,
    )


def to_lines(piece: Piece) -> Lines:
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


def codes_of(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.int32], pa.StringArray]:
    """A text column as codes (-1 = empty) and words."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode().unify_dictionaries()
    if column.num_chunks == 0:
        return np.empty(0, np.int32), pa.array([], pa.string())
    indices = pa.chunked_array([chunk.indices for chunk in column.chunks])
    if indices.null_count:
        indices = pc.fill_null(indices, -1)
    return flat(indices, np.int32), column.chunk(0).dictionary.cast(pa.string())


def flat(column: pa.ChunkedArray, dtype: type) -> npt.NDArray[np.int32]:
    pieces = [chunk.to_numpy(zero_copy_only=False) for chunk in column.chunks]
    return np.concatenate(pieces).astype(dtype, copy=False) if pieces else np.empty(0, dtype)


def values_of(column: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    if pa.types.is_decimal(column.type):
        return to_float(column)
    pieces = [c.cast(pa.float64()).to_numpy(zero_copy_only=False) for c in column.chunks]
    return np.concatenate(pieces) if pieces else np.empty(0)


def _through(mapping: npt.NDArray[np.int32], codes: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Codes translated; -1 stays."""
    if (mapping == np.arange(len(mapping))).all():
        return codes
    return np.append(mapping, np.int32(-1))[codes]


def unified(
    words: Sequence[pa.StringArray],
) -> tuple[pa.StringArray, list[npt.NDArray[np.int32]]]:
    """One list of words for several, and each one's codes in it."""
    together = pa.chunked_array(words, pa.string()).combine_chunks()
    encoded = together.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    ends = np.cumsum([len(w) for w in words])
    return encoded.dictionary, [c.copy() for c in np.split(codes, ends[:-1])]


def recoded(
    codes: npt.NDArray[np.int32], names: pa.StringArray, wanted: pa.StringArray
) -> tuple[npt.NDArray[np.int32], pa.StringArray]:
    """The same words under the codes of a fixed list."""
    place = pc.fill_null(pc.index_in(names, value_set=wanted), -1)
    return _through(place.to_numpy(zero_copy_only=False).astype(np.int32), codes), wanted


def fill_category(
    codes: dict[str, npt.NDArray[np.int32]],
    names: dict[str, pa.StringArray],
    product: pa.ChunkedArray,
    categories: pa.Table,
) -> None:
    """Where a line has no category, its product's; also against its own where the table says so.

    categories: product_id, category, against
    """
    product_codes, products = codes_of(product)
    found = pc.index_in(products, value_set=categories["product_id"].combine_chunks())
    words = categories["category"].combine_chunks().take(found)
    all_words, (own, _) = unified([names["category"], pc.drop_null(words.unique())])
    of_product = pc.fill_null(pc.index_in(words, value_set=all_words, skip_nulls=True), -1)
    of_line = _through(of_product.to_numpy(zero_copy_only=False).astype(np.int32), product_codes)
    mine = _through(own, codes["category"])
    against = categories["against"].combine_chunks().take(found).fill_null(False)
    strong = np.append(against.to_numpy(zero_copy_only=False), False)[product_codes]
    codes["category"] = np.where((mine >= 0) & ~strong, mine, of_line)
    names["category"] = all_words
