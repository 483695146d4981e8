"""From raw columns to typed ones: SQL that reads a source by its mapping, each row with its reason."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from mainstay.ledger.checks import Rules, reason_sql
from mainstay.ledger.mapping import Mapping
from mainstay.ledger.parsing import (
    Cell,
    DateForm,
    NumberForm,
    date_cell,
    date_form,
    number_cell,
    number_form,
    text_cell,
)
from mainstay.ledger.readers import ROW, Raw
from mainstay.ledger.schema import TABLES, Column, Kind
from mainstay.ledger.staging import Staging, literal

SQL_TYPES: dict[Kind, str] = {
    "text": "VARCHAR",
    "choice": "VARCHAR",
    "date": "DATE",
    "money": "DECIMAL(18, 4)",
    "number": "DOUBLE",
    "integer": "BIGINT",
}
UNIT_PRICE = Column("unit_price", "money")


@dataclass(frozen=True)
class Typed:
    """A staged relation: `s` (number of the source), `row`, the table's columns, `reason`."""

    relation: str
    columns: tuple[str, ...]
    mapped: tuple[str, ...]
    date_forms: dict[str, DateForm]
    number_forms: dict[str, NumberForm]


def columns_of(mapping: Mapping) -> tuple[Column, ...]:
    """The table's columns and those beside it that the mapping uses."""
    beside = [
        UNIT_PRICE if name == "unit_price" else Column(name)
        for name in mapping.columns
        if name == "unit_price" or "." in name
    ]
    return (*TABLES[mapping.table].columns, *beside)


def is_id(column: Column) -> bool:
    return column.name.endswith("_id") or column.name in ("line", "product_id")


def _cell(staging: Staging, raw: Raw, mapping: Mapping, column: Column, forms: Typed) -> Cell:
    place = raw.column(mapping.columns[column.name])
    if column.kind == "date":
        form = date_form(staging, raw, place, mapping.date_orders.get(column.name))
        forms.date_forms[column.name] = form
        return date_cell(staging, raw, place, form)
    if column.kind in ("text", "choice"):
        return text_cell(staging, raw, place, is_id=is_id(column))
    given = mapping.number_forms.get(column.name)
    number = given or number_form(staging, raw, place)[0]
    forms.number_forms[column.name] = number
    return number_cell(raw, place, number, SQL_TYPES[column.kind])


def read_typed(staging: Staging, raw: Raw, mapping: Mapping, *, number: int, rules: Rules) -> Typed:
    """Type all rows of one source into a table of the staging database."""
    relation = staging.name("typed")
    columns = columns_of(mapping)
    names = tuple(c.name for c in columns)
    typed = Typed(relation, names, tuple(c for c in names if c in mapping.columns), {}, {})
    cells = {
        c.name: _cell(staging, raw, mapping, c, typed) for c in columns if c.name in mapping.columns
    }
    values = {name: f"v.{_quoted(name)}" for name in cells}
    inner = ", ".join(
        [f"r.{ROW}"]
        + [f"{cell.sql} AS {_quoted(name)}" for name, cell in cells.items()]
        + [f"{cell.empty} AS {_quoted('empty ' + name)}" for name, cell in cells.items()]
    )
    joins = " ".join(cell.join for cell in cells.values())
    if mapping.amount_from:
        first, second = (f"v.{_quoted(name)}" for name in mapping.amount_from)
        values["amount"] = f"TRY_CAST(CAST({first} AS DECIMAL(18, 4)) * {second} AS DECIMAL(18, 4))"
    if mapping.currency:
        given = values.get("currency", "NULL")
        values["currency"] = f"coalesce({given}, {literal(mapping.currency)})"
    picked = ", ".join(
        f"{values.get(c.name, f'CAST(NULL AS {SQL_TYPES[c.kind]})')} AS {_quoted(c.name)}"
        for c in columns
    )
    reason = reason_sql(mapping, columns, values, rules)
    staging.run(
        f"CREATE TABLE {relation} AS SELECT {number} AS s, v.{ROW}, {picked}, {reason} AS reason "
        f"FROM (SELECT {inner} FROM {raw.relation} r {joins}) v"
    )
    return typed


def _quoted(name: str) -> str:
    return f'"{name}"'


def arrow_schema(columns: tuple[Column, ...]) -> pa.Schema:
    return pa.schema([c.field for c in columns])
