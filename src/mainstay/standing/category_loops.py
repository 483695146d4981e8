"""The loops behind `categories`: an account's categories at one date, and how broad it buys at many.

Lines are read once, in order. Each category of the account keeps a state of its own; a day of a
category is closed when its next day, or the account's end, comes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mainstay.standing.jit import compiled

Longs = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]

_SALE, _RETURN, _CREDIT = 0, 1, 2
_UNIT = 10_000.0
_HALF_YEAR = 182
MAX_DATES = 64  # dates are bits of one word

# Places in an open category's state.
_TODAY, _SALES, _BACK = 0, 1, 2


class Rows(NamedTuple):
    """Account × category at one date; as many places as there may be rows.

    days: int32 (5, n): first and last order day; order days ever, in 26 weeks, in 52
    amounts: float64 (5, n): in 13, 26, 52 weeks, in the 52 before, returns in 52
    """

    account: Ints
    category: Ints
    days: Ints
    amounts: Floats


@compiled
def _close_row_day(state: Floats, c: int, row: int, rows: Rows, at: int) -> None:
    """Add category c's open day to its row."""
    today = int(state[c, _TODAY])
    sale = np.rint(state[c, _SALES] * _UNIT)
    back = np.rint(state[c, _BACK] * _UNIT)
    age = at - today  # 1 = the day before the date
    days, amounts = rows.days, rows.amounts
    if sale > 0.0:
        if days[2, row] == 0:
            days[0, row] = today
        days[1, row] = today
        days[2, row] += 1
        if age <= _HALF_YEAR:
            days[3, row] += 1
        if age <= 2 * _HALF_YEAR:
            days[4, row] += 1
    if age <= 91:
        amounts[0, row] += sale + back
    if age <= _HALF_YEAR:
        amounts[1, row] += sale + back
    if age <= 2 * _HALF_YEAR:
        amounts[2, row] += sale + back
        amounts[4, row] -= back
    elif age <= 4 * _HALF_YEAR:
        amounts[3, row] += sale + back


@compiled
def fill_rows(
    offsets: Longs,
    day: Ints,
    amount: Floats,
    kind: Ints,
    category: Ints,
    n_categories: int,
    at: int,
    rows: Rows,
) -> int:
    """Fill one row per account and category with an order day before `at`; returns how many."""
    state = np.zeros((n_categories, 3))
    place = np.full(n_categories, -1, np.int64)
    n = 0
    for account in range(len(offsets) - 1):
        begin = n
        for line in range(offsets[account], offsets[account + 1]):
            if day[line] >= at:
                break
            c = category[line]
            what = kind[line]
            if c < 0 or what > _CREDIT:
                continue
            if place[c] < 0:
                place[c] = n
                rows.account[n] = account
                rows.category[n] = c
                for i in range(5):
                    rows.days[i, n] = 0
                    rows.amounts[i, n] = 0.0
                n += 1
                state[c, _TODAY] = day[line]
            elif state[c, _TODAY] != day[line]:
                _close_row_day(state, c, place[c], rows, at)
                state[c, _TODAY] = day[line]
                state[c, _SALES] = 0.0
                state[c, _BACK] = 0.0
            if what == _SALE:
                state[c, _SALES] += amount[line]
            else:
                state[c, _BACK] += amount[line]
        kept = begin
        for row in range(begin, n):
            c = rows.category[row]
            _close_row_day(state, c, row, rows, at)
            place[c] = -1
            state[c, _SALES] = 0.0
            state[c, _BACK] = 0.0
            if rows.days[2, row] > 0:
                if kept < row:
                    rows.category[kept] = c
                    for i in range(5):
                        rows.days[i, kept] = rows.days[i, row]
                        rows.amounts[i, kept] = rows.amounts[i, row]
                kept += 1
        n = kept
    return n


@compiled
def _close_bit_day(
    today: int, bits: npt.NDArray[np.uint64], c: int, reach: Ints, before: npt.NDArray[np.uint64]
) -> None:
    """Note for which dates category c was bought in the last four half-years, by its order day.

    bits[c, 0..3]: bought in the last 26 weeks, in the 26 before, and so on
    bits[c, 4]: bought at least twice in the 52 weeks before the last 26
    before[k]: the word whose first k bits are set
    """
    a = before[reach[today]]
    b = before[reach[today + _HALF_YEAR]]
    d = before[reach[today + 2 * _HALF_YEAR]]
    e = before[reach[today + 3 * _HALF_YEAR]]
    f = before[reach[today + 4 * _HALF_YEAR]]
    bits[c, 4] |= (bits[c, 1] | bits[c, 2]) & (b ^ e)
    bits[c, 0] |= a ^ b
    bits[c, 1] |= b ^ d
    bits[c, 2] |= d ^ e
    bits[c, 3] |= e ^ f


@compiled
def breadth(
    offsets: Longs,
    day: Ints,
    amount: Floats,
    kind: Ints,
    category: Ints,
    n_categories: int,
    n_dates: int,
    day_from: int,
    reach: Ints,
    last_date: int,
    row: Longs,
    first_date: int,
    all_dates: int,
    out: Singles,
) -> None:
    """Fill out (4, rows): categories bought in 52 weeks, in the 52 before, dropped, added.

    n_dates, reach: at most MAX_DATES dates, which stand at first_date.. of all_dates
    row: account i has the rows row[i]:row[i + 1], for its last dates
    """
    one = np.uint64(1)
    before = np.zeros(n_dates + 1, np.uint64)
    for k in range(n_dates):
        before[k + 1] = before[k] | (one << np.uint64(k))
    open_day = np.zeros(n_categories, np.int64)
    sales = np.zeros(n_categories)
    bits = np.zeros((n_categories, 5), np.uint64)
    seen = np.zeros(n_categories, np.bool_)
    touched = np.empty(n_categories, np.int64)
    tally = np.zeros((4, n_dates), np.int32)
    for account in range(len(offsets) - 1):
        if row[account] == row[account + 1]:
            continue
        n = 0
        for line in range(offsets[account], offsets[account + 1]):
            if day[line] >= last_date:
                break
            c = category[line]
            if c < 0 or kind[line] != _SALE:
                continue
            today = day[line] - day_from
            if not seen[c]:
                seen[c] = True
                touched[n] = c
                n += 1
                open_day[c] = today
                sales[c] = 0.0
            elif open_day[c] != today:
                if np.rint(sales[c] * _UNIT) > 0.0:
                    _close_bit_day(open_day[c], bits, c, reach, before)
                open_day[c] = today
                sales[c] = 0.0
            sales[c] += amount[line]
        recent = np.uint64(0)
        earlier = np.uint64(0)
        for t in range(n):
            c = touched[t]
            if np.rint(sales[c] * _UNIT) > 0.0:
                _close_bit_day(open_day[c], bits, c, reach, before)
            recent |= bits[c, 0]
            earlier |= bits[c, 1] | bits[c, 2]
        tally[:] = 0
        for t in range(n):
            c = touched[t]
            year = bits[c, 0] | bits[c, 1]
            year_before = bits[c, 2] | bits[c, 3]
            dropped = bits[c, 4] & bits[c, 2] & ~bits[c, 0] & recent
            added = bits[c, 0] & ~(bits[c, 1] | bits[c, 2]) & earlier
            for j in range(n_dates):
                shift = np.uint64(j)
                tally[0, j] += np.int32((year >> shift) & one)
                tally[1, j] += np.int32((year_before >> shift) & one)
                tally[2, j] += np.int32((dropped >> shift) & one)
                tally[3, j] += np.int32((added >> shift) & one)
            seen[c] = False
            bits[c, :] = np.uint64(0)
        own_first = all_dates - (row[account + 1] - row[account])
        for j in range(max(own_first - first_date, 0), n_dates):
            at = row[account] + first_date + j - own_first
            for i in range(4):
                out[i, at] = tally[i, j]
