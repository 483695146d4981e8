"""What the pages of nightly runs need: moments, verdicts, what came of sources."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone

from mainstay.desk.accounts import words as account_words
from mainstay.desk.facts.templatetags.facts import moment
from mainstay.desk.imports.words import TABLES
from mainstay.desk.nightly import words
from mainstay.desk.nightly.queries import Shown, Step

register = template.Library()


register.filter(moment)


@register.filter
def in_zone(at: datetime | None, zone: Any) -> str:
    """Day and time, in another zone."""
    with timezone.override(zone):
        return moment(at)


@register.filter
def verdict(run: Shown) -> str:
    return str(words.VERDICTS[run.verdict])


@register.filter
def took(run: Shown) -> str:
    return words.duration(run.seconds)


@register.filter
def duration(late: timedelta) -> str:
    return words.duration(late.total_seconds())


@register.filter
def brought(outcome: Any) -> str:
    return words.outcome(outcome)


@register.filter
def troubles(outcome: Any) -> list[str]:
    return words.troubles(outcome)


@register.filter
def lacks(step: Step) -> bool:
    """Whether something of a source could not be loaded."""
    return step.code == "source" and step.result is not None and bool(words.troubles(step.result))


@register.filter
def error(run: Shown) -> str:
    return account_words.sentence(run.job.error) if run.job.error else ""


@register.filter
def note(run: Shown) -> str:
    return account_words.sentence(run.job.note) if run.job.note else ""


@register.filter
def table_name(table: str) -> str:
    return str(TABLES.get(table, table))


@register.filter
def steps(run: Shown) -> list[Step]:
    """Those that somebody wants to know of."""
    return [step for step in run.steps if step.code not in words.UNTOLD]


@register.filter
def failed_names(run: Shown, names: dict[int, str]) -> list[str]:
    """The sources of which not all could be loaded; those that were removed since by their number."""
    return [names.get(key, str(key)) for key in run.failed]


@register.simple_tag
def step_name(step: Step, names: dict[int, str]) -> str:
    """What a step does; of a source its name, where it is still known."""
    if step.code == "source":
        return names.get(int(step.part), step.part)
    return str(words.STEPS[step.code])


@register.filter
def sent(step: Step) -> int | None:
    """How many digests a step has sent; None where it is another step."""
    return step.result.get("sent") if step.code == "digests" and step.result else None
