"""Rows of a file that would write over what stays in the row that is known: they are set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from mainstay.ledger.schema import TABLES
from mainstay.ledger.staging import literal, quoted

if TYPE_CHECKING:
    from mainstay.ledger.ledger import Ledger
    from mainstay.ledger.loading import Loading


def without_writing_over(ledger: Ledger, loading: Loading) -> str:
    """`loading.told`, with the rows set aside that say otherwise what stays as it is."""
    table, staging = TABLES[loading.table], loading.staging
    stays = table.stays
    if stays is None:
        return loading.told
    known = ledger.facts.known(loading.table)
    known = known.filter(pc.equal(known[stays.column], stays.word))
    if not known.num_rows:
        return loading.told
    there, told, key = staging.name("stays"), staging.name("staying"), quoted(table.key[0])
    staging.keep(there, known.select([table.key[0], *stays.columns]))
    differs = " OR ".join(
        f"l.{quoted(name)} IS DISTINCT FROM h.{quoted(name)}" for name in stays.columns
    )
    staging.run(
        f"CREATE VIEW {told} AS SELECT l.* REPLACE (CASE WHEN l.fate = 'taken' "
        f"AND h.{key} IS NOT NULL AND ({differs}) THEN {literal(stays.reason)} "
        f"ELSE l.fate END AS fate) FROM {loading.told} l LEFT JOIN {there} h ON h.{key} = l.{key}"
    )
    return told
