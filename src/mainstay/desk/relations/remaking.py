"""The small row that is kept for each account, made again whenever what it is made from changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.desk.relations.findings import findings
from mainstay.desk.relations.models import Contact, Relationship, RelationshipLevel, Tie
from mainstay.desk.relations.types import NO_DEPARTMENT, Knows, Ours, People, Theirs
from mainstay.desk.team.models import Staff

CHUNK = 500  # accounts a transaction: other writers wait for so long
LATELY = timedelta(days=7)  # a desk that stood still for some nights catches up
KEPT = 4  # findings that the row keeps; the account's own page tells all of them
_MADE = ("contacts", "ties", "ours", "theirs", "level", "level_on", "worst", "findings", "made_at")


def remake(accounts: set[str] | None = None, *, now: datetime | None = None) -> int:
    """Make the rows of these accounts again, of all where none are named; gives how many were made.

    Entries of people and imports of contacts, ties, staff or levels call it with what they touched.
    """
    at = now or timezone.now()
    made = 0
    for chunk in _chunks(accounts):
        with transaction.atomic():
            made += _remake(chunk, at)
    return made


def remake_due(now: datetime) -> int:
    """Make the rows again of accounts where somebody, theirs or ours, has left in the last days.

    A day of leaving that was written down ahead comes without an entry.
    """
    today = timezone.localdate(now)
    lately = {"left_on__gt": today - LATELY, "left_on__lte": today}
    accounts = set(Contact.objects.filter(**lately).order_by().values_list("account_id", flat=True))
    accounts.update(accounts_of_staff(list(Staff.objects.filter(**lately))))
    return remake(accounts, now=now)


def accounts_of_staff(facts: Sequence[Any]) -> Iterable[str]:
    """The accounts at which some of ours know anybody: their leaving changes what is found there."""
    ties = Tie.objects.filter(staff_id__in=[one.staff_id for one in facts]).values("contact_id")
    return _accounts_of(Contact.objects.filter(contact_id__in=ties))


def accounts_of_ties(facts: Sequence[Any]) -> Iterable[str]:
    """The accounts of the contacts whom some ties end at."""
    return _accounts_of(Contact.objects.filter(contact_id__in=[one.contact_id for one in facts]))


def _accounts_of(contacts: Any) -> Iterable[str]:
    found: Iterable[str] = contacts.order_by().values_list("account_id", flat=True).distinct()
    return found


def _chunks(accounts: set[str] | None) -> Iterator[list[str]]:
    if accounts is not None:
        known = sorted(accounts)
    else:
        sources: tuple[Any, ...] = (Contact, RelationshipLevel, Relationship)
        found: set[str] = set()
        for model in sources:
            rows = model.objects.order_by().values_list("account_id", flat=True).distinct()
            found.update(rows.iterator())
        known = sorted(found)
    for start in range(0, len(known), CHUNK):
        yield known[start : start + CHUNK]


def _remake(chunk: list[str], now: datetime) -> int:
    # Two entries at once would each miss what the other wrote: the second waits for the first here.
    Relationship.objects.bulk_create(
        [Relationship(account_id=one, made_at=now) for one in chunk], ignore_conflicts=True
    )
    locked = Relationship.objects.filter(account_id__in=chunk).order_by("account_id")
    list(locked.select_for_update().values_list("pk"))
    levels = {
        account_id: (level, on)
        for account_id, level, on in RelationshipLevel.objects.filter(account_id__in=chunk)
        .order_by("on", "id")
        .values_list("account_id", "level", "on")
    }
    people = _people(chunk, timezone.localdate(now))
    rows = [_row(one, people[one], levels.get(one), now) for one in chunk]
    full = [row for row in rows if row.contacts or row.level is not None]
    Relationship.objects.bulk_create(
        full, update_conflicts=True, unique_fields=["account_id"], update_fields=_MADE
    )
    empty = set(chunk) - {row.account_id for row in full}
    if empty:
        Relationship.objects.filter(account_id__in=empty).delete()
    return len(full)


def _row(
    account_id: str, people: People, level: tuple[int, date] | None, now: datetime
) -> Relationship:
    found = findings(people)
    number, on = level or (None, None)
    return Relationship(
        account_id=account_id,
        contacts=len(people.there),
        ties=len(people.living),
        ours=len({tie.staff_id for tie in people.living}),
        theirs=len({tie.contact_id for tie in people.living}),
        level=number,
        level_on=on,
        worst=found[0].code if found else "",
        findings=[one.stored() for one in found[:KEPT]],
        made_at=now,
    )


def _people(chunk: list[str], today: date) -> dict[str, People]:
    """Who is who at some accounts, as far as the findings need it."""
    theirs: dict[str, list[Theirs]] = defaultdict(list)
    account_of: dict[str, str] = {}
    contacts = Contact.objects.filter(account_id__in=chunk).order_by()
    columns = ("account_id", "contact_id", "name", "department", "power", "attitude", "left_on")
    for account_id, contact_id, name, department, power, attitude, left_on in contacts.values_list(
        *columns
    ):
        account_of[contact_id] = account_id
        theirs[account_id].append(
            Theirs(
                contact_id,
                name,
                department=department or NO_DEPARTMENT,
                power=power or "",
                attitude=attitude,
                left_on=left_on,
            )
        )
    ties: dict[str, list[Knows]] = defaultdict(list)
    found = Tie.objects.filter(contact_id__in=contacts.values("contact_id")).order_by()
    for contact_id, staff_id, strength in found.values_list("contact_id", "staff_id", "strength"):
        ties[account_of[contact_id]].append(Knows(contact_id, staff_id, strength))
    gone = _staff_who_left()
    made = defaultdict(lambda: People(today))
    for account_id, ones in theirs.items():
        here = ties[account_id]
        ours = [Ours(i, i, left_on=gone.get(i)) for i in sorted({tie.staff_id for tie in here})]
        made[account_id] = People(today, tuple(ones), tuple(ours), tuple(here))
    return made


def _staff_who_left() -> dict[str, date]:
    return dict(Staff.objects.filter(left_on__isnull=False).values_list("staff_id", "left_on"))
