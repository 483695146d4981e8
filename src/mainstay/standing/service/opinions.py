"""What accounts answered, and whether they answered at all."""

from __future__ import annotations

import pyarrow as pa

from mainstay.ledger.opinion_tables import ANSWERS
from mainstay.standing.known import Known
from mainstay.standing.service.complaints import QUARTER_DAYS, QUARTERS

LOW = 2  # an answer that is bad news
_SPAN = QUARTER_DAYS * QUARTERS


def asked(known: Known) -> pa.Table:
    """A row each time that an account was asked, by account and day.

    state: answered, unanswered (asked more than `opinion_days` ago), or waiting
    worst: of the four answers the lowest, with the question that it is of
    """
    lowest = f"least({', '.join(ANSWERS)})"
    worst = " ".join(f"when {name} = worst then '{name}'" for name in ANSWERS)
    known_answers = ", ".join(
        f"if(told, {name}, null) as {name}" for name in (*ANSWERS, "answered_on")
    )
    return known.sql(
        f"""
        with seen as (
            select opinion_id, account_id, complaint_id, contact_id, asked_on,
                coalesce(answered_on < $as_of, false) as told, {known_answers}
            from opinions where asked_on < $as_of and asked_on >= $as_of::date - {_SPAN}
        )
        select * exclude (told), date_diff('day', asked_on, $as_of::date - 1) // {QUARTER_DAYS} as quarter,
            case when told then 'answered'
                when $as_of::date - asked_on > {known.settings.opinion_days} then 'unanswered'
                else 'waiting' end as state,
            {lowest} as worst, case {worst} end as worst_of
        from seen where account_id is not null order by account_id, asked_on, opinion_id
        """
    )


def sums(known: Known, rows: pa.Table) -> pa.Table:
    """By account and quarter: asked, opinion_n (answered or not, no longer waiting), answered, low, and of
    each question the sum and the number of answers."""
    each = ", ".join(f"sum({n})::double as {n}_sum, count({n}) as {n}_n" for n in ANSWERS)
    return known.sql(
        f"""
        select account_id, quarter, count(*) as asked, count(*) filter (state <> 'waiting') as opinion_n,
            count(*) filter (state = 'answered') as answered,
            count(*) filter (worst <= {LOW}) as low, {each}
        from rows group by all
        """,
        rows=rows,
    )


def latest(known: Known, rows: pa.Table) -> pa.Table:
    """An account a row, of the last half year: the newest answer that is bad news and was not followed by a better
    one; how often in a row they have not answered since they last did."""
    return known.sql(
        f"""
        with recent as (select * from rows where quarter < 2),
        last_answer as (
            select account_id, arg_max(worst, asked_on) as worst, arg_max(worst_of, asked_on) as worst_of,
                max(asked_on) as asked_on, arg_max(answered_on, asked_on) as answered_on
            from recent where state = 'answered' group by account_id
        ),
        silent as (
            select r.account_id, count(*) as silent from recent r
            left join last_answer l using (account_id)
            where state = 'unanswered' and coalesce(r.asked_on > l.asked_on, true) group by all
        )
        select account_id, if(worst <= {LOW}, worst, null) as low_answer,
            if(worst <= {LOW}, worst_of, null) as low_question,
            if(worst <= {LOW}, answered_on, null) as low_on, coalesce(silent, 0) as silent
        from last_answer full join silent using (account_id)
        """,
        rows=rows,
    )
