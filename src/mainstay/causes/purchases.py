"""What each account bought of each category, in periods of four weeks before a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.ledger import Ledger
from mainstay.ledger.lines import FEE, Lines
from mainstay.standing.history import days_of, kind_codes

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

PERIOD_DAYS = 28
PERIODS = 39  # three years
YEAR_PERIODS = 13


def period_of(day: date, as_of: date) -> int:
    """In which of the PERIODS before as_of a day lies; negative = before all of them."""
    return PERIODS - 1 - ((as_of - day).days - 1) // PERIOD_DAYS


@dataclass(frozen=True)
class PurchaseSums:
    """A kernel: net sales by account × category × period, the last ending the day before `as_of`.

    Returns a table: account_id, category, amount (list of PERIODS float64, the earliest first),
    first_day (int32, of the account's first line; days since 1970-01-01)
    """

    as_of: date
    columns = ("category", "kind")

    def __call__(self, lines: Lines) -> pa.Table:
        n = lines.n_accounts
        period = PERIODS - 1 - (days_of(self.as_of) - 1 - lines.day.astype(np.int64)) // PERIOD_DAYS
        kept = np.flatnonzero((period >= 0) & (period < PERIODS) & (kind_codes(lines) != FEE))
        account = np.repeat(np.arange(n), np.diff(lines.offsets))[kept]
        names = lines.names["category"].cast(pa.string())
        width = len(names) + 1
        pairs, place = np.unique(
            account * width + lines.codes["category"][kept] + 1, return_inverse=True
        )
        sums = np.bincount(place * PERIODS + period[kept], lines.amount[kept], len(pairs) * PERIODS)
        sums = sums.astype(np.float64)  # of no lines at all, counts would be whole numbers
        code = pairs % width - 1
        first = lines.day[np.minimum(lines.offsets[:-1], max(len(lines.day) - 1, 0))]
        return pa.table(
            {
                "account_id": lines.account_ids.cast(pa.string()).take(pa.array(pairs // width)),
                "category": names.take(pa.array(code, mask=code < 0)),
                "amount": pa.FixedSizeListArray.from_arrays(pa.array(sums), PERIODS),
                "first_day": pa.array(first[pairs // width].astype(np.int32)),
            }
        )


@dataclass(frozen=True)
class Purchases:
    """The sums of some accounts, brought into line with them.

    as_of: the day after the last period
    amount: float array (n_accounts, PERIODS), net sales
    begun: int array (n_accounts,), the first period after the account's first order; PERIODS = never
    pair_account, pair_category: of each row of `of_pair`, in the order of the accounts
    of_pair: float array (n_pairs, PERIODS)
    data_begin: the first whole period of the data
    """

    as_of: date
    amount: Floats
    begun: Longs
    pair_account: Longs
    pair_category: list[str | None]
    of_pair: Floats
    data_begin: int

    @property
    def begins_on(self) -> list[date]:
        """The first day of each period."""
        return [
            self.as_of - timedelta(days=PERIOD_DAYS * (PERIODS - period))
            for period in range(PERIODS)
        ]

    @property
    def begins(self) -> Longs:
        """The same as days since 1970-01-01."""
        return np.array([days_of(day) for day in self.begins_on], np.int64)

    @property
    def there(self) -> npt.NDArray[np.bool_]:
        """(n_accounts, PERIODS): of which periods each account is known."""
        return np.asarray(np.arange(PERIODS) >= self._first[:, None])

    @property
    def can_fall(self) -> npt.NDArray[np.bool_]:
        """(n_accounts, PERIODS): with which periods a fall could begin: one must lie before it."""
        return np.asarray(np.arange(PERIODS) >= self._first[:, None] + 1)

    @property
    def _first(self) -> Longs:
        return np.maximum(self.begun, self.data_begin)


def purchases_of(
    ledger: Ledger, account_id: pa.Array, *, as_of: date, known_until: object = None
) -> Purchases:
    """Purchases of the accounts, from lines dated before as_of."""
    kernel = PurchaseSums(as_of)
    table = ledger.map_accounts(
        kernel,
        columns=kernel.columns,
        as_of=as_of,
        known_until=known_until,  # type: ignore[arg-type]
    )
    place = pc.fill_null(pc.index_in(table["account_id"], value_set=account_id), -1)
    place = np.asarray(place, np.int64)
    order = np.argsort(place, kind="stable")[int((place < 0).sum()) :]
    chunks = [chunk.flatten().to_numpy(zero_copy_only=False) for chunk in table["amount"].chunks]
    sums = np.concatenate(chunks).reshape(-1, PERIODS) if chunks else np.zeros((0, PERIODS))
    of_pair, account = np.maximum(sums[order], 0.0), place[order]
    n = len(account_id)
    amount = np.zeros((n, PERIODS))
    np.add.at(amount, account, of_pair)
    begun = np.full(n, PERIODS, np.int64)
    first = table["first_day"].to_numpy()[order]
    begun[account] = np.clip(PERIODS - (days_of(as_of) - 1 - first) // PERIOD_DAYS, 0, PERIODS)
    span = ledger.span()
    age = (as_of - span[0]).days if span else 0
    category = table["category"].take(pa.array(order)).to_pylist()
    data_begin = max(PERIODS - age // PERIOD_DAYS, 0)
    return Purchases(as_of, amount, begun, account, category, of_pair, data_begin)
