"""Accounts of which somebody said that they are none of ours: in no list and no sum any more, but not
out of reach: who could see one still finds who said so and when, and can take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from mainstay import engine
from mainstay.desk.access.models import Event

NOT_OURS = "not_ours"
SHOWN = 50


@dataclass(frozen=True)
class Said:
    """Who said of which account that it is none of ours; `at` None = nobody knows any more.

    manager_id: whose account it was
    """

    account_id: str
    name: str
    who: str
    at: datetime | None
    actor_id: int | None
    manager_id: str | None

    def is_for(self, user: Any) -> bool:
        """Whether this user could see the account, or said it."""
        if user.sees_all_accounts or self.actor_id == user.pk:
            return True
        return bool(user.staff_id) and self.manager_id == user.staff_id


def said_of(user: Any, account_id: str) -> Said | None:
    """What was said of one account, for those who could see it; None where nothing was."""
    events = Event.objects.filter(object_kind="account", object_id=account_id)
    if not events.filter(verb="account.answer").exists() and not user.sees_all_accounts:
        return None
    found = _said({account_id}, events).get(account_id)
    return found if found and found.is_for(user) else None


def all_said(user: Any) -> list[Said]:
    """All of which it was said, for those who could see them; the latest first."""
    events = Event.objects.filter(object_kind="account")
    if not events.filter(verb="account.answer", after__answer=NOT_OURS).exists():
        return []  # the pages ask this at each look: the ledger is not opened for nothing
    found = [said for said in _said(None, events).values() if said.is_for(user)]
    found.sort(key=lambda said: (said.at is not None, said.at), reverse=True)
    return found[:SHOWN]


def _said(only: set[str] | None, events: Any) -> dict[str, Said]:
    """What the ledger knows now, with who and when from the record of events."""
    now = {
        account_id: said.by
        for account_id, said in engine.answers(settings.HOME).items()
        if said.answer == NOT_OURS and (only is None or account_id in only)
    }
    if not now:
        return {}
    latest: dict[str, Event] = {}
    rows = events.filter(verb="account.answer", object_id__in=list(now)).order_by("-at", "-id")
    for event in rows:
        latest.setdefault(event.object_id, event)
    unnamed = [account_id for account_id in now if account_id not in latest]
    known = engine.accounts_of(settings.HOME, unnamed) if unnamed else []
    by_code = {code.account_id: code.name for code in known}
    return {
        account_id: _one(account_id, by, latest.get(account_id), by_code)
        for account_id, by in now.items()
    }


def _one(account_id: str, by: str, event: Event | None, names: dict[str, str]) -> Said:
    if event is None:
        return Said(account_id, names.get(account_id, account_id), by, None, None, None)
    return Said(
        account_id,
        event.label or account_id,
        event.actor_name,
        event.at,
        event.actor_id,
        (event.after or {}).get("manager_id"),
    )
