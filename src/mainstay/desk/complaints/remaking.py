"""The table of running clocks, made from complaints, standards and calendars.

`remake` follows every entry, in its transaction, and every import; where the rules change, a job makes
all of them anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from mainstay.core.service_standards import sort_of
from mainstay.desk.access.models import User
from mainstay.desk.accounts.models import Account, latest_id
from mainstay.desk.care.models import Complaint
from mainstay.desk.complaints.models import Clock
from mainstay.desk.complaints.rules import Rules
from mainstay.desk.facts.models import AccountFacts
from mainstay.desk.team.models import Staff

T = TypeVar("T")
Progress = Callable[[float, float], None]
CHUNK = 1_000
GAP_SECONDS = 0.02  # between two parts of all, for other writers
WAITS_DAYS = 60  # for the customer's word on a solution; later nobody asks any more
CUSTOMER = "customer"  # what is next of a solved complaint: their word
_UPDATED = [f.name for f in Clock._meta.fields if not f.primary_key]


def remake(accounts: set[str] | None, progress: Progress | None = None) -> None:
    """Make the clocks of some accounts' complaints anew; None: of all, some at a time.

    progress: told of how many of the running ones are made
    """
    now, rules = timezone.now(), Rules.read()
    if accounts is None:
        _remake_all(rules, now, progress)
        return
    for part in _chunks(sorted(accounts)):
        with transaction.atomic():
            rows = Complaint.objects.filter(account_id__in=part)
            made = _make(list(rows.filter(_running(now))), rules)
            Clock.objects.filter(account_id__in=part).exclude(pk__in=made).delete()


def _remake_all(rules: Rules, now: datetime, progress: Progress | None) -> None:
    """Of complaints that are worked on meanwhile, what is written then stays: each is locked and read anew."""
    wanted: set[int] = set()
    for half in (Q(solved_at__isnull=True), _waiting(now)):
        wanted.update(Complaint.objects.filter(half).order_by().values_list("pk", flat=True))
    wanted.update(Clock.objects.values_list("pk", flat=True))
    done = 0
    for part in _chunks(sorted(wanted)):
        with transaction.atomic():
            rows = Complaint.objects.select_for_update().filter(pk__in=part)
            made = _make(list(rows.filter(_running(now)).order_by("pk")), rules)
            Clock.objects.filter(pk__in=set(part) - made).delete()
        done += len(part)
        if progress:
            progress(done, len(wanted))
        time.sleep(GAP_SECONDS)


def staff_changed(accounts: set[str] | None) -> None:
    """Somebody reports to somebody else now, whose clocks may run at any account."""
    above = dict(Staff.objects.values_list("staff_id", "reports_to"))
    known = Clock.objects.order_by().values_list("owner_id", "superior_id").distinct()
    with transaction.atomic():
        for owner, superior in list(known):
            if (now := above.get(owner) or "") != superior:
                Clock.objects.filter(owner_id=owner).update(superior_id=now)
    # Whose manager was in no table until now.
    remake(set(Clock.objects.filter(owner_id="").values_list("account_id", flat=True)))


def _running(now: datetime) -> Q:
    return Q(solved_at__isnull=True) | _waiting(now)


def _waiting(now: datetime) -> Q:
    since = now - timedelta(days=WAITS_DAYS)
    return Q(solved_at__gte=since, accepted_by_customer__isnull=True)


@dataclass(frozen=True)
class Around:
    """What is known around some complaints: country and manager by account, superior by staff code.

    managers: those who are one of ours, or sign in
    """

    countries: dict[str, str]
    managers: dict[str, str]
    superiors: dict[str, str]


def _make(complaints: list[Complaint], rules: Rules) -> set[int]:
    """Write the clocks of these; gives their keys."""
    around = _around(complaints)
    clocks = [_clock(complaint, rules, around) for complaint in complaints]
    Clock.objects.bulk_create(
        clocks,
        batch_size=CHUNK,
        update_conflicts=True,
        update_fields=_UPDATED,
        unique_fields=["complaint"],
    )
    return {complaint.pk for complaint in complaints}


def _clock(complaint: Complaint, rules: Rules, around: Around) -> Clock:
    country = around.countries.get(complaint.account_id, "")
    owner = complaint.owner_id or around.managers.get(complaint.account_id, "")
    kind, severity = sort_of(complaint.kind, complaint.severity)
    clock = Clock(
        complaint=complaint,
        account_id=complaint.account_id,
        country=country,
        kind=kind,
        severity=severity,
        owner_id=owner,
        superior_id=around.superiors.get(owner, ""),
        always=rules.standard(kind, severity).always,
    )
    found = rules.next_step(complaint, country)
    if found is None:
        solved = complaint.solved_at or complaint.opened_at
        clock.waiting, clock.what, clock.hours = True, CUSTOMER, 0.0
        clock.next_due_at = clock.warn_at = clock.too_late_at = solved
    else:
        clock.what, clock.hours = found.what, found.hours
        clock.next_due_at, clock.warn_at = found.due_at, found.warn_at
        clock.too_late_at = found.too_late_at
    return clock


def _around(complaints: list[Complaint]) -> Around:
    ids = {complaint.account_id for complaint in complaints}
    countries, managers = {}, {}
    shown = Account.objects.filter(assessment_id=latest_id(), account_id__in=ids)
    for account_id, country, manager in shown.values_list("account_id", "country", "manager_id"):
        countries[account_id], managers[account_id] = country or "", manager or ""
    countries |= countries_of(ids)
    owners = {c.owner_id for c in complaints if c.owner_id} | set(managers.values())
    staff = Staff.objects.filter(staff_id__in=owners)
    above = dict(staff.values_list("staff_id", "reports_to"))
    # A code that a file mistyped is nobody: what goes to them, nobody would look at.
    known = set(above) | set(
        User.objects.filter(staff_id__in=owners).values_list("staff_id", flat=True)
    )
    managers = {account: code for account, code in managers.items() if code in known}
    return Around(countries, managers, {code: top for code, top in above.items() if top})


def countries_of(account_ids: Iterable[str]) -> dict[str, str]:
    """The country of each account that people wrote down or files brought."""
    rows: QuerySet[AccountFacts] = AccountFacts.objects.filter(account_id__in=set(account_ids))
    known = rows.filter(country__isnull=False).values_list("account_id", "country")
    return {account_id: country for account_id, country in known if country}


def _chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    walk = iter(rows)
    while part := list(islice(walk, CHUNK)):
        yield part
