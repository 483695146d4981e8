"""Open orders and stock as they were known: which products are short, and which lines want them.

Nothing is dropped in silence: a line that can't be counted is in `aside`, with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.texts import Text, gettext_noop
from mainstay.standing.known import Known
from mainstay.supply.types import Rules
from mainstay.supply.units import Named, Units

# Why a line is set aside.
ASIDE: dict[str, str] = {
    "no_product": gettext_noop("Open lines that name no product: {n}."),
    "unknown_product": gettext_noop(
        "Open lines of products that don't exist: {n} ({which}). Correct the code, or import the products."
    ),
    "no_stock_count": gettext_noop(
        "Open lines of products whose stock is not known: {n} ({which}). Import the table stock."
    ),
    "no_quantity": gettext_noop("Open lines that say no quantity: {n}."),
    "not_above_zero": gettext_noop(
        "Open lines with a quantity of 0 or less, which are no orders: {n}."
    ),
    "unit": gettext_noop(
        "Open lines in a unit that does not convert: {n} ({which}). Add it to unit_conversions."
    ),
    "twice": gettext_noop("Open lines that are there twice, and count once: {n}."),
    "not_a_sale": gettext_noop("Open lines that are returns, credits or fees: {n}."),
}
BELOW_ZERO = gettext_noop(
    "The stock of {n} products is below 0: {which}. Nothing of them can be given until more arrives than is missing."
)
MOST_NAMED = 5


@dataclass(frozen=True)
class OpenLines:
    """What is wanted of short products, and what there is.

    lines: product_id, account_id, order_id, line, ordered_on, wanted_on, promised_on, ordered (as it was
        ordered), wanted (in the product's own unit), unit (the name of that; null = nobody gave it one), money
        (net, reporting currency),
        cost (null = not known), step, least; by product, then as ordered
    products: product_id, name, category, on (day of the count), on_hand, inbound, inbound_on, arrives (of
        it, in time), available, wanted, accounts; those of which more is wanted than there is
    aside: the open lines that don't count, with `why`
    ordered: account_id, money: all that an account has on order, of any product
    """

    lines: pa.Table
    products: pa.Table
    aside: pa.Table
    ordered: pa.Table
    said: tuple[Text, ...]


_TOLD = """
    with counted as (select distinct product_id from stock),
    known as (
        select product_id from products union select product_id from counted
        union select product_id from goods where product_id is not null
    ),
    told as (
        select o.*, case when o.unit is null then 1.0 else u.worth end as factor, u.own,
            row_number() over (partition by account_id, coalesce(order_id, ''), o.product_id, ordered_on,
                quantity, o.unit, wanted_on, amount, case when order_id is not null then line end
                order by place) as copy
        from orders o
        left join worths u on u.product_id = o.product_id and u.unit is not distinct from o.unit
    )
    select *, quantity * factor as wanted, case
        when quantity <= 0 then 'not_above_zero'
        when coalesce(kind, 'sale') <> 'sale' then 'not_a_sale'
        when product_id is null then 'no_product'
        when product_id not in (select product_id from known) then 'unknown_product'
        when quantity is null then 'no_quantity'
        when factor is null then 'unit'
        when copy > 1 then 'twice'
        when product_id not in (select product_id from counted) then 'no_stock_count'
        end as why
    from told order by place
"""

_SHELF = """
    with latest as (
        select product_id, max_by({on_hand: on_hand, inbound: inbound, inbound_on: inbound_on, day: "on"},
            "on") as s from stock group by product_id
    ),
    shelf as (
        select product_id, s.day as "on", s.on_hand as on_hand, coalesce(s.inbound, 0.0) as inbound,
            s.inbound_on as inbound_on,
            case when s.inbound_on <= $last::date then coalesce(s.inbound, 0.0) else 0.0 end as arrives
        from latest
    ),
    demand as (
        select product_id, sum(wanted) as wanted, count(distinct account_id) as accounts
        from told where why is null and coalesce(wanted_on <= $last::date, true) group by product_id
    )
    select s.*, coalesce(p.name, product_id) as name, p.category,
        greatest(on_hand + arrives, 0.0) as available, coalesce(d.wanted, 0.0) as wanted,
        coalesce(d.accounts, 0)::bigint as accounts
    from shelf s left join demand d using (product_id) left join products p using (product_id)
    order by product_id
"""

# Whole packs, and whole pallets where a whole number of them was ordered; an order that is less than a pack
# is sent as it is. Parts of pieces only where somebody ordered parts (`lots.grain`).
_LINES = """
    with lots as (
        select product_id, max(pack) as pack, max(pallet) as pallet, max(minimum_lot) as minimum_lot
        from unit_conversions group by product_id
    )
    select t.product_id, account_id, order_id, line, ordered_on, wanted_on, promised_on,
        quantity as ordered, t.wanted, own as unit, money, cost, place,
        case when pallet > 0 and t.wanted >= pallet and t.wanted % pallet < 1e-6 then pallet
            when pack > 0 and t.wanted >= pack then pack
            when abs(t.wanted - round(t.wanted)) < 1e-6 and coalesce(pack, 0.0) = 0 then 1.0
            when pack > 0 then t.wanted else 0.0 end as step,
        least(coalesce(minimum_lot, 0.0), t.wanted) as least
    from told t join short s using (product_id) left join lots l using (product_id)
    where why is null and coalesce(wanted_on <= $last::date, true)
    order by t.product_id, ordered_on, order_id, line, place
"""


def open_lines(known: Known, rules: Rules, product_ids: frozenset[str] | None = None) -> OpenLines:
    """What is short as of a date, from open orders and stock as they were known then.

    product_ids: look at these alone
    """
    orders = _orders(known)
    worths = _worths(known, orders)
    last = known.as_of + timedelta(days=rules.days)
    told = known.sql(_TOLD, orders=orders, worths=worths)
    shelf = _ask(known, _SHELF, last, told=told)
    short = shelf.filter(pc.greater(shelf["wanted"], pc.add(shelf["available"], 1e-6)))
    if product_ids is not None:
        asked = pa.array(sorted(product_ids), pa.string())
        short = short.filter(pc.is_in(short["product_id"], value_set=asked))
    lines = _ask(known, _LINES, last, told=told, short=short).drop_columns(["place"])
    aside = told.filter(pc.is_valid(told["why"]))
    ordered = known.sql(
        "select account_id, sum(money) as money from told where why is null or why = 'no_stock_count' "
        "group by account_id order by account_id",
        told=told,
    )
    below = shelf.filter(pc.less(shelf["on_hand"], 0))
    return OpenLines(lines, short, aside, ordered, _said(aside, below))


def _worths(known: Known, orders: pa.Table) -> pa.Table:
    """Of each product and unit of open orders: `worth` in the product's own unit (null = does not convert), and
    the name of that, `own`; by the rule of `Units`, from all lines that are known."""
    pairs = known.sql(
        "select product_id, unit, count(*) as orders from orders where product_id is not null group by all",
        orders=orders,
    )
    kernel = Named(pairs["product_id"].combine_chunks().unique())
    rows = known.ledger.map_accounts(
        kernel, columns=kernel.columns, as_of=known.as_of, known_until=known.known_until
    )
    seen = pa.concat_tables([pairs.cast(_SEEN), rows.select(_SEEN.names).cast(_SEEN)])
    units = Units.of(known.table("unit_conversions"), seen)
    named = list(zip(*(pairs[name].to_pylist() for name in ("product_id", "unit")), strict=True))
    worth = [units.worth(*pair) for pair in named]
    own = [units.own.get(product) for product, _unit in named]
    return (
        pairs.drop_columns(["orders"])
        .append_column("worth", pa.array(worth, pa.float64()))
        .append_column("own", pa.array(own, pa.string()))
    )


_SEEN = pa.schema([("product_id", pa.string()), ("unit", pa.string()), ("orders", pa.int64())])


def _ask(known: Known, query: str, last: object, **tables: pa.Table) -> pa.Table:
    """`known.sql` with the last day that counts."""
    return known.sql(query.replace("$last", f"'{last}'"), **tables)


def _orders(known: Known) -> pa.Table:
    """All open orders, of new accounts too, joined codes under their account; money in one currency."""
    until = known.known_until if known.known_until is not None else known.as_of
    rows = known.ledger.table("open_orders", as_of=known.as_of, known_until=until)
    joins = known.ledger.joins_at(until)
    codes = rows["account_id"].combine_chunks()
    unique = codes.unique()
    main = pa.array([joins.main_of(c) if c else c for c in unique.to_pylist()], pa.string())
    named = main.take(pc.index_in(codes, value_set=unique))
    rows = rows.set_column(rows.schema.get_field_index("account_id"), "account_id", named)
    rows = rows.append_column("place", pa.array(range(rows.num_rows), pa.int64()))
    counted = known.ledger.in_reporting_currency(rows, known.as_of)
    return known.sql(
        "select o.* exclude (cost), c.amount as money, c.cost from rows_of o left join counted c "
        "using (place) order by place",
        rows_of=rows,
        counted=counted.select(["place", "amount", "cost"]),
    )


def _said(aside: pa.Table, below: pa.Table) -> tuple[Text, ...]:
    said = []
    for why, template in ASIDE.items():
        rows = aside.filter(pc.equal(aside["why"], why))
        if rows.num_rows:
            which = _named(rows["unit" if why == "unit" else "product_id"])
            data = {"n": rows.num_rows} | ({"which": which} if "{which}" in template else {})
            said.append(Text(template, data))
    if below.num_rows:
        said.append(Text(BELOW_ZERO, {"n": below.num_rows, "which": _named(below["product_id"])}))
    return tuple(said)


def _named(codes: pa.ChunkedArray) -> str:
    names = sorted({str(code)[:60] for code in codes.to_pylist() if code is not None})
    return ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
