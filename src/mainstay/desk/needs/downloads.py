"""Tables of product needs as files; each download is on record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from django.http import HttpResponse

from mainstay.desk.access.services import record
from mainstay.desk.accounts.downloads import as_file
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.needs import queries, words


def portfolio(sight: Sight, found: Any, table: str, kind: str) -> HttpResponse:
    """table: one of words.OF_ALL and words.OF_ACCOUNTS"""
    assert sight.assessment is not None  # noqa: S101  # the view has asked
    rows = found.table("needs" if table == "needs" else f"needs_{table}")
    names = words.COLUMNS[table]
    if table in words.OF_ACCOUNTS:
        rows = _with_names(sight, queries.own(sight, rows))
        names = names if table == "needs" else ("account_id", "account_name", *names)
    made = _made(rows, names, sight.assessment.as_of)
    about = {"table": table, "rows": made.num_rows, "kind": kind}
    record(sight.user, "needs.download", about=sight.assessment, after=about)
    headings = {name: words.DOWNLOAD[name] for name in made.schema.names}
    return as_file(made, f"needs-{table}-{sight.assessment.as_of}", kind, headings)


def of_account(sight: Sight, account: Account, found: Any, table: str, kind: str) -> HttpResponse:
    """table: one of words.OF_ACCOUNT"""
    rows = found.rows(f"needs_{table}", account.account_id)
    made = _made(rows, words.COLUMNS[table], account.assessment.as_of)
    record(
        sight.user,
        "needs.download",
        object_kind="account",
        object_id=account.account_id,
        label=account.name,
        after={"table": table, "rows": made.num_rows, "kind": kind},
    )
    headings = {name: words.DOWNLOAD[name] for name in made.schema.names}
    return as_file(made, f"needs-{table}-{account.account_id[:60]}", kind, headings)


def _with_names(sight: Sight, rows: pa.Table) -> pa.Table:
    seen = dict(sight.accounts.order_by().values_list("account_id", "name"))
    names = [seen.get(one) for one in rows["account_id"].to_pylist()]
    return rows.append_column("account_name", pa.array(names, pa.string()))


def _made(rows: pa.Table, names: tuple[str, ...], as_of: date) -> pa.Table:
    return pa.table({name: _shown(name, rows[name], as_of) for name in names})


def _shown(name: str, column: pa.ChunkedArray, as_of: date) -> Any:
    """A column as people read it: codes in words, quarters by their first day."""
    if name == "quarter":
        days = (timedelta(days=words.QUARTER_DAYS * (q + 1)) for q in column.to_pylist())
        return pa.array([as_of - one for one in days], pa.date32())
    if name == "kind":
        return pa.array([words.kind(code) for code in column.to_pylist()], pa.string())
    if name in words.CODES:
        known = words.CODES[name]
        said = [None if code is None else str(known.get(code, "")) for code in column.to_pylist()]
        return pa.array(said, pa.string())
    return column
