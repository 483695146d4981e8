"""The table of who got short stock: what the rule gave, what a person changed, and what was decided."""

from __future__ import annotations

from mainstay.ledger.table_types import TOMORROW, TWENTY_YEARS, Table
from mainstay.ledger.table_types import noted as _table

# Quantities in the product's own unit. `given_by`: the rule, or a person, with their reason.
ALLOCATIONS: tuple[Table, ...] = (
    _table(
        "allocations",
        "allocation_id* sheet_id* decided_on:date* product_id* account_id* order_id line "
        "wanted:number* given:number* given_by:rule|hand* state:proposed|approved* reason decided_by",
        "allocation_id",
        happened="decided_on",
        ahead_days=TOMORROW,
        back_days=TWENTY_YEARS,
        not_negative=("wanted", "given"),
    ),
)
