"""What is known of wallets at dates, from the ledger: volumes of the accounts, statements of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.arrays import summed
from mainstay.standing.history import days_of
from mainstay.standing.net_sales import Bought, bought_between
from mainstay.standing.wallet import (
    OLDEST_MONTHS,
    YEAR_DAYS,
    YEAR_MONTHS,
    Statements,
    Volumes,
    Wallet,
    declared,
    first_day_of,
    measured,
    month_of,
    share_of_wallet,
)

if TYPE_CHECKING:
    from mainstay.ledger.ledger import Ledger

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class KnownWallets:
    """Evidence of wallets at any of some dates, each as it was known then.

    volumes: all months ended before the last date; statements: by date
    bought: what the accounts of which anything is known bought from us
    """

    volumes: Volumes
    statements: dict[date, Statements]
    bought: Bought

    def at(self, on: date) -> Wallet:
        """Measured where it can be, else declared."""
        if not len(self.volumes.account) and not len(self.statements[on].account):
            return Wallet.unknown(len(self.bought.up_to))
        said = declared(self.statements[on], self.year_to(on), days_of(on))
        return share_of_wallet(measured(self.volumes, self.bought, days_of(on)), said)

    def year_to(self, on: date) -> Floats:
        """What these accounts bought from us in the 52 weeks before one of the dates."""
        return self.bought.between_all(days_of(on) - YEAR_DAYS, days_of(on))


def known_wallets(
    ledger: Ledger,
    account_id: Sequence[str],
    dates: Sequence[date],
    *,
    begin: date,
    known_until: Any = None,
) -> KnownWallets:
    """What is known at each of the dates.

    account_id: the accounts, joined ones under their main account
    dates: rising; the accounts are joined as it is known at the last
    begin: first day of the data
    known_until: facts recorded later do not count; None = each date
    """
    last = dates[-1]
    main_of = ledger.joins_at(known_until or last).main_of
    names = pa.array(account_id, pa.string())

    def places(rows: pa.Table) -> tuple[pa.Table, Ints]:
        """Rows of accounts that there are, with their places."""
        codes = rows["account_id"].combine_chunks().dictionary_encode()
        mains = pa.array([main_of(code) for code in codes.dictionary.to_pylist()], pa.string())
        place = pc.index_in(mains, value_set=names).take(codes.indices)
        return rows.filter(place.is_valid()), place.drop_null().to_numpy().astype(np.int64)

    volumes = _volumes(*places(ledger.table("account_volumes", last, known_until)))
    statements: dict[date, Statements] = {}
    of_table: dict[int, tuple[pa.Table, Statements]] = {}  # many dates see the same rows
    for on in dates:
        table = ledger.table("wallets", on, known_until)
        if id(table) not in of_table:
            of_table[id(table)] = table, _statements(*places(table))
        statements[on] = of_table[id(table)][1]
    known = np.unique(
        np.concatenate([volumes.account, *(found.account for found in statements.values())])
    )
    days = [days_of(on) for on in dates]
    first = int(month_of(days[0])) - YEAR_MONTHS - OLDEST_MONTHS
    months = first_day_of(np.arange(first, int(month_of(days[-1])) + 1))
    edges = np.unique(np.concatenate([months, days, np.array(days) - YEAR_DAYS]))
    bought = bought_between(
        ledger,
        account_id,
        edges,
        begin=begin,
        as_of=last,
        known_until=known_until,
        only=[account_id[i] for i in known.tolist()],
    )
    return KnownWallets(volumes, statements, bought)


def _floats(column: pa.ChunkedArray) -> Floats:
    return np.asarray(column.cast(pa.float64()).to_numpy(), float)


def _days(column: pa.ChunkedArray) -> Ints:
    return np.asarray(column.cast(pa.int32()).to_numpy(), np.int64)


def _volumes(rows: pa.Table, account: Ints) -> Volumes:
    """Purchases in money, one row an account and month: of one code's month the last recorded, and the
    codes of one account together. A quantity alone can't be set against our sales."""
    what = pc.fill_null(rows["what"], "purchases")
    wanted = pc.and_(pc.equal(what, "purchases"), pc.is_valid(rows["amount"]))
    keep = np.asarray(wanted.to_numpy(), bool)
    rows, account = rows.filter(wanted), account[keep]
    month = month_of(_days(rows["month"]))
    code = rows["account_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    order = np.lexsort((month, code))  # stable: the last recorded of a month stands last
    last = np.ones(len(order), bool)
    last[:-1] = (np.diff(code[order]) != 0) | (np.diff(month[order]) != 0)
    rows_kept = order[last]
    far = np.int64(10**6)
    keys, inverse = np.unique(account[rows_kept] * far + month[rows_kept], return_inverse=True)
    amount = summed(inverse, _floats(rows["amount"])[rows_kept], len(keys))
    return Volumes(keys // far, keys % far, amount)


def _statements(rows: pa.Table, account: Ints) -> Statements:
    category = pc.fill_null(rows["category"], "").combine_chunks().dictionary_encode()
    code = category.indices.to_numpy().astype(np.int64)
    words = np.array(category.dictionary.to_pylist(), object)
    total = np.flatnonzero(words == "")
    on = _days(rows["on"])
    recorded = _days(rows["recorded_at"].cast(pa.date32()))
    assumed = np.asarray(rows["assumed"].to_numpy(), bool)
    return Statements(
        account=account,
        on=on,
        known_on=np.where(assumed, on, np.maximum(on, recorded)),
        category=np.where(np.isin(code, total), -1, code),
        amount=_floats(rows["yearly_purchases"]),
        low=_floats(rows["low"]),
        high=_floats(rows["high"]),
        by=np.array(rows["source"].to_pylist(), object),
    )
