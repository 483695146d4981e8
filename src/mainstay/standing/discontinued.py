"""What an account bought of products that we no longer sell: a category that went with them is no
category that the account dropped.

    kernel = DiscontinuedShare(as_of, ledger.assortment(as_of).discontinued)
    table = ledger.map_accounts(kernel, columns=DiscontinuedShare.columns, as_of=as_of)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.arrays import distinct, summed
from mainstay.ledger.lines import SALE, Lines
from mainstay.standing.history import days_of, kind_codes

Longs = npt.NDArray[np.int64]
YEAR_DAYS = 364
STOPPED_BEFORE_DAYS = 182  # who bought a product last so long before its end dropped it by itself


@dataclass(frozen=True)
class DiscontinuedShare:
    """A kernel: one row per account and category that had discontinued products in it.

    products: by product that has no successor, the day on which it was discontinued, before as_of
    Columns: account_id, category (string), share (float64): of the category's sales in the year up to
    the account's last order of a discontinued product, how much was theirs; 0 … 1. A product that the
    account had not bought for half a year when it was discontinued is not among them.
    """

    as_of: date
    products: Mapping[str, date]

    columns: ClassVar[tuple[str, ...]] = ("category", "kind", "product_id")

    def __call__(self, lines: Lines) -> pa.Table:
        product = lines.codes["product_id"].astype(np.int64)
        category = lines.codes["category"].astype(np.int64)
        n_categories = max(len(lines.names["category"]), 1)
        owner = np.repeat(np.arange(lines.n_accounts), np.diff(lines.offsets))
        counts = (kind_codes(lines) == SALE) & (category >= 0) & (lines.day < days_of(self.as_of))
        ended = self._ended(lines)[product]  # a line without a product takes the last place
        theirs = np.flatnonzero(counts & (ended >= 0))
        bought = owner[theirs] * max(len(lines.names["product_id"]), 1) + product[theirs]
        theirs = theirs[
            ended[theirs] - _last_of_each(bought, lines.day[theirs]) <= STOPPED_BEFORE_DAYS
        ]
        pair = owner * n_categories + category
        found = distinct(pair[theirs])
        place = np.searchsorted(found, pair)
        ours = counts & (place < len(found))
        ours[ours] = found[place[ours]] == pair[ours]
        until = np.full(len(found), np.iinfo(np.int64).min)
        np.maximum.at(until, place[theirs], lines.day[theirs])
        rows = np.flatnonzero(ours)
        age = until[place[rows]] - lines.day[rows]
        rows = rows[(age >= 0) & (age < YEAR_DAYS)]
        of_these = np.zeros(len(pair), bool)
        of_these[theirs] = True
        whole = summed(place[rows], lines.amount[rows], len(found))
        part = summed(place[rows], lines.amount[rows] * of_these[rows], len(found))
        share = np.divide(part, whole, out=np.zeros(len(found)), where=whole > 0)
        return pa.table(
            {
                "account_id": lines.account_ids.take(pa.array(found // n_categories)),
                "category": lines.names["category"].take(pa.array(found % n_categories)),
                "share": np.clip(share, 0.0, 1.0),
            }
        )

    def _ended(self, lines: Lines) -> Longs:
        """By product code the day on which it was discontinued; −1 = it was not. One place more."""
        names = lines.names["product_id"]
        days = np.array([days_of(day) for day in self.products.values()] + [-1], np.int64)
        place = pc.index_in(names, value_set=pa.array(list(self.products), pa.string()))
        return np.append(days[pc.fill_null(place, -1).to_numpy()], np.int64(-1))


def _last_of_each(key: Longs, day: npt.NDArray[np.integer]) -> Longs:
    """For each row the latest day of the rows with the same key."""
    _, inverse = np.unique(key, return_inverse=True)
    last = np.full(int(inverse.max(initial=-1)) + 1, np.iinfo(np.int64).min)
    np.maximum.at(last, inverse, day)
    return last[inverse]
