"""What templates need to speak of quality."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from mainstay.desk import numbers
from mainstay.desk.care.models import Complaint
from mainstay.desk.facts.rights import may_write
from mainstay.desk.quality import queries, words

register = template.Library()


@register.filter
def rate(value: float | None) -> str:
    """Cases per 1,000 units."""
    return numbers.rate(value)


@register.filter
def case_kind(code: str) -> str:
    return str(words.KINDS.get(code, code))


@register.simple_tag
def product_state(code: str) -> SafeString:
    """How a product stands, in its colour, with its word."""
    look = words.LOOKS.get(code, "unknown")
    return format_html('<span class="stands {}">{}</span>', look, words.STATES.get(code, code))


@register.filter
def told_of(row: dict[str, Any], as_of: date) -> str:
    return words.state_told(row, as_of)


@register.filter
def out_until(row: dict[str, Any], as_of: date) -> str:
    return words.out_until(row, as_of)


@register.filter
def in_time(answer: queries.Answer) -> str:
    """How long there is until an answer is due, or since when it is overdue."""
    n = abs(answer.days)
    shown = {"n": numbers.plain(n)}
    if answer.days < 0:
        return ngettext("%(n)s day overdue", "%(n)s days overdue", n) % shown
    return ngettext("due in %(n)s day", "due in %(n)s days", n) % shown


@register.simple_tag
def once() -> str:
    """What a form carries so that a second tap changes nothing."""
    return secrets.token_urlsafe(16)


@register.inclusion_tag("quality/_of_complaint.html", takes_context=True)
def production_answer(context: Mapping[str, Any], complaint: Complaint) -> dict[str, Any]:
    """What production was asked about a complaint of quality, or the button that asks."""
    user = context["request"].user
    answers = queries.of_complaint(complaint, timezone.localdate())
    return {
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "complaint": complaint,
        "of_quality": complaint.kind == "quality",
        "answers": answers,
        "waiting": any(one.waiting for one in answers),
        "may_ask": may_write(user, "corrective_actions"),
    }


@register.simple_tag
def page_of(pages: Mapping[str, int], code: str) -> int | None:
    """The key of a complaint's page; None where one may not see it."""
    return pages.get(code)
