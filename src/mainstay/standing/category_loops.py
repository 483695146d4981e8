"""The loops behind `categories`: an account's categories at one date, and how broad it buys at many.

Lines are read once, in order. Each category of the account keeps a state of its own; a day of a
category is closed when its next day, or the account's end, comes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mainstay.core.jit import compiled

Longs = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]

_SALE, _RETURN, _CREDIT = 0, 1, 2
_UNIT = 10_000.0
_HALF_YEAR = 182
MAX_DATES = 64  # dates are bits of one word

# Places in the state of a category that an account has bought: the open day with its sales (amount,
# which may be margin, and net sales, which tell an order day) and its returns; first and last order
# day; returns in 52 weeks; then amounts and order days by age.
_TODAY, _SALES, _SOLD, _BACK, _FIRST, _LAST, _RETURNED = 0, 1, 2, 3, 4, 5, 6
_AMOUNT, _COUNT, _PLACES = 7, 12, 17
AGES = (13, 26, 52, 104)  # weeks; ages are counted by the first of these that a day lies within
_WITHIN_YEAR = 2


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
def _close_row_day(own: Floats, age: int) -> None:
    """Add a category's open day to its state."""
    sale = np.rint(own[_SALES] * _UNIT)
    worth = sale
    if own[_BACK] != 0.0:
        back = np.rint(own[_BACK] * _UNIT)
        worth += back
        if age <= _WITHIN_YEAR:
            own[_RETURNED] -= back
    own[_AMOUNT + age] += worth
    if np.rint(own[_SOLD] * _UNIT) > 0.0:
        if own[_FIRST] == 0.0:
            own[_FIRST] = own[_TODAY]
        own[_LAST] = own[_TODAY]
        own[_COUNT + age] += 1.0


@compiled
def _write_row(own: Floats, day_from: int, rows: Rows, n: int, unit: float) -> None:
    """A category's state as one row; days in the state count from 1."""
    days, amounts = rows.days, rows.amounts
    days[0, n] = day_from - 1 + int(own[_FIRST])
    days[1, n] = day_from - 1 + int(own[_LAST])
    half = own[_COUNT] + own[_COUNT + 1]
    year = half + own[_COUNT + 2]
    days[2, n] = int(year + own[_COUNT + 3] + own[_COUNT + 4])
    days[3, n] = int(half)
    days[4, n] = int(year)
    quarter = own[_AMOUNT]
    half_amount = quarter + own[_AMOUNT + 1]
    amounts[0, n] = quarter / unit
    amounts[1, n] = half_amount / unit
    amounts[2, n] = (half_amount + own[_AMOUNT + 2]) / unit
    amounts[3, n] = own[_AMOUNT + 3] / unit
    amounts[4, n] = own[_RETURNED] / unit


@compiled
def fill_rows(
    offsets: Longs,
    day: Ints,
    amount: Floats,
    net_sales: Floats,
    kind: Ints,
    category: Ints,
    n_categories: int,
    day_from: int,
    age: Ints,
    rows: Rows,
) -> int:
    """Fill one row per account and category with an order day before as_of; returns how many.

    age[d - day_from]: place in AGES of the first that day d lies within, len(AGES) = none;
        for the days before as_of alone
    """
    state = np.zeros((n_categories, _PLACES))
    touched = np.empty(n_categories, np.int32)
    end_day = day_from + len(age)
    rounding = _UNIT
    n = 0
    for account in range(len(offsets) - 1):
        n_touched = 0
        for line in range(offsets[account], offsets[account + 1]):
            if day[line] >= end_day:
                break
            c = category[line]
            what = kind[line]
            if c < 0 or what > _CREDIT:
                continue
            own = state[c]
            today = float(day[line] - day_from + 1)
            if own[_TODAY] != today:
                if own[_TODAY] == 0.0:
                    touched[n_touched] = c
                    n_touched += 1
                else:
                    _close_row_day(own, age[int(own[_TODAY]) - 1])
                    own[_SALES] = 0.0
                    own[_SOLD] = 0.0
                    own[_BACK] = 0.0
                own[_TODAY] = today
            if what == _SALE:
                own[_SALES] += amount[line]
                own[_SOLD] += net_sales[line]
            else:
                own[_BACK] += amount[line]
        for t in range(n_touched):
            c = touched[t]
            own = state[c]
            _close_row_day(own, age[int(own[_TODAY]) - 1])
            if own[_FIRST] > 0.0:
                rows.account[n] = account
                rows.category[n] = c
                _write_row(own, day_from, rows, n, rounding)
                n += 1
            own[:] = 0.0
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
def _tally(
    bits: npt.NDArray[np.uint64],
    touched: Longs,
    n: int,
    recent: np.uint64,
    earlier: np.uint64,
    tally: Ints,
) -> None:
    """Count one account's categories per date: bought in 52 weeks, in the 52 before, dropped, added.

    touched[:n]: its categories
    recent, earlier: dates for which it bought anything in the last 26 weeks, in the 52 before these
    """
    one = np.uint64(1)
    tally[:] = 0
    for t in range(n):
        c = touched[t]
        year = bits[c, 0] | bits[c, 1]
        year_before = bits[c, 2] | bits[c, 3]
        dropped = bits[c, 4] & bits[c, 2] & ~bits[c, 0] & recent
        added = bits[c, 0] & ~(bits[c, 1] | bits[c, 2]) & earlier
        for j in range(tally.shape[1]):
            shift = np.uint64(j)
            tally[0, j] += np.int32((year >> shift) & one)
            tally[1, j] += np.int32((year_before >> shift) & one)
            tally[2, j] += np.int32((dropped >> shift) & one)
            tally[3, j] += np.int32((added >> shift) & one)


@compiled
def _first_bits(n: int) -> npt.NDArray[np.uint64]:
    """Words of which the first 0, 1, … n bits are set."""
    words = np.zeros(n + 1, np.uint64)
    for k in range(n):
        words[k + 1] = words[k] | (np.uint64(1) << np.uint64(k))
    return words


@compiled
def _close_account(
    open_day: Longs,
    sales: Floats,
    bits: npt.NDArray[np.uint64],
    seen: npt.NDArray[np.bool_],
    touched: Longs,
    n: int,
    reach: Ints,
    before: npt.NDArray[np.uint64],
    tally: Ints,
) -> None:
    """Close the last day of each of an account's categories, count them, and forget them.

    touched[:n]: the categories that it bought
    """
    recent = np.uint64(0)
    earlier = np.uint64(0)
    for t in range(n):
        c = touched[t]
        if np.rint(sales[c] * _UNIT) > 0.0:
            _close_bit_day(open_day[c], bits, c, reach, before)
        recent |= bits[c, 0]
        earlier |= bits[c, 1] | bits[c, 2]
    _tally(bits, touched, n, recent, earlier, tally)
    for t in range(n):
        seen[touched[t]] = False
        bits[touched[t], :] = np.uint64(0)


@compiled
def _lay_out(tally: Ints, own_first: int, first_date: int, row: int, out: Singles) -> None:
    """Lay an account's counts into its rows, of which `row` is the first, for date own_first."""
    for j in range(max(own_first - first_date, 0), tally.shape[1]):
        at = row + first_date + j - own_first
        for i in range(4):
            out[i, at] = tally[i, j]


@compiled
def breadth(
    offsets: Longs,
    day: Ints,
    net_sales: Floats,
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
    before = _first_bits(n_dates)
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
            sales[c] += net_sales[line]
        _close_account(open_day, sales, bits, seen, touched, n, reach, before, tally)
        own_first = all_dates - (row[account + 1] - row[account])
        _lay_out(tally, own_first, first_date, row[account], out)
