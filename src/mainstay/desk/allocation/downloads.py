"""A sheet as a file for the ERP: a row an open line, with what it gets."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from django.http import HttpResponse

from mainstay.desk.access.services import record
from mainstay.desk.accounts.downloads import as_file
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.allocation import queries, words
from mainstay.desk.allocation.models import Sheet


def export(sight: Sight, sheet: Sheet, kind: str) -> HttpResponse:
    """The lines that the reader may see, as "xlsx" or "csv"; on record."""
    columns: dict[str, list[Any]] = {name: [] for name in words.EXPORT}
    for row in queries.lines(sight, sheet).order_by("n").iterator(chunk_size=2000):
        told = {
            "by": str(words.BY["rule" if row.hand is None else "hand"]),
            "wanted": round(row.wanted, 6),
            "given": round(row.given, 6),
            "lost": round(row.lost, 2),
            "reason": " ".join(queries.reasons(row, sheet.currency)),
        }
        for name, column in columns.items():
            column.append(told[name] if name in told else getattr(row, name))
    numbers = {"wanted", "given", "lost"}
    schema = pa.schema(
        [(name, pa.float64() if name in numbers else pa.string()) for name in columns]
    )
    table = pa.table(columns, schema=schema)
    record(
        sight.user,
        "allocation.download",
        about=sheet,
        label=sheet.pk,
        after={"rows": table.num_rows, "kind": kind},
    )
    return as_file(table, f"allocation-{sheet.as_of}", kind, words.EXPORT)
