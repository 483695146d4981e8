"""Filters of the pages of season stock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from mainstay.desk.accounts.addresses import lines_urls
from mainstay.desk.seasons.models import SeasonFollow

register = template.Library()


@register.filter
def of_state(words: Mapping[str, Any], code: str) -> Any:
    return words.get(code, code)


@register.simple_tag
def lines_of(row: SeasonFollow) -> str:
    """The order lines behind what was ordered of a product so far."""
    return lines_urls(row.account_id)(row.first, row.last, product=row.product_id)
