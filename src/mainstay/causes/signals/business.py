"""Signals from their own business: shrinking, sister accounts leaving, closed (R8.8)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from mainstay.causes.queries import instances
from mainstay.causes.types import FOUND, Link, signal
from mainstay.causes.view import View
from mainstay.core.texts import gettext_noop
from mainstay.standing.sisters import Chains

SHRUNK_SHARE = 0.15  # of what they bought from all or sold in the same months of the year before
MARKET_SHARE = 0.08  # of the index of their trade
GONE = ("late", "slipping", "lost", "closed", "noticed")
GONE_SHARE = 1 / 3  # of the sisters
MOVED = "mov|relocat|chang|搬|遷|迁|轉行|转行|이전|업종|이사"  # as a reason of closing


def _falls(figures: str, least: float) -> str:
    """SQL of the times in which three months together lay below the same of the year before.

    figures: SQL of who, what, month, figure and source, a row a month
    Gives who, what, source, first (the month in the middle of the first three), until, fall (0..1, the worst)
    """
    return f"""
        select who, what, (min(month) - interval 1 month)::date as first,
            case when max(month) < any_value(newest) then (max(month) + interval 1 month)::date end
                as until,
            max(fall) as fall, any_value(source) as source
        from (
            select *, number - row_number() over (partition by who, what order by number) as run from (
                select *, 1 - three / first_value(three) over (partition by who, what order by number
                    range between 12 preceding and 12 preceding) as fall,
                    first_value(months) over (partition by who, what order by number
                    range between 12 preceding and 12 preceding) as months_before
                from (
                    select *, sum(figure) over last_three as three, count(*) over last_three as months,
                        max(month) over (partition by who, what) as newest
                    from (select *, year(month) * 12 + month(month) as number from ({figures}))
                    window last_three as (partition by who, what order by number
                        range between 2 preceding and current row)
                )
            ) where months = 3 and months_before = 3 and isfinite(fall) and fall >= {least}
        ) group by who, what, run
    """


@signal(
    "business_shrinking",
    rule="R8",
    lasting=True,
    direction="nobody",
    role="context",
    wording=gettext_noop("Their business shrank by {fall_share} from {from_on}."),
    tables=("account_volumes", "market"),
    by="what",
    by_data={
        "purchases": (Link("own_business.shrank", weight=0.8, delay_weeks=3, fade_weeks=26),),
        "sell_out": (Link("own_business.shrank", weight=0.8, delay_weeks=4, fade_weeks=26),),
        "market": (Link("own_business.shrank", weight=0.4, delay_weeks=4, fade_weeks=26),),
    },
)
def business_shrinking(view: View) -> pa.Table:
    """Times in which what an account bought from all, or sold, lay a good part below the same months of
    the year before, three months together; half strength at a fall of 20%, full at 40%. Of its trade's
    index (that of its segment and region, else of the segment, the region, all): at 15% and 30%.
    """
    return instances(
        view,
        f"""
        with own as (
            select account_id as who, what, month, figure, source from (
                select *, row_number() over (partition by account_id, what, month order by counted)
                    as place
                from (
                    select account_id, coalesce(what, 'purchases') as what,
                        date_trunc('month', month)::date as month, amount is null as counted,
                        avg(coalesce(amount::double, quantity)) as figure,
                        min(source) as source
                    from account_volumes where coalesce(what, 'purchases') <> 'stock' group by all
                )
            ) where place = 1
        ),
        own_falls as ({_falls("select * from own", SHRUNK_SHARE)}),
        trades as (
            select coalesce(segment, '') || chr(31) || coalesce(region, '') as who, 'market' as what,
                date_trunc('month', month)::date as month, avg("index") as figure,
                min(source) as source
            from market group by all
        ),
        trade_falls as ({_falls("select * from trades", MARKET_SHARE)}),
        nearest as (
            select j.account_id, t.who, row_number() over (partition by j.account_id order by
                t.who = coalesce(j.segment, '-') || chr(31) || coalesce(j.region, '-') desc,
                t.who = coalesce(j.segment, '-') || chr(31) desc, length(t.who) desc) as place
            from judged j join (select distinct who from trades) t on t.who in (
                coalesce(j.segment, '') || chr(31) || coalesce(j.region, ''),
                coalesce(j.segment, '') || chr(31), chr(31) || coalesce(j.region, ''), chr(31))
        ),
        both_kinds as (
            select who as account_id, *, fall / 0.4 as strength,
                to_json([['account_volumes', who, first::varchar, what, source]])::varchar
                    as rows
            from own_falls
            union all by name
            select n.account_id, f.*, f.fall / 0.3 as strength,
                to_json([['market', split_part(f.who, chr(31), 1), split_part(f.who, chr(31), 2),
                    f.first::varchar]])::varchar as rows
            from trade_falls f join nearest n using (who) where n.place = 1
        )
        select account_id, first as since, until, strength, rows,
            json_object('fall_share', fall, 'from_on', first, 'what', what)::varchar as data
        from both_kinds
        """,
    )


@signal(
    "sisters_leaving",
    rule="R8",
    direction="nobody",
    role="context",
    wording=gettext_noop(
        "Sister accounts that are late, slipping or lost: {gone} of {sisters}, the first since {first_on}."
    ),
    tables=("accounts",),
    # A chain decides once: its accounts go within a quarter of one another, none of them first for long.
    links=(
        Link(
            "own_business.chain_decision", weight=0.8, delay_weeks=0, fade_weeks=13, before_weeks=13
        ),
    ),
)
def sisters_leaving(view: View) -> pa.Table:
    """Accounts of a chain or buying group of whose other accounts a third or more, and two of four or
    more, are leaving or gone; strength is their share. It begins when the first of them bought less.
    """
    code = Chains(view.ledger, view.known_until).codes(view.account_id.to_pylist(), view.as_of)
    if not (np.asarray(code) >= 0).any():
        return FOUND.empty_table()
    chains = pa.table({"account_id": view.account_id, "chain": pa.array(code)})
    return instances(
        view,
        f"""
        with members as (
            select c.account_id, c.chain, coalesce(j.state in {GONE}, false) or f.fell_on is not null
                as gone, coalesce(f.fell_on, j.state_since) as state_since
            from chains c join judged j using (account_id) left join falls f using (account_id)
            where c.chain >= 0 and j.state is not null
        ),
        summed as (
            select chain, count(*) as members, count(*) filter (gone) as gone,
                list(account_id order by state_since, account_id) filter (gone)
                    [:13] as ids,
                list(state_since order by state_since, account_id) filter (gone)[:2] as days,
            from members group by chain
        ),
        others as (
            select m.account_id, s.members - 1 as sisters, s.gone - m.gone::int as away,
                list_filter(s.ids, lambda id: id <> m.account_id)[:12] as ids,
                if(s.ids[1] = m.account_id, s.days[2], s.days[1]) as first_on
            from members m join summed s using (chain)
        )
        select account_id, first_on as since, away / sisters as strength,
            to_json(list_transform(ids, lambda id: ['accounts', id]))::varchar as rows,
            json_object('sisters', sisters, 'gone', away, 'first_on', first_on)::varchar as data
        from others where sisters > 0 and first_on is not null and away >= sisters * {GONE_SHARE}
            and away >= if(sisters >= 4, 2, 1)
        """,
        chains=chains,
    )


@signal(
    "account_closed",
    rule="R8",
    direction="nobody",
    role="words",
    wording=gettext_noop("Closed on {closed_on} (reason: {reason})."),
    tables=("accounts",),
    by="how",
    by_data={
        "closed": (
            Link(
                "own_business.closed", weight=0.999, delay_weeks=0, fade_weeks=52, before_weeks=52
            ),
        ),
        "moved": (
            Link("own_business.moved", weight=0.999, delay_weeks=0, fade_weeks=52, before_weeks=52),
        ),
    },
)
def account_closed(view: View) -> pa.Table:
    """Accounts that are recorded as closed; always of full strength. Where it went on under another code,
    or the reason speaks of moving or another trade, it is not closed but moved.

    It is a word on the reason, not a context: what is closed was winding down before that day.
    """
    return instances(
        view,
        f"""
        select account_id, closed_on as since, 1.0 as strength,
            to_json([['accounts', account_id]])::varchar as rows,
            json_object('closed_on', closed_on, 'reason', left(coalesce(closed_reason, '–'), 200), 'how',
                if(replaced_by is not null
                    or regexp_matches(lower(coalesce(closed_reason, '')), '{MOVED}'),
                    'moved', 'closed'))::varchar as data
        from accounts a semi join judged j using (account_id) where closed_on < $as_of
        """,
    )
