"""What we promised accounts and what of it was kept, in each quarter: by kind, and the accounts where it was worst.

promises: due in the quarter, kept by the day, and in full where money was promised
deliveries: orders whose last line was due in it, all lines on time in full
complaints: opened in it, solved within their standard
requests: whose answer was due in it, answered by the day
seasons: season stock agreed for its months, confirmed by production or transport before the month
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from mainstay.engine.quarter.days import Quarter, sql_name
from mainstay.ledger.frozen import Frozen
from mainstay.ledger.sql import sql
from mainstay.standing.known import Known
from mainstay.standing.shares import wilson

KINDS = ("promises", "deliveries", "complaints", "requests", "seasons")
WORST, LEAST = 5, 5  # accounts that are named; promises to one, from which it may be named

_SAID = f"""
    select account_id, 'promises' as kind, {sql_name("due_on")} as quarter, count(*) as n, count(*) filter (
        kept_on <= due_on and (amount is null or kept_amount is null or kept_amount >= amount * .995)
    ) as kept
    from promises where due_on < $as_of group by all
    union all
    select account_id, 'requests', {sql_name("answer_due_on")}, count(*),
        count(*) filter (answered_on <= answer_due_on)
    from requests where answer_due_on < $as_of group by all
    union all
    select p.account_id, 'seasons', {sql_name("p.month")}, count(*), count(*) filter (exists (
        select 1 from confirmations c where c.plan_id = p.plan_id
            and coalesce(c.product_id, c.category) = coalesce(p.product_id, p.category)
            and coalesce(c.confirmed_on, c.ready_on) <= p.month
    ))
    from season_plans p where p.state <> 'proposed' and p.month < $as_of group by all
"""
_ORDERS = f"""
    select account_id, 'deliveries' as kind, {sql_name("begins")} as quarter, n, kept from orders
"""
_SOLVED = f"""
    select account_id, 'complaints' as kind, {sql_name("begins")} as quarter, solutions as n, solved as kept
    from complaints where solutions > 0
"""


def table(known: Known, standing: Frozen | None) -> pa.Table:
    """account_id, kind, quarter, n, kept: the same for promises of every kind."""
    parts = [known.sql(_SAID)]
    tables = standing.tables if standing else ()
    if standing and "delivery_kept" in tables:
        parts.append(sql(_ORDERS, orders=standing.table("delivery_kept")))
    if standing and "service_kept" in tables:
        parts.append(sql(_SOLVED, complaints=standing.table("service_kept")))
    return pa.concat_tables([one.cast(parts[0].schema) for one in parts])


def promises(rows: pa.Table, accounts: pa.Table, quarters: Sequence[Quarter]) -> dict[str, Any]:
    """By quarter: kinds (n, kept of each), n, kept, worst (accounts with the share not kept that is surely the
    largest: the lower end of its interval counts, so that one order proves nothing)."""
    sums = sql(
        "select quarter, kind, sum(n)::bigint as n, sum(kept)::bigint as kept from rows group by all",
        rows=rows,
    ).to_pylist()
    worst = sql(
        f"""
        with each as (
            select quarter, account_id, sum(n) as n, sum(n - kept) as broken from rows group by all
        )
        select e.quarter, e.account_id, coalesce(a.name, e.account_id) as name,
            e.n::int as n, e.broken::int as broken
        from each e left join judged a using (account_id)
        where e.n >= {LEAST} and e.broken > 0
        qualify row_number() over (
            partition by e.quarter order by {wilson("broken", "n", "-")} desc, e.account_id
        ) <= {WORST}
        order by {wilson("broken", "n", "-")} desc, e.account_id
        """,
        rows=rows,
        judged=accounts,
    ).to_pylist()
    found = {}
    for quarter in quarters:
        mine = {row["kind"]: row for row in sums if row["quarter"] == quarter.name}
        found[quarter.name] = {
            "kinds": {
                kind: {"n": mine[kind]["n"], "kept": mine[kind]["kept"]}
                for kind in KINDS
                if kind in mine
            },
            "n": sum(row["n"] for row in mine.values()),
            "kept": sum(row["kept"] for row in mine.values()),
            "worst": [
                {name: row[name] for name in ("account_id", "name", "n", "broken")}
                for row in worst
                if row["quarter"] == quarter.name
            ],
        }
    return found
