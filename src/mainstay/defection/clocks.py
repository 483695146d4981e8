"""The clocks that order days are read on: the season's for accounts, the account's own for categories.

On the season's clock a week in which everybody orders half as much is half a week. On the account's
own, every order of it is one step, as long as its middle gap; a category that is in a share q of the
orders has gaps on it of 1, 2, 3… steps with probability q(1 − q)^(g−1), whatever the account's rhythm,
its season and its own slowing down do. So only what the category loses to the others is a fall of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.defection.changepoint import RatePrior, RegularityPrior, Series
from mainstay.ledger.lines import Lines
from mainstay.standing.history import Days
from mainstay.standing.supply import Missed

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
LEAST_CATEGORY_DAYS = 3  # order days, below which nothing can be told of a category
OWN_WEIGHT = 0.5  # orders that the prior of a category's rate is worth, where others tell nothing
SHARE_SPREAD = 0.2  # of the logarithm of a category's regularity around that of chance
WEEKS = 156.0


@dataclass(frozen=True)
class Clocked:
    """Order days on a clock, and what is known of them before looking.

    there: places of those that have any, rising
    series: theirs, in that order
    day: int32 (n_times,), days since 1970-01-01 of the series' times
    least_gap: weeks of the clock, of each series: no two of its order days lie closer
    most: regularity that is believed at most, of each series
    """

    there: Longs
    series: Series
    day: npt.NDArray[np.int32]
    rates: RatePrior
    regular: RegularityPrior
    least_gap: Floats
    most: Floats


@dataclass(frozen=True)
class Short:
    """What each account, or account × category, could not buy of us: weeks in which its time is slower.

    place: of each, in missed; −1 = nothing was missing
    """

    missed: Missed
    place: Longs

    def slow_down(
        self,
        there: Longs,
        series: Series,
        day: npt.NDArray[np.int32],
        until: npt.NDArray[np.int32],
        *,
        at: int,
        exposure: Floats,
    ) -> None:
        """Take what was missing out of the times of the series, in place."""
        from mainstay.standing import supply_loops as loops

        missed = self.missed
        loops.slow_down(
            self.place[there], missed.offsets, missed.monday, missed.missing, at, exposure,
            series.offsets, day, series.time, until[there], series.end,
        )  # fmt: skip

    def slow_down_own(self, found: OwnOrders, whole: Days, owner: Longs, at: int) -> None:
        """The same on the clock of the accounts' own orders."""
        from mainstay.standing import supply_loops as loops

        missed = self.missed
        loops.slow_down_own(
            self.place, missed.offsets, missed.monday, missed.missing, at, found.step,
            found.starts, found.day, found.time, owner, whole.offsets, whole.day, whole.order,
        )  # fmt: skip


def on_the_season(
    days: Days,
    at: int,
    until: npt.NDArray[np.int32],
    exposure: Floats,
    *,
    short: Short | None = None,
) -> tuple[Longs, Series, npt.NDArray[np.int32]]:
    """Order days before `at` on the season's clock: the places of those that have any, and theirs.

    until: the last day that counts of each; whose order days all lie further back than the weeks of
        `exposure` has an empty series
    exposure: of the weeks before `at`, in order of time
    short: what each could not buy of us; None = nothing
    """
    from mainstay.defection import partial_loops as loops

    n, m = len(days.offsets) - 1, len(days.day)
    starts, end = np.empty(n + 1, np.int64), np.empty(n)
    time, day = np.empty(m), np.empty(m, np.int32)
    used = loops.order_times(
        days.offsets, days.day, days.order, at, until, exposure, starts, time, day, end
    )
    there = np.flatnonzero(~np.isnan(end))
    series = Series(time[:used], np.append(starts[there], used), end[there])
    if short is not None:
        short.slow_down(there, series, day, until, at=at, exposure=exposure)
    return there, series, day[:used]


@dataclass(frozen=True)
class OwnOrders:
    """Order days of account × category on the clock of the account's orders, 0 at its last.

    starts: int64 (n_pairs + 1,); pair i has time[starts[i]:starts[i + 1]], and the same of day
    step: weeks of a step, of each pair; orders: the account's since the pair's first order day
    """

    starts: Longs
    time: Floats
    day: npt.NDArray[np.int32]
    step: Floats
    orders: Floats


def own_orders(
    parts: Days, whole: Days, owner: Longs, at: int, *, short: Short | None = None
) -> OwnOrders:
    """A category's order days on the clock of its account's, up to the account's last before `at`.

    parts: of each account × category; whole: of each account; owner: of each pair, its account's place
    short: what each pair could not buy of us; None = nothing
    """
    from mainstay.defection import partial_loops as loops

    n, m = len(parts.offsets) - 1, len(parts.day)
    starts, step, orders = np.empty(n + 1, np.int64), np.empty(n), np.empty(n)
    time, day = np.empty(m), np.empty(m, np.int32)
    used = loops.own_times(
        parts.offsets, parts.day, parts.order, whole.offsets, whole.day, whole.order, owner, at,
        WEEKS, starts, time, day, step, orders,
    )  # fmt: skip
    found = OwnOrders(starts, time[:used], day[:used], step, orders)
    if short is not None:
        short.slow_down_own(found, whole, owner, at)
    return found


def on_own_orders(found: OwnOrders, usual: Floats, worth: Floats) -> Clocked:
    """Those of the pairs that have any, and what is known of them before looking.

    usual, worth: of each pair, the share of orders that hold the category where others buy it, and how
        many orders that hold it this knowledge counts like; NaN = nothing is known of others
    """
    there = np.flatnonzero(np.diff(found.starts) > 0)
    offsets = np.append(found.starts[there], len(found.time))
    held, orders, step = np.diff(offsets), found.orders[there], found.step[there]
    own = (held + OWN_WEIGHT) / (orders + 2 * OWN_WEIGHT)
    known = ~np.isnan(usual[there])
    worth = np.where(known, worth[there], OWN_WEIGHT)
    # Not the usual share itself: who always bought it seldom would seem to have begun with it.
    drawn = (held + worth) / (orders + worth / usual[there])
    share = np.where(known, drawn, own)
    # That of a Gamma to which a step without it says as much for a halving as to the geometric law.
    shape = np.log((1.0 - share / 2.0) / (1.0 - share)) / (share / 2.0)
    return Clocked(
        there=there,
        series=Series(found.time, offsets, np.zeros(len(there))),
        day=found.day,
        rates=RatePrior(worth, worth * step / share),
        regular=RegularityPrior(shape, SHARE_SPREAD),
        least_gap=step,
        most=shape,
    )


def by_category(
    lines: Lines,
) -> tuple[Lines, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The same lines with each account × category in the place of an account.

    Returns: the lines, and for each pair the place of its account and of its category; lines
    without a category are left out
    """
    from mainstay.standing.history_loops import order_within

    n_categories = len(lines.names["category"])
    owner, offsets, category, order = order_within(
        lines.offsets, lines.codes["category"], n_categories
    )
    pairs = Lines(
        account_ids=pa.repeat("", len(owner)),
        offsets=offsets,
        day=lines.day[order],
        amount=lines.amount[order],
        codes={"kind": lines.codes["kind"][order]},
        names={"kind": lines.names["kind"]} if "kind" in lines.names else {},
        values={name: values[order] for name, values in lines.values.items()},
    )
    return pairs, owner, category.astype(np.int64)
