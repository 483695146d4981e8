"""What pages show of the money that is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils import timezone

from mainstay.desk.accounts.queries import Sight
from mainstay.desk.cases import asked, words
from mainstay.desk.cases.models import Case

register = template.Library()


def _sight(context: Mapping[str, Any]) -> Sight:
    found: Sight = context.get("sight") or Sight.of(context["request"].user)
    return found


def _plays(context: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """The catalogue that the page has read already, with what it shows."""
    return getattr(context.get(name), "plays", None) or None


@register.simple_tag(takes_context=True)
def money_of(context: Mapping[str, Any], case: Case) -> asked.OfCase:
    """The requests of a case, and whether the reader may ask."""
    return asked.of_case(_sight(context), case, _plays(context, "whole"))


@register.simple_tag(takes_context=True)
def money_of_week(context: Mapping[str, Any]) -> asked.OfWeek:
    """What waits for the reader's decision, and what became of the money that they asked for."""
    return asked.of_week(_sight(context), timezone.localdate(), _plays(context, "week"))


@register.filter
def told_step(wording: str | None) -> str:
    """A step's wording in the reader's language."""
    return words.told(wording)


@register.filter
def asked_word(code: str) -> str:
    return str(words.ASKED.get(code, code))


@register.filter
def pool_word(code: str | None) -> str:
    return str(words.POOLS.get(code or "", code or ""))
