"""What each of our people has in hand: open complaints and requests, weighted by how long they have waited.

It shows where work has to move, and never who is better (R11).
"""

from __future__ import annotations

import pyarrow as pa

from mainstay.standing.known import Known


def load(known: Known, complaints: pa.Table) -> pa.Table:
    """A row a person, by code: complaints, requests, waiting_days (the sum of the days that they have been open),
    overdue (of both), oldest_on.

    Who owns it, else who looks after the account; staff_id null = nobody
    """
    return known.sql(
        """
        with waiting as (
            select owner_id as staff_id, 'complaint' as what, overdue, opened_at::date as since
            from clocked where open
            union all
            select coalesce(r.owner_id, j.manager_id), 'request',
                coalesce(answer_due_on < $as_of::date - 1, false), raised_on
            from requests r join judged j using (account_id)
            where raised_on < $as_of and raised_on >= $begin and not coalesce(answered_on < $as_of, false)
        )
        select staff_id, count(*) filter (what = 'complaint') as complaints,
            count(*) filter (what = 'request') as requests, count(*) filter (overdue) as overdue,
            sum($as_of::date - since)::bigint as waiting_days, min(since) as oldest_on
        from waiting group by staff_id order by staff_id
        """,
        clocked=complaints,
    )
