"""What accounts asked for: products and custom products, how long each waited, and what came of it (R14)."""

from __future__ import annotations

import pyarrow as pa

from mainstay.standing.known import Known

FIRST_DAYS = 728  # what was answered longer ago tells nothing of today


def asked(known: Known) -> pa.Table:
    """Requests for products, those that wait first, the longest first.

    Columns: account_id, request_id, kind (product, custom_product), raised_on, due_on, answered_on, outcome,
        text, open, overdue, waited_days (until the answer, else until the date), usual_days (median of the
        answered ones of its kind)
    """
    return known.sql(
        f"""
        with told as (
            select account_id, request_id, kind, raised_on, answer_due_on as due_on,
                if(answered_on < $as_of, answered_on, null) as answered, outcome, text
            from requests where kind in ('product', 'custom_product') and account_id is not null
                and raised_on < $as_of
        ),
        kept as (
            select * exclude (answered), answered as answered_on, answered is null as open,
                answered is null and coalesce(due_on < $as_of, false) as overdue,
                coalesce(answered, $as_of::date) - raised_on as waited_days
            from told where answered is null or answered >= $as_of::date - {FIRST_DAYS}
        ),
        usual as (
            select kind, median(waited_days) as usual_days from kept where not open group by kind
        )
        select k.*, usual_days from kept k left join usual using (kind)
        order by account_id, open desc, waited_days desc, request_id
        """
    )
