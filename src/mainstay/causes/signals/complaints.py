"""Signals from complaints: unsolved, answered late, come again, solved without their word (R16, R17)."""

from __future__ import annotations

import pyarrow as pa

from mainstay.causes.clocks import CLOCKS
from mainstay.causes.product_categories import categories_of
from mainstay.causes.queries import instances
from mainstay.causes.types import Link, signal
from mainstay.causes.view import View
from mainstay.core.service_standards import KINDS
from mainstay.core.texts import gettext_noop
from mainstay.standing.service.standards import standards

# Later than the standard by so much: what days off and rounding make late is let pass.
LEEWAY_DAYS, LEEWAY = 2, 0.25
FAR_TIMES, FAR_DAYS = 3, 3  # an answer far beyond its standard
REPEATED_DAYS = 182
ENOUGH = 20  # complaints without one solution (answer) among them: nobody writes these down

_UNSOLVED = "service.complaint_unsolved"


def _link(cause: str, weight: float, delay_weeks: float = 4) -> Link:
    """Service below what was promised: the risk half as high again, fading within a year."""
    return Link(cause, weight, delay_weeks=delay_weeks, fade_weeks=26)


@signal(
    "complaint_open",
    rule="R17",
    lasting=True,
    direction="us",
    role="context",
    wording=gettext_noop(
        "A complaint of {opened_on} was not solved for {open_days} days; "
        "the standard is {standard_hours} hours."
    ),
    tables=("complaints",),
    by="kind",
    by_data={
        "question": (_link("courtesy.slow_answers", 0.6),),
        "quality": (_link(_UNSOLVED, 0.7), _link("product.quality", 0.4)),
        "delivery": (_link(_UNSOLVED, 0.6), _link("delivery.late", 0.3)),
        "service": (_link(_UNSOLVED, 0.7), _link("service.service_slow", 0.4)),
        "invoice": (_link(_UNSOLVED, 0.5), _link("courtesy.discourtesy", 0.3)),
        "conduct": (_link(_UNSOLVED, 0.4), _link("courtesy.discourtesy", 0.6)),
        "other": (_link(_UNSOLVED, 0.6),),
    },
)
def complaint_open(view: View) -> pa.Table:
    """Each complaint that was not solved within its standard and a quarter more, from then until solved.

    Of the highest severity half strength two weeks late, full at four; of the middle one three quarters
    of that, of the lowest half. An answered question is solved.
    """
    return instances(
        view,
        f"""
        with {CLOCKS},
        ended as (
            select *, case when kind = 'question' then coalesce(solved_on, answered_on)
                else solved_on end as ended_on
            from clocks
        ),
        waited as (
            select *, coalesce(ended_on, $as_of) - solve_due as late_days,
                coalesce(ended_on, $as_of) - opened_on as open_days
            from ended where (accepted is not true or solved_on is not null)
                and (select count(solved_at) > 0 or count(*) < {ENOUGH} from complaints)
        )
        select account_id, (solve_due + 1) as since, ended_on as until,
            weight * least(1.0, late_days / 28.0) as strength, c.category as category,
            to_json([['complaints', complaint_id]])::varchar as rows,
            json_object('opened_on', opened_on, 'open_days', open_days, 'standard_hours', solve,
                'kind', kind)::varchar as data
        from waited left join product_categories c using (product_id)
        where late_days > greatest({LEEWAY_DAYS}, {LEEWAY} * (solve_due - opened_on))
        """,
        standards=standards(view),
        product_categories=categories_of(view, "complaints"),
    )


@signal(
    "complaint_slow",
    rule="R17",
    direction="us",
    role="context",
    wording=gettext_noop(
        "A complaint of {opened_on} waited {answer_days} days for a first answer; "
        "the standard is {standard_hours} hours."
    ),
    tables=("complaints",),
    by="kind",
    by_data={
        "question": (_link("courtesy.slow_answers", 0.6),),
        "quality": (_link("service.service_slow", 0.5), _link("courtesy.slow_answers", 0.2)),
        "delivery": (_link("service.service_slow", 0.5), _link("courtesy.slow_answers", 0.2)),
        "service": (_link("service.service_slow", 0.6),),
        "invoice": (_link("courtesy.slow_answers", 0.5),),
        "conduct": (_link("courtesy.discourtesy", 0.5), _link("courtesy.slow_answers", 0.3)),
        "other": (_link("courtesy.slow_answers", 0.4), _link("service.service_slow", 0.3)),
    },
)
def complaint_slow(view: View) -> pa.Table:
    """Each complaint whose first answer came after three times its standard, and three days late at least.

    One that was solved with no answer on record may have been answered; it does not count. Half
    strength a week late, full at two.
    """
    return instances(
        view,
        f"""
        with {CLOCKS},
        waited as (
            select *, answer_due + greatest({FAR_DAYS}, {FAR_TIMES - 1} * (answer_due - opened_on))::integer
                    as far_on, coalesce(answered_on, $as_of) as ended_on
            from clocks
            where (answered_on is not null or (solved_on is null and accepted is not true))
                and (select count(first_answer_at) > 0 or count(*) < {ENOUGH} from complaints)
        )
        select account_id, far_on as since, answered_on as until,
            (ended_on - answer_due) / 14.0 as strength, c.category as category,
            to_json([['complaints', complaint_id]])::varchar as rows,
            json_object('opened_on', opened_on, 'answer_days', ended_on - opened_on,
                'standard_hours', answer, 'kind', kind)::varchar as data
        from waited left join product_categories c using (product_id)
        where ended_on > far_on
        """,
        standards=standards(view),
        product_categories=categories_of(view, "complaints"),
    )


@signal(
    "complaint_repeated",
    rule="R16",
    direction="us",
    role="context",
    wording=gettext_noop("The same was complained of {times} times within half a year."),
    tables=("complaints",),
    by="kind",
    by_data={
        "quality": (_link("product.quality", 0.7), _link(_UNSOLVED, 0.3)),
        "delivery": (_link("delivery.late", 0.5), _link("delivery.short", 0.3)),
        "service": (_link("service.service_slow", 0.6), _link(_UNSOLVED, 0.3)),
        "invoice": (_link("courtesy.discourtesy", 0.4), _link("money.promise_broken", 0.2)),
        "conduct": (_link("courtesy.discourtesy", 0.7),),
        "other": (_link(_UNSOLVED, 0.4), _link("product.quality", 0.2)),
    },
)
def complaint_repeated(view: View) -> pa.Table:
    """A complaint of the same batch, or kind and product, for the second time in half a year or more.

    Where no product is named, of the same kind for the third time. Two on one day are one, questions
    none. Half strength at the first that counts, full two later.
    """
    return instances(
        view,
        f"""
        with {CLOCKS},
        named as (
            select c.complaint_id, c.account_id, c.kind, c.product_id, c.opened_on,
                case when r.batch is not null
                    then concat('b', chr(31), coalesce(c.product_id, ''), chr(31), r.batch)
                    else concat(c.kind, chr(31), coalesce(c.product_id, '')) end as thing,
                (r.batch is null and c.product_id is null)::integer as more
            from clocks c join complaints r using (complaint_id)
            where c.kind <> 'question'
        ),
        days as (
            select account_id, thing, opened_on, any_value(kind) as kind, any_value(more) as more,
                any_value(product_id) as product_id, min(complaint_id) as complaint_id
            from named group by account_id, thing, opened_on
        ),
        counted as (
            select *, count(*) over same as times, lag(complaint_id) over (
                partition by account_id, thing order by opened_on) as before
            from days
            window same as (partition by account_id, thing order by opened_on
                range between interval {REPEATED_DAYS} days preceding and current row)
        )
        select account_id, opened_on as since, (times - more) / 4.0 as strength, c.category as category,
            to_json([['complaints', complaint_id], ['complaints', before]])::varchar as rows,
            json_object('times', times, 'kind', kind)::varchar as data
        from counted left join product_categories c using (product_id)
        where times >= 2 + more
        """,
        standards=standards(view),
        product_categories=categories_of(view, "complaints"),
    )


@signal(
    "complaint_not_accepted",
    rule="R17",
    direction="us",
    role="context",
    wording=gettext_noop("The solution of {solved_on} was not accepted."),
    tables=("complaints",),
    by="kind",
    by_data={
        "quality": (_link(_UNSOLVED, 0.8), _link("product.quality", 0.3)),
        **{kind: (_link(_UNSOLVED, 0.8),) for kind in KINDS if kind != "quality"},
    },
)
def complaint_not_accepted(view: View) -> pa.Table:
    """Each complaint that we call solved and they do not.

    Full strength of the highest severity, three quarters of the middle one, half of the lowest.
    """
    return instances(
        view,
        f"""
        with {CLOCKS}
        select account_id, greatest(solved_on, opened_on) as since, weight as strength,
            c.category as category, to_json([['complaints', complaint_id]])::varchar as rows,
            json_object('solved_on', solved_on, 'kind', kind)::varchar as data
        from clocks left join product_categories c using (product_id)
        where accepted is false and solved_on is not null
        """,
        standards=standards(view),
        product_categories=categories_of(view, "complaints"),
    )
