"""What is known of an account × category at a date, for its outcome and for the forecast of it.

The facts of `outcomes` for a category's own order days, and beside them how often the account itself
orders, since a category is left while the account still buys.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.defection.clocks import LEAST_CATEGORY_DAYS, by_category
from mainstay.defection.outcomes import FACTS
from mainstay.ledger.lines import Lines
from mainstay.ledger.schema import MONEY_UNIT
from mainstay.standing.history import Days, collapse, days_of, kind_codes

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
CATEGORY_CYCLES = 3.0
YEAR_DAYS = 365
# Of the account: order days since the category's first, in the year before the date; of it, in the
# last half year; in that year; since the category's last; within the horizon; in the window.
OWN = ("orders_before", "orders_26", "orders_52", "orders_since", "orders_horizon", "orders_window")
CATEGORY_FACTS = (*FACTS, *OWN, "last_day", "begun")
# Those that days from the date on tell: for what came alone.
AFTER = ("bought", "orders", "window_orders", "orders_horizon", "orders_window", "begun")


@dataclass(frozen=True)
class CategoryFacts:
    """days: of each account × category; whole: of each account; owner: of each pair, its account's
    place in whole; at: the date; horizon_weeks: h

    Days from the date on are looked at for AFTER alone.
    """

    days: Days
    whole: Days
    owner: Longs
    at: int
    horizon_weeks: int

    def of(self, there: Longs, all_days: Days, all_owners: Longs) -> dict[str, Floats]:
        """CATEGORY_FACTS of some of the pairs, float64 (len(there),) each; last_day in days since
        1970-01-01, begun as in `begun`.

        all_days, all_owners: of all pairs of the accounts, also of those with few order days
        """
        from mainstay.defection import category_facts_loops as own_loops
        from mainstay.defection import outcome_loops as loops

        days, whole = self.days, self.whole
        horizon = 7 * self.horizon_weeks
        found = np.empty((len(days.offsets) - 1, 1, len(FACTS)))
        loops.paces(
            days.offsets, days.day, days.net, days.order, np.array([self.at], np.int32),
            horizon, CATEGORY_CYCLES, found,
        )  # fmt: skip
        pace = found[there, 0]
        own = np.empty((len(there), len(OWN) + 1))
        own_loops.own_counts(
            days.offsets, days.day, days.order, there, whole.offsets, whole.day, whole.order,
            self.owner, self.at, pace[:, FACTS.index("days_known")],
            pace[:, FACTS.index("window_days")], horizon, own,
        )  # fmt: skip
        columns = {name: np.ascontiguousarray(pace[:, c]) for c, name in enumerate(FACTS)}
        columns["amount"] /= MONEY_UNIT
        columns["bought"] /= MONEY_UNIT
        columns["squares"] /= float(MONEY_UNIT) ** 2
        columns |= {n: np.ascontiguousarray(own[:, c]) for c, n in enumerate((*OWN, "last_day"))}
        new = begun(all_days, all_owners, self.at, self.at + horizon)
        return columns | {"begun": new[self.owner[there]]}


def begun(days: Days, owner: Longs, at: int, end: int) -> Floats:
    """By account, the money of days in [at, end) in categories not bought in the year before.

    days: of each account × category; owner: of each, its account's place
    """
    after = (days.day >= at) & (days.day < end)
    if not after.any():
        return np.zeros(int(owner.max(initial=0)) + 1)
    pair = np.repeat(np.arange(len(owner)), np.diff(days.offsets))
    before = days.order & (days.day >= at - YEAR_DAYS) & (days.day < at)
    bought = np.bincount(pair[before], minlength=len(owner)) > 0
    fresh = after & ~bought[pair]
    money = np.bincount(
        owner[pair[fresh]], days.net[fresh] / MONEY_UNIT, int(owner.max(initial=0)) + 1
    )
    return np.maximum(money, 0.0)


def often(days: Days, at: int, least: int) -> tuple[Days, npt.NDArray[np.int64]]:
    """The days of those alone that have so many order days before day `at`, and their places."""
    from mainstay.defection import category_facts_loops as own_loops

    enough, offsets, rows = own_loops.often(days.offsets, days.day, days.order, at, least)
    return Days(offsets, days.day[rows], days.net[rows], days.back[rows], days.order[rows]), enough


@dataclass(frozen=True)
class PastCategories:
    """A kernel: one row an account × category and date, with LEAST_CATEGORY_DAYS order days before it.

    dates: ascending; horizon_weeks: h; as_of: the day after the last that is looked at
    Columns: account_id, category, date_index (int16), CATEGORY_FACTS
    """

    dates: tuple[date, ...]
    horizon_weeks: int
    as_of: date

    columns: ClassVar[tuple[str, ...]] = ("category", "kind")

    def __call__(self, lines: Lines) -> pa.Table:
        last = days_of(self.as_of)
        whole = collapse(lines, last, kind_codes(lines))
        pairs, owner, category = by_category(lines)
        by_pair = collapse(pairs, last, kind_codes(pairs))
        tables = []
        for j, on in enumerate(self.dates):
            days, enough = often(by_pair, days_of(on), LEAST_CATEGORY_DAYS)
            facts = CategoryFacts(days, whole, owner[enough], days_of(on), self.horizon_weeks)
            columns = {
                "account_id": lines.account_ids.take(pa.array(owner[enough])),
                "category": lines.names["category"].take(pa.array(category[enough])),
                "date_index": pa.array(np.full(len(enough), j, np.int16)),
                **facts.of(np.arange(len(enough)), by_pair, owner),
            }
            tables.append(pa.table(columns))
        return pa.concat_tables(tables)
