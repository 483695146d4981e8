"""Quarters in words."""

from __future__ import annotations

from django import template

from mainstay.desk.quarter import words

register = template.Library()


@register.filter
def quarter_word(name: str) -> str:
    return words.quarter(name)
