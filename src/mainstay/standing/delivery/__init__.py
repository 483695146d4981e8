"""Delivery (R18): on time and in full, per account, product and size class, beside what was promised and what
peers get; and what late and short deliveries were followed by in their orders.

    lines of deliveries ─► figures ─► card
            └────────────► afterwards: purchases of the 13 weeks after bad and good deliveries
"""

from __future__ import annotations

from mainstay.standing.card import Standing
from mainstay.standing.delivery.afterwards import afterwards
from mainstay.standing.delivery.cards import cards
from mainstay.standing.delivery.doubts import doubts
from mainstay.standing.delivery.figures import figures
from mainstay.standing.delivery.lines import LINES, QUARTER_DAYS, QUARTERS, lines_of
from mainstay.standing.delivery.promised import promised
from mainstay.standing.known import Known

LINES_KEPT = 364  # days whose lines are kept, one by one
# Orders with all their lines on time in full, by quarter of the calendar: a quarter that began before lines are read
# would be part of one.
_ORDERS = f"""
    select account, begins, count(*) as n, count(*) filter (otif) as kept
    from (
        select account, date_trunc('quarter', max("on"))::date as begins, bool_and(otif) as otif
        from settled_lines where otif is not null group by account, coalesce(order_no, -1 - delivery)
    ) where begins >= $as_of::date - {QUARTERS * QUARTER_DAYS}
    group by all order by account, begins
"""


def measure(known: Known) -> Standing:
    """How we deliver, as of a date; nothing at all where no delivery is known.

    tables: delivery (an account a row, `figures.of_accounts`), delivery_quarters, delivery_sizes,
        delivery_products (likewise), delivery_lines (`lines.LINES`, of the last 52 weeks),
        delivery_kept (account_id, begins, n, kept: orders on time in full by quarter of the calendar),
        delivery_after, delivery_effects (`afterwards`), delivery_doubts (`doubts`)
    """
    told = lines_of(known)
    if told is None or not told.rows.num_rows:
        left = doubts(known, None)
        return Standing({"delivery_doubts": left} if left.num_rows else {})
    found = figures(known, told)
    found |= promised(known, found)
    found |= afterwards(known, told)
    found["delivery_doubts"] = doubts(known, told)
    card = cards(known, told, found["delivery"])
    kept = known.sql(
        f"""
        select * from settled_lines where "on" >= $as_of::date - {LINES_KEPT}
        order by account, "on"
        """,
        settled_lines=told.settled,
    )
    found["delivery_lines"] = told.named(kept).select(LINES)
    found["delivery_kept"] = told.named(known.sql(_ORDERS, settled_lines=told.settled))
    return Standing(found, card)
