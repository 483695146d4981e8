"""The best chance of each account for the list of the page, from what was frozen."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from mainstay import engine
from mainstay.desk import bulk
from mainstay.desk.guarantees.publishing import sizes_of
from mainstay.desk.needs.models import Chance

_COLUMNS = ("account_id", "item", "name", "likely", "peers_share", "money", "low", "high")


def show_chances(store: Path, assessment_id: str) -> int:
    """Load the best chances of a published assessment; gives how many rows.

    Safe to repeat: what is there of this assessment is loaded anew.
    """
    frozen = engine.standing_of(store, assessment_id)
    Chance.objects.filter(assessment_id=assessment_id).delete()
    n = 0
    if frozen is not None and "needs_chances" in frozen.tables:
        rows = best(frozen.table("needs_chances", [*_COLUMNS]))
        sizes = sizes_of(assessment_id, rows["account_id"].to_pylist())
        name = pa.array([assessment_id] * rows.num_rows, pa.string())
        rows = rows.append_column("size_class", sizes).append_column("assessment_id", name)
        for _ in bulk.insert(Chance, rows):
            pass
        n = rows.num_rows
    Chance.objects.exclude(assessment_id=assessment_id).delete()
    return n


def best(chances: pa.Table) -> pa.Table:
    """The first chance of each account, and how many it has; `chances` by account, the best first."""
    found = chances.group_by("account_id", use_threads=False).aggregate(
        [*((name, "first") for name in _COLUMNS[1:]), ("item", "count")]
    )
    names = [name.removesuffix("_first") for name in found.column_names]
    found = found.rename_columns(["n" if name == "item_count" else name for name in names])
    named = pc.coalesce(found["name"], found["item"])
    return found.set_column(found.schema.get_field_index("name"), "name", named)
