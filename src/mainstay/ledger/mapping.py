"""Which heading is which column: proposed, corrected, remembered."""

from __future__ import annotations

from collections.abc import Mapping as Pairs
from dataclasses import asdict, dataclass, field
from typing import Any

from mainstay.ledger.parsing import DateOrder, NumberForm

# Places that a heading of order lines may go to beside the table's own columns.
BESIDE = ("unit_price", "accounts.name", "accounts.country", "accounts.region", "accounts.segment")


@dataclass(frozen=True)
class Mapping:
    """How the headings of a source are to be read.

    table: one of schema.TABLES
    columns: from column to heading
    amount_from: two columns whose product is the amount, where no column has it
    fee_codes: product codes that are postage, bank charges and the like
    currency: of rows that name none
    date_orders, number_forms: by column, where the source can't tell
    """

    table: str
    columns: Pairs[str, str]
    amount_from: tuple[str, str] | None = None
    fee_codes: tuple[str, ...] = ()
    currency: str | None = None
    date_orders: Pairs[str, DateOrder] = field(default_factory=dict)
    number_forms: Pairs[str, NumberForm] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: Pairs[str, Any]) -> Mapping:
        amount_from = value.get("amount_from")
        return cls(
            **{
                **value,
                "amount_from": (amount_from[0], amount_from[1]) if amount_from else None,
                "fee_codes": tuple(value.get("fee_codes", ())),
            }
        )
