"""The order lines that can count for a season: with what is on order, and until when each was still to come."""

from __future__ import annotations

import pyarrow as pa

from mainstay.ledger.sql import sql

NEEDED = ["order_id", "product_id", "category", "ordered_on", "quantity", "unit", "kind"]
STILL_OPEN = "9999-12-31"

_KEY = "coalesce(order_id, ordered_on::varchar) as key"
_LINES = f"""
    with came as (
        select order_id as key, product_id, max(delivered_on) as on_day
        from deliveries where order_id is not null and delivered_on is not null group by all
    ), waits as (select distinct {_KEY}, product_id from open_orders),
    l as (select *, {_KEY} from lines),
    o as (select *, {_KEY} from open_orders)
    select l.* exclude (key),
        case when waits.key is not null then date '{STILL_OPEN}' else came.on_day end as due_until
    from l left join came on came.key = l.key and came.product_id is not distinct from l.product_id
        left join waits on waits.key = l.key and waits.product_id is not distinct from l.product_id
    union all by name
    select o.* exclude (key), date '{STILL_OPEN}' as due_until
    from o anti join l on l.key = o.key and l.product_id is not distinct from o.product_id
    order by ordered_on, order_id, product_id, quantity
"""


def season_orders(lines: pa.Table, open_orders: pa.Table, deliveries: pa.Table) -> pa.Table:
    """Order lines of an account and what it has on order beside them, with `due_until`.

    lines, open_orders: columns NEEDED; an open order that is among the order lines counts once
    deliveries: order_id, product_id, delivered_on
    due_until: the day of the last delivery of the line, STILL_OPEN while it is on order, null = not known
    """
    told = deliveries.select(["order_id", "product_id", "delivered_on"])
    return sql(
        _LINES, lines=lines.select(NEEDED), open_orders=open_orders.select(NEEDED), deliveries=told
    )
