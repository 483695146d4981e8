"""Figures of quality of accounts, their quarters and size classes: cases and units, now and half a year before.

Now: the last 26 weeks; before: the 26 weeks before them. A rate is cases per 1,000 units bought in the same time.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from scipy.stats import poisson

from mainstay.standing.known import Known
from mainstay.standing.quality.cases import Told
from mainstay.standing.quality.units import QUARTER_DAYS, QUARTERS

LEAST_PEERS = 10  # accounts; of fewer it is not said what is usual


def figures(known: Known, told: Told) -> dict[str, pa.Table]:
    """quality: a row an account that bought or was hit in the last year; quality_quarters, quality_sizes."""
    quarters = _quarters(known, told)
    sizes = _sizes(known, quarters)
    return {
        "quality": _accounts(known, told, quarters, sizes),
        "quality_quarters": quarters,
        "quality_sizes": sizes,
    }


def _quarters(known: Known, told: Told) -> pa.Table:
    """account_id, quarter (0 = the 91 days before as_of), cases, complaints, units (null = not known), returned"""
    return known.sql(
        f"""
        with wrong_of as (
            select account_id, (($as_of::date - 1 - "on") // {QUARTER_DAYS})::int as quarter,
                count(*) as cases, count(*) filter (kind = 'complaint') as complaints
            from wrong group by all
        ),
        back_of as (
            select account_id, (($as_of::date - 1 - "on") // {QUARTER_DAYS})::int as quarter,
                sum(units) as returned
            from back group by all
        )
        select account_id, quarter, coalesce(cases, 0) as cases, coalesce(complaints, 0) as complaints,
            case when unknown > 0 then null else coalesce(units, 0) end as units, coalesce(returned, 0) as returned
        from bought full join wrong_of using (account_id, quarter)
        full join back_of using (account_id, quarter)
        where quarter < {QUARTERS} and account_id in (select account_id from judged)
        order by account_id, quarter
        """,
        wrong=told.cases,
        bought=told.bought,
        back=told.back,
    )


def _sizes(known: Known, quarters: pa.Table) -> pa.Table:
    """A row a size class (and “all”) and quarter, of accounts whose units are known.

    A median of accounts would be 0 nearly always: cases and units of all are taken together.
    """
    return known.sql(
        """
        select coalesce(size_class, 'all') as size_class, quarter, count(*) as accounts,
            sum(cases)::bigint as cases, sum(complaints)::bigint as complaints, sum(units) as units,
            sum(returned) as returned
        from quarters join judged using (account_id)
        where units > 0 and size_class is not null
        group by grouping sets ((size_class, quarter), (quarter)) order by size_class, quarter
        """,
        quarters=quarters,
    )


def _accounts(known: Known, told: Told, quarters: pa.Table, sizes: pa.Table) -> pa.Table:
    """One row an account, in the order of accounts.

    cases, units, rate: of the last 26 weeks, units and rate null where a quarter's are not known, the rate also where more
        was complained of than bought: that was bought before; …_before: of the 26 weeks before; peers: the rate of its size class; returned: units that came back in 26 weeks
    hits: complaints within 52 weeks; hit_product: the one that most of them name, hit_same: how many, last_on:
        the newest of all
    by_chance: probability of as many cases, at the rate of its peers
    """
    rows = known.sql(_ACCOUNTS, quarters=quarters, sizes=sizes, wrong=told.cases)
    n = rows.num_rows
    cases = np.asarray(rows["cases"], np.float64)
    usual = np.array([np.nan if x is None else x for x in rows["usual"].to_pylist()], np.float64)
    with np.errstate(invalid="ignore"):
        by_chance = np.where(np.isnan(usual), np.nan, poisson.sf(cases - 1, usual.clip(1e-9)))
    chance = pa.array(by_chance, from_pandas=True) if n else pa.array([], pa.float64())
    return rows.drop_columns(["usual"]).append_column("by_chance", chance)


_ACCOUNTS = f"""
    with sums as (
        select account_id, sum(cases) filter (quarter < 2) as cases,
            sum(complaints) filter (quarter < 2) as complaints,
            sum(returned) filter (quarter < 2) as returned,
            sum(cases) filter (quarter in (2, 3)) as cases_before,
            if(bool_or(units is null) filter (quarter < 2), null,
                sum(units) filter (quarter < 2)) as units,
            if(bool_or(units is null) filter (quarter in (2, 3)), null,
                sum(units) filter (quarter in (2, 3))) as units_before
        from quarters where quarter < 4 group by 1
    ),
    peers_of as (
        select size_class, 1000 * sum(cases) / nullif(sum(units), 0) as peers
        from sizes where quarter < 2 group by 1 having max(accounts) >= {LEAST_PEERS}
    ),
    hit as (
        select account_id, product_id, count(*) as n, max("on") as last_on from wrong
        where kind = 'complaint' and "on" >= $as_of::date - 364 group by all
    ),
    hits as (
        select account_id, sum(n) as hits, max(last_on) as last_on,
            arg_max(product_id, (n, last_on)) filter (product_id is not null) as hit_product,
            max(n) filter (product_id is not null) as hit_same
        from hit group by 1
    )
    select j.account_id, j.name, j.size_class, j.money_at_risk,
        coalesce(cases, 0)::bigint as cases, coalesce(complaints, 0)::bigint as complaints, units,
        coalesce(returned, 0) as returned,
        if(coalesce(cases, 0) <= units and units > 0, 1000 * coalesce(cases, 0) / units, null) as rate,
        coalesce(cases_before, 0)::bigint as cases_before, units_before,
        if(coalesce(cases_before, 0) <= units_before and units_before > 0,
            1000 * coalesce(cases_before, 0) / units_before, null) as rate_before,
        peers, peers * units / 1000 as usual, coalesce(hits, 0)::bigint as hits, hit_product,
        p.name as hit_name, coalesce(hit_same, 0)::bigint as hit_same, last_on
    from judged j join sums using (account_id) left join peers_of using (size_class)
    left join hits using (account_id) left join products p on p.product_id = hit_product
    where coalesce(units, 0) > 0 or coalesce(cases, 0) > 0 or hits > 0
    order by j.account_id
"""
