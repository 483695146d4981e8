"""The category of each product that a table of people names."""

from __future__ import annotations

import pyarrow as pa

from mainstay.causes.view import View


def categories_of(view: View, table: str) -> pa.Table:
    """The category of each product that a table names: product_id, category."""
    if not view.sql(f"select 1 from {table} where product_id is not null limit 1").num_rows:
        return pa.table(
            {"product_id": pa.array([], pa.string()), "category": pa.array([], pa.string())}
        )
    return view.sql(
        f"""
        select n.product_id, coalesce(p.category, g.category) as category
        from (select distinct product_id from {table} where product_id is not null) n
        left join products p using (product_id)
        left join (
            select product_id, arg_max(category, amount) as category from goods group by product_id
        ) g using (product_id)
        where coalesce(p.category, g.category) is not null
        """
    )
