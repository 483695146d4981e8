"""Tables of service as files; each download is on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.http import HttpResponse

from mainstay import engine
from mainstay.desk.access.services import record
from mainstay.desk.accounts.downloads import as_file
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.accounts.words import SIZES
from mainstay.desk.delivery.words import QUARTER_DAYS
from mainstay.desk.guarantees.words import STANDINGS
from mainstay.desk.service import queries, words

TABLES = ("accounts", "groups", "load")
_COLUMNS = {
    "accounts": (
        *("account_id", "name", "size_class", "standing", "urgency", "complaints", "in_time"),
        *("in_time_before", "peers_in_time", "answer", "solve", "answer_median", "solve_median"),
        *("at_first", "contacts", "proactive_share", "requests", "request", "asked", "unanswered"),
        *("open", "overdue"),
    ),
    "groups": (
        *("by", "name", "quarter", "complaints", "in_time", "answer", "solve", "answer_q50"),
        *("answer_q90", "solve_q50", "solve_q90", "at_first"),
    ),
    "load": ("staff_id", "name", "complaints", "requests", "overdue", "waiting_days", "oldest_on"),
}
_COMPLAINTS = (
    *("complaint_id", "kind", "severity", "opened_at", "answered_at", "solved_at"),
    *("answer_hours", "answer_within", "solve_hours", "solve_within", "always", "in_time", "at_first"),
)  # fmt: skip
_SHARES = {
    "in_time": ("in_time_done", "in_time_n"),
    "answer": ("answer_done", "answer_n"),
    "solve": ("solve_done", "solve_n"),
    "at_first": ("first_done", "first_n"),
}


def table(sight: Sight, found: Any, name: str, kind: str) -> HttpResponse:
    """name: one of TABLES"""
    assert sight.assessment is not None  # noqa: S101  # the view has asked
    made = _MAKE[name](sight, found)
    record(
        sight.user,
        "service.download",
        about=sight.assessment,
        after={"table": name, "rows": made.num_rows, "kind": kind},
    )
    return _file(made, _COLUMNS[name], f"service-{name}-{sight.assessment.as_of}", kind)


def complaints(sight: Sight, account: Account, found: Any, kind: str) -> HttpResponse:
    """Complaints of one account with their times."""
    rows = found.rows(queries.COMPLAINTS, account.account_id)
    for name in ("kind", "severity"):
        said = [words.group(name, str(code)) for code in rows[name].to_pylist()]
        rows = _with(rows, name, pa.array(said, pa.string()))
    record(
        sight.user,
        "service.download",
        object_kind="account",
        object_id=account.account_id,
        label=account.name,
        after={"table": queries.COMPLAINTS, "rows": rows.num_rows, "kind": kind},
    )
    return _file(rows, _COMPLAINTS, f"service-{account.account_id[:60]}", kind)


def _file(rows: pa.Table, columns: tuple[str, ...], name: str, kind: str) -> HttpResponse:
    headings = {column: words.DOWNLOAD[column] for column in columns}
    return as_file(rows.select(columns), name, kind, headings)


def _with(rows: pa.Table, name: str, values: Any) -> pa.Table:
    if name in rows.schema.names:
        return rows.set_column(rows.schema.get_field_index(name), name, values)
    return rows.append_column(name, values)


def _accounts(sight: Sight, found: Any) -> pa.Table:
    """Of the accounts that one sees, what is most urgent first."""
    rows = found.table("service")
    seen = dict(sight.accounts.order_by().values_list("account_id", "name"))
    rows = rows.filter(pc.is_in(rows["account_id"], value_set=pa.array(list(seen), pa.string())))
    cards = found.table(engine.CARDS)
    cards = cards.filter(pc.equal(cards["guarantee"], "service"))
    place = pc.index_in(rows["account_id"], value_set=cards["account_id"].combine_chunks())
    standing = [None if s is None else str(STANDINGS[s]) for s in cards["standing"].take(place).to_pylist()]  # fmt: skip
    rows = _with(rows, "standing", pa.array(standing, pa.string()))
    rows = _with(rows, "urgency", cards["urgency"].take(place))
    rows = _with(rows, "name", pa.array([seen[one] for one in rows["account_id"].to_pylist()], pa.string()))  # fmt: skip
    sizes = [None if s is None else str(SIZES[s]) for s in rows["size_class"].to_pylist()]
    rows = _with(rows, "size_class", pa.array(sizes, pa.string()))
    return rows.sort_by([("urgency", "descending"), ("account_id", "ascending")])


def _groups(sight: Sight, found: Any) -> pa.Table:
    """By quarter alone, the newest first."""
    assert sight.assessment is not None  # noqa: S101
    rows = found.table("service_groups")
    rows = rows.filter(pc.greater_equal(rows["quarter"], 0))
    begin = [
        sight.assessment.as_of - timedelta(days=QUARTER_DAYS * (q + 1))
        for q in rows["quarter"].to_pylist()
    ]
    pairs = list(zip(rows["by"].to_pylist(), rows["name"].to_pylist(), strict=True))
    for name, (part, whole) in _SHARES.items():
        of = pc.if_else(pc.equal(rows[whole], 0), None, rows[whole]).cast(pa.float64())
        rows = _with(rows, name, pc.divide(rows[part].cast(pa.float64()), of))
    rows = _with(rows, "quarter", pa.array(begin, pa.date32()))
    rows = _with(rows, "by", pa.array([str(words.GROUPS.get(by, "")) for by, _n in pairs], pa.string()))  # fmt: skip
    return _with(rows, "name", pa.array([words.group(*one) for one in pairs], pa.string()))


def _load(sight: Sight, found: Any) -> pa.Table:
    rows = [{**one.row, "name": one.name} for one in queries.load(sight, found)]
    schema = found.table("service_load").schema.append(pa.field("name", pa.string()))
    return pa.Table.from_pylist(rows, schema)


_MAKE: dict[str, Callable[[Sight, Any], pa.Table]] = {
    "accounts": _accounts,
    "groups": _groups,
    "load": _load,
}
