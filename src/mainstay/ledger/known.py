"""What of an import the store has already: copies, corrections of orders, accounts."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from mainstay.ledger.copies import IDENTITY
from mainstay.ledger.snapshot import Snapshot
from mainstay.ledger.sql import file_list
from mainstay.ledger.staging import Staging, quoted

ALWAYS = ("account_id", "ordered_on", "amount")
# What says that lines of two days are the same line whose day was corrected, the surest first.
MOVED_DAYS = 60  # a day is corrected by no more than that
_SAME_LINE = ("line", "product_id", "product_name")


@dataclass(frozen=True)
class Known:
    """What the store says of the staged lines.

    fates: a table `s, row, fate` of the lines that are copies
    replaced: order_ids of which the store has other lines
    carried: a relation of stored lines that stay with the orders that are replaced, or None
    """

    fates: str
    replaced: pa.Array
    carried: str | None
    rows_replaced: int = 0


def compare(
    staging: Staging, snapshot: Snapshot, lines: str, mapped: set[str], *, whole: bool = False
) -> Known:
    """Compare the lines to be taken with those in the store.

    lines: a relation `s, row, …, fate`; only rows with the fate 'taken' are compared
    mapped: the columns that the sources have; others can't differ
    whole: orders come as they are now, with all their lines: what the store has else of them goes
    """
    fates = staging.name("known")
    staging.run(f"CREATE TABLE {fates} (s INTEGER, row BIGINT)")
    nothing = Known(fates, pa.array([], pa.string()), None)
    if not snapshot.lines:
        return nothing
    columns = [c for c in IDENTITY if c in mapped or c in ALWAYS]
    _loose(staging, snapshot, lines, columns, fates)
    ids = staging.arrow(
        f"SELECT DISTINCT order_id FROM {lines} WHERE fate = 'taken' AND order_id IS NOT NULL"
    )["order_id"]
    ids = ids.combine_chunks() if ids.num_chunks else pa.array([], pa.string())
    files = snapshot.files_with_orders(ids) if len(ids) else []
    if not files:
        return nothing
    stored = staging.name("stored")
    staging.run(
        f"CREATE TABLE {stored} AS SELECT * FROM read_parquet({file_list(snapshot.uris(files))}) "
        f"WHERE order_id IN (SELECT order_id FROM {lines} WHERE fate = 'taken')"
    )
    if not staging.one(f"SELECT count(*) FROM {stored}")[0]:
        return nothing
    orders = _orders(staging, lines, stored, columns, whole=whole)
    staging.run(
        f"INSERT INTO {fates} SELECT s, row FROM {lines} WHERE fate = 'taken' "
        f"AND order_id IN (SELECT order_id FROM {orders} WHERE known)"
    )
    replaced = staging.arrow(
        f"SELECT order_id FROM {orders} WHERE NOT known AND NOT added ORDER BY order_id"
    )["order_id"].combine_chunks()
    carried = staging.name("carried")
    staging.run(
        f"CREATE TABLE {carried} AS SELECT stored.* FROM {stored} stored "
        f"JOIN {orders} o USING (order_id) WHERE {not whole} AND NOT o.known AND NOT o.added "
        f"AND NOT EXISTS (SELECT 1 FROM {lines} l WHERE l.fate = 'taken' "
        "AND l.order_id = stored.order_id AND l.ordered_on = stored.ordered_on) "
        f"AND (NOT o.apart OR NOT EXISTS (SELECT 1 FROM {lines} l WHERE l.fate = 'taken' "
        "AND l.order_id = stored.order_id AND l.account_id = stored.account_id))"
    )
    gone = staging.one(
        f"SELECT count(*) FROM {stored} WHERE order_id IN "
        f"(SELECT order_id FROM {orders} WHERE NOT known AND NOT added)"
    )[0]
    kept = staging.one(f"SELECT count(*) FROM {carried}")[0]
    return Known(fates, replaced, carried if kept else None, gone - kept)


def _orders(staging: Staging, lines: str, stored: str, columns: list[str], *, whole: bool) -> str:
    """For each order that the store has: is it known line for line; is it only added to?

    known: each line is there; the store may have more only where rows of the order were set aside
    apart: its lines are all of days that the store has not
    added: and they are other lines, another account's, or far in time: a later delivery, or a number
        that was given out anew, not a corrected day
    """
    orders = staging.name("orders")
    same = ", ".join(quoted(c) for c in columns)
    keys = "".join(f"{quoted(c)}, " for c in _SAME_LINE if c in columns)
    staging.run(
        f"""CREATE TABLE {orders} AS
        WITH taken AS (
            SELECT *, hash({same}) AS line_hash, coalesce({keys} '') AS line_key FROM {lines}
            WHERE fate = 'taken' AND order_id IN (SELECT order_id FROM {stored})
        ),
        had AS (SELECT *, hash({same}) AS line_hash, coalesce({keys} '') AS line_key FROM {stored}),
        given_lines AS (SELECT order_id, line_hash, count(*) AS given FROM taken GROUP BY ALL),
        had_lines AS (SELECT order_id, line_hash, count(*) AS had FROM had GROUP BY ALL),
        compared AS (
            SELECT order_id, bool_and(coalesce(given, 0) <= coalesce(had, 0)) AS within,
                bool_and(coalesce(given, 0) >= coalesce(had, 0)) AS whole
            FROM given_lines FULL JOIN had_lines USING (order_id, line_hash) GROUP BY order_id
        ),
        same_day AS (SELECT DISTINCT order_id FROM taken SEMI JOIN had USING (order_id, ordered_on)),
        same_line AS (
            SELECT DISTINCT order_id FROM taken SEMI JOIN had USING (order_id, account_id, line_key)
        ),
        near AS (
            SELECT order_id FROM
                (SELECT order_id, min(ordered_on) AS a, max(ordered_on) AS b FROM taken GROUP BY 1) t
                JOIN
                (SELECT order_id, min(ordered_on) AS a, max(ordered_on) AS b FROM had GROUP BY 1) h
                USING (order_id)
            WHERE greatest(t.a - h.b, h.a - t.b) <= {MOVED_DAYS}
        ),
        aside AS (SELECT DISTINCT order_id FROM {lines} WHERE fate NOT IN ('taken', 'copy'))
        SELECT order_id,
            within AND (whole OR order_id IN (SELECT order_id FROM aside WHERE order_id IS NOT NULL))
                AS known,
            {not whole} AND order_id NOT IN (FROM same_day) AS apart,
            {not whole} AND order_id NOT IN (FROM same_day)
                AND (order_id NOT IN (FROM same_line) OR order_id NOT IN (FROM near)) AS added
        FROM compared"""
    )
    return orders


def _loose(
    staging: Staging, snapshot: Snapshot, lines: str, columns: list[str], fates: str
) -> None:
    """Lines without an order: of each identical line those are copies that the store has."""
    first, last = staging.one(
        f"SELECT min(ordered_on), max(ordered_on) FROM {lines} "
        "WHERE fate = 'taken' AND order_id IS NULL"
    )
    if first is None:
        return
    files = [
        f
        for f in snapshot.files
        if f.nulls.get("order_id") and f.low["ordered_on"] <= last and first <= f.high["ordered_on"]
    ]
    if not files:
        return
    same = ", ".join(quoted(c) for c in columns)
    staging.run(
        f"""INSERT INTO {fates}
        WITH had AS (
            SELECT hash({same}) AS line, count(*) AS lines
            FROM read_parquet({file_list(snapshot.uris(files))})
            WHERE order_id IS NULL AND ordered_on BETWEEN DATE '{first}' AND DATE '{last}' GROUP BY 1
        ),
        given AS (
            SELECT s, row, hash({same}) AS line,
                row_number() OVER (PARTITION BY hash({same}) ORDER BY s, row) AS n
            FROM {lines} WHERE fate = 'taken' AND order_id IS NULL
        )
        SELECT s, row FROM given JOIN had USING (line) WHERE n <= had.lines"""
    )


def count_accounts(staging: Staging, snapshot: Snapshot, lines: str) -> tuple[int, int]:
    """How many accounts of the taken rows are new, and how many the store knows.

    Rows may name none: targets of a person.
    """
    accounts = staging.name("accounts")
    staging.run(
        f"CREATE TABLE {accounts} AS SELECT DISTINCT account_id FROM {lines} "
        "WHERE fate = 'taken' AND account_id IS NOT NULL"
    )
    total = staging.one(f"SELECT count(*) FROM {accounts}")[0]
    if not total or not snapshot.lines:
        return total, 0
    ids = [a for (a,) in staging.rows(f"SELECT account_id FROM {accounts}")]
    files = snapshot.files_for(ids)
    if not files:
        return total, 0
    known = staging.one(
        f"SELECT count(DISTINCT account_id) FROM read_parquet({file_list(snapshot.uris(files))}) "
        f"WHERE account_id IN (SELECT account_id FROM {accounts})"
    )[0]
    return total - known, known
