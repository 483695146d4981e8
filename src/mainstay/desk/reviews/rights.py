"""Who may do what with reviews; which ones one sees, the accounts decide.

Managers review their own accounts, directors and administrators all; these two confirm. What they say is
asked, written down, and asked for by survey, by somebody who does not look after them, and does not stand in
for who does (R12). Whoever owns what changes says when it is done. All others read. Nobody is ranked by losses anywhere (R11).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.access.rights import SETTERS, visible_accounts
from mainstay.desk.access.services import NotAllowed
from mainstay.desk.accounts.models import Account
from mainstay.desk.facts.rights import may_write, visible
from mainstay.desk.reviews.models import Review
from mainstay.desk.reviews.words import HELD_BACK, held_back
from mainstay.desk.team.assigned import assigned_on

CONFIRMATION = frozenset({"confirmed_on", "confirmed_by"})
# What may still change once a review is confirmed: the work that came of it.
AFTERWARDS = frozenset({"change_text", "change_owner_id", "change_due_on", "changed_on"})
# What they say, and to whom.
SAID = frozenset({"customer_reason", "former_supplier_reason", "interview_way", "interviewed_on"})
THEIR_PART = SAID | {"customer_text", "contact_id", "interviewed_by"}


OWN_ROLES = ("manager", "deputy")
ASKED_BY_OWN = gettext_noop(
    "Somebody else must ask: people do not tell the one who looks after them, or stands in, what they "
    "tell a stranger. Choose somebody senior."
)


def may_review(user: Any) -> bool:
    """Open reviews, and write in those of accounts that one sees."""
    return may_write(user, "reviews")


def may_confirm(user: Any) -> bool:
    return getattr(user, "role", None) in SETTERS


def may_make(user: User, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
    """The rule of the rows: what is confirmed is frozen for whoever may not confirm; what they say is
    written by nobody who looks after them, and what they answered themselves by nobody.

    Raises: NotAllowed, where it is about what they say
    """
    was, now = before or {}, after or {}
    changed = {name for name in {**was, **now} if was.get(name) != now.get(name)}
    if changed & THEIR_PART:
        _theirs_is_kept(user, was, now, withdrawn=after is None)
    if changed & {"interviewed_by", "interviewed_on"}:
        _asked_by_another(now)
    if may_confirm(user):
        return True
    if changed & CONFIRMATION:
        return False
    return not was.get("confirmed_on") or (after is not None and changed <= AFTERWARDS)


def _theirs_is_kept(
    user: User, was: Mapping[str, Any], now: Mapping[str, Any], *, withdrawn: bool
) -> None:
    """Raises: NotAllowed"""
    if any(
        row and _looks_after(user, row["account_id"], row["salesperson_id"]) for row in (was, now)
    ):
        raise NotAllowed(
            gettext_noop("What they say is written down by somebody who does not look after them.")
        )
    if withdrawn or not by_survey(was.get("interview_way")):
        return
    written, kept = now.get("customer_text") or "", was.get("customer_text") or ""
    if not written.startswith(kept) or any(was.get(name) != now.get(name) for name in SAID):
        raise NotAllowed(
            gettext_noop(
                "What they answered in the survey stays as it is; write what follows below it."
            )
        )


def _asked_by_another(now: Mapping[str, Any]) -> None:
    """Raises: NotAllowed, where the talk was held by who looks after them, or stands in"""
    who = now.get("interviewed_by")
    if who and who in own_managers(now["account_id"], now["salesperson_id"], on=_day(now)):
        raise NotAllowed(ASKED_BY_OWN)


def _day(row: Mapping[str, Any]) -> date | None:
    on = row.get("interviewed_on")
    return date.fromisoformat(on) if isinstance(on, str) else on


def not_asked(user: Any, account_id: str | None, review: Any) -> frozenset[str]:
    """The columns that a form of any table does not ask of a user; review: None of a new one."""
    if _looks_after(user, account_id, getattr(review, "salesperson_id", None)):
        return THEIR_PART
    return SAID if by_survey(getattr(review, "interview_way", None)) else frozenset()


def frozen(user: Any, review: Any) -> str:
    """Why the form of any table is of no use to a user for this review; "" where it is."""
    if may_confirm(user) or not review.confirmed_on:
        return ""
    return _(
        "This review is confirmed, and what was found stays as it is: a director or an administrator "
        "may open it again. What changes because of it is still written on its own page."
    )


def by_survey(way: str | None) -> bool:
    """Whether they wrote themselves what they say."""
    return way == "survey"


def may_ask(user: Any, review: Review) -> bool:
    """Write down what they say, and ask them by survey: whoever may review and does not look after them."""
    return may_review(user) and not _looks_after(user, review.account_id, review.salesperson_id)


def _looks_after(user: Any, account_id: str | None, salesperson_id: str | None) -> bool:
    return code_of(user) in own_managers(account_id, salesperson_id)


def own_managers(
    account_id: str | None, salesperson_id: str | None, *, on: date | None = None
) -> set[str]:
    """The codes of those who look after an account, or stand in for who does: now, when the review was
    opened, or on the day of the talk."""
    if not account_id:
        return {salesperson_id or ""} - {""}
    named = Account.objects.filter(assessment__is_latest=True, account_id=account_id)
    # One query for all: the page of a review asks for them.
    managers = named.order_by().values_list("manager_id", flat=True)
    there = managers.union(
        *(
            assigned_on(day)
            .filter(account_id=account_id, role__in=OWN_ROLES)
            .order_by()
            .values_list("staff_id", flat=True)
            for day in {timezone.localdate(), on or timezone.localdate()}
        )
    )
    return {code for code in (*there, salesperson_id) if code}


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


def held_from(user: Any, review: Review) -> frozenset[str]:
    """The columns of a review that a reader is not shown yet."""
    return frozenset() if may_confirm(user) else held_back(review)


def may_be_held_from(user: Any) -> frozenset[str]:
    """The columns that a reader is not shown in some reviews."""
    return frozenset() if may_confirm(user) else HELD_BACK


def hears(user: Any, review: Review) -> bool:
    """Whether what they say is shown: to whoever wrote or confirms at once, to others after our own view.

    Who looks after an account says first what they think; else they would only agree (R10).
    """
    return not held_from(user, review)
