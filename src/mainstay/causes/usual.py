"""What accounts usually buy of a product, by what they bought in the year before a quarter."""

from __future__ import annotations

import pyarrow as pa

from mainstay.causes.view import View


def usual(view: View, asked: pa.Table, least_share: float) -> pa.Table:
    """How much of what each account bought in the year before a quarter was a certain product.

    asked: product_id, quarter (0 = the latest before the view's day, as in `Goods`)
    least_share: smaller shares are left out
    Returns: account_id, product_id, category, quarter, share (0..1, of sales), amount (of that year,
        reporting currency), gap_days (mean days between its orders), bought_quarters (of the four)
    """
    return view.sql(
        f"""
        with sold as (
            select account_id, product_id, quarter, category, amount, order_days
            from goods where kind = 'sale' and product_id is not null and amount > 0
        ),
        per_quarter as (
            select account_id, quarter, sum(amount) as amount from goods where kind = 'sale'
            group by account_id, quarter
        ),
        quarters as (select distinct quarter from asked),
        totals as (
            select t.account_id, q.quarter, sum(t.amount) as amount
            from quarters q join per_quarter t on t.quarter between q.quarter + 1 and q.quarter + 4
            group by t.account_id, q.quarter
        ),
        theirs as (
            select s.account_id, s.product_id, a.quarter, any_value(s.category) as category,
                sum(s.amount) as amount, sum(s.order_days) as order_days, count(*) as quarters
            from asked a join sold s on s.product_id = a.product_id
                and s.quarter between a.quarter + 1 and a.quarter + 4
            group by s.account_id, s.product_id, a.quarter
        )
        select p.account_id, p.product_id, p.category, p.quarter, p.amount,
            p.amount / t.amount as share, 364.0 / p.order_days as gap_days,
            p.quarters as bought_quarters
        from theirs p join totals t using (account_id, quarter)
        where t.amount > 0 and p.amount >= {least_share} * t.amount
        """,
        asked=asked,
    )
