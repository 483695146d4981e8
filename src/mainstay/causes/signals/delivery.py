"""Signals from our deliveries: late, short, out of stock, urgent orders refused (R9, R18)."""

from __future__ import annotations

import pyarrow as pa

from mainstay.causes.queries import instances
from mainstay.causes.types import MOST_ROWS, Link, signal
from mainstay.causes.usual import usual
from mainstay.causes.view import View
from mainstay.core.texts import gettext_noop

LATE_DAYS = 2  # later than this is late
LONG_AGO_DAYS = 182  # what is older is what they are used to
SHORT_SHARE = 0.05  # what was wanted and did not come; less is rounding to whole packs
OUT_SHARE = 0.1  # of what was wanted of a product in a week could not be delivered
STOCK_LASTS_DAYS = 31  # how long a count of nothing holds without the next count
# What happens at a company so that goods come late, or not.
_EVENTS = ("shortage", "accident", "cash", "conflict")
MET_SHARE = 0.03  # of what an account buys was wanting when it would have ordered it


@signal(
    "delivery_late",
    rule="R18",
    direction="us",
    role="context",
    wording=gettext_noop("Delivered {late_days} days after the promised {promised_on}."),
    tables=("deliveries",),
    links=(Link("delivery.late", weight=0.7, delay_weeks=4, fade_weeks=13),),
    follows=_EVENTS,
    worded_by="came",
    wordings={
        "no": gettext_noop("Promised for {promised_on}, not delivered yet."),
        "part": gettext_noop(
            "Promised for {promised_on}: part came {late_days} days late, part has not come yet."
        ),
    },
)
def delivery_late(view: View) -> pa.Table:
    """Each day for which goods were promised that came after it, or have not come yet; half strength
    where all of them came a week late, full at two weeks. An order of ten lines is late once, not ten times.

    What is said not to have come at all is short, not late as well. A line counts where it is later by
    more than LATE_DAYS than what the account was used to half a year before: who has always had its goods
    some days late does not leave for that now.
    """
    return instances(
        view,
        f"""
        with told as (
            select *, coalesce(delivered_on, $as_of::date) - promised_on as days,
                bool_or(delivered_on is not null) over (partition by account_id, promised_on,
                    coalesce(order_id, delivery_id), coalesce(product_id, '')) as came
            from deliveries where promised_on is not null and account_id is not null
                and not coalesce(quantity_ordered > 0 and quantity_delivered = 0, false)
        ),
        came_before as (
            select *, days > {LATE_DAYS} + coalesce(avg(greatest(0, least(28, days))) over (
                partition by account_id order by promised_on range between interval 10 years
                    preceding and interval {LONG_AGO_DAYS} days preceding), 0) as late
            from told where delivered_on is not null or (not came and refused_on is null)
        )
        select account_id, promised_on as since,
            case when bool_and(delivered_on is not null or not late) then
                max(delivered_on) filter (late) end as until,
            avg(if(late, least(days / 14.0, 1), 0)) as strength,
            to_json(list_transform(list(delivery_id order by days desc, delivery_id)
                filter (late)[:{MOST_ROWS}], lambda id: ['deliveries', id]))::varchar as rows,
            json_object('late_days', coalesce(max(days) filter (late and delivered_on is not null),
                max(days) filter (late)), 'promised_on', promised_on, 'came', case
                    when bool_and(delivered_on is not null or not late) then 'yes'
                    when bool_or(delivered_on is not null and late) then 'part' else 'no' end)::varchar
                as data
        from came_before group by account_id, promised_on having bool_or(late)
        """,
    )


@signal(
    "delivery_short",
    rule="R18",
    direction="us",
    role="context",
    wording=gettext_noop("Of what was ordered for {promised_on}, {missing_share} did not come."),
    tables=("deliveries",),
    links=(Link("delivery.short", weight=0.7, delay_weeks=4, fade_weeks=13),),
    follows=_EVENTS,
)
def delivery_short(view: View) -> pa.Table:
    """Each day for which goods were ordered of which part did not come, in one delivery or several; half
    strength where a quarter is missing on the average of the products, full from half. What was refused
    did not come.
    """
    return instances(
        view,
        f"""
        with parts as (
            select *, coalesce(promised_on, requested_on, delivered_on, refused_on) as on_day
            from deliveries where quantity_ordered > 0 and account_id is not null
                and not (coalesce(urgent, false) and refused_on is not null)
        ),
        orders as (
            select account_id, coalesce(order_id, delivery_id), product_id,
                min(on_day) as due, max(quantity_ordered) as ordered,
                sum(coalesce(quantity_delivered, 0)) as came,
                bool_or(quantity_delivered is not null or refused_on is not null) as settled,
                list(distinct delivery_id order by delivery_id)[:{MOST_ROWS}] as ids
            from parts group by all having settled
        ),
        days as (
            select account_id, due, avg(greatest(1 - came / ordered, 0)) as missing,
                list(ids order by ids) filter (1 - came / ordered > {SHORT_SHARE}) as ids,
                list(distinct p.category) filter (1 - came / ordered > {SHORT_SHARE}) as categories
            from orders o left join products p using (product_id) group by account_id, due
        )
        select account_id, due as since, missing * 2 as strength,
            if(len(categories) = 1, categories[1], null) as category,
            to_json(list_transform(flatten(ids)[:{MOST_ROWS}], lambda id: ['deliveries', id]))::varchar
                as rows,
            json_object('promised_on', due, 'missing_share', missing)::varchar as data
        from days where missing > {SHORT_SHARE}
        """,
    )


@signal(
    "urgent_order_refused",
    rule="R18",
    direction="us",
    role="context",
    wording=gettext_noop("We refused an urgent order on {refused_on} (reason: {reason})."),
    tables=("deliveries",),
    links=(Link("delivery.refused", weight=0.8, delay_weeks=3, fade_weeks=17),),
    follows=_EVENTS,
)
def urgent_order_refused(view: View) -> pa.Table:
    """Each urgent order that we refused, and that did not come after all; always of full strength."""
    return instances(
        view,
        """
        select d.account_id, refused_on as since, 1.0 as strength, p.category,
            to_json([['deliveries', delivery_id]])::varchar as rows,
            json_object('refused_on', refused_on, 'reason', left(coalesce(d.reason, '–'), 200))::varchar as data
        from deliveries d left join products p using (product_id)
        where urgent and refused_on is not null and coalesce(quantity_delivered, 0) = 0
            and delivered_on is null
        """,
    )


_OUT_WEEKS = f"""
    select product_id, date_trunc('week', week)::date as monday, 1 - min(available) as missing,
        ['supply', product_id, max(week)::varchar] as proof
    from supply where available < 1 - {OUT_SHARE} group by product_id, monday
"""
# From a count of nothing to the next count of something.
_OUT_COUNTS = f"""
    select product_id, date_trunc('week', day)::date as monday, 1.0 as missing,
        ['stock', product_id, max(here)::varchar] as proof
    from (
        select product_id, here, unnest(range(here, least(here + {STOCK_LASTS_DAYS},
            coalesce(next_count, $as_of::date), $as_of::date), interval 7 days)) as day
        from (
            select product_id, "on" as here, on_hand,
                lead("on") over (partition by product_id order by "on") as next_count
            from stock
        ) where on_hand <= 0
    ) group by product_id, monday
"""


@signal(
    "stock_out_met",
    rule="R9",
    direction="us",
    role="context",
    wording=gettext_noop(
        "{product}, {bought_share} of what they buy, could not be delivered for {out_weeks} weeks from "
        "{out_on}."
    ),
    tables=("supply", "stock"),
    links=(Link("delivery.stock_out", weight=0.8, delay_weeks=3, fade_weeks=13),),
    follows=_EVENTS,
)
def stock_out_met(view: View) -> pa.Table:
    """Each time that a product was not to be had which an account usually buys; half strength where a
    tenth of what it buys was wanting when it would have ordered it, full at a fifth.

    Weeks of `supply`, and counts of nothing in `stock`, that follow one another are one time. Who orders
    a product twice a year hardly meets a stock-out of a week: its share counts by the weeks over its own
    gap between orders.
    """
    spells = view.sql(
        f"""
        with weeks as (
            select product_id, monday, max(missing) as missing, list(proof) as proofs
            from ({_OUT_WEEKS} union all {_OUT_COUNTS}) where monday < $as_of
            group by product_id, monday
        ),
        numbered as (
            select *, monday - 7 * row_number() over (partition by product_id order by monday)::int
                as run from weeks
        )
        select product_id, min(monday) as since, max(monday) + 7 as until, count(*) as weeks,
            avg(missing) as missing, (($as_of::date - 1 - min(monday)) // 91)::int as quarter,
            list_sort(list_distinct(flatten(list(proofs))))[:{MOST_ROWS - 1}] as proofs
        from numbered group by product_id, run having min(monday) >= $begin
        """
    )
    theirs = usual(view, spells.select(["product_id", "quarter"]), MET_SHARE)
    return instances(
        view,
        f"""
        with met as (
            select u.*, s.since, s.until, s.weeks, s.missing, s.proofs, coalesce(p.name, u.product_id) as name,
                coalesce(p.category, u.category) as of_category,
                u.share * least(1, 7 * s.weeks / u.gap_days) * s.missing as wanting
            from usual u join spells s using (product_id, quarter) left join products p
                using (product_id)
            where u.bought_quarters >= 2
        )
        select account_id, since, case when until < $as_of then until end as until,
            wanting / 0.2 as strength, amount / 52 * weeks * missing as money, of_category as category,
            to_json(list_append(proofs, ['order_lines', (since - 364)::varchar,
                (since - 1)::varchar, product_id]))::varchar as rows,
            json_object('product', name, 'bought_share', share, 'out_weeks', weeks, 'out_on', since)
                ::varchar as data
        from met where wanting >= {MET_SHARE}
        """,
        usual=theirs,
        spells=spells,
    )
