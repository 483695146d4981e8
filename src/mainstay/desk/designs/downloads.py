"""What was drawn in a trial, as a file."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from django.http import HttpResponse

from mainstay.desk.access.services import record
from mainstay.desk.accounts.downloads import as_file
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.cases.words import ARMS
from mainstay.desk.designs import queries, words
from mainstay.desk.designs.models import Design
from mainstay.desk.facts.columns import field_of

AT_ONCE = 500
NUMBERS, DAYS = frozenset({"probability", "draw", "wave"}), frozenset({"from", "to", "on", "begun"})


def export(sight: Sight, design: Design, kind: str) -> HttpResponse:
    """The draws at accounts that the reader sees, as "xlsx" or "csv"; on record."""
    columns: dict[str, list[Any]] = {name: [] for name in words.EXPORT}
    rows = list(queries.with_begun(sight, design))
    for start in range(0, len(rows), AT_ONCE):
        for one in queries.told(sight, design, rows[start : start + AT_ONCE]):
            said = {
                "name": one.name,
                "unit": one.unit or one.row.unit,
                "arm": str(ARMS.get(one.row.arm, one.row.arm)),
                "begun": one.begun,
            }
            for name, column in columns.items():
                column.append(said[name] if name in said else getattr(one.row, field_of(name)))
    types = {name: pa.float64() for name in NUMBERS} | {name: pa.date32() for name in DAYS}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in columns])
    table = pa.table(columns, schema=schema)
    after = {"rows": table.num_rows, "kind": kind}
    record(sight.user, "designs.download", about=design, after=after)
    return as_file(table, f"trial-{design.pk}", kind, words.EXPORT)
