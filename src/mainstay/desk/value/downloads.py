"""Lists of value as files; each download is on record."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from django.http import HttpResponse

from mainstay.desk import numbers
from mainstay.desk.access.services import record
from mainstay.desk.accounts.downloads import as_file
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.accounts.words import SIZES
from mainstay.desk.cases.words import POOLS
from mainstay.desk.value import queries, words

MOST = 100_000  # rows of a file
_SHARES = {"ours", "theirs", "price_ratio", "fill_rate", "minimum_share", "penalised_share"}


def portfolio(sight: Sight, asked: queries.Asked, table: str, kind: str) -> HttpResponse | None:
    """A list of the page with all its rows; None where there is none, or not for this reader."""
    if table == "sizes":
        found = queries.portfolio(sight)
        if found is None:
            return None
        rows = [{**row, "size_class": str(SIZES[row["size_class"]])} for row in found.sizes]
    else:
        pairs = queries.with_accounts(sight, list(queries.listed(sight, asked)[:MOST]))
        rows = [{**vars(row), "name": account.name} for row, account in pairs]
    return _file(sight, table, kind, rows, words.DOWNLOADS[table])


def of_account(sight: Sight, account: Account, table: str, kind: str) -> HttpResponse:
    """One table of an account's page; without rows where value was not measured."""
    found = queries.frozen(sight)
    name, headings = words.OF_ACCOUNT[table]
    rows = found.rows(name, account.account_id).to_pylist() if found else []
    return _file(sight, f"{table}-{account.account_id[:60]}", kind, rows, headings, account)


def _file(
    sight: Sight,
    name: str,
    kind: str,
    rows: list[dict[str, Any]],
    headings: dict[str, Any],
    account: Account | None = None,
) -> HttpResponse:
    money = 0 if sight.currency in numbers.NO_CENTS else 2
    columns = {
        column: [_shown(name, column, row.get(column), money) for row in rows]
        for column in headings
    }
    about = {"object_kind": "account", "object_id": account.account_id, "label": account.name} if account else {
        "about": sight.assessment
    }  # fmt: skip
    record(
        sight.user,
        "value.download",
        after={"table": name, "rows": len(rows), "kind": kind},
        **about,
    )
    assert sight.assessment is not None  # noqa: S101  # the caller has asked
    return as_file(pa.table(columns), f"value-{name}-{sight.assessment.as_of}", kind, headings)


def _shown(table: str, column: str, value: Any, money: int) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return round(value, 4 if column in _SHARES else money)
    if column == "kind":
        known: Any = POOLS if table.startswith("effects") else words.COSTS
        return str(known.get(value, value or ""))
    if column == "verdict":
        known = words.EFFECTS if table.startswith("effects") else words.VERDICTS
        return str(known.get(value, value))
    if column in words.CODES and value:
        return str(words.CODES[column].get(value, value))
    return value
