"""The series of an account's demand: one for each product that is ordered often, one for the rest of a category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.supply.demand import Demand
from mainstay.supply.monthly import YEAR_MONTHS, Panel

Floats = npt.NDArray[np.float64]
THICK_MONTHS = 6
REST = "\x00rest"  # the product of the series of a category's thin products

Key = tuple[str | None, str | None]  # category, product


@dataclass(frozen=True)
class Bottom:
    """The series of the account: thick products, and what is left of each category.

    keys: (category, product or REST); y, orders: as in `Panel`, y in money at the last prices
    price: of a product's own unit; share: of each thin product in its category's series
    """

    keys: tuple[Key, ...]
    y: Floats
    orders: Floats
    price: dict[str | None, float]
    share: dict[Key, float]
    pieces: Panel

    def by_month(self) -> dict[int, float]:
        """What was ordered in each month that is known, by the month's number."""
        sums = np.nansum(self.y, axis=0)
        there = ~np.isnan(self.y).all(axis=0)
        first = self.pieces.first
        return {first + int(place): float(sums[place]) for place in np.flatnonzero(there)}


def bottom_of(demand: Demand) -> Bottom:
    """The series that are forecast, of what an account ordered."""
    # A product has one category, the one that it has had most.
    rows = _one_category(demand.rows.append_column("known_as", demand.rows["product_id"]))
    by = ("account_id", "category", "known_as")
    pieces = Panel.of(rows, by, demand.span, "pieces")
    price = _prices(pieces, Panel.of(rows, by, demand.span, "amount"))
    if demand.measured == "amount":
        price = dict.fromkeys(price, 1.0)
    valued = pieces.y * np.array([price[key[2]] for key in pieces.keys]).reshape(-1, 1)
    thick = _thick(pieces, price)
    keys: list[Key] = [(pieces.keys[p][1], pieces.keys[p][2]) for p in thick]
    y, orders = [valued[p] for p in thick], [pieces.orders[p] for p in thick]
    share: dict[Key, float] = {}
    for category, some in _rest(pieces, thick).items():
        block = valued[some]
        keys.append((category, REST))
        y.append(np.where(np.isnan(block).all(axis=0), np.nan, np.nansum(block, axis=0)))
        orders.append(pieces.orders[some].sum(axis=0))
        year = np.nansum(block[:, -YEAR_MONTHS:], axis=1)
        share |= {
            (category, pieces.keys[p][2]): float(part / year.sum())
            for p, part in zip(some, year, strict=True)
            if part > 0
        }
    shape = (len(keys), -1)
    in_money, counted = np.array(y).reshape(shape), np.array(orders).reshape(shape)
    return Bottom(tuple(keys), in_money, counted, price, share, pieces)


def _prices(pieces: Panel, money: Panel) -> dict[str | None, float]:
    """What a unit of each product cost in the last year, else ever; 0 where that can't be said."""
    price = {}
    for key, some, paid in zip(pieces.keys, pieces.y, money.y, strict=True):
        last, worth = np.nan_to_num(some[-YEAR_MONTHS:]), np.nan_to_num(paid[-YEAR_MONTHS:])
        if last.sum() <= 0:
            last, worth = np.nan_to_num(some), np.nan_to_num(paid)
        price[key[2]] = worth.sum() / last.sum() if last.sum() > 0 and worth.sum() > 0 else 0.0
    return price


def _thick(pieces: Panel, price: dict[str | None, float]) -> list[int]:
    """Places of the products with a series of their own; a line without a product belongs to none."""
    ordered = (pieces.orders[:, -YEAR_MONTHS:] > 0).sum(axis=1)
    return [
        place
        for place, key in enumerate(pieces.keys)
        if key[2] is not None and ordered[place] >= THICK_MONTHS and price[key[2]] > 0
    ]


def _rest(pieces: Panel, thick: Sequence[int]) -> dict[str | None, list[int]]:
    """Places of the others, by category."""
    own, rest = set(thick), dict[str | None, list[int]]()
    for place, key in enumerate(pieces.keys):
        if place not in own:
            rest.setdefault(key[1], []).append(place)
    return rest


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
