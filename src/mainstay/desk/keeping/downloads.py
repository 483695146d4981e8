"""Tables of what keeping is worth as files; each download is on record."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from django.http import HttpResponse

from mainstay.desk import numbers
from mainstay.desk.access.services import record
from mainstay.desk.accounts.downloads import as_file
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.keeping import queries, words
from mainstay.desk.value.queries import with_accounts

MOST = 100_000  # rows of a file
SHARES = 4  # digits
_MONEY = {"cost", "first_year", "margin", "before", "early_sales"}


def of_all(sight: Sight, found: Any, table: str, kind: str) -> HttpResponse:
    """A table of all accounts.

    found: what was kept with the assessment; table: of words.DOWNLOADS
    """
    name, headings = words.DOWNLOADS[table]
    rows = found.table(name).to_pylist()
    return _file(sight, table, kind, rows, headings)


def newcomers(sight: Sight, asked: queries.Asked, kind: str) -> HttpResponse:
    """The list of the page with all its rows."""
    pairs = with_accounts(sight, list(queries.listed(sight, asked)[:MOST]))
    rows = [{**vars(row), "name": account.name} for row, account in pairs]
    for row in rows:
        row["like"] = None if row["like"] < 0 else row["like"]
        because = row["left_because"]
        row["left_because"] = words.origin("left_because", because) if because else None
    return _file(sight, "newcomers", kind, rows, words.NEWCOMERS)


def _file(
    sight: Sight, table: str, kind: str, rows: list[dict[str, Any]], headings: dict[str, Any]
) -> HttpResponse:
    assert sight.assessment is not None  # noqa: S101  # the view has asked
    money = 0 if sight.currency in numbers.NO_CENTS else 2
    columns = {
        column: [_shown(row, column, money) for row in rows] for column in headings
    }  # fmt: skip
    after = {"table": table, "rows": len(rows), "kind": kind}
    record(sight.user, "keeping.download", about=sight.assessment, after=after)
    return as_file(pa.table(columns), f"{table}-{sight.assessment.as_of}", kind, headings)


def _shown(row: dict[str, Any], column: str, money: int) -> Any:
    value = row.get(column)
    if isinstance(value, float):
        is_money = column in _MONEY or row.get("unit") == "money"
        return round(value, money if is_money else SHARES)
    if column == "name" and "by" in row:
        by, name = row["by"], row["name"]
        return words.origin(by, name) if by in words.ORIGINS else words.group(by, name)
    known: dict[str, Any] = {
        "measure": words.MEASURES, "by": {**words.BY, **words.ORIGINS}, "sign": words.SIGNS,
    }.get(column, {})  # fmt: skip
    return str(known[value]) if value in known else value
