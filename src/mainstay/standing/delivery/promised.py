"""What we promised in agreements: a share of orders on time in full, a fill rate."""

from __future__ import annotations

import pyarrow as pa

from mainstay.standing.known import Known
from mainstay.standing.terms import AGREED


def promised(known: Known, found: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """Table delivery with otif_promised, fill_promised and agreement_id of the agreement in force.

    An account's own agreement stands before that of its segment, a later one before an earlier. Shares above 1
    or of 0 promise nothing.
    """
    agreements = known.table("agreements")
    told = found["delivery"]
    if not agreements.num_rows:
        for name in ("otif_promised", "fill_promised"):
            told = told.append_column(name, pa.nulls(told.num_rows, pa.float64()))
        return {
            "delivery": told.append_column("agreement_id", pa.nulls(told.num_rows, pa.string()))
        }
    return {
        "delivery": known.sql(
            f"""
            with here as (
                select holder as account_id, agreement_id, account_id is not null as own, "from",
                    if(otif_promised > 0 and otif_promised <= 1, otif_promised, null) as otif_promised,
                    if(fill_rate_promised > 0 and fill_rate_promised <= 1, fill_rate_promised, null)
                        as fill_promised
                from ({AGREED}) where "from" < $as_of and coalesce("to" >= $as_of, true)
            ),
            first_of as (
                select account_id, otif_promised, fill_promised, agreement_id from here
                where coalesce(otif_promised, fill_promised) is not null
                qualify row_number() over (partition by account_id
                    order by own desc, "from" desc, agreement_id) = 1
            )
            select t.*, f.otif_promised, f.fill_promised, f.agreement_id
            from told t left join first_of f using (account_id) order by account_id
            """,
            told=told,
        )
    }
