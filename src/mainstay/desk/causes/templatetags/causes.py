"""What templates need to speak of causes."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mainstay.desk import numbers
from mainstay.desk.causes import words
from mainstay.desk.charts import small
from mainstay.desk.facts import words as facts
from mainstay.desk.imports import words as files

register = template.Library()
LEAST = 0.001  # a smaller chance is not told apart


@register.filter
def family(name: str | None) -> str:
    return words.family(name)


@register.filter
def likely(p: float | None) -> str:
    return words.likely(p)


@register.filter
def strength(value: float | None) -> str:
    return words.strength(value)


@register.filter
def table_word(table: str) -> str:
    """What a kind of records is called."""
    return str(files.TABLES.get(table) or facts.many(table))


@register.filter
def direction(code: str) -> str:
    return str(words.DIRECTIONS.get(code, code))


@register.simple_tag
def whose(code: str | None) -> SafeString:
    """Ours, theirs, nobody's, not known: as word and shape; what it means when pointed at."""
    known = code if code in words.WHOSE else words.UNKNOWN
    return format_html(
        '<span class="whose {}" title="{}">{}</span>',
        known,
        words.MEANT[known],
        words.WHOSE[known],
    )


@register.simple_tag
def first_cause(account: Any) -> str:
    """The first cause of an account in a few words; empty of one that did not fall."""
    if not account.cause_first:
        return ""
    if account.cause_first == words.UNKNOWN:
        return words.family(words.UNKNOWN)
    return _("{cause}, {likely}").format(
        cause=words.family(account.cause_first), likely=words.likely(account.cause_p)
    )


@register.simple_tag
def likely_bar(p: float | None) -> SafeString:
    return small.share_bar(p or 0.0, f"{words.likely(p)} {numbers.share(p)}")


@register.filter
def chance(p: float | None) -> str:
    """A probability by chance, that may be very small."""
    return f"<\u202f{numbers.share(LEAST)}" if p is not None and p < LEAST else numbers.share(p)


@register.filter
def two(value: float | None) -> str:
    """A ratio with two digits: 0.85, 1.40."""
    return numbers.NOTHING if value is None else number_format(round(value, 2), 2)


@register.filter
def scope_words(text: str) -> str:
    """The scope of an event, its keys in words."""
    return words.scope(text)


@register.simple_tag
def fact_choice(table: str, column: str, code: str) -> str:
    """A choice of a table from people, in words."""
    return str(facts.choice(table, column, code))
