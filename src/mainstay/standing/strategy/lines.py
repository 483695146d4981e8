"""What accounts with goals bought, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.core.arrays import Codes, groups, summed
from mainstay.ledger.lines import FEE, SALE, Lines
from mainstay.standing.history import kind_codes


@dataclass(frozen=True)
class Daily:
    """A kernel: money of each account and day, of which products where it is asked; fees are left out.

    margin_share: margin as a share of the net sales of lines whose cost is not known
    of_products: whether days are told by product and category
    Returns a table: account_id, on, product_id, category (both null unless they are asked), net, margin
        (reporting currency), ordered (whether something was sold on the day)
    """

    margin_share: float
    of_products: bool = False
    columns: ClassVar[tuple[str, ...]] = ("kind", "cost", "product_id", "category")

    def __call__(self, lines: Lines) -> pa.Table:
        kind = kind_codes(lines)
        kept = np.flatnonzero(kind != FEE)
        account = np.repeat(np.arange(lines.n_accounts), np.diff(lines.offsets))[kept]
        day, net, cost = lines.day[kept], lines.amount[kept], lines.values["cost"][kept]
        margin = np.where(np.isnan(cost), net * self.margin_share, net - np.nan_to_num(cost))
        parts: list[Codes] = [account, day]
        if self.of_products:
            parts += [lines.codes[c][kept] for c in ("product_id", "category")]
        first, place = groups(*parts)

        def total(values: npt.NDArray[np.float64]) -> pa.Array:
            return pa.array(np.round(summed(place, values, len(first)), 4))

        sold = (kind[kept] == SALE) & (net > 0)
        return pa.table(
            {
                "account_id": lines.account_ids.cast(pa.string()).take(pa.array(account[first])),
                "on": pa.array(day[first].astype(np.int32)).cast(pa.date32()),
                **{
                    column: self._names(lines, column, kept[first])
                    for column in ("product_id", "category")
                },
                "net": total(net),
                "margin": total(margin),
                "ordered": pa.array(summed(place, sold, len(first)) > 0),
            }
        )

    def _names(self, lines: Lines, column: str, rows: npt.NDArray[np.int64]) -> pa.Array:
        if not self.of_products:
            return pa.nulls(len(rows), pa.string())
        codes = lines.codes[column][rows]
        return lines.names[column].cast(pa.string()).take(pa.array(codes, mask=codes < 0))
