"""What of a table had happened before a day: which rows, and how much of each."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.table_types import Table


def before(table: Table, rows: pa.Table, day: date) -> pa.ChunkedArray | pa.Array:
    """Which rows tell of something before a day; those without a day do.

    A row of several days does from the earliest of them.
    """
    if not table.happened:
        return pa.array(np.ones(rows.num_rows, bool))
    days = table.first_of or (table.happened,)
    on = pc.min_element_wise(*(rows[name] for name in days)) if len(days) > 1 else rows[days[0]]
    early = pc.less(on, pa.scalar(day).cast(on.type))
    if table.by_month or table.by_week:
        unit = "month" if table.by_month else "week"  # which begins on Monday
        end = pc.ceil_temporal(on, unit=unit, ceil_is_strictly_greater=True)
        early = pc.less_equal(end, pa.scalar(day))
    return pc.or_(pc.is_null(on), pc.fill_null(early, False))


def told(table: Table, rows: pa.Table, day: date) -> pa.Table:
    """Rows without what is told of the day and after it: empty, as it was then."""
    for on, *columns in table.told_on:
        later = pc.fill_null(pc.greater_equal(rows[on], pa.scalar(day).cast(rows[on].type)), False)
        if not pc.any(later).as_py():
            continue
        for name in (on, *columns):
            field = rows.schema.field(name)
            known = pc.if_else(later, pa.scalar(None, field.type), rows[name])
            rows = rows.set_column(rows.schema.get_field_index(name), field, known)
    return rows
