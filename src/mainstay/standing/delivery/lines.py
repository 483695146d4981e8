"""What was delivered, line by line: of each order and product one row, in however many deliveries it came.

A line is settled, and counts, once it has come in full, was refused, or its day has passed; what is promised for
a day that is still to come is open, and counts nowhere. Its day is the promised one; where none was promised,
the one that they asked for. A promise that was moved later counts as it was made first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.lines import Lines
from mainstay.standing.history import days_of
from mainstay.standing.known import Known

QUARTER_DAYS = 91
QUARTERS = 8
FULL_SHARE = 0.005  # that may be wanting of what came in full: weighing and counting are not finer
LATE_DAYS = 2  # later than this is badly late, as for the signals
SHORT_SHARE = 0.05  # more than this wanting is badly short
ORDERED_DAYS = QUARTERS * QUARTER_DAYS + 364  # how long ago an order of these may have been made
_DAYS = ("promised_on", "requested_on", "delivered_on", "refused_on")
_COLUMNS = (
    *("delivery_id", "order_id", "account_id", "product_id", *_DAYS, "quantity_ordered"),
    *("quantity_delivered", "urgent", "unit", "unit_delivered"),
)

# Columns that are kept. by: promised or requested, what `due_on` is; fill: of 1; days_late: after due_on, also of
# what has not come yet; lead_days: from the order to the last delivery; on_request: by the day they asked for;
# bad: later than LATE_DAYS, shorter than SHORT_SHARE, or refused; doubt: what can't be of its row (`doubts`); null = not known
LINES = (
    *("account_id", "on", "order_id", "delivery_id", "product_id", "category", "due_on", "by"),
    *("requested_on", "ordered_on", "delivered_on", "wanted", "came", "fill", "days_late"),
    *("lead_days", "on_time", "on_request", "in_full", "otif", "urgent", "refused", "bad", "doubt"),
)


@dataclass(frozen=True)
class OrderedOn:
    """A kernel: the day on which each order was made.

    since: orders made earlier are left out
    Returns a table: account_id (dictionary), order_id, ordered_on
    """

    since: date
    columns: ClassVar[tuple[str, ...]] = ("order_id",)

    def __call__(self, lines: Lines) -> pa.Table:
        code = lines.codes["order_id"]
        kept = np.flatnonzero((code >= 0) & (lines.day >= days_of(self.since)))
        account = np.repeat(np.arange(lines.n_accounts), np.diff(lines.offsets))[kept]
        names = lines.names["order_id"].cast(pa.string())
        # Lines are in the order of days, so the first of a pair is the day of the order.
        size = max(len(names), 1)
        key, first = np.unique(account * size + code[kept], return_index=True)
        return pa.table(
            {
                "account_id": pa.DictionaryArray.from_arrays(
                    pa.array((key // size).astype(np.int32)), lines.account_ids.cast(pa.string())
                ),
                "order_id": names.take(pa.array(key % size)),
                "ordered_on": pa.array(lines.day[kept][first].astype(np.int32)).cast(pa.date32()),
            }
        )


@dataclass(frozen=True)
class Told:
    """All lines whose day lies in the last eight quarters, open ones with them, in numbers.

    rows: a row a line: account, product, category, order_no, delivery (int, the place in the arrays below; null =
        none), the figures of LINES, size_class, settled, quarter (0 = the 91 days before as_of); open lines
        have no figures
    """

    rows: pa.Table
    account_ids: pa.Array
    product_ids: pa.Array
    categories: pa.Array
    order_ids: pa.Array
    delivery_ids: pa.Array

    @cached_property
    def settled(self) -> pa.Table:
        return self.rows.filter(self.rows["settled"])

    def named(self, rows: pa.Table) -> pa.Table:
        """A table with account_id, product_id… in the place of the numbers that it has."""
        for number, names, values in (
            ("account", "account_id", self.account_ids),
            ("product", "product_id", self.product_ids),
            ("category", "category", self.categories),
            ("order_no", "order_id", self.order_ids),
            ("delivery", "delivery_id", self.delivery_ids),
        ):
            if number in rows.schema.names:
                at = rows.schema.get_field_index(number)
                rows = rows.set_column(at, names, values.take(rows[number].combine_chunks()))
        return rows


def lines_of(known: Known) -> Told | None:
    """None where no delivery of an account is known."""
    rows = known.table("deliveries").select(_COLUMNS)
    last = pc.max_element_wise(*(rows[name] for name in _DAYS))
    begin = date.fromordinal(known.as_of.toordinal() - (QUARTERS + 1) * QUARTER_DAYS)
    rows = rows.filter(
        pc.and_(pc.is_valid(rows["account_id"]), pc.greater_equal(last, pa.scalar(begin)))
    )
    if not rows.num_rows:
        return None
    # Millions of codes are compared as numbers.
    order_ids, order_no = _coded(rows["order_id"])
    product_ids, product = _coded(rows["product_id"])
    account = pc.index_in(rows["account_id"], value_set=known.account_id)
    told = pa.table(
        {
            "account": account,
            "order_no": order_no,
            "product": product,
            "delivery": pa.array(np.arange(rows.num_rows, dtype=np.int32)),
            **{name: rows[name] for name in (*_DAYS, "quantity_ordered", "quantity_delivered")},
            **{name: rows[name] for name in ("urgent", "unit", "unit_delivered")},
        }
    )
    products = _products(known, product_ids)
    categories, category = _coded(products["category"])
    units = any(told[name].null_count < told.num_rows for name in ("unit", "unit_delivered"))
    found = known.sql(
        _query(units=units),
        rows_told=told,
        made=_ordered(known, order_ids),
        goods_known=products.set_column(1, "category", category),
        listed=pa.table({"exists_any": pa.array([bool(pc.any(products["listed"]).as_py())])}),
        factors=_factors(known, product_ids)
        if units
        else pa.table({"product": pa.array([], pa.int32())}),
    )
    return Told(
        found,
        known.account_id,
        product_ids,
        categories,
        order_ids,
        rows["delivery_id"].combine_chunks(),
    )


def _coded(values: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """What a column holds, each once, and the place of each row's value in it; null stays null."""
    coded = values.combine_chunks().dictionary_encode()
    return coded.dictionary, coded.indices


def _ordered(known: Known, order_ids: pa.Array) -> pa.Table:
    """account, order_no, ordered_on"""
    kernel = OrderedOn(date.fromordinal(known.as_of.toordinal() - ORDERED_DAYS))
    made = known.ledger.map_accounts(
        kernel, columns=kernel.columns, as_of=known.as_of, known_until=known.known_until
    ).unify_dictionaries()
    ids = made["account_id"].combine_chunks()
    place = pc.index_in(ids.dictionary, value_set=known.account_id)
    return pa.table(
        {
            "account": place.take(ids.indices),
            "order_no": pc.index_in(made["order_id"], value_set=order_ids),
            "made_on": made["ordered_on"],
        }
    )


def _products(known: Known, product_ids: pa.Array) -> pa.Table:
    """product, category, listed: whether it is in the list of products, or was ever sold."""
    asked = pa.table(
        {"product": pa.array(range(len(product_ids)), pa.int32()), "product_id": product_ids}
    )
    return known.sql(
        """
        select a.product, coalesce(p.category, g.category) as category,
            p.product_id is not null or g.product_id is not null as listed
        from asked a left join products p using (product_id)
        left join (select product_id, max(category) as category from goods group by 1) g
            using (product_id)
        order by a.product
        """,
        asked=asked,
    )


def _factors(known: Known, product_ids: pa.Array) -> pa.Table:
    """product, unit, factor: into the base unit of each product."""
    found = known.sql("select product_id, unit, factor from unit_conversions where factor > 0")
    return pa.table(
        {
            "product": pc.index_in(found["product_id"], value_set=product_ids),
            "unit": found["unit"],
            "factor": found["factor"],
        }
    )


def _quantities(*, units: bool) -> str:
    """SQL of the rows with `q_ordered`, `q_came`, and what tells whether they can be compared.

    base_…: in the base unit, null where there is no conversion; u_…: the units that are named
    """
    if not units:
        return """
            select *, quantity_ordered as q_ordered, quantity_delivered as q_came,
                null::double as base_ordered, null::double as base_came,
                null::varchar as u_least, null::varchar as u_most
            from rows_told
        """
    return """
        select d.*, quantity_ordered as q_ordered, quantity_delivered as q_came,
            quantity_ordered * o.factor as base_ordered,
            quantity_delivered * c.factor as base_came,
            least(d.unit, coalesce(d.unit_delivered, d.unit)) as u_least,
            greatest(d.unit, coalesce(d.unit_delivered, d.unit)) as u_most
        from rows_told d
        left join factors o on o.product = d.product and o.unit = d.unit
        left join factors c on c.product = d.product and c.unit = coalesce(d.unit_delivered, d.unit)
    """


def _query(*, units: bool) -> str:
    span = QUARTERS * QUARTER_DAYS
    return f"""
    with judged_here as (
        select size_class, (row_number() over () - 1)::int as account from judged
    ),
    parts as (
        select *, coalesce(q_came, 1) > 0 and delivered_on is not null as arrived,
            refused_on is not null and coalesce(q_came, 0) = 0 as is_refused,
            coalesce(order_no, -1 - delivery) as order_key
        from ({_quantities(units=units)})
    ),
    -- One row an order and product.
    grouped as (
        select account, order_key, product, any_value(order_no) as order_no, min(delivery) as delivery,
            min(promised_on) as promised_on, max(promised_on) as promised_last,
            min(requested_on) as requested_on,
            max(delivered_on) filter (arrived) as delivered_on,
            max(delivered_on - promised_on) filter (arrived) as own_late,
            max(q_ordered) as ordered_most, sum(q_ordered) as ordered_sum, sum(q_came) as came_sum,
            max(base_ordered) as base_most, sum(base_ordered) as base_sum, sum(base_came) as base_came,
            bool_or(base_ordered is null and q_ordered is not null
                or base_came is null and q_came is not null) as no_base,
            min(u_least) as u_least, max(u_most) as u_most,
            bool_or(arrived and q_came is null) as untold,
            bool_or(arrived or coalesce(q_came, 0) > 0) as some_came,
            bool_and(is_refused) as refused,
            bool_or(delivered_on is not null and q_came = 0) and not some_came as told_none, max(refused_on) as refused_on,
            bool_or(coalesce(urgent, false)) as urgent
        from parts group by account, order_key, product
    ),
    -- In one unit; where units differ and don't convert, quantities are not known.
    counted as (
        select * exclude (ordered_most, ordered_sum, came_sum, base_most, base_sum, base_came),
            u_least is distinct from u_most as mixed, mixed and no_base as clash,
            case when clash then null when mixed then base_most else ordered_most end as most,
            case when clash then null when mixed then base_sum else ordered_sum end as total,
            case when clash then null when mixed then base_came else came_sum end as said_came
        from grouped
    ),
    -- Promises of their own for parts that together are more than any one of them: instalments.
    dated as (
        select c.*, m.made_on,
            coalesce(promised_last > promised_on and total > most
                and said_came > most * {1 + FULL_SHARE}, false) as instalments,
            nullif(if(instalments, total, most), 0) as wanted,
            most = 0 as nothing_ordered,
            coalesce(promised_on, c.requested_on) as due_on,
            case when promised_on is not null then 'promised'
                when c.requested_on is not null then 'requested' end as "by",
            coalesce(delivered_on < m.made_on, false) as too_early,
            bool_or(said_came is not null) over () as quantities_told
        from counted c
        left join made m on m.account = c.account and m.order_no = c.order_no
    ),
    known_of as (
        select *, case when untold or wanted is null then null
            when some_came then said_came when quantities_told then 0 end as came,
            came >= wanted * {1 - FULL_SHARE} as full_now,
            coalesce(refused or due_on < $as_of::date
                or coalesce(full_now, if(due_on is null or wanted is null, some_came, false)), false)
                as settled
        from dated
    ),
    timed as (
        select *, case when refused or too_early or told_none then null
            when delivered_on is null then if(some_came, null, $as_of::date - due_on)
            when instalments then own_late else delivered_on - due_on end as days_late
        from known_of
    ),
    said as (
        select *,
            case when due_on < $as_of::date then due_on
                else coalesce(delivered_on, refused_on, due_on) end as day,
            case when told_none and nothing_ordered then null when refused then false
                when some_came then days_late <= 0
                when due_on is not null then false end as on_time,
            case when requested_on is null or requested_on >= $as_of::date or too_early
                or told_none and nothing_ordered then null
                when refused then false
                when delivered_on is not null then delivered_on <= requested_on
                when not some_came then false end as on_request,
            case when came is not null then least(greatest(came / wanted, 0), 1) end as fill
        from timed
    )
    select s.account, day as "on", order_no, delivery, s.product, k.category, due_on, "by",
        requested_on, made_on as ordered_on, delivered_on, wanted, came, fill, days_late::int as days_late,
        if(some_came and not too_early, (delivered_on - made_on)::int, null) as lead_days,
        on_time, on_request, full_now as in_full,
        if(on_time is null or full_now is null, null, on_time and full_now) as otif, urgent, refused,
        coalesce(days_late > {LATE_DAYS}, false) or coalesce(fill < {1 - SHORT_SHARE}, false)
            or refused as bad,
        case when too_early then 'before_order' when clash then 'units'
            when nothing_ordered then 'nothing_ordered'
            when not k.listed and exists_any then 'no_product'
            when due_on is null then 'no_day' when wanted is null or came is null then 'no_quantity'
            end as doubt,
        settled, order_key, size_class, (($as_of::date - 1 - day) // {QUARTER_DAYS})::int as quarter
    from said s join judged_here j using (account) cross join listed
    left join goods_known k on k.product = s.product
    where day >= $as_of::date - {span}
    """
