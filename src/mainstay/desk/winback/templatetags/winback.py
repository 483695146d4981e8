"""What templates need to speak of accounts that left, and came back."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from mainstay import engine
from mainstay.desk import numbers
from mainstay.desk.cases.queries import title
from mainstay.desk.causes.words import likely
from mainstay.desk.winback import words

register = template.Library()


@register.filter
def why_left(row: Any) -> str:
    """Why it left, and how sure that is; or that nobody knows."""
    if row.cause == engine.UNKNOWN:
        return _("We don't know why it left")
    return _("{cause}, {likely}").format(cause=words.cause(row.cause), likely=likely(row.p_cause))


@register.filter
def left_for(cause: str) -> str:
    return words.cause(cause)


@register.simple_tag
def play_title(plays: Any, name: str | None) -> str:
    return title(plays, name)


@register.simple_tag
def between(low: float | None, high: float | None) -> str:
    """An interval of shares."""
    return f"{numbers.share(low)} – {numbers.share(high)}"
