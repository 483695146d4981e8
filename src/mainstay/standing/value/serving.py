"""What serving each account costs: visits, urgent deliveries, returns, what was given, waiting for money.

Each is counted half year by half year before the date and charged at the settings' unit costs, all in the
reporting currency.
"""

from __future__ import annotations

import pyarrow as pa

from mainstay.standing.known import Known
from mainstay.standing.payments import payments
from mainstay.standing.reporting import with_money
from mainstay.standing.terms import AGREED
from mainstay.standing.value.earned import HALF_DAYS, HALVES

KINDS = ("visits", "calls", "urgent", "returns", "given", "waiting")
CALLS = ("call", "video", "message")
# Discounts and prices stand in the order lines already, and credits are lines of their own.
IN_THE_PRICES = ("discount",)
PAID_OUT = ("rebate", "reward", "support", "other")
OPEN_DAYS = 364  # over which a budget without an end is spread

# All halves: half 0 is the days first..last before the date.
_HALVES = f"""
    halves as (
        select h::int as half, ($as_of::date - {HALF_DAYS} * (h::int + 1))::date as first,
            ($as_of::date - {HALF_DAYS} * h::int - 1)::date as last
        from range({HALVES}) as every(h)
    )
"""
_HALF_OF = f"(($as_of::date - 1 - {{day}}) // {HALF_DAYS})::int"


def _visits(known: Known) -> pa.Table:
    calls = ", ".join(f"'{kind}'" for kind in CALLS)
    cost = known.settings.hour_cost
    hours = f"if(kind in ({calls}), {known.settings.call_hours}, {known.settings.visit_hours})"
    return known.sql(
        f"""
        select account_id, {_HALF_OF.format(day='"on"')} as half,
            if(kind in ({calls}), 'calls', 'visits') as kind, count(*)::double as n,
            sum({hours} * {cost})::double as money
        from visits where account_id is not null and "on" < $as_of and half < {HALVES}
        group by all
        """
    )


def _urgent(known: Known) -> pa.Table:
    return known.sql(
        f"""
        select account_id, {_HALF_OF.format(day="delivered_on")} as half, 'urgent' as kind,
            count(distinct coalesce(order_id, delivery_id))::double as n,
            n * {float(known.settings.urgent_cost)} as money
        from deliveries
        where urgent and delivered_on < $as_of and account_id is not null and half < {HALVES}
        group by all
        """
    )


def _returns(known: Known, earned: pa.Table) -> pa.Table:
    return known.sql(
        f"""
        select account_id, half, 'returns' as kind, return_days::double as n,
            n * {float(known.settings.return_cost)} as money
        from earned where return_days > 0
        """,
        earned=earned,
    )


def _given(known: Known) -> pa.Table:
    """Incentives spread evenly over the days that they ran, and promises of money on the day they were kept.

    Of an incentive without what was spent, the budget is spread over its days. A rebate is counted once:
    where an account was paid rebates as promised, its incentives of that kind are left out.
    """
    promises = with_money(
        known,
        known.sql(
            f"""
            select account_id, kind, kept_on, currency,
                coalesce(kept_amount, amount)::decimal(18, 4) as paid
            from promises where kept_on < $as_of and coalesce(kept_amount, amount) > 0
                and coalesce(kind, 'other') in {PAID_OUT} and account_id is not null
            """
        ),
        "paid",
        "kept_on",
        "currency",
    )
    incentives = with_money(
        known,
        known.sql(
            f"""
            select account_id, kind, "from" as first_on, currency,
                coalesce(spent, budget)::decimal(18, 4) as paid,
                greatest("from", case when spent is not null
                    then least(coalesce("to", $as_of::date - 1), $as_of::date - 1)
                    else coalesce("to", ("from" + {OPEN_DAYS - 1})::date) end) as last_on
            from incentives where "from" < $as_of and coalesce(spent, budget) > 0
                and kind not in {(*IN_THE_PRICES, "")} and account_id is not null
            """
        ),
        "paid",
        "first_on",
        "currency",
    )
    return known.sql(
        f"""
        with {_HALVES},
        kept as (
            select account_id, {_HALF_OF.format(day="kept_on")} as half, money
            from promised where half < {HALVES}
        ),
        by_promise as (select distinct account_id from promised where kind = 'rebate'),
        spread as (
            select g.account_id, h.half, g.money
                * (least(g.last_on, h.last) - greatest(g.first_on, h.first) + 1)
                / (g.last_on - g.first_on + 1) as money
            from incented g join halves h on g.first_on <= h.last and g.last_on >= h.first
            where g.kind <> 'rebate' or g.account_id not in (select account_id from by_promise)
        )
        select account_id, half, 'given' as kind, count(*)::double as n, sum(money)::double as money
        from (select * from kept union all select * from spread)
        where money is not null group by all
        """,
        promised=promises,
        incented=incentives,
    )


def _waiting(known: Known) -> pa.Table:
    """What it costs to wait for the money: each payment's days in a half year, from its invoice until it was paid.

    The invoice is as old as the terms in force; where none are known, only the days after it was due count.
    """
    return known.sql(
        f"""
        with {_HALVES},
        held as (
            select holder as account_id, payment_terms_days as days,
                row_number() over (partition by holder
                    order by account_id is null, "from" desc, agreement_id) as place
            from ({AGREED}) where "from" < $as_of and ("to" is null or "to" >= $as_of)
                and payment_terms_days is not null
        ),
        owed as (
            select p.account_id, p.money, (p.due_on - coalesce(t.days, 0)::int)::date as first,
                case when p.paid_on < $as_of then p.paid_on else $as_of::date end as after
            from due p left join held t on t.account_id = p.account_id and t.place = 1
            where p.money is not null
        )
        select o.account_id, h.half, 'waiting' as kind, count(*)::double as n,
            sum(o.money * (least(o.after, h.last + 1) - greatest(o.first, h.first)) / 365.0
                * {float(known.settings.interest_share)})::double as money
        from owed o join halves h on o.first <= h.last and o.after > h.first
        group by all
        """,
        due=payments(known),
    )


def costs(known: Known, earned: pa.Table) -> pa.Table:
    """What serving costs: account_id, half (0 = the last 26 weeks), kind (of KINDS), n (visits, deliveries,
    days, things given, payments), money.

    earned: the table of `Earned`
    """
    parts = [
        _visits(known),
        _urgent(known),
        _returns(known, earned),
        _given(known),
        _waiting(known),
    ]
    shape = pa.schema(
        [
            ("account_id", pa.string()),
            ("half", pa.int32()),
            ("kind", pa.string()),
            ("n", pa.float64()),
            ("money", pa.float64()),
        ]
    )
    return pa.concat_tables([one.select(shape.names).cast(shape) for one in parts])
