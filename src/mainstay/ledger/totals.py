"""What the store holds, in lines and money: what the imports page shows and the books are held to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pyarrow as pa

from mainstay.ledger.schema import STORED_ORDER_LINES
from mainstay.ledger.snapshot import Snapshot, reading
from mainstay.ledger.sql import cursor, file_list


def query(snapshot: Snapshot, text: str, parameters: dict[str, Any] | None = None) -> pa.Table:
    """The answer to a query over `lines`, all order lines of a snapshot."""
    con = cursor()
    if snapshot.files:
        lines = f"read_parquet({file_list(snapshot.uris())}, hive_partitioning=false)"
    else:
        con.register("no_lines", STORED_ORDER_LINES.empty_table())
        lines = "no_lines"
    text = f"WITH lines AS (SELECT * FROM {lines}) {text}"
    with reading(snapshot):
        return con.sql(text, params=parameters or None).to_arrow_table()


def by_month(snapshot: Snapshot) -> pa.Table:
    """month (its first day), currency, kind, lines, amount (decimal): to hold against the books."""
    return query(
        snapshot,
        "SELECT CAST(date_trunc('month', ordered_on) AS DATE) AS month, currency, kind, "
        "count(*) AS lines, sum(amount) AS amount FROM lines GROUP BY ALL ORDER BY ALL",
    )


def by_kind(snapshot: Snapshot) -> pa.Table:
    """kind, currency, lines, accounts, amount (decimal)."""
    return query(
        snapshot,
        "SELECT kind, currency, count(*) AS lines, count(DISTINCT account_id) AS accounts, "
        "sum(amount) AS amount FROM lines GROUP BY ALL ORDER BY ALL",
    )


def by_import(snapshot: Snapshot) -> pa.Table:
    """import_id, currency, lines, amount (decimal): what of each import is in the store now."""
    return query(
        snapshot,
        "SELECT import_id, currency, count(*) AS lines, sum(amount) AS amount "
        "FROM lines GROUP BY ALL ORDER BY ALL",
    )


def count_accounts(snapshot: Snapshot, as_of: date) -> int:
    """Accounts with a line dated before as_of, codes that are joined counted apart."""
    text = "SELECT count(DISTINCT account_id) AS n FROM lines WHERE ordered_on < $as_of"
    return int(query(snapshot, text, {"as_of": as_of})["n"][0].as_py())


def latest_categories(
    snapshot: Snapshot, product_ids: Iterable[str], as_of: date | None
) -> dict[str, str]:
    """The category that the latest line before as_of gives each of these products."""
    found = query(
        snapshot,
        "SELECT product_id, arg_max(category, (ordered_on, import_id, row)) AS category FROM lines "
        "WHERE list_contains($products, product_id) AND category IS NOT NULL "
        "AND ($as_of IS NULL OR ordered_on < $as_of) GROUP BY product_id",
        {"products": list(product_ids), "as_of": as_of},
    )
    return {row["product_id"]: row["category"] for row in found.to_pylist()}


def commonest_currency(snapshot: Snapshot) -> str | None:
    """The currency of most lines; None where no line names one."""
    named = {(f.low.get("currency"), f.high.get("currency")) for f in snapshot.files}
    words = {word for pair in named for word in pair if word is not None}
    if len(words) <= 1:
        return next(iter(words), None)
    found = query(
        snapshot,
        "SELECT currency FROM lines WHERE currency IS NOT NULL "
        "GROUP BY currency ORDER BY count(*) DESC, currency LIMIT 1",
    )
    return str(found["currency"][0].as_py())
