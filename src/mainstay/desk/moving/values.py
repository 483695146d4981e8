"""One value of SQLite's as PostgreSQL has it, and the sum by which rows of both are compared.

SQLite keeps numbers and texts alone: moments, money, JSON and the like are read as Django reads them,
by the type of PostgreSQL's column.
"""

from __future__ import annotations

import decimal
import ipaddress
import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from hashlib import blake2b
from typing import Any

from mainstay.core.texts import Text, gettext_noop

Value = Callable[[Any], Any]

DIGEST_BYTES = 16
ROOM = 1 << 8 * DIGEST_BYTES  # sums are taken modulo this
SHOWN = 40  # letters of a value that is told
ZERO_BYTE = gettext_noop("a zero byte in the text, which PostgreSQL can't keep")
_DIGITS = decimal.Context(prec=15)  # what SQLite's floats hold, and Django reads


class Unfit(ValueError):
    """A value that the column can't hold; `text` says why."""

    def __init__(self, template: str, **data: Any) -> None:
        self.text = Text(template, data)
        super().__init__(template)


@dataclass(frozen=True)
class Column:
    """A column of PostgreSQL's, from its catalogue.

    kind: its type there, e.g. `timestamp with time zone`
    length: of texts, most characters; scale: of numbers, digits after the point; None = no limit
    """

    name: str
    kind: str
    length: int | None = None
    scale: int | None = None
    counts: bool = False  # it numbers its rows by itself


@dataclass(frozen=True)
class Ways:
    """How the values of one column go.

    read: from SQLite's value to the one that is written; raises Unfit
    told: how a select names the column; `back`: from what it gives to what `read` gave
    alike: from there to what is compared; None where it is that
    """

    read: Value
    told: str = "{column}"
    back: Value | None = None
    alike: Value | None = None


def ways_of(column: Column, *, drop_zero_bytes: bool = False) -> Ways:
    """How a column's values go. Raises: Unfit for a type that none of our tables has"""
    if column.kind in ("text", "character varying"):
        return Ways(partial(_text, column.length, drop_zero_bytes))
    if column.kind == "numeric":
        return Ways(partial(_decimal, column.scale))
    if column.kind not in _WAYS:
        raise Unfit(gettext_noop("there is no way to write the type {kind}"), kind=column.kind)
    return _WAYS[column.kind]


def digest(rows: Iterable[Sequence[Any]], alike: Sequence[Value | None]) -> tuple[int, int]:
    """How many rows, and their sum, the same in any order: each value counts with its type.

    alike: of each column, see Ways
    """
    places = [(n, way) for n, way in enumerate(alike) if way]
    n_rows = total = 0
    for row in rows:
        if places:
            changed = list(row)
            for n, way in places:
                changed[n] = None if row[n] is None else way(row[n])
            row = changed
        said = repr(tuple(row)).encode("utf-8", "surrogatepass")
        total += int.from_bytes(blake2b(said, digest_size=DIGEST_BYTES).digest(), "big")
        n_rows += 1
    return n_rows, total % ROOM


def _misplaced(value: Any) -> Unfit:
    shown = str(value)
    shown = shown if len(shown) <= SHOWN else shown[:SHOWN] + "…"
    return Unfit(
        gettext_noop("“{value}” is none of the values that this column takes"), value=shown
    )


def _text(length: int | None, drop_zero_bytes: bool, value: Any) -> str:
    if not isinstance(value, str):
        raise _misplaced(value)
    if "\0" in value:
        if not drop_zero_bytes:
            raise Unfit(ZERO_BYTE)
        value = value.replace("\0", "")
    if not value.isascii():
        _encodable(value)
    if length is not None and len(value) > length:
        raise Unfit(
            gettext_noop("{letters} letters, where {room} have room"),
            letters=len(value),
            room=length,
        )
    return value


def _encodable(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Unfit(gettext_noop("bytes that are no text in UTF-8")) from None


def _whole(bits: int, value: Any) -> int:
    if not isinstance(value, int):
        raise _misplaced(value)
    if not -(1 << bits - 1) <= value < 1 << bits - 1:
        raise _misplaced(value)
    return value


def _truth(value: Any) -> bool:
    if value not in (0, 1):
        raise _misplaced(value)
    return bool(value)


def _float(value: Any) -> float:
    if not isinstance(value, int | float):
        raise _misplaced(value)
    return float(value)


def _decimal(scale: int | None, value: Any) -> Decimal:
    try:
        if isinstance(value, float):
            number = _DIGITS.create_decimal_from_float(value)
        else:
            number = Decimal(value)
        if scale is None:
            return number
        return number.quantize(Decimal(1).scaleb(-scale), context=decimal.Context(prec=60))
    except (decimal.InvalidOperation, ValueError, TypeError):
        raise _misplaced(value) from None


def _moment(value: Any) -> datetime:
    made = _parsed(datetime.fromisoformat, value)
    return made.replace(tzinfo=UTC) if made.tzinfo is None else made.astimezone(UTC)


def _parsed(parse: Callable[[Any], Any], value: Any) -> Any:
    try:
        return parse(value)
    except (ValueError, TypeError):
        raise _misplaced(value) from None


def _json(value: Any) -> str:
    """The text as it is: PostgreSQL reads it itself."""
    try:
        held = json.loads(value)
    except (ValueError, TypeError):
        raise _misplaced(value) from None
    if "\\u" in value or not value.isascii():
        for text in _texts_in(held):
            if "\0" in text:
                raise Unfit(ZERO_BYTE)
            _encodable(text)
    return str(value)


def _texts_in(held: Any) -> Iterable[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, list):
        for one in held:
            yield from _texts_in(one)
    elif isinstance(held, dict):
        for name, one in held.items():
            yield name
            yield from _texts_in(one)


def _number(written: str) -> float | int:
    """PostgreSQL writes 1e3 as 1000."""
    value = float(written)
    return int(value) if value.is_integer() else value


def _same_json(text: str) -> str:
    return json.dumps(json.loads(text, parse_float=_number), sort_keys=True)


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


_WAYS: dict[str, Ways] = {
    "smallint": Ways(partial(_whole, 16)),
    "integer": Ways(partial(_whole, 32)),
    "bigint": Ways(partial(_whole, 64)),
    "boolean": Ways(_truth),
    "double precision": Ways(_float),
    "real": Ways(_float),
    "date": Ways(lambda value: _parsed(date.fromisoformat, value)),
    "time without time zone": Ways(lambda value: _parsed(time.fromisoformat, value)),
    "timestamp with time zone": Ways(_moment, back=_utc),
    "interval": Ways(lambda value: timedelta(microseconds=_whole(64, value))),
    "jsonb": Ways(_json, told="{column}::text", alike=_same_json),
    "json": Ways(_json, told="{column}::text", alike=_same_json),
    "bytea": Ways(bytes),
    "uuid": Ways(lambda value: _parsed(uuid.UUID, value)),
    "inet": Ways(
        lambda value: str(_parsed(ipaddress.ip_address, value)),
        told="host({column})",
    ),
}
