"""Who may see and do what: one function for accounts, one decorator for pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, QuerySet, Sum
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from mainstay.desk.access import models
from mainstay.desk.access.models import Role, User
from mainstay.desk.accounts.models import Account, latest_id
from mainstay.desk.team.assigned import assigned_on
from mainstay.desk.team.models import Assignment

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

EVERYBODY: frozenset[Any] = frozenset(Role)
OFFICE: frozenset[Any] = models.OFFICE
IMPORTERS: frozenset[Any] = frozenset({Role.ANALYST, Role.ADMINISTRATOR})
SEEING_ALL: frozenset[Any] = frozenset(Role) - models.LOOKING_AFTER  # sums over the company
SETTERS: frozenset[Any] = frozenset({Role.DIRECTOR, Role.ADMINISTRATOR})
ADMINISTRATORS: frozenset[Any] = frozenset({Role.ADMINISTRATOR})


def visible_accounts(user: Any, assessment_id: str | None = None) -> QuerySet[Account]:
    """The accounts of the latest assessment that this user may see.

    Every query, page, export and search starts here. Managers and service see those that they look
    after; somebody who is not signed in or switched off sees none.

    assessment_id: of the latest assessment, where the caller has it
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Account.objects.none()
    if user.sees_all_accounts:
        return Account.objects.filter(assessment_id=assessment_id or latest_id())
    return own_accounts(user, assessment_id)


def own_accounts(user: User, assessment_id: str | None = None) -> QuerySet[Account]:
    """The accounts of the latest assessment that this user looks after; without a staff code none.

    They are those whose manager the assessment names, and those that somebody is assigned to today, as
    manager, deputy or service.
    """
    accounts = Account.objects.filter(assessment_id=assessment_id or latest_id())
    if not user.staff_id:
        return accounts.none()
    assigned = assigned_today(user.staff_id).values("account_id")
    managed = accounts.filter(manager_id=user.staff_id)
    # Two lists of keys put together, not one condition with an "or", which no index answers: each
    # database would look at all accounts.
    theirs = managed.values("pk").union(accounts.filter(account_id__in=assigned).values("pk"))
    return accounts.filter(pk__in=theirs)


def assigned_today(staff_id: str) -> QuerySet[Assignment]:
    """The assignments of somebody that hold today; the last day counts."""
    return assigned_on(timezone.localdate()).filter(staff_id=staff_id)


def sight_key(user: User) -> str:
    """What tells whether two users, or one at two times, see the same accounts."""
    if user.sees_all_accounts:
        return "all"
    rows = assigned_today(user.staff_id).order_by()
    state = rows.aggregate(n=Count("id"), last=Max("id"), versions=Sum("version"))
    return f"staff {user.staff_id} {state['n']} {state['last']} {state['versions']}"


def allowed(roles: frozenset[Any]) -> Callable[[View], View]:
    """For these roles alone; anybody else who is signed in gets the page that says no."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not isinstance(request.user, User) or request.user.role not in roles:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked  # type: ignore[return-value]

    return decorate
