"""Trials in the templates: their words, and in which an account waits."""

from __future__ import annotations

import math
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mainstay.desk.cases import queries as cases
from mainstay.desk.cases.words import ARMS, TRIALS
from mainstay.desk.designs import queries

register = template.Library()
TOO_LONG = 40  # quarters; nobody waits for that


@register.filter
def trial_kind(code: str | None) -> str:
    return str(TRIALS.get(code or "", code or ""))


@register.filter
def arm_word(code: str | None) -> str:
    return str(ARMS.get(code or "", code or ""))


@register.filter
def quarters(value: float | None) -> str:
    """How many quarters, whole; beyond ten years nobody counts any more."""
    if value is None or not math.isfinite(value) or value > TOO_LONG:
        return _("more than 10 years")
    n = math.ceil(value)
    return ngettext("{n} quarter", "{n} quarters", n).format(n=n)


@register.simple_tag
def waits_for(account_id: str) -> dict[str, Any] | None:
    """The trial in which an account waits today: its row, what it waits for, and the last day of waiting."""
    found = queries.waiting(account_id, timezone.localdate())
    if found is None:
        return None
    design, drawn = found
    held = drawn.arm == queries.HELD
    return {
        "design": design,
        "title": cases.title(cases.catalogue(), drawn.play),
        "held": held,
        "day": drawn.to_on if held else drawn.from_on,
    }
