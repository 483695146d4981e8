"""What the pages of a relationship need: standings with their shape and word."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mainstay.desk.relations import words

register = template.Library()


@register.simple_tag
def standing(code: str) -> SafeString:
    """How a purchase criterion stands; its mark is in the stylesheet."""
    return format_html(
        '<span class="standing-mark {}" title="{}">{}</span>',
        code,
        words.MEANINGS[code],
        words.STANDINGS[code],
    )


@register.simple_tag
def standing_was(code: str) -> str:
    return _("was: %(state)s") % {"state": words.STANDINGS[code]}


@register.simple_tag
def standings() -> list[tuple[str, str, str]]:
    """All standings: code, word, what it means."""
    return [(code, str(word), str(words.MEANINGS[code])) for code, word in words.STANDINGS.items()]
