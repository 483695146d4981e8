"""Writes about digests and calendars: each one transaction with its row in the record of events."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from mainstay.core.errors import InvalidSetting, MainstayError, NotFound
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import Event, User
from mainstay.desk.access.services import NotAllowed, record
from mainstay.desk.digests import links, messengers, queries
from mainstay.desk.digests.models import Channel, Feed, Post, Subscription, WrongAddress
from mainstay.desk.digests.sealing import opened, sealed

MOST_CHANNELS = 4  # of one person
MOST_TESTS = 10  # of one person in an hour
TEST = "digest.test"


class TooMany(MainstayError):
    """More than one may have, or more often than one may ask."""

    code = "too_many"


def _only_administrators(actor: User) -> None:
    if not actor.is_administrator:
        raise NotAllowed(gettext_noop("Only administrators may do this."))


# How this installation sends


@transaction.atomic
def set_post(actor: User, values: Mapping[str, Any], *, password: str | None) -> Post:
    """Say how digests are sent.

    values: fields of `Post` but for the password; password: None = as it is
    Raises: NotAllowed, InvalidSetting, BadAddress
    """
    _only_administrators(actor)
    known = queries.post()
    before = _shown(known)
    for name, value in values.items():
        setattr(known, name, value)
    known.public_url = links.public_url(known.public_url) if known.public_url else ""
    if known.on and not known.public_url:
        raise InvalidSetting(
            gettext_noop("Set the public address before you switch digests on: links need it.")
        )
    messengers.own_servers(known.own_servers)
    if password is not None:
        known.mail_password = sealed(password)
    known.save()
    after = _shown(known)
    record(actor, "settings.digests", about=known, label="digests", before=before, after=after)
    return known


def _shown(known: Post) -> dict[str, Any]:
    """What the record of events may show: no password."""
    names = [f.name for f in Post._meta.fields if f.name not in ("id", "mail_password")]
    return {name: getattr(known, name) for name in names}


@transaction.atomic
def stop_for(actor: User, user_id: int) -> None:
    """End the digests and the calendar of somebody.

    Raises: NotAllowed, NotFound
    """
    _only_administrators(actor)
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound(gettext_noop("This user is not there."))
    Subscription.objects.filter(user=user).update(on=False)
    Feed.objects.filter(user=user).delete()
    record(actor, "digest.stop", about=user)


# One's own digest


@dataclass(frozen=True)
class Wish:
    """When and how somebody wants their digest; weekday: None = each day with news."""

    on: bool
    language: str
    weekday: int | None
    hour: int


@transaction.atomic
def subscribe(user: User, wish: Wish, now: datetime) -> Subscription:
    """Keep what somebody wishes; moments that have passed do not count."""
    known = queries.subscription_of(user)
    before = _wish(known) if known else None
    made = known or Subscription(user=user)
    made.on, made.language = wish.on, wish.language
    if known is None or before is None or before != {**before, **_when(wish)}:
        made.since = now
    made.weekday, made.hour = wish.weekday, wish.hour
    made.save()
    record(user, "digest.set", about=user, before=before, after=_wish(made))
    return made


def _when(wish: Wish) -> dict[str, Any]:
    return {"on": wish.on, "weekday": wish.weekday, "hour": wish.hour}


def _wish(known: Subscription) -> dict[str, Any]:
    return {
        "on": known.on,
        "language": known.language,
        "weekday": known.weekday,
        "hour": known.hour,
    }


@transaction.atomic
def add_channel(user: User, url: str, now: datetime) -> Channel:
    """Add a way; url: of a messenger, empty = by mail to the address that administrators entered.

    Raises: BadAddress, NotSetUp, TooMany
    """
    User.objects.select_for_update().get(pk=user.pk)  # one at a time: each has at most so many
    known, there = queries.post(), queries.channels_of(user)
    if len(there) >= MOST_CHANNELS:
        raise TooMany(
            gettext_noop("You have {most} ways already; remove one first."), most=MOST_CHANNELS
        )
    if not url:
        queries.check_mail(known, user)
        made = Channel(user=user, service=queries.MAIL)
    else:
        servers = messengers.own_servers(known.own_servers)
        found = messengers.read(url, allowed=known.services, servers=servers)
        made = Channel(
            user=user, service=found.service, address=sealed(url.strip()), hint=found.hint
        )
    if any(_same(one, made) for one in there):
        raise TooMany(gettext_noop("This way is there already."))
    made.added_at = now
    made.save()
    record(user, "digest.add_way", about=made, label=made.service)
    return made


def _same(one: Channel, other: Channel) -> bool:
    return one.service == other.service and opened(one.address) == opened(other.address)


@transaction.atomic
def remove_channel(user: User, pk: int) -> bool:
    """Remove one's own way; False where there is none."""
    found = Channel.objects.filter(user=user, pk=pk).first()
    if found is None:
        return False
    record(user, "digest.remove_way", about=found, label=found.service)
    found.delete()
    return True


def count_test(user: User, now: datetime) -> None:
    """Write down that somebody has a digest sent at once.

    Raises: TooMany
    """
    last_hour = Event.objects.filter(actor=user, verb=TEST, at__gt=now - timedelta(hours=1))
    if len(last_hour.values_list("pk")[:MOST_TESTS]) >= MOST_TESTS:
        raise TooMany(
            gettext_noop("You have tried {most} times within an hour. Try again later."),
            most=MOST_TESTS,
        )
    record(user, TEST, about=user)


# One's own calendar


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_feed(user: User, language: str, now: datetime) -> str:
    """Give somebody's calendar a new address; gives what stands in it, and nothing can tell it again.

    An address that they had before leads nowhere from now on.
    """
    token = secrets.token_urlsafe(32)
    made, new = Feed.objects.update_or_create(
        user=user,
        defaults={
            "token": hashed(token),
            "language": language,
            "made_at": now,
            "read_at": None,
        },
    )
    record(user, "calendar.add" if new else "calendar.renew", about=made, label=user.username)
    return token


@transaction.atomic
def revoke_feed(user: User) -> bool:
    """Let the address of somebody's calendar lead nowhere; False where there is none."""
    found = Feed.objects.filter(user=user).first()
    if found is None:
        return False
    record(user, "calendar.revoke", about=found, label=user.username)
    found.delete()
    return True


def feed_of(token: str, now: datetime) -> Feed | None:
    """The calendar behind an address, of somebody who may sign in; None where there is none."""
    found = Feed.objects.select_related("user").filter(token=hashed(token)).first()
    if found is None or not found.user.is_active or found.user.must_change_password:
        return None
    if found.read_at is None or now - found.read_at > timedelta(hours=1):
        Feed.objects.filter(pk=found.pk).update(read_at=now)
    return found


def is_locked_out(caller: str, now: datetime) -> bool:
    """Whether somebody asked too often for calendars that are not there; the limits of signing in."""
    lately = WrongAddress.objects.filter(caller=caller, at__gt=now - settings.AXES_COOLOFF_TIME)
    return len(lately.values_list("pk")[: settings.AXES_FAILURE_LIMIT]) >= (
        settings.AXES_FAILURE_LIMIT
    )


def count_wrong(caller: str, now: datetime) -> None:
    WrongAddress.objects.filter(at__lt=now - settings.AXES_COOLOFF_TIME).delete()
    WrongAddress.objects.create(caller=caller[:64], at=now)
