"""Whether we call only when something is wrong, and whether requests are answered by the day that was said."""

from __future__ import annotations

import pyarrow as pa

from mainstay.ledger.sql import quoted
from mainstay.standing.known import Known
from mainstay.standing.service.complaints import QUARTER_DAYS, QUARTERS

PROACTIVE_DAYS = 14  # a contact so soon after a complaint or request of theirs may be about it
_SPAN = QUARTER_DAYS * QUARTERS


def contacts(known: Known) -> pa.Table:
    """By account and quarter: contacts, and how many of them were proactive.

    A contact is a visit, call, video call or message of ours. It is proactive where they had neither complained
    nor asked for anything on that day or in the 14 days before; what they asked for in the visit itself
    does not count against it.
    """
    zone = quoted(known.settings.working_time.zone)
    return known.sql(
        f"""
        with asked as (
            select account_id, timezone({zone}, opened_at)::date as "on", null as visit_id from complaints
            union all select account_id, raised_on, visit_id from requests
        ),
        ours as (
            select row_number() over () as n, visit_id, account_id, "on" from visits
            where kind in ('visit', 'call', 'video', 'message') and "on" < $as_of
                and "on" >= $as_of::date - {_SPAN}
        ),
        answering as (
            select distinct n from ours v join asked a on a.account_id = v.account_id
                and a."on" between v."on" - {PROACTIVE_DAYS} and v."on"
                and (a.visit_id is null or v.visit_id is null or a.visit_id <> v.visit_id)
        )
        select account_id, date_diff('day', "on", $as_of::date - 1) // {QUARTER_DAYS} as quarter,
            count(*) as contacts, count(*) filter (a.n is null) as proactive
        from ours v left join answering a using (n) group by all
        """
    )


def requests(known: Known) -> pa.Table:
    """By account and quarter of raising: requests, of how many the answer was due, and met the day.

    What is past its day without an answer is missed; what is not due yet, or names no day, is neither.
    """
    return known.sql(
        f"""
        with told as (
            select *, if(answered_on < $as_of, answered_on, null) as answered from requests
            where raised_on < $as_of and raised_on >= $as_of::date - {_SPAN}
        ),
        judged_by_day as (
            select *, case when answered <= answer_due_on then true
                when answer_due_on < $as_of::date - 1 or answered > answer_due_on then false end as met
            from told
        )
        select account_id, date_diff('day', raised_on, $as_of::date - 1) // {QUARTER_DAYS} as quarter,
            count(*) as requests, count(met) as request_n, count(*) filter (met) as request_met
        from judged_by_day group by all
        """
    )
