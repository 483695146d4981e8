"""What another system has no more, and the ledger has: orders that were cancelled, rows that were deleted."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.facts import Facts
from mainstay.ledger.loading import Loading
from mainstay.ledger.schema import TABLES
from mainstay.ledger.snapshot import Snapshot


def gone_orders(loading: Loading, snapshot: Snapshot) -> dict[str, int]:
    """How many lines the store has of each order that is no more; none of those that come just now."""
    if not loading.options.gone or not snapshot.lines:
        return {}
    there = snapshot.orders(pa.array(loading.options.gone, pa.string()), ["order_id"])["order_id"]
    come = loading.staging.arrow(
        f"SELECT DISTINCT order_id FROM {loading.told} WHERE fate IN ('taken', 'copy')"
    )["order_id"]
    left = there.filter(pc.invert(pc.is_in(there, value_set=come.combine_chunks())))
    return {one["values"]: one["counts"] for one in pc.value_counts(left).to_pylist()}


def gone_rows(loading: Loading, facts: Facts) -> pa.Table:
    """The keys of rows that are known and no more, as a table of its key columns: the first says which."""
    keys = list(TABLES[loading.table].key)
    known = facts.known(loading.table).select(keys)
    gone = pa.array(loading.options.gone or (), pa.string())
    return known.filter(pc.is_in(known[keys[0]], value_set=gone))
