"""Every account code with what the ledger has of it: name, tax numbers, orders, money."""

from __future__ import annotations

import pyarrow as pa

from mainstay.ledger.schema import MONEY
from mainstay.ledger.snapshot import Snapshot
from mainstay.ledger.sql import sql
from mainstay.ledger.totals import query

CODES = pa.schema(
    [
        pa.field("account_id", pa.string()),
        pa.field("name", pa.string()),  # the code where none is known
        pa.field("tax_ids", pa.string()),
        pa.field("group_id", pa.string()),
        pa.field("orders", pa.int64()),
        pa.field("lines", pa.int64()),
        pa.field("amount", MONEY),  # of all lines but fees, in the currency asked for
        pa.field("first_on", pa.date32()),
        pa.field("last_on", pa.date32()),
    ]
)


def codes(snapshot: Snapshot, accounts: pa.Table, currency: str | None) -> pa.Table:
    """All codes that have order lines, joined ones apart; see CODES.

    accounts: the table `accounts` as it is known
    currency: whose amounts are added up; None = all are in one
    """
    found = query(
        snapshot,
        "SELECT account_id, count(DISTINCT coalesce(order_id, CAST(ordered_on AS VARCHAR))) AS orders, "
        "count(*) AS lines, coalesce(sum(amount) FILTER (coalesce(kind, 'sale') <> 'fee' "
        "AND (currency IS NULL OR currency = coalesce($currency, currency))), 0) AS amount, "
        "min(ordered_on) AS first_on, max(ordered_on) AS last_on "
        "FROM lines WHERE account_id IS NOT NULL GROUP BY account_id",
        {"currency": currency},
    )
    return sql(
        "SELECT f.account_id, coalesce(a.name, f.account_id) AS name, coalesce(a.tax_ids, '') AS "
        "tax_ids, a.group_id, f.orders, f.lines, f.amount, f.first_on, f.last_on "
        "FROM found f LEFT JOIN accounts a USING (account_id) ORDER BY f.account_id",
        found=found,
        accounts=accounts.select(["account_id", "name", "tax_ids", "group_id"]),
    ).cast(CODES)
