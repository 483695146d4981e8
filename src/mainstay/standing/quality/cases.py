"""What went wrong: complaints of quality, and goods that came back without one; and what was sold beside it.

A return of the product that the account complained of, from two weeks before to sixty days after, belongs to that
complaint: the same trouble is counted once. Any other day on which an account sent a product back is a case of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.standing.known import Known
from mainstay.standing.quality.units import MONTHS, UNITS, Units, month_of

BEFORE_DAYS, AFTER_DAYS = 14, 60  # of a complaint, in which what comes back belongs to it

# One row a case. kind: complaint or return; units: what came back; month: as of UNITS
CASES = pa.schema(
    [
        ("account_id", pa.string()),
        ("on", pa.date32()),
        ("kind", pa.string()),
        ("complaint_id", pa.string()),
        ("product_id", pa.string()),
        ("batch", pa.string()),
        ("severity", pa.int64()),
        ("units", pa.float64()),
        ("month", pa.int32()),
    ]
)


@dataclass(frozen=True)
class Told:
    """What is known of three years.

    cases: rows of CASES, by account and day; sold: product_id, month, units, lines, unknown; bought: account_id,
        quarter and the same; back: account_id, product_id, on, units; doubts: product_id, units (text):
        sold in units that don't convert
    months: how many months back anything of quality was written down, the running one with them
    """

    cases: pa.Table
    sold: pa.Table
    bought: pa.Table
    back: pa.Table
    doubts: pa.Table
    months: int


def told_of(known: Known) -> Told:
    rows = _units(known)
    back = _of(rows, "return", "account_id", "product_id", "on", "units")
    back = back.filter(pc.is_in(back["account_id"], value_set=known.account_id))
    cases = known.sql(_CASES, came_back=back, last=_last(known)).cast(CASES)
    sold = known.sql(
        f"""
        select product_id, month, sum(units) as units, sum(lines)::bigint as lines,
            sum(unknown)::bigint as unknown
        from unit_rows where of = 'product' and month < {MONTHS} group by all order by all
        """,
        unit_rows=rows,
    )
    bought = _of(rows, "account", "account_id", "quarter", "units", "lines", "unknown")
    doubts = known.sql(
        """
        select product_id, string_agg(distinct unit, ', ' order by unit) as units,
            sum(lines)::bigint as lines
        from unit_rows where of = 'unit' group by 1 having count(distinct unit) > 1 order by 1
        """,
        unit_rows=rows,
    )
    months = _months(known, sold)
    return Told(cases.filter(pc.less(cases["month"], MONTHS)), sold, bought, back, doubts, months)


def _units(known: Known) -> pa.Table:
    if known.ledger.span() is None:
        return UNITS.empty_table()
    factors = known.sql("select product_id, unit, factor from unit_conversions where factor > 0")
    kernel = Units(known.as_of, factors)
    return known.ledger.map_accounts(
        kernel, columns=kernel.columns, as_of=known.as_of, known_until=known.known_until
    )


def _of(rows: pa.Table, what: str, *columns: str) -> pa.Table:
    return rows.filter(pc.equal(rows["of"], what)).select(columns)


def _last(known: Known) -> pa.Table:
    """The month of the day before as_of, which has the number 0."""
    return pa.table({"last_month": [month_of(known.as_of - timedelta(days=1))]})


def _months(known: Known, sold: pa.Table) -> int:
    """Complaints of any kind say since when they are written down; before that, none says nothing.

    The month in which that began is half a month at best, and is left out.
    """
    told = known.sql("select min(opened_at)::date as first from complaints")["first"][0].as_py()
    here = (pc.max(sold["month"]).as_py() or 0) + 1 if sold.num_rows else 0
    if told is not None:
        day: date = known.as_of - timedelta(days=1)
        here = min(here, month_of(day) - month_of(told))
    return max(0, min(here, MONTHS))


_CASES = f"""
    with complained as (
        select account_id, opened_at::date as "on", complaint_id, product_id, batch, severity
        from complaints where kind = 'quality' and account_id is not null
    ),
    paired as (
        select b.account_id, b.product_id, b."on", b.units,
            arg_min(c.complaint_id, abs(b."on" - c."on")) as complaint_id
        from came_back b left join complained c on c.account_id = b.account_id
            and c.product_id = b.product_id
            and b."on" between c."on" - {BEFORE_DAYS} and c."on" + {AFTER_DAYS}
        group by all
    ),
    all_of_them as (
        select c.account_id, c."on", 'complaint' as kind, complaint_id, c.product_id, batch, severity,
            sum(p.units) as units
        from complained c left join paired p using (complaint_id) group by all
        union all
        select account_id, "on", 'return', null, product_id, null, null, units
        from paired where complaint_id is null
    )
    select all_of_them.*, last_month - ((year("on") - 1970) * 12 + month("on") - 1) as month
    from all_of_them, last order by account_id, "on", complaint_id, product_id
"""
