"""The plan of each account: whether there is one, how its goals stand, the level, when it is looked at again."""

from __future__ import annotations

import pyarrow as pa

from mainstay.standing.known import Known

# wanted: core accounts, and where that is not known those of tier A; planned: a goal runs or lies ahead, or the
# plan was looked at within a year; measured: goals of which something can be told now; on_course: of those,
# with those reached
PLANS = pa.schema(
    [
        ("account_id", pa.string()),
        ("size_class", pa.string()),
        ("tier", pa.string()),
        ("amount_52", pa.float64()),
        ("wanted", pa.bool_()),
        ("planned", pa.bool_()),
        ("goals", pa.int64()),  # that run or lie ahead
        ("measured", pa.int64()),
        ("on_course", pa.int64()),
        ("behind", pa.int64()),
        ("missing", pa.float64()),  # money behind, of goals that run
        ("stage", pa.string()),
        ("stage_on", pa.date32()),
        ("level", pa.int64()),
        ("level_on", pa.date32()),  # since when it is this level
        ("level_before", pa.int64()),  # half a year ago
        ("reviewed_on", pa.date32()),
        ("due_on", pa.date32()),  # of the next review; null = no plan, or nothing to count from
        ("overdue", pa.bool_()),
    ]
)
YEAR_DAYS, HALF_DAYS = 364, 182

_PLANS = """
    with running as (
        select account_id, count(*) as goals,
            count(*) filter (state in ('reached', 'on_course', 'behind', 'missed')) as measured,
            count(*) filter (state in ('reached', 'on_course')) as on_course,
            count(*) filter (state in ('behind', 'missed')) as behind,
            coalesce(sum(missing), 0) as missing, min(first_on) as first_on
        from followed where last_on is null or last_on >= $as_of group by account_id
    ),
    reviewed as (
        select account_id, max("on") as reviewed_on, arg_max(next_on, "on") as next_on,
            arg_max(stage, "on") filter (stage is not null) as stage,
            max("on") filter (stage is not null) as stage_on
        from plan_reviews where "on" < $as_of group by account_id
    ),
    steps as (
        select account_id, level, "on", lag(level) over (partition by account_id order by "on") as last
        from relationship_levels where "on" < $as_of
    ),
    levels as (
        select account_id, arg_max(level, "on") as level,
            max("on") filter (last is distinct from level) as level_on,
            arg_max(level, "on") filter ("on" < $as_of::date - 182) as level_before
        from steps group by account_id
    ),
    sums as (
        select j.account_id, j.size_class, j.tier, j.amount_52,
            j.state not in ('lost', 'closed') is not false
                and (j.core = 'yes' or (coalesce(j.core, 'not_known') = 'not_known' and j.tier = 'A')) as wanted,
            g.account_id is not null or coalesce(r.reviewed_on >= $as_of::date - 364, false) as planned,
            coalesce(g.goals, 0) as goals, coalesce(g.measured, 0) as measured,
            coalesce(g.on_course, 0) as on_course, coalesce(g.behind, 0) as behind,
            coalesce(g.missing, 0) as missing, r.stage, r.stage_on, l.level, l.level_on, l.level_before,
            r.reviewed_on, $weeks * case when wanted or j.tier = 'A' then 1 when j.tier = 'B' then 2 else 4 end * 7
                as rhythm,
            case when not planned then null when r.next_on > r.reviewed_on then r.next_on
                else (coalesce(r.reviewed_on, g.first_on) + rhythm::int)::date end as due_on
        from judged j left join running g using (account_id) left join reviewed r using (account_id)
            left join levels l using (account_id)
    )
    select *, coalesce(due_on < $as_of, false) as overdue
    from sums where wanted or planned or stage is not null or level is not null or reviewed_on is not null
    order by account_id
"""


def plans(known: Known, goals: pa.Table) -> pa.Table:
    """Rows of PLANS: accounts that shall have a plan, or of which something of one is known.

    goals: rows of following.FOLLOWED
    """
    query = _PLANS.replace("$weeks", str(int(known.settings.review_weeks)))
    return known.sql(query, followed=goals).select(PLANS.names).cast(PLANS)
