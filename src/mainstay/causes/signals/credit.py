"""Signals from the books: credit holds, paying slower (R1, R9)."""

from __future__ import annotations

import pyarrow as pa

from mainstay.causes.queries import instances
from mainstay.causes.types import Link, signal
from mainstay.causes.view import View
from mainstay.core.texts import gettext_noop
from mainstay.standing.payments import payments

LATEST_DAYS = 182  # payments due since then are set against those of the year before
LEAST_PAYMENTS = 3  # in each of the two
LEAST_OTHERS = 3  # accounts, to say how all pay
SLOWER_DAYS = 10  # less is chance


@signal(
    "credit_hold",
    rule="R9",
    lasting=True,
    direction="us",
    role="context",
    wording=gettext_noop("Their credit was held from {from_on}, for {held_days} days."),
    tables=("credit_holds",),
    links=(
        Link("money.credit_hold", weight=0.9, delay_weeks=2, fade_weeks=13),
        Link("own_business.shrank", weight=0.15, delay_weeks=4, fade_weeks=26),
    ),
)
def credit_hold(view: View) -> pa.Table:
    """Each time that we held an account's orders; half strength at two weeks, full at four."""
    return instances(
        view,
        """
        select account_id, "from" as since, "to" as until,
            (coalesce("to", $as_of::date) - "from") / 28.0 as strength,
            to_json([['credit_holds', account_id, "from"::varchar]])::varchar as rows,
            json_object('from_on', "from", 'held_days', coalesce("to", $as_of::date) - "from")::varchar
                as data
        from credit_holds
        """,
    )


@signal(
    "paying_slower",
    rule="R1",
    direction="them",
    role="context",
    wording=gettext_noop(
        "Pays {slower_days} days later than in the year before, {late_days} days after the day due."
    ),
    tables=("payments",),
    links=(
        Link("own_business.shrank", weight=0.4, delay_weeks=6, fade_weeks=26),
        Link("service.complaint_unsolved", weight=0.1, delay_weeks=4, fade_weeks=13),
    ),
)
def paying_slower(view: View) -> pa.Table:
    """Accounts that pay later than in the year before, by SLOWER_DAYS and by as much more than the
    others do; half strength at 15 days later, full at 30. It begins with the first payment that was later
    than it used to be. Days are weighed by sums, as they are where all of an account's are in one
    currency; else in the reporting currency, without those that have no rate. What is still open counts
    up to today. `money` is what is open beyond its day, in the reporting currency.
    """
    return instances(
        view,
        f"""
        with alike as (
            select account_id, count(distinct coalesce(currency, '')) = 1 as one_currency
            from payments_told group by account_id
        ),
        told as (
            select account_id, due_on, amount, money, paid_on,
                if(one_currency, amount::double, money) as weight,
                coalesce(paid_on, $as_of::date) - due_on as days,
                due_on >= $as_of::date - {LATEST_DAYS} as latest
            from payments_told join alike using (account_id) where weight is not null
        ),
        means as (
            select account_id, sum(days * weight) filter (latest) / sum(weight) filter (latest) as now,
                sum(days * weight) filter (not latest) / sum(weight) filter (not latest) as before,
                count(*) filter (latest) as payments_now, count(*) filter (not latest) as payments_before,
                sum(money) filter (paid_on is null) as open
            from told group by account_id
        ),
        others as (
            select if(count(*) >= {LEAST_OTHERS}, median(now - before), 0) as slower from means
            where payments_now >= {LEAST_PAYMENTS} and payments_before >= {LEAST_PAYMENTS}
        ),
        slow as (
            select m.*, now - before - greatest(0, slower) as beyond from means m, others
            where payments_now >= {LEAST_PAYMENTS} and payments_before >= {LEAST_PAYMENTS}
        ),
        proof as (
            select t.account_id, t.due_on, t.amount, row_number() over (partition by t.account_id
                order by t.due_on) as place
            from told t join slow s using (account_id)
            where t.latest and t.days >= s.before + {SLOWER_DAYS} and s.beyond >= {SLOWER_DAYS}
        )
        select s.account_id, min(p.due_on) as since, any_value(s.beyond) / 30 as strength,
            any_value(s.open) as money,
            to_json(list(json_array('payments', s.account_id, p.due_on::varchar,
                p.amount::decimal(18, 4)::varchar) order by p.place) filter (p.place <= 12))::varchar
                as rows,
            json_object('slower_days', round(any_value(s.now - s.before)), 'late_days',
                greatest(0, round(any_value(s.now))))::varchar as data
        from slow s join proof p using (account_id)
        group by s.account_id
        """,
        payments_told=payments(view, since_days=LATEST_DAYS + 364),
    )
