"""What each account bought of each category, in periods of four weeks before a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.arrays import summed
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.lines import FEE, Lines
from mainstay.standing.history import days_of, kind_codes

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

PERIOD_DAYS = 28
PERIODS = 39  # three years
YEAR_PERIODS = 13
LEAST_CATEGORY_PERIODS, LEAST_CATEGORY_SHARE = 5, 0.05  # of a category worth looking at


def period_of(day: date, as_of: date) -> int:
    """In which of the PERIODS before as_of a day lies; negative = before all of them."""
    return PERIODS - 1 - ((as_of - day).days - 1) // PERIOD_DAYS


@dataclass(frozen=True)
class Sums:
    """Net sales of some accounts, period by period, the last ending the day before a date.

    account_id: those with a line in the periods
    amount: float array (n_accounts, PERIODS), over all categories; no less than 0 of each
    first_day: int32 (n_accounts,), of the account's first line; days since 1970-01-01
    n_categories: int (n_accounts,), it bought from in the periods
    pair_account, pair_category: place and category of each row of `of_pair`, the categories worth looking at
    of_pair: float array (n_pairs, PERIODS)
    """

    account_id: pa.StringArray
    amount: Floats
    first_day: npt.NDArray[np.int32]
    n_categories: Longs
    pair_account: Longs
    pair_category: pa.StringArray
    of_pair: Floats


@dataclass(frozen=True)
class PurchaseSums:
    """A function of some accounts' lines: what they bought in the PERIODS before `as_of`.

    Most categories of an account are bought now and then, and say nothing of its fall: of a million accounts
    they would take gigabytes, and are left out here already.
    """

    as_of: date
    columns = ("category", "kind")

    def __call__(self, lines: Lines) -> Sums:
        n = lines.n_accounts
        period = PERIODS - 1 - (days_of(self.as_of) - 1 - lines.day.astype(np.int64)) // PERIOD_DAYS
        kept = np.flatnonzero((period >= 0) & (period < PERIODS) & (kind_codes(lines) != FEE))
        account = np.repeat(np.arange(n), np.diff(lines.offsets))[kept]
        names = lines.names["category"].cast(pa.string())
        width = len(names) + 1
        pairs, place = np.unique(
            account * width + lines.codes["category"][kept] + 1, return_inverse=True
        )
        sums = summed(place * PERIODS + period[kept], lines.amount[kept], len(pairs) * PERIODS)
        of_pair = np.maximum(sums.reshape(-1, PERIODS), 0.0)
        who, pair_account, n_categories = np.unique(
            pairs // width, return_inverse=True, return_counts=True
        )
        amount = np.zeros((len(who), PERIODS))
        np.add.at(amount, pair_account, of_pair)
        worth = _worth_looking(of_pair, amount, pair_account)
        code = pairs[worth] % width - 1
        return Sums(
            lines.account_ids.cast(pa.string()).take(pa.array(who)),
            amount,
            lines.day[lines.offsets[who]],
            n_categories,
            pair_account[worth],
            names.take(pa.array(code, mask=code < 0)),
            of_pair[worth],
        )


def _worth_looking(of_pair: Floats, amount: Floats, pair_account: Longs) -> Longs:
    """The categories of an account that are large enough to tell anything of its fall."""
    often = (of_pair > 0).sum(axis=1) >= LEAST_CATEGORY_PERIODS
    whole = amount.sum(axis=1)[pair_account]
    return np.flatnonzero(often & (of_pair.sum(axis=1) >= LEAST_CATEGORY_SHARE * whole))


@dataclass(frozen=True)
class Purchases:
    """The sums of some accounts, brought into line with them.

    as_of: the day after the last period
    amount: float array (n_accounts, PERIODS), net sales
    begun: int array (n_accounts,), the first period after the account's first order; PERIODS = never
    n_categories: int array (n_accounts,), bought from in the periods
    pair_account, pair_category: account and place in `categories` of each row of `of_pair`, in that order
    of_pair: float array (n_pairs, PERIODS), of the categories worth looking at
    categories: their names; null = lines without one
    data_begin: the first whole period of the data
    """

    as_of: date
    amount: Floats
    begun: Longs
    n_categories: Longs
    pair_account: Longs
    pair_category: Longs
    of_pair: Floats
    categories: pa.StringArray
    data_begin: int

    def place_of(self, account: Longs, category: pa.Array) -> Longs:
        """The row of `of_pair` of each account and category; −1 = none, or no category is named."""
        code = np.asarray(
            pc.fill_null(pc.index_in(category, self.categories, skip_nulls=True), -1), np.int64
        )
        width = len(self.categories) + 1
        keys, key = self.pair_account * width + self.pair_category, account * width + code
        place = np.searchsorted(keys, key)
        there = np.flatnonzero((code >= 0) & (place < len(keys)))
        found = np.full(len(key), -1, np.int64)
        same = there[keys[place[there]] == key[there]]
        found[same] = place[same]
        return found

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
    parts = ledger.map_buckets(
        kernel,
        columns=kernel.columns,
        as_of=as_of,
        known_until=known_until,  # type: ignore[arg-type]
    )
    n = len(account_id)
    amount, n_categories = np.zeros((n, PERIODS)), np.zeros(n, np.int64)
    begun = np.full(n, PERIODS, np.int64)
    owners, rows = [], []
    for some in parts:
        place = np.asarray(pc.fill_null(pc.index_in(some.account_id, account_id), -1), np.int64)
        here = np.flatnonzero(place >= 0)
        amount[place[here]] = some.amount[here]
        n_categories[place[here]] = some.n_categories[here]
        age = days_of(as_of) - 1 - some.first_day[here].astype(np.int64)
        begun[place[here]] = np.clip(PERIODS - age // PERIOD_DAYS, 0, PERIODS)
        owner = place[some.pair_account]
        rows.append(some.of_pair[owner >= 0])
        owners.append(owner)
    owner = np.concatenate(owners)
    named = pa.chunked_array([some.pair_category for some in parts]).combine_chunks()
    named = named.filter(pa.array(owner >= 0))
    names = pc.unique(named)
    names = names.take(pc.sort_indices(names))
    code = np.asarray(pc.index_in(named, names), np.int64)
    owner = owner[owner >= 0]
    order = np.lexsort((code, owner))
    span = ledger.span()
    known_days = (as_of - span[0]).days if span else 0
    return Purchases(
        as_of,
        amount,
        begun,
        n_categories,
        owner[order],
        code[order],
        np.concatenate(rows)[order],
        names,
        max(PERIODS - known_days // PERIOD_DAYS, 0),
    )
