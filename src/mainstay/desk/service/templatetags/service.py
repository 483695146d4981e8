"""What templates need to speak of service, and the panel that asks for an opinion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone

from mainstay.desk.complaints.rights import may_work
from mainstay.desk.service import opinions, words

register = template.Library()


@register.filter
def in_hours(value: float | None) -> str:
    return words.hours(value)


@register.filter
def opinion_state(code: str) -> str:
    return str(words.STATES.get(code, code))


@register.filter
def sort_word(code: Any, by: str) -> str:
    """A kind or severity in words."""
    return words.group(by, str(code))


@register.filter
def number_in(code: str, numbers: Mapping[str, int]) -> int | None:
    return numbers.get(code)


@register.inclusion_tag("service/_ask.html", takes_context=True)
def ask_opinion(context: Mapping[str, Any], complaint: Any) -> dict[str, Any]:
    """Of a solved complaint: ask for their opinion, the link to copy, or what they answered."""
    now, request = timezone.now(), context["request"]
    known = opinions.asked(complaint, now)
    link = known.link if known else None
    path = reverse("service:opinion", args=[link.token]) if link else ""
    return {
        "complaint": complaint,
        "asked": known,
        "answers": [(word, getattr(known.opinion, n)) for n, word in words.QUESTIONS.items()]
        if known
        else [],
        "address": request.build_absolute_uri(path) if path else "",
        "may_work": may_work(request.user),
    }
