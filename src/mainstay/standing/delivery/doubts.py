"""What of deliveries can't be so, or says too little: counted, so that it can be put right."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.standing.delivery.lines import Told
from mainstay.standing.known import Known

# before_order: came before it was ordered; on time and lead time are not known of it
# units: counted in units that don't convert; in full is not known of it
# nothing_ordered: of a quantity of 0; in full is not known of it
# no_product: of a product that is neither listed nor was ever sold; it counts all the same
# no_day: neither promised nor asked for a day; on time is not known of it
# no_quantity: wanted or delivered quantity is not told; in full is not known of it
# no_account: the row names neither account nor an order that is known; it counts nowhere
DOUBTS = (
    *("before_order", "units", "nothing_ordered", "no_product", "no_day", "no_quantity"),
    "no_account",
)


_NO_ACCOUNT = """
    select 'no_account' as doubt, count(*) as lines, (select count(*) from deliveries) as "of",
        null as example_account, max(coalesce(order_id, delivery_id)) as order_id,
        max(product_id) as product_id
    from deliveries where account_id is null having count(*) > 0
"""


def doubts(known: Known, told: Told | None) -> pa.Table:
    """A row a doubt: doubt, lines, of (how many lines there are), order_id and product_id of the newest one.

    Of the last eight quarters; no_account counts rows, of all time.
    """
    if told is None:
        return known.sql(_NO_ACCOUNT)
    settled = told.settled
    return known.sql(
        f"""
        select doubt, count(*) as lines, any_value(total) as "of",
            max_by(account_id, "on") as example_account,
            max_by(coalesce(order_id, delivery_id), "on") as order_id,
            max_by(product_id, "on") as product_id
        from named, (select count(*) as total from settled_lines) group by doubt
        union all by name {_NO_ACCOUNT} order by lines desc, doubt
        """,
        named=told.named(settled.filter(pc.is_valid(settled["doubt"]))),
        settled_lines=settled,
    )
