"""Signals from what they pay: our price, their discount, what they earn with us (R9, R19)."""

from __future__ import annotations

import pyarrow as pa

from mainstay.causes.quarters import runs
from mainstay.causes.queries import instances
from mainstay.causes.types import Link, signal
from mainstay.causes.view import View
from mainstay.core.texts import gettext_noop

SAME_UNIT = 2.0  # a price that doubled or halved is another unit or pack
COMPARED_SHARE = 0.3  # of a quarter's sales are of products that were bought in the year before
RISE_SHARE, BEYOND_SHARE = 0.03, 0.02  # more than list prices creep; more than the others' rose
ALL_RISE_SHARE = 0.06  # so much is a rise also where everybody pays it
DISCOUNT_SHARE = 0.03  # of the list price that is no longer given
EARNED_SHARE = 0.03  # of their resale price that they earn less
# The quarter, and the year before it that it is set against.
_DAYS = """json_array('order_lines', ($as_of::date - 91 * (quarter + 1))::varchar,
        ($as_of::date - 91 * quarter - 1)::varchar, ''),
    json_array('order_lines', ($as_of::date - 91 * (quarter + 5))::varchar,
        ($as_of::date - 91 * (quarter + 1) - 1)::varchar, '')"""

_RISE = "money.price_rise"
# One percent above the market makes leaving 1.07 times as likely. At the ten points of full strength that is
# twice the usual tenth a year: a tenth more, shared by a link's two paces. Prices rise for everybody and every
# year; were more believed before looking, they would take what else falls in these weeks (R10).
_OF_PRICE, _HARDLY = 0.1, 0.05


@signal(
    "price_up",
    rule="R9",
    direction="us",
    role="context",
    wording=gettext_noop(
        "Pays {rise_share} more for the same products than in the year before; others pay {others_share} "
        "more."
    ),
    links=(
        Link(_RISE, weight=_OF_PRICE, delay_weeks=6, fade_weeks=20),
        Link("competitor.price", weight=_HARDLY, delay_weeks=8, fade_weeks=20),
    ),
)
def price_up(view: View) -> pa.Table:
    """Quarters in which an account paid more per unit of the same products than in the year before, and
    more so than the others who buy them, or much more; half strength at five points more than the others
    (or above RISE_SHARE, where that is more), full at ten.

    Prices are means of sales by product, weighed by what the account bought in the quarter; what the
    others' prices did is measured without the account's own. `money` is what the quarter cost it more.
    """
    return instances(
        view,
        f"""
        with per_quarter as (
            select account_id, product_id, quarter, amount, quantity
            from goods where kind = 'sale' and amount > 0 and product_id is not null
        ),
        compared as (
            select *, quantity * sum(amount) over before / sum(quantity) over before as would
            from per_quarter where quantity > 0
            window before as (partition by account_id, product_id order by quarter
                range between 1 following and 4 following)
        ),
        same as (
            select * from compared
            where amount / would between 1 / {SAME_UNIT} and {SAME_UNIT}
        ),
        all_of as (
            select product_id, quarter, sum(amount) as amount, sum(would) as would from same
            group by product_id, quarter
        ),
        risen as (
            select account_id, quarter, sum(s.amount) / sum(s.would) - 1 as rise,
                sum(s.amount) - sum(s.would) as cost_more, sum(s.amount) as seen,
                sum(s.amount) filter (o.would > s.would * 1.000001) as with_peers,
                sum(s.would) filter (o.would > s.would * 1.000001) as with_peers_would,
                sum(s.would * (o.amount - s.amount) / (o.would - s.would))
                    filter (o.would > s.would * 1.000001) as peers_would_pay
            from same s join all_of o using (product_id, quarter)
            group by account_id, quarter having rise >= {RISE_SHARE}
        ),
        sales as (
            select account_id, quarter, sum(amount) as sold from per_quarter
            group by account_id, quarter
        ),
        held as (
            select account_id, quarter, rise, cost_more, peers_would_pay / with_peers_would - 1 as others,
                (with_peers - peers_would_pay) / with_peers_would as beyond
            from risen join sales using (account_id, quarter)
            where seen >= {COMPARED_SHARE} * sold
        ),
        flagged as (
            select *, greatest(coalesce(beyond, 0), rise - {RISE_SHARE}) / 0.1 as strength from held
            where beyond >= {BEYOND_SHARE} or rise >= {ALL_RISE_SHARE}
        )
        select account_id, since, until, strength, cost_more as money,
            to_json([{_DAYS}])::varchar as rows,
            json_object('rise_share', rise, 'others_share', others)::varchar as data
        from ({runs("select * from flagged")})
        """,
    )


@signal(
    "discount_lost",
    rule="R19",
    direction="us",
    role="context",
    wording=gettext_noop(
        "Gets {discount_share} off the list price, and got {before_share} before."
    ),
    links=(
        Link(_RISE, weight=_OF_PRICE, delay_weeks=5, fade_weeks=20),
        Link("money.unbalanced", weight=_HARDLY, delay_weeks=8, fade_weeks=26),
    ),
)
def discount_lost(view: View) -> pa.Table:
    """Quarters in which an account got DISCOUNT_SHARE less off our list price than in the year before;
    half strength at five points less, full at ten. `money` is what it paid more in the quarter for it.
    """
    return instances(
        view,
        f"""
        with per_quarter as (
            select account_id, quarter, sum(amount) as amount, sum(list_amount) as listed
            from goods where kind = 'sale' and amount > 0 and list_amount >= amount
            group by account_id, quarter
        ),
        compared as (
            select *, 1 - amount / listed as discount,
                1 - sum(amount) over before / sum(listed) over before as discount_before
            from per_quarter where listed > 0
            window before as (partition by account_id order by quarter
                range between 1 following and 4 following)
        ),
        flagged as (
            select *, (discount_before - discount) / 0.1 as strength from compared
            where discount_before - discount >= {DISCOUNT_SHARE}
        )
        select account_id, since, until, strength, (discount_before - discount) * listed as money,
            to_json([{_DAYS}])::varchar as rows,
            json_object('discount_share', discount, 'before_share', discount_before)::varchar as data
        from ({runs("select * from flagged")})
        """,
    )


@signal(
    "earnings_with_us_falling",
    rule="R19",
    direction="us",
    role="context",
    wording=gettext_noop(
        "Earns {earned_share} on our goods when it sells them, and earned {before_share} before."
    ),
    tables=("account_volumes",),
    links=(
        Link(_RISE, weight=0.5, delay_weeks=8, fade_weeks=20),
        Link("competitor.price", weight=0.3, delay_weeks=8, fade_weeks=20),
    ),
)
def earnings_with_us_falling(view: View) -> pa.Table:
    """Quarters in which the mean of what it sells at lies nearer to the mean of what it pays us, per
    unit, by EARNED_SHARE of its price; half strength at five points less, full at ten.
    """
    return instances(
        view,
        f"""
        with paid as (
            select account_id, quarter, sum(amount) / sum(quantity) as price from goods
            where kind = 'sale' and amount > 0 and quantity > 0 group by account_id, quarter
        ),
        resold as (
            select account_id, (($as_of::date - 1 - (month + interval 15 days)::date) // 91)::int as quarter,
                avg(their_price) as price, min(month) as first_month,
                coalesce(arg_min(what, month), '') as what, arg_min(source, month) as source
            from account_volumes where their_price > 0 group by account_id, quarter
        ),
        earned as (
            select account_id, quarter, (r.price - p.price) / r.price as share, first_month,
                what, source
            from resold r join paid p using (account_id, quarter)
            where p.price between r.price / 10 and r.price * 10
        ),
        compared as (
            select *, avg(share) over before as share_before from earned
            window before as (partition by account_id order by quarter
                range between 1 following and 4 following)
        ),
        flagged as (
            select *, (share_before - share) / 0.1 as strength from compared
            where share_before - share >= {EARNED_SHARE}
        )
        select account_id, since, until, strength,
            to_json([json_array('account_volumes', account_id, first_month::varchar, what, source),
                {_DAYS}])::varchar as rows,
            json_object('earned_share', share, 'before_share', share_before)::varchar as data
        from ({runs("select * from flagged")})
        """,
    )
