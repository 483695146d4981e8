"""The tables from people: listed, read, written, changed and taken back as on the pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pyarrow as pa
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from mainstay import engine
from mainstay.api import answers, asking, keyset
from mainstay.api.answers import JSON, NDJSON
from mainstay.api.auth import READ, WRITE, user_of
from mainstay.api.once import once
from mainstay.api.problems import Problem, not_there, unprocessable
from mainstay.api.v1 import docs, rows
from mainstay.desk.access.models import User
from mainstay.desk.facts import words
from mainstay.desk.facts.columns import field_of
from mainstay.desk.facts.models import Fact
from mainstay.desk.facts.queries import one
from mainstay.desk.facts.rights import may_be_held_from, may_write, visible
from mainstay.desk.facts.rows import columns_of, models_by_table
from mainstay.desk.facts.watched import looked_at
from mainstay.desk.numbers import typed

router = Router(tags=["tables"])
_ROW = docs.row(rows.STAMPS) | {"additionalProperties": True}
_WRITTEN = {
    "description": "The columns of the table, as GET /api/v1/tables tells them",
    "type": "object",
    "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
}
_MANY = {"type": "array", "items": _WRITTEN, "minItems": 1, "maxItems": rows.MOST_ROWS}


def model_of(table: str) -> type[Fact]:
    """Raises: Problem"""
    found = models_by_table().get(table)
    if found is None:
        raise not_there()
    return found


def kinds_of(model: type[Fact]) -> dict[str, str]:
    kinds = {c.name: c.kind for c in columns_of(model)}
    own = {"id": "integer", "version": "integer", "recorded_at": "moment"}
    return {**own, **{name: "text" if kind == "choice" else kind for name, kind in kinds.items()}}


@router.get(
    "/tables",
    auth=READ,
    operation_id="list_tables",
    openapi_extra=docs.told(
        200, {"type": "object", "properties": {"tables": {"type": "array", "items": docs.ROW}}}
    ),
)
def list_tables(request: HttpRequest) -> HttpResponseBase:
    """All tables from people: their columns, what these may hold, and whether the token's person may write."""
    user = user_of(request)
    return answers.as_json(
        {"tables": [_described(user, table) for table in sorted(models_by_table())]}
    )


def _described(user: User, table: str) -> dict[str, Any]:
    columns = [
        {"name": c.name, "kind": c.kind, "required": c.required, "choices": list(c.choices)}
        for c in engine.columns_of(table)
    ]
    return {
        "name": table,
        "words": words.many(table),
        "may_write": may_write(user, table),
        "columns": columns,
    }


@router.get("/tables/{table}", auth=READ, operation_id="list_rows", openapi_extra=docs.listed(_ROW))
def list_rows(request: HttpRequest, table: str) -> HttpResponseBase:
    """The rows of a table that the token's person may see."""
    model, user = model_of(table), user_of(request)
    kinds = kinds_of(model)
    asked = asking.read(request.GET, table, kinds, may_be_held_from(user, table))
    form = answers.wanted(request, asked)
    looked_at(user, table, "", words.many(table), now=timezone.now())
    fields = {name: "pk" if name == "id" else field_of(name) for name in kinds}
    found = keyset.narrowed(visible(user, model), asked, fields).select_related("recorded_by")
    by = fields[asked.order] if asked.order else "pk"
    names = asked.chosen([*rows.STAMPS, *(c.name for c in columns_of(model))])
    if form == JSON:
        part, position = keyset.page(found, asked, by)
        items = [answers.chosen(rows.shown(user, fact), names) for fact in part]
        return answers.page(items, asked.cursor(position) if position else None)
    answers.read_in_bulk(request, asked, form)
    ordered = found.order_by(f"{'-' if asked.descending else ''}{by}", "pk")
    every = _every(user, ordered, names)
    if form == NDJSON:
        return answers.lines(every)
    return answers.parquet(_table(model, list(every), names), table)


def _every(user: User, found: Any, names: list[str]) -> Iterator[dict[str, Any]]:
    for fact in found.iterator(chunk_size=2_000):
        yield answers.chosen(rows.shown(user, fact), names)


_STAMPS = pa.schema(
    [
        ("id", pa.int64()),
        ("version", pa.int64()),
        ("recorded_at", pa.timestamp("us", "UTC")),
        ("recorded_by", pa.string()),
    ]
)


def _table(model: type[Fact], every: list[dict[str, Any]], names: list[str]) -> pa.Table:
    fields = {
        f.name: f for schema in (_STAMPS, engine.fact_table(model.TABLE).arrow) for f in schema
    }
    return pa.Table.from_pylist(every, pa.schema([fields[name] for name in names]))


@router.post(
    "/tables/{table}",
    auth=WRITE,
    operation_id="add_rows",
    response={201: None},
    openapi_extra=docs.told(
        201,
        {
            "type": "object",
            "required": ["rows"],
            "properties": {"rows": {"type": "array", "items": _ROW}},
        },
        "Written, all of them",
        parameters=[docs.KEY],
        requestBody={
            "required": True,
            "content": {
                JSON: {"schema": {"anyOf": [_WRITTEN, _MANY]}},
                NDJSON: {"schema": {"type": "string", "minLength": 2}},
            },
        },
    ),
)
def add_rows(request: HttpRequest, table: str) -> HttpResponseBase:
    """Write one row, a list of rows, or NDJSON: all of them or, where one can't be so, none."""
    model, user = model_of(table), user_of(request)
    given = _body(request)

    def write() -> HttpResponse:
        written = [rows.shown(user, fact) for fact in rows.add_all(user, model, given)]
        headers = {"Location": _address(table, written[0]["id"])} if len(written) == 1 else {}
        return answers.as_json({"rows": written}, HTTPStatus.CREATED, **headers)

    return once(request, write)


def _address(table: str, pk: int) -> str:
    return reverse("api:get_row", args=[table, pk])


def _body(request: HttpRequest) -> list[dict[str, Any]]:
    """The rows of a body.

    Raises: Problem
    """
    try:
        text = request.body.decode("utf-8")
        if request.content_type == NDJSON:
            found = [_loads(line) for line in text.splitlines() if line.strip()]
        elif request.content_type == JSON:
            read = _loads(text)
            found = read if isinstance(read, list) else [read]
        else:
            raise Problem(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                "content_type",
                _("Send %(types)s.") % {"types": f"{JSON}, {NDJSON}"},
            )
    except (ValueError, RecursionError):
        raise Problem(HTTPStatus.BAD_REQUEST, "json", _("This is no JSON.")) from None
    if not found or not all(isinstance(row, dict) for row in found):
        raise unprocessable("rows", _("Send a row, {…}, or a list of rows."))
    if len(found) > rows.MOST_ROWS:
        raise Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too_many",
            _("At most %(most)s rows go in one request.") % {"most": rows.MOST_ROWS},
        )
    return found


def _loads(text: str) -> Any:
    def refuse(word: str) -> Any:
        raise ValueError(word)

    return json.loads(text, parse_constant=refuse)


def _seen(request: HttpRequest) -> int:
    """The version that the program read.

    Raises: Problem
    """
    given = request.headers.get("If-Match")
    if given is None:
        raise Problem(
            HTTPStatus.PRECONDITION_REQUIRED,
            "version",
            _("Say which version you have read: If-Match, with the row's ETag."),
        )
    return typed(given.removeprefix("W/").strip('" '), 0)


def _answer(user: User, fact: Any) -> HttpResponse:
    return answers.as_json(rows.shown(user, fact), ETag=f'"{fact.version}"')


@router.get(
    "/tables/{table}/{int:row_id}",
    auth=READ,
    operation_id="get_row",
    url_name="get_row",
    openapi_extra=docs.told(200, _ROW),
)
def get_row(request: HttpRequest, table: str, row_id: int) -> HttpResponseBase:
    """One row, with its version as ETag."""
    model_of(table)
    user = user_of(request)
    fact = one(user, table, row_id)
    account = getattr(fact, "account_id", None) or ""
    looked_at(user, table, account, words.many(table), now=timezone.now())
    return _answer(user, fact)


@router.patch(
    "/tables/{table}/{int:row_id}",
    auth=WRITE,
    operation_id="change_row",
    openapi_extra=docs.told(
        200,
        _ROW,
        parameters=[docs.SEEN, docs.KEY],
        requestBody={"required": True, "content": {JSON: {"schema": _WRITTEN}}},
    ),
)
def change_row(request: HttpRequest, table: str, row_id: int) -> HttpResponseBase:
    """Change the columns that are named, if nobody else has changed the row since it was read."""
    model_of(table)
    user, given = user_of(request), _body(request)
    if len(given) != 1:
        raise unprocessable("rows", _("Send one row, {…}."))

    def write() -> HttpResponse:
        fact = one(user, table, row_id)
        return _answer(user, rows.change(user, fact, given[0], seen=_seen(request)))

    return once(request, write)


@router.delete(
    "/tables/{table}/{int:row_id}",
    auth=WRITE,
    operation_id="withdraw_row",
    response={204: None},
    openapi_extra=docs.told(204, None, "Taken back", parameters=[docs.SEEN, docs.KEY]),
)
def withdraw_row(request: HttpRequest, table: str, row_id: int) -> HttpResponseBase:
    """Take a row back: it stands no more, and what was known until now stays on record."""
    model_of(table)
    user = user_of(request)

    def write() -> HttpResponse:
        rows.withdraw(user, one(user, table, row_id), seen=_seen(request))
        return HttpResponse(status=HTTPStatus.NO_CONTENT)

    return once(request, write)
