"""History that is only assumed to have been recorded when it happened: which facts it is, and without it.

Such facts may know the future: a closing typed in today with the date of last March makes last March
look wise. So a replay shows its figures without them as well. What an account or a product is called,
which codes users joined, who looks after whom, who works there, and how quickly complaints shall be
answered tell nothing of what came, and stay.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger import schema

# By table, the columns that tell what happened to an account or product; () = the whole row does.
TELLING: dict[str, tuple[str, ...]] = {
    "accounts": ("parent_id", "group_id", "closed_on", "closed_reason", "replaced_by"),
    "products": ("discontinued_on", "replaced_by"),
    "wallets": (),
    "notices": (),
    "account_answers": (),
    "open_orders": (),
    "contacts": ("power", "attitude", "left_on"),
    "ties": (),
    "relationship_levels": (),
    "visits": (),
    "requests": (),
    "complaints": (),
    "promises": (),
    "incentives": (),
    "agreements": (),
    "criteria": (),
    "competitor_sightings": (),
    "goals": (),
    "plan_reviews": (),
    "company_events": (),
    "reviews": (),
}


def telling(name: str, rows: pa.Table, before: date) -> pa.Table:
    """The assumed rows of a table that tell something of the time before a date.

    rows: with the columns of STAMPS
    """
    if name not in TELLING or not rows.num_rows:
        return rows.slice(0, 0)
    told = rows["assumed"]
    columns = TELLING[name]
    if columns:
        some = np.zeros(rows.num_rows, bool)
        for column in columns:
            some |= np.asarray(pc.is_valid(rows[column]))
        told = pc.and_(told, pa.array(some))
    happened = schema.table(name).happened
    if happened:
        day = pa.scalar(before).cast(rows[happened].type)
        early = pc.fill_null(pc.less(rows[happened], day), True)
        told = pc.and_(told, early)
    return rows.filter(told)


def without(name: str, rows: pa.Table) -> pa.Table:
    """A table without what its assumed rows tell."""
    if name not in TELLING or not rows.num_rows:
        return rows
    columns = TELLING[name]
    if not columns:
        return rows.filter(pc.invert(rows["assumed"]))
    for column in columns:
        field = rows.schema.field(column)
        known = pc.if_else(rows["assumed"], pa.scalar(None, field.type), rows[column])
        rows = rows.set_column(rows.schema.get_field_index(column), field, known)
    return rows
