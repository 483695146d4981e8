"""What each account bought and what of it stays with us, half year by half year before a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.core.arrays import distinct, distinct_of_each, summed
from mainstay.ledger.lines import FEE, RETURN, SALE, Lines
from mainstay.standing.history import days_of, kind_codes

HALF_DAYS = 182
HALVES = 4  # two years: who earns nothing this year may have done so before


@dataclass(frozen=True)
class Earned:
    """A kernel: net sales and gross margin of each account in each half year; fees are left out.

    as_of: half 0 is the 182 days before it, 3 the earliest
    margin_share: margin as a share of the net sales of lines whose cost is not known
    Returns a table: account_id, half (int32), net, margin (reporting currency; below 0 where goods were
        sold under cost), sold (of sales alone), costed (of those, with a known cost), return_days
        (days on which something came back), order_days
    """

    as_of: date
    margin_share: float
    columns = ("kind", "cost")

    def __call__(self, lines: Lines) -> pa.Table:
        kind = kind_codes(lines)
        half = (days_of(self.as_of) - 1 - lines.day.astype(np.int64)) // HALF_DAYS
        kept = np.flatnonzero((half >= 0) & (half < HALVES) & (kind != FEE))
        account = np.repeat(np.arange(lines.n_accounts), np.diff(lines.offsets))[kept]
        key = account * HALVES + half[kept]
        size = lines.n_accounts * HALVES
        net, cost, kind = lines.amount[kept], lines.values["cost"][kept], kind[kept]
        known = ~np.isnan(cost)
        margin = np.where(known, net - np.nan_to_num(cost), net * self.margin_share)
        sale = kind == SALE

        def total(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            return np.round(summed(key, values, size), 4)

        def days(chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
            return distinct_of_each(key[chosen], lines.day[kept][chosen], size)

        some = distinct(key)
        columns = {
            "net": total(net),
            "margin": total(margin),
            "sold": total(np.where(sale, net, 0.0)),
            "costed": total(np.where(sale & known, net, 0.0)),
            "return_days": days(kind == RETURN),
            "order_days": days(sale & (net > 0)),
        }
        return pa.table(
            {
                "account_id": lines.account_ids.cast(pa.string()).take(pa.array(some // HALVES)),
                "half": pa.array((some % HALVES).astype(np.int32)),
                **{name: pa.array(values[some]) for name, values in columns.items()},
            }
        )
