"""The tables from machines, account by account: order lines, deliveries, payments and the others of the ledger."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Query, Router

from mainstay import engine
from mainstay.api import answers, asking
from mainstay.api.answers import JSON, NDJSON
from mainstay.api.auth import READ, user_of
from mainstay.api.problems import not_there, unprocessable
from mainstay.api.v1 import docs
from mainstay.desk.accounts import evidence
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, one_account

router = Router(tags=["ledger"])
LINES = "order_lines"
TABLES = (LINES, *engine.MACHINE_ROWS)
_OWN = ("account_id", "first", "last", "product_id")
_PAGED = {
    "limit": docs.listed(docs.ROW)["parameters"][0],
    "cursor": docs.listed(docs.ROW)["parameters"][1],
}


@router.get(
    "/ledger/{table}",
    auth=READ,
    operation_id="list_ledger",
    openapi_extra={**docs.listed(docs.ROW), "parameters": list(_PAGED.values())},
)
def list_ledger(
    request: HttpRequest,
    table: str,
    account_id: Annotated[str, Query(min_length=1, description="Whose rows")],
    first: Annotated[date | None, Query(description="Of days from this one on")] = None,
    last: Annotated[date | None, Query(description="Up to this one, included")] = None,
    product_id: str | None = None,
) -> HttpResponseBase:
    """Rows of the ledger that concern one account, the newest first."""
    if table not in TABLES:
        raise not_there()
    if unknown := set(request.GET) - {*_OWN, "limit", "cursor"}:
        raise unprocessable(
            "column", _("There is no column “%(column)s” here.") % {"column": min(unknown)[:60]}
        )
    account = _account(request, account_id)
    found = _rows(table, account, engine.RowsAsked(first, last, product_id))
    name = f"{table} {account_id} {first} {last} {product_id}"
    asked = asking.read(_only_paging(request), name, {})
    form = answers.wanted(request, asked)
    if form == JSON:
        return _page(found, asked)
    answers.read_in_bulk(request, asked, form)
    return answers.table_lines(found) if form == NDJSON else answers.parquet(found, table)


def _account(request: HttpRequest, account_id: str) -> Account:
    found = one_account(Sight.of(user_of(request)), account_id) if "\0" not in account_id else None
    if found is None:
        raise not_there()
    return found


def _rows(table: str, account: Account, asked: engine.RowsAsked) -> pa.Table:
    ledger = evidence.ledger()
    if table != LINES:
        return engine.machine_rows(ledger, table, evidence.judged(account), asked)
    found = engine.account_lines(ledger, [account.account_id], asked.first, asked.last)
    if asked.product:
        found = found.filter(pc.equal(found["product_id"], asked.product))
    return found.select([name for name in found.column_names if not name.startswith("_")])


def _only_paging(request: HttpRequest) -> asking.QueryDict:
    query = request.GET.copy()
    for name in _OWN:
        query.pop(name, None)
    return query


def _page(found: pa.Table, asked: asking.Asked) -> HttpResponseBase:
    """The cursor names how many rows there were: of an account that has got or lost some, one begins again."""
    start = 0
    if asked.after is not None:
        start, n_rows = asked.after
        if n_rows != found.num_rows:
            raise asking.begin_again()
    stop = start + asked.limit
    rows = answers.finite(found.slice(start, asked.limit)).to_pylist()
    cursor = asked.cursor([stop, found.num_rows]) if stop < found.num_rows else None
    return answers.page(rows, cursor)
