"""Whose token this is; for administrators people and the record of events."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router

from mainstay.api import answers, asking, keyset
from mainstay.api.answers import JSON, NDJSON
from mainstay.api.auth import ADMIN, READ, user_of
from mainstay.api.problems import plain
from mainstay.api.v1 import docs
from mainstay.desk.access.models import Event, Token
from mainstay.desk.access.queries import everybody
from mainstay.desk.accounts.models import latest_id

router = Router(tags=["people"])
_ME = {"username": "text", "name": "text", "role": "text", "token": "text", "expires_at": "moment"}
_EVENT = {
    "id": "integer",
    "at": "moment",
    "actor_name": "text",
    "verb": "text",
    "object_kind": "text",
    "object_id": "text",
    "label": "text",
}
_BESIDE = {
    "before": docs.ROW | {"type": ["object", "null"]},
    "after": docs.ROW | {"type": ["object", "null"]},
}


@router.get("/me", auth=READ, operation_id="me", openapi_extra=docs.told(200, docs.row(_ME)))
def me(request: HttpRequest) -> HttpResponseBase:
    """Whose token this is, what it may do and until when, and the newest assessment's id."""
    token: Any = getattr(request, "auth", None)
    assert isinstance(token, Token)  # noqa: S101  # Bearer has let it in; this tells mypy
    user = token.user
    return answers.as_json(
        {
            "username": user.username,
            "name": user.name,
            "role": user.role,
            "sees_all_accounts": user.sees_all_accounts,
            "token": token.name,
            "scopes": token.scopes.split(),
            "expires_at": token.expires_at,
            "assessment_id": latest_id(),
        }
    )


@router.get(
    "/people",
    auth=ADMIN,
    operation_id="list_people",
    openapi_extra=docs.told(
        200, {"type": "object", "properties": {"items": {"type": "array", "items": docs.ROW}}}
    ),
)
def list_people(request: HttpRequest) -> HttpResponseBase:
    """Who may sign in."""
    _administrators(request)
    return answers.as_json(
        {
            "items": [
                {
                    "username": user.username,
                    "name": user.name,
                    "role": user.role,
                    "staff_id": user.staff_id,
                    "email": user.email,
                    "may_sign_in": user.is_active,
                    "second_factor": factor,
                    "last_sign_in": user.last_login,
                }
                for user, factor in everybody()
            ]
        }
    )


@router.get(
    "/events",
    auth=ADMIN,
    operation_id="list_events",
    openapi_extra=docs.listed(docs.row(_EVENT, **_BESIDE)),
)
def list_events(request: HttpRequest) -> HttpResponseBase:
    """The record of events, in the order of writing; `order=-id` the newest first."""
    _administrators(request)
    asked = asking.read(request.GET, "events", _EVENT)
    form = answers.wanted(request, asked)
    fields = {name: "pk" if name == "id" else name for name in _EVENT}
    rows = keyset.narrowed(Event.objects.all(), asked, fields)
    by = fields[asked.order or "id"]
    names = [*asked.chosen(list(_EVENT)), *(() if asked.columns else _BESIDE)]
    if form == JSON:
        found, position = keyset.page(rows, asked, by)
        return answers.page(
            [_shown(one, names) for one in found], asked.cursor(position) if position else None
        )
    answers.read_in_bulk(request, asked, form)
    if form != NDJSON:
        raise plain(HTTPStatus.NOT_ACCEPTABLE)
    ordered = rows.order_by(f"{'-' if asked.descending else ''}{by}", "pk")
    return answers.lines(_shown(one, names) for one in ordered.iterator(chunk_size=2_000))


def _shown(event: Event, names: list[str]) -> dict[str, Any]:
    return {name: getattr(event, name) for name in names}


def _administrators(request: HttpRequest) -> None:
    if not user_of(request).is_administrator:
        raise plain(HTTPStatus.FORBIDDEN)
