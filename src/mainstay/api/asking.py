"""What is asked of a list: which rows, in which order, which columns, from where on.

?state=late&money_at_risk.gte=1000&order=-money_at_risk&columns=account_id,name&limit=100&cursor=…
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core import signing
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from mainstay.api.problems import Problem, unprocessable

PAGE, MOST = 100, 1_000
MOST_VALUES = 500  # of one `.in`
WHOLE = 2**63
LARGEST = Decimal(10) ** 14
RESERVED = ("limit", "cursor", "order", "columns")
COMPARED = ("gt", "gte", "lt", "lte", "ne")
_SALT = "mainstay.api.cursor"
_DIGITS = re.compile(r"-?[0-9]{1,19}")


@dataclass(frozen=True)
class Condition:
    """One of a list's conditions.

    op: eq, ne, gt, gte, lt, lte, in (value: a list) or null (value: whether it is)
    """

    column: str
    op: str
    value: Any


@dataclass(frozen=True)
class Asked:
    """A list as an address asks for it.

    after: the position behind which the page begins; None = the first page
    order: a column; None = the list's own order
    """

    name: str
    conditions: tuple[Condition, ...] = ()
    order: str | None = None
    descending: bool = False
    columns: tuple[str, ...] | None = None
    limit: int = PAGE
    after: Any = None
    given: frozenset[str] = frozenset()

    @property
    def fingerprint(self) -> str:
        """Tells lists apart: a cursor is good for its own list alone."""
        said: list[Any] = [self.name, self.order, self.descending]
        said += [[c.column, c.op, str(c.value)] for c in self.conditions]
        return hashlib.blake2b(
            json.dumps(said).encode("utf-8", "replace"), digest_size=8
        ).hexdigest()

    def cursor(self, position: Any) -> str:
        """The text by which the next page is asked for."""
        return signing.dumps([self.fingerprint, position], salt=_SALT)

    def chosen(self, names: Sequence[str]) -> list[str]:
        return [name for name in names if self.columns is None or name in self.columns]


def read(
    query: QueryDict,
    name: str,
    kinds: Mapping[str, str],
    held: AbstractSet[str] = frozenset(),
) -> Asked:
    """What an address asks for.

    name: of the list
    kinds: of its columns, as in the schema of the tables
    held: of these the columns by which nothing is narrowed or ordered, since that would tell what is in them

    Raises: Problem
    """
    order = query.get("order") or None
    descending = order is not None and order.startswith("-")
    order = order.lstrip("-") if order else None
    columns = tuple(query["columns"].split(",")) if query.get("columns") else None
    by = {column: kind for column, kind in kinds.items() if column not in held}
    for column in columns or ():
        if column not in kinds:
            raise _no_column(column, kinds)
    if order and order not in by:
        raise _no_column(order, by)
    asked = Asked(
        name,
        tuple(_conditions(query, by)),
        order,
        descending,
        columns,
        _limit(query.get("limit")),
        given=frozenset(query),
    )
    position = _position(query["cursor"], asked) if query.get("cursor") else None
    return Asked(**{**asked.__dict__, "after": position})


def _conditions(query: QueryDict, kinds: Mapping[str, str]) -> list[Condition]:
    found = []
    for key, values in query.lists():
        if key in RESERVED:
            continue
        column, _dot, op = key.rpartition(".")
        if key in kinds:
            column, op = key, "eq" if len(values) == 1 else "in"
        if column not in kinds:
            raise _no_column(column or key, kinds)
        found.append(_condition(column, op, values, kinds[column]))
    return found


def _condition(column: str, op: str, values: list[str], kind: str) -> Condition:
    if op == "in":
        texts = [text for value in values for text in value.split(",")]
        if len(texts) > MOST_VALUES:
            raise unprocessable(
                "filter", _("At most %(most)s values can be named.") % {"most": MOST_VALUES}
            )
        return Condition(column, op, [value_of(text, kind, column) for text in texts])
    if op == "null":
        return Condition(column, op, value_of(values[-1], "yes_no", column))
    if op != "eq" and (op not in COMPARED or kind == "yes_no"):
        raise unprocessable(
            "filter",
            _("“%(column)s” can't be narrowed by “%(by)s”; use %(known)s.")
            % {"column": column, "by": op[:40], "known": ", ".join((*COMPARED, "in", "null"))},
        )
    return Condition(column, op, value_of(values[-1], kind, column))


def _limit(text: str | None) -> int:
    if text is None:
        return PAGE
    if text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= MOST:
        return int(text)
    raise unprocessable("limit", _("“limit” is a number from 1 to %(most)s.") % {"most": MOST})


def _position(text: str, asked: Asked) -> Any:
    try:
        fingerprint, position = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        fingerprint, position = "", None
    if fingerprint != asked.fingerprint:
        raise unprocessable(
            "cursor",
            _("This cursor is of another list; leave it out to begin with the first page."),
        )
    return position


def begin_again() -> Problem:
    return Problem(
        409, "list_changed", _("This list was made anew meanwhile; begin again without a cursor.")
    )


def value_of(text: str, kind: str, column: str) -> Any:
    """A value of an address as its column has it.

    Raises: Problem
    """
    try:
        value = _READ.get(kind, _text)(text)
    except (ValueError, InvalidOperation, OverflowError):
        value = None
    if value is None:
        raise unprocessable(
            "value",
            _("“%(value)s” can't be a value of “%(column)s”, which is %(kind)s.")
            % {"value": text[:40], "column": column, "kind": kind},
        )
    return value


def _text(text: str) -> str | None:
    return None if "\0" in text or not _can_be_sent(text) else text


def _can_be_sent(text: str) -> bool:
    return text.encode("utf-8", "replace").decode() == text


def _number(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None


def _integer(text: str) -> int | None:
    value = int(text) if text.isascii() and _DIGITS.fullmatch(text) else WHOLE
    return value if -WHOLE <= value < WHOLE else None


def _money(text: str) -> Decimal | None:
    value = Decimal(text)
    return value if value.is_finite() and abs(value) < LARGEST else None


def _moment(text: str) -> datetime | None:
    value = parse_datetime(text)
    return timezone.make_aware(value) if value is not None and timezone.is_naive(value) else value


_READ: dict[str, Callable[[str], Any]] = {
    "number": _number,
    "integer": _integer,
    "money": _money,
    "date": date.fromisoformat,
    "moment": _moment,
    "yes_no": lambda text: {"true": True, "false": False}.get(text.lower()),
}


def _no_column(column: str, kinds: Mapping[str, str]) -> Problem:
    return unprocessable(
        "column",
        _("There is no column “%(column)s” here.") % {"column": column[:60]},
        columns=sorted(kinds),
    )
