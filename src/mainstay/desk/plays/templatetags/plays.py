"""What the pages of plays need: their codes in words."""

from __future__ import annotations

from django import template

from mainstay.desk.plays import words

register = template.Library()


@register.filter
def origin_word(code: str) -> str:
    return str(words.ORIGINS.get(code, code))


@register.filter
def mark_word(code: str) -> str:
    return str(words.MARKS[code][0]) if code in words.MARKS else code
