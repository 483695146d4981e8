"""The measures of every account × category at one as-of date, from its order lines.

    kernel = CategoryFeatures(as_of, first_data_day=ledger.span()[0])
    table = ledger.map_accounts(kernel, columns=CategoryFeatures.columns, as_of=as_of)

How many categories an account bought, dropped and added at many dates is among its own features
(`features.BREADTH`): cells of account × category at many dates are never written out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
import pyarrow as pa

from mainstay.ledger.lines import Lines
from mainstay.standing.history import DAYS_A_WEEK, days_of, kind_codes, net_sales

COUNTS = ("order_days", "order_days_26", "order_days_52")
AMOUNTS = {  # and the weeks back at which each begins
    "amount_13": 13,
    "amount_26": 26,
    "amount_52": 52,
    "amount_prev_52": 104,  # 52 to 104 weeks back
    "returns_52": 52,  # money given back by returns and credits, ≥ 0
}


@dataclass(frozen=True)
class CategoryFeatures:
    """A kernel: one row per account and category with an order day before as_of.

    An order day of a category is a day on which the account's sale lines in it sum to more than 0.
    first_data_day: where the data begin; windows that begin earlier are missing (NaN)

    Columns: account_id, category (dictionary), first_day and last_day (date32; order days of the
    category), COUNTS (int32), AMOUNTS (float64, reporting currency). Lines without a category are in
    no row.
    """

    as_of: date
    first_data_day: date | None = None

    columns: ClassVar[tuple[str, ...]] = ("category", "kind")

    def __call__(self, lines: Lines) -> pa.Table:
        from mainstay.standing import category_loops as loops

        names = lines.names["category"]
        at = days_of(self.as_of)
        day_from = min(int(lines.day.min()), at) if len(lines.day) else at
        weeks_back = (at - np.arange(day_from, at)) / DAYS_A_WEEK
        age = np.searchsorted(loops.AGES, weeks_back).astype(np.int32)
        room = min(len(lines.day), lines.n_accounts * len(names))
        rows = loops.Rows(
            np.empty(room, np.int32),
            np.empty(room, np.int32),
            np.empty((5, room), np.int32),
            np.empty((5, room)),
        )
        n = loops.fill_rows(
            lines.offsets,
            lines.day,
            lines.amount,
            net_sales(lines),
            kind_codes(lines),
            lines.codes["category"],
            len(names),
            day_from,
            age,
            rows,
        )
        columns: dict[str, pa.Array] = {
            "account_id": lines.account_ids.take(pa.array(rows.account[:n])),
            "category": pa.DictionaryArray.from_arrays(rows.category[:n].copy(), names),
            "first_day": pa.array(rows.days[0, :n]).view(pa.date32()),
            "last_day": pa.array(rows.days[1, :n]).view(pa.date32()),
        }
        for i, name in enumerate(COUNTS):
            columns[name] = pa.array(rows.days[2 + i, :n].copy())
        for i, (name, weeks) in enumerate(AMOUNTS.items()):
            amount = rows.amounts[i, :n].copy()
            if self.first_data_day and at - 7 * weeks < days_of(self.first_data_day):
                amount[:] = np.nan
            columns[name] = pa.array(amount)
        return pa.table(columns)
