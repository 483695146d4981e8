"""What accounts paid and owe, in money of the reporting currency."""

from __future__ import annotations

import pyarrow as pa

from mainstay.standing.known import Known
from mainstay.standing.reporting import with_money


def payments(known: Known, *, since_days: int | None = None) -> pa.Table:
    """Payments due before the date, with `money` in the reporting currency (empty where no rate is known).

    Where a payment names no currency, it is the account's; where that is not known either, the company's.
    since_days: those due earlier than so many days before the date are left out
    Returns: account_id, due_on, paid_on, amount, currency, money
    """
    since = "" if since_days is None else f"and p.due_on >= $as_of::date - {since_days}"
    told = known.sql(
        f"""
        select p.account_id, p.due_on, p.paid_on, p.amount,
            coalesce(p.currency, a.currency) as currency
        from payments p left join (
            select account_id, any_value(currency) as currency from accounts group by account_id
        ) a using (account_id)
        where p.amount > 0 and p.account_id is not null and p.due_on < $as_of {since}
        """
    )
    return with_money(known, told, "amount", "due_on", "currency")
