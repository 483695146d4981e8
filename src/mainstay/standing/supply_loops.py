"""Weeks in which accounts could not buy what they usually buy, compiled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mainstay.core.jit import compiled

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
YEAR_DAYS = 364


@compiled
def missing(
    owner: Longs,
    day: Longs,
    money: Floats,
    product: Longs,
    offsets: Longs,
    monday: Longs,
    share: Floats,
    first: int,
    least: float,
    out: Floats,
) -> None:
    """Fill out (n_owners, n_weeks): of the money of the 52 weeks before each week, the share of what
    was missing in it; 0 where that is less than `least`.

    owner: rising; product: place on the shelf, −1 = never short
    offsets, monday, share: the shelf; first: Monday of the first week of `out`
    """
    n_weeks = out.shape[1]
    whole = np.zeros(n_weeks + 1)
    k = 0
    while k < len(owner):
        i = owner[k]
        whole[:] = 0.0
        while k < len(owner) and owner[k] == i:
            # The weeks that begin after the day, and within a year of it.
            low = max((day[k] - first) // 7 + 1, 0)
            high = min((day[k] + YEAR_DAYS - first) // 7, n_weeks - 1)
            if high >= low:
                whole[low] += money[k]
                whole[high + 1] -= money[k]
                p = product[k]
                if p >= 0:
                    for j in range(offsets[p], offsets[p + 1]):
                        w = (monday[j] - first) // 7
                        if low <= w <= high:
                            out[i, w] += share[j] * money[k]
            k += 1
        bought = 0.0
        for w in range(n_weeks):
            bought += whole[w]
            if out[i, w] > 0.0:
                part = out[i, w] / bought
                out[i, w] = part if part >= least else 0.0


@compiled
def usual_shares(
    owner: Longs, day: Longs, money: Floats, product: Longs, since: Longs, least: float
) -> tuple[Longs, Longs, Floats]:
    """Owners, products and the share of the product in the year before it was missing, where that is
    at least `least`.

    since: by product, the Monday from which on it was missing; −1 = it was not
    """
    who, which = np.empty(len(owner), np.int64), np.empty(len(owner), np.int64)
    part = np.empty(len(owner))
    own = np.zeros(len(since))
    used, a = 0, 0
    while a < len(owner):
        b = a
        while b < len(owner) and owner[b] == owner[a]:
            p = product[b]
            if p >= 0 and since[p] - YEAR_DAYS <= day[b] < since[p]:
                own[p] += money[b]
            b += 1
        for k in range(a, b):
            p = product[k]
            if p < 0 or own[p] == 0.0:
                continue
            whole = 0.0
            for m in range(a, b):
                if since[p] - YEAR_DAYS <= day[m] < since[p]:
                    whole += money[m]
            if own[p] >= least * whole:
                who[used], which[used], part[used] = owner[a], p, own[p] / whole
                used += 1
            own[p] = 0.0
        a = b
    return who[:used], which[:used], part[:used]


@compiled
def missed_days(
    place: Longs,
    offsets: Longs,
    monday: Longs,
    share: Floats,
    first: Longs,
    until: Longs,
    at: int,
    out: Floats,
) -> None:
    """Fill out with the days missed of first ≤ d < until, in weeks that are over before `at`."""
    for i in range(len(place)):
        if place[i] < 0:
            continue
        for j in range(offsets[place[i]], offsets[place[i] + 1]):
            if monday[j] + 7 > at:
                break
            days = min(monday[j] + 7, until[i]) - max(monday[j], first[i])
            if days > 0:
                out[i] += days * share[j]


@compiled
def slow_down(
    place: Longs,
    offsets: Longs,
    monday: Longs,
    share: Floats,
    at: int,
    exposure: Floats,
    series: Longs,
    day: npt.NDArray[np.int32],
    time: Floats,
    until: npt.NDArray[np.int32],
    end: Floats,
) -> None:
    """Take what was missing out of the clock of each series; it stands at 0 at day `at`.

    place: (n_series,), of each in offsets; −1 = nothing was missing
    exposure: of the weeks before `at`, in order of time, which repeat themselves
    series: (n_series + 1,), of day and time; until, end: (n_series,), the last day that counts, and its
        time, which are moved too
    """
    weeks = len(exposure)
    for i in range(len(place)):
        if place[i] < 0:
            continue
        first, j = offsets[place[i]], offsets[place[i] + 1] - 1
        while j >= first and monday[j] + 7 > at:
            j -= 1
        d, gone = 6, 0.0
        t = series[i + 1]
        while t >= series[i]:
            # First the end, then each order day, the latest first.
            last = until[i] if t == series[i + 1] else day[t]
            lost = 0.0
            while j >= first:
                lost = (
                    share[j] * exposure[weeks - 1 - ((at - 1 - monday[j] - d) // 7) % weeks] / 7.0
                )
                if monday[j] + d <= last:
                    break
                gone += lost
                d -= 1
                if d < 0:
                    d, j = 6, j - 1
            if t == series[i + 1]:
                end[i] += gone
            else:
                half = 0.5 * lost if j >= first and monday[j] + d == last else 0.0
                time[t] += gone + half
            t -= 1


@compiled
def slow_down_own(
    place: Longs,
    offsets: Longs,
    monday: Longs,
    share: Floats,
    at: int,
    step: Floats,
    series: Longs,
    day: npt.NDArray[np.int32],
    time: Floats,
    owner: Longs,
    whole_offsets: Longs,
    whole_day: npt.NDArray[np.int32],
    whole_order: npt.NDArray[np.bool_],
) -> None:
    """The same on the clock of an account's own orders: one made while a category was missing counts
    for so much less of a step, unless the category is in it.

    step: (n_series,), weeks of a step; owner: of each series, its account in whole_offsets
    """
    for i in range(len(place)):
        if place[i] < 0:
            continue
        steps = 0.0
        w = whole_offsets[owner[i] + 1] - 1
        t = series[i + 1] - 1
        while t >= series[i] and w >= whole_offsets[owner[i]]:
            if not whole_order[w] or whole_day[w] >= at:
                w -= 1
                continue
            if whole_day[w] <= day[t]:
                time[t] = -steps * step[i]
                if whole_day[w] == day[t]:
                    steps += 1.0
                    w -= 1
                t -= 1
                continue
            weight = 1.0
            for j in range(offsets[place[i]], offsets[place[i] + 1]):
                if monday[j] + 7 > at or monday[j] > whole_day[w]:
                    break
                if whole_day[w] < monday[j] + 7:
                    weight = 1.0 - share[j]
            steps += weight
            w -= 1
