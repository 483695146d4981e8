"""What the pages of value need: their codes in words."""

from __future__ import annotations

from django import template
from django.utils.translation import pgettext

from mainstay.desk import numbers
from mainstay.desk.value import words

register = template.Library()


@register.filter
def ahead_word(code: str) -> str:
    return str(words.VERDICTS.get(code, code))


@register.filter
def rebate_on(code: str) -> str:
    return str(words.OF.get(code, code))


@register.filter
def percent(rate: float | None) -> str:
    """A rate that is written in percent."""
    return numbers.NOTHING if rate is None else numbers.share(rate / 100)


@register.filter
def half_word(half: int) -> str:
    """Which half year: 0 is the last 26 weeks."""
    if half == 0:
        return pgettext("half year", "Last 26 weeks")
    if half == 1:
        return pgettext("half year", "The 26 before")
    return pgettext("half year", "Earlier")
