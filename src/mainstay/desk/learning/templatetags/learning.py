"""What templates need to speak of what was learnt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from mainstay.desk import numbers
from mainstay.desk.charts.small import ratio_bar
from mainstay.desk.learning import words

register = template.Library()
SIDES = {words.HELPS: "good", words.HARMS: "bad"}


@register.filter
def family_word(code: str) -> str:
    return words.cause(code)


@register.filter
def verdict_word(code: str) -> str:
    return str(words.VERDICTS.get(code, code))


@register.filter
def view_word(code: str) -> str:
    return str(words.VIEWS.get(code, code))


@register.filter
def basis_word(code: str) -> str:
    return str(words.BASES.get(code, code))


@register.filter
def put_off_kind(code: str) -> str:
    return str(words.KINDS.get(code, code))


@register.filter
def less_or_more(ratio: float | None) -> str:
    return words.lost(ratio)


@register.filter
def changed(value: float) -> str:
    """A change as a percentage with its sign; whether it is good is not said."""
    return numbers.change(value)


@register.filter
def effect_span(row: Mapping[str, Any]) -> str:
    return words.span(row["low"], row["high"])


@register.filter
def naive_span(row: Mapping[str, Any]) -> str:
    return words.span(row["naive_low"], row["naive_high"])


@register.filter
def ratio_span(told: tuple[float, float, float]) -> str:
    """The share of the loss that remains, with its 80% interval."""
    middle, low, high = (words.whole(one) for one in told)
    return f"{middle} ({low} – {high})"


@register.simple_tag
def effect_bar(row: Mapping[str, Any]) -> SafeString:
    """The interval of a relative risk around no effect; nothing where none is known."""
    if not words.known(row["ratio"]):
        return mark_safe("")
    tip = f"{words.lost(row['ratio'])}: {words.span(row['low'], row['high'])}"
    side = SIDES.get(row["verdict"], "even")
    return ratio_bar(row["ratio"], row["low"], row["high"], tip=tip, side=side)


@register.simple_tag
def title_of(titles: Mapping[str, str], name: str) -> str:
    return titles.get(name, name)
