"""What signals see, made by hand: a tiny ledger of rows, and some accounts judged on a day."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any

import pyarrow as pa

from mainstay.causes.catalogue import catalogue
from mainstay.causes.view import View
from mainstay.engine.tables import ACCOUNTS, CATEGORIES
from mainstay.ledger.fact_records import Recording
from mainstay.ledger.given import conformed
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.schema import TABLES

AS_OF = date(2026, 7, 1)
Rows = list[dict[str, Any]]


def ago(days: int) -> date:
    """So many days before the day on which is judged."""
    return AS_OF - timedelta(days=days)


def ledger_of(rows: Mapping[str, Rows]) -> Ledger:
    """A ledger of rows by table; `recorded` of a row is the day it was recorded, else when it happened."""
    lines = arrow("order_lines", rows.get("order_lines", []))
    ledger = Ledger.from_tables(**({"order_lines": lines} if lines.num_rows else {}))
    add(ledger, rows)
    return ledger


def add(ledger: Ledger, rows: Mapping[str, Rows]) -> None:
    """Append rows of tables beside the order lines."""
    for name, some in rows.items():
        if name == "order_lines":
            continue
        for n, (day, told) in enumerate(groupby(some, lambda row: row.get("recorded"))):
            when = datetime.combine(day or date(1970, 1, 1), time(12), UTC)
            recording = Recording(f"{name}-{n}", when, assumed=day is None)
            own = [{c: v for c, v in row.items() if c != "recorded"} for row in told]
            ledger.facts.append_all({name: arrow(name, own)}, recording)
    ledger.refresh()


def arrow(name: str, rows: Rows) -> pa.Table:
    """Rows of a table in its types; money may be plain numbers."""
    columns = {column for row in rows for column in row} or set(TABLES[name].arrow.names)
    plain = pa.table({column: [row.get(column) for row in rows] for column in columns})
    return conformed(TABLES[name], plain)


def view_of(ledger: Ledger, accounts: Iterable[Mapping[str, Any] | str], **also: Any) -> View:
    """A view of some accounts, judged on AS_OF.

    accounts: their codes, or rows of ACCOUNTS with what matters
    also: `categories`, rows of CATEGORIES; `as_of`; `known_until`
    """
    rows = [{"account_id": one} if isinstance(one, str) else dict(one) for one in accounts]
    return View(
        ledger,
        also.get("as_of", AS_OF),
        pa.Table.from_pylist(rows, ACCOUNTS),
        pa.Table.from_pylist(also.get("categories", []), CATEGORIES),
        also.get("known_until"),
    )


def found_by(name: str, view: View) -> Rows:
    """What a signal found, `rows` and `data` read."""
    table = catalogue()[name].find(view)
    return [
        {**row, "rows": json.loads(row["rows"]), "data": json.loads(row["data"])}
        for row in table.sort_by([("account_id", "ascending"), ("since", "ascending")]).to_pylist()
    ]


def seen(
    name: str, accounts: Iterable[Mapping[str, Any] | str] = ("A",), /, **tables: Rows
) -> Rows:
    """What a signal finds of some accounts in rows by table; `categories` are those judged."""
    categories = tables.pop("categories", [])
    return found_by(name, view_of(ledger_of(tables), accounts, categories=categories))
