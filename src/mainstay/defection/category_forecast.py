"""The probability that an account will leave a category within its window, while it still buys.

    p = p_fell·Q(r·q) + (1 − p_fell)·Q(q),   Q(q) = E_N [P(h ≤ limit(N) | N, q)]

N, the orders of the account in the window, is what it orders at its usual pace, Gamma around it, and no
less than it takes for the outcome to be told (LEAST_CYCLES of the category). Of them h hold the category,

    h ~ Beta-binomial(N, q·T, (1 − q)·T),   q·T = h₀ + m·T₀,   T = N₀ + T₀

with h₀ of its N₀ orders since the category's first (which began the count), m and T₀ = (1 − ρ)/ρ those of
others who buy it (`category_shares`). So a category that is in half of the orders is hardly ever missing
for long, which counts of a Poisson law would let it be. limit(N) is the outcome's own: its low quantile and
half of what N makes likely, in orders of the usual size; none at all is below any limit. Whether q fell, and to what
share r of it, says the changepoint.

A season of the category's own is the order days that those who knew it a year ago had in the same days
then, beside what the window's length makes likely, over the same of all categories.

Source: MODELS.md's definition; Beta-binomial: Griffiths (1973); quantiles of Gamma laws: Wilson & Hilferty (1931).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from mainstay.defection.category_facts import YEAR_DAYS
from mainstay.defection.category_shares import Share
from mainstay.defection.outcomes import Pace, usual_orders

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
LEAST_CYCLES = 2.0  # on the clock of the account's own orders, for the outcome to be told
FALLEN = (0.05, 0.7)  # of the share before: what a share that fell can be
WAVERS = 4.0  # shape of the Gamma of an account's pace
SEASON_WORTH = (
    20.0  # order days: of a category that few bought a year ago, next to nothing is known
)
UNKNOWN = Share(0.5, 0.3)  # of a category that hardly anybody else buys
UNITS = 2.0**20
NEVER = 0.02  # of the orders hold a category at least, or lack it


@dataclass(frozen=True)
class Shelves:
    """What is known of each account × category at a date; float64 (n,) each.

    category: int64, its place among the names that `usual_shares` was given
    orders: of the account since the category's first order day, within the year
    weeks: season-adjusted, of the window
    """

    pace: Pace
    category: Longs
    orders: Floats
    weeks: Floats

    @cached_property
    def window(self) -> Window:
        """What the window will hold, whatever came of the share of orders that hold the category."""
        pace = self.pace
        n = np.maximum(pace.order_days, 1.0)
        years = np.maximum(pace.days_known / 7.0, 1.0)
        orders = np.maximum(self.orders / years * self.weeks, 0.5)
        cap = np.maximum(usual_orders(pace, self.weeks), 1e-9)
        plain = np.maximum(pace.order_days / years * self.weeks, 1e-9)
        per_order = n / np.maximum(self.orders, 1.0) * cap / plain
        return Window(n, orders, cap, per_order, pace.size_cv2 + pace.gap_cv2)


@dataclass(frozen=True)
class Window:
    """Of each account × category; float64 (n,) each, as the loop reads them.

    n: order days of the category in the year; orders: of the account in the window, at its usual pace
    cap, per_order: order days of the category that the outcome expects in the window at most, and in
        an order of the account
    cv2: squared coefficients of variation of size and gap, together
    """

    n: Floats
    orders: Floats
    cap: Floats
    per_order: Floats
    cv2: Floats


@dataclass(frozen=True)
class Law:
    """What is known of the share of orders that hold each category, beside its own orders.

    mean, worth: of each category, m and T₀ (`usual_shares`); season: of each (`category_season`)
    """

    mean: Floats
    worth: Floats
    season: Floats

    @classmethod
    def of(cls, shelves: Shelves, names: list[str], shares: Mapping[str, Share]) -> Law:
        return cls(*usual_shares(names, shares), category_season(shelves, len(names)))


def p_category_left(shelves: Shelves, law: Law, ratio: Floats | float = 1.0) -> Floats:
    """Q(r·q): P(the category comes out as left in the window that begins at the date); float64 (n,).

    Told that the account still buys. What came within the window is not looked at.
    ratio: r, what is left of the share before; 1 = all of it
    """
    from mainstay.defection import category_forecast_loops as loops

    pace, category = shelves.pace, shelves.category
    mean, worth = law.mean[category], law.worth[category]
    first = pace.days_known < YEAR_DAYS - 1  # the order that began the count lies within the year
    known = np.maximum(shelves.orders - first, 0.0)
    held = np.clip(pace.order_days - first, 0.0, known) + mean * worth
    all_of_it = known + worth
    held = held * law.season[category] * ratio
    held = np.clip(held, NEVER * all_of_it, (1.0 - NEVER) * all_of_it)
    come = shelves.window
    found = np.empty(len(held))
    loops.p_left(
        come.per_order, come.n, come.orders, come.orders + come.orders**2 / WAVERS,
        LEAST_CYCLES / come.per_order, come.cap, held, all_of_it - held, come.cv2, found,
    )  # fmt: skip
    return found


def usual_shares(names: list[str], shares: Mapping[str, Share]) -> tuple[Floats, Floats]:
    """Of each category the share of orders that hold it where others buy it, and T₀."""
    known = [shares.get(name, UNKNOWN) for name in names]
    mean = np.array([share.mean for share in known])
    apart = np.array([share.apart for share in known])
    return mean, (1.0 - apart) / apart


def category_season(shelves: Shelves, n_categories: int) -> Floats:
    """Of each category, how busy the coming windows are beside all categories'; 1 = as they are."""
    pace, year = shelves.pace, float(YEAR_DAYS - 1)
    then = pace.days_known >= year
    came = np.where(then, pace.last_year_days, 0.0)
    likely = np.where(then, pace.order_days * np.minimum(pace.window_days, year) / year, 0.0)
    # Whole numbers add up to the same in whatever order the accounts come.
    parts = [
        np.bincount(shelves.category, np.rint(w * UNITS), n_categories) / UNITS
        for w in (came, likely)
    ]
    one, all_of_them = (
        (a + SEASON_WORTH) / (b + SEASON_WORTH) for a, b in (parts, [w.sum() for w in parts])
    )
    return np.asarray(one / all_of_them)
