"""What an account will need of each product, month by month: the season's forecast.

    found = forecast(ledger, "A100", date(2026, 7, 1), months=6)
    found.lines        a row a product and month (LINES), found.months a row a month (MONTHS)

1. Demand is valued at what each product cost the account last, so that products can be added.
2. A product with orders in at least THICK_MONTHS of the last twelve months is a series of its own; those of
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
import pyarrow.compute as pc

from mainstay.core.errors import InvalidHistory, InvalidSetting
from mainstay.core.texts import Text, gettext_noop
from mainstay.ledger.ledger import Ledger
from mainstay.standing.season import Season
from mainstay.supply import candidates
from mainstay.supply.choice import Series, Tried, chosen, rolled
from mainstay.supply.intervals import Spread, spread_of
from mainstay.supply.monthly import (
    YEAR_MONTHS,
    Monthly,
    Panel,
    first_of,
    first_whole,
    mean_month,
    month_of,
)
from mainstay.supply.profiles import exposure, places
from mainstay.supply.reconcile import reconciled
from mainstay.supply.told import Volumes, moved, plans_known
from mainstay.supply.units import Units

Floats = npt.NDArray[np.float64]
MOST_MONTHS = 12  # that can be looked ahead
TRIED_MONTHS = 3  # how far ahead models are tried at earlier origins
LEAST_MONTHS = 3  # of history, below which nothing is foretold
THICK_MONTHS = 6
LEAST_TOLD = 0.9  # of the lines need a quantity
BESIDE_ACCOUNTS = 60
LEAST_WIDTH = 0.25  # of an interval, however far what they tell takes a forecast down
REST = "\x00rest"  # the product of the series of a category's thin products

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


@dataclass(frozen=True)
class _Known:
    """What is known of the account, and of those beside it, before the first month.

    rows: of the account, product_id resolved, `pieces` in the product's own unit
    """

    rows: pa.Table
    beside: pa.Table
    span: tuple[int, int]
    busy: Floats
    units: Units
    measured: str
    left_out: tuple[Text, ...]
    names: dict[str, str]


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
    known = _known(ledger, account_id, as_of, months, season, known_until)
    bottom, own, meta = _bottom(known)
    tried, series = _tried(known, bottom, months)
    made = _made(series, tried, own, months)
    total = _total(known, bottom, months)
    parts = reconciled(made.said, made.spread.deviation() ** 2, *total)
    ours = _by_month(bottom)
    told = _volumes(ledger, account_id, as_of, known_until)
    first = known.span[1]
    change = moved(told, ours, parts.sum(axis=0), first)
    final = parts * change.factor
    meta |= {
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


def _known(
    ledger: Ledger,
    account_id: str,
    as_of: date,
    months: int,
    season: Season | None,
    known_until: date | datetime | None,
) -> _Known:
    until = known_until if known_until is not None else as_of
    end = month_of(as_of)
    kernel = Monthly(as_of)
    read: dict[str, Any] = {"columns": kernel.columns, "as_of": as_of, "known_until": until}
    rows = ledger.map_accounts(kernel, accounts=[account_id], **read)
    span = ledger.span()
    first = first_whole(span[0]) if span else end
    sold = rows.filter(pc.greater(rows["orders"], 0))
    if not sold.num_rows or end - int(pc.min(sold["month"]).as_py()) < LEAST_MONTHS:
        raise InvalidHistory(
            gettext_noop(
                "Of {account} too little is known: a forecast needs {least} months of orders before {day}."
            ),
            account=account_id,
            least=LEAST_MONTHS,
            day=str(first_of(end)),
        )
    products = ledger.table("products", as_of=None, known_until=until)
    rows = _succeeded(ledger, rows, as_of, until)
    units = Units.of(ledger.table("unit_conversions", known_until=until), rows)
    rows, measured, left_out = _in_pieces(rows, units)
    beside = ledger.map_accounts(Monthly(as_of, with_products=False), **read)
    beside = _beside(ledger, beside, account_id, end, until)
    named = {row["product_id"]: row["name"] for row in products.to_pylist() if row["name"]}
    first = min(first, end - LEAST_MONTHS)
    busy = exposure(first, end - first + months, season)
    return _Known(rows, beside, (first, end), busy, units, measured, left_out, named)


def _succeeded(ledger: Ledger, rows: pa.Table, as_of: date, until: date | datetime) -> pa.Table:
    """Products under the code of what took their place; those that ended without are left out."""
    assortment = ledger.assortment(as_of, until)
    codes = rows["product_id"].to_pylist()
    heirs = pa.array([assortment.successor.get(c, c) if c else None for c in codes], pa.string())
    kept = pa.array([c not in assortment.discontinued for c in codes], pa.bool_())
    rows = rows.set_column(rows.schema.get_field_index("product_id"), "product_id", heirs)
    return rows.filter(kept)


def _in_pieces(rows: pa.Table, units: Units) -> tuple[pa.Table, str, tuple[Text, ...]]:
    """Rows with `pieces`, in the product's own unit; in money where too few tell a quantity."""
    counts = np.asarray(rows["orders"], np.float64)
    told = ~np.isnan(np.asarray(rows["quantity"], np.float64))
    if counts.sum() and counts[told].sum() < LEAST_TOLD * counts.sum():
        return rows.append_column("pieces", rows["amount"]), "amount", ()
    pairs = zip(rows["product_id"].to_pylist(), rows["unit"].to_pylist(), strict=True)
    worth = [units.worth(product, unit) for product, unit in pairs]
    fits = np.array([one is not None for one in worth], bool)
    left_out: tuple[Text, ...] = ()
    if not fits.all():
        wrong = rows.filter(pa.array(~fits))
        left_out = (
            Text(
                gettext_noop(
                    "{n} order lines are left out, since their units ({units}) do not convert to those of their products."
                ),
                {
                    "n": int(pc.sum(wrong["orders"]).as_py() or 0),
                    "units": ", ".join(
                        sorted({unit or "–" for unit in wrong["unit"].to_pylist()})[:5]
                    ),
                },
            ),
        )
    factor = np.array([one or 0.0 for one in worth])
    pieces = np.nan_to_num(np.asarray(rows["quantity"], np.float64)) * factor
    rows = rows.append_column("pieces", pa.array(pieces)).filter(pa.array(fits & told))
    return rows, "quantity", left_out


def _beside(
    ledger: Ledger, rows: pa.Table, account_id: str, end: int, until: date | datetime
) -> pa.Table:
    """The rows of accounts to learn from: of its segment the largest first, then the largest of all."""
    accounts = ledger.table("accounts", known_until=until)
    segment = dict(
        zip(accounts["account_id"].to_pylist(), accounts["segment"].to_pylist(), strict=True)
    )
    year = rows.filter(pc.greater_equal(rows["month"], end - YEAR_MONTHS))
    sums = year.group_by("account_id").aggregate([("amount", "sum")]).to_pylist()
    mine = segment.get(account_id)
    ranked = sorted(
        (one for one in sums if one["account_id"] != account_id and one["amount_sum"] > 0),
        key=lambda one: (
            mine is None or segment.get(one["account_id"]) != mine,
            -one["amount_sum"],
            one["account_id"],
        ),
    )
    chosen_ones = [one["account_id"] for one in ranked[:BESIDE_ACCOUNTS]]
    return rows.filter(pc.is_in(rows["account_id"], pa.array(chosen_ones, pa.string())))


@dataclass(frozen=True)
class _Bottom:
    """The series of the account: thick products, and what is left of each category.

    keys: (category, product or REST); y, orders: as in `Panel`, y in money at the last prices
    price: of a product's own unit; share: of each thin product in its category's series
    """

    keys: tuple[tuple[str | None, str | None], ...]
    y: Floats
    orders: Floats
    price: dict[str | None, float]
    share: dict[tuple[str | None, str | None], float]
    pieces: Panel


def _bottom(known: _Known) -> tuple[_Bottom, npt.NDArray[np.int64], dict[str, Any]]:
    first, end = known.span
    rows = known.rows.append_column("known_as", known.rows["product_id"])
    # A product has one category, the one that it has had most.
    rows = _one_category(rows)
    pieces = Panel.of(rows, ("account_id", "category", "known_as"), (first, end), "pieces")
    money = Panel.of(rows, ("account_id", "category", "known_as"), (first, end), "amount")
    price = {}
    for key, some, paid in zip(pieces.keys, pieces.y, money.y, strict=True):
        last, worth = np.nan_to_num(some[-YEAR_MONTHS:]), np.nan_to_num(paid[-YEAR_MONTHS:])
        if last.sum() <= 0:
            last, worth = np.nan_to_num(some), np.nan_to_num(paid)
        price[key[2]] = worth.sum() / last.sum() if last.sum() > 0 and worth.sum() > 0 else 0.0
    if known.measured == "amount":
        price = dict.fromkeys(price, 1.0)
    valued = pieces.y * np.array([price[key[2]] for key in pieces.keys]).reshape(-1, 1)
    ordered = (pieces.orders[:, -YEAR_MONTHS:] > 0).sum(axis=1)
    # A line without a product belongs to none of its own.
    thick = [
        place
        for place, key in enumerate(pieces.keys)
        if key[2] is not None and ordered[place] >= THICK_MONTHS and price[key[2]] > 0
    ]
    rest: dict[str | None, list[int]] = {}
    for place, key in enumerate(pieces.keys):
        if place not in set(thick):
            rest.setdefault(key[1], []).append(place)
    keys: list[tuple[str | None, str | None]] = [
        (pieces.keys[p][1], pieces.keys[p][2]) for p in thick
    ]
    y, orders = [valued[p] for p in thick], [pieces.orders[p] for p in thick]
    share: dict[tuple[str | None, str | None], float] = {}
    for category, some_places in rest.items():
        block = valued[some_places]
        keys.append((category, REST))
        y.append(np.where(np.isnan(block).all(axis=0), np.nan, np.nansum(block, axis=0)))
        orders.append(pieces.orders[some_places].sum(axis=0))
        year = np.nansum(block[:, -YEAR_MONTHS:], axis=1)
        for place, part in zip(some_places, year, strict=True):
            if part > 0:
                share[category, pieces.keys[place][2]] = float(part / year.sum())
    found = _Bottom(
        tuple(keys),
        np.array(y).reshape(len(keys), -1),
        np.array(orders).reshape(len(keys), -1),
        price,
        share,
        pieces,
    )
    meta = {"thick": len(thick), "thin": len(share)}
    return found, np.arange(len(keys)), meta


def _one_category(rows: pa.Table) -> pa.Table:
    counts: dict[str, dict[str, float]] = {}
    for row in rows.select(["product_id", "category", "orders"]).to_pylist():
        if row["product_id"] and row["category"]:
            mine = counts.setdefault(row["product_id"], {})
            mine[row["category"]] = mine.get(row["category"], 0.0) + row["orders"]
    best = {product: max(mine, key=lambda c: (mine[c], c)) for product, mine in counts.items()}
    told = [
        best.get(row["product_id"], row["category"]) if row["product_id"] else row["category"]
        for row in rows.select(["product_id", "category"]).to_pylist()
    ]
    at = rows.schema.get_field_index("category")
    return rows.set_column(at, "category", pa.array(told, pa.string()))


def _tried(known: _Known, bottom: _Bottom, months: int) -> tuple[Tried, Series]:
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


def _total(known: _Known, bottom: _Bottom, months: int) -> tuple[Floats, Floats]:
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


def _by_month(bottom: _Bottom) -> dict[int, float]:
    sums = np.nansum(bottom.y, axis=0)
    there = ~np.isnan(bottom.y).all(axis=0)
    first = bottom.pieces.first
    return {first + int(place): float(sums[place]) for place in np.flatnonzero(there)}


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
    known: _Known, bottom: _Bottom, final: Floats, naive: Floats, width: _Width, account_id: str
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
    account_id: str, bottom: _Bottom, parts: Floats, factor: Floats, naive: Floats, width: _Width
) -> pa.Table:
    """The account's months: those gone by, then those to come.

    The series' errors count as independent of one another: what they share is in their total's.
    """
    past = [
        {"account_id": account_id, "month": first_of(month), "ordered": value}
        for month, value in sorted(_by_month(bottom).items())
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
