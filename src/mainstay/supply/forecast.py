"""What an account will need of each product, month by month: the season's forecast.

    found = forecast(ledger, "A100", date(2026, 7, 1), months=6)
    found.lines        a row a product and month (LINES), found.months a row a month (MONTHS)

1. Demand is valued at what each product cost the account last, so that products can be added.
2. A product with orders in at least `hierarchy.THICK_MONTHS` of the last twelve months is a series of its own; those of
   a category that have fewer are one series together (the middle of the hierarchy), shared out again by what
   was ordered of each in the last twelve months.
3. Beside them stand the series, by category, of accounts of the same segment: season profiles, the choice of
   models and the width of intervals are learnt from all together (`choice`, `profiles`, `intervals`).
4. The account's total is forecast too, and both are made to agree (`reconcile`).
5. What they tell moves it (`told`).

Nothing of the month in which as_of lies, or later, is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import Text, gettext_noop
from mainstay.ledger.ledger import Ledger
from mainstay.standing.season import Season
from mainstay.supply import candidates
from mainstay.supply.choice import Series, Tried, chosen, rolled
from mainstay.supply.demand import Demand, demand_of
from mainstay.supply.hierarchy import REST, Bottom, bottom_of
from mainstay.supply.intervals import Spread, spread_of
from mainstay.supply.monthly import (
    YEAR_MONTHS,
    Panel,
    first_of,
    mean_month,
    month_of,
)
from mainstay.supply.profiles import places
from mainstay.supply.reconcile import reconciled
from mainstay.supply.told import Volumes, moved, plans_known
from mainstay.supply.units import Units

Floats = npt.NDArray[np.float64]
MOST_MONTHS = 12  # that can be looked ahead
TRIED_MONTHS = 3  # how far ahead models are tried at earlier origins
LEAST_WIDTH = 0.25  # of an interval, however far what they tell takes a forecast down

LINES = pa.schema(
    [
        ("account_id", pa.string()),
        ("product_id", pa.string()),
        ("name", pa.string()),
        ("category", pa.string()),
        ("month", pa.date32()),
        ("unit", pa.string()),
        ("price", pa.float64()),  # of one unit, in the reporting currency
        ("expected", pa.float64()),
        ("low", pa.float64()),  # of 80%
        ("high", pa.float64()),
        ("deviation", pa.float64()),
        ("naive", pa.float64()),
        ("last_year", pa.float64()),
        ("thin", pa.bool_()),
    ]
)
MONTHS = pa.schema(
    [
        ("account_id", pa.string()),
        ("month", pa.date32()),
        ("ordered", pa.float64()),  # months gone by
        ("expected", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("naive", pa.float64()),
        ("before_told", pa.float64()),  # what it was before what they tell
    ]
)


@dataclass(frozen=True)
class Forecast:
    """lines: LINES; months: MONTHS, the past in them; units, lots of its products

    meta: account_id, as_of, first, months, currency, models (weights by candidate), known_months,
        compared, error and naive_error (of what came at the earlier origins, in money), thin, thick
    told: what they told and did; left_out: what could not be counted, in sentences
    """

    lines: pa.Table
    months: pa.Table
    meta: dict[str, Any]
    told: tuple[Text, ...] = ()
    left_out: tuple[Text, ...] = ()
    units: Units = field(default_factory=Units)


def forecast(
    ledger: Ledger,
    account_id: str,
    as_of: date,
    *,
    months: int = 6,
    season: Season | None = None,
    known_until: date | datetime | None = None,
) -> Forecast:
    """The forecast of an account from the month of as_of on.

    season: the company's, with its feasts (None = none is known)
    known_until: facts recorded at or after it do not count; None = as_of
    Raises: InvalidSetting for a number of months that is none; InvalidHistory where too little is known
    """
    if not 1 <= months <= MOST_MONTHS:
        raise InvalidSetting(
            gettext_noop("A forecast can't be of {months} months; it is of 1 to {most}."),
            months=months,
            most=MOST_MONTHS,
        )
    known = demand_of(
        ledger, account_id, as_of, months=months, season=season, known_until=known_until
    )
    bottom = bottom_of(known)
    own = np.arange(len(bottom.keys))
    tried, series = _tried(known, bottom, months)
    made = _made(series, tried, own, months)
    total = _total(known, bottom, months)
    parts = reconciled(made.said, made.spread.deviation() ** 2, *total)
    ours = bottom.by_month()
    told = _volumes(ledger, account_id, as_of, known_until)
    first = known.span[1]
    change = moved(told, ours, parts.sum(axis=0), first)
    final = parts * change.factor
    meta = {
        "thick": len(bottom.keys) - sum(key[1] == REST for key in bottom.keys),
        "thin": len(bottom.share),
        "account_id": account_id,
        "as_of": str(as_of),
        "first": str(first_of(first)),
        "months": months,
        "measure": known.measured,
        "currency": ledger.reporting_currency,
        "known_months": int(bottom.y.shape[1] - np.isnan(bottom.y).all(axis=0).sum()),
        "accounts_beside": len(set(known.beside["account_id"].to_pylist())),
        "statsforecast": candidates.has_statsforecast(),
        **_judged(tried, made, own),
    }
    width = _Width(made.spread, change.factor)
    lines = _lines(known, bottom, final, made.naive, width, account_id)
    table = _months(account_id, bottom, parts, change.factor, made.naive, width)
    return Forecast(lines, table, meta, change.told, known.left_out, known.units)


def _tried(known: Demand, bottom: Bottom, months: int) -> tuple[Tried, Series]:
    """All candidates on the account's series and on those beside it."""
    beside = Panel.of(known.beside, ("account_id", "category"), known.span, "amount")
    categories = [key[0] for key in bottom.keys] + [key[1] for key in beside.keys]
    y = np.concatenate([bottom.y, beside.y]) if len(beside.keys) else bottom.y
    orders = np.concatenate([bottom.orders, beside.orders]) if len(beside.keys) else bottom.orders
    series = Series(y, orders, known.span[0], places(categories), known.busy)
    return rolled(series, min(months, TRIED_MONTHS)), series


@dataclass(frozen=True)
class _Made:
    said: Floats
    naive: Floats
    weights: Floats
    spread: Spread
    blended: Floats  # of all series, at the earlier origins


def _made(series: Series, tried: Tried, own: npt.NDArray[np.int64], months: int) -> _Made:
    weights = chosen(tried)
    ahead = series.ahead(months)
    blended = tried.blended()
    spread = spread_of(blended, tried, mean_month(series.y), ahead.season)
    return _Made(ahead.blended(weights)[own], ahead.naive[own], weights, spread.of(own), blended)


def _total(known: Demand, bottom: Bottom, months: int) -> tuple[Floats, Floats]:
    """The forecast of the account's total and its variance, learnt beside the totals of others."""
    beside = Panel.of(known.beside, ("account_id",), known.span, "amount")
    mine = np.where(np.isnan(bottom.y).all(axis=0), np.nan, np.nansum(bottom.y, axis=0))
    y = np.concatenate([mine[None, :], beside.y]) if len(beside.keys) else mine[None, :]
    own = bottom.orders.sum(axis=0)[None, :]
    orders = np.concatenate([own, beside.orders]) if len(beside.keys) else own
    series = Series(y, orders, known.span[0], np.zeros(len(y), np.int64), known.busy)
    tried = rolled(series, min(months, TRIED_MONTHS))
    made = _made(series, tried, np.array([0]), months)
    return made.said[0], made.spread.deviation()[0] ** 2


def _volumes(
    ledger: Ledger, account_id: str, as_of: date, known_until: date | datetime | None
) -> Volumes:
    """What they told before the date, also of months after it."""
    ahead = first_of(month_of(as_of) + MOST_MONTHS + 1)
    until = known_until if known_until is not None else as_of
    rows = plans_known(
        ledger.table("account_volumes", as_of=ahead, known_until=until), as_of, until
    )
    main = ledger.joins_at(until).main_of
    mine = [main(code) == account_id for code in rows["account_id"].to_pylist()]
    return Volumes.of(rows.filter(pa.array(mine, pa.bool_())))


def _judged(tried: Tried, made: _Made, own: npt.NDArray[np.int64]) -> dict[str, Any]:
    """How the blends did at the earlier origins beside the naive forecast, of the account's own series."""
    blended, came = made.blended[own], tried.came[own]
    naive = tried.said[tried.names.index(candidates.NAIVE)][own]
    size = np.nansum(came, axis=(1, 2)) + 1e-9
    mean = (made.weights[own] * size[:, None]).sum(axis=0) / size.sum()
    return {
        "models": {name: round(float(w), 3) for name, w in zip(tried.names, mean, strict=True)},
        "compared": int((~np.isnan(came)).sum()),
        "error": float(np.nansum(np.abs(blended - came))),
        "naive_error": float(np.nansum(np.abs(naive - came))),
        "came": float(np.nansum(came)),
    }


@dataclass(frozen=True)
class _Width:
    """The intervals of the account's series, moved as the forecasts were."""

    spread: Spread
    factor: Floats

    def deviation(self) -> Floats:
        return np.asarray(self.spread.deviation() * np.maximum(self.factor, LEAST_WIDTH))

    def ends(self) -> tuple[Floats, Floats]:
        """How far below and above each forecast its interval ends."""
        unit = self.spread.unit * np.maximum(self.factor, LEAST_WIDTH)
        return -self.spread.low * unit, self.spread.high * unit


def _lines(
    known: Demand, bottom: Bottom, final: Floats, naive: Floats, width: _Width, account_id: str
) -> pa.Table:
    below, above = width.ends()
    deviation = width.deviation()
    own = {key[2]: row for key, row in zip(bottom.pieces.keys, bottom.pieces.y, strict=True)}
    first = known.span[1]
    found: list[dict[str, Any]] = []
    for place, (category, product) in enumerate(bottom.keys):
        parts = (
            [(p, s) for (c, p), s in bottom.share.items() if c == category]
            if product == REST
            else [(product, 1.0)]
        )
        for one, share in parts:
            price = bottom.price.get(one, 0.0)
            if price <= 0:
                continue
            # Thin products of a category come and go independently of one another.
            apart = np.sqrt(share) / price
            for h in range(final.shape[1]):
                expected = final[place, h] * share / price
                last = _last_year(own.get(one), h)
                found.append(
                    {
                        "account_id": account_id,
                        "product_id": one,
                        "name": known.names.get(one or ""),
                        "category": category,
                        "month": first_of(first + h),
                        "unit": known.units.own.get(one) if known.measured == "quantity" else None,
                        "price": price,
                        "expected": expected,
                        "low": max(0.0, expected - below[place, h] * apart),
                        "high": expected + above[place, h] * apart,
                        "deviation": deviation[place, h] * apart,
                        "naive": naive[place, h] * share / price,
                        "last_year": last,
                        "thin": product == REST,
                    }
                )
    return pa.Table.from_pylist(found, LINES)


def _last_year(row: Floats | None, h: int) -> float | None:
    if row is None:
        return None
    place = len(row) + h - YEAR_MONTHS
    return float(row[place]) if 0 <= place < len(row) and not np.isnan(row[place]) else None


def _months(
    account_id: str, bottom: Bottom, parts: Floats, factor: Floats, naive: Floats, width: _Width
) -> pa.Table:
    """The account's months: those gone by, then those to come.

    The series' errors count as independent of one another: what they share is in their total's.
    """
    past = [
        {"account_id": account_id, "month": first_of(month), "ordered": value}
        for month, value in sorted(bottom.by_month().items())
    ]
    below, above = (np.sqrt((end**2).sum(axis=0)) for end in width.ends())
    before, sums = parts.sum(axis=0), (parts * factor).sum(axis=0)
    first = bottom.pieces.end
    ahead = [
        {
            "account_id": account_id,
            "month": first_of(first + h),
            "expected": float(sums[h]),
            "low": max(0.0, float(sums[h] - below[h])),
            "high": float(sums[h] + above[h]),
            "naive": float(naive[:, h].sum()),
            "before_told": float(before[h]),
        }
        for h in range(len(sums))
    ]
    return pa.Table.from_pylist([*past, *ahead], MONTHS)
