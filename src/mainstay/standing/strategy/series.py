"""What the ledger says of goals: by goal, the days on which something of its measure happened."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.goal_terms import OF_CODE
from mainstay.core.visiting import SAT_TOGETHER
from mainstay.standing.delivery.lines import lines_of
from mainstay.standing.known import Known
from mainstay.standing.payments import payments
from mainstay.standing.strategy.lines import Daily

NEW_DAYS = 728  # a product counts as new for two years from its launch
SERIES = pa.schema(
    [
        ("goal", pa.int64()),
        ("on", pa.date32()),
        ("value", pa.float64()),  # of a share: what counts of it
        ("whole", pa.float64()),  # of a share, or a mean: what it is of; null of what adds up
    ]
)
_SOLD = """
    select goal, d."on", case measure when 'sales' then net when 'margin' then margin
        else if(ordered, 1, 0) end as value, null::double as whole
    from written g join days d using (account_id) where measure in ('sales', 'margin', 'order_days')
"""
_OF_PRODUCTS = """
    select goal, d."on", sum(net) as value, null::double as whole
    from written g join by_product d on g.account_id = d.account_id
        and g.measure_of = if(g.measure = 'category', d.category, d.product_id)
    where measure in ('category', 'product') group by goal, d."on"
"""
_NEW = f"""
    select goal, d."on", coalesce(sum(net) filter (d."on" >= p.launched_on
        and d."on" < p.launched_on + {NEW_DAYS}), 0) as value, sum(net) as whole
    from written g join by_product d using (account_id) left join products p using (product_id)
    where measure = 'new_products' group by goal, d."on"
"""
_COMPLAINED = """
    select goal, c.opened_at::date as "on", 1.0 as value, null::double as whole
    from written g join complaints c using (account_id) where measure = 'complaints'
"""
_VISITED = f"""
    select goal, v."on", 1.0 as value, null::double as whole
    from written g join visits v using (account_id)
    where measure = 'visits' and (v.kind is null or v.kind in {SAT_TOGETHER})
"""
# Days from when it was due to when it was paid, each by its money; what was paid early counts so.
_PAID = """
    select goal, p.paid_on as "on", p.money * (p.paid_on - p.due_on) as value, p.money as whole
    from written g join paid p using (account_id)
    where measure = 'days_to_pay' and p.paid_on < $as_of and p.money is not null
"""
_DELIVERED = """
    select goal, o."on", o.otif::int::double as value, 1.0 as whole
    from written g join orders o using (account_id) where measure = 'otif'
"""


def series(known: Known, goals: pa.Table) -> pa.Table:
    """Rows of SERIES before the date.

    goals: rows of goals.GOALS
    """
    asked = goals.filter(pc.is_valid(goals["aim"]))
    measures = set(asked["measure"].to_pylist())
    parts = [SERIES.empty_table()]

    def add(query: str, **tables: pa.Table) -> None:
        parts.append(known.sql(query, written=asked, **tables).select(SERIES.names).cast(SERIES))

    if measures & {"sales", "margin", "order_days"}:
        days = bought(known, asked, measures & {"sales", "margin", "order_days"}, of_products=False)
        add(_SOLD, days=days)
    if of_products := measures & (OF_CODE | {"new_products"}):
        rows = bought(known, asked, of_products, of_products=True)
        if of_products & OF_CODE:
            add(_OF_PRODUCTS, by_product=rows)
        if "new_products" in of_products:
            add(_NEW, by_product=rows)
    if "complaints" in measures:
        add(_COMPLAINED)
    if "visits" in measures:
        add(_VISITED)
    if "days_to_pay" in measures:
        add(_PAID, paid=payments(known))
    if "otif" in measures and (orders := _orders(known)) is not None:
        add(_DELIVERED, orders=orders)
    found = pa.concat_tables(parts)
    return found.filter(pc.less(found["on"], pa.scalar(known.as_of)))


def bought(known: Known, goals: pa.Table, measures: set[str], *, of_products: bool) -> pa.Table:
    """What accounts bought that have goals of these measures: rows of `Daily`."""
    of = goals.filter(pc.is_in(goals["measure"], value_set=pa.array(sorted(measures))))
    return known.ledger.map_accounts(
        Daily(known.settings.margin_share, of_products),
        columns=Daily.columns,
        as_of=known.as_of,
        known_until=known.known_until,
        accounts=sorted(set(of["account_id"].to_pylist())),
    )


def _orders(known: Known) -> pa.Table | None:
    """Orders that were to be delivered: account_id, on, otif."""
    told = lines_of(known)
    if told is None or not told.rows.num_rows:
        return None
    rows = known.sql(
        """
        select account, max("on") as "on", bool_and(otif) as otif
        from settled_lines group by account, order_key having bool_and(otif) is not null
        """,
        settled_lines=told.settled,
    )
    return told.named(rows)
