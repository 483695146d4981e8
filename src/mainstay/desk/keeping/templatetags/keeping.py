"""What the pages of what keeping is worth need: figures, intervals and groups in words."""

from __future__ import annotations

from typing import Any

from django import template

from mainstay.desk import numbers
from mainstay.desk.imports.words import COLUMNS
from mainstay.desk.keeping import telling as said
from mainstay.desk.keeping import words

register = template.Library()


@register.simple_tag
def ends(low: float | None, high: float | None, unit: str = "share", currency: str = "") -> str:
    """An interval in words; "" where it is not known."""
    return words.range_of(low, high, unit, currency)


@register.simple_tag
def told(what: str, *about: Any) -> Any:
    """A sentence, or some, of `telling`."""
    return getattr(said, what)(*about)


@register.simple_tag
def origin_word(by: str, name: str) -> str:
    return words.origin(by, name)


@register.filter
def origins_word(by: str) -> str:
    return str(words.ORIGINS[by])


@register.filter
def not_told(by: str) -> str:
    """What says so where an origin is written down of nobody."""
    column = "former_supplier_reason" if by == "left_because" else by
    return str(words.NOT_TOLD[by]).format(column=COLUMNS[column])


@register.filter
def because(code: str) -> str:
    return words.origin("left_because", code)


@register.filter
def sign_word(sign: str) -> str:
    return str(words.SIGNS[sign])


@register.simple_tag
def sign_value(sign: str, value: float | None, currency: str = "") -> str:
    return words.shown(value, "money" if sign == "early_sales" else "accounts", currency)


@register.simple_tag
def sign_ends(row: dict[str, Any], currency: str = "") -> str:
    """The interval of a difference."""
    unit = "money" if row["sign"] == "early_sales" else "accounts"
    return words.range_of(row["low"], row["high"], unit, currency)


@register.filter
def signs_of(like: int) -> str:
    return words.signs_of(like)


@register.filter
def year_of(age: int) -> str:
    """Which year an age is: the first is 1."""
    return numbers.plain(age + 1)


@register.filter
def there(p_gone: float) -> str:
    """How likely it is that an account is still there."""
    return numbers.share(1 - p_gone)


@register.simple_tag
def growth_ends(row: dict[str, Any]) -> str:
    return words.growth_ends(row)


@register.simple_tag
def same_ends(row: dict[str, Any], currency: str = "") -> str:
    return words.same(row, currency)
