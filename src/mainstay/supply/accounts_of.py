"""What is known of the accounts that want short products: what hangs on them, what they missed, what was agreed."""

from __future__ import annotations

import pyarrow as pa

from mainstay.standing.known import Known

HALF_DAYS = 91  # after which half of a shortage is forgotten
LOOKED_BACK_DAYS = 182

# Points of fill rate missed in a quarter: what was missing of each delivery line, fading, over the usual number
# of lines of a quarter.
_ACCOUNTS = f"""
    with missed as (
        select account_id, count(*) as deliveries,
            100.0 * sum(greatest(1 - coalesce(quantity_delivered, 0) / quantity_ordered, 0)
                * pow(0.5, ($as_of::date - day) / {HALF_DAYS}.0))
                / greatest(count(*) / {LOOKED_BACK_DAYS / HALF_DAYS}, 1.0) as before
        from (
            select *, coalesce(promised_on, requested_on, delivered_on, refused_on) as day from deliveries
            where quantity_ordered > 0 and account_id is not null
                and (quantity_delivered is not null or refused_on is not null)
                and (delivered_on is not null or refused_on is not null
                    or coalesce(promised_on, requested_on) < $as_of::date - 7)
        ) where day between $as_of::date - {LOOKED_BACK_DAYS} and $as_of::date - 1
        group by account_id
    ),
    bought as (
        select account_id, sum(amount) / 4 as a_quarter, sum(amount) filter (quarter = 0) as lately
        from goods where kind = 'sale' and quarter < 4 group by account_id
    ),
    agreed as (
        select account_id, max("from") as since,
            max(quota) filter (coalesce(quota, 0) > 0)::double as quota,
            max("from") filter (coalesce(quota, 0) > 0) as quota_from, bool_or(coalesce(exclusive, false)) as exclusive
        from agreements where account_id is not null and "from" <= $as_of::date
            and coalesce("to" >= $as_of::date, true) group by account_id
    )
    select w.account_id, coalesce(j.name, w.account_id) as name, coalesce(j.size_class, 'small') as size_class,
        j.tier, j.manager_id, coalesce(j.core = 'yes', false) as core, j.state,
        j.expected_52, greatest(coalesce(b.a_quarter, 0), coalesce(b.lately, 0), w.money) as quarter,
        coalesce(m.before, 0.0) as before, coalesce(m.deliveries, 0)::bigint as deliveries,
        coalesce(c.p, 0.0) as p_delivery, coalesce(c.risk, 1.0) as risk, g.quota, g.quota_from, coalesce(g.exclusive, false) as exclusive
    from ordered w left join judged j using (account_id) left join missed m using (account_id)
    left join bought b using (account_id) left join agreed g using (account_id)
    left join likely c using (account_id)
    order by w.account_id
"""
LIKELY = pa.schema([("account_id", pa.string()), ("p", pa.float64()), ("risk", pa.float64())])


def accounts_of(known: Known, ordered: pa.Table, likely: pa.Table | None = None) -> pa.Table:
    """A row an account with open orders.

    ordered: account_id, money: all that each has on order
    likely: LIKELY, by the explanation: the probability that our deliveries are a cause of its fall, and
        that a fall begins within a year as a multiple of the mean of all accounts
    """
    none = LIKELY.empty_table() if likely is None else likely
    return known.sql(_ACCOUNTS, ordered=ordered, likely=none)
