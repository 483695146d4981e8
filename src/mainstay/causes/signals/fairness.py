"""Signals from how we treat accounts of different sizes: terms, attention (R3, R8.6, R8.7)."""

from __future__ import annotations

import pyarrow as pa

from mainstay.causes.queries import instances
from mainstay.causes.types import Link, signal
from mainstay.causes.view import View
from mainstay.core.texts import gettext_noop
from mainstay.standing.reporting import with_money
from mainstay.standing.terms import AGREED

LEAST_LARGE = 3  # large accounts with terms, to say what is usual among them
DAYS_SHORTER = 15  # to pay
MINIMUM_SHARE = 0.8  # of its usual order is the minimum that it may order
HALF = 0.5  # of its share is what an account or a size class gets too little


@signal(
    "terms_harsher",
    rule="R8",
    lasting=True,
    direction="us",
    role="context",
    wording=gettext_noop(
        "Terms harder than those of large accounts: {terms_days} days to pay where they have "
        "{large_days}, a minimum of {minimum_share} of its usual order where they have "
        "{large_minimum_share}, penalties: {penalties}."
    ),
    tables=("agreements",),
    links=(Link("money.harsh_terms", weight=0.7, delay_weeks=8, fade_weeks=26),),
)
def terms_harsher(view: View) -> pa.Table:
    """Agreements in force with an account, or its segment, that is not large, and harder than what is
    usual among the large; half strength for one such term, full for two: DAYS_SHORTER days less to pay, a
    minimum order of MINIMUM_SHARE of its usual order and twice the large ones' share, penalties where
    most of them have none.
    """
    in_force = view.sql(
        f"""
        select agreement_id, holder as account_id, size_class, "from" as agreed_on, "to" as ends_on,
            payment_terms_days as days, minimum_order, currency,
            coalesce(trim(penalties), '') <> '' as penalised,
            amount_52 / nullif(order_days_52, 0) as usual_order
        from ({AGREED}) where "from" < $as_of and ("to" is null or "to" >= $begin)
        """
    )
    return instances(
        view,
        f"""
        with shares as (
            select *, money / nullif(usual_order, 0) as minimum,
                ends_on is null or ends_on >= $as_of as holds
            from terms
        ),
        large as (
            select median(days) as days, coalesce(median(minimum), 0) as minimum,
                avg(penalised::int) as penalised, count(distinct account_id) as many
            from shares where size_class = 'large' and holds
        ),
        compared as (
            select s.*, l.days as large_days, l.minimum as large_minimum,
                coalesce((s.days <= l.days - {DAYS_SHORTER})::int, 0)
                + coalesce((s.minimum >= {MINIMUM_SHARE} and s.minimum >= 2 * l.minimum)::int, 0)
                + (s.penalised and l.penalised < {HALF})::int as harder
            from shares s, large l where l.many >= {LEAST_LARGE} and s.size_class <> 'large'
        )
        select account_id, agreed_on as since, case when not holds then ends_on end as until,
            harder / 2.0 as strength, to_json([['agreements', agreement_id]])::varchar as rows,
            json_object('terms_days', days, 'large_days', large_days, 'minimum_share',
                coalesce(minimum, 0), 'large_minimum_share', large_minimum, 'penalties', penalised)::varchar
                as data
        from compared where harder > 0
        """,
        terms=with_money(view, in_force, "minimum_order", "agreed_on", "currency"),
    )


@signal(
    "attention_below_share",
    rule="R3",
    lasting=True,
    direction="us",
    role="context",
    wording=gettext_noop(
        "Accounts of its size bring {sales_share} and get {attention_share} of visits and promotion "
        "money; it had {had} in 52 weeks where its share is {due}."
    ),
    tables=("visits", "incentives"),
    links=(
        Link("money.unbalanced", weight=0.6, delay_weeks=10, fade_weeks=26),
        Link("drift.no_contact", weight=0.2, delay_weeks=10, fade_weeks=26),
    ),
)
def attention_below_share(view: View) -> pa.Table:
    """Accounts that are not large, of a size class that gets less than half of its share of visits and
    promotion money, which themselves get less than half of theirs; half strength at half of its
    share, full at none.

    A share of sales in the last 52 weeks is held against the mean of the shares of visits and of
    incentives' spending then, of those there are. Who is due less than one visit is left out: none is no
    neglect. It began after the last visit or incentive, or 52 weeks ago.
    """
    return instances(
        view,
        f"""
        with seen as (
            select account_id, count(*) as visited, max("on") as last_on from visits
            where "on" >= $as_of::date - 364 and "on" < $as_of group by account_id
        ),
        given as (
            select account_id, sum(coalesce(spent, budget))::double as spent, max("from") as last_on
            from incentives where "from" >= $as_of::date - 364 and "from" < $as_of group by account_id
        ),
        each as (
            select j.account_id, j.size_class, greatest(j.amount_52, 0) as sold,
                coalesce(s.visited, 0) as visited, coalesce(g.spent, 0) as spent,
                greatest(s.last_on, g.last_on) as last_on
            from judged j left join seen s using (account_id) left join given g using (account_id)
            where j.amount_52 > 0
        ),
        shared as (
            select *, sold / sum(sold) over () as sales_share, sum(visited) over () as visits_of_all,
                list_avg(list_filter([visited / nullif(sum(visited) over (), 0),
                    spent / nullif(sum(spent) over (), 0)], lambda x: x is not null)) as got
            from each
        ),
        classed as (
            select *, sum(sales_share) over (partition by size_class) as class_sales,
                sum(got) over (partition by size_class) as class_got
            from shared
        )
        select account_id, coalesce(last_on, $as_of::date - 364) as since,
            1 - got / sales_share as strength, to_json([['accounts', account_id]])::varchar as rows,
            json_object('sales_share', class_sales, 'attention_share', class_got,
                'had', visited, 'due', round(visits_of_all * sales_share, 1))::varchar as data
        from classed
        where size_class <> 'large' and class_got < {HALF} * class_sales and got < {HALF} * sales_share
            and visits_of_all * sales_share >= 1
        """,
    )
