"""When the price changed that an account pays for a product, as its order lines tell."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.engine.story import account_lines
from mainstay.ledger.ledger import Ledger

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
    lines = account_lines(ledger, [account_id], None, last)
    return _changes(lines)


def _changes(lines: pa.Table) -> list[PriceChange]:
    found: list[PriceChange] = []
    for (product, currency), days in sorted(_prices(lines).items()):
        ordered = sorted(days.items())
        standing = ordered[0][1] if ordered else 0.0
        for place, (on, price) in enumerate(ordered[1:], start=1):
            confirmed = place + 1 == len(ordered) or _same(ordered[place + 1][1], price)
            if not _same(price, standing) and confirmed:
                found.append(PriceChange(on, product, standing, price, currency))
                standing = price
    return sorted(found, key=lambda c: (c.on, c.product))


def _same(price: float, other: float) -> bool:
    return abs(price - other) <= LEAST * max(price, other)


def _prices(lines: pa.Table) -> dict[tuple[str, str], dict[date, float]]:
    """By product and currency, the price a unit of each day: of all its sales of that day together."""
    sales = lines.filter(
        pc.and_(
            pc.fill_null(pc.greater(lines["quantity"], 0), False),
            pc.and_(
                pc.greater(lines["amount"].cast(pa.float64()), 0),
                pc.fill_null(pc.equal(lines["kind"], "sale"), True),
            ),
        )
    )
    sums: dict[tuple[str, str], dict[date, list[float]]] = defaultdict(dict)
    names = ("ordered_on", "product_id", "product_name", "currency", "amount", "quantity")
    for on, code, name, currency, amount, quantity in zip(
        *(sales[n].to_pylist() for n in names), strict=True
    ):
        if code or name:
            day = sums[name or code, currency or ""].setdefault(on, [0.0, 0.0])
            day[0] += float(amount)
            day[1] += quantity
    return {
        key: {on: amount / quantity for on, (amount, quantity) in days.items()}
        for key, days in sums.items()
    }
