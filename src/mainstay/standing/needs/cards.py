"""The card of product needs: how each account stands, and what to mend first."""

from __future__ import annotations

import pyarrow as pa

from mainstay.core.texts import gettext_noop
from mainstay.standing.card import CARD, text_sql
from mainstay.standing.known import Known

BEHIND = 0.05  # of sales, that are less new than peers'
FALLING = 0.05
LEAST_NEW = 0.005  # of what it or its peers buy: less, and nothing is to be compared
EXPECTED = 1.0  # new products that its peers would have taken: fewer tell nothing
LONG_DAYS = 60  # that a request waits
LOST_SHARE, MUCH_LOST_SHARE = 0.03, 0.1  # of a year, in products that they stopped

_TOLD = {
    "peers": gettext_noop(
        "{new_share} of what it buys is no older than two years; of accounts like it half have {peers_share} or more."
    ),
    "alone": gettext_noop("{new_share} of what it buys is no older than two years."),
    "moved": gettext_noop(
        "{moved_share} of what it buys moved to other categories within a year; by chance it would be {chance_share}."
    ),
    "asked": gettext_noop(
        "Requests for products that wait: {open}, the longest for {waited_days} days."
    ),
    "few": gettext_noop("Too few orders within a year to tell."),
}
_MEND = {
    "overdue": gettext_noop(
        "Answer their request of {raised_on}, due on {due_on}; requests overdue: {overdue}."
    ),
    "waiting": gettext_noop(
        "Answer their request of {raised_on}: it waits for {waited_days} days."
    ),
    "outdated": gettext_noop("{product} ends on {ends_on}: ask now what they need instead."),
    "replaced": gettext_noop(
        "{product} has a successor that they have not taken: show them {heir}."
    ),
    "stopped": gettext_noop(
        "They stopped buying {product}, {stopped_money} a year before: ask why."
    ),
    "behind": gettext_noop(
        "Show them {product}: {peers_share} of accounts like it have taken it, they have not."
    ),
    "shifted": gettext_noop(
        "{category} was {before_share} of what they buy and is {now_share}: ask what changed for them."
    ),
}


def cards(known: Known, found: dict[str, pa.Table]) -> pa.Table:
    """Rows of CARD: one an account of which anything is known.

    found: the tables of `needs` by their names
    """
    tables = {name.removeprefix("needs_") + "_rows": table for name, table in found.items()}
    return known.sql(
        f"""
        select account_id, 'needs' as guarantee, standing, measure, unit, less, before, peers,
            null::double as promised, urgency, {_said()}
        from ({_JUDGED}) order by account_id
        """,
        **{name: tables[name] for name in _USED},
    ).cast(CARD)


_USED = ("needs_rows", "asked_rows", "outdated_rows", "stopped_rows", "new_rows", "mix_rows")
_FIRST = """
    waits as (
        select account_id, arg_max(raised_on, waited_days) as raised_on, arg_max(due_on, waited_days) as due_on,
            max(waited_days) as waited_days
        from asked_rows where open group by account_id
    ),
    late as (
        select account_id, arg_max(raised_on, waited_days) as late_raised_on,
            arg_max(due_on, waited_days) as late_due_on
        from asked_rows where overdue group by account_id
    ),
    old as (
        select account_id, arg_max(coalesce(name, product_id), money) as old_product,
            arg_max(ends_on, money) as ends_on, arg_max(coalesce(heir_name, heir), money) as heir
        from outdated_rows where not taken group by account_id
    ),
    lost as (
        select account_id, arg_max(coalesce(name, item), money) as lost_item, max(money) as lost_money,
            sum(money) as lost_sum
        from stopped_rows where why = 'open' group by account_id
    ),
    fresh as (
        select account_id, arg_max(coalesce(name, product_id), peers_share) as new_product,
            max(peers_share) as new_peers_share
        from new_rows where not taken group by account_id
    ),
    fell as (
        select account_id, arg_min(category, beyond) as fell_category, arg_min(before, beyond) as fell_before,
            arg_min(now, beyond) as fell_now
        from mix_rows where beyond < 0 group by account_id
    )
"""
_JUDGED = f"""
    with {_FIRST},
    measured as (
        select n.*, w.raised_on, w.due_on, l.*  exclude (account_id), o.* exclude (account_id),
            s.* exclude (account_id), f.* exclude (account_id), c.* exclude (account_id),
            case when greatest(new_share, peers_new) >= {LEAST_NEW} then 'new' when moved is not null then 'moved'
                when new_share is not null then 'new'
                when n.open > 0 then 'asked' end as of_what,
            case of_what when 'new' then new_share when 'moved' then moved when 'asked' then n.waited_days end
                as measure,
            if(of_what = 'asked', 'days', 'share') as unit, coalesce(of_what <> 'new', false) as less,
            case of_what when 'new' then new_before end as before,
            case of_what when 'new' then peers_new when 'moved' then peers_moved end as peers
        from needs_rows n left join waits w using (account_id) left join late l using (account_id)
        left join old o using (account_id) left join lost s using (account_id)
        left join fresh f using (account_id) left join fell c using (account_id)
    ),
    weighed as (
        select *, coalesce(peers_new - new_share > {BEHIND} and expected >= {EXPECTED}
                and taken < expected / 2, false) as behind,
            coalesce(new_before - new_share > {FALLING}, false) as falling,
            coalesce(lost_sum / nullif(money + lost_sum, 0), 0) as lost_share,
            greatest(
                if(overdue > 0, 0.3 + 0.3 * least(waited_days / (2.0 * {LONG_DAYS}), 1), 0),
                if(n_open_long > 0, 0.25, 0),
                if(lost_share >= {LOST_SHARE}, 0.3 + least(2 * lost_share, 0.6), 0),
                if(old_product is not null, 0.25, 0),
                if(behind, if(taken = 0 and expected >= 2, 0.55, 0.3), 0),
                if(coalesce(shifted, false), 0.2, 0), if(falling, 0.15, 0)) as weight
        from (select *, if(coalesce(open, 0) > 0 and waited_days >= {LONG_DAYS}, 1, 0) as n_open_long from measured)
    )
    select *, round(weight, 4) as urgency, case when of_what is null and weight = 0 then 'unknown'
        when (overdue > 0 and waited_days >= {LONG_DAYS}) or lost_share >= {MUCH_LOST_SHARE}
            or (behind and taken = 0 and expected >= 2) then 'poor'
        when weight > 0 then 'watch' else 'good' end as standing
    from weighed
"""


def _said() -> str:
    """SQL of the columns `told` and `mend` over _JUDGED."""
    new = {"new_share": "new_share"}
    moved = text_sql(_TOLD["moved"], moved_share="moved", chance_share="by_chance")
    asked = text_sql(_TOLD["asked"], open="open", waited_days="waited_days")
    overdue = text_sql(
        _MEND["overdue"],
        raised_on="late_raised_on::varchar",
        due_on="late_due_on::varchar",
        overdue="overdue",
    )
    waiting = text_sql(_MEND["waiting"], raised_on="raised_on::varchar", waited_days="waited_days")
    stopped = text_sql(_MEND["stopped"], product="lost_item", stopped_money="lost_money")
    outdated = text_sql(_MEND["outdated"], product="old_product", ends_on="ends_on::varchar")
    replaced = text_sql(_MEND["replaced"], product="old_product", heir="heir")
    behind = text_sql(_MEND["behind"], product="new_product", peers_share="new_peers_share")
    shifted = text_sql(
        _MEND["shifted"], category="fell_category", before_share="fell_before", now_share="fell_now"
    )
    return f"""
        case of_what when 'new' then if(peers is null, {text_sql(_TOLD["alone"], **new)},
                {text_sql(_TOLD["peers"], **new, peers_share="peers")})
            when 'moved' then {moved} when 'asked' then {asked}
            else {text_sql(_TOLD["few"])} end as told,
        case when urgency <= 0 then null when overdue > 0 then {overdue}
            when lost_share >= {LOST_SHARE} then {stopped}
            when behind and new_product is not null then {behind}
            when old_product is not null and ends_on >= $as_of then {outdated}
            when old_product is not null and heir is not null then {replaced}
            when old_product is not null then {outdated}
            when n_open_long > 0 then {waiting}
            when coalesce(shifted, false) and fell_category is not null then {shifted}
            when new_product is not null then {behind} end as mend
    """
