"""What became of one category of an account after a date, while the account itself still bought.

    found = ledger.map_accounts(CategoryAftermath(on, 13, begin, until),
                                columns=CategoryAftermath.columns, as_of=until, known_until=on)
    came = category_outcomes(found, season=…)

The same three outcomes as an account's (`outcomes`), with three differences:

- The window holds three of the category's own cycles at least, if the horizon doesn't. A category has
  its place in an account's orders as if by chance, so that two cycles pass without it in one case of
  seven (e⁻²), three in one of twenty (e⁻³).
- What was to be expected is read on the clock of the account's own orders as well: where it ordered
  half as often in the window, half is to be expected. Who buys less of everything leaves no category.
- What other categories of the account gained in that time is set against it. Where that is half of
  the loss or more, the purchase moved, and nothing is lost.

Nothing is told of an account that left altogether, nor where it ordered so little in the window that
its own clock, less what we could not deliver, holds fewer than two of the category's cycles.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.defection.aftermath import Aftermath
from mainstay.defection.category_facts import CATEGORY_CYCLES, begun
from mainstay.defection.category_forecast import LEAST_CYCLES
from mainstay.defection.clocks import by_category
from mainstay.defection.outcomes import COMPLETE, KEPT, PARTIAL, Pace, Paces, unchanged
from mainstay.ledger.lines import Lines
from mainstay.standing.history import collapse, days_of, kind_codes
from mainstay.standing.season import Season
from mainstay.standing.supply import Supply

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
NOT_TOLD = -1
ROSE = 1.5  # of what was to be expected, for a category to have gained
MOVED = 0.5  # of the loss, gained by other categories


@dataclass(frozen=True)
class CategoryAftermath:
    """A kernel: one row an account × category with three order days of it before A.

    on: the date A; horizon_weeks: h
    begin, until: first day of the data, and the day after the last

    Columns: account_id, category, those of `Paces` and of `Aftermath` (of the category); and of the
    account: orders_before (order days since the category's first, in the year before A),
    orders_horizon (within h), orders_window (in the category's window), still_buys (in the last h of
    the data), begun (money within h in categories that it had not bought for a year).
    """

    on: date
    horizon_weeks: int
    begin: date
    until: date

    columns: ClassVar[tuple[str, ...]] = ("category", "kind")

    def __call__(self, lines: Lines) -> pa.Table:
        at = days_of(self.on)
        pairs, owner, category = by_category(lines)
        named = pa.array(np.arange(len(owner))).cast(pa.string())
        paces = Paces((self.on,), self.horizon_weeks, CATEGORY_CYCLES)(_named(pairs, named))
        place = paces["account_id"].cast(pa.int64()).to_numpy()
        after = Aftermath(self.on, self.horizon_weeks, self.begin, self.until)(pairs.of(place))
        whole = _Orders.of(lines)
        of = owner[place]
        known, window = (
            paces[n].to_numpy().astype(np.int64) for n in ("days_known", "window_days")
        )
        end = np.full(len(of), at + 7 * self.horizon_weeks)
        start, last = np.full(len(of), at), np.full(len(of), days_of(self.until))
        columns = {
            "account_id": lines.account_ids.take(pa.array(of)),
            "category": lines.names["category"].take(pa.array(category[place])),
            **{n: paces[n] for n in paces.column_names if n != "account_id"},
            **{n: after[n] for n in after.column_names if n != "account_id"},
            "orders_before": whole.between(of, start - known, start),
            "orders_horizon": whole.between(of, start, end),
            "orders_window": whole.between(of, start, start + window),
            "still_buys": whole.between(of, last - 7 * self.horizon_weeks, last),
            "begun": begun(
                collapse(pairs, at + 7 * self.horizon_weeks, kind_codes(pairs)),
                owner,
                at,
                at + 7 * self.horizon_weeks,
            )[of],
        }
        return pa.table(columns)


def _named(lines: Lines, names: pa.Array) -> Lines:
    return Lines(
        names, lines.offsets, lines.day, lines.amount, lines.codes, lines.names, lines.values
    )


@dataclass(frozen=True)
class _Orders:
    """Order days of accounts, as keys that rise: account × FAR + day."""

    keys: Longs
    FAR: ClassVar[int] = 2**32

    @classmethod
    def of(cls, lines: Lines) -> _Orders:
        days = collapse(lines, np.iinfo(np.int32).max, kind_codes(lines))
        account = np.repeat(np.arange(lines.n_accounts), np.diff(days.offsets))
        return cls(account[days.order] * cls.FAR + days.day[days.order])

    def between(self, account: Longs, first: Longs, after: Longs) -> Longs:
        """How many of each account lie in [first, after)."""
        low, high = (np.searchsorted(self.keys, account * self.FAR + d) for d in (first, after))
        return high - low


def category_outcomes(
    found: pa.Table,
    *,
    on: date,
    until: date,
    horizon_weeks: int,
    season: Season,
    supply: Supply | None = None,
) -> npt.NDArray[np.int8]:
    """KEPT, PARTIAL, COMPLETE or NOT_TOLD for each row of `CategoryAftermath`; int8 (n,).

    season: as it was known at the date
    supply: what accounts could not buy of us, which was not to be expected either; None = nothing
    """
    pace, at = Pace.of(found, 0), days_of(on)
    calendar = season.weeks_from(at, pace.window_days)
    before, during = (found[n].to_numpy().astype(float) for n in ("orders_before", "orders_window"))
    own = during * np.maximum(pace.days_known / 7.0, 1.0) / np.maximum(before, 1.0)
    exposure = np.minimum(own, calendar) * _delivered(found, supply, at, pace.window_days)
    usual = unchanged(pace, exposure)
    left = usual.far_below(pace.bought)
    left |= pace.window_orders == 0
    left &= usual.baseline > 0
    weeks = np.maximum(pace.window_days, 1.0) / 7.0
    gain = (pace.bought - usual.baseline) / weeks
    rose = usual.far_above(pace.bought, ROSE)
    account = pc.dictionary_encode(found["account_id"].combine_chunks()).indices.to_numpy()
    gained = np.bincount(account, np.where(rose, gain, 0.0))
    gained = gained[account] + found["begun"].to_numpy() / horizon_weeks
    moved = gained >= MOVED * np.bincount(account, np.where(left, -gain, 0.0))[account]
    came = np.where(pace.window_orders == 0, COMPLETE, PARTIAL)
    came = np.where(left & ~moved, came, KEPT)
    told = pace.known(at, days_of(until)) & (found["orders_horizon"].to_numpy() > 0)
    told &= usual.orders >= LEAST_CYCLES
    return np.where(told, came, NOT_TOLD).astype(np.int8)


def _delivered(found: pa.Table, supply: Supply | None, at: int, days: Floats) -> Floats | float:
    """Of each category, the share that we could deliver in so many days from a day on."""
    if supply is None:
        return 1.0
    names = (found[n].cast(pa.string()).combine_chunks() for n in ("account_id", "category"))
    return supply.categories.left(supply.of_pairs(*names), at, days)
