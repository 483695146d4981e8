"""Downloads of those who are about to leave: none in bulk, and what was unusual before is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from mainstay.desk.access.models import Event
from mainstay.desk.team.models import Staff

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

NO_LISTS = gettext_lazy(
    "Your leaving date is entered, so lists can't be downloaded any more; ask your sales director for what you "
    "need."
)
# What somebody's program takes as a whole counts as what they download themselves.
TAKEN = Q(verb__endswith=".download") | Q(verb="api.read")
LATELY_DAYS = 30
BEFORE_DAYS = 180
LEAST = 5  # downloads lately; fewer are nobody's news
TIMES = 3.0  # as often as before


@dataclass(frozen=True)
class Unusual:
    """Somebody downloaded more than they used to.

    lately: downloads of the last LATELY_DAYS; usual: in as many days, in the BEFORE_DAYS before
    """

    lately: int
    usual: float


def is_leaving(user: Any) -> bool:
    """Whether a leaving date is entered for the person who signs in."""
    if not user.staff_id:
        return False
    return Staff.objects.filter(staff_id=user.staff_id, left_on__isnull=False).exists()


def no_bulk(view: View) -> View:
    """For pages that hand out lists: those who leave are told to ask instead."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_leaving(request.user):
            messages.error(request, NO_LISTS)
            return redirect("accounts:list")
        return view(request, *args, **kwargs)

    return checked  # type: ignore[return-value]


def unusual(staff_ids: Iterable[str], now: datetime) -> dict[str, Unusual]:
    """Of these people, those who downloaded unusually much lately."""
    middle = now - timedelta(days=LATELY_DAYS)
    start = middle - timedelta(days=BEFORE_DAYS)
    counted = (
        Event.objects.filter(TAKEN, actor__staff_id__in=list(staff_ids), at__gte=start)
        .order_by()
        .values_list("actor__staff_id")
        .annotate(
            lately=Count("id", filter=Q(at__gte=middle)),
            before=Count("id", filter=Q(at__lt=middle)),
        )
    )
    found = {}
    for staff_id, lately, before in counted:
        usual = before * LATELY_DAYS / BEFORE_DAYS
        if lately >= LEAST and lately > TIMES * usual:
            found[staff_id] = Unusual(lately, usual)
    return found
