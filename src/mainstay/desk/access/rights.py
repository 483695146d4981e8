"""Who may see and do what: one function for accounts, one decorator for pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase

from mainstay.desk.access import models
from mainstay.desk.access.models import Role, User
from mainstay.desk.accounts.models import Account, latest_id

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

EVERYBODY: frozenset[Any] = frozenset(Role)
OFFICE: frozenset[Any] = models.OFFICE
IMPORTERS: frozenset[Any] = frozenset({Role.ANALYST, Role.ADMINISTRATOR})
SETTERS: frozenset[Any] = frozenset({Role.DIRECTOR, Role.ADMINISTRATOR})
ADMINISTRATORS: frozenset[Any] = frozenset({Role.ADMINISTRATOR})


def visible_accounts(user: Any) -> QuerySet[Account]:
    """The accounts of the latest assessment that this user may see.

    Every query, page, export and search starts here. Managers and service see those that they look
    after; somebody who is not signed in or switched off sees none.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Account.objects.none()
    if user.sees_all_accounts:
        return Account.objects.filter(assessment_id=latest_id())
    return own_accounts(user)


def own_accounts(user: User) -> QuerySet[Account]:
    """The accounts of the latest assessment that this user looks after; without a staff code none."""
    accounts = Account.objects.filter(assessment_id=latest_id())
    return accounts.filter(manager_id=user.staff_id) if user.staff_id else accounts.none()


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
