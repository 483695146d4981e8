"""The frozen new accounts for the list: what it sorts by, loaded into the desk's table."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from mainstay import engine
from mainstay.desk import bulk
from mainstay.desk.keeping.models import YOUNG, Newcomer

NEW_DAYS = timedelta(days=364)
WORDS = ("former_supplier", "referred_by", "left_because")


def show_newcomers(store: Path, assessment_id: str) -> int:
    """Load who was new in the year before an assessment; gives how many there are.

    Safe to repeat: what is there of this assessment is loaded anew.
    """
    frozen = engine.standing_of(store, assessment_id)
    Newcomer.objects.filter(assessment_id=assessment_id).delete()
    n = 0
    if frozen is not None and "newcomers" in frozen.tables:
        since = date.fromisoformat(frozen.meta["as_of"]) - NEW_DAYS
        found = _rows(frozen.table("newcomers"), since, assessment_id)
        n = found.num_rows
        for _ in bulk.insert(Newcomer, found) if n else ():
            pass
    Newcomer.objects.exclude(assessment_id=assessment_id).delete()
    return n


def _rows(rows: pa.Table, since: date, assessment_id: str) -> pa.Table:
    if "like_gone" not in rows.column_names:  # frozen before signs were told of single accounts
        return rows.slice(0, 0)
    rows = rows.filter(pc.greater_equal(rows["first_on"], pa.scalar(since)))
    for name in WORDS:
        filled = pc.fill_null(rows[name], "")
        rows = rows.set_column(rows.schema.get_field_index(name), name, filled)
    name = pa.array([assessment_id] * rows.num_rows, pa.string())
    like = pc.fill_null(rows["like_gone"], YOUNG)
    return rows.append_column("like", like).append_column("assessment_id", name)
