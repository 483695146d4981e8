"""Lost accounts and second lives as files; each download is on record."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
from django.db.models import QuerySet
from django.http import HttpResponse

from mainstay.desk import numbers
from mainstay.desk.access.services import record
from mainstay.desk.accounts.downloads import as_file
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, manager_names
from mainstay.desk.accounts.words import STATES
from mainstay.desk.cases import queries as cases
from mainstay.desk.winback import queries, second, words

MOST = 100_000  # rows of a file
MONEY = {"gone", "margin_year", "value", "before", "now"}


def lost(sight: Sight, asked: queries.Asked, kind: str, today: date) -> HttpResponse:
    """The list as it is narrowed."""
    return _file(sight, "lost", kind, queries.listed(sight, asked, today))


def back(sight: Sight, asked: second.Asked, kind: str) -> HttpResponse:
    return _file(sight, "back", kind, second.listed(sight, asked))


def _file(sight: Sight, table: str, kind: str, listed: QuerySet[Any]) -> HttpResponse:
    headings = words.DOWNLOADS[table]
    theirs = sight.accounts.order_by().filter(account_id__in=listed.order_by().values("account_id"))
    accounts = {one.account_id: one for one in theirs}
    rows = [row for row in listed[:MOST] if row.account_id in accounts]
    codes = {one.manager_id for one in accounts.values()}
    names = manager_names(
        sorted({c for c in codes | {getattr(r, "by_id", None) for r in rows} if c})
    )
    plays = cases.catalogue()
    told = [_row(row, accounts[row.account_id], names, plays) for row in rows]
    money = 0 if sight.currency in numbers.NO_CENTS else 2
    columns = {name: [_shown(name, row.get(name), money) for row in told] for name in headings}
    record(
        sight.user,
        "winback.download",
        after={"table": table, "rows": len(told), "kind": kind},
        about=sight.assessment,
    )
    assert sight.assessment is not None  # noqa: S101  # the caller has asked
    return as_file(pa.table(columns), f"win-back-{table}-{sight.assessment.as_of}", kind, headings)


def _row(row: Any, account: Account, names: Any, plays: Any) -> dict[str, Any]:
    return {
        **vars(row),
        "name": account.name,
        "manager": names.get(account.manager_id, account.manager_id),
        "state": str(STATES.get(account.state, account.state)),
        "cause": words.cause(row.cause),
        "play": cases.title(plays, row.play) if row.play else None,
        "by_id": names.get(getattr(row, "by_id", None), getattr(row, "by_id", None)),
    }


def _shown(column: str, value: Any, money: int) -> Any:
    return round(value, money if column in MONEY else 4) if isinstance(value, float) else value
