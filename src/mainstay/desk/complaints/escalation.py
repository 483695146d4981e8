"""To whom a clock goes that is missed, or about to be: the owner, the one they report to, the director.

| when | who |
|---|---|
| a quarter of the time is left | who works on it |
| it is due | whom they report to; where nobody is known above them, the director |
| a quarter more than the time is gone | the director |

Nobody is told of an account that they may not see; the director sees all.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from mainstay.desk.access.models import Role
from mainstay.desk.complaints.models import Clock
from mainstay.desk.complaints.rights import Seen

MOST = 99  # counted, for the badge


def escalated_to(seen: Seen, now: datetime) -> QuerySet[Clock]:
    """The clocks that are this user's to look after now."""
    return seen.clocks.filter(theirs(seen.user, now), waiting=False)


def theirs(user: Any, now: datetime) -> Q:
    """Which clocks go up, or come back, to a user."""
    who = Q()
    if staff_id := getattr(user, "staff_id", ""):
        who |= Q(owner_id=staff_id, warn_at__lte=now)
        who |= Q(superior_id=staff_id, next_due_at__lte=now)
    if getattr(user, "role", "") == Role.DIRECTOR:
        who |= Q(too_late_at__lte=now) | Q(superior_id="", next_due_at__lte=now)
    return who or Q(pk__in=[])


def level(clock: Clock, now: datetime) -> str:
    """How far up it is: "", owner, superior or director."""
    if clock.waiting or now < clock.warn_at:
        return ""
    if now < clock.next_due_at:
        return "owner"
    above = "superior" if clock.superior_id else "director"
    return "director" if now >= clock.too_late_at else above


def count(user: Any, now: datetime) -> int:
    """How many wait for a user, up to MOST: for the navigation."""
    found = escalated_to(Seen.by(user), now)
    return found.order_by()[:MOST].count()
