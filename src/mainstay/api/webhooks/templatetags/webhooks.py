"""What the pages of webhooks need: moments, words for what happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

from mainstay.api.webhooks import words
from mainstay.api.webhooks.models import Endpoint
from mainstay.desk.accounts import words as account_words

register = template.Library()


@register.filter
def local_time(at: datetime | None) -> str:
    """Day and time of a moment, in the zone of this installation."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{account_words.day(local.date())} {local:%H:%M:%S}"


@register.filter
def kind_word(code: str) -> str:
    return str(words.KINDS.get(code, code))


@register.filter
def why_stopped(endpoint: Endpoint) -> str:
    return account_words.sentence(endpoint.stopped) if endpoint.stopped else ""


@register.filter
def count_of(counts: dict[str, int], show: str) -> Any:
    return counts[show or "all"]
