"""Reads of the pages about our people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Q
from django.http import Http404

from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.care.models import Complaint, Promise, Request
from mainstay.desk.facts import words
from mainstay.desk.facts.forms import MOST_STAFF, staff_names
from mainstay.desk.relations.models import Contact
from mainstay.desk.team.exposure import Person, only_theirs, people, roles_of, with_rows
from mainstay.desk.team.models import Assignment, Handover, Staff, Step
from mainstay.desk.team.naming import told_apart

MOST = 60  # rows of one list on a person's page
MOST_ACCOUNTS = 60
MOST_CARERS = 50  # of one account


@dataclass(frozen=True)
class Leaving:
    """What hangs on one person.

    accounts: the largest, of n_accounts
    """

    person: Person
    n_accounts: int
    accounts: list[tuple[Account, str]]
    contacts: list[Contact]
    promises: list[Promise]
    complaints: list[Complaint]
    requests: list[Request]
    reports: list[Person]
    handover: Handover | None

    @property
    def open(self) -> list[tuple[str, str, list[Any], bool]]:
        """What is open, each with its table, its heading, and whether there is more of it."""
        tables: dict[str, list[Any]] = {
            "promises": self.promises,
            "complaints": self.complaints,
            "requests": self.requests,
        }
        return [
            (table, words.many(table), rows[:MOST], len(rows) > MOST)
            for table, rows in tables.items()
        ]


def leaving(sight: Sight, staff_id: str, today: date) -> Leaving:
    """Raises: Http404 for a code that nobody has"""
    known = {p.staff_id: p for p in people(sight, today, counted=False)}
    person = known.get(staff_id)
    if person is None:
        gone = Staff.objects.filter(staff_id=staff_id).first()
        if gone is None:
            raise Http404
        person = Person(staff_id, gone.name, gone.role or "", gone.left_on)
    assessment_id = sight.assessment.pk if sight.assessment else None
    roles = roles_of(sight.user, staff_id, today, assessment_id=assessment_id)
    return Leaving(
        person=person,
        n_accounts=len(roles),
        accounts=with_rows(dict(islice(roles.items(), MOST_ACCOUNTS))),
        contacts=only_theirs(staff_id),
        promises=list(Promise.objects.filter(by_id=staff_id, kept_on__isnull=True)[: MOST + 1]),
        complaints=list(
            Complaint.objects.filter(owner_id=staff_id, solved_at__isnull=True)[: MOST + 1]
        ),
        requests=list(
            Request.objects.filter(owner_id=staff_id, answered_on__isnull=True)[: MOST + 1]
        ),
        reports=[known[r] for r in person.reports if r in known],
        handover=Handover.objects.filter(staff_id=staff_id).first(),
    )


@dataclass(frozen=True)
class Carer:
    """One of ours who looks after an account.

    from_on: where that is still to come; to_on: the last day, where there is one
    """

    staff_id: str
    role: str
    from_on: date | None = None
    to_on: date | None = None

    @property
    def role_word(self) -> str:
        return words.choice("assignments", "role", self.role)


ROLES = ("manager", "service", "deputy")


def looking_after(account: Account, today: date) -> list[Carer]:
    """Who looks after an account today, and who will: its manager, then service and deputies."""
    rows = Assignment.objects.filter(account_id=account.account_id)
    rows = rows.filter(Q(to_on__isnull=True) | Q(to_on__gte=today)).order_by("from_on", "id")
    found = [
        Carer(one.staff_id, one.role, one.from_on if one.from_on > today else None, one.to_on)
        for one in rows[:MOST_CARERS]
    ]
    managed = {one.staff_id for one in found if one.role == "manager" and one.from_on is None}
    if account.manager_id and account.manager_id not in managed:
        found.insert(0, Carer(account.manager_id, "manager"))
    return sorted(
        found, key=lambda one: (ROLES.index(one.role), one.staff_id != account.manager_id)
    )


@dataclass(frozen=True)
class ShownStep:
    step: Step
    account: Account | None
    taker: str
    introducer: str
    late: bool


def steps_of(sight: Sight, handover: Handover, today: date) -> list[ShownStep]:
    """A handover's steps with the names behind their codes; those that are open first.

    Who neither leads it nor leaves finds the steps of accounts that they see, or take over.
    """
    steps = list(handover.steps.all())
    ids = [s.account_id for s in steps]
    accounts = {a.account_id: a for a in sight.accounts.filter(account_id__in=ids)}
    own = sight.user.staff_id
    if not (sight.user.sees_all_accounts or own == handover.staff_id):
        steps = [s for s in steps if s.account_id in accounts or s.to_staff_id == own]
    names = staff_names()
    shown = [
        ShownStep(
            step=s,
            account=accounts.get(s.account_id),
            taker=names.get(s.to_staff_id, s.to_staff_id),
            introducer=names.get(s.introduced_by, s.introduced_by),
            late=s.done_on is None and s.introduced_on is None and s.due_on < today,
        )
        for s in steps
    ]
    return sorted(shown, key=lambda x: (x.step.done_on is not None, x.step.due_on))


def takers() -> dict[str, str]:
    """Who can take an account over, by code: everybody of ours who stays."""
    staff = Staff.objects.filter(left_on__isnull=True).order_by("name", "staff_id")
    return told_apart(staff.values_list("staff_id", "name", "role")[:MOST_STAFF])


def one_handover(user: Any, handover_id: int, *, leader: bool) -> Handover:
    """A handover for those who lead it and those who take part in it.

    Raises: Http404
    """
    found = Handover.objects.filter(pk=handover_id).first()
    if found is None:
        raise Http404
    if leader or (user.staff_id and user.staff_id == found.staff_id):
        return found
    if user.staff_id and found.steps.filter(to_staff_id=user.staff_id).exists():
        return found
    raise Http404
