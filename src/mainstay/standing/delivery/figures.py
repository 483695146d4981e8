"""Figures of delivery: of accounts, their quarters, size classes and products.

An order is on time in full where each of its lines is; one line that is not fails it. The figures of now are those
of the last 26 weeks, of before those of the 26 weeks before them.
"""

from __future__ import annotations

import pyarrow as pa

from mainstay.standing.delivery.lines import Told
from mainstay.standing.known import Known
from mainstay.standing.shares import share, wilson

LEAST_ORDERS = 5  # fewer tell nothing of an account
LEAST_PEERS = 10
LEAST_IN_QUARTER = 3  # orders of an account in a quarter that counts among peers
LEAST_LEADS = 5  # fewer have no spread

# quarter 0 and 1 are now, 2 and 3 before
_NOW, _BEFORE = "quarter < 2", "quarter between 2 and 3"
_MEASURES = ("otif", "on_time", "in_full", "fill", "lead_median", "lead_spread")


def _sums(when: str = "true") -> str:
    """SQL of sums over lines; `…_n` how many each share is of."""
    return f"""
        count(*) filter ({when}) as lines,
        count(on_time) filter ({when}) as on_time_n,
        count(*) filter (on_time and {when}) as on_time_lines,
        count(in_full) filter ({when}) as in_full_n,
        count(*) filter (in_full and {when}) as in_full_lines,
        coalesce(sum(fill) filter ({when}), 0) as fill_sum,
        count(fill) filter ({when}) as fill_n,
        count(*) filter (urgent and {when}) as urgent,
        count(*) filter (urgent and coalesce(on_time, true) and coalesce(in_full, not refused)
            and {when}) as urgent_met
    """


# A line whose day has passed, of which nothing came.
_OVERDUE = "delivered_on is null and days_late > 0 and coalesce(came, 0) = 0"
_COUNTS = (
    *("orders", "otif_n", "otif_orders", "lines", "on_time_n", "on_time_lines", "in_full_n"),
    *("in_full_lines", "fill_n", "urgent", "urgent_met", "by_request", "on_request_n"),
    *("on_request_lines", "refused", "overdue"),
)


_ORDERS = """
    select account, any_value(size_class) as size_class, max(quarter) as quarter, bool_and(otif) as otif
    from settled_lines group by account, order_key
"""


def figures(known: Known, told: Told) -> dict[str, pa.Table]:
    """Tables delivery, delivery_quarters, delivery_sizes, delivery_products."""
    settled = told.settled
    made = known.sql(_ORDERS, settled_lines=settled)
    quarters = known.sql(
        f"""
        with of_orders as (
            select account, quarter, count(*) as orders, count(otif) as otif_n,
                count(*) filter (otif) as otif_orders
            from made group by account, quarter
        ),
        of_lines as (
            select account, quarter, {_sums()},
                count(*) filter ("by" = 'requested') as by_request,
                count(on_request) as on_request_n,
                count(*) filter (on_request) as on_request_lines,
                count(*) filter (refused) as refused,
                count(*) filter ({_OVERDUE}) as overdue, min(due_on) filter ({_OVERDUE}) as overdue_since
            from settled_lines group by account, quarter
        )
        select * from of_lines left join of_orders using (account, quarter) order by account, quarter
        """,
        made=made,
        settled_lines=settled,
    )
    accounts = told.named(_of_accounts(known, settled, quarters))
    sizes = _of_sizes(known, settled, quarters)
    quarters = quarters.drop_columns(["overdue", "overdue_since"])
    return {
        "delivery": _with_peers(known, accounts),
        "delivery_quarters": told.named(quarters),
        "delivery_sizes": sizes,
        "delivery_products": _of_products(known, told, settled),
    }


def _of_accounts(known: Known, settled: pa.Table, quarters: pa.Table) -> pa.Table:
    now = ", ".join(f"coalesce(sum({n}) filter ({_NOW}), 0)::bigint as {n}" for n in _COUNTS)
    return known.sql(
        f"""
        with counted as (
            select account, {now}, coalesce(sum(fill_sum) filter ({_NOW}), 0) as fill_sum,
                min(overdue_since) filter ({_NOW}) as overdue_since,
                coalesce(sum(otif_n) filter ({_BEFORE}), 0)::bigint as before_n,
                coalesce(sum(otif_orders) filter ({_BEFORE}), 0)::bigint as before_orders,
                sum(on_time_lines) filter ({_BEFORE}) / nullif(sum(on_time_n) filter ({_BEFORE}), 0)
                    as on_time_before,
                sum(fill_sum) filter ({_BEFORE}) / nullif(sum(fill_n) filter ({_BEFORE}), 0)
                    as fill_before
            from quarters group by account
        ),
        led as (
            select account, count(*) filter ({_NOW}) as lead_n,
                quantile_cont(lead_days, [0.1, 0.5, 0.9]) filter ({_NOW}) as leads,
                median(lead_days) filter ({_BEFORE}) as lead_before
            from settled_lines where quarter < 4 and lead_days >= 0 group by account
        )
        select c.*, size_class, coalesce(lead_n, 0) as lead_n, lead_before,
            {share("otif_orders", "otif_n")} as otif,
            {share("before_orders", "before_n")} as otif_before,
            {wilson("otif_orders", "otif_n", "-")} as otif_low,
            {wilson("otif_orders", "otif_n", "+")} as otif_high,
            {share("on_time_lines", "on_time_n")} as on_time,
            {share("in_full_lines", "in_full_n")} as in_full,
            {share("fill_sum", "fill_n")} as fill,
            {share("on_request_lines", "on_request_n")} as on_request,
            leads[2] as lead_median, leads[1] as lead_q10, leads[3] as lead_q90,
            if(lead_n >= {LEAST_LEADS}, lead_q90 - lead_q10, null) as lead_spread
        from counted c left join led using (account)
        join (select size_class, (row_number() over () - 1)::int as account from judged) using (account)
        order by account
        """,
        quarters=quarters,
        settled_lines=settled,
    )


def _with_peers(known: Known, told: pa.Table) -> pa.Table:
    """With `peers_…`: the median of accounts of its size class, where there are LEAST_PEERS."""
    columns = ", ".join(
        f"case when count({name}) >= {LEAST_PEERS} then median({name}) end as peers_{name}"
        for name in _MEASURES
    )
    return known.sql(
        f"""
        with peers as (
            select size_class, {columns} from told where orders >= {LEAST_ORDERS} group by size_class
        )
        select t.*, p.* exclude (size_class) from told t left join peers p using (size_class)
        order by account_id
        """,
        told=told,
    )


def _of_sizes(known: Known, settled: pa.Table, quarters: pa.Table) -> pa.Table:
    """A row a size class and quarter, `all` with them.

    median_otif: of accounts with LEAST_IN_QUARTER orders; accounts_n: how many those are
    """
    both = "grouping sets ((size_class, quarter), (quarter))"
    sums = ", ".join(f"sum({name})::bigint as {name}" for name in _COUNTS)
    return known.sql(
        f"""
        with sized as (
            select size_class, (row_number() over () - 1)::int as account from judged
        ),
        of_lines as (
            select coalesce(size_class, 'all') as size_class, quarter, {sums}, sum(fill_sum) as fill_sum,
                count(*) filter (otif_n >= {LEAST_IN_QUARTER}) as accounts_n,
                median(otif_orders / nullif(otif_n, 0)) filter (otif_n >= {LEAST_IN_QUARTER})
                    as median_otif
            from quarters join sized using (account) where size_class is not null group by {both}
        ),
        of_leads as (
            select coalesce(size_class, 'all') as size_class, quarter, count(*) as lead_n,
                quantile_cont(lead_days, [0.1, 0.5, 0.9]) as leads
            from settled_lines where lead_days >= 0 and size_class is not null group by {both}
        )
        select l.*, lead_n, leads[1] as lead_q10, leads[2] as lead_median, leads[3] as lead_q90
        from of_lines l left join of_leads using (size_class, quarter) order by size_class, quarter
        """,
        settled_lines=settled,
        quarters=quarters,
    )


def _of_products(known: Known, told: Told, settled: pa.Table) -> pa.Table:
    """A row a product, of the last 26 weeks; quantities in the product's own unit, so that they add up.

    wanted, came: the quantities of lines of which both are known, no line above all of it
    """
    rows = known.sql(
        f"""
        select product, any_value(category) as category, {_sums(_NOW)},
            count(distinct account) filter ({_NOW}) as accounts_n,
            quantile_cont(lead_days, [0.1, 0.5, 0.9]) filter (lead_days >= 0 and {_NOW}) as leads,
            count(lead_days) filter (lead_days >= 0 and {_NOW}) as lead_n,
            count(otif) filter ({_NOW}) as otif_n,
            count(*) filter (otif and {_NOW}) as otif_lines,
            count(otif) filter ({_BEFORE}) as before_n,
            count(*) filter (otif and {_BEFORE}) as before_lines,
            count(*) filter (refused and {_NOW}) as refused,
            sum(wanted) filter (fill is not null and {_NOW}) as wanted,
            sum(least(came, wanted)) filter (fill is not null and {_NOW}) as came
        from settled_lines where product is not null and quarter < 4
        group by product having count(*) filter ({_NOW}) > 0
        """,
        settled_lines=settled,
    )
    return known.sql(
        """
        select r.* exclude (leads), p.name,
            leads[1] as lead_q10, leads[2] as lead_median, leads[3] as lead_q90
        from named r left join products p using (product_id) order by product_id
        """,
        named=told.named(rows),
    )
