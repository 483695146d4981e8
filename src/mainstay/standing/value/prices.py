"""What an account pays beside what accounts of its size pay for the same products."""

from __future__ import annotations

import pyarrow as pa

from mainstay.standing.known import Known
from mainstay.standing.value.criteria import SAME_UNIT

LEAST_PEERS = 10  # others of its size class who buy a product
LEAST_COMPARED = 0.3  # of what it bought is of products that can be compared


def prices(known: Known) -> pa.Table:
    """Prices paid in the last 26 weeks (`period` 0) and the 26 before (1), where they can be compared.

    Returns: account_id, paid_ratio (what it paid over what the others of its size class would have paid
        for the same, product by product), products (compared), compared_share (of its sales),
        discount (off the list price; null where none is known), peers_discount (median), and the first
        of them of the half year before: paid_ratio_before
    """
    return known.sql(
        f"""
        with bought as (
            select g.account_id, j.size_class, product_id, quarter // 2 as period,
                sum(amount) as amount, sum(quantity) as quantity, sum(list_amount) as listed
            from goods g join judged j using (account_id)
            where kind = 'sale' and amount > 0 and quarter < 4 and product_id is not null
            group by all
        ),
        of_class as (
            select *, sum(amount) over same - amount as others_paid,
                sum(quantity) over same - quantity as others_got, count(*) over same - 1 as others
            from bought where quantity > 0
            window same as (partition by size_class, product_id, period)
        ),
        held as (
            select account_id, period, sum(amount) / sum(quantity * others_paid / others_got) as ratio,
                count(*) as products, sum(amount) as compared
            from of_class where others >= {LEAST_PEERS} and others_got > 0 and others_paid > 0
                and amount / (quantity * others_paid / others_got) between 1 / {SAME_UNIT} and {SAME_UNIT}
            group by all
        ),
        sums as (
            select account_id, size_class, period, sum(amount) as sold,
                1 - sum(amount) filter (listed >= amount)
                    / nullif(sum(listed) filter (listed >= amount), 0) as discount
            from bought group by all
        ),
        usual as (
            select size_class, median(discount) as peers_discount from sums
            where period = 0 and discount is not null group by size_class
            having count(*) >= {LEAST_PEERS}
        )
        select s.account_id, h.ratio as paid_ratio, b.ratio as paid_ratio_before,
            coalesce(h.products, 0)::int as products, h.compared / s.sold as compared_share,
            s.discount, u.peers_discount
        from sums s left join held h on h.account_id = s.account_id and h.period = 0
                and h.compared >= {LEAST_COMPARED} * s.sold
            left join held b on b.account_id = s.account_id and b.period = 1
            left join usual u using (size_class)
        where s.period = 0 and (h.ratio is not null or s.discount is not null)
        """
    )
