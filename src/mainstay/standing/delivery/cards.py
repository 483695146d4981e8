"""The card of delivery: how each account stands, and what to mend first."""

from __future__ import annotations

import pyarrow as pa

from mainstay.core.texts import gettext_noop
from mainstay.standing.card import CARD, text_sql
from mainstay.standing.delivery.figures import LEAST_ORDERS
from mainstay.standing.delivery.lines import Told
from mainstay.standing.known import Known

A_LITTLE = 0.02  # below this difference two shares are the same to whoever waits for goods
CLEARLY = 0.05
FALLING = 0.05
# Where neither an agreement nor ten peers say what is usual, each promised day is the promise.
FINE, POOR = 0.9, 0.75
WORST_GAP = 0.3  # below what was promised or usual, as urgent as it gets

_TOLD = {
    "promised": gettext_noop(
        "Of {orders} orders in half a year, {otif_share} came on time and in full; promised are "
        "{promised_share}."
    ),
    "peers": gettext_noop(
        "Of {orders} orders in half a year, {otif_share} came on time and in full; of accounts of its "
        "size half get {peers_share} or more."
    ),
    "alone": gettext_noop(
        "Of {orders} orders in half a year, {otif_share} came on time and in full."
    ),
    "on_time": gettext_noop(
        "Of {lines} lines in half a year, {on_time_share} came on time; how much came is not told."
    ),
    "few": gettext_noop("Too few orders in half a year to tell: {orders}."),
}
_MEND = {
    "overdue": gettext_noop(
        "Overdue lines: {overdue}, the oldest since {due_on}. Deliver, or agree on a day that holds."
    ),
    "refused": gettext_noop(
        "Urgent orders met: {met} of {urgent}. Agree on what is kept for urgent orders."
    ),
    "late": gettext_noop("Late is what goes wrong most, {product} first: {bad} of {lines} lines."),
    "short": gettext_noop(
        "Short is what goes wrong most, {product} first: {bad} of {lines} lines."
    ),
}


def cards(known: Known, lines: Told, told: pa.Table) -> pa.Table:
    """Rows of CARD: one an account that had an order to be delivered in the last half year.

    told: table delivery
    """
    return known.sql(
        f"""
        select account_id, 'delivery' as guarantee, standing, measure, 'share' as unit, false as less,
            before, peers, promised, urgency, {_said()}
        from ({_JUDGED}) order by account_id
        """,
        told=told,
        worst=_worst(known, lines),
    ).cast(CARD)


def _worst(known: Known, lines: Told) -> pa.Table:
    """Of each account what goes wrong most: late or short, and with which product."""
    rows = known.sql(
        """
        with wrong as (
            select account, product, count(*) as lines,
                count(*) filter (on_time = false) as late, count(*) filter (in_full = false) as short
            from settled_lines where quarter < 2 group by account, product
            having late + short > 0
        ),
        sums as (select account, sum(late) >= sum(short) as of_late from wrong group by account)
        select account, if(any_value(of_late), 'late', 'short') as wrong_by,
            arg_max(product, if(of_late, late, short)) as product,
            max(if(of_late, late, short))::int as bad,
            arg_max(lines, if(of_late, late, short))::int as of_lines
        from wrong join sums using (account) group by account
        """,
        settled_lines=lines.settled,
    )
    return known.sql(
        """
        select n.* exclude (product_id), coalesce(p.name, n.product_id) as product
        from named n left join products p using (product_id)
        """,
        named=lines.named(rows),
    )


_JUDGED = f"""
    with measured as (
        select t.*, w.wrong_by, w.product, w.bad, w.of_lines,
            otif_n >= {LEAST_ORDERS} as by_otif,
            otif_n = 0 and on_time_n >= {LEAST_ORDERS} as by_on_time,
            case when by_otif then otif when by_on_time then on_time end as measure,
            case when by_otif then if(before_n >= {LEAST_ORDERS}, otif_before, null)
                when by_on_time then on_time_before end as before,
            case when by_otif then peers_otif when by_on_time then peers_on_time end as peers,
            if(by_on_time, null, otif_promised) as promised,
            if(by_on_time, 1, otif_high) as at_most
        from told t left join worst w using (account_id) where orders > 0
    ),
    compared as (
        select *, coalesce(promised, peers) as wanted_share, wanted_share - measure as gap,
            coalesce(before - measure > {FALLING}, false) as falling
        from measured
    )
    select *, case
        when measure is null then 'unknown'
        when wanted_share is null and measure < {POOR} and coalesce(at_most, 1) < {FINE} then 'poor'
        when wanted_share is null then if(measure < {FINE} or falling, 'watch', 'good')
        when gap > {CLEARLY} and (by_on_time or at_most < wanted_share) then 'poor'
        when gap > {A_LITTLE} or falling then 'watch' else 'good' end as standing,
        case standing when 'poor' then
                0.5 + 0.5 * least(greatest(coalesce(gap, {FINE} - measure), 0) / {WORST_GAP}, 1)
            when 'watch' then
                0.15 + 0.25 * least(greatest(coalesce(gap, {FINE} - measure), 0) / {WORST_GAP}, 1)
            else 0 end as by_share,
        round(greatest(by_share, if(overdue > 0 and standing <> 'good', least(0.3 + 0.05 * overdue, 0.6),
            if(overdue > 0, 0.1, 0))), 4) as urgency
    from compared
"""


def _said() -> str:
    """SQL of the columns `told` and `mend` over _JUDGED."""
    share = {"orders": "otif_n", "otif_share": "otif"}
    promised = text_sql(_TOLD["promised"], **share, promised_share="promised")
    peers = text_sql(_TOLD["peers"], **share, peers_share="peers")
    on_time = text_sql(_TOLD["on_time"], lines="on_time_n", on_time_share="on_time")
    overdue = text_sql(_MEND["overdue"], overdue="overdue", due_on="overdue_since::varchar")
    urgent = text_sql(_MEND["refused"], met="urgent_met", urgent="urgent")
    worst = {"product": "coalesce(product, '–')", "bad": "bad", "lines": "of_lines"}
    return f"""
        case when measure is null then {text_sql(_TOLD["few"], orders="orders")}
            when by_on_time then {on_time} when promised is not null then {promised}
            when peers is not null then {peers} else {text_sql(_TOLD["alone"], **share)} end as told,
        case when urgency <= 0 then null when overdue > 0 then {overdue}
            when urgent > 1 and urgent_met * 2 < urgent then {urgent}
            when wrong_by = 'late' then {text_sql(_MEND["late"], **worst)}
            when wrong_by = 'short' then {text_sql(_MEND["short"], **worst)} end as mend
    """
