"""What templates need to speak of product needs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import template

from mainstay.desk import numbers
from mainstay.desk.accounts.addresses import lines_url
from mainstay.desk.causes.rows import links
from mainstay.desk.needs import words

register = template.Library()


@register.filter
def request_kind(code: str) -> str:
    return words.kind(code)


@register.filter
def why_stopped(code: str) -> str:
    return str(words.WHY.get(code, code))


@register.filter
def begun(share: float | None) -> str:
    return words.likely(share)


@register.filter
def in_points(row: dict[str, Any]) -> str:
    """By how many percentage points the share of a category changed."""
    change = row["now"] - row["before"]
    shown = numbers.plain(abs(change) * 100)
    sign = "" if shown == "0" else numbers.MINUS if change < 0 else "+"
    return f"{sign}{shown}"


@register.simple_tag
def last_quarter(row: dict[str, Any], as_of: date) -> str:
    return words.quarter(as_of, row["quarter"])


@register.simple_tag
def lines_of(account_id: str, product: str | None = None, category: str | None = None) -> str:
    """The way to the order lines of a product or a category."""
    return lines_url(account_id, category=category, product=product)


@register.simple_tag
def year_lines(account_id: str, as_of: date, category: str) -> str:
    """The order lines of a category within the two years that a mix is of."""
    return lines_url(account_id, as_of - timedelta(days=728), as_of - timedelta(days=1), category)


@register.simple_tag
def request_row(account_id: str, request_id: str) -> str:
    """The way to a request."""
    return next((one.href for one in links(account_id, [["requests", request_id]])), "")
