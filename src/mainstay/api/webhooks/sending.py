"""Sends deliveries: at least once each, again where it failed, never by two at a time.

A delivery is claimed for `LEASE` before anything leaves. Whoever dies over it leaves the claim to run out,
or to the next worker's start; it is sent again under the same id, by which the receiver knows it.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from mainstay.api.webhooks import addresses, payloads, posting, signing, wire
from mainstay.api.webhooks.models import UNDER_WAY, Delivery, Endpoint, Happening, State
from mainstay.api.webhooks.sealing import opened
from mainstay.core.errors import MainstayError
from mainstay.core.texts import Text, gettext_noop
from mainstay.desk.access.services import record

log = logging.getLogger(__name__)

TRIES = 8
AGAIN_AFTER = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3_600, 4 * 3_600, 12 * 3_600)
)
JITTER = 0.2  # of a pause, either way: receivers that come back are not met by all at once
LEASE = timedelta(minutes=2)  # longer than a request can take, and the look-up of its name
STOP_AFTER = timedelta(days=3)  # of failures alone
LONGEST_WAIT = timedelta(hours=12)  # that a receiver may ask for


def take_over(now: datetime) -> None:
    """Have what a worker that is no more had begun sent at once; there is one worker an installation."""
    Delivery.objects.filter(state=State.SENDING).update(next_at=now)


def due(now: datetime) -> list[int]:
    """The endpoints for which something is to be sent."""
    waiting = Delivery.objects.filter(state__in=UNDER_WAY, next_at__lte=now, endpoint__on=True)
    return list(waiting.order_by().values_list("endpoint_id", flat=True).distinct())


def send_next(endpoint_id: int, now: Callable[[], datetime]) -> str | None:
    """Send one delivery; gives what became of it, None where none is due."""
    found = _claim(endpoint_id, now())
    if found is None:
        return None
    if found.tries > TRIES:  # those who began it died over it
        return _written(found, wire.Answer(None, _INTERRUPTED), now())
    told = posting.seen(found.endpoint, list(Happening.objects.filter(pk__in=found.happenings)))
    if not told:
        _end(found, state=State.DROPPED, done_at=now(), trouble=_NOT_SEEN.to_json())
        return State.DROPPED
    return _written(found, _send(found, told, now()), now())


_INTERRUPTED = Text(gettext_noop("Sending was interrupted each time."), {})
_NOT_SEEN = Text(
    gettext_noop("Nothing of it may be told any more: rights have changed, or it is too old."), {}
)


def _claim(endpoint_id: int, now: datetime) -> Delivery | None:
    """Take one that is due, so that nobody else does."""
    waiting = Delivery.objects.filter(
        endpoint_id=endpoint_id, endpoint__on=True, state__in=UNDER_WAY, next_at__lte=now
    )
    for pk in waiting.order_by("next_at", "id").values_list("pk", flat=True)[:10]:
        mine = Delivery.objects.filter(pk=pk, state__in=UNDER_WAY, next_at__lte=now)
        if mine.update(state=State.SENDING, tries=F("tries") + 1, next_at=now + LEASE):
            return Delivery.objects.select_related("endpoint__scope").get(pk=pk)
    return None


def _send(found: Delivery, told: list[Happening], now: datetime) -> wire.Answer:
    try:
        target = addresses.read(opened(found.endpoint.address))
        body = payloads.body(found, told)
        headers = signing.headers(
            _valid(found.endpoint, now), found.message_id, int(now.timestamp()), body
        )
        return wire.post(target, body, headers, addresses.within(settings.WEBHOOKS_PRIVATE))
    except MainstayError as error:
        return wire.Answer(None, error.text)
    except Exception as error:  # noqa: BLE001 - one that fails must not hold up the others
        # Its words may hold the address, so the log has its kind alone.
        log.error("webhook %s could not be sent: %s", found.message_id, type(error).__name__)
        return wire.Answer(None, Text(gettext_noop("This should not have happened."), {}))


class NoSecret(MainstayError):
    """The secret of an endpoint can't be read: the installation's key is another one now."""

    code = "no_secret"


def _valid(endpoint: Endpoint, now: datetime) -> list[str]:
    """The secrets that sign: the new one, and for a time the one before."""
    old = opened(endpoint.old_secret) if (endpoint.old_until or now) > now else ""
    found = [secret for secret in (opened(endpoint.secret), old) if secret]
    if not found:
        raise NoSecret(gettext_noop("Its secret can't be read here any more; make a new one."))
    return found


def _written(found: Delivery, answer: wire.Answer, now: datetime) -> str:
    """Write down what came of it; gives the state in which it is now."""
    if answer.trouble is None:
        _end(found, state=State.SENT, done_at=now, trouble=None, **_shown(answer))
        Endpoint.objects.filter(pk=found.endpoint_id, failing_since__isnull=False).update(
            failing_since=None
        )
        return State.SENT
    again = found.tries < TRIES and not answer.is_gone
    state: str = State.WAITING if again else State.DEAD
    _end(
        found,
        state=state,
        next_at=now + _pause(found.tries, answer) if again else now,
        done_at=None if again else now,
        trouble=answer.trouble.to_json(),
        **_shown(answer),
    )
    failing = Endpoint.objects.filter(pk=found.endpoint_id)
    failing.update(failing_since=Coalesce("failing_since", now))
    if answer.is_gone or failing.filter(failing_since__lte=now - STOP_AFTER).exists():
        stop(found.endpoint_id, answer.trouble, now)
    return state


def _shown(answer: wire.Answer) -> dict[str, Any]:
    return {
        "status": answer.status,
        "took_ms": answer.took_ms,
        "said": answer.said,
        "skew_seconds": answer.skew_seconds,
    }


def _end(found: Delivery, **values: Any) -> None:
    """Write the end of a try, unless somebody else has begun the next one meanwhile."""
    Delivery.objects.filter(pk=found.pk, state=State.SENDING, tries=found.tries).update(**values)


def _pause(tries: int, answer: wire.Answer) -> timedelta:
    base = AGAIN_AFTER[min(tries, len(AGAIN_AFTER)) - 1]
    spread = base * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  # no secret
    return max(spread, min(timedelta(seconds=answer.wait_seconds), LONGEST_WAIT))


@transaction.atomic
def stop(endpoint_id: int, why: Text, now: datetime) -> None:
    """Switch off an endpoint that never answers as it should; administrators are told."""
    endpoint = Endpoint.objects.select_for_update().filter(pk=endpoint_id, on=True).first()
    if endpoint is None:
        return
    endpoint.on, endpoint.stopped = False, why.to_json()
    endpoint.save(update_fields=["on", "stopped"])
    waiting = Delivery.objects.filter(endpoint=endpoint, state__in=UNDER_WAY)
    waiting.update(state=State.DEAD, done_at=now)
    record(None, "webhook.stop", about=endpoint, after={"why": str(why)})
