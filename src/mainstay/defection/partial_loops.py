"""Order days of each account on the season's clock, and the money of its typical order, compiled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mainstay.core.jit import compiled

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]


@compiled
def grains(offsets: Longs, day: npt.NDArray[np.int32], net: Floats, at: int, grain: Floats) -> None:
    """Money of a typical order of each account before day `at`: Σv² / Σv over its days above 0.

    With orders of random size V at rate λ, weekly money has mean λE[V] and variance λE[V²], as
    counts of lumps of size E[V²]/E[V] have (compound Poisson); 0 where nothing was bought.
    """
    for i in range(len(offsets) - 1):
        total, squares = 0.0, 0.0
        for d in range(offsets[i], offsets[i + 1]):
            if day[d] >= at:
                break
            if net[d] > 0:
                total += net[d]
                squares += net[d] * net[d]
        grain[i] = squares / total if total > 0 else 1.0


@compiled
def _newest(day: npt.NDArray[np.int32], order: npt.NDArray[np.bool_], at: int) -> int:
    """The last order day before `at`; −1 where there is none."""
    for w in range(len(day) - 1, -1, -1):
        if day[w] < at and order[w]:
            return int(day[w])
    return -1


@compiled
def last_order_days(
    offsets: Longs,
    day: npt.NDArray[np.int32],
    order: npt.NDArray[np.bool_],
    at: int,
    last: npt.NDArray[np.int32],
) -> None:
    """The last order day before `at` of each account; −1 where there is none."""
    for i in range(len(offsets) - 1):
        mine = slice(offsets[i], offsets[i + 1])
        last[i] = _newest(day[mine], order[mine], at)


@compiled
def order_times(
    offsets: Longs,
    day: npt.NDArray[np.int32],
    order: npt.NDArray[np.bool_],
    at: int,
    until: npt.NDArray[np.int32],
    exposure: Floats,
    starts: Longs,
    time: Floats,
    days: npt.NDArray[np.int32],
    end: Floats,
) -> int:
    """Fill each account's order days on the season-adjusted clock; how many there are.

    The clock counts weeks of exposure 1 and stands at 0 at the beginning of `at`; an order falls in
    the middle of its day.
    until: (n_accounts,), the last day that counts; it and the weeks before it are looked at
    exposure: of the weeks before `at`, in order of time: whole years, which repeat themselves; as
        many weeks are looked back on from `until`
    starts: (n_accounts + 1,), filled; an account without an order day has none
    time: filled; days: filled with the same as days since 1970-01-01; end: (n_accounts,), filled
        with the end of `until`; NaN for an account that has not ordered by then
    """
    weeks = len(exposure)
    back = np.zeros(weeks + 1)  # exposure of so many weeks before `at`
    for w in range(weeks):
        back[w + 1] = back[w] + exposure[weeks - 1 - w]
    used = 0
    for i in range(len(offsets) - 1):
        starts[i] = used
        whole, rest = divmod(at - 1 - until[i], 7 * weeks)
        week = rest // 7
        part = (rest - 7 * week) / 7.0
        last = -(whole * back[weeks] + back[week] + part * exposure[weeks - 1 - week])
        end[i] = np.nan
        for d in range(offsets[i], offsets[i + 1]):
            if day[d] >= at or day[d] > until[i]:
                break
            if not order[d]:
                continue
            end[i] = last
            if day[d] <= until[i] - 7 * weeks:
                continue
            whole, rest = divmod(at - 1 - day[d], 7 * weeks)
            week = rest // 7
            part = (rest - 7 * week + 0.5) / 7.0
            time[used] = -(whole * back[weeks] + back[week] + part * exposure[weeks - 1 - week])
            days[used] = day[d]
            used += 1
    starts[len(offsets) - 1] = used
    return used


@compiled
def own_times(
    offsets: Longs,
    day: npt.NDArray[np.int32],
    order: npt.NDArray[np.bool_],
    whole_offsets: Longs,
    whole_day: npt.NDArray[np.int32],
    whole_order: npt.NDArray[np.bool_],
    owner: Longs,
    at: int,
    weeks: float,
    starts: Longs,
    time: Floats,
    days: npt.NDArray[np.int32],
    step: Floats,
    orders: Floats,
) -> int:
    """Fill each pair's order days on the clock of its account's orders; how many there are.

    The clock stands at 0 with the account's last order before `at`, and every order of it is a step.
    weeks: looked back on from there at most
    step: (n_pairs,), filled with the weeks of a step: those of the account over its orders
    orders: (n_pairs,), filled with the account's orders since the pair's first
    """
    used = 0
    for i in range(len(offsets) - 1):
        starts[i] = used
        step[i], orders[i] = 1.0, 0.0
        first, last = whole_offsets[owner[i]], whole_offsets[owner[i] + 1]
        newest = _newest(whole_day[first:last], whole_order[first:last], at)
        if newest < 0:
            continue
        begin = newest - 7.0 * weeks
        while first < last and (whole_day[first] <= begin or not whole_order[first]):
            first += 1
        number, w = 0, first
        for d in range(offsets[i], offsets[i + 1]):
            if day[d] > newest:
                break
            if not order[d] or day[d] <= begin:
                continue
            while w < last and whole_day[w] <= day[d]:
                number += whole_order[w]
                w += 1
            time[used] = number
            days[used] = day[d]
            used += 1
        while w < last and whole_day[w] <= newest:
            number += whole_order[w]
            w += 1
        if number < 2 or used == starts[i]:
            used = starts[i]
            continue
        step[i] = (newest - whole_day[first]) / (7.0 * (number - 1))
        orders[i] = number - time[starts[i]] + 1
        for t in range(starts[i], used):
            time[t] = (time[t] - number) * step[i]
    starts[len(offsets) - 1] = used
    return used
