"""Order lines of a few accounts, as a table: for the account page and for proofs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from mainstay.ledger import totals
from mainstay.ledger.amounts import Rates
from mainstay.ledger.joins import Joins
from mainstay.ledger.schema import STORED_ORDER_LINES
from mainstay.ledger.snapshot import Snapshot, reading
from mainstay.ledger.sql import cursor, file_list


def order_lines(
    snapshot: Snapshot,
    joins: Joins,
    account_ids: Sequence[str] | None,
    as_of: date | None = None,
    columns: Sequence[str] | None = None,
) -> pa.Table:
    """Lines of some accounts (None = all), sorted by account and day.

    columns: of STORED_ORDER_LINES; None = all
    """
    wanted = list(columns) if columns is not None else list(STORED_ORDER_LINES.names)
    schema = pa.schema([STORED_ORDER_LINES.field(name) for name in wanted])
    codes = None if account_ids is None else sorted(joins.codes_of(account_ids))
    files = list(snapshot.files) if codes is None else snapshot.files_for(codes)
    if not files:
        return schema.empty_table()
    read = list(dict.fromkeys(["account_id", "ordered_on", "import_id", "source", "row", *wanted]))
    tests: list[str] = []
    given: dict[str, Any] = {}
    if codes is not None:
        # A list of constants lets DuckDB skip pages; a parameter would not.
        tests.append(f"account_id IN ({', '.join(_literal(code) for code in codes)})")
    if as_of is not None:
        tests.append("ordered_on < $as_of")
        given["as_of"] = as_of
    names = ", ".join(f'"{name}"' for name in read)
    where = f"WHERE {' AND '.join(tests)}" if tests else ""
    lines = f"read_parquet({file_list(snapshot.uris(files))}, hive_partitioning=false)"
    with reading(snapshot):
        found = cursor().sql(f"SELECT {names} FROM {lines} {where}", params=given or None)
        table = found.to_arrow_table()
    if joins:
        mains = [joins.main_of(a) for a in table["account_id"].to_pylist()]
        place = table.schema.get_field_index("account_id")
        table = table.set_column(place, "account_id", pa.array(mains, pa.string()))
    order = ["account_id", "ordered_on", "import_id", "source", "row"]
    table = table.sort_by([(name, "ascending") for name in order])
    return table.select(wanted).cast(schema)


MISSING_RATES = pa.schema(
    [
        ("currency", pa.string()),
        ("month", pa.date32()),
        ("lines", pa.int64()),
        ("amount", pa.decimal128(38, 4)),
    ]
)


def missing_rates(snapshot: Snapshot, rates: Rates) -> pa.Table:
    """currency, month (its first day), lines, amount: where a rate is missing."""
    words = {f.low.get("currency") for f in snapshot.files}
    words |= {f.high.get("currency") for f in snapshot.files}
    if words <= {None, rates.reporting}:  # known without reading a line
        return MISSING_RATES.empty_table()
    found = totals.query(
        snapshot,
        "SELECT currency, CAST(date_trunc('month', ordered_on) AS DATE) AS month, "
        "count(*) AS lines, sum(amount) AS amount FROM lines "
        "WHERE currency IS NOT NULL GROUP BY ALL ORDER BY ALL",
    )
    if not found.num_rows:
        return found
    day = found["month"].cast(pa.int32()).to_numpy()
    factors = rates.factors(found["currency"], day)
    return found.filter(pa.array(np.isnan(factors)))


def _literal(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
