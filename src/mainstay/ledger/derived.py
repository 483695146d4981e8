"""What order lines say of accounts beside: their names and countries, where no table has them."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from mainstay.ledger.facts import Facts
from mainstay.ledger.schema import TABLES
from mainstay.ledger.staging import Staging, quoted

FILE = "accounts.parquet"


def accounts(staging: Staging, facts: Facts, told: str, mapped: Sequence[str]) -> pa.Table:
    """Rows for the table of accounts, of those that it lacks or says less of.

    told: the staged lines; mapped: columns beside the table's own, like accounts.country
    What the table of accounts says itself is never changed.
    """
    schema = TABLES["accounts"].arrow
    names = [name.split(".")[1] for name in mapped if name.startswith("accounts.")]
    if not names:
        return schema.empty_table()
    latest = ", ".join(
        f"arg_max({quoted('accounts.' + n)}, (ordered_on, row)) AS {quoted(n)}" for n in names
    )
    found = staging.name("derived")
    staging.run(
        f"CREATE TABLE {found} AS SELECT account_id, {latest} FROM {told} "
        "WHERE fate = 'taken' GROUP BY account_id"
    )
    staging.keep(f"{found}_known", facts.known("accounts"))
    columns = []
    for field in schema:
        column = quoted(field.name)
        ours = f"f.{column}" if field.name in names else "NULL"
        value = f"coalesce(k.{column}, {ours})"
        if field.name == "account_id":
            value = "f.account_id"
        elif field.name == "name":
            value = f"coalesce(k.name, {ours}, f.account_id)"
        columns.append(f"{value} AS {column}")
    lacks = " OR ".join(f"(k.{quoted(n)} IS NULL AND f.{quoted(n)} IS NOT NULL)" for n in names)
    if "name" in names:
        lacks += " OR (k.name = k.account_id AND f.name IS NOT NULL)"
        columns[schema.names.index("name")] = (
            "coalesce(nullif(k.name, k.account_id), f.name, f.account_id) AS name"
        )
    rows = staging.arrow(
        f"SELECT {', '.join(columns)} FROM {found} f LEFT JOIN {found}_known k USING (account_id) "
        f"WHERE {lacks} ORDER BY f.account_id"
    )
    return rows.cast(schema)
