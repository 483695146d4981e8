"""Quantities in one unit a product.

A unit that `unit_conversions` names is worth `factor` of the product's own unit; the own unit is the one of
most of its order lines that is not named there. What is in any other unit can't be added to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop


@dataclass(frozen=True)
class Lots:
    """How a product is packed and made: pieces of its own unit; None = not known."""

    pack: float | None = None
    pallet: float | None = None
    minimum: float | None = None


@dataclass(frozen=True)
class Units:
    """factor: of (product, unit), > 0; own: the unit of each product, None where lines name none"""

    factor: Mapping[tuple[str | None, str], float] = field(default_factory=dict)
    own: Mapping[str | None, str | None] = field(default_factory=dict)
    lots: Mapping[str, Lots] = field(default_factory=dict)

    @classmethod
    def of(cls, conversions: pa.Table, rows: pa.Table) -> Units:
        """conversions: the table `unit_conversions`; rows: product_id, unit, orders"""
        factor, lots = {}, {}
        for row in conversions.to_pylist():
            if row["factor"] and row["factor"] > 0:
                factor[row["product_id"], row["unit"]] = float(row["factor"])
            known = (row["pack"], row["pallet"], row["minimum_lot"])
            if any(known):
                lots[row["product_id"]] = Lots(*(one or None for one in known))
        counts: dict[str | None, dict[str | None, float]] = {}
        for row in rows.select(["product_id", "unit", "orders"]).to_pylist():
            if (row["product_id"], row["unit"]) not in factor:
                mine = counts.setdefault(row["product_id"], {})
                mine[row["unit"]] = mine.get(row["unit"], 0.0) + row["orders"]
        # Of units as frequent, always the same one.
        own = {
            product: max(mine, key=lambda unit: (mine[unit], unit or ""))
            for product, mine in counts.items()
        }
        return cls(factor, own, lots)

    def worth(self, product: str | None, unit: str | None) -> float | None:
        """How many of the product's own unit one of this is; None where nobody has said.

        An empty unit is the product's own; a product that only ever came in units that convert has
        none of another name.
        """
        if unit is not None and (product, unit) in self.factor:
            return self.factor[product, unit]
        return 1.0 if unit in (None, self.own.get(product)) else None

    def converted(self, product: str | None, quantity: float, unit: str | None) -> float:
        """A quantity in the product's own unit.

        Raises: InvalidSetting where the unit does not convert
        """
        worth = self.worth(product, unit)
        if worth is None:
            raise InvalidSetting(
                gettext_noop(
                    "“{unit}” of {product} does not convert to its own unit, {own}; add it to the units of products."
                ),
                unit=unit,
                product=product,
                own=self.own.get(product) or "–",
            )
        return quantity * worth
