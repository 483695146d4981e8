"""Ids for rows that came without one: made of what the row says, so that the same row gets the same."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.schema import Table
from mainstay.ledger.sql import sql

LENGTH = 16  # hexadecimal: of a million rows two are the same once in 37 million times
_BETWEEN = "chr(31)"  # a sign that no text has


def made_id_sql(table: Table) -> str:
    """SQL of a row's id, made of the columns that the table names; nothing and "" are the same.

    The columns must be there, in their types.
    """
    parts = ", ".join(f"coalesce(CAST(\"{name}\" AS VARCHAR), '')" for name in table.made_of)
    return f"substr(sha256(concat_ws({_BETWEEN}, {parts})), 1, {LENGTH})"


def with_ids_sql(table: Table, rows: str) -> str:
    """A query over the table's columns whose rows have an id where they had none."""
    if not table.made_of:
        return rows
    (name,) = table.key
    given = f"coalesce(nullif(\"{name}\", ''), {made_id_sql(table)})"
    return f'SELECT * REPLACE ({given} AS "{name}") FROM ({rows})'


def with_ids(table: Table, rows: pa.Table) -> pa.Table:
    """Rows with an id where they had none.

    rows: with all columns of the table, in their types
    """
    if not table.made_of:
        return rows
    (name,) = table.key
    lacks = pc.fill_null(pc.equal(rows[name], ""), True)
    if not pc.any(lacks).as_py():
        return rows
    picked = ", ".join(f'"{column}"' for column in table.made_of)
    made = sql(
        f"SELECT {made_id_sql(table)} AS id FROM (SELECT n, {picked} FROM facts) ORDER BY n",
        facts=rows.append_column("n", pa.array(range(rows.num_rows), pa.int64())),
    )["id"]
    place = rows.schema.get_field_index(name)
    return rows.set_column(place, rows.schema.field(name), pc.if_else(lacks, made, rows[name]))
