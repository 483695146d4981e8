"""Rows of a file of reviews that can't stand beside what is known: they are set aside.

A loss has one cause that is confirmed, by somebody whom one can ask, and began while they bought.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.people_tables import FAR_ONSET_DAYS, SAME_LOSS_DAYS
from mainstay.ledger.sql import file_list
from mainstay.ledger.staging import literal

if TYPE_CHECKING:
    from mainstay.ledger.ledger import Ledger
    from mainstay.ledger.loading import Loading

_LOSS = "('lost', 'slipping')"
_KINDS = pa.array(["lost", "slipping"])
_CONFIRMED = f"confirmed_on IS NOT NULL AND kind IN {_LOSS}"


def confirmed_once(ledger: Ledger, loading: Loading) -> str:
    """`loading.told`, with the reviews set aside that nobody of ours confirmed, that began when the
    account bought nothing, and that confirm another cause of a loss than was confirmed before."""
    if loading.table != "reviews":
        return loading.told
    told = _by_nobody(ledger, loading, loading.told)
    told = _far_from_orders(ledger, loading, told)
    return _otherwise(ledger, loading, told)


def _aside(loading: Loading, told: str, reason: str, when: str) -> str:
    """A relation where rows l of which `when` is true have this reason."""
    made = loading.staging.name(reason)
    loading.staging.run(
        f"CREATE VIEW {made} AS SELECT l.* REPLACE (CASE WHEN l.fate = 'taken' AND ({when}) "
        f"THEN {literal(reason)} ELSE l.fate END AS fate) FROM {told} l"
    )
    return made


def _by_nobody(ledger: Ledger, loading: Loading, told: str) -> str:
    """Who confirms without a staff code is known by reviews that stand; without staff nobody is known."""
    staff = ledger.facts.known("staff")["staff_id"]
    if not len(staff):
        return told
    known = pa.chunked_array(
        [*staff.chunks, *ledger.facts.known("reviews")["confirmed_by"].chunks], pa.string()
    )
    there = loading.staging.name("ours")
    loading.staging.keep(there, pa.table({"code": known.drop_null()}))
    named = f"EXISTS (SELECT 1 FROM {there} h WHERE h.code = l.confirmed_by)"
    return _aside(
        loading, told, "confirmed_by_nobody", f"l.confirmed_by IS NOT NULL AND NOT {named}"
    )


def _far_from_orders(ledger: Ledger, loading: Loading, told: str) -> str:
    """An account without order lines may be loaded before them."""
    staging, snapshot = loading.staging, ledger.store.snapshot()
    asked = f"SELECT DISTINCT account_id FROM {told} WHERE fate = 'taken' AND onset_on IS NOT NULL"
    codes = [code for (code,) in staging.rows(asked)]
    files = snapshot.files_for(codes) if codes and snapshot.lines else []
    if not files:
        return told
    bought = staging.name("bought")
    staging.run(
        f"CREATE TABLE {bought} AS SELECT account_id, min(ordered_on) AS first, "
        f"max(ordered_on) AS last FROM read_parquet({file_list(snapshot.uris(files))}) "
        f"WHERE account_id IN ({asked}) GROUP BY 1"
    )
    outside = (
        f"EXISTS (SELECT 1 FROM {bought} b WHERE b.account_id = l.account_id AND (l.onset_on < b.first "
        f"OR l.onset_on > b.last + {FAR_ONSET_DAYS}))"
    )
    return _aside(loading, told, "onset_elsewhere", f"l.kind IN {_LOSS} AND {outside}")


def _otherwise(ledger: Ledger, loading: Loading, told: str) -> str:
    """Of one day, what is known comes before what is new, and what is new in the file's order."""
    staging = loading.staging
    columns = "s, row, review_id, account_id, opened_on, onset_on, root_cause, second_cause, "
    columns += "nothing_found, confirmed_on"
    given = staging.arrow(
        f"SELECT {columns} FROM {told} WHERE fate = 'taken' AND {_CONFIRMED} ORDER BY s, row"
    ).to_pylist()
    again = {row["review_id"] for row in given}
    known = ledger.facts.known("reviews")
    known = known.filter(
        pc.and_(pc.is_valid(known["confirmed_on"]), pc.is_in(known["kind"], _KINDS))
    )
    there = [row for row in known.to_pylist() if row["review_id"] not in again]
    wrong = [row for row in contradicting([*there, *given]) if "s" in row]
    if not wrong:
        return told
    aside = staging.name("contradicting")
    places = {"s": pa.array([r["s"] for r in wrong]), "row": pa.array([r["row"] for r in wrong])}
    staging.keep(aside, pa.table(places))
    here = f"EXISTS (SELECT 1 FROM {aside} o WHERE o.s = l.s AND o.row = l.row)"
    return _aside(loading, told, "confirmed_otherwise", here)


def contradicting(confirmed: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that confirm another cause of a loss than the first that was confirmed of it.

    confirmed: confirmed reviews of losses; of one day in the order in which they came
    """
    stand: dict[str, list[Mapping[str, Any]]] = {}
    wrong = []
    for row in sorted(confirmed, key=lambda one: one["confirmed_on"]):
        others = stand.setdefault(row["account_id"], [])
        if any(_of_one_loss(row, other) and _found(row) != _found(other) for other in others):
            wrong.append(row)
        else:
            others.append(row)
    return wrong


def _of_one_loss(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    began, before = (row["onset_on"] or row["opened_on"] for row in (one, other))
    return bool(abs((began - before).days) <= SAME_LOSS_DAYS)


def _found(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["root_cause"], row["second_cause"], bool(row["nothing_found"])
