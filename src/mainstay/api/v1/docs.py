"""What the OpenAPI description says of lists and rows: made of the tables' own columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from mainstay import engine
from mainstay.api import answers
from mainstay.api.asking import MOST, PAGE
from mainstay.api.once import HEADER
from mainstay.api.problems import MEDIA_TYPE

_TYPES: dict[str, dict[str, Any]] = {
    "number": {"type": ["number", "null"]},
    "integer": {"type": ["integer", "null"]},
    "money": {"type": ["string", "null"], "description": "A sum of money with its point: 1234.50"},
    "date": {"type": ["string", "null"], "format": "date"},
    "moment": {"type": ["string", "null"], "format": "date-time"},
    "yes_no": {"type": ["boolean", "null"]},
}
TEXT = {"type": ["string", "null"]}
ROW = {"type": "object", "additionalProperties": True}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "The same for programs in every language"},
        "detail": {"type": "string", "description": "One sentence in the language asked for"},
    },
}
REFUSED = {
    "default": {
        "description": "Why not, as RFC 9457 has it",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}


def kind_of(field: pa.Field) -> str:
    """The kind of an Arrow column, in the words of the tables."""
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    for name, fits in (
        ("number", pa.types.is_floating),
        ("integer", pa.types.is_integer),
        ("money", pa.types.is_decimal),
        ("date", pa.types.is_date),
        ("moment", pa.types.is_timestamp),
        ("yes_no", pa.types.is_boolean),
    ):
        if fits(kind):
            return name
    return "text"


def kinds_of(schema: pa.Schema) -> dict[str, str]:
    return {field.name: kind_of(field) for field in schema}


def row(kinds: Mapping[str, str], **more: Any) -> dict[str, Any]:
    """The schema of a row."""
    properties = {name: _TYPES.get(kind, TEXT) for name, kind in kinds.items()}
    return {"type": "object", "properties": properties | more}


def _parameter(name: str, schema: Mapping[str, Any], said: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": said}


_LIST = [
    _parameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE},
        "Rows of a page",
    ),
    _parameter("cursor", {"type": "string"}, "`next` of the page before"),
    _parameter("order", {"type": "string"}, "A column; with a minus the greatest first"),
    _parameter("columns", {"type": "string"}, "Only these, by commas"),
]
FILTERS = {
    "name": "filters",
    "in": "query",
    "required": False,
    "style": "form",
    "explode": True,
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
    "description": "Any column: `state=late`, `state.in=late,lost`, `money_at_risk.gte=1000`, "
    "`tier.null=true`; also `.gt`, `.lt`, `.lte`, `.ne`",
}


def told(
    status: int, schema: Mapping[str, Any] | None = None, said: str = "OK", **more: Any
) -> dict[str, Any]:
    """What an operation says beside its address: one good answer, and problems."""
    good: dict[str, Any] = {"description": said}
    if schema is not None:
        good["content"] = {answers.JSON: {"schema": schema}}
    return {"responses": {status: good, **REFUSED}, **more}


def listed(item: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Of a list of rows in all three forms."""
    body = {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": item},
            "next": {"type": ["string", "null"], "description": "Cursor of the next page"},
        }
        | more,
    }
    said = told(200, body, "A page as JSON; all rows as NDJSON or Parquet, by Accept")
    content = said["responses"][200]["content"]
    content[answers.NDJSON] = {"schema": {"type": "string"}}
    content[answers.PARQUET] = {"schema": {"type": "string", "format": "binary"}}
    return {**said, "parameters": [*_LIST, FILTERS]}


KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "The same key and body again: the same answer again, and nothing written twice",
}
SEEN = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": '^"?[0-9]{1,9}"?$'},
    "description": "The row's version as it was read, from its ETag; without it 428",
}


def tables(names: Iterable[str]) -> dict[str, Any]:
    """A schema for each table from people, under its own name."""
    return {name: _table(name) for name in names}


def _table(name: str) -> dict[str, Any]:
    columns = engine.columns_of(name)
    made = row({c.name: c.kind for c in columns})
    made["required"] = [c.name for c in columns if c.required]
    for one in columns:
        if one.choices:
            made["properties"][one.name] = {"enum": [*one.choices, None]}
    return made
