"""Assessments and everything that they found: frozen tables, each page of which stays as it is."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router

from mainstay import engine
from mainstay.api import answers, asking
from mainstay.api.answers import JSON, NDJSON
from mainstay.api.asking import Asked, Condition
from mainstay.api.auth import READ, user_of
from mainstay.api.problems import not_there
from mainstay.api.v1 import docs
from mainstay.core.errors import NotFound
from mainstay.desk.access.models import User
from mainstay.desk.access.rights import visible_accounts
from mainstay.desk.accounts import words
from mainstay.desk.accounts.models import Assessment, latest_id

router = Router(tags=["results"])
KEY = "account_id"
LATEST = "latest"
# Of single accounts, but of what the company learns from: for those who see the whole.
WHOLE = frozenset({"cases", "put_off", "guesses", "draws"})
# Columns with rows that prove something: among these are rows of others' accounts, and what an account says of
# its loss before its own manager has said what they think. The pages tell row by row who may see it.
EVIDENCE = frozenset({"rows", "speaks_for", "against"})
_ASSESSMENT = {
    "id": "text",
    "as_of": "date",
    "made_at": "moment",
    "currency": "text",
    "horizon_weeks": "integer",
    "is_latest": "yes_no",
}
_TABLES = {
    "type": "object",
    "properties": {"tables": {"type": "array", "items": docs.ROW}},
    "required": ["tables"],
}


@router.get(
    "/assessments",
    auth=READ,
    operation_id="list_assessments",
    openapi_extra=docs.told(
        200,
        {
            "type": "object",
            "properties": {"items": {"type": "array", "items": docs.row(_ASSESSMENT)}},
        },
    ),
)
def list_assessments(request: HttpRequest) -> HttpResponseBase:
    """All assessments ever made, the newest first; any of them is read by its id, or the newest as `latest`."""
    return answers.as_json({"items": [_about(one) for one in Assessment.objects.all()]})


@router.get(
    "/assessments/{assessment_id}",
    auth=READ,
    operation_id="get_assessment",
    openapi_extra=docs.told(200, _TABLES),
)
def get_assessment(request: HttpRequest, assessment_id: str) -> HttpResponseBase:
    """An assessment and its tables: name, number of rows for who sees all accounts, columns with their kinds."""
    user = user_of(request)
    found = _results(assessment_id)
    name = next(iter(found.values())).id
    about = Assessment.objects.filter(pk=name).first()
    tables = []
    for table, kept in sorted(found.items()):
        schema, n_rows = kept.shape(table)
        if _may(user, table, schema):
            # Of how many accounts something is so, all together, is a sum over the company.
            rows = n_rows if user.sees_all_accounts else None
            tables.append({"name": table, "rows": rows, "columns": docs.kinds_of(schema)})
    return answers.as_json({**(_about(about) if about else {"id": name}), "tables": tables})


def _about(one: Assessment) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _ASSESSMENT}


def _results(assessment_id: str) -> dict[str, Any]:
    """Raises: Problem"""
    wanted = latest_id() if assessment_id == LATEST else assessment_id
    try:
        return engine.results_of(settings.HOME.store, wanted or "")
    except NotFound:
        raise not_there() from None


@router.get(
    "/assessments/{assessment_id}/results/{table}",
    auth=READ,
    operation_id="list_results",
    openapi_extra=docs.listed(docs.ROW),
)
def list_results(request: HttpRequest, assessment_id: str, table: str) -> HttpResponseBase:
    """The rows of one table of an assessment: categories, causes, signals, cards, plan, lost, effects…

    Tables with accounts have those that the token's person may see; sums over the company, and the rows that
    prove something, are for those who see all accounts.
    """
    kept = _results(assessment_id).get(table)
    if kept is None:
        raise not_there()
    schema, n_rows = kept.shape(table)
    user = user_of(request)
    if not _may(user, table, schema):
        raise not_there()
    asked = asking.read(request.GET, f"{kept.id}/{table}", docs.kinds_of(schema))
    form = answers.wanted(request, asked)
    places = _places(kept, table, n_rows, asked, user)
    names = asked.chosen(schema.names)
    if form == JSON:
        return _page(kept, table, places, asked, names)
    answers.read_in_bulk(request, asked, form)
    found = kept.table(table, names) if places is None else kept.take(table, places, names)
    if form == NDJSON:
        return answers.table_lines(found)
    return answers.parquet(found, table)


def _may(user: User, table: str, schema: pa.Schema) -> bool:
    if user.sees_all_accounts:
        return True
    return KEY in schema.names and table not in WHOLE and EVIDENCE.isdisjoint(schema.names)


def _page(
    kept: Any, table: str, places: npt.NDArray[np.int64] | None, asked: Asked, names: list[str]
) -> HttpResponseBase:
    """Frozen rows stay where they are, so that a place among them is a cursor that holds."""
    start = int(asked.after or 0)
    stop = start + asked.limit
    if places is None:
        total = kept.shape(table)[1]
        part = np.arange(start, min(stop, total))
    else:
        total, part = len(places), places[start:stop]
    rows = answers.finite(kept.take(table, part, names)).to_pylist()
    for row in rows:
        row.update({name: _told(value) for name, value in row.items() if isinstance(value, str)})
    return answers.page(rows, asked.cursor(stop) if stop < total else None)


def _told(value: str) -> Any:
    """Texts of the engine in the reader's language; anything else as it is."""
    if not value.startswith(('{"template"', '[{"template"')):
        return value
    try:
        found = json.loads(value)
        return (
            [words.sentence(one) for one in found]
            if isinstance(found, list)
            else words.sentence(found)
        )
    except (ValueError, KeyError, TypeError):
        return value


def _places(
    kept: Any, table: str, n_rows: int, asked: Asked, user: User
) -> npt.NDArray[np.int64] | None:
    """Where the rows stand that fit, in the order that was asked for; None = all, as they are frozen."""
    wanted = {one.column for one in asked.conditions} | ({asked.order} if asked.order else set())
    theirs = None
    if not user.sees_all_accounts:
        theirs = pa.array(visible_accounts(user).values_list(KEY, flat=True), pa.string())
        wanted.add(KEY)
    if not wanted:
        return None
    columns = kept.table(table, sorted(wanted))
    fits = np.ones(n_rows, bool)
    for one in asked.conditions:
        fits &= _mask(columns[one.column], one)
    if theirs is not None:
        fits &= _yes(pc.is_in(columns[KEY], value_set=theirs))
    found: npt.NDArray[np.int64] = np.flatnonzero(fits)
    if asked.order:
        way = "descending" if asked.descending else "ascending"
        keys = pa.table({"by": columns[asked.order].take(pa.array(found)), "at": found})
        order = pc.sort_indices(keys, [("by", way), ("at", "ascending")])
        found = found[order.to_numpy()]
    return found


def _mask(column: pa.ChunkedArray, one: Condition) -> npt.NDArray[np.bool_]:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if one.op == "null":
        return _yes(pc.equal(pc.is_null(column), one.value))
    if one.op == "in":
        return _yes(pc.is_in(column, value_set=pa.array(one.value, column.type)))
    compare = {
        "eq": pc.equal,
        "ne": pc.not_equal,
        "gt": pc.greater,
        "gte": pc.greater_equal,
        "lt": pc.less,
        "lte": pc.less_equal,
    }[one.op]
    return _yes(compare(column, pa.scalar(one.value, column.type)))


def _yes(mask: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = pc.fill_null(mask, False).to_numpy()
    return found
