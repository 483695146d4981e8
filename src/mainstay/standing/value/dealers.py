"""What a dealer earns with us, as far as it tells: its margin when it sells our goods, and how often its
stock of them turns over (R19)."""

from __future__ import annotations

import pyarrow as pa

from mainstay.standing.known import Known
from mainstay.standing.value.earned import HALF_DAYS, HALVES

TIMES = 10  # their price and ours further apart are of other units
LEAST_MONTHS = 3  # of sell-out and stock, before a turn is told


def dealers(known: Known) -> pa.Table:
    """One row an account and half year (0 = the last 26 weeks) in which it told its prices or its stock.

    Sell-out and stock are held against each other in quantities, or in money where both are told so; the
    turn is a year's sell-out over the mean stock. What several sources tell of a month is averaged.
    Returns: account_id, half, their_price, paid_price (means per unit), earned_share (of their price),
        priced (months with a price), sell_out (mean a month), stock (mean), turn (a year), turned (months
        that tell both)
    """
    return known.sql(
        f"""
        with told as (
            select account_id, month, coalesce(what, 'purchases') as what, avg(quantity) as quantity,
                avg(amount::double) as amount, avg(their_price::double) as price,
                (($as_of::date - 1 - (month + interval 15 days)::date) // {HALF_DAYS})::int as half
            from account_volumes where account_id is not null and month < $as_of group by all
        ),
        sold as (
            select account_id, quarter // 2 as half, sum(amount) as amount, sum(quantity) as quantity
            from goods semi join (select distinct account_id from told) using (account_id)
            where kind = 'sale' and amount > 0 and quantity > 0 group by all
        ),
        resold as (
            select account_id, greatest(half, 0) as half, avg(price) as their_price,
                count(distinct month) as priced
            from told where price > 0 group by all
        ),
        both_of as (
            select o.account_id, greatest(o.half, 0) as half, o.month,
                if(o.quantity is not null and s.quantity is not null, o.quantity, o.amount) as out_of,
                if(o.quantity is not null and s.quantity is not null, s.quantity, s.amount) as held
            from told o join told s on s.account_id = o.account_id and s.month = o.month
            where o.what = 'sell_out' and s.what = 'stock'
        ),
        turns as (
            select account_id, half, avg(out_of) as sell_out, avg(held) as stock, count(*) as turned
            from both_of where out_of >= 0 and held >= 0 group by all
        ),
        put as (
            select account_id, half, r.their_price, s.amount / s.quantity as paid, r.priced,
                t.sell_out, t.stock, t.turned
            from resold r full join turns t using (account_id, half)
                left join sold s using (account_id, half)
        )
        select account_id, half::int as half, their_price, paid as paid_price,
            case when their_price / paid between 1.0 / {TIMES} and {TIMES}
                then 1 - paid / their_price end as earned_share,
            coalesce(priced, 0)::int as priced, sell_out, stock,
            case when turned >= {LEAST_MONTHS} and stock > 0 then 12 * sell_out / stock end as turn,
            coalesce(turned, 0)::int as turned
        from put semi join judged using (account_id) where half < {HALVES}
        """
    )
