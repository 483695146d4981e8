"""When an account is to be visited again, kept so that lists need neither sort nor search.

An account is due so many weeks after its last visit as its tier has, or on the day that was agreed with
it, at the latest after twice the weeks. One that was never visited on record is not due but unknown.
Lost and closed accounts, and those that are none of ours, have no rhythm; a day agreed with them counts.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Max, Q

from mainstay.core.visiting import SAT_TOGETHER, STRETCH, VISIT_WEEKS
from mainstay.desk.accounts.models import Account, latest_id
from mainstay.desk.care.models import Visit, VisitDue, VisitRhythm

MOST_WEEKS = 104
COUNTS = Q(kind__in=SAT_TOGETHER) | Q(kind__isnull=True)
NO_RHYTHM = frozenset({"lost", "closed"})
RANK = {"A": 0, "B": 1, "C": 2}
LAST_RANK = 9
CHUNK = 500  # accounts a transaction, whose visits are read
PLACED = 2_000  # the same where their visits are not
GAP_SECONDS = 0.02  # between two of them, for other writers


@dataclass(frozen=True)
class Seen:
    """What the visits of an account say."""

    last_on: date | None = None
    opinion_on: date | None = None
    next_on: date | None = None


@dataclass(frozen=True)
class Place:
    """What the latest assessment and the settings say of it."""

    tier: str | None = None
    manager_id: str | None = None
    expects: bool = False


def weeks_by_tier() -> dict[str, int]:
    """The weeks between two visits, by tier; 0 = none."""
    return {**VISIT_WEEKS, **dict(VisitRhythm.objects.values_list("tier", "weeks"))}


def due_on(seen: Seen, weeks: int) -> date | None:
    """The day on which the next visit is due; None where there is none to count from.

    weeks: of the rhythm; 0 = there is none
    """
    rhythm = timedelta(weeks=weeks)
    if seen.next_on and (seen.last_on is None or seen.next_on > seen.last_on):
        latest = seen.last_on + STRETCH * rhythm if weeks and seen.last_on else seen.next_on
        return min(seen.next_on, latest)
    return seen.last_on + rhythm if weeks and seen.last_on else None


def follow_visits(accounts: set[str] | None) -> None:
    """After an entry, in its transaction, or an import, part by part; None: of all."""
    if accounts is None or len(accounts) > CHUNK:
        remake(accounts)
    else:
        _write(_seen(accounts), places(accounts), weeks_by_tier())


def remake(accounts: set[str] | None = None) -> None:
    """Make what is kept of accounts again from their visits; None = of all.

    For visits that came otherwise than by an entry, from a file.
    """
    known = _everybody() if accounts is None else iter(sorted(accounts))
    weeks = weeks_by_tier()
    for part in _parts(known):
        with transaction.atomic():
            _write(_seen(part), places(part), weeks)
        _breathe()


def place_again() -> None:
    """After tiers, managers, states or the rhythm changed: the visits are as they were."""
    weeks = weeks_by_tier()
    _forget_strangers()
    for part in _parts(_everybody(), PLACED):
        with transaction.atomic():
            rows = VisitDue.objects.filter(account_id__in=part)
            seen = {r.account_id: Seen(r.last_on, r.opinion_on, r.next_on) for r in rows}
            _write({one: seen.get(one, Seen()) for one in part}, places(part), weeks)
        _breathe()


def places(accounts: Iterable[str]) -> dict[str, Place]:
    """Tier and manager of accounts of the latest assessment, and whether they have a rhythm."""
    rows = Account.objects.filter(assessment_id=latest_id(), account_id__in=accounts)
    return {
        id_: Place(tier, manager, state not in NO_RHYTHM and answer != "not_ours")
        for id_, tier, manager, state, answer in rows.values_list(
            "account_id", "tier", "manager_id", "state", "answer"
        )
    }


def _seen(accounts: Iterable[str]) -> dict[str, Seen]:
    wanted = list(accounts)
    visits = Visit.objects.filter(account_id__in=wanted)
    found = dict.fromkeys(wanted, Seen())
    # No order: the model's own would be part of what is grouped by.
    days = (
        visits.order_by()
        .values("account_id")
        .annotate(
            last=Max("on", filter=COUNTS),
            opinion=Max("on", filter=COUNTS & Q(asked_for_opinion=True)),
            agreed=Max("on", filter=Q(next_on__isnull=False)),
        )
    )
    agreed: dict[str, date] = {}
    for row in days:
        found[row["account_id"]] = Seen(row["last"], row["opinion"])
        if row["agreed"]:
            agreed[row["account_id"]] = row["agreed"]
    later = visits.filter(account_id__in=agreed, next_on__isnull=False).order_by("on", "id")
    for account_id, on, next_on in later.values_list("account_id", "on", "next_on"):
        if on == agreed[account_id]:
            found[account_id] = Seen(
                found[account_id].last_on, found[account_id].opinion_on, next_on
            )
    return found


def _write(seen: Mapping[str, Seen], where: Mapping[str, Place], weeks: Mapping[str, int]) -> None:
    """Only what differs from what is there."""
    there = {row.account_id: row for row in VisitDue.objects.filter(account_id__in=list(seen))}
    made = []
    for account_id, known in seen.items():
        values = _values(known, where.get(account_id, Place()), weeks)
        row = there.get(account_id)
        if row is None or any(getattr(row, name) != value for name, value in values.items()):
            made.append(VisitDue(account_id=account_id, **values))
    # Put in the place of what is there: an UPDATE of many rows tells each value by a case of its own.
    VisitDue.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["account_id"],
        update_fields=list(_values(Seen(), Place(), weeks)),
    )


def _values(seen: Seen, place: Place, weeks: Mapping[str, int]) -> dict[str, Any]:
    own = weeks.get(place.tier or "", 0) if place.expects else 0
    return {
        "last_on": seen.last_on,
        "opinion_on": seen.opinion_on,
        "next_on": seen.next_on,
        "due_on": due_on(seen, own),
        "tier": place.tier,
        "rank": RANK.get(place.tier or "", LAST_RANK),
        "manager_id": place.manager_id,
        "expects": own > 0,
    }


def _everybody() -> Iterator[str]:
    """All accounts of the latest assessment, then those that have visits and are not in it."""
    shown = Account.objects.filter(assessment_id=latest_id())
    yield from _keys(shown.order_by("account_id"))
    strangers = Visit.objects.exclude(account_id__in=shown.values("account_id"))
    yield from _keys(strangers.order_by("account_id").distinct())


def _keys(rows: Any) -> list[str]:
    # All at once: a cursor that stays open while others write would hold them up.
    return list(rows.values_list("account_id", flat=True))


def _forget_strangers() -> None:
    """Accounts that the assessment does not have are in no list."""
    shown = Account.objects.filter(assessment_id=latest_id()).values("account_id")
    gone = VisitDue.objects.filter(Q(expects=True) | Q(due_on__isnull=False))
    gone.exclude(account_id__in=shown).update(expects=False, due_on=None)


def _parts(accounts: Iterator[str], size: int = CHUNK) -> Iterator[list[str]]:
    while part := list(islice(accounts, size)):
        yield part


def _breathe() -> None:
    if not connection.in_atomic_block:
        time.sleep(GAP_SECONDS)


def set_weeks(weeks: Mapping[str, int]) -> None:
    """Keep the weeks, and bring them onto the accounts of those tiers."""
    before = weeks_by_tier()
    for tier, value in weeks.items():
        VisitRhythm.objects.update_or_create(tier=tier, defaults={"weeks": value})
    for tier, value in weeks.items():
        if value != before.get(tier):
            _shift(tier, value)


def _shift(tier: str, weeks: int) -> None:
    """Two statements for what follows the rhythm alone, then the few with an agreed day one by one."""
    shown = Account.objects.filter(assessment_id=latest_id(), tier=tier)
    has = shown.exclude(state__in=NO_RHYTHM).exclude(answer="not_ours")
    rows = VisitDue.objects.filter(tier=tier)
    if weeks == 0:
        rows.update(expects=False)
    else:
        rows.filter(account_id__in=has.values("account_id")).update(expects=True)
    plain = rows.filter(Q(next_on__isnull=True) | Q(next_on__lte=F("last_on")))
    plain.filter(expects=False).update(due_on=None)
    if weeks:
        plain.filter(expects=True).update(due_on=F("last_on") + timedelta(weeks=weeks))
    agreed = rows.filter(next_on__isnull=False).exclude(pk__in=plain.values("pk"))
    for row in agreed:
        own = weeks if row.expects else 0
        row.due_on = due_on(Seen(row.last_on, row.opinion_on, row.next_on), own)
        row.save(update_fields=["due_on"])
