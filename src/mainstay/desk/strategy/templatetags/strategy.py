"""What templates need to speak of account plans."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mainstay.desk.strategy import words

register = template.Library()


@register.simple_tag
def goal_state(code: str) -> SafeString:
    """A goal's state in its colour, with its word."""
    look = words.STANDING.get(code, "unknown")
    return format_html('<span class="stands {}">{}</span>', look, words.STATES.get(code, code))
