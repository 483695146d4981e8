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
from mainstay.standing.delivery.lines import LINES, lines_of
from mainstay.standing.delivery.promised import promised
from mainstay.standing.known import Known

LINES_KEPT = 364  # days whose lines are kept, one by one


def measure(known: Known) -> Standing:
    """How we deliver, as of a date; nothing at all where no delivery is known.

    tables: delivery (an account a row, `figures.of_accounts`), delivery_quarters, delivery_sizes,
        delivery_products (likewise), delivery_lines (`lines.LINES`, of the last 52 weeks),
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
    return Standing(found, card)
