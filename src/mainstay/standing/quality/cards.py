"""The card of quality: how each account stands, and what to mend first."""

from __future__ import annotations

import pyarrow as pa

from mainstay.core.texts import gettext_noop
from mainstay.standing.card import CARD, text_sql
from mainstay.standing.known import Known

BY_CHANCE = 0.05  # as many cases as this are no chance, at the rate of its peers
RECENT_DAYS = 182  # a second hit that is longer ago is no news

_TOLD = {
    "peers": gettext_noop(
        "Complaints and returns in half a year: {cases} of {units} units; accounts of its size have "
        "{peers_rate} per 1,000."
    ),
    "alone": gettext_noop("Complaints and returns in half a year: {cases} of {units} units."),
    "few": gettext_noop(
        "Complaints and returns in half a year: {cases}; how many units they bought is not known."
    ),
    "none": gettext_noop("Nothing was complained of or sent back in half a year."),
}
_MEND = {
    "overdue": gettext_noop(
        "Production owes an answer on {product} since {due_on}. Get it, and tell them."
    ),
    "same": gettext_noop(
        "{product} failed them {hits} times within a year. See to it that there is no next time, and tell "
        "them how."
    ),
    "twice": gettext_noop(
        "They complained of quality {hits} times within a year, last on {last_on}. Ask production for the "
        "cause, and tell them."
    ),
    "once": gettext_noop(
        "Something went wrong once in half a year. Ask them whether it is put right."
    ),
    "more": gettext_noop(
        "More goes wrong than at accounts of its size. Ask production for the cause, and tell them."
    ),
}


def cards(known: Known, accounts: pa.Table) -> pa.Table:
    """Rows of CARD: one an account of table quality."""
    return known.sql(
        f"""
        select account_id, 'quality' as guarantee, standing, measure, 'per_1000' as unit, true as less,
            rate_before as before, peers, null as promised, round(urgency, 4) as urgency, {_said()}
        from ({_JUDGED}) order by account_id
        """,
        accounts_told=accounts,
        overdue=_overdue(known),
    ).cast(CARD)


def _overdue(known: Known) -> pa.Table:
    """Of each account the answer of production on one of its complaints that is overdue for the longest time."""
    return known.sql(
        """
        select c.account_id, min(a.answer_due_on) as due_on,
            arg_min(coalesce(p.name, a.product_id, c.product_id, '–'), a.answer_due_on) as product
        from corrective_actions a join complaints c using (complaint_id)
        left join products p on p.product_id = coalesce(a.product_id, c.product_id)
        where a.answered_on is null and a.closed_on is null and a.answer_due_on < $as_of
        group by 1
        """
    )


_JUDGED = f"""
    with measured as (
        select t.*, o.due_on, o.product as owed,
            case when cases = 0 then if(units > 0, 0, null) else rate end as measure,
            hits > 1 and last_on >= $as_of::date - {RECENT_DAYS} as twice, twice and hit_same > 1 as same,
            coalesce(by_chance < {BY_CHANCE}, false) and cases > 1 as more
        from accounts_told t left join overdue o using (account_id)
    )
    select *, case when same or more then 'poor'
            when twice or due_on is not null then 'watch'
            when cases > 0 and (measure is null or peers is null) then 'unknown'
            when measure > peers then 'watch' else 'good' end as standing,
        case when same then least(0.6 + 0.1 * (hit_same - 2) + if(more, 0.1, 0), 0.95)
            when more then least(0.5 + 0.05 * cases, 0.8)
            when twice then 0.4 when due_on is not null then 0.3
            when standing = 'watch' then if(cases > 1, 0.15, 0.1) else 0 end
            + if(due_on is not null and (same or more or twice), 0.05, 0) as urgency
    from measured
"""


def _said() -> str:
    """SQL of the columns `told` and `mend` over _JUDGED."""
    of = {"cases": "cases", "units": "round(units)::bigint"}
    product = "coalesce(hit_name, hit_product, '–')"
    twice = text_sql(_MEND["twice"], hits="hits", last_on="last_on::varchar")
    return f"""
        case when cases = 0 then {text_sql(_TOLD["none"])}
            when units is null or units = 0 then {text_sql(_TOLD["few"], cases="cases")}
            when peers is null then {text_sql(_TOLD["alone"], **of)}
            else {text_sql(_TOLD["peers"], **of, peers_rate="round(peers, 2)")} end as told,
        case when urgency <= 0 then null
            when due_on is not null then {text_sql(_MEND["overdue"], product="owed", due_on="due_on::varchar")}
            when same then {text_sql(_MEND["same"], product=product, hits="hit_same")}
            when twice then {twice} when cases > 1 then {text_sql(_MEND["more"])}
            else {text_sql(_MEND["once"])} end as mend
    """
