"""What accounts bought in the 13 weeks before and after some moments, and a year before both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.lines import FEE, Lines
from mainstay.standing.history import days_of, kind_codes

AFTER_DAYS = 91
YEAR_DAYS = 364
_DAY_ROOM = 1 << 17  # more days than a calendar of ours has
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Moments:
    """Moments of accounts, in the order of the accounts.

    accounts: string array, each once; account: int64 (n,), rising, the place in it
    day: int64 (n,), days since 1970-01-01; base: likewise, up to which it is looked back
    category: int64 (n,), the place in `categories`; -1 = all purchases
    place: int64 (n,), which moment of the table it is
    """

    accounts: pa.Array
    account: Longs
    day: Longs
    base: Longs
    category: Longs
    categories: pa.Array
    place: Longs

    @classmethod
    def of(cls, events: pa.Table, account_ids: pa.Array, categories: pa.Array) -> Moments:
        """events: with the columns account and category (places in the arrays), on and base"""
        account = events["account"].to_numpy().astype(np.int64)
        order = np.argsort(account, kind="stable")
        there, place = np.unique(account[order], return_inverse=True)
        category = events["category"].combine_chunks().fill_null(-1)
        days = [
            events[name].cast(pa.int32()).to_numpy().astype(np.int64)[order]
            for name in ("on", "base")
        ]
        return cls(
            account_ids.take(pa.array(there)).cast(pa.string()),
            place.astype(np.int64),
            days[0],
            days[1],
            np.asarray(category, np.int64)[order],
            categories.cast(pa.string()),
            order,
        )


@dataclass(frozen=True)
class Bought:
    """A kernel: money of windows around moments; fees count in none.

    moments: whose purchases are asked for
    begin: the first day of the data; windows that reach before it are not known (NaN)
    as_of: what comes after it is not known either, and counts as nothing
    Returns a table: place (of the moment); bought (the 13 weeks after its day), before (the 13 weeks up to base),
        year_ago and before_year (the same 52 weeks earlier); in the reporting currency
    """

    moments: Moments
    begin: date
    as_of: date
    columns: ClassVar[tuple[str, ...]] = ("category", "kind")

    def __call__(self, lines: Lines) -> pa.Table:
        moments = self.moments
        here = pc.index_in(moments.accounts, value_set=lines.account_ids.cast(pa.string()))
        own = np.asarray(pc.fill_null(here, -1), np.int64)
        kept = np.flatnonzero(own[moments.account] >= 0)
        account = own[moments.account[kept]]
        day, base = moments.day[kept], moments.base[kept]
        amount = np.where(kind_codes(lines) == FEE, 0.0, np.nan_to_num(lines.amount))
        of_line = np.repeat(np.arange(lines.n_accounts, dtype=np.int64), np.diff(lines.offsets))
        names = lines.names["category"].cast(pa.string())
        category = moments.category[kept]
        named = category >= 0
        # The bucket's own number of each category; -2 = not bought in it
        here = pc.fill_null(pc.index_in(moments.categories, value_set=names), -2)
        code = np.append(np.asarray(here, np.int64), -2)[category]
        sums = np.full((4, len(kept)), np.nan)
        sums[:, ~named] = self._windows(
            _Ledger.of(of_line, lines.day, amount), account[~named], day[~named], base[~named]
        )
        if named.any():
            room = len(names) + 3
            groups = of_line * room + lines.codes["category"].astype(np.int64) + 3
            wanted = np.isin(groups, np.unique(account[named] * room + code[named] + 3))
            sums[:, named] = self._windows(
                _Ledger.of(groups[wanted], lines.day[wanted], amount[wanted]),
                account[named] * room + code[named] + 3,
                day[named],
                base[named],
            )
        return pa.table(
            {
                "place": pa.array(moments.place[kept]),
                "bought": pa.array(sums[0]),
                "before": pa.array(sums[1], mask=np.isnan(sums[1])),
                "year_ago": pa.array(sums[2], mask=np.isnan(sums[2])),
                "before_year": pa.array(sums[3], mask=np.isnan(sums[3])),
            }
        )

    def _windows(self, money: _Ledger, group: Longs, day: Longs, base: Longs) -> Floats:
        """Rows: bought, before, year_ago, before_year."""
        begin = days_of(self.begin)
        found = np.empty((4, len(day)))
        begins = (day, base - AFTER_DAYS, day - YEAR_DAYS, base - YEAR_DAYS - AFTER_DAYS)
        for row, first in enumerate(begins):  # from the day after it on
            last = first + AFTER_DAYS
            found[row] = money.until(group, last) - money.until(group, first)
            found[row, first + 1 < begin] = np.nan
        return found


@dataclass(frozen=True)
class _Ledger:
    """Money by group and day, summed up from the first line on."""

    key: Longs
    total: Floats

    @classmethod
    def of(cls, group: Longs, day: npt.NDArray[np.int32], amount: Floats) -> _Ledger:
        key = group * _DAY_ROOM + day
        if len(key) and (np.diff(key) < 0).any():
            order = np.argsort(key, kind="stable")
            key, amount = key[order], amount[order]
        return cls(key, np.concatenate([[0.0], np.cumsum(amount)]))

    def until(self, group: Longs, day: Longs) -> Floats:
        """The running total up to and with a day; two of one group differ by what lies between them."""
        at = np.searchsorted(self.key, group * _DAY_ROOM + np.maximum(day, 0), side="right")
        return self.total[at]
