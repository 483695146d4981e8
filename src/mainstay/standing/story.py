"""What the page of one account tells: its orders by month, its rhythm, its states. Data alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class OrderDay:
    """One order day and what was ordered on it (net of returns booked on that day)."""

    on: date
    amount: float


@dataclass(frozen=True)
class StateOn:
    """The state that was seen at a date, from what was known before it."""

    on: date
    state: str


@dataclass(frozen=True)
class CategoryStory:
    """One category of the account; a row of the engine's CATEGORIES with its shares.

    share: of the account's amount in the last 52 weeks; None where that is not above 0
    rate_ratio: rate now / rate before; 1 = no change, None = too little to tell
    p_fell: probability that the rate fell by 30% or more; None = too little to tell
    months: (n_past,) net amount of each past month of the account's story
    """

    category: str
    state: str  # kept, slipping, dropped, new
    since: date | None
    rate_ratio: float | None
    p_fell: float | None
    last_order_on: date | None
    order_days: int
    amount_52: float
    amount_prev_52: float | None  # None = the data do not reach back so far
    share: float | None
    money_at_risk: float
    months: tuple[float, ...] = ()


@dataclass(frozen=True)
class AccountStory:
    """All that the page of one account draws, as of one day, in the reporting currency.

    months: first days of the months, rising without a hole: `n_past` months that have begun before
        as_of (the last of them may not be over), then the next 12
    n_past: how many of `months` lie in the past, 0 ≤ n_past ≤ len(months)
    categories: names of the series, the largest first, at most 7; `None` at the end stands for all
        others together, and is there only when there are others
    amounts: one tuple per category, each (n_past,): net amount in that month, returns counted
    expected, low, high: (len(months),): what was to be expected of that month, with an 80% band; of a
        past month by what was known at its beginning; None = not known
    order_days: every order day before as_of, rising
    rhythm_days: own usual gap between order days; None = unknown
    late_after_days: silence beyond this is late; None = unknown
    states: state history, rising by date, one row per change of state
    category_rows: every category, most money at risk first
    fees: (currency, sum) of the lines before as_of that count in none of these figures, to the cent; ""
        where a line names no currency
    """

    account_id: str
    currency: str
    as_of: date
    months: tuple[date, ...]
    n_past: int
    categories: tuple[str | None, ...]
    amounts: tuple[tuple[float, ...], ...]
    expected: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    order_days: tuple[OrderDay, ...]
    rhythm_days: float | None
    late_after_days: float | None
    states: tuple[StateOn, ...]
    category_rows: tuple[CategoryStory, ...]
    fees: tuple[tuple[str, Decimal], ...]
