"""The frozen plans for the lists: what they sort by, loaded into the desk's tables."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from mainstay import engine
from mainstay.desk import bulk
from mainstay.desk.strategy.models import PlanRow

_COLUMNS = [
    *(
        "account_id",
        "size_class",
        "amount_52",
        "wanted",
        "planned",
        "goals",
        "measured",
        "on_course",
    ),
    *("behind", "missing", "due_on", "overdue"),
]


def show_plans(store: Path, assessment_id: str) -> int:
    """Load what an assessment knows of plans; gives how many rows there are.

    Safe to repeat: what is there of this assessment is loaded anew.
    """
    frozen = engine.standing_of(store, assessment_id)
    PlanRow.objects.filter(assessment_id=assessment_id).delete()
    rows = frozen.table("strategy", _COLUMNS) if frozen and "strategy" in frozen.tables else None
    if rows is not None and rows.num_rows:
        for _ in bulk.insert(PlanRow, _rows(rows, assessment_id)):
            pass
    PlanRow.objects.exclude(assessment_id=assessment_id).delete()
    return 0 if rows is None else int(rows.num_rows)


def _rows(rows: pa.Table, assessment_id: str) -> pa.Table:
    amount = pc.fill_null(rows["amount_52"], 0.0)
    rows = rows.set_column(rows.schema.get_field_index("amount_52"), "amount_52", amount)
    unplanned = pc.and_(rows["wanted"], pc.invert(rows["planned"]))
    name = pa.array([assessment_id] * rows.num_rows, pa.string())
    return rows.append_column("unplanned", unplanned).append_column("assessment_id", name)
