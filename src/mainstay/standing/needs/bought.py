"""What every account bought of every product, and who its peers are, as numbers that can be reckoned with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.arrays import summed
from mainstay.standing.known import Known

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEAST_PEERS = 10
LEAST_NAMED = 0.5  # of sales: less, and products or categories say too little


@dataclass(frozen=True)
class Named:
    """One code a row, and what the codes stand for; −1 = no word."""

    code: Ints
    words: pa.Array

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> Named:
        words = column.combine_chunks().dictionary_encode()
        return cls(
            np.asarray(pc.fill_null(words.indices.cast(pa.int64()), -1), np.int64),
            words.dictionary.cast(pa.string()),
        )

    def word(self, codes: Ints) -> pa.Array:
        return self.words.take(pa.array(codes, mask=codes < 0))


@dataclass(frozen=True)
class Bought:
    """Sales of accounts by product and quarter (`Goods`), returns and fees left out; arrays (n_rows,).

    account: place among the accounts that are judged; quarter: 0 = the 91 days before the date
    product: of the products as they stand in the lines; family: of the last of their successors, which
        stands for all generations of it
    """

    known: Known
    account: Ints
    quarter: Ints
    money: Floats
    order_days: Ints
    product: Named
    family: Named
    category: Named

    @classmethod
    def of(cls, known: Known) -> Bought:
        goods = known.goods
        rows = goods.filter(
            pc.and_(pc.equal(goods["kind"], "sale"), pc.greater(goods["amount"], 0))
        )
        product = Named.of(rows["product_id"])
        return cls(
            known,
            known.places(rows["account_id"]),
            np.asarray(rows["quarter"], np.int64),
            np.asarray(rows["amount"], np.float64),
            np.asarray(rows["order_days"], np.int64),
            product,
            _family(product, known),
            Named.of(rows["category"]),
        )

    @property
    def n(self) -> int:
        return len(self.known.account_id)

    def in_quarters(self, first: int, last: int) -> Bools:
        return (self.quarter >= first) & (self.quarter <= last)

    def of_accounts(self, rows: Bools) -> Floats:
        """Money of each account in some rows, (n,)."""
        return summed(self.account[rows], self.money[rows], self.n)

    @cached_property
    def year(self) -> Floats:
        """Money of each account in the last 52 weeks, (n,)."""
        return self.of_accounts(self.in_quarters(0, 3))

    @cached_property
    def item(self) -> Named | None:
        """What is sold, as finely as most sales tell it: products, else categories, else nothing."""
        total = self.money.sum()
        for one in (self.family, self.category):
            if total and self.money[one.code >= 0].sum() >= LEAST_NAMED * total:
                return one
        return None

    @cached_property
    def peers(self) -> Peers:
        return Peers.of(self.known, self.year > 0)


def _family(product: Named, known: Known) -> Named:
    """Products under the last of their successors."""
    until = known.known_until if known.known_until is not None else known.as_of
    heirs = known.ledger.assortment(known.as_of, until).successor
    words = [heirs.get(one, one) for one in product.words.to_pylist()]
    merged = Named.of(pa.chunked_array([pa.array(words, pa.string())]))
    return Named(np.append(merged.code, -1)[product.code], merged.words)


@dataclass(frozen=True)
class Peers:
    """Accounts of the same segment and size class; of the same size where those are too few, else all.

    code: int array (n,); n: how many of each bought in the last 52 weeks
    """

    code: Ints
    n: Ints

    @classmethod
    def of(cls, known: Known, buying: Bools) -> Peers:
        segment, size = (Named.of(known.accounts[name]).code for name in ("segment", "size_class"))
        fine = np.where(
            (segment >= 0) & (size >= 0), segment * (size.max(initial=0) + 1) + size, -1
        )
        chosen = np.zeros(len(size), np.int64)
        for level, code in enumerate((size, fine)):
            enough = np.bincount(code[buying & (code >= 0)], minlength=code.max(initial=0) + 1)
            found = (code >= 0) & (enough[code] >= LEAST_PEERS)
            chosen = np.where(found, (level + 1) * 10**6 + code, chosen)
        _, code = np.unique(chosen, return_inverse=True)
        return cls(code, np.bincount(code[buying], minlength=code.max(initial=-1) + 1))

    def medians(self, values: Floats) -> Floats:
        """Of each account the median among its peers; NaN where fewer than LEAST_PEERS have a value."""
        found = np.full(len(self.n), np.nan)
        order = np.argsort(self.code, kind="stable")
        edges = np.searchsorted(self.code[order], np.arange(len(self.n) + 1))
        for one in range(len(self.n)):
            some = values[order[edges[one] : edges[one + 1]]]
            some = some[~np.isnan(some)]
            if len(some) >= LEAST_PEERS:
                found[one] = np.median(some)
        return found[self.code]
