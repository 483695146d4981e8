"""Lists of people at accounts are personal data: who looked at one is in the record of events."""

from __future__ import annotations

from datetime import datetime, timedelta

from mainstay.desk.access.models import Event, User
from mainstay.desk.access.services import record

WATCHED = frozenset({"contacts"})
AGAIN = timedelta(hours=1)  # looked at again within it, it is the same look


def looked_at(user: User, table: str, account_id: str, label: str, *, now: datetime) -> None:
    """Write down that somebody saw the rows of a watched table, once an hour and account.

    account_id: empty for those of all accounts that the user sees
    """
    if table not in WATCHED:
        return
    verb = f"{table}.view"
    found = Event.objects.filter(object_kind="account", object_id=account_id, verb=verb)
    if not found.filter(actor=user, at__gt=now - AGAIN).exists():
        record(user, verb, object_kind="account", object_id=account_id, label=label)
