"""Sums of facts in the reporting currency."""

from __future__ import annotations

import pyarrow as pa

from mainstay.ledger.schema import MONEY
from mainstay.standing.known import Known


def with_money(known: Known, rows: pa.Table, amount: str, on: str, currency: str) -> pa.Table:
    """Rows with `money`, a column in the reporting currency; empty where a rate is missing.

    amount, on, currency: the columns of the sum, the day whose rate holds, and its currency
    """
    n = rows.num_rows
    sums = pa.table(
        {
            "place": pa.array(range(n), pa.int64()),
            "ordered_on": rows[on],
            "amount": rows[amount],
            "cost": pa.nulls(n, MONEY),
            "currency": rows[currency],
        }
    )
    told = known.ledger.in_reporting_currency(sums, known.as_of)
    return known.sql(
        "select r.*, t.amount as money from (select *, row_number() over () - 1 as place from told_of) r "
        "left join known_sums t using (place)",
        told_of=rows,
        known_sums=told,
    ).drop_columns(["place"])
