"""What accounts with a plan bought, quarter by quarter and by category: for the review of the plan."""

from __future__ import annotations

import pyarrow as pa

from mainstay.standing.known import Known

QUARTERS = 8  # of 13 weeks; 0 is the last


def sales(known: Known, plans: pa.Table) -> pa.Table:
    """account_id, quarter, category (null = none), net (sales in the reporting currency), by account.

    plans: rows of plans.PLANS
    """
    return known.sql(
        f"""
        select account_id, quarter, category, sum(amount) as net
        from goods semi join plans using (account_id) where quarter < {QUARTERS}
        group by account_id, quarter, category order by account_id, quarter, category
        """,
        plans=plans.select(["account_id"]),
    )
