"""Loops over order lines: from lines to days, and from unsorted rows to summaries."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mainstay.core.jit import compiled

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_SALE, _RETURN, _CREDIT = 0, 1, 2  # as in ledger.lines; a compiled loop keeps its own constants
_UNIT = 10_000.0


@compiled
def collapse(
    offsets: Longs,
    day: Ints,
    amount: Floats,
    net_sales: Floats,
    kind: Ints,
    before: int,
    out_offsets: Longs,
    out_day: Ints,
    out_net: Floats,
    out_back: Floats,
    out_order: Bools,
) -> int:
    """Sum each account's lines to days; returns the number of days written.

    Sums are rounded to the store's money unit, so that .1 + .2 − .3 is no order.
    """
    n = 0
    for account in range(len(offsets) - 1):
        out_offsets[account] = n
        line, end = offsets[account], offsets[account + 1]
        while line < end and day[line] < before:
            today = day[line]
            sale = 0.0
            sold = 0.0
            back = 0.0
            counted = False
            while line < end and day[line] == today:
                what = kind[line]
                if what == _SALE:
                    sale += amount[line]
                    sold += net_sales[line]
                    counted = True
                elif what in (_RETURN, _CREDIT):
                    back += amount[line]
                    counted = True
                line += 1
            if counted:
                sale = np.rint(sale * _UNIT)
                back = np.rint(back * _UNIT)
                out_day[n] = today
                out_net[n] = sale + back
                out_back[n] = -back
                out_order[n] = np.rint(sold * _UNIT) > 0.0
                n += 1
    out_offsets[len(offsets) - 1] = n
    return n


@compiled
def summarise(
    offsets: Longs,
    day: Ints,
    order: Bools,
    dates: Ints,
    first: Ints,
    last: Ints,
    count: Ints,
) -> None:
    """First, last and number of order days before each of the ascending dates; (accounts, dates)."""
    for account in range(len(offsets) - 1):
        n = 0
        opened = 0
        latest = 0
        k = offsets[account]
        for j in range(len(dates)):
            while k < offsets[account + 1] and day[k] < dates[j]:
                if order[k]:
                    if n == 0:
                        opened = day[k]
                    latest = day[k]
                    n += 1
                k += 1
            first[account, j] = opened
            last[account, j] = latest
            count[account, j] = n


@compiled
def group_by_account(
    code: npt.NDArray[np.int32], n_accounts: int, day: Ints, amount: Floats
) -> tuple[Longs, Ints, Floats]:
    """Rows in any order, laid together account by account (counting sort)."""
    offsets = np.zeros(n_accounts + 1, np.int64)
    for c in code:
        offsets[c + 1] += 1
    for account in range(n_accounts):
        offsets[account + 1] += offsets[account]
    place = offsets[:-1].copy()
    days = np.empty(len(day), np.int32)
    amounts = np.empty(len(day), np.float64)
    for row in range(len(code)):
        p = place[code[row]]
        place[code[row]] = p + 1
        days[p] = day[row]
        amounts[p] = amount[row]
    return offsets, days, amounts


@compiled
def order_by(code: Longs, n_codes: int) -> tuple[Longs, Longs]:
    """Rows in the order of their codes, equal ones as they stood (counting sort).

    code: (n_rows,), 0 to n_codes − 1; a row below 0 is left out
    Returns: offsets (n_codes + 1,) and the rows; those of code c are rows[offsets[c]:offsets[c + 1]]
    """
    offsets = np.zeros(n_codes + 1, np.int64)
    for c in code:
        if c >= 0:
            offsets[c + 1] += 1
    for c in range(n_codes):
        offsets[c + 1] += offsets[c]
    place = offsets[:-1].copy()
    rows = np.empty(offsets[n_codes], np.int64)
    for row in range(len(code)):
        c = code[row]
        if c >= 0:
            rows[place[c]] = row
            place[c] += 1
    return offsets, rows


@compiled
def order_within(offsets: Longs, code: Ints, n_codes: int) -> tuple[Longs, Longs, Ints, Longs]:
    """Each account's rows in the order of their codes, equal ones as they stood.

    code: (n_rows,), 0 to n_codes − 1; a row below 0 is left out
    Returns: of each pair of account × code that has rows, in order, its account; where its rows begin
        (n_pairs + 1,); its code; and the rows
    """
    starts, owner = np.empty(len(code) + 1, np.int64), np.empty(len(code), np.int64)
    of_pair, rows = np.empty(len(code), np.int32), np.empty(len(code), np.int64)
    place, n, used = np.zeros(n_codes + 1, np.int64), 0, 0
    for account in range(len(offsets) - 1):
        first, last = offsets[account], offsets[account + 1]
        place[:] = 0
        for row in range(first, last):
            place[code[row]] += 1  # those below 0 fall on the last place
        for c in range(n_codes):
            many = place[c]
            place[c] = used
            if many:
                owner[n], of_pair[n], starts[n] = account, c, used
                n += 1
                used += many
        for row in range(first, last):
            c = code[row]
            if c >= 0:
                rows[place[c]] = row
                place[c] += 1
    starts[n] = used
    return owner[:n], starts[: n + 1], of_pair[:n], rows[:used]


@compiled
def summarise_unsorted(
    offsets: Longs,
    day: Ints,
    amount: Floats,
    day_from: int,
    n_days: int,
    before: int,
    first: Ints,
    last: Ints,
    count: Ints,
) -> None:
    """As `summarise` at one date, for days in any order within an account."""
    total = np.zeros(n_days, np.float64)
    seen = np.zeros(n_days, np.bool_)
    touched = np.empty(n_days, np.int32)
    for account in range(len(offsets) - 1):
        n_touched = 0
        for row in range(offsets[account], offsets[account + 1]):
            if day[row] >= before:
                continue
            d = day[row] - day_from
            if not seen[d]:
                seen[d] = True
                touched[n_touched] = d
                n_touched += 1
            total[d] += amount[row]
        opened, latest, n = n_days, -1, 0
        for t in range(n_touched):
            d = touched[t]
            if np.rint(total[d] * _UNIT) > 0.0:
                n += 1
                opened = min(opened, d)
                latest = max(latest, d)
            total[d] = 0.0
            seen[d] = False
        count[account] = n
        first[account] = opened + day_from
        last[account] = latest + day_from
