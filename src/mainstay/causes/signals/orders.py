"""Symptoms in the orders themselves: that something is wrong, since when, and never why (R4, R5, R6)."""

from __future__ import annotations

import pyarrow as pa

from mainstay.causes.queries import instances
from mainstay.causes.types import signal
from mainstay.causes.view import View
from mainstay.core.texts import gettext_noop
from mainstay.standing.goods import QUARTER_DAYS

YEAR_DAYS = 364
# The half year before the date against the same half year before it: quarters 0 and 1, 4 and 5.
NOW, BEFORE, EARLIER = "quarter in (0, 1)", "quarter in (4, 5)", "quarter in (6, 7)"
LEAST_ORDER_DAYS = 6  # in the half year before, to speak of a habit
SURE = 2.0  # standard errors: chance alone gives so little in about 1 of 40
LEFT = 0.7  # of what it was; more is no fall
LEAST_PRODUCTS, RANGE_ORDER_DAYS = 6, 3  # in each half year: of fewer a range can't be told
RANGE_LEFT = 0.6  # products come and go with fashions and seasons
LEAST_PEERS = 10
BEHIND = 0.75  # of what its peers' growth would have made of it
LAST_OF_PEERS = 0.15
SHARE_LEFT, SHARE_FALL = 0.85, 0.05


@signal(
    "silent",
    rule="R5",
    direction="nobody",
    role="symptom",
    wording=gettext_noop("No order since {last_order_on}; the usual gap is {rhythm_days} days."),
)
def silent(view: View) -> pa.Table:
    """Silent beyond its own rhythm, with nothing on order, since the day of the order that did not come.

    Half strength at one and a half times the silence that counts as late, full at twice (as lost).
    """
    return instances(
        view,
        """
        select account_id, last_order_on + ceil(rhythm_days)::integer as since,
            days_silent / late_after_days - 1.0 as strength,
            to_json([['order_lines', last_order_on::varchar, last_order_on::varchar, '']])::varchar as rows,
            json_object('last_order_on', last_order_on, 'rhythm_days', round(rhythm_days, 1))::varchar as data
        from judged
        where days_silent > late_after_days and late_after_days > 0 and rhythm_days is not null
            and coalesce(open_orders, 0) <= 0 and state not in ('quiet', 'closed')
        """,
    )


def _run_of_quarters(fell: str) -> str:
    """SQL: since which day the quarters up to the date fell, of four columns of booleans."""
    quarters = f"""case when not {fell}0 then 1 when not {fell}1 then 0
        when not {fell}2 then 1 when not {fell}3 then 2 else 3 end"""
    return f"($as_of - {QUARTER_DAYS} * (1 + {quarters}))::date"


@signal(
    "orders_rarer",
    rule="R4",
    direction="nobody",
    role="symptom",
    wording=gettext_noop(
        "{order_days_now} order days in half a year; in the same half year before, {order_days_before}."
    ),
)
def orders_rarer(view: View) -> pa.Table:
    """Order days of the last half year at most 70% of the same a year before, beyond chance.

    Half strength when 40% are missing, full at 80%. Who orders nothing at all is silent instead.
    """
    fell = ", ".join(
        f"coalesce(sum(order_days) filter (quarter = {q}), 0)"
        f" < 0.85 * coalesce(sum(order_days) filter (quarter = {q + 4}), 0) as f{q}"
        for q in range(4)
    )
    return instances(
        view,
        f"""
        with paces as (
            select account_id, coalesce(sum(order_days) filter ({NOW}), 0) as n,
                coalesce(sum(order_days) filter ({BEFORE}), 0) as b, {fell}
            from pace group by account_id
        )
        select account_id, {_run_of_quarters("f")} as since, (1 - n / b) / 0.8 as strength,
            to_json([['order_lines', ($as_of - {2 * QUARTER_DAYS})::date::varchar,
                ($as_of - 1)::date::varchar, ''],
                ['order_lines', ($as_of - {YEAR_DAYS + 2 * QUARTER_DAYS})::date::varchar,
                ($as_of - {YEAR_DAYS + 1})::date::varchar, '']])::varchar as rows,
            json_object('order_days_now', n::bigint, 'order_days_before', b::bigint)::varchar as data
        from paces
        where n > 0 and b >= {LEAST_ORDER_DAYS} and n <= {LEFT} * b and (b - n) / sqrt(b + n) >= {SURE}
        """,
    )


@signal(
    "orders_smaller",
    rule="R4",
    direction="nobody",
    role="symptom",
    wording=gettext_noop(
        "{now_money} an order day in half a year; in the same half year before, {before_money}."
    ),
)
def orders_smaller(view: View) -> pa.Table:
    """The mean order day of the last half year at most 70% of the same a year before, beyond chance.

    Half strength when 40% are missing, full at 80%.
    """
    sums = ", ".join(
        f"sum({value}) filter ({when}) as {name}"
        for value, short in (("order_days", "n"), ("amount", "a"), ("amount_squared", "s"))
        for when, name in ((NOW, f"{short}1"), (BEFORE, f"{short}0"))
    )
    fell = ", ".join(
        f"coalesce(sum(amount) filter (quarter = {q}) / sum(order_days) filter (quarter = {q})"
        f" < 0.85 * sum(amount) filter (quarter = {q + 4})"
        f" / sum(order_days) filter (quarter = {q + 4}), false) as f{q}"
        for q in range(4)
    )
    return instances(
        view,
        f"""
        with sums as (select account_id, {sums}, {fell} from pace group by account_id),
        means as (
            select *, a1 / n1 as now, a0 / n0 as before,
                greatest(0, s1 / n1 - (a1 / n1) ** 2) / n1
                    + greatest(0, s0 / n0 - (a0 / n0) ** 2) / n0 as variance
            from sums where n1 >= {LEAST_ORDER_DAYS} and n0 >= {LEAST_ORDER_DAYS} and a0 > 0
        )
        select account_id, {_run_of_quarters("f")} as since, (1 - now / before) / 0.8 as strength,
            (before - now) * n1 * 2 as money,
            to_json([['order_lines', ($as_of - {2 * QUARTER_DAYS})::date::varchar,
                ($as_of - 1)::date::varchar, ''],
                ['order_lines', ($as_of - {YEAR_DAYS + 2 * QUARTER_DAYS})::date::varchar,
                ($as_of - {YEAR_DAYS + 1})::date::varchar, '']])::varchar as rows,
            json_object('now_money', round(now, 2), 'before_money', round(before, 2))::varchar as data
        from means
        where now <= {LEFT} * before and before - now >= {SURE} * sqrt(variance)
        """,
    )


@signal(
    "category_dropped",
    rule="R4",
    direction="nobody",
    role="symptom",
    wording=gettext_noop("“{category}” is bought no more; the last order was on {last_order_on}."),
)
def category_dropped(view: View) -> pa.Table:
    """A category that the assessment calls dropped, while the account still buys others.

    Half strength where it was 15% of the account's money a year before, full at 30%.
    """
    return instances(
        view,
        """
        select c.account_id, coalesce(c.since, c.last_order_on + 1) as since,
            greatest(0.1, coalesce(c.amount_prev_52 / nullif(j.amount_prev_52, 0), 0) / 0.3)
                as strength,
            greatest(0, c.amount_prev_52 - c.amount_52) as money, c.category as category,
            to_json([['order_lines', c.last_order_on::varchar, c.last_order_on::varchar, '']])::varchar as rows,
            json_object('category', c.category, 'last_order_on', c.last_order_on)::varchar as data
        from judged_categories c join judged j using (account_id)
        where c.state = 'dropped' and j.state not in ('lost', 'closed', 'quiet')
        """,
    )


@signal(
    "range_narrowing",
    rule="R4",
    direction="nobody",
    role="symptom",
    wording=gettext_noop(
        "{products_now} different products in half a year; in the leaner half of the year before, "
        "{products_before}."
    ),
)
def range_narrowing(view: View) -> pa.Table:
    """Different products bought in half a year at most 60% of those of either half of the year before.

    Products that we gave up do not count. Half strength when 40% are missing of the leaner half, full at
    80%.
    """
    return instances(
        view,
        f"""
        with often as (
            select account_id from pace group by account_id
            having sum(order_days) filter ({NOW}) >= {RANGE_ORDER_DAYS}
                and sum(order_days) filter ({BEFORE}) >= {RANGE_ORDER_DAYS}
                and sum(order_days) filter ({EARLIER}) >= {RANGE_ORDER_DAYS}
        ),
        ours as (
            select account_id, product_id, quarter from goods semi join often using (account_id)
            where kind = 'sale' and product_id is not null and product_id not in (
                select product_id from products where discontinued_on < $as_of
            )
        ),
        ranges as (
            select account_id, count(distinct product_id) filter ({NOW}) as n,
                least(count(distinct product_id) filter ({BEFORE}),
                    count(distinct product_id) filter ({EARLIER})) as b
            from ours group by account_id
        )
        select account_id, ($as_of - {2 * QUARTER_DAYS})::date as since, (1 - n / b) / 0.8 as strength,
            to_json([['order_lines', ($as_of - {2 * QUARTER_DAYS})::date::varchar,
                ($as_of - 1)::date::varchar, ''],
                ['order_lines', ($as_of - {YEAR_DAYS + 2 * QUARTER_DAYS})::date::varchar,
                ($as_of - {2 * QUARTER_DAYS + 1})::date::varchar, '']])::varchar as rows,
            json_object('products_now', n, 'products_before', b)::varchar as data
        from ranges where b >= {LEAST_PRODUCTS} and n <= {RANGE_LEFT} * b
        """,
    )


@signal(
    "growth_below_peers",
    rule="R4",
    direction="nobody",
    role="symptom",
    wording=gettext_noop("Its year changed by {own_share}, that of its peers by {peers_share}."),
)
def growth_below_peers(view: View) -> pa.Table:
    """A year's growth a quarter or more behind the middle of its segment, and among its last 15%.

    Where a segment has fewer than ten accounts with a growth, all accounts are the peers. Who is lost has
    no growth.
    Half strength a quarter behind, full at half.
    """
    return instances(
        view,
        f"""
        with grown as (
            select account_id, segment, growth, amount_52, amount_prev_52
            from judged where growth is not null and amount_prev_52 > 0
                and state not in ('lost', 'closed', 'quiet')
        ),
        compared as (
            select *, count(*) over (partition by segment) as n, count(*) over () as everybody,
                median(growth) over (partition by segment) as middle,
                median(growth) over () as middle_of_all,
                percent_rank() over (partition by segment order by growth) as place,
                percent_rank() over (order by growth) as place_of_all
            from grown
        ),
        behind as (
            select account_id, growth, amount_52, amount_prev_52,
                case when n >= {LEAST_PEERS} then middle else middle_of_all end as peers,
                case when n >= {LEAST_PEERS} then place else place_of_all end as place
            from compared where everybody >= {LEAST_PEERS}
        )
        select account_id, ($as_of - {YEAR_DAYS})::date as since,
            2 * (1 - (1 + growth) / (1 + peers)) as strength,
            greatest(0, amount_prev_52 * (1 + peers) - amount_52) as money,
            to_json([['order_lines', ($as_of - {YEAR_DAYS})::date::varchar,
                ($as_of - 1)::date::varchar, ''],
                ['order_lines', ($as_of - {2 * YEAR_DAYS})::date::varchar,
                ($as_of - {YEAR_DAYS + 1})::date::varchar, '']])::varchar as rows,
            json_object('own_share', round(growth, 4), 'peers_share', round(peers, 4))::varchar as data
        from behind
        where peers > -1 and 1 + growth <= {BEHIND} * (1 + peers) and place <= {LAST_OF_PEERS}
        """,
    )


@signal(
    "share_of_wallet_falling",
    rule="R6",
    direction="nobody",
    role="symptom",
    wording=gettext_noop(
        "Our share of what it buys is {now_share}; a year before it was {before_share}."
    ),
)
def share_of_wallet_falling(view: View) -> pa.Table:
    """Our share, measured or declared, below 85% of a year before and 5 points lower at least.

    An estimate from other accounts is no evidence. Half strength when a quarter of it went, full at half.
    """
    return instances(
        view,
        f"""
        select account_id, ($as_of - {YEAR_DAYS})::date as since,
            2 * (1 - share_of_wallet / share_of_wallet_before) as strength,
            (share_of_wallet_before - share_of_wallet) * yearly_purchases as money,
            to_json([['order_lines', ($as_of - {YEAR_DAYS})::date::varchar,
                ($as_of - 1)::date::varchar, ''],
                ['order_lines', ($as_of - {2 * YEAR_DAYS})::date::varchar,
                ($as_of - {YEAR_DAYS + 1})::date::varchar, '']])::varchar as rows,
            json_object('now_share', round(share_of_wallet, 4),
                'before_share', round(share_of_wallet_before, 4))::varchar as data
        from judged
        where wallet_source in ('measured', 'declared') and share_of_wallet_before > 0
            and share_of_wallet <= {SHARE_LEFT} * share_of_wallet_before
            and share_of_wallet <= share_of_wallet_before - {SHARE_FALL}
        """,
    )
