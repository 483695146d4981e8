"""What the pages of digests need: days, when one comes, what did not arrive."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.core.cache import cache
from django.utils import timezone

from mainstay.desk.accounts import words
from mainstay.desk.digests import queries
from mainstay.desk.digests.models import Subscription
from mainstay.desk.facts.templatetags.facts import moment

ALL_WELL_SECONDS = 300

register = template.Library()
register.filter(moment)


@register.filter
def local_day(at: datetime | None) -> str:
    """The day of a moment, in the zone of this installation."""
    return words.day(timezone.localdate(at)) if at else ""


@register.filter
def when(subscription: Subscription) -> str:
    return queries.when(subscription)


@register.inclusion_tag("digests/_trouble.html")
def digest_troubles(user: Any) -> dict[str, Any]:
    """What did not reach its reader, said until they have opened their digest's page."""
    key = f"digest-arrives-{user.pk}"
    if cache.get(key):  # nearly always: then no page asks the database
        return {"troubles": []}
    found = queries.untold(user)
    if not found:
        cache.set(key, True, ALL_WELL_SECONDS)
    return {"troubles": [queries.trouble_words(one) for one in found]}
