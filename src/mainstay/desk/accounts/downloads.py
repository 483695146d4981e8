"""Lists and order lines as files, written by the engine's export; each download is on record."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.http import FileResponse
from django.utils.http import content_disposition_header

from mainstay import engine
from mainstay.desk.access.services import record
from mainstay.desk.accounts import evidence, queries, words
from mainstay.desk.accounts.filters import Asked
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_TEXTS = ("reasons", "core_reasons")


def accounts(sight: Sight, asked: Asked, kind: str) -> FileResponse:
    """The list as it was filtered and ordered, every column, reasons in the reader's language."""
    rows = queries.all_accounts(sight, asked)
    names = [field.name for field in engine.ACCOUNTS if field.name not in _TEXTS]
    columns: dict[str, list[Any]] = {name: [] for name in names}
    at = names.index("why")
    for *values, stored in rows.values_list(*names, "reasons").iterator(chunk_size=5000):
        values[at] = " ".join(words.sentences(stored, sight.currency)) or values[at]
        for name, value in zip(names, values, strict=True):
            columns[name].append(value)
    schema = pa.schema([engine.ACCOUNTS.field(name) for name in names])
    table = pa.table(columns, schema=schema)
    assert sight.assessment is not None  # noqa: S101  # the view has asked
    record(
        sight.user,
        "accounts.download",
        about=sight.assessment,
        after={"rows": table.num_rows, "filters": asked.key, "kind": kind},
    )
    return _file(table, f"accounts-{sight.assessment.as_of}", kind)


def lines(sight: Sight, account: Account, asked: evidence.Asked, kind: str) -> FileResponse:
    """The order lines behind a number."""
    table = evidence.lines(account.account_id, asked)
    span = {"from": _iso(asked.first), "to": _iso(asked.last), "category": asked.category}
    record(
        sight.user,
        "lines.download",
        object_kind="account",
        object_id=account.account_id,
        label=account.name,
        after={"rows": table.num_rows, "kind": kind, **span},
    )
    return _file(table, f"order-lines-{account.account_id[:60]}", kind)


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _file(table: pa.Table, name: str, kind: str) -> FileResponse:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, f"table.{kind}")
        engine.export(table, target)
        # Open while the folder goes: the answer is streamed and leaves nothing behind.
        opened = target.open("rb")
    response = FileResponse(opened, content_type=KINDS[kind])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}") or ""
    return response
