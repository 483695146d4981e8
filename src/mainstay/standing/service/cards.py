"""The card of service: how each account stands, and what to mend first."""

from __future__ import annotations

import pyarrow as pa

from mainstay.core.texts import gettext_noop
from mainstay.standing.card import CARD, text_sql
from mainstay.standing.known import Known
from mainstay.standing.service.figures import LEAST

A_LITTLE, CLEARLY, FALLING = 0.05, 0.15, 0.15
# A standard is a promise of all; what is good enough, and what is not, where peers don't say.
FINE, POOR = 0.9, 0.7
WORST_GAP = 0.5  # below what is fine, as urgent as it gets
LEAST_SILENT = 2  # questions in a row that stayed without an answer

_TOLD = {
    "own": gettext_noop(
        "Of {complaints} complaints in half a year, {in_time_share} were answered and solved within your standard."
    ),
    "built_in": gettext_noop(
        "Of {complaints} complaints in half a year, {in_time_share} were answered and solved within "
        "Mainstay's standard."
    ),
    "few": gettext_noop("Too few complaints in half a year to tell: {complaints}."),
}
_MEND = {
    "overdue": gettext_noop(
        "Complaints not solved in time: {overdue}, the oldest since {opened_on}. Solve them, or say by when."
    ),
    "was_solved": gettext_noop(
        "Asked whether it was solved, they answered {answer} of 5. Call, and ask what is still wrong."
    ),
    "was_quick": gettext_noop(
        "Asked whether it was quick enough, they answered {answer} of 5. Agree on what is quick enough."
    ),
    "was_treated_well": gettext_noop(
        "Asked whether they were treated well, they answered {answer} of 5. Somebody senior calls."
    ),
    "would_stay": gettext_noop(
        "Asked whether they would buy again, they answered {answer} of 5. Somebody senior calls."
    ),
    "answer": gettext_noop(
        "Answers come late most: {late} of {n}. Agree on who answers when nobody is there."
    ),
    "solve": gettext_noop(
        "Solutions came late most: {late} of {n}. Find what they waited for, and mend it before the next."
    ),
    "solve_open": gettext_noop(
        "Solutions came late most: {late} of {n}. Open now: {open}. Say by when they are solved."
    ),
    "request": gettext_noop("Requests answered by their day: {met} of {n}. Answer what is open."),
    "silent": gettext_noop(
        "Asked {silent} times, they did not answer. Silence is an answer too: ask them in person."
    ),
}


def cards(known: Known, told: pa.Table, complaints: pa.Table) -> pa.Table:
    """Rows of CARD: one an account of which something is known.

    told: table service
    """
    own = known.sql(
        "select account_id, bool_and(own) as own from clocked where quarter < 2 group by account_id",
        clocked=complaints,
    )
    return known.sql(
        f"""
        select account_id, 'service' as guarantee, standing, measure, 'share' as unit, false as less,
            before, peers, promised, urgency, {_said()}
        from ({_JUDGED}) order by account_id
        """,
        told=told,
        own_standards=own,
    ).cast(CARD)


_JUDGED = f"""
    with measured as (
        select t.*, coalesce(o.own, false) as own,
            if(in_time_n >= {LEAST}, in_time, null) as measure,
            if(in_time_n >= {LEAST} and before_n >= {LEAST}, in_time_before, null) as before,
            if(in_time_n >= {LEAST}, peers_in_time, null) as peers,
            if(in_time_n >= {LEAST}, 1.0, null) as promised,
            coalesce(request_n >= {LEAST} and request < {POOR}, false) as slow_requests
        from told t left join own_standards o using (account_id)
        where complaints > 0 or open > 0 or opinion_n > 0 or request_n > 0
    ),
    compared as (
        select *, least({FINE}, coalesce(peers, {FINE})) - measure as gap,
            coalesce(before - measure > {FALLING}, false) as falling
        from measured
    ),
    stood as (
        select *, case
            when measure is null then
                case when overdue > 0 or low_answer is not null then 'watch' else 'unknown' end
            when measure < {POOR} and gap > {CLEARLY} and in_time_high < {FINE} then 'poor'
            when gap > {A_LITTLE} or measure < {POOR} or falling or low_answer is not null then 'watch'
            else 'good' end as standing
        from compared
    )
    select *, round(greatest(
        case standing when 'poor' then 0.5 + 0.5 * least(greatest(coalesce(gap, 0), 0) / {WORST_GAP}, 1)
            when 'watch' then 0.15 + 0.25 * least(greatest(coalesce(gap, 0), 0) / {WORST_GAP}, 1)
            else 0 end,
        if(overdue > 0, least(0.3 + 0.1 * overdue, 0.7), 0),
        if(low_answer is not null, 0.6 - 0.1 * low_answer, 0),
        if(silent >= {LEAST_SILENT}, 0.2, 0), if(slow_requests, 0.2, 0)
    ), 4) as urgency from stood
"""


def _said() -> str:
    """SQL of the columns `told` and `mend` over _JUDGED."""
    shared = {"complaints": "in_time_n", "in_time_share": "in_time"}
    own, built_in = text_sql(_TOLD["own"], **shared), text_sql(_TOLD["built_in"], **shared)
    low = " ".join(
        f"when low_question = '{name}' then {text_sql(_MEND[name], answer='low_answer')}"
        for name in ("was_solved", "was_quick", "was_treated_well", "would_stay")
    )
    overdue = text_sql(
        _MEND["overdue"], overdue="overdue", opened_on="overdue_since::date::varchar"
    )
    request = text_sql(_MEND["request"], met="request_met", n="request_n")
    late = {
        name: text_sql(_MEND[name], late=f"{name}_n - {name}_done", n=f"{name}_n")
        for name in ("answer", "solve")
    }
    late["solve_open"] = text_sql(
        _MEND["solve_open"], late="solve_n - solve_done", n="solve_n", open="open"
    )
    return f"""
        case when measure is null then {text_sql(_TOLD["few"], complaints="complaints")}
            when own then {own} else {built_in} end as told,
        case when urgency <= 0 then null when overdue > 0 then {overdue} {low}
            when standing in ('poor', 'watch') and answer_n - answer_done > solve_n - solve_done
                then {late["answer"]}
            when standing in ('poor', 'watch') and solve_n > solve_done and open > 0 then {late["solve_open"]}
            when standing in ('poor', 'watch') and solve_n > solve_done then {late["solve"]}
            when slow_requests then {request}
            when silent >= {LEAST_SILENT} then {text_sql(_MEND["silent"], silent="silent")} end as mend
    """
