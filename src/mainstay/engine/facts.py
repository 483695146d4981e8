"""Tables from people on their way between the desk and the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.home import Home
from mainstay.engine.answering import PLACE
from mainstay.engine.home import open_ledger
from mainstay.ledger.fact_records import Recording
from mainstay.ledger.schema import ARROW, MONEY, TABLES
from mainstay.ledger.schema import table as fact_table


def table_names() -> tuple[str, ...]:
    """All tables that files may bring and people may write."""
    return tuple(TABLES)


def record_facts(
    home: Home,
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    recorded_at: datetime,
    *,
    withdrawn: bool = False,
) -> None:
    """Write rows of people into the store, all or nothing; they count from `recorded_at`.

    tables: rows by table; days, moments and money as JSON has them
    withdrawn: the rows stand no more from then on
    """
    found = {name: _rows(name, rows) for name, rows in tables.items() if rows}
    if not found:
        return
    # One name a day: what is written down in a day is one entry in the list of what was recorded.
    recording = Recording(
        f"{PLACE}{recorded_at.astimezone(UTC):%Y%m%d}", recorded_at, withdrawn=withdrawn
    )
    open_ledger(home).facts.append_all(found, recording)


def imports_of_facts(home: Home) -> dict[str, tuple[str, ...]]:
    """The tables of each import that brought facts and stands, in the order of importing."""
    imports = open_ledger(home).facts.imports
    return {i.import_id: tuple(i.tables) for i in imports if not i.import_id.startswith(PLACE)}


def facts_of_import(home: Home, table: str, import_id: str) -> pa.Table:
    """The rows that an import brought into a table, with the columns of the store's stamps."""
    history = open_ledger(home).facts.history(table)
    return history.filter(pc.equal(history["import_id"], import_id))


def facts_known(home: Home, table: str) -> pa.Table:
    """A table from people as it is known now, with the columns of the store's stamps."""
    return open_ledger(home).facts.known(table)


def forget_facts(home: Home, table: str, key: Mapping[str, str], columns: Sequence[str]) -> int:
    """Take values out of every version of a row, for good; gives how many versions there were.

    key: the columns that name the row
    """
    return open_ledger(home).facts.forget(table, key, columns)


def versions_of(home: Home, table: str, key: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every version of a row, the oldest first, with the store's stamps."""
    history = open_ledger(home).facts.history(table)
    for name, value in key.items():
        history = history.filter(pc.equal(history[name], value))
    return history.to_pylist()


def _rows(table: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    schema = fact_table(table).arrow
    columns = [
        pa.array([_value(row.get(field.name), field.type) for row in rows], field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def _value(value: Any, kind: pa.DataType) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if kind == MONEY:
        return Decimal(value)
    if pa.types.is_date(kind):
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if kind == ARROW["moment"] else value
