"""Signals from how we keep in touch: visits, opinions asked, requests answered (R8 too little
communication, R13, R14)."""

from __future__ import annotations

import pyarrow as pa

from mainstay.causes.queries import instances
from mainstay.causes.types import Link, signal
from mainstay.causes.view import View
from mainstay.core.texts import gettext_noop
from mainstay.core.visiting import SAT_TOGETHER, STRETCH, VISIT_WEEKS

SAT = "(kind is null or kind in (" + ", ".join(f"'{kind}'" for kind in SAT_TOGETHER) + "))"
YEAR_DAYS = 364
MOST_ARE_VISITED, LEAST_PEERS = 0.8, 10  # of a tier, before a visit that is not there says anything
LEAST_VISITS = 4  # without asking, before it is a habit
ANSWER_DAYS = 28  # of a request that has no date
ANSWER_LEEWAY_DAYS = 7
CUSTOM_DAYS, CUSTOM_LEEWAY_DAYS = 91, 28


def _rhythm() -> pa.Table:
    days = pa.array([7 * weeks for weeks in VISIT_WEEKS.values()], pa.int32())
    return pa.table({"tier": list(VISIT_WEEKS), "rhythm": days})


@signal(
    "visit_overdue",
    rule="R13",
    lasting=True,
    direction="us",
    role="context",
    wording=gettext_noop(
        "No visit for {gap_days} days after {last_on}; its tier has one every {rhythm_days} days."
    ),
    tables=("visits",),
    links=(Link("drift.no_contact", 0.8, delay_weeks=8, fade_weeks=26),),
)
def visit_overdue(view: View) -> pa.Table:
    """Each time a visit came a whole rhythm of the account's tier after it was due, or has not come yet.

    Due as the desk counts it: a rhythm after the last, or on the day that was agreed, at the latest
    after two. Half strength two rhythms late, full at four; half of that where they were called or
    written to meanwhile. What began after a lost account's last order is not counted.
    """
    return instances(
        view,
        f"""
        with met as (
            select account_id, "on" as met_on, max(next_on) as next_on, max(visit_id) as visit_id
            from visits where {SAT} group by account_id, "on"
        ),
        gaps as (
            select *, lead(met_on) over (partition by account_id order by met_on) as again_on from met
        ),
        dues as (
            select g.*, r.rhythm, coalesce(again_on, $as_of) as end_on,
                case when next_on > met_on then least(next_on, met_on + {STRETCH} * r.rhythm)
                    else met_on + r.rhythm end as due_on
            from gaps g join judged j using (account_id) join rhythms r using (tier)
            where j.state not in ('lost', 'closed')
                or met_on + r.rhythm <= j.last_order_on
        ),
        overdue as (select * from dues where end_on - due_on >= rhythm),
        called as (
            select o.account_id, o.met_on from overdue o join visits v using (account_id)
            where v."on" > o.met_on and v."on" < o.end_on group by all
        )
        select o.account_id, o.due_on as since, o.again_on as until,
            (o.end_on - o.due_on) / (4.0 * o.rhythm) * case when c.met_on is null then 1 else 0.5 end
                as strength,
            to_json([['visits', o.visit_id]])::varchar as rows,
            json_object('last_on', o.met_on, 'gap_days', o.end_on - o.met_on,
                'rhythm_days', o.rhythm)::varchar as data
        from overdue o left join called c on c.account_id = o.account_id and c.met_on = o.met_on
        """,
        rhythms=_rhythm(),
    )


@signal(
    "never_visited",
    rule="R13",
    lasting=True,
    direction="us",
    role="context",
    wording=gettext_noop(
        "No visit on record; {others_share} of the accounts of its tier were visited within a year."
    ),
    tables=("visits",),
    links=(Link("drift.no_contact", 0.5, delay_weeks=8, fade_weeks=52),),
)
def never_visited(view: View) -> pa.Table:
    """An account of a year or more without any visit, where most of its tier had one within the year.

    Half strength where a visit is half a year's rhythm (C), full for B and A. It goes on, so it begins
    at the latest a year before the date.
    """
    return instances(
        view,
        f"""
        with met as (
            select account_id, max("on") as last_on from visits where {SAT} group by account_id
        ),
        known as (
            select j.account_id, j.tier, m.last_on, j.state
            from judged j left join met m using (account_id)
            where j.first_order_on < $as_of - {YEAR_DAYS} and j.state not in ('lost', 'closed')
        ),
        tiers as (
            select tier, count(*) as n,
                count(*) filter (last_on >= $as_of - {YEAR_DAYS}) / count(*) as visited
            from known group by tier
        )
        select k.account_id, ($as_of - {YEAR_DAYS})::date as since,
            case k.tier when 'C' then 0.5 else 1.0 end as strength, to_json([])::varchar as rows,
            json_object('others_share', round(t.visited, 3))::varchar as data
        from known k join tiers t using (tier)
        where k.last_on is null and t.n >= {LEAST_PEERS} and t.visited >= {MOST_ARE_VISITED}
        """,
    )


@signal(
    "opinion_never_asked",
    rule="R13",
    lasting=True,
    direction="us",
    role="context",
    wording=gettext_noop("Visits since {first_on}: {visits}, and none to ask for their opinion."),
    tables=("visits",),
    links=(
        Link("drift.no_contact", 0.1, delay_weeks=8, fade_weeks=52),
        Link("courtesy.discourtesy", 0.05, delay_weeks=8, fade_weeks=52),
    ),
)
def opinion_never_asked(view: View) -> pa.Table:
    """Four visits or more within the two years that are looked at, and at none were they asked.

    Weak context: it makes other causes worse. Only where the company notes such visits at all. Half
    strength at four visits, full at eight.
    """
    return instances(
        view,
        f"""
        with met as (
            select account_id, count(*) as n, min("on") as first_on,
                count(*) filter (asked_for_opinion) as asked,
                arg_max(visit_id, "on", 3) as latest
            from visits where {SAT} and "on" >= $begin group by account_id
        )
        select account_id, first_on as since, n / 8.0 as strength,
            to_json([['visits', x] for x in latest])::varchar as rows,
            json_object('visits', n, 'first_on', first_on)::varchar as data
        from met
        where asked = 0 and n >= {LEAST_VISITS}
            and (select count(*) filter (asked_for_opinion) > 0 from visits)
        """,
    )


def _waiting(kinds: str, days: int, leeway: int) -> str:
    """SQL: requests answered, or still open, more than `leeway` days after their date."""
    return f"""
        waiting as (
            select request_id, account_id, raised_on, coalesce(kind, 'other') as kind, owner_id,
                coalesce(answer_due_on, raised_on + {days}) as due_on,
                case when answered_on < $as_of then answered_on end as answered_on
            from requests where {kinds} and (answer_due_on is null or answer_due_on >= raised_on)
        ),
        late as (
            select *, coalesce(answered_on, $as_of) - due_on as late_days,
                coalesce(answered_on, $as_of) - raised_on as open_days
            from waiting where coalesce(answered_on, $as_of) - due_on > {leeway}
        )
    """


def _request(cause: str, weight: float) -> Link:
    return Link(cause, weight, delay_weeks=4, fade_weeks=20)


@signal(
    "request_unanswered",
    rule="R13",
    lasting=True,
    direction="us",
    role="context",
    wording=gettext_noop(
        "A request of {raised_on} had no answer for {open_days} days; it was due on {due_on}."
    ),
    tables=("requests",),
    by="kind",
    by_data={
        "product": (_request("product.fit", 0.3), _request("courtesy.slow_answers", 0.3)),
        "service": (_request("service.service_slow", 0.4), _request("courtesy.slow_answers", 0.3)),
        "terms": (_request("money.harsh_terms", 0.3), _request("courtesy.slow_answers", 0.3)),
        "other": (_request("courtesy.slow_answers", 0.5), _request("drift.no_contact", 0.1)),
    },
)
def request_unanswered(view: View) -> pa.Table:
    """Each request answered more than a week after its date (four weeks where none was set), or not yet.

    Half strength four weeks late, full at eight.
    """
    return instances(
        view,
        f"""
        with {_waiting("kind is distinct from 'custom_product'", ANSWER_DAYS, ANSWER_LEEWAY_DAYS)}
        select account_id, due_on + 1 as since, answered_on as until, late_days / 56.0 as strength,
            to_json([['requests', request_id]])::varchar as rows,
            json_object('raised_on', raised_on, 'open_days', open_days, 'due_on', due_on,
                'kind', kind)::varchar as data
        from late
        """,
    )


@signal(
    "custom_product_waiting",
    rule="R14",
    lasting=True,
    direction="us",
    role="context",
    wording=gettext_noop(
        "Waited {open_days} days for a product of its own, asked for on {raised_on}."
    ),
    tables=("requests",),
    links=(
        # What is past its date is a slow answer before it is a missing product.
        Link("product.fit", 0.4, delay_weeks=8, fade_weeks=26),
        Link("courtesy.slow_answers", 0.4, delay_weeks=8, fade_weeks=26),
        Link("competitor.product", 0.1, delay_weeks=8, fade_weeks=26),
    ),
)
def custom_product_waiting(view: View) -> pa.Table:
    """Each request for a product made for them, four weeks past its date (a quarter where none was set).

    Half strength a quarter late, full at half a year.
    """
    return instances(
        view,
        f"""
        with {_waiting("kind = 'custom_product'", CUSTOM_DAYS, CUSTOM_LEEWAY_DAYS)}
        select account_id, due_on + 1 as since, answered_on as until, late_days / 182.0 as strength,
            to_json([['requests', request_id]])::varchar as rows,
            json_object('raised_on', raised_on, 'open_days', open_days)::varchar as data
        from late
        """,
    )
