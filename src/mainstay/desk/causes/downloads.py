"""Figures of causes as files; each download is on record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
from django.http import HttpResponse

from mainstay import engine
from mainstay.desk import numbers
from mainstay.desk.access.services import record
from mainstay.desk.accounts.downloads import as_file
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.causes import records as rows_of
from mainstay.desk.causes import words

TABLES = ("by_cause", "by_quarter", "by_region", "by_segment", "by_category")
_TYPES = {
    "name": pa.string(),
    "cause": pa.string(),
    "whose": pa.string(),
    "accounts": pa.int64(),
    "falls": pa.float64(),
    "lost": pa.float64(),
    "at_risk": pa.float64(),
}
_COLUMNS = {
    "by_cause": ("cause", "whose", "accounts", "falls", "lost", "at_risk"),
}
_OF_PARTS = ("name", "cause", "whose", "lost")


def figures(sight: Sight, table: str, found: Mapping[str, Any], kind: str) -> HttpResponse:
    """table: one of TABLES; of parts, one row a part and cause."""
    assert sight.assessment is not None  # noqa: S101  # the view has asked
    columns = _COLUMNS.get(table, _OF_PARTS)
    digits = 0 if sight.currency in numbers.NO_CENTS else 2
    rows = [
        {n: round(v, digits) if isinstance(v, float) else v for n, v in row.items()}
        for row in _rows(table, found.get(table) or [])
    ]
    schema = pa.schema([(name, _TYPES[name]) for name in columns])
    made = pa.Table.from_pylist(rows, schema=schema)
    record(
        sight.user,
        "causes.download",
        about=sight.assessment,
        after={"table": table, "rows": made.num_rows, "kind": kind},
    )
    known = {**words.FAMILY_DOWNLOAD, "name": words.PART_DOWNLOAD.get(table)}
    headings = {name: known[name] for name in columns}
    return as_file(made, f"causes-{table}-{sight.assessment.as_of}", kind, headings)


def records(
    sight: Sight, account: Account, table: str, asked: engine.RowsAsked, kind: str
) -> HttpResponse:
    """Rows of a machine's table behind what is said of an account."""
    found = rows_of.rows(account, table, asked)
    record(
        sight.user,
        "lines.download",
        object_kind="account",
        object_id=account.account_id,
        label=account.name,
        after={"table": table, "rows": found.num_rows, "kind": kind},
    )
    name = f"{table}-{account.account_id[:60]}"
    return as_file(found, name, kind, rows_of.headings(table, found))


def _rows(table: str, rows: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    if table == "by_cause":
        for row in rows:
            yield {**row, **_in_words(row["family"])}
        return
    for row in rows:
        name = words.quarter(row["name"]) if table == "by_quarter" else row["name"]
        for family, lost in row["families"].items():
            yield {"name": name, "lost": lost, **_in_words(family)}


def _in_words(family: str) -> dict[str, str]:
    return {"cause": words.family(family), "whose": str(words.WHOSE[words.whose(family)])}
