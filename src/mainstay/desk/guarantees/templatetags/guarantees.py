"""What templates need to speak of how accounts stand."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mainstay.desk import numbers
from mainstay.desk.charts import small
from mainstay.desk.guarantees import words
from mainstay.desk.guarantees.queries import Spread

register = template.Library()


@register.filter
def guarantee(name: str) -> str:
    return str(words.GUARANTEES.get(name, name))


@register.simple_tag
def stands(code: str) -> SafeString:
    """A standing in its colour, with its word."""
    return format_html('<span class="stands {}">{}</span>', code, words.STANDINGS.get(code, code))


@register.simple_tag
def spread(one: Spread) -> SafeString:
    """How many stand poorly, are to be watched, and stand well, as one bar."""
    tip = ", ".join(f"{words.STANDINGS[code]} {numbers.plain(n)}" for code, n, _ in one.shares)
    return small.parted([(code, share) for code, _n, share in one.shares], tip)
