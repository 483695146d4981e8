"""Quantities in one unit a product.

A unit that `unit_conversions` names is worth `factor` of the product's own unit; the own unit is the one of
most of its order lines that is not named there. What is in any other unit can't be added to it. Lines without
a unit stand in the own one; where nothing of a product converts, they leave it its name from other lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop
from mainstay.ledger.lines import Lines


@dataclass(frozen=True)
class Lots:
    """How a product is packed and made: pieces of its own unit; None = not known."""

    pack: float | None = None
    pallet: float | None = None
    minimum: float | None = None


@dataclass(frozen=True)
class Named:
    """A kernel: in which units the lines of some products stand.

    Returns a table: product_id, unit, orders (lines)
    """

    product_ids: pa.Array
    columns: ClassVar[tuple[str, ...]] = ("product_id", "unit")

    def __call__(self, lines: Lines) -> pa.Table:
        names = {name: lines.names[name].cast(pa.string()) for name in self.columns}
        wanted = np.asarray(pc.is_in(names["product_id"], value_set=self.product_ids), bool)
        product = lines.codes["product_id"].astype(np.int64)
        kept = (product >= 0) & np.append(wanted, False)[product]
        width = len(names["unit"]) + 1
        pairs, orders = np.unique(
            product[kept] * width + lines.codes["unit"][kept] + 1, return_counts=True
        )
        unit = pairs % width - 1
        return pa.table(
            {
                "product_id": names["product_id"].take(pa.array(pairs // width)),
                "unit": names["unit"].take(pa.array(unit, mask=unit < 0)),
                "orders": pa.array(orders),
            }
        )


def plain(unit: str | None) -> str | None:
    """A unit as it is compared: “Box ” is “box”; one of nothing but blanks is none."""
    return (unit or "").strip().lower() or None


@dataclass(frozen=True)
class Units:
    """factor: of (product, plain unit), > 0; own: the unit of each product, None where lines name none"""

    factor: Mapping[tuple[str | None, str], float] = field(default_factory=dict)
    own: Mapping[str | None, str | None] = field(default_factory=dict)
    lots: Mapping[str, Lots] = field(default_factory=dict)

    @classmethod
    def of(cls, conversions: pa.Table, rows: pa.Table) -> Units:
        """conversions: the table `unit_conversions`; rows: product_id, unit, orders"""
        factor, lots = {}, {}
        for row in conversions.to_pylist():
            unit = plain(row["unit"])
            if unit and row["factor"] and row["factor"] > 0:
                factor[row["product_id"], unit] = float(row["factor"])
            known = (row["pack"], row["pallet"], row["minimum_lot"])
            if any(known):
                lots[row["product_id"]] = Lots(*(one or None for one in known))
        converted = {product for product, _unit in factor}
        counts: dict[str | None, dict[str | None, float]] = {}
        for row in rows.select(["product_id", "unit", "orders"]).to_pylist():
            product, unit = row["product_id"], plain(row["unit"])
            if (product, unit) in factor or (unit is None and product not in converted):
                continue
            mine = counts.setdefault(product, {})
            name = row["unit"].strip() if unit else None
            mine[name] = mine.get(name, 0.0) + row["orders"]
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
        asked = plain(unit)
        if asked is None:
            return 1.0
        if (product, asked) in self.factor:
            return self.factor[product, asked]
        return 1.0 if asked == plain(self.own.get(product)) else None

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
