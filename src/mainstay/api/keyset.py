"""Pages of a query by the row before: as quick far behind as in front, and no row twice or left out when others
come or go between two pages."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from mainstay.api.asking import Asked, Condition

_LOOKUPS = {"eq": "exact", "in": "in", "null": "isnull"}


def narrowed(rows: QuerySet[Any], asked: Asked, fields: dict[str, str]) -> QuerySet[Any]:
    """Those rows that fit all conditions; fields: of the model, by column."""
    for one in asked.conditions:
        rows = rows.filter(_fits(one, fields[one.column]))
    return rows


def _fits(one: Condition, field: str) -> Q:
    if one.op == "ne":
        return ~Q(**{field: one.value}) & Q(**{f"{field}__isnull": False})
    return Q(**{f"{field}__{_LOOKUPS.get(one.op, one.op)}": one.value})


def page(rows: QuerySet[Any], asked: Asked, by: str) -> tuple[list[Any], list[Any] | None]:
    """The rows of a page and the position after it; None where no row is left.

    by: the field by which the list is ordered, then by key; what is not known comes last. `asked.after` is
        [value, key] of the row before, as `position` has them.
    """
    value, key = (_back(asked.after[0]), asked.after[1]) if asked.after else (None, None)
    most, found = asked.limit + 1, []
    sign, beyond = ("-", "lt") if asked.descending else ("", "gt")
    if by == "pk":
        part = rows if key is None else rows.filter(**{f"pk__{beyond}": key})
        found = list(part.order_by(f"{sign}pk")[:most])
    else:
        if key is None or value is not None:
            part = rows.filter(**{f"{by}__isnull": False})
            if key is not None:
                behind = Q(**{f"{by}__{beyond}": value}) | Q(**{by: value, f"pk__{beyond}": key})
                # Said twice: so the database walks the index from there on.
                part = part.filter(behind, **{f"{by}__{beyond}e": value})
            found = list(part.order_by(f"{sign}{by}", f"{sign}pk")[:most])
        if len(found) < most:
            part = rows.filter(**{f"{by}__isnull": True})
            if key is not None and value is None:
                part = part.filter(**{f"pk__{beyond}": key})
            found += list(part.order_by(f"{sign}pk")[: most - len(found)])
    if len(found) < most:
        return found, None
    last = found[asked.limit - 1]
    return found[: asked.limit], [None if by == "pk" else _forth(getattr(last, by)), last.pk]


def _forth(value: Any) -> Any:
    """A value for a cursor, with its kind where JSON has none for it."""
    if isinstance(value, datetime):
        return ["moment", value.isoformat()]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    return ["money", str(value)] if isinstance(value, Decimal) else value


def _back(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    kind, text = value
    if kind == "moment":
        return parse_datetime(text)
    return date.fromisoformat(text) if kind == "date" else Decimal(text)
