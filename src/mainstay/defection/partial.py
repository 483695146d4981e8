"""Partial defection, first version: does an account buy less, since when, and by how much?

Its money a week is how often it orders times how much an order day brings. How often: a changepoint
in the weekly counts of order days, season in the exposure. How much: the sizes of this year's order
days against last year's. Either may fall; what counts is the money.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.defection.order_size import SizeShift, size_shift
from mainstay.ledger.lines import Lines
from mainstay.ledger.schema import MONEY_UNIT
from mainstay.standing.history import Days, collapse, days_of, kind_codes

if TYPE_CHECKING:
    from mainstay.defection.changepoint import Changes

Floats = npt.NDArray[np.float64]
LONGEST_WEEKS = 156
LEAST_CATEGORY_DAYS = 3
# What changed longer ago than this is how the account buys now, and no news.
RECENT_DAYS = 364
P_CHANGE = 0.3  # probability, before looking, that how often an account orders changed
P_SIZE_CHANGE = 0.15  # and how much; sizes are the noisier of the two
LESS = 0.85  # money that moved by less than this did not change
NONE = -1

FIGURES = pa.schema(
    [
        ("p_fell", pa.float64()),
        ("p_rose", pa.float64()),
        ("since", pa.int32()),  # days since 1970-01-01; −1 = no change
        ("rate_before", pa.float64()),  # money a week
        ("rate_now", pa.float64()),
        ("shape", pa.float64()),  # of the Gamma that tells how well rate_now is known
        ("grain", pa.float64()),  # money of a typical order
    ]
)


@dataclass(frozen=True)
class Setting:
    """What the changepoint needs to know besides the lines.

    on: as-of date
    exposure: float64 (LONGEST_WEEKS,), of the weeks before `on` in order of time; 1 = ordinary
    shape, rate: Gamma prior of an account's order days a week
    """

    on: date
    exposure: Floats
    shape: float
    rate: float


@dataclass(frozen=True)
class AccountChanges:
    """A kernel: one row an account and date with an order day before it.

    settings: one a date, ascending
    Columns: account_id, date_index (int16), FIGURES
    """

    settings: tuple[Setting, ...]

    columns: ClassVar[tuple[str, ...]] = ("kind",)

    def __call__(self, lines: Lines) -> pa.Table:
        days = collapse(lines, days_of(self.settings[-1].on), kind_codes(lines))
        tables = []
        for j, setting in enumerate(self.settings):
            there, figures = _changes(days, None, setting)
            names = {
                "account_id": lines.account_ids.take(pa.array(there)),
                "date_index": pa.array(np.full(len(there), j, np.int16)),
            }
            tables.append(_rows(names, figures))
        return pa.concat_tables(tables)


@dataclass(frozen=True)
class LivingChanges:
    """A kernel: one row an account, its present silence left out; account_id and FIGURES.

    So the figures say how it buys while it lives, and P(alive) tells the rest.
    """

    setting: Setting

    columns: ClassVar[tuple[str, ...]] = ("kind",)

    def __call__(self, lines: Lines) -> pa.Table:
        at = days_of(self.setting.on)
        days = collapse(lines, at, kind_codes(lines))
        there, figures = _changes(days, _until(days, at), self.setting)
        return _rows({"account_id": lines.account_ids.take(pa.array(there))}, figures)


@dataclass(frozen=True)
class CategoryChanges:
    """A kernel: one row an account × category with LEAST_CATEGORY_DAYS order days in it.

    The account's own silence is left out: a category is dropped while the account still buys.
    Columns: account_id, category, FIGURES
    """

    setting: Setting

    columns: ClassVar[tuple[str, ...]] = ("category", "kind")

    def __call__(self, lines: Lines) -> pa.Table:
        at = days_of(self.setting.on)
        until = _until(collapse(lines, at, kind_codes(lines)), at)
        pairs, account, category = by_category(lines)
        days, enough = _often(collapse(pairs, at, kind_codes(pairs)), LEAST_CATEGORY_DAYS)
        there, figures = _changes(days, until[account[enough]], self.setting)
        there = enough[there]
        names = {
            "account_id": lines.account_ids.take(pa.array(account[there])),
            "category": lines.names["category"].take(pa.array(category[there])),
        }
        return _rows(names, figures)


def _often(days: Days, least: int) -> tuple[Days, npt.NDArray[np.int64]]:
    """The days of those alone that have so many order days, and their places."""
    ordered = np.concatenate([[0], np.cumsum(days.order)])[days.offsets]
    enough = np.flatnonzero(np.diff(ordered) >= least)
    lengths = np.diff(days.offsets)[enough]
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    rows = np.arange(offsets[-1]) + np.repeat(days.offsets[enough] - offsets[:-1], lengths)
    return Days(offsets, days.day[rows], days.net[rows], days.back[rows], days.order[rows]), enough


def by_category(
    lines: Lines,
) -> tuple[Lines, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The same lines with each account × category in the place of an account.

    Returns: the lines, and for each pair the place of its account and of its category; lines
    without a category are left out
    """
    codes = lines.codes["category"].astype(np.int64)
    n_categories = len(lines.names["category"])
    owner = np.repeat(np.arange(lines.n_accounts), np.diff(lines.offsets))
    pair = np.where(codes < 0, -1, owner * n_categories + codes)
    order = np.argsort(pair, kind="stable")
    order = order[np.searchsorted(pair[order], 0) :]
    found, starts = np.unique(pair[order], return_index=True)
    pairs = Lines(
        account_ids=pa.array([""] * len(found), pa.string()),
        offsets=np.append(starts, len(order)).astype(np.int64),
        day=lines.day[order],
        amount=lines.amount[order],
        codes={"kind": lines.codes["kind"][order]},
        names={"kind": lines.names["kind"]} if "kind" in lines.names else {},
        values={name: values[order] for name, values in lines.values.items()},
    )
    return pairs, found // max(n_categories, 1), found % max(n_categories, 1)


def _until(days: Days, at: int) -> npt.NDArray[np.int32]:
    from mainstay.defection import partial_loops as loops

    last = np.empty(len(days.offsets) - 1, np.int32)
    loops.last_order_days(days.offsets, days.day, days.order, at, last)
    return last


def _changes(
    days: Days, until: npt.NDArray[np.int32] | None, setting: Setting
) -> tuple[npt.NDArray[np.int64], dict[str, npt.NDArray[Any]]]:
    """The places of the accounts that have a series, and their FIGURES.

    until: the last day that counts of each; None = all up to the date
    """
    from mainstay.defection import partial_loops as loops
    from mainstay.defection.changepoint import ChangeRule, RatePrior, Series, find_changes

    at, n = days_of(setting.on), len(days.offsets) - 1
    all_days = until is None
    until = np.full(n, at - 1, np.int32) if until is None else until
    grain, starts = np.empty(n), np.empty(n + 1, np.int64)
    loops.grains(days.offsets, days.day, days.net, at, grain)
    counts, exposures = np.empty(n * LONGEST_WEEKS, np.int32), np.empty(n * LONGEST_WEEKS)
    used = loops.weekly_order_days(
        days.offsets,
        days.day,
        days.order,
        at,
        until,
        LONGEST_WEEKS,
        starts,
        counts,
        setting.exposure,
        exposures,
    )
    there = np.flatnonzero(np.diff(starts) > 0)
    offsets = np.append(starts[there], used)
    if all_days:  # series that all end in the last week share its calendar, which is quicker
        series = Series(counts[:used], offsets, calendar=setting.exposure)
    else:
        series = Series(counts[:used], offsets, exposure=exposures[:used])
    often = find_changes(
        series, RatePrior(setting.shape, setting.rate), rule=ChangeRule(p_change=P_CHANGE)
    )
    size = size_shift(days, at, P_SIZE_CHANGE)
    first_week = at - 7 * ((at - 1 - until[there]) // 7 + np.diff(offsets))
    since = np.where(often.since < 0, NONE, first_week + 7 * often.since)
    length = np.diff(offsets)
    weeks = np.add.reduceat(exposures[:used], offsets[:-1]) if used else grain[there]
    return there, {
        **_together(often, since, at, size, there),
        # The posterior's shape were all its weeks those since the change: mean × (prior + weeks).
        "shape": np.maximum(
            often.rate_now * (setting.rate + _weeks_now(often.since, length, weeks)), 0.2
        ),
        "grain": grain[there] / MONEY_UNIT,
    }


def _together(
    often: Changes,
    since: npt.NDArray[np.integer],
    at: int,
    size: SizeShift,
    there: npt.NDArray[np.int64],
) -> dict[str, npt.NDArray[Any]]:
    """How often × how much: the money a week before and now, and how sure it is that it changed.

    A change of one kind that the other makes up for is none: money must have moved the same way.
    """
    old = (since >= 0) & (since < at - RECENT_DAYS)
    per_week = np.where(old, often.rate_now, often.rate_before)
    before = per_week * size.before[there] / MONEY_UNIT
    now = often.rate_now * size.now[there] / MONEY_UNIT
    rarer, oftener = (np.where(old, 0.0, p) for p in (often.p_fell, often.p_rose))
    smaller, larger = size.p_fell[there], size.p_rose[there]
    by_size = np.maximum(smaller, larger) > np.maximum(rarer, oftener)
    since = np.where(by_size, size.since[there], np.where(old, NONE, since))
    return {
        "p_fell": np.where(now < LESS * before, np.maximum(rarer, smaller), 0.0),
        "p_rose": np.where(now > before / LESS, np.maximum(oftener, larger), 0.0),
        "since": since.astype(np.int32),
        "rate_before": before,
        "rate_now": now,
    }


def _weeks_now(
    since: npt.NDArray[np.int32], length: npt.NDArray[np.int64], weeks: Floats
) -> Floats:
    """Weeks of the series at the present rate: since the change where there is one, else all.

    since: place in the series, −1 = no change; length: of the series; weeks: its exposure
    """
    return np.where(since < 0, weeks, np.minimum(length - since, weeks))


def _rows(names: dict[str, pa.Array], figures: dict[str, npt.NDArray[Any]]) -> pa.Table:
    return pa.table({**names, **{f.name: pa.array(figures[f.name], f.type) for f in FIGURES}})
