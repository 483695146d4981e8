"""A season's stock plan to agree with an account: what to deliver when, and what has to be ready by then.

    plan = stock_plan(found, terms, supplied)     found: `forecast.Forecast`

For each product and month m, with demand d ± σ from the forecast, all in the product's own unit:

    safety[m] = z · √((L + R) · σ[m]² + (d[m] · s_L)²), at most the season's mean month
    delivery[m] = what lifts the stock to d[m] + safety[m], rounded up to whole lots
    stock[m] = stock[m − 1] + delivery[m] − d[m],   stock before the first month = what they told, else 0

What is ordered now and then in large lots would need a stock of many months, which nobody keeps: the cap says where
the service level is not reached. z is the normal quantile of the service level, L the lead time and s_L its spread (months), R one month, in which
nothing else is delivered. Lots: at least the minimum, then whole packs, or whole pallets where at least
PALLET_SHARE of the last one is wanted. A delivery is due on the first of its month; it leaves us the lead time
before, z · s_L earlier for its spread, and is made `production_days` before that.

Source: Silver, Pyke & Thomas (2017), Inventory and Production Management in Supply Chains, 6.7.2: safety
stock of a periodic review with random lead times.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import NormalDist
from typing import Any

import pyarrow as pa

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import Text, gettext_noop
from mainstay.supply.forecast import Forecast
from mainstay.supply.monthly import YEAR_MONTHS, first_of, first_to_come, month_of
from mainstay.supply.profiles import USUAL_DAYS
from mainstay.supply.units import Lots, Units

USUAL_LEAD, USUAL_SPREAD = 14.0, 4.0  # days, where no delivery tells better
LEAST_DELIVERIES = 5
PALLET_SHARE = 0.7
MOST_SAFETY = 1.0  # of the season's mean month
MOST_DAYS = 730
LEAST_SERVICE, MOST_SERVICE = 0.5, 0.999
HARDLY = 1e-6

PLAN = pa.schema(
    [
        ("account_id", pa.string()),
        ("product_id", pa.string()),
        ("name", pa.string()),
        ("category", pa.string()),
        ("month", pa.date32()),
        ("unit", pa.string()),
        ("price", pa.float64()),
        ("expected", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("opening", pa.float64()),  # of the month
        ("delivery", pa.float64()),
        ("closing", pa.float64()),
        ("safety", pa.float64()),
        ("capped", pa.bool_()),  # the service level wants more than that
        ("deliver_by", pa.date32()),
        ("ship_by", pa.date32()),
        ("produce_by", pa.date32()),
        (
            "too_late",
            pa.bool_(),
        ),  # the day for production, or for shipping where we have it, is over
        (
            "available",
            pa.float64(),
        ),  # what we have and expect by then, less what was planned before
        ("short", pa.float64()),
        ("opening_told", pa.bool_()),
        ("pack", pa.float64()),  # what is delivered is a multiple of it; null = not known
        ("minimum", pa.float64()),  # and at least this
    ]
)


@dataclass(frozen=True)
class Lead:
    """Days from their order to their door, and its spread; n: deliveries behind it."""

    days: float = USUAL_LEAD
    spread: float = USUAL_SPREAD
    n: int = 0


@dataclass(frozen=True)
class Terms:
    """What a plan is made by.

    first, last: months of the season, any day of them
    service: the share of months in which nothing is missing
    opening: stock before the season by product: quantity and unit (None = the product's own)
    """

    first: date
    last: date
    service: float = 0.95
    production_days: int = 30
    opening: Mapping[str, tuple[float, str | None]] = field(default_factory=dict)

    def checked(self, as_of: date, months: int) -> Terms:
        """The same terms.

        Raises: InvalidSetting for a season that can't be planned
        """
        begin, end = month_of(self.first), month_of(self.last)
        # What was ordered of a month that runs can't be told from what is still needed of it.
        if begin < first_to_come(as_of):
            raise InvalidSetting(
                gettext_noop(
                    "The season can't begin in {first}: orders are known until {as_of}, so that it has begun already; choose {next} or a later month."
                ),
                first=f"{self.first:%Y-%m}",
                as_of=str(as_of),
                next=f"{first_of(first_to_come(as_of)):%Y-%m}",
            )
        if end < begin:
            raise InvalidSetting(
                gettext_noop("The season ends in {last}, before it begins in {first}."),
                last=f"{self.last:%Y-%m}",
                first=f"{self.first:%Y-%m}",
            )
        if end >= month_of(as_of) + months:
            raise InvalidSetting(
                gettext_noop(
                    "The season ends in {last}; no more than {most} months can be foretold."
                ),
                last=f"{self.last:%Y-%m}",
                most=YEAR_MONTHS,
            )
        if not LEAST_SERVICE <= self.service <= MOST_SERVICE:
            raise InvalidSetting(
                gettext_noop("A service level can't be {value}; it is a share from 50% to 99.9%."),
                value=self.service,
            )
        if not 0 <= self.production_days <= MOST_DAYS:
            raise InvalidSetting(
                gettext_noop("Production can't take {days} days; it is from 0 to {most}."),
                days=self.production_days,
                most=MOST_DAYS,
            )
        for product, (quantity, _unit) in self.opening.items():
            if not (quantity >= 0 and math.isfinite(quantity)):
                raise InvalidSetting(
                    gettext_noop("Their stock of {product} can't be {quantity}; it is 0 or more."),
                    product=product,
                    quantity=quantity,
                )
        return self


@dataclass(frozen=True)
class Supplied:
    """What we know of our own side.

    lead: by product; None = of all products
    on_hand: what we have now less what is on order, by product; may lie below 0: more is promised
    inbound: what comes, by product: days and quantities
    """

    lead: Mapping[str | None, Lead] = field(default_factory=dict)
    on_hand: Mapping[str, float] = field(default_factory=dict)
    inbound: Mapping[str, tuple[tuple[date, float], ...]] = field(default_factory=dict)

    def lead_of(self, product: str | None) -> Lead:
        return self.lead.get(product) or self.lead.get(None) or Lead()


@dataclass(frozen=True)
class StockPlan:
    """rows: PLAN; told: what to know of it, in sentences"""

    rows: pa.Table
    told: tuple[Text, ...] = ()


def stock_plan(found: Forecast, terms: Terms, supplied: Supplied) -> StockPlan:
    """The plan of a season of a forecast.

    Raises: InvalidSetting for terms that can't be, a product that the account's forecast does not know, or a
        unit that does not convert
    """
    as_of = date.fromisoformat(found.meta["as_of"])
    terms = terms.checked(as_of, int(found.meta["months"]))
    if found.meta["measure"] != "quantity":
        raise InvalidSetting(
            gettext_noop(
                "{account}'s orders tell no quantities, so that stock can't be planned; import order lines with quantities."
            ),
            account=found.meta["account_id"],
        )
    lines: dict[str | None, list[dict[str, Any]]] = {}
    begin, end = month_of(terms.first), month_of(terms.last)
    for row in found.lines.to_pylist():
        lines.setdefault(row["product_id"], []).append(row)
    opening = _opening(terms, lines, found.units)
    rows: list[dict[str, Any]] = []
    for product, months in sorted(lines.items(), key=lambda item: item[0] or ""):
        months = [m for m in months if begin <= month_of(m["month"]) <= end]
        if product is None and len({m["category"] for m in months}) > 1:
            continue  # lines without a product, of several categories: no stock of one thing
        lots = found.units.lots.get(product or "", Lots())
        rows += _planned(months, opening.get(product or ""), lots, terms, supplied)
    rows = _supplied([_dated(row, as_of, terms, supplied) for row in rows], as_of, supplied)
    table = pa.Table.from_pylist(rows, PLAN)
    return StockPlan(table, tuple(_sentences(table, supplied, lines)))


def _opening(terms: Terms, lines: Mapping[str | None, Any], units: Units) -> dict[str, float]:
    found = {}
    for product, (quantity, unit) in terms.opening.items():
        if product not in lines:
            raise InvalidSetting(
                gettext_noop(
                    "Product {product} is not in the forecast: the account never bought it, or it is not known."
                ),
                product=product,
            )
        found[product] = units.converted(product, quantity, unit)
    return found


def _planned(
    months: list[dict[str, Any]],
    opening: float | None,
    lots: Lots,
    terms: Terms,
    supplied: Supplied,
) -> list[dict[str, Any]]:
    stock, found = opening or 0.0, []
    z = NormalDist().inv_cdf(terms.service)
    most = MOST_SAFETY * sum(row["expected"] for row in months) / max(len(months), 1)
    for row in months:
        lead = supplied.lead_of(row["product_id"])
        away, spread = lead.days / USUAL_DAYS, lead.spread / USUAL_DAYS
        demand = row["expected"]
        whole = z * math.sqrt((away + 1.0) * row["deviation"] ** 2 + (demand * spread) ** 2)
        safety = min(whole, most)
        wanted = demand + safety - stock
        delivery = in_lots(wanted, lots) if wanted > HARDLY else 0.0
        closing = stock + delivery - demand
        found.append(
            {
                **{name: row.get(name) for name in PLAN.names if name in row},
                "opening": stock,
                "delivery": delivery,
                "closing": closing,
                "safety": safety,
                "capped": safety < whole,
                "opening_told": opening is not None,
                "pack": lots.pack,
                "minimum": lots.minimum,
            }
        )
        stock = max(closing, 0.0)
    return found


def in_lots(wanted: float, lots: Lots) -> float:
    """The smallest quantity that can be delivered and is enough."""
    wanted = max(wanted, lots.minimum or 0.0)
    if lots.pallet:
        whole, left = divmod(wanted, lots.pallet)
        if whole and left < HARDLY:
            return whole * lots.pallet
        if left >= PALLET_SHARE * lots.pallet:
            return (whole + 1) * lots.pallet
    step = lots.pack or 1.0
    return math.ceil(wanted / step - HARDLY) * step


def _dated(row: dict[str, Any], as_of: date, terms: Terms, supplied: Supplied) -> dict[str, Any]:
    """With the latest days."""
    lead = supplied.lead_of(row["product_id"])
    z = NormalDist().inv_cdf(terms.service)
    deliver_by = max(row["month"].replace(day=1), as_of)
    ship_by = deliver_by - timedelta(days=math.ceil(lead.days + max(z, 0.0) * lead.spread))
    produce_by = ship_by - timedelta(days=terms.production_days)
    return {**row, "deliver_by": deliver_by, "ship_by": ship_by, "produce_by": produce_by}


def _supplied(rows: list[dict[str, Any]], as_of: date, supplied: Supplied) -> list[dict[str, Any]]:
    """With what we have for each delivery once the ones before it are taken, and what is missing."""
    taken: dict[str, float] = {}
    found = []
    for row in rows:
        product, available, short = row["product_id"], None, None
        if product in supplied.on_hand:
            coming = sum(q for on, q in supplied.inbound.get(product, ()) if on <= row["ship_by"])
            # Below 0 where more is promised than there is: what comes goes there first.
            available = supplied.on_hand[product] + coming - taken.get(product, 0.0)
            short = max(row["delivery"] - max(available, 0.0), 0.0)
            taken[product] = taken.get(product, 0.0) + row["delivery"]
        last = row["ship_by"] if short == 0.0 else row["produce_by"]
        late = last < as_of and row["delivery"] > 0
        found.append({**row, "available": available, "short": short, "too_late": late})
    return found


def _sentences(table: pa.Table, supplied: Supplied, lines: Mapping[str | None, Any]) -> list[Text]:
    rows = table.to_pylist()
    found = []
    untold = len({row["product_id"] for row in rows if not row["opening_told"]})
    if untold:
        found.append(
            Text(
                gettext_noop(
                    "Of {n} products their stock is not told, and counts as 0: ask them before you agree."
                ),
                {"n": untold},
            )
        )
    capped = {row["product_id"] for row in rows if row["capped"]}
    if capped:
        found.append(
            Text(
                gettext_noop(
                    "{n} products are needed so unevenly that the service level wants more safety stock than a mean month: a mean month is planned."
                ),
                {"n": len(capped)},
            )
        )
    late = {row["product_id"] for row in rows if row["too_late"]}
    if late:
        found.append(
            Text(
                gettext_noop(
                    "{n} products would have had to be made or sent earlier: look at their dates."
                ),
                {"n": len(late)},
            )
        )
    if None in lines and not any(row["product_id"] is None for row in rows):
        found.append(
            Text(gettext_noop("Order lines without a product are foretold, but not planned."))
        )
    if not any(supplied.lead_of(product).n for product in lines):
        found.append(
            Text(
                gettext_noop("No deliveries are known: the lead time counts as {days_days} days."),
                {"days_days": USUAL_LEAD},
            )
        )
    return found
