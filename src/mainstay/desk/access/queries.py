"""Reads about people and the record of events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils import timezone

from mainstay.desk.access.models import Event, User

PAGE = 100
WRONG_CODE = "sign_in.wrong_code"
RESETS = ("user.reset_password", "user.forget_second_factor")
# So far back one look for words goes; the page then says how far it came and offers to go on. A look
# through all of a million events would hold up everybody else.
SCAN = 50_000


@dataclass(frozen=True)
class Asked:
    """Which events: by whom, what, about what (`about` = its code, `kind` = what it is), when, in words.

    first, last: days in the reader's time zone, both included
    """

    who: int | None = None
    verb: str = ""
    about: str = ""
    kind: str = ""
    first: date | None = None
    last: date | None = None
    text: str = ""


@dataclass(frozen=True)
class EventPage:
    """Events, the newest first.

    next: the event after which the next page begins; None = this is the last one
    searched_until: how far back words were looked for, where that was not all the way
    """

    events: list[Event] = field(default_factory=list)
    next: int | None = None
    searched_until: datetime | None = None


def events(asked: Asked) -> QuerySet[Event]:
    """The events that were asked for, the newest first; each condition but the words has an index."""
    found = Event.objects.order_by("-at", "-id")
    if asked.who is not None:
        found = found.filter(actor_id=asked.who)
    if asked.verb:
        found = found.filter(verb=asked.verb)
    if asked.about:
        found = found.filter(object_id=asked.about)
        if asked.kind:
            found = found.filter(object_kind=asked.kind)
    if asked.first:
        found = found.filter(at__gte=_midnight(asked.first))
    if asked.last:
        found = found.filter(at__lt=_midnight(asked.last + timedelta(days=1)))
    return found


def with_words(found: QuerySet[Event], text: str) -> QuerySet[Event]:
    """Those that have the words in what they are about or in who did it."""
    if not text:
        return found
    # SQLite knows upper and lower case in ASCII alone.
    ways = {text} if text.isascii() else {text, text.lower(), text.upper(), text.capitalize()}
    any_of_them = Q()
    for way in ways:
        for column in ("label", "actor_name", "object_id"):
            any_of_them |= Q(**{f"{column}__icontains": way})
    return found.filter(any_of_them)


def page_of_events(asked: Asked, after: int | None = None) -> EventPage:
    """One page of events, found without counting them.

    after: an event's id; the page begins with the next older one
    """
    found = events(asked)
    start = Event.objects.filter(pk=after).values_list("at", "pk").first() if after else None
    if start:
        found = found.filter(Q(at__lt=start[0]) | Q(at=start[0], pk__lt=start[1]), at__lte=start[0])
    edge: Any = None
    if asked.text:
        edge = found.values_list("at", "pk")[SCAN - 1 : SCAN].first()
        if edge:
            found = found.filter(
                Q(at__gt=edge[0]) | Q(at=edge[0], pk__gte=edge[1]), at__gte=edge[0]
            )
    rows = list(with_words(found, asked.text)[: PAGE + 1])
    if len(rows) > PAGE:
        return EventPage(rows[:PAGE], rows[PAGE - 1].pk)
    return EventPage(rows, edge[1], edge[0]) if edge else EventPage(rows)


def everybody() -> list[tuple[User, bool]]:
    """All who may or might sign in, by role, and whether each has a second factor."""
    factors = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    having = set(factors.values_list("user_id", flat=True))
    people = User.objects.order_by("-is_active", "role", "username")
    return [(user, user.pk in having) for user in people]


def sessions_of(user: User) -> QuerySet[UserSession]:
    """The sessions in which somebody is signed in now, the last used first."""
    open_ones = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    found: QuerySet[UserSession] = UserSession.objects.filter(user=user, session_key__in=open_ones)
    return found.order_by("-last_seen_at", "-pk")


def has_second_factor(user: Any) -> bool:
    """Whether an app or a passkey is asked for beside the password; recovery codes alone are none."""
    factors = Authenticator.objects.filter(user_id=user.pk)
    return bool(factors.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def needs_second_factor(user: Any) -> bool:
    """Whether the role asks for one (MAINSTAY_MFA_ROLES)."""
    return user.role in settings.MFA_ROLES


def codes_are_locked(user: User) -> bool:
    """Whether somebody, from wherever, tried too many wrong codes for this user lately.

    Whoever gets so far knows the password, so addresses don't count: a guesser has many. What an
    administrator resets begins anew.
    """
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    resets = Event.objects.filter(object_kind="user", object_id=str(user.pk), at__gt=since)
    reset = resets.filter(verb__in=RESETS).order_by("-at").values_list("at", flat=True).first()
    wrong = Event.objects.filter(actor=user, verb=WRONG_CODE, at__gt=reset or since)
    return (
        len(wrong.values_list("pk")[: settings.AXES_FAILURE_LIMIT]) >= settings.AXES_FAILURE_LIMIT
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
