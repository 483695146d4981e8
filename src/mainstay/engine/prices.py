"""When the price changed that an account pays for a product, as its order lines tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.ledger import Ledger

# Of an order line, all that its price is made of.
_SOLD = ("product_id", "product_name", "amount", "quantity", "currency")
_COLUMNS = ("ordered_on", *_SOLD, "kind")
LEAST = 0.02  # of the price; less is rounding and rebates by the order


@dataclass(frozen=True)
class PriceChange:
    """From `on` a product costs an account `after` a unit instead of `before`."""

    on: date
    product: str
    before: float
    after: float
    currency: str


def price_changes(ledger: Ledger, account_id: str, last: date) -> list[PriceChange]:
    """The changes up to a day, that day included, the oldest first.

    A new price counts when the order after it confirms it, so that one special offer is no change; at
    the end, where no order came after, it counts as it stands.
    """
    lines = ledger.order_lines([account_id], columns=_COLUMNS)
    return _changes(lines.filter(pc.less_equal(lines["ordered_on"], pa.scalar(last))))


def _changes(lines: pa.Table) -> list[PriceChange]:
    days = _prices(lines)
    price = days["price"].to_numpy()
    first, confirmed = _places(days)
    found: list[PriceChange] = []
    standing = 0.0
    # The first day of a product gives the price that stands, which no other one has to confirm.
    at = np.flatnonzero(first | confirmed)
    for i, begins, after in zip(at.tolist(), first[at].tolist(), price[at].tolist(), strict=True):
        if begins:
            standing = after
        elif abs(after - standing) > LEAST * max(after, standing):
            on, product, currency = (
                days[name][i].as_py() for name in ("ordered_on", "product", "currency")
            )
            found.append(PriceChange(on, product, standing, after, currency))
            standing = after
    return sorted(found, key=lambda c: (c.on, c.product))


def _places(days: pa.Table) -> tuple[Any, Any]:
    """Which days are the first of their product, and which are confirmed by the day after, or the last."""
    n = days.num_rows
    begins = np.zeros(n + 1, dtype=bool)
    begins[[0, n]] = True
    for name in ("product", "currency"):
        codes = days[name].combine_chunks().dictionary_encode().indices.to_numpy()
        begins[1:n] |= codes[1:] != codes[:-1]
    price = days["price"].to_numpy()
    same = np.ones(n, dtype=bool)
    same[:-1] = np.abs(price[1:] - price[:-1]) <= LEAST * np.maximum(price[1:], price[:-1])
    return begins[:n], begins[1:] | same


def _prices(lines: pa.Table) -> pa.Table:
    """The price a unit of each product, currency and day: of all its sales of that day together.

    Sorted by product, currency and day. Column by column: a large account has some
    hundred thousand lines.
    """
    named = pc.fill_null(pc.not_equal(lines["product_name"], ""), False)
    product = pc.if_else(named, lines["product_name"], lines["product_id"])
    amount = lines["amount"].cast(pa.float64())
    sold = pc.and_(pc.greater(lines["quantity"], 0), pc.greater(amount, 0))
    sale = pc.fill_null(pc.equal(lines["kind"], "sale"), True)
    sales = pa.table(
        {
            "product": product,
            "currency": pc.fill_null(lines["currency"], ""),
            "ordered_on": lines["ordered_on"],
            "amount": amount,
            "quantity": lines["quantity"],
        }
    ).filter(pc.and_(pc.and_(sold, sale), pc.not_equal(product, "")))
    keys = ["product", "currency", "ordered_on"]
    sums = sales.group_by(keys).aggregate([("amount", "sum"), ("quantity", "sum")])
    price = pc.divide(sums["amount_sum"].cast(pa.float64()), sums["quantity_sum"])
    days = sums.select(keys).append_column("price", price)
    return days.sort_by([(name, "ascending") for name in keys])
