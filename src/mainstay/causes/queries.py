"""From a query to what a signal found."""

from __future__ import annotations

import pyarrow as pa

from mainstay.causes.instances import MOST_INSTANCES
from mainstay.causes.types import FOUND, found
from mainstay.causes.view import View


def instances(view: View, query: str, **tables: pa.Table) -> pa.Table:
    """The instances that a query finds within the time looked back over, the latest of each account.

    query: as in `View.sql`; it gives `account_id`, `since`, `strength`, `rows`, `data` and what else
        FOUND has. Rows without an account, or without strength, are none
    tables: further tables of the query, under their names
    """
    rows = view.sql(
        f"""
        select * replace (least(1.0, strength)::double as strength) from ({query})
        where account_id is not null and strength > 0 and since >= $begin and since < $as_of
        qualify row_number() over (partition by account_id order by since desc, rows, data)
            <= {MOST_INSTANCES}
        order by account_id, since, rows, data
        """,
        **tables,
    )
    names = [name for name in FOUND.names if name in rows.column_names]
    return found({name: rows[name].combine_chunks() for name in names})
