"""What the pages of incentives need: their codes in words."""

from __future__ import annotations

from typing import Any

from django import template

from mainstay.desk.incentives import words

register = template.Library()


@register.filter
def stage_word(code: str) -> str:
    return str(words.STAGES.get(code, code))


@register.filter
def why_not_measured(code: str) -> str:
    return str(words.WHY_NOT.get(code, ""))


@register.filter
def budget_part(pool: Any) -> int:
    """How much of a pool's budget is given, in whole percent, for a bar; 100 at most."""
    if not pool.budget:
        return 0
    return max(0, min(100, round(100 * pool.given / pool.budget)))
