"""What the pages of people's tables need: values by their kind, who wrote a row and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mainstay.desk import numbers
from mainstay.desk.accounts import words
from mainstay.desk.facts import words as words_of_facts
from mainstay.desk.facts.models import Fact
from mainstay.desk.facts.queries import Cell

register = template.Library()


@register.filter
def moment(value: datetime | None) -> str:
    """A day and a time, as the reader writes them, where the desk is."""
    if value is None:
        return numbers.NOTHING
    return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")


@register.simple_tag
def cell_value(cell: Cell) -> SafeString | str:
    if cell.kind == "date":
        return words.day(cell.value)
    if cell.kind == "moment":
        return moment(cell.value)
    if cell.kind in ("money", "number"):
        return numbers.exact_money(cell.value, "")
    if cell.kind == "text":
        return SafeString(linebreaks(str(cell.value), autoescape=True))
    return format_html("{}", cell.value)


@register.simple_tag
def written_by(fact: Fact) -> str:
    """Who wrote a row, and when."""
    when = moment(fact.recorded_at)
    if fact.recorded_by is None:
        return _("from a file, %(when)s") % {"when": when}
    return _("%(name)s, %(when)s") % {"name": fact.recorded_by, "when": when}


@register.filter
def unlocalized(value: Any) -> str:
    """A number as machines read it, without signs between its digits."""
    return str(value)


@register.simple_tag
def word(table: str, column: str, value: Any) -> str:
    """A value in the words of its column."""
    return words_of_facts.choice(table, column, value)
