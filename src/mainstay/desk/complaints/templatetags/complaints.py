"""What the pages of complaints need: bars of time, words of steps, an account's running clocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.formats import get_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mainstay.desk.accounts import words as account_words
from mainstay.desk.complaints import queries, words
from mainstay.desk.complaints.rights import Seen
from mainstay.desk.facts import words as fact_words

register = template.Library()


@register.simple_tag
def time_bar(row: Any) -> SafeString:
    """How much of the time is left; full and marked where none is. The words beside it say the same."""
    return _bar(row.look, row.step.share_left)


def _bar(look: str, share: float) -> SafeString:
    width = 100.0 if look == "late" else 100 * share
    return format_html(
        '<svg class="timebar {}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bg" width="100" height="8"/><rect class="mark" width="{}" height="8"/></svg>',
        look,
        f"{width:.1f}",
    )


@register.filter
def due(moment: datetime | None) -> str:
    """A weekday, a day and a time, where the desk is."""
    if moment is None:
        return "–"
    local = timezone.localtime(moment)
    time = date_format(local, get_format("TIME_FORMAT"))
    return f"{date_format(local, 'D')} {account_words.day(local.date())} {time}"


@register.filter
def deed_word(what: str) -> str:
    return str(words.DONE[what])


@register.filter
def level_word(level: str) -> str:
    return str(words.LEVELS[level])


@register.filter
def kind_of(complaint: Any) -> str:
    return fact_words.choice("complaints", "kind", complaint.kind or "other")


@register.filter
def severity_of(complaint: Any) -> str:
    """The severity in words, shortened to what follows its number in the list of choices."""
    if complaint.severity is None:
        return "–"
    return fact_words.choice("complaints", "severity", complaint.severity)


@register.simple_tag(takes_context=True)
def open_complaints(context: Mapping[str, Any], account_id: str) -> list[queries.Row]:
    """The running clocks of an account, for the reader."""
    known = getattr(context.get("assessment"), "pk", None)
    seen = Seen.by(context["request"].user, known)
    return queries.of_account(seen, account_id, timezone.now())


@register.simple_tag
def choices(column: str) -> list[tuple[Any, Any]]:
    """The values of a column of complaints with their words."""
    return list(fact_words.CHOICES["complaints", column].items())


@register.filter
def of_tab(name: str) -> str:
    return str(words.TABS[name])


@register.simple_tag
def more_of(asked: queries.Asked, number: int, step: int) -> str:
    """The address of the page before or after this one."""
    return asked.query(page=number + step)


@register.simple_tag
def step_bar(step: Any) -> SafeString:
    look = "late" if step.late_by else "soon" if step.warns else "fine"
    return _bar(look, step.share_left)


@register.simple_tag
def late_for(whole: queries.Whole, what: str) -> bool:
    """Whether a step is done late when it is done now."""
    return any(step.what == what and step.late_by for step, _name, _said in whole.steps)


@register.filter
def when(text: str) -> str:
    """A moment of the record as people read it; anything else as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return due(moment) if moment.tzinfo else text
