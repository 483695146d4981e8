"""What was agreed with an account for a season, week by week beside what it ordered and got.

    agreed(t) = Σ over months: quantity · share of the month that is over at t
    σ²(t)     = Σ over months: σ[m]² · the same share,   σ[m] = (high − low) / (2 · 1.2816)
    kept      = agreed of the whole season − need + stock before it, from 0 to the need of a mean month
    off       = ordered(t) below agreed(t) − kept(t) − 1.2816 · σ(t), or above agreed(t) + 1.2816 · σ(t)

so that a warning comes when the orders are further from what was agreed than the forecast's own interval of 80% allows, and
not before EARLY_DAYS of the season are over since it was agreed. Need is the middle of that interval; where none was
kept, it is the quantity, and σ a third of it. `kept` is what a plan delivers to lie in stock, which nobody needs to
order (`stock_plan`: a mean month at most); kept(t) is its share by the days of the first month that are over.
Orders and deliveries count from the day of the agreement on, or from the season's beginning where that was earlier;
what was on order on that day, or was delivered later, counts too. What was ordered before the season stands at its
beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from mainstay.supply.intervals import Z_80
from mainstay.supply.monthly import first_of, month_of
from mainstay.supply.units import Units

EARLY_DAYS = 14
USUAL_SHARE = 1 / 3  # σ of a quantity whose interval is not known
STATES = ("before", "early", "on", "below", "above", "over")


@dataclass(frozen=True)
class Week:
    """Sums from the season's beginning to a day (excluded); ordered, delivered: None of days to come."""

    until: date
    agreed: float
    low: float
    high: float
    ordered: float | None
    delivered: float | None


@dataclass(frozen=True)
class Followed:
    """One product (or category) of a plan.

    state: before, early (too early to tell), on, below, above; over: the season has ended
    agreed, ordered, delivered, low, high: sums up to today; whole: of the whole season
    left_out: lines whose unit does not convert
    """

    plan_id: str
    product_id: str | None
    category: str | None
    unit: str | None
    first: date
    last: date
    state: str
    agreed: float
    low: float
    high: float
    ordered: float
    delivered: float
    whole: float
    left_out: int
    weeks: tuple[Week, ...] = field(default_factory=tuple)


def followed(
    rows: Iterable[Mapping[str, Any]],
    lines: pa.Table,
    deliveries: pa.Table,
    units: Units,
    today: date,
) -> list[Followed]:
    """What became of agreed plans so far, by plan, product and category.

    rows: of `season_plans`, of one account; lines: its order lines (product_id, category, ordered_on,
        quantity, unit, kind, due_until: see `season_orders`); deliveries: product_id, delivered_on,
        quantity_delivered
    today: orders of this day or later do not count
    """
    parts: dict[tuple[str, str | None, str | None], list[Mapping[str, Any]]] = {}
    for row in rows:
        # Of a product the category says no more than that.
        category = None if row["product_id"] else row["category"]
        parts.setdefault((row["plan_id"], row["product_id"], category), []).append(row)
    ordered = [row for row in lines.to_pylist() if row["ordered_on"] < today]
    got = [
        row for row in deliveries.to_pylist() if row["delivered_on"] and row["delivered_on"] < today
    ]
    of_category = {row["product_id"]: row["category"] for row in ordered if row["category"]}
    return [
        _followed(key, some, ordered, got, of_category, units, today)
        for key, some in sorted(parts.items(), key=lambda part: [one or "" for one in part[0]])
    ]


def _followed(
    key: tuple[str, str | None, str | None],
    rows: Sequence[Mapping[str, Any]],
    lines: Sequence[Mapping[str, Any]],
    deliveries: Sequence[Mapping[str, Any]],
    of_category: Mapping[str | None, str],
    units: Units,
    today: date,
) -> Followed:
    plan_id, product, category = key
    months = {month_of(row["month"]): _month(row, units) for row in rows}
    first, last = first_of(min(months)), first_of(max(months) + 1)
    told_on = min(row["agreed_on"] for row in rows)
    since = min(told_on, first)
    plan = Plan(months, _kept(rows, months, units))

    def ours(row: Mapping[str, Any]) -> bool:
        if product is not None:
            return bool(row["product_id"] == product)
        return (row.get("category") or of_category.get(row["product_id"])) == category

    orders, wrong = _ordered([row for row in lines if ours(row)], since, last, units)
    got = [
        (row["delivered_on"], row["quantity_delivered"])
        for row in deliveries
        if ours(row) and since <= row["delivered_on"] < last and row["quantity_delivered"]
    ]
    weeks = tuple(_weeks(plan, orders, got, first, last, today))
    at = plan.sums(min(max(today, first), last))
    so_far = sum(q for _, q in orders)
    return Followed(
        plan_id,
        product,
        category,
        units.own.get(product) if product else None,
        first,
        last - timedelta(days=1),
        _state(at, so_far, (first, max(first, told_on)), last, today),
        *at,
        ordered=so_far,
        delivered=sum(q for _, q in got),
        whole=sum(quantity for quantity, _ in months.values()),
        left_out=wrong,
        weeks=weeks,
    )


def _ordered(
    lines: Sequence[Mapping[str, Any]], since: date, last: date, units: Units
) -> tuple[list[tuple[date, float]], int]:
    """Days and quantities of what was ordered since a day, or was still to come on it; and how many lines'
    unit does not convert."""
    orders, wrong = [], 0
    for row in lines:
        if row["ordered_on"] >= last or row["quantity"] is None or row["kind"] in ("fee", "credit"):
            continue
        if max(row["ordered_on"], row["due_until"] or date.min) < since:
            continue
        worth = units.worth(row["product_id"], row["unit"])
        if worth is None:
            wrong += 1
            continue
        back = row["kind"] == "return" or row["quantity"] < 0
        orders.append((row["ordered_on"], (-1 if back else 1) * abs(row["quantity"]) * worth))
    return orders, wrong


def _month(row: Mapping[str, Any], units: Units) -> tuple[float, float]:
    """Quantity and σ of a month, in the product's own unit; as written where that does not convert."""
    worth = units.worth(row["product_id"], row["unit"]) or 1.0
    quantity = row["quantity"] * worth
    if row["low"] is None or row["high"] is None:
        return quantity, quantity * USUAL_SHARE
    return quantity, (row["high"] - row["low"]) * worth / (2 * Z_80)


def _kept(
    rows: Sequence[Mapping[str, Any]], months: Mapping[int, tuple[float, float]], units: Units
) -> float:
    """What is agreed beyond their need, to lie in stock; 0 where no need is known."""
    if any(row["low"] is None or row["high"] is None for row in rows):
        return 0.0
    worth = units.worth(rows[0]["product_id"], rows[0]["unit"]) or 1.0
    opening = max((row.get("opening_stock") or 0.0) for row in rows) * worth
    need = sum((row["low"] + row["high"]) / 2 for row in rows) * worth
    agreed = sum(quantity for quantity, _sigma in months.values())
    return min(max(agreed - need + opening, 0.0), need / len(months))


@dataclass(frozen=True)
class Plan:
    """months: quantity and σ of each; kept: of the quantities, what is to lie in stock"""

    months: Mapping[int, tuple[float, float]]
    kept: float

    def sums(self, until: date) -> tuple[float, float, float]:
        """Agreed, and both ends of what would be as agreed, up to a day (excluded)."""
        agreed = variance = 0.0
        for month, (quantity, sigma) in self.months.items():
            agreed += quantity * _over(month, until)
            variance += sigma**2 * _over(month, until)
        half = Z_80 * variance**0.5
        kept = self.kept * _over(min(self.months), until)
        return agreed, max(agreed - kept - half, 0.0), agreed + half


def _over(month: int, until: date) -> float:
    """The share of a month that is over on a day."""
    begin, end = first_of(month), first_of(month + 1)
    return min(max((until - begin).days / (end - begin).days, 0.0), 1.0)


def _weeks(
    plan: Plan,
    orders: Sequence[tuple[date, float]],
    got: Sequence[tuple[date, float]],
    first: date,
    last: date,
    today: date,
) -> Iterable[Week]:
    until = first
    while until < last:
        until = min(until + timedelta(days=7), last)
        past = until <= today or until - timedelta(days=7) < today
        so_far = min(until, today)
        sums = [sum(q for on, q in some if on < so_far) if past else None for some in (orders, got)]
        yield Week(until, *plan.sums(until), *sums)


def _state(
    at: tuple[float, float, float],
    ordered: float,
    begun: tuple[date, date],
    last: date,
    today: date,
) -> str:
    """begun: the season's first day, and that of the agreement where it was later"""
    first, since = begun
    if today <= first:
        return "before"
    if (today - since).days < EARLY_DAYS:
        return "early"
    _, low, high = at
    if ordered < low:
        return "below"
    if ordered > high:
        return "above"
    return "over" if today >= last else "on"
