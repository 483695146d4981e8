"""The signal of late and repeated small discourtesies (R8, neglected details)."""

from __future__ import annotations

import pyarrow as pa

from mainstay.causes.clocks import CLOCKS
from mainstay.causes.queries import instances
from mainstay.causes.types import MOST_ROWS, Link, signal
from mainstay.causes.view import View
from mainstay.core.texts import gettext_noop
from mainstay.standing.service.standards import standards

WITHIN_DAYS = 182
ENOUGH = 2.0  # points within that time
LATE_DAYS = 7  # a small request, after its date
# What each is worth: one alone is nothing.
NOT_RECEIVED, CONDUCT = 1.0, 1.0
INVOICE, SLOW = 0.5, 0.5


@signal(
    "discourtesies",
    rule="R8",
    direction="us",
    role="context",
    wording=gettext_noop("{times} small discourtesies within half a year, the last on {last_on}."),
    # It sees with one of them too; nothing seen says that there was nothing only where both are kept.
    tables=("visits", "complaints"),
    links=(
        Link("courtesy.discourtesy", 0.8, delay_weeks=4, fade_weeks=20),
        Link("courtesy.slow_answers", 0.3, delay_weeks=4, fade_weeks=20),
    ),
)
def discourtesies(view: View) -> pa.Table:
    """Times in which small things came together: each begins when half a year has 2 points.

    A point for not being received well when they visited us, and for a complaint about conduct; half a
    point for a complaint about an invoice, a question or a small request answered late. Low moods do not
    count: whatever goes wrong lowers them. Half strength at 2 points, full at 4.
    """
    return instances(
        view,
        f"""
        with {CLOCKS},
        event as (
            select account_id, "on", {NOT_RECEIVED} as points, ['visits', visit_id] as proof
            from visits where kind = 'visited_us' and received_well is false
            union all
            select account_id, opened_on, case kind when 'conduct' then {CONDUCT} else {INVOICE} end,
                ['complaints', complaint_id]
            from clocks where kind in ('conduct', 'invoice')
            union all
            select account_id, answer_due + 2, {SLOW}, ['complaints', complaint_id]
            from clocks where kind = 'question' and (
                answered_on > answer_due + 1
                or (answered_on is null and solved_on is null and $as_of > answer_due + 2)
            )
            union all
            select account_id, answer_due_on + {LATE_DAYS} + 1, {SLOW}, ['requests', request_id]
            from requests where coalesce(kind, 'other') in ('service', 'other')
                and answer_due_on >= raised_on
                and coalesce(answered_on, $as_of) > answer_due_on + {LATE_DAYS}
        ),
        kept as (
            select * from event
            where "on" < $as_of and "on" >= $begin - {WITHIN_DAYS}
        ),
        daily as (
            select account_id, "on", sum(points) as points from kept group by all
        ),
        summed as (
            select *, sum(points) over (partition by account_id order by "on"
                range between interval {WITHIN_DAYS} days preceding and current row) as together
            from daily
        ),
        begun as (
            select *, (together >= {ENOUGH} and coalesce(lag(together) over by_day, 0) < {ENOUGH})::int
                as begins
            from summed window by_day as (partition by account_id order by "on")
        ),
        times as (
            select account_id, run, min("on") as since, max("on") as last_on, max(together) as most
            from (
                select *, sum(begins) over (partition by account_id order by "on") as run from begun
            )
            where together >= {ENOUGH} group by account_id, run
        )
        select t.account_id, t.since, max(t.most) / 4.0 as strength,
            to_json(list(k.proof order by k."on" desc, k.proof)[:{MOST_ROWS}])::varchar as rows,
            json_object('times', count(*), 'last_on', t.last_on)::varchar as data
        from times t join kept k on k.account_id = t.account_id
            and k."on" between t.since - {WITHIN_DAYS} and t.last_on
        group by t.account_id, t.since, t.last_on
        """,
        standards=standards(view),
    )
