"""Deliveries of the order lines of make_lines.py, as imports bring them: a large file, then one a week. Seeded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.fact_records import Recording
from mainstay.ledger.ledger import Ledger

WEEKS = 26  # each brings its own deliveries, and those of the week before once they have arrived
NAMED = 0.5  # share of deliveries that name their account; the others name their order alone
A_WEEK = 0.01  # of all deliveries
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def fill(ledger: Ledger, deliveries: int, seed: int = 1) -> int:
    """Append so many deliveries to the facts of a ledger whose lines are there; gives how many rows it took."""
    rng = np.random.default_rng(seed)
    rows = _rows(ledger, deliveries, rng)
    weekly = int(len(rows) * A_WEEK)
    first = len(rows) - WEEKS * weekly
    written = 0

    def append(part: pa.Table, week: int) -> None:
        nonlocal written
        written += part.num_rows
        ledger.facts.append_all(
            {"deliveries": part}, Recording(f"deliveries-{week}", BEGAN + timedelta(weeks=week))
        )

    append(rows.slice(0, first), 0)
    for week in range(WEEKS):
        start = first + week * weekly
        on_the_way = _without(rows.slice(start, weekly), "delivered_on", "quantity_delivered")
        arrived = rows.slice(start - weekly, weekly) if week else rows.slice(0, 0)
        append(pa.concat_tables([arrived, on_the_way]), week + 1)
    return written


def _rows(ledger: Ledger, deliveries: int, rng: np.random.Generator) -> pa.Table:
    """One for each of so many order lines, by the day on which they were ordered."""
    names = ["account_id", "order_id", "product_id", "ordered_on", "quantity"]
    lines = _lines(ledger, names)
    lines = lines.take(pa.array(rng.permutation(lines.num_rows)[:deliveries])).sort_by("ordered_on")
    n = lines.num_rows
    day = lines["ordered_on"].cast(pa.int32()).to_numpy()
    promised = day + 7
    came = promised + np.maximum(0, rng.integers(-12, 6, n))
    ordered = lines["quantity"].cast(pa.float64()).to_numpy()
    part = np.where(rng.random(n) < 0.05, 0.5, 1.0)
    number = pc.utf8_lpad(pc.cast(pa.array(np.arange(n)), pa.string()), 9, padding="0")
    named = pa.array(rng.random(n) < NAMED)
    columns: dict[str, Any] = {
        "delivery_id": pc.binary_join_element_wise("DL", number, ""),
        "order_id": lines["order_id"],
        "account_id": pc.if_else(named, lines["account_id"], None),
        "product_id": lines["product_id"],
        "promised_on": pa.array(promised.astype(np.int32)).cast(pa.date32()),
        "delivered_on": pa.array(came.astype(np.int32)).cast(pa.date32()),
        "quantity_ordered": pa.array(ordered),
        "quantity_delivered": pa.array(ordered * part),
    }
    return pa.table(columns).combine_chunks()


def _lines(ledger: Ledger, names: list[str]) -> pa.Table:
    import pyarrow.dataset as ds

    found = ds.dataset(ledger.snapshot.uris(ledger.snapshot.files), format="parquet")
    return found.to_table(columns=names, filter=pc.field("kind") == "sale")


def _without(rows: pa.Table, *names: str) -> pa.Table:
    for name in names:
        place = rows.schema.get_field_index(name)
        field = rows.schema.field(place)
        rows = rows.set_column(place, field, pa.nulls(rows.num_rows, field.type))
    return rows
