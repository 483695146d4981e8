"""From what happened to who is told: deliveries, a few hundred happenings in each.

No cursor is kept: a happening whose transaction ends late is posted late, and none is passed over.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from mainstay.api.webhooks.models import Delivery, Endpoint, Happening
from mainstay.api.webhooks.signing import new_message_id
from mainstay.desk.access.rights import visible_accounts

AT_ONCE = 2_000  # happenings in one transaction: other writers wait for so long
MOST = 200  # happenings in one delivery
KEPT = timedelta(days=30)  # what happened, and what became of telling it


def post(now: datetime) -> int:
    """Make deliveries of all that waits; gives of how many happenings."""
    done = 0
    # Asked beforehand, so that nobody waits for a transaction that has nothing to do.
    while Happening.objects.filter(posted=False).exists():
        done += _post_some(now)
    return done


@transaction.atomic
def _post_some(now: datetime) -> int:
    waiting = Happening.objects.filter(posted=False).order_by("id")
    rows = list(waiting.select_for_update(skip_locked=True)[:AT_ONCE])
    for endpoint in Endpoint.objects.filter(on=True).select_related("scope"):
        _deliver(endpoint, [one for one in rows if _concerns(endpoint, one)], now)
    Happening.objects.filter(pk__in=[one.pk for one in rows]).update(posted=True)
    return len(rows)


def _concerns(endpoint: Endpoint, one: Happening) -> bool:
    return one.kind in endpoint.kinds and one.at >= endpoint.since


def _deliver(endpoint: Endpoint, rows: list[Happening], now: datetime) -> None:
    told = [one.pk for one in seen(endpoint, rows)]
    Delivery.objects.bulk_create(
        Delivery(
            endpoint=endpoint,
            message_id=new_message_id(),
            happenings=told[start : start + MOST],
            made_at=now,
            next_at=now,
        )
        for start in range(0, len(told), MOST)
    )


def seen(endpoint: Endpoint, rows: list[Happening]) -> list[Happening]:
    """Those of which this endpoint may be told now; what is of no account is for the office alone."""
    user = endpoint.scope
    if user is None:
        return rows
    accounts = {one.account_id for one in rows if one.account_id is not None}
    visible = visible_accounts(user).filter(account_id__in=accounts)
    theirs = set(visible.values_list("account_id", flat=True))
    office = user.is_active and user.is_office
    return [one for one in rows if one.account_id in theirs or (one.account_id is None and office)]


def forget(now: datetime) -> None:
    """What is older than anybody asks for."""
    Delivery.objects.filter(made_at__lt=now - KEPT).delete()
    Happening.objects.filter(at__lt=now - KEPT, posted=True).delete()
