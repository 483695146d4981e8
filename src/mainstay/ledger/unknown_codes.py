"""Codes in imported rows that no table names: a typo, or somebody who is still to be loaded.

The rows are taken, for accounts and people often come later than what is told of them; but it is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.texts import Text, gettext_noop
from mainstay.ledger.sql import file_list
from mainstay.ledger.staging import Staging

if TYPE_CHECKING:
    from mainstay.ledger.ledger import Ledger

SHOWN = 5  # codes of a sentence
# What codes each column holds, by the table that names them; `reports_to` is of its own table.
NAMED = {
    "staff": "staff_id owner_id by_id acquired_by salesperson_id interviewed_by confirmed_by change_owner_id",
    "contacts": "contact_id by_contact_id contacts",
    "accounts": "account_id",
}
_OWN = {"staff": "staff_id", "contacts": "contact_id", "accounts": "account_id"}
_SAID = {
    "staff": gettext_noop(
        "Staff codes that are in none of the tables, in {rows} rows: {codes}. Correct them, or load the staff too."
    ),
    "contacts": gettext_noop(
        "Contact codes that are in none of the tables, in {rows} rows: {codes}. Correct them, or load the contacts too."
    ),
    "accounts": gettext_noop(
        "Account codes that are in none of the tables, in {rows} rows: {codes}. Correct them, or load the accounts too."
    ),
}
_CIRCLE = gettext_noop(
    "In the table “{table}”, people report to each other in a circle: {codes}. Correct who reports to whom."
)


def unknown_codes(ledger: Ledger, staging: Staging, table: str, rows: pa.Table) -> list[Text]:
    """A sentence for each kind of code that nothing names, and one for a circle of superiors.

    rows: those of `table` that are taken
    """
    found = []
    for named, columns in NAMED.items():
        own = _OWN[named]
        wanted = [c for c in columns.split() if not (table == named and c == own)]
        if table == named and "reports_to" in rows.schema.names:
            wanted.append("reports_to")
        counts = _counts(rows, [c for c in wanted if c in rows.schema.names])
        if counts:
            there = set(ledger.facts.known(named)[own].to_pylist())
            if table == named:
                there |= set(rows[own].to_pylist())
            missing = {code: n for code, n in counts.items() if code not in there}
            if named == "accounts":
                for code in _ordering(ledger, staging, list(missing)):
                    del missing[code]
            if missing:
                said = {"rows": sum(missing.values()), "codes": _listed(missing)}
                found.append(Text(_SAID[named], said))
    if table in ("staff", "contacts") and "reports_to" in rows.schema.names:
        own = _OWN[table]
        above: dict[str, str | None] = {}
        for part in (ledger.facts.known(table), rows):
            pairs = zip(part[own].to_pylist(), part["reports_to"].to_pylist(), strict=True)
            above |= dict(pairs)
        changed = rows.filter(pc.is_valid(rows["reports_to"]))[own].to_pylist()
        for circle in circles(above, changed):
            codes = " → ".join([*circle[:SHOWN], *(["…"] if len(circle) > SHOWN else [circle[0]])])
            found.append(Text(_CIRCLE, {"table": table, "codes": codes}))
            if len(found) >= 2 * SHOWN:
                break
    return found


def circles(above: Mapping[str, str | None], begin: list[str]) -> Iterator[list[str]]:
    """The circles of who reports to whom that are met from some codes, each once."""
    done: set[str] = set()
    for first in begin:
        path: dict[str, int] = {}
        one: str | None = first
        while one is not None and one not in done and one not in path:
            path[one] = len(path)
            one = above.get(one)
        if one is not None and one in path:
            yield list(path)[path[one] :]
        done |= set(path)


def _counts(rows: pa.Table, columns: list[str]) -> dict[str, int]:
    """How many rows name each code."""
    counts: dict[str, int] = {}
    for name in columns:
        for counted in pc.value_counts(rows[name].drop_null()).to_pylist():
            codes = counted["values"].split(";") if name == "contacts" else [counted["values"]]
            for code in codes:
                counts[code] = counts.get(code, 0) + counted["counts"]
    counts.pop("", None)
    return counts


def _ordering(ledger: Ledger, staging: Staging, codes: list[str]) -> list[str]:
    """Those of the codes of accounts that have order lines."""
    snapshot = ledger.store.snapshot()
    files = snapshot.files_for(codes) if codes and snapshot.lines else []
    if not files:
        return []
    place = staging.name("asked")
    staging.keep(place, pa.table({"account_id": pa.array(codes, pa.string())}))
    found = staging.rows(
        f"SELECT DISTINCT account_id FROM read_parquet({file_list(snapshot.uris(files))}) "
        f"WHERE account_id IN (SELECT account_id FROM {place})"
    )
    return [code for (code,) in found]


def _listed(missing: Mapping[str, int]) -> str:
    most = sorted(missing.items(), key=lambda one: (-one[1], one[0]))
    shown = ", ".join(code for code, _ in most[:SHOWN])
    return f"{shown}, …" if len(most) > SHOWN else shown
