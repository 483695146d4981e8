"""Margin after what serving costs, of each account; the whale curve; size classes side by side."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from mainstay.standing.known import Known
from mainstay.standing.reporting import with_money
from mainstay.standing.terms import AGREED
from mainstay.standing.value.earned import HALF_DAYS, Earned

POINTS = 100  # of the curve
LEAST_ORDER_DAYS = 3  # in a year, before it is said that an account never earns


def earned_of(known: Known) -> pa.Table:
    """The table of `Earned`, of the accounts that were judged."""
    kernel = Earned(known.as_of, known.settings.margin_share)
    rows = known.ledger.map_accounts(
        kernel, columns=kernel.columns, as_of=known.as_of, known_until=known.known_until
    )
    return known.sql("select e.* from earned e semi join judged using (account_id)", earned=rows)


def margins(known: Known, earned: pa.Table, costs: pa.Table) -> pa.Table:
    """One row an account that bought or cost something in two years.

    Returns: account_id, size_class, sales, margin, cost, remains (margin less cost), costed_share (of
        sales, with a known cost), order_days: of the last 52 weeks; sales_26, remains_26, sales_26_before,
        remains_26_before; remains_before (of the 52 weeks before; null where the account is not older);
        never (earned nothing in either year); place (1 = most remains)
    """
    return known.sql(
        f"""
        with came as (
            select account_id, half, net, margin, sold, costed, order_days, 0.0 as cost from earned
            union all
            select account_id, half, 0, 0, 0, 0, 0, money from costs
        ),
        sums as (
            select account_id,
                sum(net) filter (half < 2) as sales, sum(margin) filter (half < 2) as margin,
                sum(cost) filter (half < 2) as cost, sum(margin - cost) filter (half < 2) as remains,
                sum(sold) filter (half < 2) as sold, sum(costed) filter (half < 2) as costed,
                sum(order_days) filter (half < 2) as order_days,
                sum(order_days) filter (half >= 2) as order_days_before,
                sum(net) filter (half = 0) as sales_26,
                sum(margin - cost) filter (half = 0) as remains_26,
                sum(net) filter (half = 1) as sales_26_before,
                sum(margin - cost) filter (half = 1) as remains_26_before,
                sum(margin - cost) filter (half >= 2) as remains_before
            from came group by account_id
        )
        select s.account_id, j.size_class, coalesce(sales, 0) as sales, coalesce(margin, 0) as margin,
            coalesce(cost, 0) as cost, coalesce(remains, 0) as remains,
            costed / nullif(sold, 0) as costed_share, coalesce(s.order_days, 0)::int as order_days,
            coalesce(sales_26, 0) as sales_26, coalesce(remains_26, 0) as remains_26,
            coalesce(sales_26_before, 0) as sales_26_before,
            coalesce(remains_26_before, 0) as remains_26_before,
            case when order_days_before > 0 then remains_before end as remains_before,
            coalesce(remains < 0 and remains_before < 0 and s.order_days >= {LEAST_ORDER_DAYS}
                and order_days_before >= {LEAST_ORDER_DAYS}, false) as never,
            row_number() over (order by coalesce(remains, 0) desc, s.account_id)::int as place
        from sums s join judged j using (account_id)
        where sales is not null or cost is not null
        """,
        earned=earned,
        costs=costs,
    )


def cost_lines(known: Known, costs: pa.Table) -> pa.Table:
    """What serving costs by kind: account_id, kind, n, money (52 weeks), n_before, money_before (of the 52
    weeks before)."""
    return known.sql(
        """
        select account_id, kind, coalesce(sum(n) filter (half < 2), 0) as n,
            coalesce(sum(money) filter (half < 2), 0) as money,
            coalesce(sum(n) filter (half >= 2), 0) as n_before,
            coalesce(sum(money) filter (half >= 2), 0) as money_before
        from costs semi join judged using (account_id) group by account_id, kind
        """,
        costs=costs,
    )


def whale_curve(margins: pa.Table) -> pa.Table:
    """What remains of all accounts so far, from the one of which most remains on.

    Returns: accounts (how many so far, from 0), so_far (money); a hundred points at most, and the peak
        among them
    """
    remains = np.sort(np.asarray(margins["remains"], float))[::-1]
    so_far = np.concatenate([[0.0], np.cumsum(remains)])
    at = np.unique(np.round(np.linspace(0, len(remains), POINTS)).astype(np.int64))
    at = np.union1d(at, [int(so_far.argmax())])
    return pa.table({"accounts": pa.array(at), "so_far": pa.array(np.round(so_far[at], 2))})


def sizes(known: Known, margins: pa.Table, costs: pa.Table) -> pa.Table:
    """What accounts of each size class bring, get, and must put up with (R3), of the last 52 weeks.

    Returns: size_class, accounts, sales, margin, remains, never (accounts), contacts (visits and calls),
        given (money), fill_rate (mean share of an ordered line that came), filled (how many lines tell
        it), terms_days, minimum_share (of the account's usual order; both medians), penalised_share,
        agreed (accounts with an agreement in force)
    """
    agreed = with_money(
        known,
        known.sql(
            f"""
            select holder as account_id, size_class, payment_terms_days, minimum_order, currency,
                "from" as agreed_on, coalesce(trim(penalties), '') <> '' as penalised,
                amount_52 / nullif(order_days_52, 0) as usual_order
            from ({AGREED}) where "from" < $as_of and ("to" is null or "to" >= $as_of)
            """
        ),
        "minimum_order",
        "agreed_on",
        "currency",
    )
    return known.sql(
        f"""
        with came as (
            select account_id, coalesce(order_id, delivery_id) as order_id, product_id,
                max(quantity_ordered) as ordered, sum(coalesce(quantity_delivered, 0)) as delivered,
                bool_or(quantity_delivered is not null or refused_on is not null) as settled,
                min(coalesce(promised_on, requested_on, delivered_on, refused_on)) as due_on
            from deliveries where quantity_ordered > 0 and account_id is not null
            group by account_id, coalesce(order_id, delivery_id), product_id
        ),
        filled as (
            select j.size_class, avg(least(1.0, delivered / ordered)) as fill_rate, count(*) as filled
            from came join judged j using (account_id)
            where settled and due_on >= $as_of::date - {2 * HALF_DAYS} and due_on < $as_of
            group by j.size_class
        ),
        cost as (
            select j.size_class, sum(n) filter (kind in ('visits', 'calls')) as contacts,
                sum(money) filter (kind = 'given') as given
            from costs join judged j using (account_id) where half < 2 group by j.size_class
        ),
        each as (
            select size_class, account_id, max(payment_terms_days) as days,
                min(money / nullif(usual_order, 0)) filter (usual_order > 0) as minimum,
                bool_or(penalised) as penalised
            from agreed group by all
        ),
        terms as (
            select size_class, median(days) as terms_days, median(minimum) as minimum_share,
                avg(penalised::int) as penalised_share, count(*) as agreed
            from each group by size_class
        ),
        classes as (
            select size_class, count(*) as accounts, sum(sales) as sales, sum(margin) as margin,
                sum(remains) as remains, count(*) filter (never) as never
            from margins group by size_class
        )
        select c.*, coalesce(contacts, 0) as contacts, coalesce(given, 0) as given, fill_rate,
            coalesce(filled, 0) as filled, terms_days, minimum_share, penalised_share,
            coalesce(agreed, 0) as agreed
        from classes c left join filled using (size_class) left join cost using (size_class)
            left join terms using (size_class)
        order by list_position(['large', 'medium', 'small'], size_class)
        """,
        margins=margins,
        costs=costs,
        agreed=agreed,
    )
