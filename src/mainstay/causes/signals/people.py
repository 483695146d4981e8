"""Signals from our own people: who left, who above them left, who was changed (R7, R21)."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.causes.queries import instances
from mainstay.causes.types import Link, signal
from mainstay.causes.view import View
from mainstay.core.texts import gettext_noop
from mainstay.standing.known import LOOK_BACK_DAYS

HANDED_OVER_DAYS = 91  # before somebody leaves, or until a successor is there
NAME_LENGTH = 80
NEW_DAYS = 182  # who looked after it for less had hardly become its person
KNOWN_BEFORE = 0.6  # a colleague whom they knew saves about 40% (Shi et al. 2017)

# Who looked after which account in a role; rows that contradict themselves are left out.
_TURNS = """
    turns as (
        select account_id, staff_id, role, "from" as began, "to" as ended
        from assignments where "to" is null or "to" >= "from"
    )
"""
# Since when each of ours was known at each account: by a tie, a visit, or an assignment in any role.
_MET = """
    met as (
        select account_id, staff_id, min(since) as since from (
            select c.account_id, t.staff_id, t.since
            from ties t join contacts c using (contact_id)
            where t.since is not null and coalesce(t.strength, 1) > 0
            union all select account_id, staff_id, min("on") from visits group by all
            union all select account_id, staff_id, min(began) from turns group by all
        ) group by all
    )
"""


def _gone(role: str) -> str:
    """SQL: turns in a role that ended since the person left, the latest of each person."""
    return f"""
    gone as (
        select t.account_id, s.staff_id, max(t.began) as began, min(s.left_on) as left_on,
            least(min(s.left_on), max(coalesce(t.ended, s.left_on))) as since,
            any_value(left(coalesce(nullif(s.name, ''), s.staff_id), {NAME_LENGTH})) as name
        from turns t join staff s using (staff_id)
        where t.role = '{role}' and s.left_on < $as_of and t.began < s.left_on
            and (s.joined_on is null or s.joined_on <= s.left_on)
            and (t.ended is null or t.ended >= s.left_on - {HANDED_OVER_DAYS})
        group by t.account_id, s.staff_id
    )
    """


@signal(
    "manager_left",
    rule="R21",
    direction="us",
    role="context",
    wording=gettext_noop("{name}, who looked after it since {began_on}, left us on {left_on}."),
    tables=("staff", "assignments"),
    links=(Link("people.manager_left", 1.0, delay_weeks=8, fade_weeks=26),),
)
def manager_left(view: View) -> pa.Table:
    """Their manager left us, when or up to a quarter after the account was handed over.

    Full strength with a stranger as successor, or none within a quarter; 0.6 where they knew the
    successor before; half of that where the manager who left had it for less than half a year.
    """
    return instances(
        view,
        f"""
        with {_TURNS}, {_gone("manager")}, {_MET},
        successor as (
            select g.account_id, g.staff_id, arg_min(t.staff_id, t.began) as next_id,
                min(t.began) as next_on
            from gone g join turns t on t.account_id = g.account_id and t.staff_id <> g.staff_id
            where t.role = 'manager'
                and t.began between g.since - {HANDED_OVER_DAYS} and g.since + {HANDED_OVER_DAYS}
            group by all
        )
        select g.account_id, g.since,
            case when m.since < n.next_on then {KNOWN_BEFORE} else 1.0 end
                * case when g.since - g.began < {NEW_DAYS} then 0.5 else 1.0 end as strength,
            to_json([['staff', g.staff_id],
                ['assignments', g.account_id, g.staff_id, 'manager', g.began::varchar]])::varchar as rows,
            json_object('name', g.name, 'began_on', g.began, 'left_on', g.left_on)::varchar as data
        from gone g left join successor n using (account_id, staff_id)
            left join met m on m.account_id = g.account_id and m.staff_id = n.next_id
        """,
    )


@signal(
    "service_person_left",
    rule="R21",
    direction="us",
    role="context",
    wording=gettext_noop("{name} of service, there for it since {began_on}, left us on {left_on}."),
    tables=("staff", "assignments"),
    links=(
        Link("people.manager_changed", 0.3, delay_weeks=8, fade_weeks=20),
        Link("service.service_slow", 0.3, delay_weeks=6, fade_weeks=20),
    ),
)
def service_person_left(view: View) -> pa.Table:
    """Who served it left us. Full strength after half a year with it and more, else half."""
    return instances(
        view,
        f"""
        with {_TURNS}, {_gone("service")}
        select account_id, since,
            case when since - began < {NEW_DAYS} then 0.5 else 1.0 end as strength,
            to_json([['staff', staff_id],
                ['assignments', account_id, staff_id, 'service', began::varchar]])::varchar as rows,
            json_object('name', name, 'began_on', began, 'left_on', left_on)::varchar as data
        from gone
        """,
    )


def _reported(view: View) -> pa.Table:
    """Who reported to whom and when that was so, by the versions of `staff` known by then.

    Of each person the first version also holds for the time before; staff_id, boss_id, from_on, to_on.
    """
    rows = view.versions("staff")
    rows = rows.filter(pc.invert(rows["withdrawn"]))
    return view.sql(
        """
        with turned as (
            select staff_id, reports_to as boss_id, known_on, recorded_at,
                row_number() over (partition by staff_id order by recorded_at) as place,
                lead(known_on) over (partition by staff_id order by recorded_at) as to_on
            from versions
        )
        select staff_id, boss_id, case when place > 1 then known_on else date '0001-01-01' end as from_on,
            coalesce(to_on, date '9999-12-31') as to_on
        from turned
        where boss_id is not null and boss_id <> staff_id and staff_id in (select staff_id from staff)
        """,
        versions=rows.select(["staff_id", "reports_to", "known_on", "recorded_at"]),
    )


@signal(
    "leader_left",
    rule="R7",
    direction="us",
    role="context",
    wording=gettext_noop("{name}, to whom its manager reported, left us on {left_on}."),
    tables=("staff", "assignments"),
    links=(Link("people.leader_left", 1.0, delay_weeks=8, fade_weeks=26),),
)
def leader_left(view: View) -> pa.Table:
    """Somebody above their manager left us, as the reporting lines were in the quarter before.

    Full strength of whom the manager reported to, half of the next above, a quarter of the third.
    """
    return instances(
        view,
        f"""
        with {_TURNS},
        gone as (
            select staff_id, left_on, left(coalesce(nullif(name, ''), staff_id), {NAME_LENGTH}) as name
            from staff where left_on < $as_of and left_on >= $begin
                and (joined_on is null or joined_on <= left_on)
        ),
        held as (
            select g.staff_id as leader_id, g.name, g.left_on, r.staff_id, r.boss_id
            from gone g join reported r
                on r.from_on <= g.left_on and r.to_on > g.left_on - {HANDED_OVER_DAYS}
        ),
        below as (
            select leader_id, staff_id, 1.0 as strength from held where boss_id = leader_id
            union all
            select a.leader_id, b.staff_id, 0.5 from held a join held b
                on b.leader_id = a.leader_id and b.boss_id = a.staff_id where a.boss_id = a.leader_id
            union all
            select a.leader_id, c.staff_id, 0.25 from held a join held b
                on b.leader_id = a.leader_id and b.boss_id = a.staff_id
                join held c on c.leader_id = a.leader_id and c.boss_id = b.staff_id
            where a.boss_id = a.leader_id
        ),
        most as (
            select leader_id, staff_id, max(strength) as strength from below
            where staff_id <> leader_id group by all
        )
        select t.account_id, g.left_on as since, max(m.strength) as strength,
            to_json([['staff', g.staff_id], ['staff', min(t.staff_id)]])::varchar as rows,
            json_object('name', g.name, 'left_on', g.left_on)::varchar as data
        from gone g join most m on m.leader_id = g.staff_id join turns t on t.staff_id = m.staff_id
        where t.role = 'manager' and t.began <= g.left_on
            and (t.ended is null or t.ended >= g.left_on)
        group by t.account_id, g.staff_id, g.left_on, g.name
        """,
        reported=_reported(view),
    )


@signal(
    "manager_changed",
    rule="R21",
    direction="us",
    role="context",
    wording=gettext_noop(
        "Its manager was changed on {changed_on}; changes within two years, with that one: {times}."
    ),
    tables=("assignments",),
    links=(Link("people.manager_changed", 1.0, delay_weeks=6, fade_weeks=20),),
)
def manager_changed(view: View) -> pa.Table:
    """Each change of manager that was not the former one's leaving us.

    Half strength the first time, full the second time within two years; 0.6 of that where they knew
    the new manager before. Every change counts for the number, also after somebody left.
    """
    return instances(
        view,
        f"""
        with {_TURNS}, {_MET},
        managers as (
            select account_id, staff_id, began, max(coalesce(ended, date '9999-12-31')) as ended
            from turns where role = 'manager' group by all
        ),
        turned as (
            select *, lag(staff_id) over by_day as before_id, lag(began) over by_day as before_on,
                lag(ended) over by_day as before_ended
            from managers window by_day as (partition by account_id order by began, staff_id)
        ),
        changes as (
            select *, count(*) over (partition by account_id order by began
                range between interval {LOOK_BACK_DAYS} days preceding and current row) as times
            from turned
            where before_id <> staff_id and (
                before_ended = date '9999-12-31' or before_ended <= began + {HANDED_OVER_DAYS}
            )
        )
        select c.account_id, c.began as since,
            case when c.times > 1 then 1.0 else 0.5 end
                * case when m.since < c.began then {KNOWN_BEFORE} else 1.0 end as strength,
            to_json([
                ['assignments', c.account_id, c.staff_id, 'manager', c.began::varchar],
                ['assignments', c.account_id, c.before_id, 'manager', c.before_on::varchar]
            ])::varchar as rows,
            json_object('changed_on', c.began, 'times', c.times)::varchar as data
        from changes c
            left join met m on m.account_id = c.account_id and m.staff_id = c.staff_id
            left join staff s on s.staff_id = c.before_id
        where s.left_on is null or s.left_on >= $as_of
            or s.left_on not between c.began - 2 * {HANDED_OVER_DAYS} and c.began + {HANDED_OVER_DAYS}
        """,
    )
