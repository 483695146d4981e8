"""Writes about endpoints and deliveries: each one transaction with its row in the record of events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from mainstay.api.webhooks import addresses, words
from mainstay.api.webhooks.models import Delivery, Endpoint, Happening, State
from mainstay.api.webhooks.sealing import opened, sealed
from mainstay.api.webhooks.signing import new_message_id, new_secret
from mainstay.core.errors import InvalidSetting, MainstayError, NotFound
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.access.services import NotAllowed, record

MOST_ENDPOINTS = 50
BOTH_VALID = timedelta(hours=24)  # after a new secret was made


class TooMany(MainstayError):
    """More endpoints than there may be."""

    code = "too_many"


@dataclass(frozen=True)
class Wish:
    """What is said of an endpoint.

    address: "" = as it is; scope: somebody whose accounts alone are told of, None = all accounts
    """

    name: str
    kinds: Sequence[str]
    address: str = ""
    scope: User | None = None


def _only_administrators(actor: User | None) -> None:
    """None is the command line, for which the system's own rights hold."""
    if actor is not None and not actor.is_administrator:
        raise NotAllowed(gettext_noop("Only administrators may do this."))


@transaction.atomic
def add(actor: User | None, wish: Wish, now: datetime) -> tuple[Endpoint, str]:
    """Add an endpoint; gives it and its secret, which nobody can show again.

    Raises: NotAllowed, BadAddress, InvalidSetting, TooMany
    """
    _only_administrators(actor)
    if Endpoint.objects.count() >= MOST_ENDPOINTS:
        raise TooMany(
            gettext_noop("There are {most} endpoints already; remove one first."),
            most=MOST_ENDPOINTS,
        )
    made, secret = Endpoint(since=now), new_secret()
    _describe(made, wish)
    made.secret = sealed(secret)
    made.save()
    record(actor, "webhook.add", about=made, after=_shown(made))
    return made, secret


@transaction.atomic
def change(actor: User | None, pk: int, wish: Wish) -> Endpoint:
    """Raises: NotAllowed, NotFound, BadAddress, InvalidSetting"""
    known = _locked(actor, pk)
    before = _shown(known)
    _describe(known, wish)
    known.save()
    record(actor, "webhook.change", about=known, before=before, after=_shown(known))
    return known


def _describe(endpoint: Endpoint, wish: Wish) -> None:
    for kind in wish.kinds:
        if kind not in words.KINDS:
            raise InvalidSetting(
                gettext_noop("There is no event “{kind}”; there are {kinds}."),
                kind=kind[:60],
                kinds=", ".join(words.KINDS),
            )
    if not wish.kinds:
        raise InvalidSetting(gettext_noop("Name at least one event of which it is told."))
    endpoint.name, endpoint.scope = wish.name, wish.scope
    endpoint.kinds = [kind for kind in words.KINDS if kind in wish.kinds]
    if wish.address or not endpoint.address:
        target = addresses.read(wish.address)
        endpoint.address, endpoint.shown = sealed(wish.address.strip()), target.shown


@transaction.atomic
def new_secret_of(actor: User | None, pk: int, now: datetime) -> tuple[Endpoint, str]:
    """Give an endpoint a new secret; for a day the one before signs as well.

    Raises: NotAllowed, NotFound
    """
    known, secret = _locked(actor, pk), new_secret()
    known.old_secret = known.secret if opened(known.secret) else ""
    known.old_until = now + BOTH_VALID
    known.secret = sealed(secret)
    known.save(update_fields=["secret", "old_secret", "old_until"])
    record(actor, "webhook.secret", about=known)
    return known, secret


@transaction.atomic
def switch(actor: User | None, pk: int, now: datetime, *, on: bool) -> Endpoint:
    """Switch an endpoint on or off; of what happens while it is off it is never told.

    Raises: NotAllowed, NotFound
    """
    known = _locked(actor, pk)
    if known.on != on:
        known.on = on
        if on:
            known.since, known.failing_since, known.stopped = now, None, None
        known.save(update_fields=["on", "since", "failing_since", "stopped"])
        record(actor, "webhook.switch_on" if on else "webhook.switch_off", about=known)
    return known


@transaction.atomic
def remove(actor: User | None, pk: int) -> None:
    """Remove an endpoint, and what is known of its deliveries. Raises: NotAllowed, NotFound"""
    known = _locked(actor, pk)
    record(actor, "webhook.remove", about=known, before=_shown(known))
    known.delete()


@transaction.atomic
def test(actor: User | None, pk: int, now: datetime) -> Delivery:
    """Send an endpoint a happening that says nothing. Raises: NotAllowed, NotFound, InvalidSetting"""
    known = _locked(actor, pk)
    if not known.on:
        raise InvalidSetting(gettext_noop("It is switched off; switch it on first."))
    happening = Happening.objects.create(kind=words.TEST, at=now, as_of=now.date(), posted=True)
    made = Delivery.objects.create(
        endpoint=known,
        message_id=new_message_id(),
        happenings=[happening.pk],
        made_at=now,
        next_at=now,
    )
    record(actor, "webhook.test", about=known)
    return made


@transaction.atomic
def replay(actor: User | None, message_id: str, now: datetime) -> Delivery:
    """Send a delivery again, under its id and from its first try on.

    Raises: NotAllowed, NotFound
    """
    _only_administrators(actor)
    found = Delivery.objects.select_for_update().filter(message_id=message_id).first()
    if found is None:
        raise NotFound(gettext_noop("There is no delivery “{id}”."), id=message_id[:60])
    if found.state != State.SENDING:
        _again(Delivery.objects.filter(pk=found.pk), now)
        record(actor, "webhook.replay", about=found.endpoint, after={"delivery": message_id})
    return found


@transaction.atomic
def replay_dead(actor: User | None, now: datetime, *, endpoint_id: int | None = None) -> int:
    """Send all that were given up again; gives how many. Raises: NotAllowed"""
    _only_administrators(actor)
    dead = Delivery.objects.filter(state=State.DEAD, endpoint__on=True)
    if endpoint_id is not None:
        dead = dead.filter(endpoint_id=endpoint_id)
    n = _again(dead, now)
    if n:
        record(actor, "webhook.replay", label="webhooks", after={"deliveries": n})
    return n


def _again(deliveries: Any, now: datetime) -> int:
    n: int = deliveries.update(state=State.WAITING, tries=0, next_at=now, done_at=None)
    return n


def _locked(actor: User | None, pk: int) -> Endpoint:
    _only_administrators(actor)
    found = Endpoint.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext_noop("There is no endpoint {id}."), id=str(pk))
    return found


def _shown(endpoint: Endpoint) -> dict[str, Any]:
    """What the record of events may show: neither the whole address nor a secret."""
    return {
        "name": endpoint.name,
        "address": endpoint.shown,
        "kinds": endpoint.kinds,
        "scope": endpoint.scope.username if endpoint.scope else None,
    }
