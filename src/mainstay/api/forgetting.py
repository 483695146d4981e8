"""When answers that are kept for writes sent again go: with time, and with whom they name."""

from __future__ import annotations

from datetime import datetime, timedelta

from mainstay.api.models import Answered
from mainstay.desk.access.models import Event

KEPT_DAYS = 7


def forget_old(now: datetime) -> None:
    """Answers so old that nobody asks for them again."""
    Answered.objects.filter(at__lt=now - timedelta(days=KEPT_DAYS)).delete()


def forget_erased(event: Event) -> None:
    """With a contact go the answers that tell rows of contacts: which of them are theirs is in no column."""
    if event.verb == "contacts.erase":
        Answered.objects.filter(body__contains='"contact_id"').delete()
