"""Signals from our own company: what happened there, and whom it concerned (R8.3, R9)."""

from __future__ import annotations

import pyarrow as pa

from mainstay.causes.instances import MOST_INSTANCES
from mainstay.causes.queries import instances
from mainstay.causes.scope import DIMENSIONS, by_plain, read_scope
from mainstay.causes.types import Link, signal
from mainstay.causes.view import View
from mainstay.core.texts import gettext_noop

UNREAD_STRENGTH = 0.5  # whom an event concerned can't be read: perhaps this account
_TURMOIL = Link("turmoil.company_event", weight=0.7, delay_weeks=5, fade_weeks=17)
_READ = pa.schema([("event_id", pa.string()), ("dimension", pa.string()), ("value", pa.string())])


@signal(
    "company_event",
    rule="R8",
    direction="us",
    role="context",
    wording=gettext_noop("At our company on {happened_on}: “{text}”."),
    tables=("company_events",),
    each="happened_on",
    by="kind",
    by_data={
        "price_rise": (Link("money.price_rise", weight=0.1, delay_weeks=5, fade_weeks=20),),
        "shortage": (
            # A stock-out that an account met is a signal of its own.
            Link("turmoil.company_event", weight=0.6, delay_weeks=4, fade_weeks=13),
            Link("delivery.stock_out", weight=0.3, delay_weeks=4, fade_weeks=13),
        ),
        "policy": (
            Link("money.harsh_terms", weight=0.5, delay_weeks=6, fade_weeks=20),
            Link("turmoil.company_event", weight=0.3, delay_weeks=6, fade_weeks=20),
        ),
        "leadership": (
            Link("people.leader_left", weight=0.3, delay_weeks=6, fade_weeks=20),
            Link("turmoil.company_event", weight=0.6, delay_weeks=6, fade_weeks=20),
        ),
        "conflict": (_TURMOIL,),
        "accident": (_TURMOIL,),
        "cash": (_TURMOIL,),
    },
)
def company_event(view: View) -> pa.Table:
    """Each event that concerned an account by its scope: region and segment are the account's, of
    categories and products those that it bought in the two years.

    Full strength where it concerned the account as a whole; by products half where they are 15% of what
    it buys, full at 30%; UNREAD_STRENGTH where a scope is written that names nothing we know.
    """
    events = view.sql(
        f"""
        select event_id, "on" as day, kind, scope, text from company_events
        where "on" >= $begin and "on" < $as_of order by "on" desc, event_id limit 10 * {MOST_INSTANCES}
        """
    )
    scopes = _scopes(view, events)
    return instances(
        view,
        f"""
        with unread as (
            select event_id, coalesce(trim(scope), '') = '' as of_all from events
            where event_id not in (select event_id from scopes)
            order by day desc, event_id limit {MOST_INSTANCES}
        ),
        dimensions as (
            select event_id, count(distinct dimension) filter (dimension in ('region', 'segment'))
                as places, count(*) filter (dimension in ('category', 'product_id')) > 0 as of_goods
            from scopes group by event_id
        ),
        places as (
            select j.account_id, s.event_id, count(distinct s.dimension) as met
            from scopes s join judged j on s.value = case s.dimension when 'region' then j.region
                when 'segment' then j.segment end
            group by all
        ),
        sold as (
            select account_id, product_id, category, sum(amount) as amount from goods
            where kind = 'sale' and amount > 0
                and exists (select 1 from scopes where dimension in ('category', 'product_id'))
            group by all
        ),
        of_goods as (
            select account_id, event_id, sum(s.amount) / any_value(t.amount) / 0.3 as part
            from sold s join scopes c on c.value = case c.dimension when 'category' then s.category
                when 'product_id' then s.product_id end
            join (select account_id, sum(amount) as amount from sold group by account_id) t
                using (account_id)
            group by all
        ),
        whom as (
            select p.account_id, p.event_id, 1.0 as part from places p join dimensions d using (event_id)
            where p.met = d.places and not d.of_goods
            union all
            select g.account_id, g.event_id, g.part from of_goods g join dimensions d using (event_id)
            left join places p using (account_id, event_id)
            where coalesce(p.met, 0) = d.places
            union all
            select j.account_id, u.event_id, if(u.of_all, 1.0, {UNREAD_STRENGTH}) from unread u, judged j
        )
        select w.account_id, e.day as since, w.part as strength,
            to_json([['company_events', e.event_id]])::varchar as rows,
            json_object('happened_on', e.day, 'kind', e.kind, 'text',
                left(coalesce(nullif(trim(e.text), ''), replace(e.kind, '_', ' ')), 200))::varchar
                as data
        from whom w join events e using (event_id)
        """,
        events=events,
        scopes=scopes,
    )


def _scopes(view: View, events: pa.Table) -> pa.Table:
    """What the events' scopes name: event_id, dimension, value. Events are few: people write them."""
    written = [row for row in events.select(["event_id", "scope"]).to_pylist() if row["scope"]]
    if not written:
        return _READ.empty_table()
    known: dict[str, dict[str, str]] = {name: {} for name in DIMENSIONS}
    for name in ("region", "segment"):
        known[name] = by_plain(view.accounts[name].unique().to_pylist())
    for name in ("category", "product_id"):
        for table in (view.goods, view.table("products")):
            known[name] |= by_plain(table[name].unique().to_pylist())
    return pa.Table.from_pylist(
        [
            {"event_id": row["event_id"], "dimension": dimension, "value": value}
            for row in written
            for dimension, value in read_scope(row["scope"], known)
        ],
        _READ,
    )
