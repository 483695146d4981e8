"""Tables that a user of the library hands over: paths, Arrow tables, dataframes.

A table in memory whose columns carry our names is taken as it is, line for line. Everything else,
and every file, goes through an import as at the desk: headings recognised, copies of overlapping
exports found, rows that can't be used set aside.
"""

from __future__ import annotations

import hashlib
import tempfile
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
from mainstay.ledger.impossible import refuse_impossible
from mainstay.ledger.schema import MONEY, STORED_ORDER_LINES
from mainstay.ledger.store import Import

if TYPE_CHECKING:
    from mainstay.ledger.ledger import Ledger

# A table's rows were recorded when they happened unless its user says otherwise.
CREDIT_NOTE = r"^[cC][a-zA-Z]{0,3}[-_]?\d"  # C1234, CN-1234: as an import sees it
ASSUMED_AT = datetime(1970, 1, 1, tzinfo=UTC)


def load(
    ledger: Ledger, tables: Mapping[str, Any], recorded_at: datetime | None, *, now: datetime
) -> None:
    """Load tables into a ledger, each under an import of its own.

    recorded_at: when facts were recorded; None = when they happened (assumed)
    now: which dates of files can be believed
    """
    for name, value in tables.items():
        known = schema.table(name)
        if isinstance(value, str | Path):
            _import(ledger, name, value, recorded_at, now)
            continue
        rows = as_arrow(name, value)
        if not set(known.required) <= set(rows.schema.names):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder, f"{name}.parquet")
                pq.write_table(rows, path)
                _import(ledger, name, path, recorded_at, now)
            continue
        rows = conformed(known, rows)
        refuse_impossible(known, rows, now.date())
        if name == "order_lines":
            commit_lines(ledger, rows)
        else:
            when, assumed = recorded_at or ASSUMED_AT, recorded_at is None
            ledger.facts.append(name, rows, f"given-{name}", when, assumed=assumed)


def _import(
    ledger: Ledger, name: str, path: Path | str, recorded_at: datetime | None, now: datetime
) -> None:
    from mainstay.ledger.importing import ImportOptions, run_import

    options = ImportOptions(table=name, assume_recorded=recorded_at is None)
    try:
        run_import(ledger, [path], options, now=recorded_at or now)
    except MappingNeeded as error:
        # What it advises is an option of the command line.
        raise MappingNeeded(_NO_COLUMN, **(error.data | {"table": name})) from None


_NO_COLUMN = gettext_noop(
    "The table “{table}” has no column for {missing}; its headings are {headings}. Call the one that "
    "is meant {column}, and hand the table over again."
)


_CALLED = {"moment": "timestamp", "yes_no": "boolean"}


def as_arrow(name: str, value: Any) -> pa.Table:
    """An Arrow table, or anything that can be one: a dataframe, a DuckDB relation.

    Raises: InvalidSetting
    """
    if isinstance(value, pa.Table):
        return value
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

    Raises: InvalidSetting, naming the column whose values do not fit
    """
    columns = {}
    for column in known.columns:
        if column.name not in rows.schema.names:
            continue
        try:
            columns[column.name] = _as(rows[column.name], column.field.type)
        except pa.ArrowException:
            raise InvalidSetting(
                gettext_noop("“{column}” of “{table}” must be {wanted}, not {kind}."),
                column=column.name,
                table=known.name,
                wanted=_CALLED.get(column.kind, column.kind),
                kind=str(rows[column.name].type),
            ) from None
    return pa.table(columns)


def commit_lines(ledger: Ledger, rows: pa.Table) -> None:
    """Store order lines as they are.

    rows: columns of `order_lines` in their types; lines without a kind get it as in an import
    """
    n = rows.num_rows
    rows = _with_kind(rows)
    rows = rows.append_column("import_id", pa.repeat(pa.scalar("given-order_lines"), n))
    rows = rows.append_column("source", pa.repeat(pa.scalar("order_lines"), n))
    rows = rows.append_column("row", pa.array(range(1, n + 1), pa.int64()))
    wanted = [name for name in STORED_ORDER_LINES.names if name in rows.schema.names]
    what = Import("given-order_lines", _fingerprint(rows), rows.select(wanted))
    ledger.store.commit_import(what)


def _with_kind(rows: pa.Table) -> pa.Table:
    """Where a kind is missing: a sale; below zero a credit note if it looks like one, else a return."""
    empty = pa.nulls(rows.num_rows, pa.string())
    have = {name: rows[name] for name in rows.schema.names}
    order, product = have.get("order_id", empty), have.get("product_id", empty)
    looks = pc.fill_null(pc.match_substring_regex(order, CREDIT_NOTE), False)
    below = pc.if_else(pc.or_(pc.is_null(product), looks), "credit", "return")
    kind = pc.if_else(pc.less(rows["amount"], pa.scalar(0, MONEY)), below, "sale")
    have["kind"] = pc.coalesce(have.get("kind", empty), kind)
    return pa.table(have)


def _fingerprint(rows: pa.Table) -> str:
    digest = hashlib.sha256()
    for column in rows.columns:
        for chunk in column.chunks:
            for buffer in chunk.buffers():
                digest.update(buffer or b"")
    return digest.hexdigest()


def _as(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if column.type == kind:
        return column
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if kind == MONEY and pa.types.is_floating(column.type):
        column = pc.round(column.cast(pa.float64()), 4)
        return column.cast(pa.decimal128(38, 4), safe=False).cast(MONEY)
    if kind == MONEY and pa.types.is_integer(column.type):
        return column.cast(pa.int64()).cast(pa.decimal128(38, 4)).cast(MONEY)
    # A moment becomes its day: the hour is not an error.
    return column.cast(kind, safe=not pa.types.is_timestamp(column.type))
