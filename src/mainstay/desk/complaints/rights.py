"""Who may do what at the complaints' desk; which complaints one sees, the accounts decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from mainstay.desk.access import rights as access
from mainstay.desk.access.models import Role
from mainstay.desk.access.rights import visible_accounts
from mainstay.desk.care.models import Complaint
from mainstay.desk.complaints.models import Clock
from mainstay.desk.facts.rights import may_write

# Who sets standards, working hours and days off.
SETTERS: frozenset[Any] = access.SETTERS | {Role.QUALITY}


def may_work(user: Any) -> bool:
    """Take down complaints, and write what was done about them."""
    return may_write(user, "complaints")


def may_set(user: Any) -> bool:
    return getattr(user, "role", None) in SETTERS and may_write(user, "service_standards")


@dataclass(frozen=True)
class Seen:
    """The complaints and running clocks that one user sees: made once a request, read by every query of it."""

    user: Any
    complaints: QuerySet[Complaint]
    clocks: QuerySet[Clock]

    @classmethod
    def by(cls, user: Any, assessment_id: str | None = None) -> Seen:
        complaints, clocks = Complaint.objects.all(), Clock.objects.all()
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return cls(user, complaints.none(), clocks.none())
        if user.sees_all_accounts:
            return cls(user, complaints, clocks)
        theirs = visible_accounts(user, assessment_id).values("account_id")
        return cls(
            user, complaints.filter(account_id__in=theirs), clocks.filter(account_id__in=theirs)
        )
