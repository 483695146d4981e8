"""The card of strategy: how each account's plan stands, and what to mend first."""

from __future__ import annotations

import pyarrow as pa

from mainstay.core.texts import gettext_noop
from mainstay.standing.card import CARD
from mainstay.standing.card import text_sql as _text
from mainstay.standing.known import Known

LEAST_PEERS = 10
MUCH_SHARE = 0.1  # of a year's sales: so much behind is as urgent as it gets

_TOLD = {
    "no_plan": gettext_noop(
        "No plan is written down with them; the relationship is of level {level}."
    ),
    "no_plan_no_level": gettext_noop(
        "No plan is written down with them, nor a level of the relationship."
    ),
    "measured": gettext_noop(
        "Goals on course: {on_course} of {measured}; the relationship is of level {level} since {level_on}."
    ),
    "no_level": gettext_noop("Goals on course: {on_course} of {measured}."),
    "unmeasured": gettext_noop("There is a plan; none of its goals ({goals}) can be measured yet."),
}
_MEND = {
    "money": gettext_noop(
        "Talk with them about “{goal}”: {reached_money} of {expected_money} that were to be reached by now."
    ),
    "share": gettext_noop(
        "Talk with them about “{goal}”: {reached_share} of {expected_share} that were to be reached by now."
    ),
    "more": gettext_noop(
        "Talk with them about “{goal}”: {reached} of {expected} that were to be reached by now."
    ),
    "less": gettext_noop(
        "Talk with them about “{goal}”: {reached} where {expected} were to be the most by now."
    ),
    "overdue": gettext_noop("Look at the plan with them: it was due on {due_on}."),
    "no_plan": gettext_noop(
        "Write down with them where they want to go, and one goal that serves both."
    ),
    "unmeasured": gettext_noop(
        "Give one of the goals a figure of the ledger and a target, so that it follows itself."
    ),
}

_JUDGED = f"""
    with worst as (
        select account_id, arg_max(common_goal, gap) as goal, arg_max(unit, gap) as goal_unit,
            arg_max(less, gap) as goal_less, arg_max(reached, gap) as reached,
            arg_max(expected, gap) as expected
        from (select *, coalesce(missing, 0) + abs(expected - reached) / (abs(expected) + 1e-9) as gap
            from followed where state in ('behind', 'missed') and last_on >= $as_of)
        group by account_id
    ),
    judged_plans as (
        select p.*, w.* exclude (account_id),
            if(measured > 0, on_course / measured::double, null) as measure,
            case when not planned then if(wanted, 'watch', 'unknown')
                when measured > 0 and behind * 2 >= measured then 'poor'
                when behind > 0 or overdue then 'watch'
                when measured = 0 then 'unknown' else 'good' end as standing,
            least(missing / nullif(amount_52 * {MUCH_SHARE}, 0), 1) as much
        from plans p left join worst w using (account_id)
    ),
    peers as (
        select size_class, median(measure) as peers from judged_plans where measure is not null
        group by size_class having count(*) >= {LEAST_PEERS}
    )
    select j.*, q.peers, round(case when standing = 'poor' then 0.5 + 0.5 * coalesce(much, 0.2)
            when behind > 0 then 0.3 + 0.2 * coalesce(much, 0.2) when overdue then 0.3
            when standing = 'watch' then 0.25 when standing = 'unknown' and planned then 0.1
            else 0 end, 4) as urgency
    from judged_plans j left join peers q using (size_class) where wanted or planned
"""


def cards(known: Known, plans: pa.Table, goals: pa.Table) -> pa.Table:
    """Rows of CARD: one an account that has a plan or shall have one.

    plans: rows of plans.PLANS; goals: rows of following.FOLLOWED
    """
    return known.sql(
        f"""
        select account_id, 'strategy' as guarantee, standing, measure, 'share' as unit, false as less,
            null::double as before, peers, null::double as promised, urgency, {_said()}
        from ({_JUDGED}) order by account_id
        """,
        plans=plans,
        followed=goals,
    ).cast(CARD)


def _said() -> str:
    """SQL of the columns `told` and `mend` over _JUDGED."""
    counts = {"measured": "measured", "on_course": "on_course"}
    level = {"level": "level", "level_on": "level_on::varchar"}
    goal = {"goal": "goal"}
    figures = {"reached": "round(reached, 1)", "expected": "round(expected, 1)"}
    return f"""
        case when not planned and level is null then {_text(_TOLD["no_plan_no_level"])}
            when not planned then {_text(_TOLD["no_plan"], level="level")}
            when measured = 0 then {_text(_TOLD["unmeasured"], goals="goals")}
            when level is null then {_text(_TOLD["no_level"], **counts)}
            else {_text(_TOLD["measured"], **counts, **level)} end as told,
        case when urgency <= 0 then null when not planned then {_text(_MEND["no_plan"])}
            when goal_unit = 'money' then
                {_text(_MEND["money"], **goal, reached_money="reached", expected_money="expected")}
            when goal_unit = 'share' then
                {_text(_MEND["share"], **goal, reached_share="reached", expected_share="expected")}
            when goal_less then {_text(_MEND["less"], **goal, **figures)}
            when goal is not null then {_text(_MEND["more"], **goal, **figures)}
            when overdue then {_text(_MEND["overdue"], due_on="due_on::varchar")}
            else {_text(_MEND["unmeasured"])} end as mend
    """
