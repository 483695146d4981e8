"""Rows of a file that name one of ours who looks after the account where somebody else must be: they are set
aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.schema import TABLES
from mainstay.ledger.staging import literal, quoted

if TYPE_CHECKING:
    from mainstay.ledger.ledger import Ledger
    from mainstay.ledger.loading import Loading

ROLES = ("manager", "deputy")  # who sells to an account, and who stands in


def by_outsiders(ledger: Ledger, loading: Loading) -> str:
    """`loading.told`, with the rows set aside whose account was in that person's hands on that day, by what
    is known of assignments now."""
    table, staging = TABLES[loading.table], loading.staging
    outsider = table.outsider
    assigned = ledger.facts.known("assignments")
    assigned = assigned.filter(pc.is_in(assigned["role"], value_set=pa.array(ROLES)))
    if outsider is None or not assigned.num_rows:
        return loading.told
    there, told = staging.name("assigned"), staging.name("by_outsiders")
    staging.keep(there, assigned.select(["account_id", "staff_id", "from", "to"]))
    day = f"coalesce({', '.join('l.' + quoted(name) for name in outsider.on)})"
    staging.run(
        f"CREATE VIEW {told} AS SELECT l.* REPLACE (CASE WHEN l.fate = 'taken' AND EXISTS ("
        f"SELECT 1 FROM {there} a WHERE a.account_id = l.account_id "
        f"AND a.staff_id = l.{quoted(outsider.column)} "
        f'AND a."from" <= {day} AND coalesce(a."to" >= {day}, true)'
        f") THEN {literal(outsider.reason)} ELSE l.fate END AS fate) FROM {loading.told} l"
    )
    return told
