"""How lists are answered: a page as JSON; all rows as NDJSON, streamed, or as Parquet."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from http import HTTPStatus
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from mainstay import engine
from mainstay.api.asking import Asked
from mainstay.api.auth import user_of
from mainstay.api.problems import Problem, unprocessable
from mainstay.desk.access.services import record
from mainstay.desk.team.watch import NO_LISTS, is_leaving

JSON, NDJSON, PARQUET = "application/json", "application/x-ndjson", "application/vnd.apache.parquet"
AT_ONCE = 500  # rows of NDJSON in one piece


def wanted(request: HttpRequest, asked: Asked) -> str:
    """JSON, NDJSON or PARQUET, by the Accept header; who leaves is given the first page alone.

    Raises: Problem
    """
    found = request.get_preferred_type([JSON, NDJSON, PARQUET])
    if found is None:
        raise Problem(
            406,
            "accept",
            _("This can be had as %(types)s.") % {"types": f"{JSON}, {NDJSON}, {PARQUET}"},
        )
    if found != JSON and asked.given & {"limit", "cursor"}:
        raise unprocessable(
            "limit", _("All rows come at once in this form; leave “limit” and “cursor” out.")
        )
    if (found != JSON or asked.after is not None) and is_leaving(user_of(request)):
        raise Problem(HTTPStatus.FORBIDDEN, "leaving", str(NO_LISTS))
    return found


def as_json(value: Any, status: int = 200, **headers: str) -> HttpResponse:
    return HttpResponse(dumps(value), JSON, status, headers=headers)


def page(items: Iterable[Mapping[str, Any]], next_cursor: str | None, **more: Any) -> HttpResponse:
    return as_json({"items": list(items), "next": next_cursor, **more})


def lines(rows: Iterable[Mapping[str, Any]]) -> StreamingHttpResponse:
    return StreamingHttpResponse(_pieces(iter(rows)), NDJSON)


def _pieces(rows: Iterator[Mapping[str, Any]]) -> Iterator[bytes]:
    while some := list(islice(rows, AT_ONCE)):
        yield b"".join(dumps(row) + b"\n" for row in some)


def table_lines(table: pa.Table) -> StreamingHttpResponse:
    def rows() -> Iterator[Mapping[str, Any]]:
        for batch in finite(table).to_batches(max_chunksize=AT_ONCE):
            yield from batch.to_pylist()

    return lines(rows())


def parquet(table: pa.Table, name: str) -> HttpResponseBase:
    """A table as a file; on its way it lies in the cache, under no name."""
    file = tempfile.TemporaryFile(dir=settings.HOME.cache)  # noqa: SIM115  # the answer closes it
    try:
        engine.write_parquet(table, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    response = FileResponse(
        file, as_attachment=True, filename=f"{name}.parquet", content_type=PARQUET
    )
    response["Content-Encoding"] = "identity"  # it is compressed in itself
    return response


def read_in_bulk(request: HttpRequest, asked: Asked, kind: str) -> None:
    """Write into the record that somebody's program took a whole list."""
    by = [f"{one.column}.{one.op}={one.value}"[:200] for one in asked.conditions[:20]]
    user, after = user_of(request), {"kind": kind, "filters": by}
    record(user, "api.read", object_kind="api", object_id=asked.name, label=asked.name, after=after)


def dumps(value: Any) -> bytes:
    """JSON as the API writes it: money as text, days and moments in ISO 8601."""
    text = json.dumps(
        value, default=_plain, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return text.encode("utf-8", "replace")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def known(value: Any) -> Any:
    """A value of the database; what is no number is not known."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def finite(table: pa.Table) -> pa.Table:
    """A table whose figures are numbers, or not known."""
    for place, field in enumerate(table.schema):
        if pa.types.is_floating(field.type):
            column = table.column(place)
            table = table.set_column(
                place, field, pc.if_else(pc.is_finite(column), column, pa.scalar(None, field.type))
            )
    return table


def chosen(row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: known(row[name]) for name in names}
