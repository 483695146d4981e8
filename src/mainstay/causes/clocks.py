"""When each complaint was to be answered and solved: in days, for all complaints at once.

In days, not by the company's hours (see `standing.service`): here a working day has 9 hours, Monday to Friday.
"""

from __future__ import annotations

from mainstay.core.service_standards import KINDS, UNKNOWN_KIND, UNKNOWN_SEVERITY

WORKED_HOURS = 9


def _due(hours: str) -> str:
    """SQL: the day on which so many hours are gone; from a weekend's complaint, from Monday on."""
    days = f"ceil({hours} / {WORKED_HOURS})::integer"
    rolled = "(case when isodow > 5 then 8 - isodow else 0 end)"
    weekday = "(case when isodow > 5 then 0 else isodow - 1 end)"
    worked = f"opened_on + {rolled} + {days} + 2 * (({weekday} + {days}) // 5)"
    return f"case when always then opened_on + ceil({hours} / 24)::integer else {worked} end"


def _day(moment: str) -> str:
    return f"timezone('UTC', {moment})::date"


_KINDS = ", ".join(f"'{kind}'" for kind in KINDS)
# SQL, to stand behind WITH, beside the table `standards`: every complaint with its standard, in days of
# UTC; what happens on the date or later is not known then.
CLOCKS = f"""
    opened as (
        select complaint_id, account_id, product_id,
            case when kind in ({_KINDS}) then kind else '{UNKNOWN_KIND}' end as kind,
            case when severity between 1 and 3 then severity else {UNKNOWN_SEVERITY} end as severity,
            {_day("opened_at")} as opened_on, isodow({_day("opened_at")})::integer as isodow,
            case when {_day("first_answer_at")} < $as_of then {_day("first_answer_at")} end
                as answered_on,
            case when {_day("solved_at")} < $as_of then {_day("solved_at")} end as solved_on,
            accepted_by_customer as accepted
        from complaints
    ),
    clocks as (
        select o.*, answer, solve, always, {_due("answer")} as answer_due, {_due("solve")} as solve_due,
            [0.5, 0.75, 1.0][severity] as weight
        from opened o join standards using (kind, severity)
    )
"""
