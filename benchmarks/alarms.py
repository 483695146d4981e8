"""What is watched week by week in `injected.py`: our figure, the rules that others ship, and the CUSUM.

Each method gives a statistic per account and week from what was known at that week's end; the larger,
the more it looks like a fall. When it is said aloud, is for a threshold to tell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numba
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import gammaincc

from mainstay.defection.category_shares import CategoryShares, shares_of
from mainstay.defection.partial import AccountChanges, CategoryChanges, Setting
from mainstay.engine.inputs import change_setting
from mainstay.engine.panel import panel, sorted_ids
from mainstay.ledger.lines import KINDS, Lines
from mainstay.standing.features import AccountFeatures
from mainstay.standing.season import Season, WeeklyTotals

EPOCH = date(1970, 1, 1)


def days_of(on: date) -> int:
    return (on - EPOCH).days


def as_lines(table: pa.Table, account_ids: list[str]) -> Lines:
    """Order lines as kernels get them, of these accounts in this order, whether they have any."""
    ids = pa.array(account_ids)
    code = pc.fill_null(pc.index_in(table["account_id"], value_set=ids), -1).to_numpy()
    day = table["ordered_on"].cast(pa.int32()).to_numpy()
    order = np.lexsort((day, code))
    order = order[code[order] >= 0]
    code, day = code[order], day[order]
    rows = table.take(pa.array(order))
    category = rows["category"].combine_chunks().dictionary_encode()
    amount = rows["amount"].cast(pa.float64()).to_numpy()
    return Lines(
        account_ids=ids,
        offsets=np.searchsorted(code, np.arange(len(ids) + 1)).astype(np.int64),
        day=np.ascontiguousarray(day, np.int32),
        amount=np.ascontiguousarray(amount),
        codes={
            "category": category.indices.fill_null(-1).to_numpy().astype(np.int32),
            "kind": np.where(amount < 0, 1, 0).astype(np.int32),
        },
        names={"category": category.dictionary.cast(pa.string()), "kind": pa.array(KINDS)},
        values={},
    )


def settings_of(lines: Lines, dates: list[date], begin: date) -> tuple[list[Setting], Season]:
    """The detector's priors and season at each date, as an assessment of these lines has them."""
    season = Season.of(WeeklyTotals(dates[-1])(lines), dates[-1], begin)
    features = AccountFeatures(tuple(dates), begin)(lines)
    cuts = panel(features, sorted_ids([lines.account_ids]), tuple(dates)).slices
    found = [
        replace(
            change_setting(cut, season.before(cut.on)),
            shares=shares_of(CategoryShares(cut.on)(lines)),
        )
        for cut in cuts
    ]
    return found, season


def series_of(lines: Lines) -> dict[tuple[str, str | None], np.ndarray]:
    """The order days of each account, and of each account × category; days since 1970-01-01."""
    series: dict[tuple[str, str | None], np.ndarray] = {}
    names = lines.names["category"].to_pylist()
    sold = lines.codes["kind"] == 0
    for i, account in enumerate(lines.account_ids.to_pylist()):
        part = slice(lines.offsets[i], lines.offsets[i + 1])
        day, code, ok = lines.day[part], lines.codes["category"][part], sold[part]
        series[account, None] = np.unique(day[ok])
        for c in np.unique(code[ok]):
            if c >= 0:
                series[account, names[c]] = np.unique(day[ok & (code == c)])
    return series


@dataclass(frozen=True)
class Watched:
    """What is watched: each account's order days, or those of one of its categories.

    keys: (account, None or category), a row of every statistic
    dates: one a week, ascending
    settings: the detector's at each date
    rate, regularity: true order days a week of season-adjusted time, and Gamma shape, of each row
    share: of the account's order days, that hold the row's category; 1 for a whole account
    """

    lines: Lines
    keys: list[tuple[str, str | None]]
    dates: list[date]
    settings: list[Setting]
    season: Season
    rate: np.ndarray
    regularity: np.ndarray
    share: np.ndarray


Statistic = Callable[[Watched], np.ndarray]  # (rows, weeks)


def mainstay(watched: Watched) -> np.ndarray:
    """p_fell, as the tables of an assessment carry it."""
    found = np.zeros((len(watched.keys), len(watched.dates)))
    whole = watched.keys[0][1] is None
    kernel = (AccountChanges if whole else CategoryChanges)(tuple(watched.settings))
    table = kernel(watched.lines)
    if whole:
        names, keys = table["account_id"], [account for account, _ in watched.keys]
    else:
        names = pc.binary_join_element_wise(table["account_id"], table["category"], "/")
        keys = [f"{account}/{category}" for account, category in watched.keys]
    row = pc.fill_null(pc.index_in(names, value_set=pa.array(keys)), -1).to_numpy()
    there = row >= 0
    found[row[there], table["date_index"].to_numpy()[there]] = table["p_fell"].to_numpy()[there]
    return found


def _by_series(watched: Watched, at_week: Callable[[np.ndarray, int], float]) -> np.ndarray:
    series = series_of(watched.lines)
    found = np.zeros((len(watched.keys), len(watched.dates)))
    for i, key in enumerate(watched.keys):
        days = series.get(key, np.empty(0, int))
        for week, on in enumerate(watched.dates):
            at = days_of(on)
            found[i, week] = at_week(days[: np.searchsorted(days, at)], at)
    return found


def previous_gap(watched: Watched) -> np.ndarray:
    """The silence over the gap before it; as shipped, said aloud above 1."""

    def ratio(days: np.ndarray, at: int) -> float:
        return (at - 1 - days[-1]) / (days[-1] - days[-2]) if len(days) > 1 else 0.0

    return _by_series(watched, ratio)


def mean_gap(watched: Watched) -> np.ndarray:
    """The silence over the mean gap; as shipped, said aloud above 2."""

    def ratio(days: np.ndarray, at: int) -> float:
        n = len(days) - 1
        return (at - 1 - days[-1]) * n / (days[-1] - days[0]) if n > 0 else 0.0

    return _by_series(watched, ratio)


def last_year(watched: Watched) -> np.ndarray:
    """1 − money of the last 13 weeks over that of the same weeks last year; said aloud above .3."""
    lines = watched.lines
    names = lines.names["category"].to_pylist()
    place = {a: i for i, a in enumerate(lines.account_ids.to_pylist())}
    found = np.zeros((len(watched.keys), len(watched.dates)))
    at = np.array([days_of(on) for on in watched.dates])
    for row, (account, category) in enumerate(watched.keys):
        i = place[account]
        part = slice(lines.offsets[i], lines.offsets[i + 1])
        day, amount = lines.day[part], lines.amount[part]
        if category is not None:
            own = lines.codes["category"][part] == names.index(category)
            day, amount = day[own], amount[own]
        money = np.concatenate([[0.0], np.cumsum(amount)])

        def between(begin: np.ndarray, end: np.ndarray, day=day, money=money) -> np.ndarray:
            return money[np.searchsorted(day, end)] - money[np.searchsorted(day, begin)]

        before = between(at - 91 - 364, at - 364)
        now = between(at - 91, at)
        found[row] = np.where(before > 0, 1.0 - now / np.maximum(before, 1e-9), 0.0)
    return found


def cusum(factor: float) -> Statistic:
    """Page's log-likelihood ratio CUSUM by days, with the true rates before and after, and the true k.

    On the season's clock. A day without an order adds the difference of the two hazards over it, an
    order the logarithm of their ratio, both at the age of the gap that is open; never below 0.
    """

    def statistic(watched: Watched) -> np.ndarray:
        series = series_of(watched.lines)
        first = min(int(days[0]) for days in series.values() if len(days))
        last = days_of(watched.dates[-1])
        clock = watched.season.clock(np.arange(first, last + 1)) / 7
        at = np.array([days_of(on) for on in watched.dates])
        found = np.zeros((len(watched.keys), len(watched.dates)))
        for i, key in enumerate(watched.keys):
            days = series.get(key, np.empty(0, int))
            days = days[days < last]
            if len(days) == 0:
                continue
            beta, k = watched.regularity[i] * watched.rate[i], watched.regularity[i]
            begin = np.searchsorted(days, np.arange(first, last + 1), side="left") - 1
            opened = np.where(begin >= 0, clock[days[np.maximum(begin, 0)] - first] + 0.07, np.nan)
            age = np.maximum(clock - opened, 0.0)  # at the beginning of each day
            known = begin >= 0
            hazard = np.zeros((2, len(clock)))
            for which, ratio in enumerate((1.0, factor)):
                survive = gammaincc(k, ratio * beta * age[known])
                hazard[which, known] = -np.log(np.maximum(survive, 1e-290))
            found[i] = _page(days - first, at - first, hazard, age, beta, k, factor)
        return found

    return statistic


def cusum_of_orders(factor: float) -> Statistic:
    """Page's CUSUM of a category by the account's own orders: whether each holds it, with the true
    shares before and after. The limit of what can be told without the calendar."""

    def statistic(watched: Watched) -> np.ndarray:
        series = series_of(watched.lines)
        at = np.array([days_of(on) for on in watched.dates])
        found = np.zeros((len(watched.keys), len(watched.dates)))
        for i, (account, category) in enumerate(watched.keys):
            orders = series[account, None]
            holds = np.isin(orders, series.get((account, category), np.empty(0, int)))
            before, after = watched.share[i], factor * watched.share[i]
            steps = np.where(holds, np.log(factor), np.log((1 - after) / max(1 - before, 1e-9)))
            total = np.concatenate([[0.0], np.cumsum(steps)])
            page = total - np.minimum.accumulate(total)
            found[i] = page[np.searchsorted(orders, at)]
        return found

    return statistic


@numba.njit(cache=False)
def _page(days, at, hazard, age, beta, k, factor):
    """The CUSUM at the beginning of each day in `at`; see `cusum`."""
    found = np.zeros(len(at))
    s, n, week = 0.0, 0, 0
    for day in range(hazard.shape[1]):
        while week < len(at) and at[week] == day:
            found[week] = s
            week += 1
        if week == len(at):
            break
        ordered = n < len(days) and days[n] == day
        if n > 0:
            here = day
            if ordered:
                # The hazard up to the middle of the day, and the order itself.
                s += k * np.log(factor) + (1.0 - factor) * beta * age[here]
                s -= hazard[0, here] - hazard[1, here]
            elif day + 1 < hazard.shape[1]:
                s += (hazard[0, here + 1] - hazard[1, here + 1]) - (
                    hazard[0, here] - hazard[1, here]
                )
            s = max(s, 0.0)
        if ordered:
            n += 1
    return found
