"""What the pages of visits, requests and promises need, and their parts on other pages."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mainstay.desk.accounts.queries import Sight
from mainstay.desk.care import queries, words
from mainstay.desk.facts import words as fact_words

register = template.Library()


@register.simple_tag(takes_context=True)
def to_do_counts(context: Mapping[str, Any]) -> queries.Counts:
    """What is open, for the tabs."""
    sight = context.get("sight") or Sight.of(context["request"].user)
    return queries.open_counts(sight, timezone.localdate())


@register.simple_tag
def overdue_promises(account: Any) -> list[Any]:
    return queries.overdue_promises(account, timezone.localdate())


@register.simple_tag
def notices_of(account: Any) -> list[queries.Told]:
    return queries.notices_of(account, timezone.localdate())


@register.simple_tag
def new_once() -> str:
    """What tells a second sending of a form."""
    return secrets.token_urlsafe(12)


@register.filter
def from_today(day: date | None) -> str:
    return words.from_today(day, timezone.localdate())


@register.filter
def is_past(day: date | None) -> bool:
    return day is not None and day < timezone.localdate()


@register.simple_tag
def kept(promise: Any) -> SafeString | str:
    """How a promise was kept, as shape, word and colour."""
    how = queries.kept_how(promise)
    if not how:
        return ""
    good = how == "in_time"
    return format_html(
        '<span class="kept {}">{} {}</span>',
        "good" if good else "bad",
        "✓" if good else "▲",
        words.KEPT[how],
    )


@register.filter
def plain_sum(value: Any) -> str:
    """A sum as a field has it: 1200, 12.5; never 1.2E+3."""
    return words.plain(value)


@register.simple_tag
def word(table: str, column: str, value: Any) -> str:
    """A value of one of people's tables, in words; nothing where there is none."""
    return fact_words.choice(table, column, value) if value not in (None, "") else ""


@register.simple_tag
def notice_kinds() -> list[tuple[str, Any]]:
    return list(fact_words.CHOICES["notices", "kind"].items())


@register.filter
def face(value: Any) -> str:
    """The symbol of a mood."""
    return f"mood{str(value).replace('-', '_')}"


@register.simple_tag
def rebate_rule(owed: Any) -> str:
    return words.rule(owed.part, owed.currency)


@register.simple_tag
def rebate_period(owed: Any) -> str:
    return words.period(owed)
