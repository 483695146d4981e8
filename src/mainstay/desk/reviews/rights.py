"""Who may do what with reviews; which ones one sees, the accounts decide.

Managers review their own accounts, directors and administrators all; these two confirm. Whoever owns what
changes says when it is done. All others read. Nobody is ranked by losses anywhere (R11).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from mainstay.desk.access.models import User
from mainstay.desk.access.rights import SETTERS, visible_accounts
from mainstay.desk.facts.rights import may_write, visible
from mainstay.desk.reviews.models import Review
from mainstay.desk.reviews.words import held_back

CONFIRMATION = frozenset({"confirmed_on", "confirmed_by"})
# What may still change once a review is confirmed: the work that came of it.
AFTERWARDS = frozenset({"change_text", "change_owner_id", "change_due_on", "changed_on"})


def may_review(user: Any) -> bool:
    """Open reviews, and write in those of accounts that one sees."""
    return may_write(user, "reviews")


def may_confirm(user: Any) -> bool:
    return getattr(user, "role", None) in SETTERS


def may_make(user: User, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
    """The rule of the rows: what is confirmed is frozen for whoever may not confirm."""
    if may_confirm(user):
        return True
    was, now = before or {}, after or {}
    changed = {name for name in {**was, **now} if was.get(name) != now.get(name)}
    if changed & CONFIRMATION:
        return False
    return not was.get("confirmed_on") or (after is not None and changed <= AFTERWARDS)


def code_of(user: User) -> str:
    """By what a user stands in a review: the staff code, else the name to sign in with."""
    return user.staff_id or user.username


def seen(user: Any) -> QuerySet[Review]:
    return visible(user, Review)


def changes_seen(user: Any) -> QuerySet[Review]:
    """What is to change, of the accounts that somebody sees, and what they own themselves."""
    rows = Review.objects.filter(change_text__isnull=False, changed_on__isnull=True)
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return rows.none()
    if user.sees_all_accounts:
        return rows
    theirs = visible_accounts(user).values("account_id")
    return rows.filter(Q(account_id__in=theirs) | Q(change_owner_id=code_of(user)))


def changes_to_do(user: Any) -> QuerySet[Review]:
    """What is to change that waits for a user: their own; of all for who sees all accounts."""
    if not getattr(user, "is_authenticated", False) or user.sees_all_accounts:
        return changes_seen(user)
    return Review.objects.filter(
        change_text__isnull=False, changed_on__isnull=True, change_owner_id=code_of(user)
    )


def hears(user: Any, review: Review) -> bool:
    """Whether what they say is shown: to whoever wrote or confirms at once, to others after our own view.

    Who looks after an account says first what they think; else they would only agree (R10).
    """
    return may_confirm(user) or not held_back(review)
