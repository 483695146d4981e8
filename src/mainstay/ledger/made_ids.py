"""Ids for rows that came without one: made of what the row says, so that the same row gets the same."""

from __future__ import annotations

import hashlib

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.schema import Table

LENGTH = 16  # hexadecimal: of a million rows two are the same once in 37 million times
BETWEEN = "\x1f"  # a sign that people don't type


def made_id_sql(table: Table) -> str:
    """SQL of a row's id, made of the columns that the table names; nothing and "" are the same.

    The columns must be there, in their types.
    """
    parts = ", ".join(f"coalesce(CAST(\"{name}\" AS VARCHAR), '')" for name in table.made_of)
    return f"substr(sha256(concat_ws(chr({ord(BETWEEN)}), {parts})), 1, {LENGTH})"


def with_ids_sql(table: Table, rows: str) -> str:
    """A query over staged rows of a table that gives an id to those that have none.

    Of several rows that would get the same and say different things, the first does: to take the
    others too would drop it in silence. They are set aside for want of a number of their own.
    """
    if not table.made_of:
        return rows
    (name,) = table.key
    given = f"nullif(\"{name}\", '')"
    said = ", ".join(f'"{column.name}"' for column in table.columns)
    first = f'first_value(_said) OVER (PARTITION BY "{name}", _why IS NULL, _made ORDER BY s, row)'
    return (
        f"SELECT * EXCLUDE (_made, _said) REPLACE (CASE WHEN _why IS NULL AND _made "
        f"AND _said <> {first} THEN 'no_number' ELSE _why END AS _why) FROM ("
        f'SELECT * REPLACE (coalesce({given}, {made_id_sql(table)}) AS "{name}"), '
        f"{given} IS NULL AS _made, hash({said}) AS _said FROM ({rows}))"
    )


def with_ids(table: Table, rows: pa.Table) -> pa.Table:
    """Rows with an id where they had none, the same as `made_id_sql` gives.

    rows: with all columns of the table, in their types
    """
    if not table.made_of:
        return rows
    (name,) = table.key
    lacks = pc.fill_null(pc.equal(rows[name], ""), True)
    if not pc.any(lacks).as_py():
        return rows
    parts = [rows[column].filter(lacks).to_pylist() for column in table.made_of]
    made = [_hashed(said) for said in zip(*parts, strict=True)]
    given = pc.replace_with_mask(
        rows[name].combine_chunks(), lacks.combine_chunks(), pa.array(made, pa.string())
    )
    return rows.set_column(rows.schema.get_field_index(name), rows.schema.field(name), given)


def _hashed(said: tuple[object, ...]) -> str:
    text = BETWEEN.join(map(_written, said))
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def _written(part: object) -> str:
    """A value as DuckDB writes it."""
    if part is None:
        return ""
    return str(part).lower() if isinstance(part, bool) else str(part)
