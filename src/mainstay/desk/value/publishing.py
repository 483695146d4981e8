"""The frozen measures of value for the pages: what lists sort by, loaded into the desk's tables."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from django.db import models

from mainstay import engine
from mainstay.desk import bulk
from mainstay.desk.value.models import NextStep, Unearning


def show_value(store: Path, assessment_id: str) -> int:
    """Load what an assessment knows of next steps and of accounts that cost more than they bring.

    Safe to repeat: what is there of this assessment is loaded anew. Gives how many rows there are.
    """
    frozen = engine.standing_of(store, assessment_id)
    if frozen is None or "value" not in frozen.tables:
        rebates = remains = None
    else:
        rebates, remains = frozen.table("value_rebates"), frozen.table("value")
    near = rebates and rebates.filter(pc.fill_null(rebates["near"], False))
    less = remains and remains.filter(pc.less(remains["remains"], 0.0))
    return _load(NextStep, near, assessment_id) + _load(Unearning, less, assessment_id)


def _load(model: type[models.Model], rows: pa.Table | None, assessment_id: str) -> int:
    manager = model._default_manager
    manager.filter(assessment_id=assessment_id).delete()
    if rows is not None:
        name = pa.array([assessment_id] * rows.num_rows, pa.string())
        for _ in bulk.insert(model, rows.append_column("assessment_id", name)):
            pass
    manager.exclude(assessment_id=assessment_id).delete()
    return 0 if rows is None else int(rows.num_rows)
