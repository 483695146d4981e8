"""Signals from what we promised: overdue, kept late, kept in part, a rebate's step just missed (R8.5)."""

from __future__ import annotations

import pyarrow as pa

from mainstay.causes.queries import instances
from mainstay.causes.types import Link, signal
from mainstay.causes.view import View
from mainstay.core.texts import gettext_noop
from mainstay.standing.rebates import near_misses
from mainstay.standing.reporting import with_money

GRACE_DAYS = 7  # a promise kept so soon after its day is kept
PARTLY_SHARE = 0.95  # less of the sum than this is a part

_BROKEN = "money.promise_broken"


def _promises(view: View) -> pa.Table:
    """Promises with their sum in the reporting currency; kept on a day to come is not kept."""
    known = view.sql(
        """
        select promise_id, account_id, made_on, due_on, kind, amount, currency, kept_amount,
            case when kept_on < $as_of then kept_on end as kept_on
        from promises where account_id is not null
        """
    )
    return with_money(view, known, "amount", "due_on", "currency")


@signal(
    "promise_overdue",
    rule="R8",
    lasting=True,
    direction="us",
    role="context",
    wording=gettext_noop("A promise due on {due_on} has not been kept for {overdue_days} days."),
    tables=("promises",),
    links=(Link(_BROKEN, weight=0.8, delay_weeks=5, fade_weeks=20),),
)
def promise_overdue(view: View) -> pa.Table:
    """Each promise whose day has passed by more than GRACE_DAYS and that nobody has kept; half strength
    after a month, full after two.
    """
    return instances(
        view,
        f"""
        select account_id, due_on as since, ($as_of::date - due_on) / 60.0 as strength, money,
            to_json([['promises', promise_id]])::varchar as rows,
            json_object('due_on', due_on, 'overdue_days', $as_of::date - due_on)::varchar as data
        from told where kept_on is null and $as_of::date - due_on > {GRACE_DAYS}
        """,
        told=_promises(view),
    )


@signal(
    "promise_kept_late",
    rule="R8",
    direction="us",
    role="context",
    wording=gettext_noop("A promise due on {due_on} was kept {late_days} days late."),
    tables=("promises",),
    links=(Link(_BROKEN, weight=0.5, delay_weeks=5, fade_weeks=13),),
)
def promise_kept_late(view: View) -> pa.Table:
    """Each promise kept more than GRACE_DAYS after its day; half strength at a month late, full at two."""
    return instances(
        view,
        f"""
        select account_id, due_on as since, kept_on as until, (kept_on - due_on) / 60.0 as strength,
            money, to_json([['promises', promise_id]])::varchar as rows,
            json_object('due_on', due_on, 'late_days', kept_on - due_on)::varchar as data
        from told where kept_on - due_on > {GRACE_DAYS}
        """,
        told=_promises(view),
    )


@signal(
    "promise_kept_partly",
    rule="R8",
    direction="us",
    role="context",
    wording=gettext_noop("Of a promise due on {due_on}, {missing_share} was not kept."),
    tables=("promises",),
    links=(Link(_BROKEN, weight=0.7, delay_weeks=4, fade_weeks=17),),
)
def promise_kept_partly(view: View) -> pa.Table:
    """Each promise of which less than PARTLY_SHARE of the sum was kept; half strength where a quarter is
    missing, full from half.
    """
    return instances(
        view,
        f"""
        select account_id, kept_on as since, (1 - kept_amount / amount) * 2 as strength,
            money * (1 - kept_amount / amount) as money,
            to_json([['promises', promise_id]])::varchar as rows,
            json_object('due_on', due_on, 'missing_share', round(1 - kept_amount / amount, 4))::varchar
                as data
        from told where kept_on is not null and amount > 0 and kept_amount < {PARTLY_SHARE} * amount
        """,
        told=_promises(view),
    )


@signal(
    "rebate_tier_missed",
    rule="R8",
    direction="us",
    role="context",
    wording=gettext_noop(
        "The rebate of {rate} from {step_money} was missed by {missed_money} in the period that ended on "
        "{ended_on}."
    ),
    tables=("agreements",),
    links=(
        Link("money.harsh_terms", weight=0.3, delay_weeks=6, fade_weeks=13),
        Link(_BROKEN, weight=0.2, delay_weeks=6, fade_weeks=13),
    ),
)
def rebate_tier_missed(view: View) -> pa.Table:
    """Each period that ended just below a step of the rebate that was agreed; half strength at 5% below
    it, full right below it. `money` is the rebate that one order more would have brought.
    """
    return instances(
        view,
        """
        select account_id, ended_on as since, strength, money,
            to_json([['agreements', agreement_id],
                ['order_lines', first_on::varchar, ended_on::varchar, product]])::varchar as rows,
            json_object('rate', rate, 'step_money', step, 'missed_money', step - sold,
                'ended_on', ended_on)::varchar as data
        from misses
        """,
        misses=near_misses(view),
    )
