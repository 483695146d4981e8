"""What each account bought of each product, quarter by quarter before a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.core.arrays import distinct_of_each, groups, summed
from mainstay.ledger.lines import FEE, KINDS, Lines
from mainstay.standing.history import days_of, kind_codes

QUARTER_DAYS = 91
QUARTERS = 12


@dataclass(frozen=True)
class Goods:
    """A kernel: sums of each account × product × quarter × kind of line; fees are left out.

    as_of: quarter 0 is the 91 days before it, 11 the earliest
    Returns a table: account_id, product_id, category, kind (as codes), quarter (int32), amount (net, reporting
    currency), list_amount (NaN where a line has none), quantity (NaN likewise), order_days
    """

    as_of: date
    columns = ("category", "kind", "product_id", "quantity", "list_amount")

    def __call__(self, lines: Lines) -> pa.Table:
        quarter = (days_of(self.as_of) - 1 - lines.day.astype(np.int64)) // QUARTER_DAYS
        kind = kind_codes(lines)
        kept = np.flatnonzero((quarter >= 0) & (quarter < QUARTERS) & (kind != FEE))
        account = np.repeat(np.arange(lines.n_accounts), np.diff(lines.offsets))[kept]
        product, category = (lines.codes[c][kept] for c in ("product_id", "category"))
        first, place = groups(account, product, quarter[kept], kind[kept])
        n = len(first)

        def total(values: npt.NDArray[np.float64]) -> pa.Array:
            sums = summed(place, np.nan_to_num(values[kept]), n)
            unknown = summed(place, np.isnan(values[kept]), n) > 0
            return pa.array(np.round(sums, 4), mask=unknown)

        def named(words: pa.Array, codes: npt.NDArray[np.integer[Any]]) -> pa.DictionaryArray:
            # As codes: a million accounts have a hundred million such rows.
            here = codes[first].astype(np.int32)
            return pa.DictionaryArray.from_arrays(pa.array(here, mask=here < 0), words)

        return pa.table(
            {
                "account_id": named(lines.account_ids.cast(pa.string()), account),
                "product_id": named(lines.names["product_id"].cast(pa.string()), product),
                "category": named(lines.names["category"].cast(pa.string()), category),
                "kind": named(pa.array(KINDS), kind[kept]),
                "quarter": pa.array(quarter[kept][first].astype(np.int32)),
                "amount": total(lines.amount),
                "list_amount": total(lines.values["list_amount"]),
                "quantity": total(lines.values["quantity"]),
                "order_days": pa.array(distinct_of_each(place, lines.day[kept], n)),
            }
        )
