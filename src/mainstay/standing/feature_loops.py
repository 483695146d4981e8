"""The loop behind `features`: every measure of an account at every date, in one pass over days.

A sum over the window [A − far, A − near) is C(A − near) − C(A − far), where C(t) sums all days
before t. A day enters C at a fixed distance before A from one date on, which a table gives; so a day
costs one addition per distance, however many dates there are, and prefix sums over the dates do the
rest. Amounts are whole ten-thousandths, so that these differences are exact.
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
Bools = npt.NDArray[np.bool_]

# Distances before A, in weeks, and the windows between them as (near, far) places in EDGES.
EDGES = (0, 4, 13, 26, 52, 56, 65, 78, 104)
AMOUNT_WINDOWS = ((0, 1), (0, 2), (0, 3), (0, 4), (4, 8), (4, 6))
COUNT_WINDOWS = ((0, 1), (0, 2), (0, 3), (0, 4), (4, 5), (4, 6), (4, 7), (4, 8))
N_AMOUNTS = len(AMOUNT_WINDOWS) + 5  # with total, order value, returns, month and year to date
N_GAPS = 8  # mean, spread, mean logarithm; of the last ones mean, median, 90% quantile, second longest, longest
N_COUNTS = len(COUNT_WINDOWS) + N_GAPS
LAST_GAPS = 26
_N_EDGES = len(EDGES)
_YEAR_DAYS = 364
_SAME_WEEKS_DAYS = 14


class Dates(NamedTuple):
    """The as-of dates, and which of them a day counts for.

    date: int32 (n_dates,), ascending
    day_from: the first day that the tables know
    reach: int32; reach[d − day_from] = the first date that is later than day d
    month_reach, year_reach: the same for the first day of the month (year) of the day before a date
    edge_days: int32 (len(EDGES),)
    amount_known, count_known: float64 (windows, n_dates), 0 where the data cover the window, else NaN
    month_known, year_known, returns_known: float64 (n_dates,), the same
    data_from: first day of the data
    truncated_before: accounts with their first order day before this are left-truncated
    """

    date: Ints
    day_from: int
    reach: Ints
    month_reach: Ints
    year_reach: Ints
    edge_days: Ints
    amount_known: Floats
    count_known: Floats
    month_known: Floats
    year_known: Floats
    returns_known: Floats
    data_from: int
    truncated_before: int


class Cells(NamedTuple):
    """What the loop fills: one place per account and date from its first order day on.

    row: int64 (n_accounts + 1,); account i has the rows row[i]:row[i + 1], its last dates
    days: int32 (3, n_rows): first and last order day, number of order days
    amounts: float64 (N_AMOUNTS, n_rows), counts: float32 (N_COUNTS, n_rows)
    flags: bool (2, n_rows): left-truncated; silent in the same weeks last year
    """

    row: Longs
    account: Ints
    date_index: npt.NDArray[np.int16]
    days: Ints
    amounts: Floats
    counts: Singles
    flags: Bools


@compiled
def count_rows(offsets: Longs, day: Ints, order: Bools, date: Ints, row: Longs) -> int:
    """Fill `row`: an account has rows for the dates after its first order day."""
    n = 0
    n_dates = len(date)
    for account in range(len(offsets) - 1):
        row[account] = n
        for k in range(offsets[account], offsets[account + 1]):
            if order[k]:
                n += n_dates - np.searchsorted(date, day[k], side="right")
                break
    row[len(offsets) - 1] = n
    return n


@compiled
def _sort_last_gaps(ordered: Ints, n: int, gaps: Ints) -> int:
    """The last gaps before order day n, sorted into `gaps`; returns how many (≤ LAST_GAPS)."""
    m = min(n - 1, LAST_GAPS)
    for i in range(m):
        gap = ordered[n - m + i] - ordered[n - m + i - 1]
        place = i
        while place > 0 and gaps[place - 1] > gap:
            gaps[place] = gaps[place - 1]
            place -= 1
        gaps[place] = gap
    return m


@compiled
def _quantile(rising: Ints, m: int, share: float) -> float:
    """Quantile by linear interpolation, as numpy.quantile."""
    at = share * (m - 1)
    low = int(at)
    high = min(low + 1, m - 1)
    return rising[low] + (at - low) * (rising[high] - rising[low])


@compiled
def _silent_a_year_ago(ordered: Ints, n: int, at: int, data_from: int, start: int) -> bool:
    """Whether a silence as long as today's was on at some day within ±2 weeks, one year ago.

    ordered: order days, of which the first n lie before the date `at`
    start: place from which the order days are not before the earliest of those days
    """
    silence = at - 1 - ordered[n - 1]
    earliest = at - _YEAR_DAYS - _SAME_WEEKS_DAYS
    latest = at - _YEAR_DAYS + _SAME_WEEKS_DAYS
    if earliest < data_from:
        return False
    for k in range(max(start, 1), n):
        if ordered[k - 1] >= latest:
            break
        if min(latest, ordered[k]) - 1 - ordered[k - 1] >= silence:
            return True
    return False


@compiled
def _sum_windows(
    offsets: Longs,
    account: int,
    day: Ints,
    net: Floats,
    back: Floats,
    order: Bools,
    dates: Dates,
    sums: Floats,
    ordered: Ints,
) -> int:
    """Fill sums (2·edges + 4, n_dates + 1) of one account and list its order days.

    Rows of sums: net amounts per edge, order days per edge, returns at edges 0 and 52 weeks,
    month to date, year to date.
    """
    n_dates = len(dates.date)
    month, year = 2 * _N_EDGES + 2, 2 * _N_EDGES + 3
    sums[:] = 0.0
    n = 0
    for k in range(offsets[account], offsets[account + 1]):
        since = day[k] - dates.day_from
        worth = net[k]
        if order[k]:
            ordered[n] = day[k]
            n += 1
            for e in range(_N_EDGES):
                j = dates.reach[since + dates.edge_days[e]]
                sums[e, j] += worth
                sums[_N_EDGES + e, j] += 1.0
        else:
            for e in range(_N_EDGES):
                sums[e, dates.reach[since + dates.edge_days[e]]] += worth
        j = dates.reach[since]
        if back[k] != 0.0:
            sums[2 * _N_EDGES, j] += back[k]
            sums[2 * _N_EDGES + 1, dates.reach[since + dates.edge_days[4]]] += back[k]
        sums[month, j] += worth
        sums[month, dates.month_reach[since]] -= worth
        sums[year, j] += worth
        sums[year, dates.year_reach[since]] -= worth
    for j in range(1, n_dates):
        for s in range(2 * _N_EDGES + 4):
            sums[s, j] += sums[s, j - 1]
    return n


@compiled
def _write_sums(
    sums: Floats, first: int, dates: Dates, cells: Cells, begin: int, unit: float
) -> None:
    """The windows' amounts and counts of one account from its first date on, window by window."""
    amounts, counts = cells.amounts, cells.counts
    n = len(dates.date) - first
    for w, (near, far) in enumerate(AMOUNT_WINDOWS):
        for i in range(n):
            j = first + i
            amount = (sums[near, j] - sums[far, j]) / unit
            amounts[w, begin + i] = amount + dates.amount_known[w, j]
    for w, (near, far) in enumerate(COUNT_WINDOWS):
        for i in range(n):
            j = first + i
            count = sums[_N_EDGES + near, j] - sums[_N_EDGES + far, j]
            counts[w, begin + i] = count + dates.count_known[w, j]
    w = len(AMOUNT_WINDOWS)
    for i in range(n):
        j = first + i
        amounts[w, begin + i] = sums[0, j] / unit
        amounts[w + 1, begin + i] = sums[0, j] / unit / sums[_N_EDGES, j]
        back = sums[2 * _N_EDGES, j] - sums[2 * _N_EDGES + 1, j]
        amounts[w + 2, begin + i] = back / unit + dates.returns_known[j]
        amounts[w + 3, begin + i] = sums[2 * _N_EDGES + 2, j] / unit + dates.month_known[j]
        amounts[w + 4, begin + i] = sums[2 * _N_EDGES + 3, j] / unit + dates.year_known[j]


@compiled
def _write_gaps(
    ordered: Ints, n: int, squares: float, logs: float, gaps: Ints, counts: Singles, row: int
) -> None:
    """Mean and spread of all gaps; mean, quantiles and longest of the last ones."""
    w = len(COUNT_WINDOWS)
    m = _sort_last_gaps(ordered, n, gaps)
    for c in range(N_GAPS):
        counts[w + c, row] = np.nan
    if m == 0:
        return
    total = float(ordered[n - 1] - ordered[0])
    all_gaps = n - 1
    counts[w, row] = total / all_gaps
    if all_gaps > 1:
        spread = (all_gaps * squares - total * total) / (float(all_gaps) * (all_gaps - 1))
        counts[w + 1, row] = np.sqrt(max(spread, 0.0))
    counts[w + 2, row] = logs / all_gaps
    counts[w + 3, row] = float(ordered[n - 1] - ordered[n - 1 - m]) / m
    counts[w + 4, row] = _quantile(gaps, m, 0.5)
    counts[w + 5, row] = _quantile(gaps, m, 0.9)
    if m > 1:
        counts[w + 6, row] = gaps[m - 2]
    counts[w + 7, row] = gaps[m - 1]


@compiled
def fill(
    offsets: Longs,
    day: Ints,
    net: Floats,
    back: Floats,
    order: Bools,
    dates: Dates,
    cells: Cells,
    unit: float,
) -> None:
    """Every measure of every account at every date after its first order day."""
    n_dates = len(dates.date)
    sums = np.zeros((2 * _N_EDGES + 4, n_dates + 1))
    longest = 0
    for account in range(len(offsets) - 1):
        longest = max(longest, offsets[account + 1] - offsets[account])
    ordered = np.empty(longest, np.int32)
    gaps = np.empty(LAST_GAPS, np.int32)
    days, counts = cells.days, cells.counts
    for account in range(len(offsets) - 1):
        row, end = cells.row[account], cells.row[account + 1]
        if row == end:
            continue
        n_all = _sum_windows(offsets, account, day, net, back, order, dates, sums, ordered)
        _write_sums(sums, n_dates - (end - row), dates, cells, row, unit)
        n, start, squares, logs, written = 1, 0, 0.0, 0.0, 0
        for j in range(n_dates - (end - row), n_dates):
            at = dates.date[j]
            while n < n_all and ordered[n] < at:
                gap = float(ordered[n] - ordered[n - 1])
                squares += gap * gap
                logs += np.log(gap)
                n += 1
            cells.account[row] = account
            cells.date_index[row] = j
            days[0, row] = ordered[0]
            days[1, row] = ordered[n - 1]
            days[2, row] = n
            if n == written:
                for c in range(len(COUNT_WINDOWS), N_COUNTS):
                    counts[c, row] = counts[c, row - 1]
            else:
                _write_gaps(ordered, n, squares, logs, gaps, counts, row)
                written = n
            while start < n and ordered[start] < at - _YEAR_DAYS - _SAME_WEEKS_DAYS:
                start += 1
            cells.flags[0, row] = ordered[0] < dates.truncated_before
            cells.flags[1, row] = _silent_a_year_ago(ordered, n, at, dates.data_from, start)
            row += 1
