"""Share of wallet: what an account buys a year of what we sell, from everybody, and our part of it.

It cannot be known from our own orders alone (R6). It is measured from the account's own volumes, else
declared by somebody who knows it, else estimated from similar accounts (`wallet_similar`), and always a
range with its source. Days are days since 1970-01-01, months are months since 1970-01.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from mainstay.core.arrays import summed
from mainstay.standing.net_sales import Bought

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

YEAR_DAYS = 364
YEAR_MONTHS = 12
LEAST_MONTHS = 6  # of volumes, for a year to be told from them
OLDEST_MONTHS = 6  # so long after its end the newest month still tells of now
# Judged spreads, where nobody gave a better one.
MEASURED_SPREAD = 0.05  # their books and ours do not close on the same day
DECLARED_SPREAD = 0.25
DRIFT_A_YEAR = 0.15  # of a statement that is older than a year
RANGE = 0.9  # upper end of the 80% range


@dataclass(frozen=True)
class Wallet:
    """What accounts buy a year of what we sell; one value an account, NaN = not known.

    purchases, low, high: from everybody, net, in the reporting currency; low ≤ purchases ≤ high
    bought: from us in the same time, a year's worth
    source: measured, declared or estimated; None = not known
    known_on: when the newest fact behind it came to be known; −1 = none
    first_day, last_day: what it speaks of: the months measured, the day declared; −1 = none
    number: of months measured, statements summed, or similar accounts
    by: who declared it
    """

    purchases: Floats
    low: Floats
    high: Floats
    bought: Floats
    source: npt.NDArray[np.object_]
    known_on: Ints
    first_day: Ints
    last_day: Ints
    number: Ints
    by: npt.NDArray[np.object_]

    @classmethod
    def unknown(cls, n_accounts: int) -> Wallet:
        """Of nobody anything is known."""

        def nan() -> Floats:
            return np.full(n_accounts, np.nan)

        def none() -> npt.NDArray[np.object_]:
            return np.full(n_accounts, None, object)

        def day() -> Ints:
            return np.full(n_accounts, -1, np.int64)

        count = np.zeros(n_accounts, np.int64)
        return cls(nan(), nan(), nan(), nan(), none(), day(), day(), day(), count, none())

    @property
    def is_part(self) -> npt.NDArray[np.bool_]:
        """Whether what was measured can't be all: in the same months we alone sold it more.

        By more than their books and ours differ for not closing on the same day.
        """
        more = self.bought > self.purchases * (1 + MEASURED_SPREAD)
        return np.asarray(self.source == "measured") & more

    @property
    def share(self) -> Floats:
        """Our part, 0 to 1; NaN where what was measured can't be all: a part tells no share."""
        return self._of_all(self.purchases)

    @property
    def share_low(self) -> Floats:
        return self._of_all(self.high)

    @property
    def share_high(self) -> Floats:
        return self._of_all(self.low)

    def _of_all(self, purchases: Floats) -> Floats:
        return np.where(self.is_part, np.nan, _part(self.bought, purchases))

    @property
    def is_evidence(self) -> npt.NDArray[np.bool_]:
        """Whether somebody said it: an estimate from other accounts is no evidence of this one."""
        return np.isin(self.source.astype(str), ("measured", "declared"))


def _part(bought: Floats, of: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.clip(bought / of, 0.0, 1.0)


def share_of_wallet(*sources: Wallet) -> Wallet:
    """For each account the first source that knows it: measured, declared, estimated."""
    first = sources[-1]
    for other in reversed(sources[:-1]):
        known = other.source != None  # noqa: E711  (an array of objects)
        first = Wallet(
            *(
                np.where(known, getattr(other, f.name), getattr(first, f.name))
                for f in fields(Wallet)
            )
        )
    return first


def share_fall(now: Wallet, before: Wallet) -> Floats:
    """By how much our share fell between two dates, 0 to 1; below 0 it rose; NaN = not known.

    Known only where both are evidence and the later rests on a newer fact: one statement told of twice
    would call a smaller order a smaller share. Where the two are of different sources, two ways of
    counting, they count only when their ranges lie apart.
    """
    comparable = now.is_evidence & before.is_evidence & (now.last_day > before.last_day)
    same = now.source == before.source
    apart = (now.share_high < before.share_low) | (before.share_high < now.share_low)
    return np.where(comparable & (same | apart), before.share - now.share, np.nan)


@dataclass(frozen=True)
class Volumes:
    """What accounts bought from everybody, by month; one value a row, a row an account and month.

    account: places; month: since 1970-01; amount: net, in the reporting currency
    """

    account: Ints
    month: Ints
    amount: Floats


def first_day_of(month: npt.NDArray[np.int64]) -> Ints:
    """The first day of months since 1970-01."""
    return month.astype("M8[M]").astype("M8[D]").astype(np.int64)


def month_of(day: npt.ArrayLike) -> Ints:
    """The months of days."""
    return np.asarray(day, np.int64).astype("M8[D]").astype("M8[M]").astype(np.int64)


def measured(volumes: Volumes, bought: Bought, as_of: int) -> Wallet:
    """From the twelve months up to the newest that an account has shared, ended before as_of.

    With n < 12 of them known the year is their sum × 12 / n, with the error of that as of a sample of
    n drawn from 12 (Cochran 1977, section 2.8): Var = 12 (12 − n) s² / n. Our part is of the same months.

    bought: with the first day of each of these months as an edge
    """
    from scipy.special import stdtrit

    n = len(bought.up_to)
    ended = int(month_of(as_of)) - 1
    newest = np.full(n, -(10**6), np.int64)
    there = volumes.month <= ended
    np.maximum.at(newest, volumes.account[there], volumes.month[there])
    there &= (volumes.month > newest[volumes.account] - YEAR_MONTHS) & (
        newest[volumes.account] >= ended - OLDEST_MONTHS
    )
    who, month, amount = volumes.account[there], volumes.month[there], volumes.amount[there]
    ours = bought.between(first_day_of(month), first_day_of(month + 1), who)
    known = ~np.isnan(ours)
    who, month, amount, ours = who[known], month[known], amount[known], ours[known]

    def total(values: Floats | None = None) -> Floats:
        return summed(who, values, n)

    months, theirs = total(), total(amount)
    usable = (months >= LEAST_MONTHS) & (theirs > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(usable, YEAR_MONTHS / months, np.nan)
        spread = total(np.square(amount - (theirs / months)[who])) / (months - 1)
        error = np.sqrt(YEAR_MONTHS * (YEAR_MONTHS - months) * spread / months)
        error = np.where(usable, error * stdtrit(months - 1, RANGE), np.nan)
    year = theirs * scale
    half = np.hypot(MEASURED_SPREAD * year, error)
    first, last = np.full(n, 10**6, np.int64), np.full(n, -(10**6), np.int64)
    np.minimum.at(first, who, month)
    np.maximum.at(last, who, month)
    last_day = np.where(usable, first_day_of(np.where(usable, last, 0) + 1) - 1, -1)
    return Wallet(
        purchases=year,
        # What was measured of the year is bought already, whatever the other months bring.
        low=np.maximum(year - half, np.minimum(theirs, year) * (1 - MEASURED_SPREAD)),
        high=year + half,
        bought=total(ours) * scale,
        source=_named("measured", usable),
        known_on=last_day,
        first_day=np.where(usable, first_day_of(np.where(usable, first, 0)), -1),
        last_day=last_day,
        number=np.where(usable, months, 0).astype(np.int64),
        by=np.full(n, None, object),
    )


@dataclass(frozen=True)
class Statements:
    """What people say that accounts buy a year, in the order of recording; one value a row.

    account: places; on: the day it speaks of; known_on: when it came to be known
    category: code, −1 = of all that we sell; amount ≤ 0 takes the statement before it back
    low, high: NaN = not given; by: who says so
    """

    account: Ints
    on: Ints
    known_on: Ints
    category: Ints
    amount: Floats
    low: Floats
    high: Floats
    by: npt.NDArray[np.object_]

    def take(self, rows: npt.NDArray[np.generic]) -> Statements:
        return Statements(*(getattr(self, f.name)[rows] for f in fields(self)))


def declared(statements: Statements, bought: Floats, as_of: int) -> Wallet:
    """The latest statement of all that an account buys, else the sum of the latest by category.

    bought: what each account bought from us in the 52 weeks before as_of; NaN = not known
    """
    n = len(bought)
    latest = _latest(statements)
    total = np.zeros(n, bool)
    total[latest.account[latest.category < 0]] = True
    latest = latest.take((latest.category < 0) | ~total[latest.account])
    years = np.maximum((as_of - latest.on) / YEAR_DAYS - 1, 0.0)
    wider = (1 + DRIFT_A_YEAR) ** years
    spread = 1 + DECLARED_SPREAD
    low = np.fmin(np.where(np.isnan(latest.low), latest.amount / spread, latest.low), latest.amount)
    high = np.fmax(
        np.where(np.isnan(latest.high), latest.amount * spread, latest.high), latest.amount
    )

    def total_of(values: Floats) -> Floats:
        return np.where(number > 0, summed(latest.account, values, n), np.nan)

    number = np.bincount(latest.account, minlength=n).astype(np.int64)
    newest = Wallet.unknown(n)
    # Of several categories the newest statement names day and person: rows rise by account, then day.
    by_day = latest.take(np.lexsort((latest.on, latest.account)))
    newest.first_day[by_day.account] = by_day.on
    newest.by[by_day.account] = by_day.by
    # A first look at old data counts what was recorded since: it is known from its own day on.
    known_on = np.where(latest.known_on < as_of, latest.known_on, latest.on)
    np.maximum.at(newest.known_on, latest.account, known_on)
    return Wallet(
        purchases=total_of(latest.amount),
        low=total_of(np.maximum(low, 0.0) / wider),
        high=total_of(high * wider),
        bought=np.where(number > 0, bought, np.nan),
        source=_named("declared", number > 0),
        known_on=newest.known_on,
        first_day=newest.first_day,
        last_day=newest.first_day,
        number=number,
        by=newest.by,
    )


def _latest(statements: Statements) -> Statements:
    """The latest of each account and category, without those that were taken back."""
    order = np.lexsort((statements.on, statements.category, statements.account))
    rows = statements.take(order)  # stable: of one day, the last recorded stands last
    if not len(order):
        return rows
    last = np.ones(len(order), bool)
    last[:-1] = (np.diff(rows.account) != 0) | (np.diff(rows.category) != 0)
    return rows.take(last & (rows.amount > 0))


def _named(name: str, where: npt.NDArray[np.bool_]) -> npt.NDArray[np.object_]:
    named = np.full(len(where), None, object)
    named[where] = name
    return named
