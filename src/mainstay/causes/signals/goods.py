"""Signals from what goes out and comes back: returns, credit notes, products given up, new ones (R14, R16)."""

from __future__ import annotations

import pyarrow as pa

from mainstay.causes.quarters import runs
from mainstay.causes.queries import instances
from mainstay.causes.types import Link, signal
from mainstay.causes.usual import usual
from mainstay.causes.view import View
from mainstay.core.texts import gettext_noop

BACK_SHARE = 0.03  # of a quarter's sales; less is everyday
TIMES_USUAL = 2  # what it was used to, and what is usual among all
LEAST_TIMES = 2  # that goods came back: one return is no rise
NOTABLE_SHARE = 0.1  # of what they bought was a product that we gave up
TRY_DAYS = 182  # that a new product has been there
NEW_DAYS = 546  # and no longer than this
TAKEN_SHARE = 0.2  # of the other buyers of its category have taken a new product


def _risen(view: View, kind: str) -> pa.Table:
    """Quarters in which the money of a kind of lines was a larger part of sales than it used to be.

    A part is of the quarter's sales, or of half of what a quarter of the year before had, where that is
    more: what comes back when an account stops buying is no rise of its own.
    """
    return instances(
        view,
        f"""
        with per_quarter as (
            select account_id, quarter,
                coalesce(sum(amount) filter (kind = 'sale'), 0) as sold,
                coalesce(-sum(amount) filter (kind = '{kind}'), 0) as back,
                sum(order_days) filter (kind = '{kind}') as times,
                arg_min(category, amount) filter (kind = '{kind}') as category,
                arg_min(product_id, amount) filter (kind = '{kind}') as product_id
            from goods group by account_id, quarter
        ),
        compared as (
            select *, sum(sold) over before as sold_before, sum(back) over before as back_before,
                count(*) over before as quarters
            from per_quarter
            window before as (partition by account_id order by quarter
                range between 1 following and 4 following)
        ),
        all_of as (select sum(back) / sum(sold) as share from per_quarter where sold > 0),
        parts as (
            select c.*, back / greatest(sold, sold_before / quarters / 2) as share,
                greatest(back_before / sold_before, 0) as share_before, a.share as share_of_all
            from compared c, all_of a where sold_before > 0 and back > 0 and times >= {LEAST_TIMES}
        ),
        flagged as (
            select *, (share - greatest(share_before, share_of_all)) / 0.2 as strength from parts
            where share >= {BACK_SHARE}
                and share >= {TIMES_USUAL} * greatest(share_before, share_of_all)
        )
        select account_id, since, until, strength, back as money, category,
            to_json([['order_lines', ($as_of::date - 91 * (quarter + 1))::varchar,
                ($as_of::date - 91 * quarter - 1)::varchar, coalesce(product_id, '')],
                ['order_lines', ($as_of::date - 91 * (quarter + 5))::varchar,
                ($as_of::date - 91 * (quarter + 1) - 1)::varchar, coalesce(product_id, '')]])
                ::varchar as rows,
            json_object('back_share', share, 'before_share', share_before)::varchar as data
        from ({runs("select * from flagged")})
        """,
    )


@signal(
    "returns_up",
    rule="R16",
    direction="us",
    role="context",
    wording=gettext_noop("Returns are {back_share} of what it buys, and were {before_share}."),
    links=(
        Link("product.quality", weight=0.6, delay_weeks=4, fade_weeks=13),
        Link("product.fit", weight=0.25, delay_weeks=4, fade_weeks=13),
    ),
)
def returns_up(view: View) -> pa.Table:
    """Quarters in which far more came back than in the year before and than among all accounts; half
    strength at ten points more, full at twenty. `category` and the rows are of what came back most.
    """
    return _risen(view, "return")


@signal(
    "credit_notes_up",
    rule="R16",
    direction="us",
    role="context",
    wording=gettext_noop("Credit notes are {back_share} of what it buys, and were {before_share}."),
    links=(
        Link("product.quality", weight=0.3, delay_weeks=4, fade_weeks=13),
        Link("service.complaint_unsolved", weight=0.2, delay_weeks=4, fade_weeks=13),
        Link("delivery.short", weight=0.15, delay_weeks=4, fade_weeks=13),
    ),
)
def credit_notes_up(view: View) -> pa.Table:
    """Quarters with far more credit notes than the year before and than all accounts have; strength as
    of `returns_up`.
    """
    return _risen(view, "credit")


@signal(
    "discontinued_theirs",
    rule="R9",
    direction="us",
    role="context",
    wording=gettext_noop(
        "We gave up {product}, {bought_share} of what it bought, on {given_up_on}."
    ),
    tables=("products",),
    links=(Link("product.discontinued", weight=0.8, delay_weeks=5, fade_weeks=17),),
)
def discontinued_theirs(view: View) -> pa.Table:
    """Each product that we gave up and that was NOTABLE_SHARE or more of what an account had bought in
    the year before; half strength at 15%, full at 30%, and half of that where it has a successor.
    """
    gone = view.sql(
        """
        select product_id, discontinued_on,
            (($as_of::date - 1 - discontinued_on) // 91)::int as quarter
        from products where discontinued_on >= $begin and discontinued_on < $as_of
        """
    )
    theirs = usual(view, gone.select(["product_id", "quarter"]), NOTABLE_SHARE)
    return instances(
        view,
        """
        select account_id, discontinued_on as since,
            u.share / 0.3 * if(p.replaced_by is null, 1, 0.5) as strength, u.amount as money,
            coalesce(p.category, u.category) as category,
            to_json([['products', product_id], ['order_lines', (discontinued_on - 364)::varchar,
                (discontinued_on - 1)::varchar, product_id]])::varchar as rows,
            json_object('product', coalesce(p.name, product_id), 'bought_share', u.share,
                'given_up_on', discontinued_on)::varchar as data
        from usual u join products p using (product_id)
        """,
        usual=theirs,
    )


@signal(
    "new_products_not_taken",
    rule="R14",
    direction="us",
    role="context",
    wording=gettext_noop(
        "Takes none of {products} new products in {category}, of which others took {taken_share} on average."
    ),
    tables=("products",),
    links=(
        Link("drift.no_contact", weight=0.2, delay_weeks=8, fade_weeks=26),
        Link("product.fit", weight=0.2, delay_weeks=8, fade_weeks=26),
        Link("competitor.product", weight=0.2, delay_weeks=8, fade_weeks=26),
    ),
)
def new_products_not_taken(view: View) -> pa.Table:
    """Accounts that buy a category and none of its new products, which the others took up; half strength
    where one would be expected of it, full at two.

    New is what was launched TRY_DAYS to NEW_DAYS ago and TAKEN_SHARE of the others who buy the category
    have bought; expected is the sum of these shares. It began half a year after the first launch.
    """
    return instances(
        view,
        f"""
        with fresh as (
            select product_id, category, launched_on from products
            where category is not null and launched_on <= $as_of::date - {TRY_DAYS}
                and launched_on >= $as_of::date - {NEW_DAYS}
                and (discontinued_on is null or discontinued_on >= $as_of)
        ),
        buyers as (
            select distinct account_id, category from goods
            where kind = 'sale' and amount > 0 and quarter < 4
                and category in (select category from fresh)
        ),
        many as (select category, count(*) as buyers from buyers group by category),
        taken as (
            select distinct account_id, product_id, f.category from goods g
            join fresh f using (product_id) where g.kind = 'sale' and g.amount > 0
        ),
        liked as (
            select f.product_id, f.category, f.launched_on, count(*) / any_value(m.buyers) as share
            from fresh f join taken t using (product_id, category)
            join buyers using (account_id, category) join many m using (category)
            group by all having count(*) >= {TAKEN_SHARE} * any_value(m.buyers)
        ),
        expected as (
            select category, count(*) as products, sum(share) as expected, avg(share) as share,
                min(launched_on) + {TRY_DAYS} as since, list(product_id order by product_id)[:12] as ids
            from liked group by category having sum(share) >= 1
        )
        select b.account_id, least(e.since, $as_of::date - 1) as since, e.expected / 2 as strength,
            e.category, to_json(list_transform(e.ids, lambda id: ['products', id]))::varchar as rows,
            json_object('products', e.products, 'category', e.category, 'taken_share', e.share)::varchar
                as data
        from buyers b join expected e using (category)
        anti join taken t using (account_id, category)
        """,
    )
