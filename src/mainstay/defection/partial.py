"""Partial defection: does an account buy less, since when, and by how much?

Its money a week is how often it orders times how much an order day brings. How often: a changepoint
in its order days, on a clock that the season runs, each account as regular as it is. How much: the
sizes of this year's order days against last year's. Either may fall; what counts is the money.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.defection.category_facts import AFTER, CATEGORY_FACTS, CategoryFacts, often
from mainstay.defection.category_shares import Share
from mainstay.defection.changepoint import (
    A_DAY,
    Changes,
    RatePrior,
    RegularityPrior,
    find_changes,
    regularity,
)
from mainstay.defection.clocks import (
    LEAST_CATEGORY_DAYS,
    Clocked,
    Short,
    by_category,
    on_own_orders,
    on_the_season,
    own_orders,
)
from mainstay.defection.order_size import SizeShift, size_shift
from mainstay.defection.own_rate import own_prior
from mainstay.defection.substitution import moved_share
from mainstay.ledger.lines import Lines
from mainstay.ledger.schema import MONEY_UNIT
from mainstay.standing.history import Days, collapse, days_of, kind_codes
from mainstay.standing.supply import Supply

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
LONGEST_WEEKS = 156
# Probability, before looking, that the size of orders changed within a year. Low: sizes waver for many
# reasons, and what they cry wolf about would drown what the gaps tell.
P_SIZE_CHANGE = 0.005
LESS = 0.85  # what moved by less than this did not change
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
    regularity, regularity_spread: shape of the gaps of the middle account, 1 = at random, and how
        far the others lie from it, as a standard deviation of its logarithm
    shares: of each category, in which share of their orders those buy it who do (`shares_of`)
    supply: what accounts could not buy of us; None = nothing
    """

    on: date
    exposure: Floats
    shape: float
    rate: float
    regularity: float = 1.5
    regularity_spread: float = 0.5
    shares: Mapping[str, Share] = field(default_factory=dict)
    supply: Supply | None = None

    def of_accounts(self, account_ids: pa.Array) -> Short | None:
        """What each of these could not buy."""
        known = self.supply and self.supply.accounts
        return Short(known, known.place(account_ids)) if known else None

    def of_pairs(self, account: pa.Array, category: pa.Array) -> Short | None:
        """What each account × category could not buy."""
        supply = self.supply
        return Short(supply.categories, supply.of_pairs(account, category)) if supply else None


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
            there, figures = _changes(days, lines.account_ids, None, setting)
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
        there, figures = _changes(days, lines.account_ids, _until(days, at), self.setting)
        return _rows({"account_id": lines.account_ids.take(pa.array(there))}, figures)


@dataclass(frozen=True)
class CategoryChanges:
    """A kernel: one row an account × category and date, with LEAST_CATEGORY_DAYS order days in it.

    Read on the clock of the account's own orders: what it buys less of altogether is no category's
    fall, and its own silence none: a category is dropped while the account still buys.
    settings: one a date, ascending; their dates and shares are used
    horizon_weeks: h of the windows of CATEGORY_FACTS
    Columns: account_id, category, date_index (int16), FIGURES, `moved`: the share of what it
    lost that other categories of the account gained at about the same time, and CATEGORY_FACTS but for AFTER
    """

    settings: tuple[Setting, ...]
    horizon_weeks: int = 13

    columns: ClassVar[tuple[str, ...]] = ("category", "kind")

    def __call__(self, lines: Lines) -> pa.Table:
        last = days_of(self.settings[-1].on)
        by_account = collapse(lines, last, kind_codes(lines))
        pairs, account, category = by_category(lines)
        by_pair = collapse(pairs, last, kind_codes(pairs))
        tables = []
        for j, setting in enumerate(self.settings):
            at = days_of(setting.on)
            days, enough = often(by_pair, at, LEAST_CATEGORY_DAYS)
            short = (
                setting.of_pairs(
                    lines.account_ids.take(pa.array(account[enough])),
                    lines.names["category"].take(pa.array(category[enough])),
                )
                if setting.supply
                else None
            )
            orders = own_orders(days, by_account, account[enough], at, short=short)
            usual, worth = _usual(setting, lines.names["category"], category[enough])
            clocked = on_own_orders(orders, usual, worth)
            changed = find_changes(clocked.series, clocked.rates, k=_regularity(clocked))
            figures = _figures(clocked, changed, days, at)
            there = enough[clocked.there]
            gain = figures["rate_now"] - figures["rate_before"]
            moved = moved_share(
                account[there], figures["p_fell"], figures["p_rose"], figures["since"], gain
            )
            names = {
                "account_id": lines.account_ids.take(pa.array(account[there])),
                "category": lines.names["category"].take(pa.array(category[there])),
                "date_index": pa.array(np.full(len(there), j, np.int16)),
            }
            facts = CategoryFacts(days, by_account, account[enough], at, self.horizon_weeks)
            table = _rows(names, figures).append_column("moved", pa.array(moved))
            known = facts.of(clocked.there, by_pair, account)
            for name in (n for n in CATEGORY_FACTS if n not in AFTER):
                table = table.append_column(name, pa.array(known[name]))
            tables.append(table)
        return pa.concat_tables(tables)


def _usual(setting: Setting, names: pa.Array, category: Longs) -> tuple[Floats, Floats]:
    """Of each pair, the usual share of its category and what that is worth; NaN = not known."""
    known = [setting.shares.get(name) for name in names.to_pylist()]
    usual = np.array([share.mean if share else np.nan for share in known] or [np.nan])
    worth = np.array([share.shape if share else np.nan for share in known] or [np.nan])
    return usual[category], worth[category]


def _until(days: Days, at: int) -> npt.NDArray[np.int32]:
    from mainstay.defection import partial_loops as loops

    last = np.empty(len(days.offsets) - 1, np.int32)
    loops.last_order_days(days.offsets, days.day, days.order, at, last)
    return last


def _changes(
    days: Days,
    account_ids: pa.Array,
    until: npt.NDArray[np.int32] | None,
    setting: Setting,
) -> tuple[Longs, dict[str, npt.NDArray[Any]]]:
    """The places of the accounts that have a series, and their FIGURES.

    until: the last day that counts of each; None = all up to the date
    """
    at, n = days_of(setting.on), len(days.offsets) - 1
    until = np.full(n, at - 1, np.int32) if until is None else until
    short = setting.of_accounts(account_ids)
    there, series, day = on_the_season(days, at, until, setting.exposure, short=short)
    peers = RatePrior(setting.shape, setting.rate)
    clocked = Clocked(
        there=there,
        series=series,
        day=day,
        rates=own_prior(series, peers),
        regular=RegularityPrior(setting.regularity, setting.regularity_spread),
        least_gap=np.full(len(there), A_DAY),
        most=np.full(len(there), np.inf),
    )
    often = find_changes(series, clocked.rates, k=_regularity(clocked))
    return there, _figures(clocked, often, days, at)


def _regularity(clocked: Clocked) -> Floats:
    k = regularity(clocked.series, clocked.regular, least_gap=clocked.least_gap)
    return np.minimum(k, clocked.most)


def _figures(clocked: Clocked, often: Changes, days: Days, at: int) -> dict[str, npt.NDArray[Any]]:
    """FIGURES of those that have a series; days: of all, also of those that have none."""
    from mainstay.defection import partial_loops as loops

    there = clocked.there
    size = size_shift(days, at, P_SIZE_CHANGE)
    grain = np.empty(len(days.offsets) - 1)
    loops.grains(days.offsets, days.day, days.net, at, grain)
    return {
        **_together(often, clocked, size),
        "shape": np.maximum(often.known, 0.2),
        "grain": grain[there] / MONEY_UNIT,
    }


def _together(often: Changes, clocked: Clocked, size: SizeShift) -> dict[str, npt.NDArray[Any]]:
    """How often × how much: the money a week before and now, and how sure it is that it changed.

    A change of one kind that the other makes up for is none: money must have moved the same way.
    """
    there = clocked.there
    before = often.rate_before * size.before[there] / MONEY_UNIT
    now = often.rate_now * size.now[there] / MONEY_UNIT
    smaller, larger = size.p_fell[there], size.p_rose[there]
    by_size = np.maximum(smaller, larger) > np.maximum(often.p_fell, often.p_rose)
    since = np.where(by_size, size.since[there], _days_since(often, clocked))
    size_ratio = size.now[there] / np.maximum(size.before[there], 1e-300)
    up = np.maximum(often.ratio, size_ratio) > 1 / LESS
    down = np.minimum(often.ratio, size_ratio) < LESS
    made_up_for = up & (now >= LESS * before), down & (now <= before / LESS)
    return {
        "p_fell": np.where(made_up_for[0], 0.0, np.maximum(often.p_fell, smaller)),
        "p_rose": np.where(made_up_for[1], 0.0, np.maximum(often.p_rose, larger)),
        "since": since.astype(np.int32),
        "rate_before": before,
        "rate_now": now,
    }


def _days_since(often: Changes, clocked: Clocked) -> Longs:
    """The day from which on each series orders as it does now; NONE where it did not change."""
    changed = np.flatnonzero(often.since >= 0)
    since = np.full(len(clocked.there), NONE, np.int64)
    since[changed] = clocked.day[clocked.series.offsets[changed] + often.since[changed]] + 1
    return since


def _rows(names: dict[str, pa.Array], figures: dict[str, npt.NDArray[Any]]) -> pa.Table:
    return pa.table({**names, **{f.name: pa.array(figures[f.name], f.type) for f in FIGURES}})
