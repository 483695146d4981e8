"""Rows of a file without an id that say what a row that stands says: they are that row.

An agreement that was typed in has an id from the application; the same from a file would get one made of
what it says, and its rebate would be owed twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mainstay.ledger.made_ids import BETWEEN, made_id_sql
from mainstay.ledger.schema import TABLES, Table
from mainstay.ledger.staging import quoted

if TYPE_CHECKING:
    from mainstay.ledger.ledger import Ledger
    from mainstay.ledger.loading import Loading

# Texts are the same whatever their blanks and capitals, as they are where people type them.
_LOOSELY = ("text",)


def as_they_stand(ledger: Ledger, loading: Loading) -> str:
    """`loading.told` with the rows that stand already under the ids under which they stand.

    What such a row leaves empty stays as it is. Where several rows could be meant, or two of the file
    mean the same, only a number of their own would tell: they are set aside.
    """
    table, staging = TABLES[loading.table], loading.staging
    known = ledger.facts.known(loading.table)
    if not table.stands_once or not known.num_rows:
        return loading.told
    there, same = staging.name("standing"), _same_sql(table)
    key = quoted(table.key[0])
    staging.keep(there, known.select([c.name for c in table.columns]))
    found, told = staging.name("found"), staging.name("as_they_stand")
    staging.run(
        f"""CREATE TABLE {found} AS
        WITH given AS (SELECT *, {same} AS _same FROM {loading.told} WHERE fate = 'taken'),
        made AS (
            SELECT *, row_number() OVER (PARTITION BY _same ORDER BY s, row) AS nth FROM given
            WHERE {key} = {made_id_sql(table)} AND {key} NOT IN (SELECT {key} FROM {there})
        ),
        stands AS (SELECT {same} AS _same, count(*) AS rows, min({key}) AS id FROM {there} GROUP BY 1)
        SELECT made.s, made.row, CASE WHEN stands.rows = 1 AND made.nth = 1
            AND stands.id NOT IN (SELECT {key} FROM given) THEN stands.id END AS id
        FROM made JOIN stands USING (_same)"""
    )
    kept = ", ".join(
        f"coalesce({first}.{quoted(c.name)}, {second}.{quoted(c.name)}) AS {quoted(c.name)}"
        for c in table.columns
        if c.name != table.key[0]
        for first, second in [("h", "l") if c.name in _LOOSELY else ("l", "h")]
    )
    staging.run(
        f"CREATE VIEW {told} AS SELECT l.* REPLACE (coalesce(f.id, l.{key}) AS {key}, {kept}, "
        "CASE WHEN f.row IS NOT NULL AND f.id IS NULL THEN 'no_number' ELSE l.fate END AS fate) "
        f"FROM {loading.told} l LEFT JOIN {found} f ON f.s = l.s AND f.row = l.row "
        f"LEFT JOIN {there} h ON h.{key} = f.id"
    )
    return told


def _same_sql(table: Table) -> str:
    """SQL of what two rows have in common that are one."""
    loose = "lower(regexp_replace({}, '\\s', '', 'g'))"
    columns = (
        loose.format(quoted(name)) if name in _LOOSELY else f"CAST({quoted(name)} AS VARCHAR)"
        for name in table.made_of
    )
    parts = ", ".join(f"coalesce({column}, '')" for column in columns)
    return f"concat_ws(chr({ord(BETWEEN)}), {parts})"
