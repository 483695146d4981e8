"""Some rows of a fact table, without reading the rest of it: machines' tables have millions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger import schema
from mainstay.ledger.facts import Facts, fitted, latest
from mainstay.ledger.sql import cursor, file_list, quoted


def rows_of(facts: Facts, table_name: str, wanted: Mapping[str, Sequence[str | None]]) -> pa.Table:
    """The rows, as they are known now, that have one of these values in each of some text columns.

    wanted: by column; None = rows that are empty there. A row counts by its latest version: one that
        was another account's before is found under the account that it has now
    """
    files = facts.files(table_name)
    empty = fitted(table_name, None)
    if not files or not all(wanted.values()):
        return empty
    listed = file_list(files)
    reading = "union_by_name=true, hive_partitioning=false, filename=true, file_row_number=true"
    source = f"read_parquet({listed}, {reading})"
    same = " AND ".join(
        f'a."{k}" IS NOT DISTINCT FROM b."{k}"' for k in schema.table(table_name).key
    )
    # All versions of the rows of which any version is wanted.
    query = (
        f"SELECT a.* FROM {source} a WHERE EXISTS "
        f"(SELECT 1 FROM {source} b WHERE {same} AND {_condition('b', wanted)}) "
        # Of versions recorded at one time the later counts.
        f"ORDER BY list_position({listed}, filename), file_row_number"
    )
    rows = cursor().sql(query).to_arrow_table()
    found = latest(table_name, fitted(table_name, rows))
    for column, values in wanted.items():
        some = pa.array([v for v in values if v is not None], pa.string())
        keep = pc.is_in(found[column], value_set=some)
        if None in values:
            keep = pc.or_(keep, pc.is_null(found[column]))
        found = found.filter(keep)
    return found


def _condition(of: str, wanted: Mapping[str, Sequence[str | None]]) -> str:
    parts = []
    for column, values in wanted.items():
        some = ", ".join(quoted(v) for v in values if v is not None)
        either = [f'{of}."{column}" IN ({some})'] if some else []
        either += [f'{of}."{column}" IS NULL'] if None in values else []
        parts.append(f"({' OR '.join(either)})")
    return " AND ".join(parts)
