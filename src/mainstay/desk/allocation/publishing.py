"""A sheet that the engine made, brought to the pages."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction
from django.utils import timezone

from mainstay import engine
from mainstay.desk import bulk
from mainstay.desk.allocation.models import APPROVED, Sheet, SheetLine, ShortProduct

KEPT_DRAFTS = 5  # newer than which, sheets that nobody approved are forgotten


@transaction.atomic
def show(sheet_id: str, made: engine.AllocationSheet, by: int | None = None) -> str:
    """Load a sheet for the pages; gives its name. Run again, it is loaded anew.

    by: the key of who asked for it
    """
    Sheet.objects.filter(pk=sheet_id).exclude(state=APPROVED).delete()
    sheet = Sheet.objects.create(
        id=sheet_id,
        as_of=made.meta["as_of"],
        made_at=timezone.now(),
        made_by_id=by,
        currency=made.meta.get("currency") or "",
        small_share=made.meta["rules"]["small_share"],
        days=made.meta["rules"]["days"],
        gap=made.meta["gap"],
        lost=made.meta["lost"],
        sizes=made.sizes.to_pylist(),
        said=made.meta["said"],
        aside=made.aside.num_rows,
        n_lines=made.lines.num_rows,
    )
    _load(ShortProduct, sheet, _products(made.products))
    _load(SheetLine, sheet, _lines(made.lines))
    drafts = Sheet.objects.exclude(state=APPROVED).order_by("-made_at", "-id")
    for old in drafts[KEPT_DRAFTS:]:
        if not old.writing:
            old.delete()
    return sheet_id


def _load(model: Any, sheet: Sheet, table: pa.Table) -> None:
    table = table.append_column("sheet_id", pa.array([sheet.pk] * table.num_rows, pa.string()))
    for _ in bulk.insert(model, table):
        pass


def _products(products: pa.Table) -> pa.Table:
    missing = pc.subtract(products["wanted"], products["available"])
    return products.append_column("missing", missing).append_column(
        "lost_by_rule", products["lost"]
    )


def _lines(lines: pa.Table) -> pa.Table:
    n = lines.num_rows
    for name, column in (
        ("by_rule", lines["given"]),
        ("lost_by_rule", lines["lost"]),
        ("hand", pa.nulls(n, pa.float64())),
        ("hand_reason", pa.nulls(n, pa.string())),
        ("version", pa.array([1] * n, pa.int64())),
    ):
        lines = lines.append_column(name, column)
    return lines
