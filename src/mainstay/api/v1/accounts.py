"""Accounts as the desk shows them now: state, tier, money at risk, the likeliest cause, and what people answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router

from mainstay import engine
from mainstay.api import answers, asking, keyset
from mainstay.api.answers import JSON, NDJSON
from mainstay.api.asking import Asked
from mainstay.api.auth import READ, user_of
from mainstay.api.problems import not_there
from mainstay.api.v1 import docs
from mainstay.desk.accounts import words
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, one_account

router = Router(tags=["accounts"])
# The engine's columns, those of the cause, and what people answered since.
SAID = pa.schema([("answer", pa.string()), ("back_on", pa.date32()), ("joined_into", pa.string())])
FIELDS = {f.name: f for schema in (engine.ACCOUNTS, engine.FIRST, SAID) for f in schema}
SCHEMA = pa.schema(list(FIELDS.values()))
KINDS = docs.kinds_of(SCHEMA)
NAMES = tuple(KINDS)
TEXTS = ("core_reasons", "wallet_reasons", "reasons")
_SENTENCES = {"type": "array", "items": {"type": "string"}}
ROW = docs.row(KINDS, **dict.fromkeys(TEXTS, _SENTENCES))


@router.get("/accounts", auth=READ, operation_id="list_accounts", openapi_extra=docs.listed(ROW))
def list_accounts(request: HttpRequest) -> HttpResponseBase:
    """All accounts that the token's person may see, in any order, narrowed by any column."""
    asked = asking.read(request.GET, "accounts", KINDS)
    form = answers.wanted(request, asked)
    sight = Sight.of(user_of(request))
    rows = keyset.narrowed(sight.accounts, asked, {name: name for name in NAMES})
    if form == JSON:
        return _page(sight, rows, asked)
    answers.read_in_bulk(request, asked, form)
    ordered = rows.order_by(f"{'-' if asked.descending else ''}{asked.order or 'account_id'}", "pk")
    names = asked.chosen(NAMES)
    if form == NDJSON:
        return answers.lines(_plain(ordered, names))
    return answers.parquet(_table(ordered, names), "accounts")


def _page(sight: Sight, rows: QuerySet[Account], asked: Asked) -> HttpResponseBase:
    made = f"{sight.assessment.pk} {sight.assessment.made_at}" if sight.assessment else ""
    after = asked.after
    if after is not None:
        if after[0] != made:  # of another assessment: its rows are gone
            raise asking.begin_again()
        asked = Asked(**{**asked.__dict__, "after": after[1]})
    found, position = keyset.page(rows, asked, asked.order or "account_id")
    names, shown = asked.chosen(NAMES), _in_words(sight)
    items = [_row(one, names, shown) for one in found]
    next_cursor = asked.cursor([made, position]) if position else None
    return answers.page(items, next_cursor, assessment=_about(sight))


def _about(sight: Sight) -> dict[str, Any] | None:
    if sight.assessment is None:
        return None
    made = sight.assessment
    return {"id": made.pk, "as_of": made.as_of, "currency": made.currency}


def _in_words(sight: Sight) -> dict[str, Callable[[Any], Any]]:
    return {name: lambda text: words.sentences(text, sight.currency) for name in TEXTS}


def _row(
    account: Account, names: list[str], shown: dict[str, Callable[[Any], Any]]
) -> dict[str, Any]:
    row = {name: answers.known(getattr(account, name)) for name in names}
    return {name: shown[name](value) if name in shown else value for name, value in row.items()}


def _plain(rows: QuerySet[Account], names: list[str]) -> Iterator[dict[str, Any]]:
    """Rows as they are kept: reasons as JSON texts, for who reads many."""
    for row in rows.values_list(*names).iterator(chunk_size=5_000):
        yield {n: answers.known(value) for n, value in zip(names, row, strict=True)}


def _table(rows: QuerySet[Account], names: list[str]) -> pa.Table:
    """All rows as a table, column by column."""
    kept = list(rows.values_list(*names).iterator(chunk_size=5_000))
    columns = list(zip(*kept, strict=True)) if kept else [()] * len(names)
    arrays = [
        pa.array(column, FIELDS[name].type) for name, column in zip(names, columns, strict=True)
    ]
    return pa.table(arrays, schema=pa.schema([FIELDS[name] for name in names]))


@router.get(
    "/accounts/{path:account_id}",
    auth=READ,
    operation_id="get_account",
    openapi_extra=docs.told(200, ROW),
)
def get_account(request: HttpRequest, account_id: str) -> HttpResponseBase:
    """One account. What else is known of it: any result or table with `account_id=`."""
    sight = Sight.of(user_of(request))
    found = one_account(sight, account_id)
    if found is None:
        raise not_there()
    return answers.as_json(_row(found, list(NAMES), _in_words(sight)))
