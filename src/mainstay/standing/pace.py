"""How often and how large each account ordered, quarter by quarter before a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.core.arrays import summed
from mainstay.ledger.lines import Lines
from mainstay.standing.goods import QUARTER_DAYS, QUARTERS
from mainstay.standing.history import collapse, days_of

MONEY_UNIT = 10_000.0  # whole ten-thousandths, as days carry money


@dataclass(frozen=True)
class Pace:
    """A kernel: each account's order days in each quarter, as far as there are any.

    as_of: quarter 0 is the 91 days before it, 7 the earliest
    Returns a table: account_id, quarter (int32), order_days (int64), amount and amount_squared (sums
    over order days of the day's net money and of its square, reporting currency)
    """

    as_of: date
    columns = ("kind",)

    def __call__(self, lines: Lines) -> pa.Table:
        n, before = lines.n_accounts, days_of(self.as_of)
        days = collapse(lines, before)
        quarter = (before - 1 - days.day.astype(np.int64)) // QUARTER_DAYS
        account = np.repeat(np.arange(n), np.diff(days.offsets))
        kept = days.order & (quarter < QUARTERS)
        key = account[kept] * QUARTERS + quarter[kept]
        money = days.net[kept] / MONEY_UNIT

        def total(values: npt.NDArray[np.float64] | None) -> npt.NDArray[np.float64]:
            return summed(key, values, n * QUARTERS)

        order_days = total(None)
        some = np.flatnonzero(order_days)
        return pa.table(
            {
                "account_id": lines.account_ids.cast(pa.string()).take(pa.array(some // QUARTERS)),
                "quarter": pa.array((some % QUARTERS).astype(np.int32)),
                "order_days": pa.array(order_days[some].astype(np.int64)),
                "amount": pa.array(total(money)[some]),
                "amount_squared": pa.array(total(money**2)[some]),
            }
        )
