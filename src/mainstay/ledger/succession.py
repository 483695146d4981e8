"""What took the place of what: products that have successors, accounts merged or moved.

Both are said by a column `replaced_by`. Of history that is only assumed to have been recorded when it
happened, a succession counts from the day on which the old one ended, where that is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.joins import last_of


def moved(accounts: pa.Table, until: date | datetime | None) -> dict[str, str]:
    """Into which account each one was merged or moved, as known before `until`; None = now.

    accounts: the table, as known then
    """
    return _replaced(accounts, "account_id", "closed_on", until)


@dataclass(frozen=True)
class Assortment:
    """What is known of the products at a date.

    category: by product that has one; for lines that name none
    succeeded: by product whose category is that of what took its place, whatever its lines say
    discontinued: products that we no longer sell, and nothing took their place
    successor: by product that has any, the last of them
    """

    category: Mapping[str, str] = field(default_factory=dict)
    succeeded: Mapping[str, str] = field(default_factory=dict)
    discontinued: Mapping[str, date] = field(default_factory=dict)
    successor: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        products: pa.Table,
        until: date | datetime | None,
        of_lines: Callable[[Iterable[str]], Mapping[str, str]],
    ) -> Assortment:
        """From the table of products, as known before `until`; None = now.

        of_lines: the categories that order lines give some products
        """
        known = products.filter(pc.is_valid(products["category"]))
        category = dict(
            zip(known["product_id"].to_pylist(), known["category"].to_pylist(), strict=True)
        )
        step = _replaced(products, "product_id", "discontinued_on", until)
        last = {old: end for old in step if (end := last_of(step, old)) != old}
        asked = set(last.values()) - set(category)
        named = {**(of_lines(sorted(asked)) if asked else {}), **category}
        ended = products.filter(pc.is_valid(products["discontinued_on"]))
        return cls(
            category,
            {old: named[new] for old, new in last.items() if new in named},
            {
                row["product_id"]: row["discontinued_on"]
                for row in ended.select(["product_id", "discontinued_on"]).to_pylist()
                if row["product_id"] not in step and _before(row["discontinued_on"], until)
            },
            last,
        )

    def table(self) -> pa.Table | None:
        """product_id, category, and whether it holds against the line's own; None if there is none."""
        together = {**self.category, **self.succeeded}
        if not together:
            return None
        return pa.table(
            {
                "product_id": pa.array(list(together), pa.string()),
                "category": pa.array(list(together.values()), pa.string()),
                "against": pa.array(
                    [product in self.succeeded for product in together], pa.bool_()
                ),
            }
        )

    def categorised(self, lines: pa.Table) -> pa.Table:
        """Order lines with the category that counts: columns product_id and category."""
        table = self.table()
        if table is None:
            return lines
        place = pc.index_in(lines["product_id"], value_set=table["product_id"].combine_chunks())
        theirs = table.take(pc.fill_null(place, 0))
        known = pc.is_valid(place)
        against = pc.and_(known, theirs["against"])
        of_product = pc.if_else(known, theirs["category"], pa.scalar(None, pa.string()))
        own = pc.coalesce(lines["category"].cast(pa.string()), of_product)
        counts = pc.if_else(against, of_product, own)
        return lines.set_column(lines.schema.get_field_index("category"), "category", counts)


def _replaced(
    rows: pa.Table, key: str, ended: str, until: date | datetime | None
) -> dict[str, str]:
    rows = rows.filter(pc.is_valid(rows["replaced_by"]))
    return {
        row[key]: row["replaced_by"]
        for row in rows.select([key, "replaced_by", ended, "assumed"]).to_pylist()
        if row["replaced_by"] != row[key]
        and not (row["assumed"] and not _in_force(row[ended], until))
    }


def _in_force(ended: date | None, until: date | datetime | None) -> bool:
    return ended is None or _before(ended, until)


def _before(day: date, until: Any) -> bool:
    if until is None:
        return True
    if isinstance(until, datetime):
        until = until.astimezone(UTC).date() if until.tzinfo else until.date()
    return bool(day < until)
