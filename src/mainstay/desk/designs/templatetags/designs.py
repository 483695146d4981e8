"""Trials in the templates: their words, and in which an account waits."""

from __future__ import annotations

import math

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
def waits_for(account_id: str) -> queries.Waiting | None:
    """The trial in which an account waits today."""
    return queries.waiting([account_id], timezone.localdate()).get(account_id)
