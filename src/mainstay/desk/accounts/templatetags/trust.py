"""What the page about trust needs besides `desk`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mainstay.desk.accounts.templatetags.desk import icon
from mainstay.desk.cases import words as case_words
from mainstay.desk.trust import words

register = template.Library()
_LOOKS = {True: ("good", "check"), False: ("wrong", "close"), None: ("open", "info")}


@register.simple_tag
def method(code: str) -> str:
    return str(words.METHODS.get(code, code))


@register.simple_tag
def outcome(code: str) -> str:
    return str(words.OUTCOMES.get(code, code))


@register.filter
def put_off_word(kind: str) -> str:
    return str(case_words.KINDS.get(kind, kind))


@register.simple_tag
def fact_table(name: str) -> str:
    return str(words.FACT_TABLES.get(name, name))


@register.simple_tag
def meaning(code: str) -> str:
    return str(words.MEANINGS.get(code, ""))


@register.simple_tag
def verdict(row: Mapping[str, Any]) -> SafeString:
    """Right or false alarm, as shape, word and colour; and what became of the account, or of its
    category."""
    look, shape = _LOOKS[row["right"]]
    said = words.VERDICTS[row["right"]]
    came = words.CAME.get(row["outcome"], row["outcome"])
    if "category" in row:
        came = words.CATEGORY_CAME.get(row["outcome"], "")
    if row.get("treated"):
        look, shape, said = "open", "info", words.TREATED
    elif row["right"] is False and row["outcome"] == "partial":
        look, shape, said = "open", "info", words.RIGHT_IN_PART
    return format_html(
        '<span class="verdict-of {}">{}{}</span> <span class="faint">{}</span>',
        look,
        icon(shape),
        said,
        came,
    )
