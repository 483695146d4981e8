"""What the pages of cases need: their codes in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template

from mainstay.desk import numbers
from mainstay.desk.accounts.models import Account
from mainstay.desk.cases import files, queries, words
from mainstay.desk.facts.rights import may_write

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
def case_state(code: str) -> str:
    return str(words.STATES.get(code, code))


@register.simple_tag(takes_context=True)
def cases_of(context: Mapping[str, Any], account: Account) -> dict[str, Any]:
    """What the account's page shows of its cases, and whether the reader may open one."""
    found = queries.of_account(account)
    free = not any(one.case.state == "open" for one in found)
    return {"cases": found, "may_open": free and may_write(context["request"].user, "cases")}


@register.filter
def count_of(counts: dict[str, int], show: str) -> str:
    """How many cases there are, as a reader writes it."""
    return numbers.plain(counts.get(show, 0))


@register.filter
def removable_by(file: Any, user: Any) -> bool:
    """Whether this reader may take a file away."""
    return files.may_remove(user, file)


@register.filter
def is_overdue(step: Any, today: date) -> bool:
    """Whether a step should be done by now."""
    return step.done_on is None and step.due_on is not None and step.due_on < today
