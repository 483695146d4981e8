"""An account's history in days, and its summary (x, t_x, T) in weeks.

collapse(lines, before) -> Days                     order lines to days
days_of(date) -> int, date_of(day) -> date          days since 1970-01-01, and back
SummaryKernel(dates)(lines) -> table                (x, t_x, T) per account and date
summary(account_code, day, amount, as_of=…) -> Summary   the same from raw arrays in any order

An **order day** is a day on which an account's sale lines sum to more than 0. Returns and credits
count as money, never as an order day; fees count in neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.ledger.lines import FEE, KINDS, RETURN, SALE, Lines

DAYS_A_WEEK = 7.0
_EPOCH = date(1970, 1, 1)


def days_of(when: date) -> int:
    """Days since 1970-01-01, as lines carry them."""
    return (when - _EPOCH).days


def date_of(day: int) -> date:
    """The date of a day counted since 1970-01-01."""
    return _EPOCH + timedelta(days=int(day))


def dates_to_days(dates: Iterable[date]) -> npt.NDArray[np.int32]:
    """Ascending as-of dates as days since 1970-01-01, int32 (n_dates,).

    Raises: ValueError when the dates do not ascend
    """
    days = np.array([days_of(d) for d in dates], np.int32)
    if len(days) == 0 or (np.diff(days) <= 0).any():
        raise ValueError("the as-of dates must ascend, and there must be one at least")
    return days


@dataclass(frozen=True)
class Days:
    """Each account's days with sales, returns or credits, rising.

    offsets: int64 (n_accounts + 1,); account i has the days offsets[i]:offsets[i + 1]
    day: int32 (n_days,), days since 1970-01-01
    net: float64 (n_days,), sales + returns + credits, in ten-thousandths of the currency (whole
        numbers, so that sums are exact)
    back: float64 (n_days,), money given back by returns and credits, ≥ 0, in ten-thousandths
    order: bool (n_days,), whether it is an order day
    """

    offsets: npt.NDArray[np.int64]
    day: npt.NDArray[np.int32]
    net: npt.NDArray[np.float64]
    back: npt.NDArray[np.float64]
    order: npt.NDArray[np.bool_]

    @cached_property
    def log_net(self) -> npt.NDArray[np.float64]:
        """log of net, float64 (n_days,); 0 where it is not above 0."""
        return np.log(np.where(self.net > 0.0, self.net, 1.0))


@dataclass(frozen=True)
class Summary:
    """What the buy-till-you-die models need; one row an account with an order day.

    account: int64 (n,), the account's code
    x: int64 (n,), order days after the first
    t_x: float64 (n,), weeks from the first to the last order day
    T: float64 (n,), weeks from the first order day to the day before as_of
    """

    account: npt.NDArray[np.int64]
    x: npt.NDArray[np.int64]
    t_x: npt.NDArray[np.float64]
    T: npt.NDArray[np.float64]


def kind_codes(lines: Lines) -> npt.NDArray[np.int32]:
    """The lines' kinds as SALE, RETURN, CREDIT or FEE, int32 (n_lines,).

    A line without a kind is a return where its amount is below 0, else a sale.
    """
    codes = lines.codes.get("kind")
    if codes is None:
        return np.where(lines.amount < 0, RETURN, SALE).astype(np.int32)
    names = lines.names["kind"].to_pylist() if "kind" in lines.names else list(KINDS)
    if names != list(KINDS[: len(names)]):
        known = [KINDS.index(name) if name in KINDS else FEE for name in names]
        # −1 (no kind) finds the place that stands last
        codes = np.array([*known, -1], np.int32)[codes]
    if len(codes) and codes.min() < 0:
        codes = np.where(codes < 0, np.where(lines.amount < 0, RETURN, SALE), codes)
    return np.ascontiguousarray(codes, np.int32)


def net_sales(lines: Lines) -> npt.NDArray[np.float64]:
    """What tells an order day: the lines' net sales, also where their amount is margin."""
    return lines.values.get("net", lines.amount)


def collapse(lines: Lines, before: int, kind: npt.NDArray[np.int32] | None = None) -> Days:
    """Each account's days with money, from its lines dated before `before`.

    lines: with the column `kind`
    before: days since 1970-01-01; no line of that day or later is looked at
    kind: `kind_codes(lines)` where it is at hand
    Kernels of one pass ask for the same days: they are made once.
    """
    # Beyond the last line, one day is as good as another.
    before = min(before, int(lines.day.max(initial=0)) + 1)
    found = lines.made.get(("days", before))
    if found is None:
        found = _collapse(lines, before, kind_codes(lines) if kind is None else kind)
        lines.made["days", before] = found
    days: Days = found
    return days


def _collapse(lines: Lines, before: int, kind: npt.NDArray[np.int32]) -> Days:
    from mainstay.standing import history_loops

    n = len(lines.day)
    offsets = np.empty(len(lines.offsets), np.int64)
    day = np.empty(n, np.int32)
    net, back = np.empty(n), np.empty(n)
    order = np.empty(n, np.bool_)
    used = history_loops.collapse(
        lines.offsets,
        lines.day,
        lines.amount,
        net_sales(lines),
        kind,
        before,
        offsets,
        day,
        net,
        back,
        order,
    )
    return Days(offsets, day[:used], net[:used], back[:used], order[:used])


@dataclass(frozen=True)
class SummaryKernel:
    """(x, t_x, T) per account at dates, for `Ledger.map_accounts(kernel, columns=("kind",))`.

    dates: ascending as-of dates
    Returns a table: account_id, date_index (int16, place in `dates`), x (int32), t_x and T (weeks);
    rows only for accounts with an order day before the date.
    """

    dates: tuple[date, ...]

    def __call__(self, lines: Lines) -> pa.Table:
        from mainstay.standing import history_loops

        dates = dates_to_days(self.dates)
        days = collapse(lines, int(dates[-1]))
        shape = (lines.n_accounts, len(dates))
        first, last, count = (np.empty(shape, np.int32) for _ in range(3))
        history_loops.summarise(days.offsets, days.day, days.order, dates, first, last, count)
        account, j = np.nonzero(count)
        opened = first[account, j]
        return pa.table(
            {
                "account_id": lines.account_ids.take(pa.array(account)),
                "date_index": j.astype(np.int16),
                "x": count[account, j] - np.int32(1),
                "t_x": (last[account, j] - opened) / DAYS_A_WEEK,
                "T": (dates[j] - 1 - opened) / DAYS_A_WEEK,
            }
        )


def summary(
    account_code: npt.NDArray[np.integer],
    day: npt.NDArray[np.integer],
    amount: npt.NDArray[np.floating],
    *,
    as_of: int,
) -> Summary:
    """(x, t_x, T) of every account with an order day before as_of, from raw sale lines.

    account_code: ints (n_lines,), 0 ≤ code; rows may stand in any order
    day: ints (n_lines,), days since 1970-01-01
    amount: floats (n_lines,); a day counts where an account's amounts sum to more than 0
    as_of: days since 1970-01-01; rows of that day or later are not looked at
    Source: Fader, Hardie & Lee (2005), the "recency, frequency" summary, here in weeks
    """
    from mainstay.standing import history_loops

    code = np.ascontiguousarray(account_code, np.int32)
    days = np.ascontiguousarray(day, np.int32)
    amounts = np.ascontiguousarray(amount, np.float64)
    empty = np.empty(0)
    if len(code) == 0:
        return Summary(empty.astype(np.int64), empty.astype(np.int64), empty, empty)
    n_accounts = int(code.max()) + 1
    offsets, days, amounts = history_loops.group_by_account(code, n_accounts, days, amounts)
    day_from = int(days.min())
    n_days = int(days.max()) - day_from + 1
    first, last, count = (np.empty(n_accounts, np.int32) for _ in range(3))
    history_loops.summarise_unsorted(
        offsets, days, amounts, day_from, n_days, as_of, first, last, count
    )
    account = np.nonzero(count)[0]
    opened = first[account]
    return Summary(
        account,
        count[account].astype(np.int64) - 1,
        (last[account] - opened) / DAYS_A_WEEK,
        (as_of - 1 - opened) / DAYS_A_WEEK,
    )
