"""Sends what is due: once for each moment and way, also after a crash, and again where it failed.

For each moment at which a digest is due there is a row a way (`Delivery`). It is claimed before anything
leaves; whoever finds it claimed by a process that is no more does not send it again but says so, since it
may have arrived.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation

from mainstay.core.errors import MainstayError
from mainstay.core.texts import Text, gettext_noop
from mainstay.desk import rounds
from mainstay.desk.access.models import User
from mainstay.desk.digests import contents, mail, messengers, queries, rendering
from mainstay.desk.digests.models import Channel, Delivery, Post, State, Subscription
from mainstay.desk.digests.schedule import due_at
from mainstay.desk.digests.sealing import opened
from mainstay.desk.locks import Taken, only_one
from mainstay.desk.nightly import words as nightly

log = logging.getLogger(__name__)

TRIES = 4
AGAIN_AFTER = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3))
# A digest that could not be made for so long is not made any more.
TOO_LATE, TOO_LATE_OF_WEEK = timedelta(hours=20), timedelta(days=3)
KEPT = timedelta(days=90)  # what became of them
MANY = 500  # deliveries of one round
# Set when this process is to end: no further message is begun.
stopping = threading.Event()


@dataclass(frozen=True)
class Sent:
    """What a round did."""

    sent: int = 0
    failed: int = 0
    waiting: int = 0


def run(now: datetime, *, pause: Callable[[float], None] = time.sleep) -> Sent:
    """Make what is due and send what waits; nothing where another process is at it, or all is off.

    now: in the zone in which people set their hours
    """
    try:
        with only_one("digests", wait=False):
            return _run(now, pause)
    except Taken:
        return Sent()


def _run(now: datetime, pause: Callable[[float], None]) -> Sent:
    _give_up_the_unknown(now)
    post = queries.post()
    if not post.on or not post.public_url:
        return Sent()
    for subscription in queries.subscribed():
        if stopping.is_set():
            return Sent()
        try:
            _make(subscription, post, now)
        except contents.NotSetUp:
            return Sent()  # no assessment: for nobody
        except Exception as error:  # noqa: BLE001 - one person's must not hold up all others'
            said = "the digest of user %s could not be made"
            rounds.tell(log, error, said, subscription.user_id)
    Delivery.objects.filter(due_at__lt=now - KEPT).delete()
    waiting = Delivery.objects.filter(state=State.WAITING, next_at__lte=now)
    done = [
        _deliver(pk, post, now, pause)
        for pk in list(waiting.values_list("pk", flat=True)[:MANY])
        if not stopping.is_set()
    ]
    return Sent(done.count(State.SENT), done.count(State.FAILED), done.count(State.WAITING))


def _give_up_the_unknown(now: datetime) -> None:
    """What was claimed when there is nobody else at it: its process ended in the middle."""
    text = Text(
        gettext_noop(
            "Sending was interrupted, so it may have arrived or not; it is not sent a second time."
        ),
        {},
    )
    Delivery.objects.filter(state=State.SENDING).update(
        state=State.FAILED, done_at=now, trouble=text.to_json()
    )


def _make(subscription: Subscription, post: Post, now: datetime) -> None:
    """Write down, in one transaction, that a digest is to be sent for this moment, on each way."""
    due = due_at(subscription.weekday, subscription.hour, now)
    too_late = TOO_LATE if subscription.weekday is None else TOO_LATE_OF_WEEK
    if due < subscription.since or due < now - too_late:
        return
    if subscription.last_due_at is not None and subscription.last_due_at >= due:
        return
    with transaction.atomic():
        locked = Subscription.objects.select_for_update().get(pk=subscription.pk)
        if not locked.on or (locked.last_due_at is not None and locked.last_due_at >= due):
            return
        with translation.override(locked.language):
            keys = contents.make(subscription.user, post, now.date()).keys
        news = locked.weekday is not None or bool(set(keys) - set(locked.seen))
        locked.last_due_at = due
        if news:
            locked.seen = keys
            ways = Channel.objects.filter(user_id=locked.user_id)
            Delivery.objects.bulk_create(
                Delivery(channel=way, due_at=due, next_at=now) for way in ways
            )
        locked.save(update_fields=["last_due_at", "seen"])


def _deliver(pk: int, post: Post, now: datetime, pause: Callable[[float], None]) -> str | None:
    """Send one; gives what became of it.

    It is made first and claimed just before it leaves: who ends the process meanwhile loses nothing.
    """
    found = Delivery.objects.select_related("channel__user").filter(pk=pk).first()
    if found is None or found.state != State.WAITING:
        return None
    found.tries += 1
    subscription = queries.subscription_of(found.channel.user)
    if subscription is None or not subscription.on or not found.channel.user.is_active:
        found.delete()
        return None
    try:
        troubles = queries.untold(found.channel.user, but=found.channel)
        made = prepare(found.channel, subscription.language, post, now, troubles=troubles)
        claimed = Delivery.objects.filter(pk=pk, state=State.WAITING).update(
            state=State.SENDING, tries=F("tries") + 1
        )
        if not claimed:
            return None
        made(pause)
    except MainstayError as error:
        return _failed(found, error.text, now)
    except Exception as error:  # noqa: BLE001 - one that fails must not hold up the others
        # Its words may hold what was sent, so the log has its kind alone.
        log.error(
            "a digest could not be sent by %s: %s", found.channel.service, type(error).__name__
        )
        return _failed(found, Text(gettext_noop("This should not have happened."), {}), now)
    Delivery.objects.filter(pk=pk).update(state=State.SENT, done_at=now, trouble=None)
    queries.failures(found.channel.user).exclude(channel=found.channel).update(told=True)
    return State.SENT


def _failed(found: Delivery, text: Text, now: datetime) -> str:
    again = found.tries < TRIES
    state: str = State.WAITING if again else State.FAILED
    next_at = now + AGAIN_AFTER[found.tries - 1] if again else now
    Delivery.objects.filter(pk=found.pk).update(
        state=state,
        tries=found.tries,
        next_at=next_at,
        done_at=None if again else now,
        trouble=text.to_json(),
    )
    return state


def send(channel: Channel, language: str, post: Post, now: datetime) -> None:
    """Make somebody's digest of this moment and send it on one way.

    Raises: NotSetUp, BadAddress, NotDelivered
    """
    prepare(channel, language, post, now)(time.sleep)


def prepare(
    channel: Channel,
    language: str,
    post: Post,
    now: datetime,
    *,
    troubles: list[Delivery] | None = None,
) -> Callable[[Callable[[float], None]], None]:
    """Make somebody's digest of this moment; gives what sends it, with how to pause between parts.

    Raises: NotSetUp, BadAddress; what it gives raises NotDelivered
    """
    user: Any = channel.user
    with translation.override(language):
        said = [queries.trouble_words(one) for one in troubles or []]
        said += nightly.for_digest(user)
        digest = contents.make(user, post, now.date(), troubles=said)
        if channel.service == queries.MAIL:
            queries.check_mail(post, user)
            text, html = rendering.text(digest), rendering.html(digest)
            subject, url = digest.subject, digest.settings_url
            return lambda pause: mail.send(post, user.email, subject, text, html, settings_url=url)
        address = messengers.read(
            opened(channel.address),
            allowed=post.services,
            servers=messengers.own_servers(post.own_servers),
        )
        parts = rendering.messages(digest, messengers.SERVICES[channel.service])
    return lambda pause: messengers.send(address, parts, pause=pause)


def show(user: User, now: datetime) -> str:
    """The digest of somebody as plain text, sent to nobody.

    Raises: NotSetUp
    """
    subscription = queries.subscription_of(user)
    language = subscription.language if subscription else user.language or "en"
    with translation.override(language):
        digest = contents.make(user, queries.post(), timezone.localtime(now).date())
        return f"{digest.subject}\n\n{rendering.text(digest)}"
