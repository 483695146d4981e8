"""What hangs on one person: accounts, money, ties that nobody else has, promises and complaints that are open.

Reads only. A leader who leaves exposes all who report to them, and their accounts (R7, R21).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from mainstay.desk.access.rights import visible_accounts
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, manager_names
from mainstay.desk.care.models import Complaint, Promise, Request
from mainstay.desk.relations.models import Contact, Tie
from mainstay.desk.team.assigned import assigned_on
from mainstay.desk.team.models import Staff
from mainstay.desk.team.naming import told_apart

MOST_PEOPLE = 5_000
MOST_UNKNOWN = 500  # codes of assignments that are looked at
MOST_CONTACTS = 200  # of one person


@dataclass
class Person:
    """One of ours, with what hangs on them.

    accounts, money, at_risk: of the accounts that they manage
    known: whether the table of staff, or anybody who signs in, has the code
    reports: the codes of all who report to them, directly or not
    exposed_money: of those accounts and of all that `reports` manage
    """

    staff_id: str
    name: str
    role: str = ""
    leaves_on: date | None = None
    known: bool = True
    accounts: int = 0
    money: float = 0.0
    at_risk: float = 0.0
    promises: int = 0
    complaints: int = 0
    requests: int = 0
    reports: list[str] = field(default_factory=list)
    exposed_accounts: int = 0
    exposed_money: float = 0.0


def people(sight: Sight, today: date, *, counted: bool = True) -> list[Person]:
    """Everybody of ours who has not left, the most exposed money first; a fixed number of questions.

    counted: with how many promises, complaints and requests are open in their hands
    """
    staff = list(
        Staff.objects.filter(Q(left_on__isnull=True) | Q(left_on__gte=today))[:MOST_PEOPLE]
    )
    names = told_apart((s.staff_id, s.name, s.role) for s in staff)
    found = {
        s.staff_id: Person(s.staff_id, names[s.staff_id], s.role or "", s.left_on) for s in staff
    }
    for staff_id, accounts, money, at_risk in sight.kept("team", lambda: _managed(sight)):
        person = found.setdefault(staff_id, Person(staff_id, staff_id, known=False))
        person.accounts, person.money, person.at_risk = accounts, money, at_risk
    _named(found)
    for name, rows, by in _OPEN if counted else ():
        for staff_id, n in _counted(rows(), by).items():
            if staff_id in found:
                setattr(found[staff_id], name, n)
    _with_reports(found, {s.staff_id: s.reports_to for s in staff})
    return sorted(found.values(), key=lambda p: (-p.exposed_money, p.name))


def _named(found: Mapping[str, Person]) -> None:
    """Who is in no table of staff has the name under which they sign in, if they do."""
    names = manager_names([person.staff_id for person in found.values() if not person.known])
    for staff_id, name in names.items():
        found[staff_id].name, found[staff_id].known = name, True


def unknown_codes(managing: Iterable[Person], today: date) -> list[tuple[str, int]]:
    """Codes that look after accounts and that nobody of ours is known by, with how many; most first.

    managing: as `people` gives them
    """
    managed = {person.staff_id: person.accounts for person in managing if not person.known}
    assigned = assigned_on(today).order_by()
    codes = set(assigned.values_list("staff_id", flat=True).distinct())
    codes -= set(Staff.objects.values_list("staff_id", flat=True))
    codes -= set(manager_names(sorted(codes)))
    counted = assigned.filter(staff_id__in=sorted(codes)[:MOST_UNKNOWN]).values_list("staff_id")
    theirs = dict(counted.annotate(n=Count("account_id", distinct=True)))
    # Whom they manage by the assessment was mostly assigned to them too: the more of both, not the sum.
    found = {code: max(managed.get(code, 0), theirs.get(code, 0)) for code in {*managed, *theirs}}
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))


_OPEN: tuple[tuple[str, Callable[[], QuerySet[Any]], str], ...] = (
    ("promises", lambda: Promise.objects.filter(kept_on__isnull=True), "by_id"),
    ("complaints", lambda: Complaint.objects.filter(solved_at__isnull=True), "owner_id"),
    ("requests", lambda: Request.objects.filter(answered_on__isnull=True), "owner_id"),
)


def _managed(sight: Sight) -> list[tuple[str, int, float, float]]:
    """By manager: accounts, money of 52 weeks, money at risk."""
    rows = sight.accounts.exclude(manager_id=None).order_by().values_list("manager_id")
    sums = rows.annotate(
        n=Count("id"),
        money=Sum("amount_52"),
        risk=Sum("money_at_risk", filter=Q(money_at_risk__gt=0)),
    )
    return [(staff_id, n, money or 0.0, risk or 0.0) for staff_id, n, money, risk in sums]


def _counted(rows: QuerySet[Any], by: str) -> dict[str, int]:
    grouped = rows.order_by().exclude(**{by: None}).values_list(by).annotate(n=Count("id"))
    return dict(grouped)


def _with_reports(found: Mapping[str, Person], above: Mapping[str, str | None]) -> None:
    """Add to each what hangs on all who report to them."""
    below: dict[str, list[str]] = defaultdict(list)
    for staff_id, leader in above.items():
        if leader:
            below[leader].append(staff_id)
    for person in found.values():
        person.reports = reports_of(person.staff_id, below)
        whole = [person, *(found[r] for r in person.reports if r in found)]
        person.exposed_accounts = sum(p.accounts for p in whole)
        person.exposed_money = sum(p.money for p in whole)


def reports_of(staff_id: str, below: Mapping[str, Iterable[str]]) -> list[str]:
    """All who report to somebody, directly or not; a circle in the records ends where it began."""
    found: list[str] = []
    seen = {staff_id}
    waiting = list(below.get(staff_id, ()))
    while waiting:
        one = waiting.pop(0)
        if one not in seen:
            seen.add(one)
            found.append(one)
            waiting += below.get(one, ())
    return found


def accounts_of(user: Any, staff_id: str, today: date) -> list[tuple[Account, str]]:
    """The accounts that somebody looks after now, each with their role in it, the largest first."""
    return with_rows(roles_of(user, staff_id, today))


def with_rows(roles: Mapping[int, str]) -> list[tuple[Account, str]]:
    rows = Account.objects.in_bulk(list(roles))
    return [(rows[pk], role) for pk, role in roles.items() if pk in rows]


def roles_of(
    user: Any, staff_id: str, today: date, *, assessment_id: str | None = None
) -> dict[int, str]:
    """The role of somebody in each account that they look after now, by its key, the largest first.

    assessment_id: of the latest assessment, where the caller has it
    """
    assigned = dict(assigned_on(today).filter(staff_id=staff_id).values_list("account_id", "role"))
    seen = visible_accounts(user, assessment_id)
    # Two lists put together: an "or" or an order would have the database look at all accounts.
    managed, others = (
        rows.order_by().values_list("pk", "account_id", "manager_id", "amount_52")
        for rows in (seen.filter(manager_id=staff_id), seen.filter(account_id__in=assigned))
    )
    found = {
        (-(amount or 0.0), account_id, pk): "manager"
        if manager == staff_id
        else assigned[account_id]
        for pk, account_id, manager, amount in managed.union(others, all=True)
    }
    return {pk: found[amount, account_id, pk] for amount, account_id, pk in sorted(found)}


def only_theirs(staff_id: str) -> list[Contact]:
    """The contacts that this person knows and nobody else of ours does."""
    ties = Tie.objects.filter(strength__gt=0)
    # Asked of each contact that they know, not of all ties of everybody.
    others = ties.filter(contact_id=OuterRef("contact_id")).exclude(staff_id=staff_id)
    known = ties.filter(~Exists(others), staff_id=staff_id).values("contact_id")
    return list(Contact.objects.filter(contact_id__in=known, left_on__isnull=True)[:MOST_CONTACTS])
