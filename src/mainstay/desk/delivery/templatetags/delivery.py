"""What templates need to speak of deliveries."""

from __future__ import annotations

from typing import Any

from django import template

from mainstay.desk import numbers
from mainstay.desk.accounts.templatetags.desk import in_days
from mainstay.desk.causes.records import records_url
from mainstay.desk.delivery import words

register = template.Library()


@register.filter
def doubt(code: str) -> str:
    return str(words.DOUBTS.get(code, code))


@register.filter
def bad_kind(code: str) -> str:
    return str(words.KINDS.get(code, code))


@register.filter
def due_as(code: str | None) -> str:
    return str(words.BY.get(code or "", ""))


@register.filter
def afterwards(row: dict[str, Any]) -> str:
    return words.afterwards(row)


@register.filter
def peers_then(row: dict[str, Any]) -> str:
    return words.peers_then(row)


@register.filter
def points(value: float | None) -> str:
    """A difference of two shares, in percentage points with its sign."""
    if value is None:
        return numbers.NOTHING
    shown = numbers.plain(abs(value) * 100)
    sign = "" if shown == "0" else numbers.MINUS if value < 0 else "+"
    return f"{sign}{shown}"


@register.filter
def in_lead(value: float | None) -> str:
    """Days of a lead time."""
    return numbers.NOTHING if value is None else in_days(value)


@register.filter
def shift(value: float | None) -> str:
    """A change as a percentage with its sign."""
    return numbers.change(value)


@register.simple_tag
def order_rows(account_id: str, row: dict[str, Any]) -> str:
    """The way to the rows of an order; of a delivery without one, to its own."""
    if row["order_id"]:
        return records_url(account_id, "deliveries", order=row["order_id"])
    return records_url(account_id, "deliveries", keys=[[row["delivery_id"]]])


@register.simple_tag
def day_rows(account_id: str, row: dict[str, Any]) -> str:
    """The way to the rows of all that was due on the day of a bad delivery."""
    return records_url(account_id, "deliveries", first=row["on"], last=row["on"])
