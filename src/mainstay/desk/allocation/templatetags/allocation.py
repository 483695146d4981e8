"""What the pages of short stock need: codes in words."""

from __future__ import annotations

from django import template

from mainstay.desk.allocation import words

register = template.Library()


@register.filter
def rule_word(code: str) -> str:
    return str(words.RULES.get(code, code))


@register.filter
def sheet_state(code: str) -> str:
    return str(words.STATES.get(code, code))


@register.filter
def units(value: float | None) -> str:
    """A quantity: whole where it is, else in three figures; files have all that it has."""
    from mainstay.desk import numbers

    if value is None or numbers.missing(value):
        return numbers.NOTHING
    most = 0 if abs(value) >= 99.95 else 1 if abs(value) >= 9.995 else 2
    shown = round(value, most)
    places = next((n for n in range(most) if shown == round(shown, n)), most)
    return numbers._formatted(shown, places)
