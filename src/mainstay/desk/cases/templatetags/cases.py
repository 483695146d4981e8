"""What the pages of cases need: their codes in words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template

from mainstay.desk import numbers
from mainstay.desk.cases import words

register = template.Library()


@register.filter
def told(wording: str | None) -> str:
    """A wording of the catalogue in the reader's language."""
    return words.told(wording)


@register.filter
def role_word(code: str) -> str:
    return str(words.ROLES.get(code, code))


@register.filter
def outcome_word(code: str | None) -> str:
    return str(words.OUTCOMES.get(code or "", code or ""))


@register.filter
def count_of(counts: dict[str, int], show: str) -> str:
    """How many cases there are, as a reader writes it."""
    return numbers.plain(counts.get(show, 0))


@register.filter
def is_overdue(step: Any, today: date) -> bool:
    """Whether a step should be done by now."""
    return step.done_on is None and step.due_on is not None and step.due_on < today
