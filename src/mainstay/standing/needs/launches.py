"""Which products are new, and which generation each is of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.arrays import distinct_of_each
from mainstay.ledger.lines import SALE, Lines
from mainstay.standing.goods import QUARTER_DAYS
from mainstay.standing.history import days_of, kind_codes
from mainstay.standing.needs.bought import Bools, Bought, Ints

NEW_DAYS = 728  # since the launch
LOOKED_AT_DAYS = 4 * 364  # launches of which the course is told
# Where no launch is told: first sold to anybody, after so much of the data without a sale, to so many.
LEAST_QUARTERS_BEFORE, LEAST_FIRST_BUYERS = 4, 5
UNKNOWN = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Launches:
    """By code of `Bought.product`, arrays (n_products,).

    day: launched on, days since 1970-01-01; UNKNOWN = not known, or longer ago than the data tell
    told: whether the table of products says so; else it is the first day of the quarter of the first sale
    newest: no successor took its place; generations: of its family, there is another one
    """

    day: Ints
    told: Bools
    newest: Bools
    generations: Bools

    @classmethod
    def of(cls, bought: Bought) -> Launches:
        products = bought.product.words
        told_day = _told(bought, products)
        day = np.where(told_day == UNKNOWN, _first_sold(bought), told_day)
        heirs = np.array([*bought.family.words.to_pylist(), None], object)
        code = np.full(len(products), -1)
        seen = bought.product.code >= 0
        code[bought.product.code[seen]] = bought.family.code[seen]
        words = np.array(products.to_pylist(), object)
        newest = heirs[code] == words
        others = np.bincount(code[code >= 0], minlength=len(bought.family.words))
        # An heir that was never sold yet is no row here: its forebear has a successor all the same.
        return cls(day, told_day != UNKNOWN, newest, (others[code] > 1) | ~newest)

    def new_at(self, on: int) -> Bools:
        """Launched within two years before a day, (n_products,)."""
        return (self.day != UNKNOWN) & (self.day < on) & (self.day >= on - NEW_DAYS)


def _told(bought: Bought, products: pa.Array) -> Ints:
    known = bought.known.table("products")
    days = known["launched_on"].cast(pa.int32()).cast(pa.int64())
    place = pc.index_in(products, value_set=known["product_id"].combine_chunks())
    found = days.combine_chunks().take(pc.fill_null(place, 0)) if known.num_rows else None
    if found is None:
        return np.full(len(products), UNKNOWN)
    found = pc.if_else(pc.is_valid(place), found, pa.scalar(None, pa.int64()))
    return np.asarray(pc.fill_null(found, UNKNOWN), np.int64)


def _first_sold(bought: Bought) -> Ints:
    code, quarter = bought.product.code, bought.quarter
    seen = code >= 0
    n = len(bought.product.words)
    first = np.full(n, -1)
    np.maximum.at(first, code[seen], quarter[seen])
    buyers = distinct_of_each(code[seen], bought.account[seen], n)
    begin = bought.quarter.max(initial=-1)
    fits = (first <= begin - LEAST_QUARTERS_BEFORE) & (buyers >= LEAST_FIRST_BUYERS)
    return np.where(fits, days_of(bought.known.as_of) - QUARTER_DAYS * (first + 1), UNKNOWN)


@dataclass(frozen=True)
class Firsts:
    """A kernel: the day on which each account first bought some products.

    products: their codes; Columns: account_id, product_id (string), day (int64, days since 1970-01-01)
    """

    as_of: date
    products: tuple[str, ...]
    columns: ClassVar[tuple[str, ...]] = ("kind", "product_id")

    def __call__(self, lines: Lines) -> pa.Table:
        names = lines.names["product_id"].cast(pa.string())
        wanted = np.append(
            pc.is_in(names, value_set=pa.array(self.products, pa.string())).to_numpy(False), False
        )
        product = lines.codes["product_id"].astype(np.int64)
        kept = wanted[product] & (lines.amount > 0) & (lines.day < days_of(self.as_of))
        rows = np.flatnonzero(kept & (kind_codes(lines) == SALE))
        owner = np.repeat(np.arange(lines.n_accounts), np.diff(lines.offsets))[rows]
        # Lines of an account rise by day: the first of each pair is its first day.
        size = max(len(names), 1)
        pair, first = np.unique(owner * size + product[rows], return_index=True)
        return pa.table(
            {
                "account_id": lines.account_ids.cast(pa.string()).take(pa.array(pair // size)),
                "product_id": names.take(pa.array(pair % size)),
                "day": lines.day[rows][first].astype(np.int64),
            }
        )
