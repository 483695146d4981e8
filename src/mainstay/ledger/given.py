"""Tables that a user of the library hands over, as they are: paths, Arrow tables, dataframes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mainstay.core.errors import InvalidSetting, MappingNeeded
from mainstay.core.texts import gettext_noop
from mainstay.ledger import schema
from mainstay.ledger.schema import MONEY, STORED_ORDER_LINES
from mainstay.ledger.store import Import

if TYPE_CHECKING:
    from mainstay.ledger.ledger import Ledger

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def load(ledger: Ledger, tables: Mapping[str, Any], recorded_at: datetime | None) -> None:
    """Load tables into a ledger, each under an import of its own."""
    for name, value in tables.items():
        known = schema.table(name)
        rows = conformed(known, as_arrow(name, value))
        if name == "order_lines":
            commit_lines(ledger, rows)
        else:
            ledger.facts.append(
                name,
                rows,
                f"given-{name}",
                recorded_at or EPOCH,
                assumed=recorded_at is None,
            )


def as_arrow(name: str, value: Any) -> pa.Table:
    """A path of a Parquet file, an Arrow table, or a dataframe, as an Arrow table.

    Raises: InvalidSetting
    """
    if isinstance(value, pa.Table):
        return value
    if isinstance(value, str | Path):
        return pq.read_table(value, partitioning=None)
    if hasattr(value, "__arrow_c_stream__"):
        return pa.table(value)
    if hasattr(value, "columns") and hasattr(value, "to_dict"):
        return pa.Table.from_pandas(value, preserve_index=False)
    raise InvalidSetting(
        gettext_noop("“{table}” must be a path, an Arrow table or a dataframe, not {kind}."),
        table=name,
        kind=type(value).__name__,
    )


def conformed(known: schema.Table, rows: pa.Table) -> pa.Table:
    """The table's own columns in the table's own types.

    Raises: MappingNeeded
    """
    missing = [name for name in known.required if name not in rows.schema.names]
    if missing:
        raise MappingNeeded(
            gettext_noop("“{table}” has no column “{column}”."),
            table=known.name,
            column=missing[0],
        )
    names = [c for c in known.columns if c.name in rows.schema.names]
    return pa.table({c.name: _as(rows[c.name], c.field.type) for c in names})


def commit_lines(ledger: Ledger, rows: pa.Table) -> None:
    """Store order lines whose columns already carry our names."""
    n = rows.num_rows
    digest = hashlib.sha256()
    for column in rows.columns:
        for chunk in column.chunks:
            for buffer in chunk.buffers():
                digest.update(buffer or b"")
    rows = rows.append_column("import_id", pa.repeat(pa.scalar("given-order_lines"), n))
    rows = rows.append_column("source", pa.repeat(pa.scalar("order_lines"), n))
    rows = rows.append_column("row", pa.array(range(1, n + 1), pa.int64()))
    kind = pc.if_else(pc.less(rows["amount"], pa.scalar(0, MONEY)), "return", "sale")
    if "kind" in rows.schema.names:
        place = rows.schema.get_field_index("kind")
        rows = rows.set_column(place, "kind", pc.coalesce(rows["kind"], kind))
    else:
        rows = rows.append_column("kind", kind)
    wanted = [name for name in STORED_ORDER_LINES.names if name in rows.schema.names]
    ledger.store.commit_import(Import("given-order_lines", digest.hexdigest(), rows.select(wanted)))


def _as(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if column.type == kind:
        return column
    if kind == MONEY and pa.types.is_floating(column.type):
        column = pc.round(column.cast(pa.float64()), 4)
        return column.cast(pa.decimal128(38, 4), safe=False).cast(MONEY)
    if kind == pa.date32() and pa.types.is_string(column.type):
        return pc.cast(column, pa.date32())
    return column.cast(kind, safe=False)
