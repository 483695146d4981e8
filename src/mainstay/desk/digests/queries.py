"""Reads about digests: how they are sent, who gets them, what did not arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.accounts import words as account_words
from mainstay.desk.complaints.words import WEEKDAYS
from mainstay.desk.digests import schedule
from mainstay.desk.digests.links import Links, NotSetUp
from mainstay.desk.digests.messengers import SERVICES
from mainstay.desk.digests.models import Channel, Delivery, Feed, Post, State, Subscription
from mainstay.desk.paging import Numbered

MAIL = "mail"
MAIL_NAME = pgettext_lazy("way of a digest", "Mail")
LAST = 5  # deliveries shown to their user
PAGE = 25
ONLY = 1  # the row of `Post`


def post() -> Post:
    """How this installation sends; off, where nobody set anything."""
    return Post.objects.filter(pk=ONLY).first() or Post(pk=ONLY)


def subscription_of(user: Any) -> Subscription | None:
    return Subscription.objects.filter(user_id=user.pk).first()


def subscribed() -> list[Subscription]:
    """Of all who get digests and may sign in."""
    found = Subscription.objects.filter(
        on=True, user__is_active=True, user__must_change_password=False
    )
    return list(found.select_related("user").order_by("pk"))


def channels_of(user: Any) -> list[Channel]:
    return list(Channel.objects.filter(user_id=user.pk))


def service_name(service: str) -> str:
    if service == MAIL:
        return str(MAIL_NAME)
    known = SERVICES.get(service)
    return str(known.name) if known else service


def way(channel: Channel) -> str:
    """A way in words, with as much of its address as may be shown."""
    name = service_name(channel.service)
    return f"{name} {channel.hint}" if channel.hint else name


class SwitchedOff(MainstayError):
    """Nothing is sent while no administrator has switched digests on."""

    code = "switched_off"


def check_ready() -> Post:
    """How this installation sends.

    Raises: SwitchedOff, NotSetUp where nothing can be sent
    """
    known = post()
    Links(known)  # refuses where it is not known under which address phones reach the desk
    if not known.on:
        raise SwitchedOff(
            gettext_noop(
                "Digests are switched off; an administrator switches them on under People › Digests."
            )
        )
    return known


def check_mail(known: Post, user: Any) -> None:
    """Raises: NotSetUp where no mail can be sent to somebody"""
    if not known.has_mail:
        raise NotSetUp(
            gettext_noop(
                "No mail can be sent: an administrator sets the mail server under People › Digests."
            )
        )
    if not user.email:
        raise NotSetUp(
            gettext_noop(
                "No mail can be sent to you: an administrator enters your address under People."
            )
        )


def failures(user: Any) -> QuerySet[Delivery]:
    """What did not arrive and was not told yet."""
    return Delivery.objects.filter(channel__user_id=user.pk, state=State.FAILED, told=False)


def untold(user: Any, *, but: Channel | None = None) -> list[Delivery]:
    """The same, the newest of each way; but: a way that is not told of itself."""
    found = failures(user).select_related("channel").order_by("channel_id", "-due_at")
    if but is not None:
        found = found.exclude(channel=but)
    newest: dict[int, Delivery] = {}
    for one in found[:50]:
        newest.setdefault(one.channel_id, one)
    return list(newest.values())


def why(delivery: Delivery) -> str:
    return account_words.sentence(delivery.trouble) if delivery.trouble else ""


def trouble_words(delivery: Delivery) -> str:
    """What did not arrive, in the language that is active."""
    said = _("The digest of {day} did not reach you by {way}. {why}")
    return said.format(
        day=account_words.day(timezone.localdate(delivery.due_at)),
        way=way(delivery.channel),
        why=why(delivery),
    )


@dataclass(frozen=True)
class Way:
    """A way as pages show it.

    off: whether an administrator does not allow it any more
    last: the last digest on it
    """

    channel: Channel
    name: str
    off: bool
    last: Delivery | None

    @property
    def why(self) -> str:
        return why(self.last) if self.last else ""


def ways(user: Any, known: Post) -> list[Way]:
    found = channels_of(user)
    last: dict[int, Delivery] = {}
    for one in Delivery.objects.filter(channel__in=found).order_by("-due_at")[: 20 * LAST]:
        last.setdefault(one.channel_id, one)
    return [
        Way(
            one,
            way(one),
            not known.has_mail if one.service == MAIL else one.service not in known.services,
            last.get(one.pk),
        )
        for one in found
    ]


@dataclass(frozen=True)
class Reader:
    """Somebody who gets digests or has a calendar, as administrators see them.

    ways: in words, without addresses
    next_at: when the next digest is due; None where none is to come
    """

    user: User
    subscription: Subscription | None
    ways: list[str]
    feed: Feed | None
    next_at: datetime | None


@dataclass(frozen=True)
class Readers(Numbered):
    """A page of those who get digests or have a calendar, by name."""

    rows: list[Reader]
    number: int
    further: bool


def everybody(number: int, now: datetime) -> Readers:
    """now: in the zone in which people set their hours"""
    gets = (
        Exists(some.objects.filter(user=OuterRef("pk"))) for some in (Subscription, Feed, Channel)
    )
    people = User.objects.filter(reduce(or_, gets)).order_by("name", "pk")
    start = (number - 1) * PAGE
    found = list(people[start : start + PAGE + 1])
    shown = [user.pk for user in found[:PAGE]]
    subscriptions = {one.user_id: one for one in Subscription.objects.filter(user__in=shown)}
    feeds = {one.user_id: one for one in Feed.objects.filter(user__in=shown)}
    ways: dict[int, list[str]] = {}
    for one in Channel.objects.filter(user__in=shown):
        ways.setdefault(one.user_id, []).append(way(one))
    known = post()

    def reader(user: User) -> Reader:
        subscription, theirs = subscriptions.get(user.pk), ways.get(user.pk, [])
        comes = next_of(subscription, known, now) if theirs and user.is_active else None
        return Reader(user, subscription, theirs, feeds.get(user.pk), comes)

    rows = [reader(user) for user in found[:PAGE]]
    return Readers(rows, number, len(found) > PAGE)


def when(subscription: Subscription) -> str:
    """When it comes, in words."""
    hour = f"{subscription.hour}:00"
    if subscription.weekday is None:
        return _("each day with news, from {hour} on").format(hour=hour)
    return _("{weekday} from {hour} on").format(weekday=WEEKDAYS[subscription.weekday], hour=hour)


def next_of(subscription: Subscription | None, known: Post, now: datetime) -> datetime | None:
    """When somebody's next digest is due, in the zone of `now`; None where none is to come."""
    if subscription is None or not subscription.on or not known.on or not known.public_url:
        return None
    return schedule.next_due(subscription.weekday, subscription.hour, now)


def next_of_all(now: datetime) -> datetime | None:
    """When the first of everybody's next digests is due; None where nobody has one to come."""
    known, reached = post(), set(Channel.objects.values_list("user_id", flat=True))
    found = [next_of(one, known, now) for one in subscribed() if one.user_id in reached]
    return min((at for at in found if at), default=None)


def last_sent_at() -> datetime | None:
    return Delivery.objects.filter(state=State.SENT).aggregate(at=Max("done_at"))["at"]
