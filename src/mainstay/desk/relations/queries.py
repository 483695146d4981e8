"""Reads of a relationship: the people of both sides, what was seen, and who hangs on one person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.http import Http404

from mainstay.desk.access.rights import visible_accounts
from mainstay.desk.accounts.models import Account
from mainstay.desk.care.models import Agreement, Complaint, Visit
from mainstay.desk.facts.models import AccountFacts
from mainstay.desk.facts.rights import of_account, visible
from mainstay.desk.relations import buying, earned, words
from mainstay.desk.relations.earned import Earned, Seen
from mainstay.desk.relations.findings import Finding
from mainstay.desk.relations.levels import Evidence
from mainstay.desk.relations.models import (
    Contact,
    Criterion,
    Goal,
    Relationship,
    RelationshipLevel,
    Sighting,
    Tie,
)
from mainstay.desk.relations.types import (
    KNOWS_WELL,
    NO_DEPARTMENT,
    POWERS,
    Knows,
    Ours,
    People,
    Theirs,
    department_rank,
    power_rank,
)
from mainstay.desk.team.assigned import assigned_on
from mainstay.desk.team.models import Staff

MOST_STAFF = 2_000
MOST = 500  # sightings or assessments that a page reads
MOST_PEOPLE = 1_000  # contacts that are looked at; more of one account are listed alone
_OF_THEIRS = (
    "contact_id", "name", "title", "department", "power",
    "attitude", "reports_to", "left_on", "pk", "version",
)  # fmt: skip
_ROLES = {"manager": 0, "service": 1, "deputy": 2}


def account(user: Any, account_id: str) -> Account:
    """Raises: Http404 for an account that this user does not see."""
    rows = visible_accounts(user).filter(account_id=account_id).select_related("assessment")
    found = rows.first()
    if found is None:
        raise Http404
    return found


def contact(user: Any, account_id: str, pk: int) -> Contact:
    """Raises: Http404"""
    found: Contact | None = visible(user, Contact).filter(pk=pk, account_id=account_id).first()
    if found is None:
        raise Http404
    return found


def people(account: Account, today: date) -> People:
    """The people of both sides, theirs in the order of the map: by department, then by rank.

    account: as `account` found it for the reader
    """
    rows = list(_first(account, today).values_list(*_OF_THEIRS, "in_all")[:MOST_PEOPLE])
    theirs = [
        Theirs(row[0], row[1], row[2] or "", row[3] or NO_DEPARTMENT, row[4] or "", *row[5:-1])
        for row in rows
    ]
    ids = {one.contact_id for one in theirs}
    columns = ("contact_id", "staff_id", "strength", "since", "pk", "version")
    ties = tuple(
        Knows(*row)
        for row in of_account(account, Tie).order_by("pk").values_list(*columns)
        if row[0] in ids
    )
    ours, others = _ours(account.account_id, {tie.staff_id for tie in ties}, today)
    unread = (rows[0][-1] or 0) - len(rows) if len(rows) == MOST_PEOPLE else 0
    return People(today, tuple(ranked(theirs)), ours, ties, others, max(0, unread))


def _first(account: Account, today: date) -> QuerySet[Contact]:
    """Of a crowd, those first on whom most depends: who is there and decides, is known to us, has a say.

    in_all: how many there are, counted once
    """
    contacts = of_account(account, Contact).order_by()
    there = contacts.filter(Q(left_on__isnull=True) | Q(left_on__gt=today))
    known = Exists(Tie.objects.filter(contact_id=OuterRef("contact_id")).order_by())
    place = Case(
        When(left_on__lte=today, then=5),
        When(power="decides", then=0),
        When(known, then=1),
        When(power="blocks", then=2),
        When(power="influences", then=3),
        default=4,
    )
    in_all = there.values("account_id").annotate(n=Count("pk")).values("n")
    return contacts.annotate(in_all=Subquery(in_all)).order_by(place, "pk")


def ranked(theirs: Sequence[Theirs]) -> list[Theirs]:
    """By department; in it who decides first, then superiors before those below; who left stands last."""
    by_id = {one.contact_id: one for one in theirs}

    def depth(one: Theirs) -> int:
        if one.power == POWERS[0]:
            return 0
        steps, met = 1, {one.contact_id}
        while one.reports_to in by_id and one.reports_to not in met:
            one = by_id[one.reports_to]
            met.add(one.contact_id)
            steps += 1
        return steps

    def place(one: Theirs) -> tuple[Any, ...]:
        left = one.left_on is not None
        return (department_rank(one.department), left, depth(one), power_rank(one.power), one.name)

    return sorted(theirs, key=place)


def _ours(
    account_id: str, tied: set[str], today: date
) -> tuple[tuple[Ours, ...], tuple[Ours, ...]]:
    """Those of ours who know somebody there or look after the account; and all others who are with us."""
    roles: dict[str, str] = {}
    rows = assigned_on(today).filter(account_id=account_id)
    for staff_id, role in rows.values_list("staff_id", "role"):
        if staff_id not in roles or _ROLES.get(role, 9) < _ROLES.get(roles[staff_id], 9):
            roles[staff_id] = role
    here = tied | set(roles)
    staff = Staff.objects.filter(Q(left_on__isnull=True) | Q(staff_id__in=here)).order_by("name")
    columns = ("staff_id", "name", "role", "left_on")
    known = {
        i: Ours(i, name, role or "", roles.get(i, ""), left_on)
        for i, name, role, left_on in staff.values_list(*columns)[:MOST_STAFF]
    }
    ours = [known.get(i) or Ours(i, i, looks_after=roles.get(i, "")) for i in here]
    ours.sort(key=lambda o: (_ROLES.get(o.looks_after, 9), o.name, o.staff_id))
    return tuple(ours), tuple(one for i, one in known.items() if i not in here)


# ── what was seen ──────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Known:
    """What is written down about a relationship beside its people."""

    levels: tuple[RelationshipLevel, ...]
    criteria: tuple[buying.Criterion, ...]
    goals: tuple[Goal, ...]
    sightings: tuple[Sighting, ...]
    seen: tuple[Seen, ...]

    @property
    def level(self) -> RelationshipLevel | None:
        return self.levels[0] if self.levels else None


def known(account: Account, today: date) -> Known:
    """account: as `account` found it for the reader"""
    return Known(
        tuple(of_account(account, RelationshipLevel).select_related("recorded_by")[:10]),
        criteria(account),
        tuple(of_account(account, Goal)[:20]),
        tuple(of_account(account, Sighting)[:MOST]),
        seen(account, today),
    )


def criteria(account: Account) -> tuple[buying.Criterion, ...]:
    """What the account buys by, as it stands."""
    return buying.current(_assessed(one) for one in of_account(account, Criterion)[:MOST])


def _assessed(one: Criterion) -> buying.Assessed:
    return buying.Assessed(
        one.criterion,
        one.competitor or "",
        one.we_meet,
        one.competitor_meets,
        one.assessed_on,
        one.source,
        one.weight,
    )


def seen(account: Account, today: date) -> tuple[Seen, ...]:
    """In one query: visits of a year, solved complaints, exclusive agreements, the account's own row."""

    def text(value: Any) -> Any:
        return Cast(Coalesce(value, Value("")), CharField())

    def rows(model: Any, what: str, kind: Any, on: Any, until: Any) -> Any:
        found = of_account(account, model).order_by()
        return found.annotate(
            _what=Value(what, CharField()),
            _kind=kind,
            _on=Cast(on, DateField()),
            _until=Cast(until, DateField()),
        ).values_list("_what", "_kind", "_on", "_until")

    nothing = Value("", CharField())
    never = Value(None, DateField())
    visits = rows(Visit, "visit", text(F("kind")), F("on"), never)
    solved = rows(Complaint, "complaint", nothing, TruncDate("opened_at"), TruncDate("solved_at"))
    found = visits.filter(on__gte=today - earned.YEAR).union(
        solved.filter(solved_at__isnull=False),
        rows(Agreement, "exclusive", nothing, F("from_on"), F("to_on")).filter(exclusive=True),
        rows(AccountFacts, "account", text(F("partnership")), F("since"), never),
        all=True,
    )
    return tuple(Seen(what, on, kind or "", until) for what, kind, on, until in found)


def evidence(people: People, known: Known, today: date) -> Evidence:
    """What speaks for a level."""
    visited, came = earned.visits(known.seen, today)
    departments = {one.department for one in people.there if one.contact_id in people.known_by}
    deciders = {one.contact_id for one in people.there if one.power == "decides"}
    return Evidence(
        departments=len(departments),
        ours=len({tie.staff_id for tie in people.living}),
        decider_known=any(
            tie.contact_id in deciders and (tie.strength or 0) >= KNOWS_WELL
            for tie in people.living
        ),
        visits=visited,
        visits_to_us=came,
        goals=len(known.goals),
        partnership=next((s.kind for s in known.seen if s.what == "account" and s.kind), ""),
        exclusive=earned.in_force([s for s in known.seen if s.what == "exclusive"], today),
    )


def what_it_earned(account: Account, known: Known, today: date) -> Earned:
    complaints = [one for one in known.seen if one.what == "complaint"]
    solved, after = earned.survived(complaints, account.last_order_on)
    since = next((s.on for s in known.seen if s.what == "account" and s.on), None)
    first = min(known.sightings, key=lambda one: one.on, default=None)
    return Earned(
        complaints=solved,
        survived=after,
        sightings=len(known.sightings),
        told=sum(one.source == "contact" for one in known.sightings),
        held_days=earned.held(since or account.first_order_on, first.on if first else None, today),
        first_rival=first.competitor if first else "",
        first_seen_on=first.on if first else None,
    )


# ── the small rows ─────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Summary:
    """What an account's page says of its relationship; said: the two worst findings."""

    contacts: int
    ties: int
    ours: int
    theirs: int
    level: int | None
    level_word: Any
    said: tuple[str, ...]


def summary(account: Account) -> Summary | None:
    """The small row of an account that the user sees, in words; in two queries at most."""
    row = Relationship.objects.filter(account_id=account.account_id).first()
    if row is None:
        return None
    found = [Finding.read(one) for one in row.findings[:2]]
    names = names_in(found)
    return Summary(
        row.contacts,
        row.ties,
        row.ours,
        row.theirs,
        row.level,
        words.LEVELS.get(row.level or 0),
        tuple(words.sentence(one, names) for one in found),
    )


def names_in(found: Collection[Finding]) -> dict[str, dict[str, str]]:
    """The names behind the codes of findings, in one query."""
    wanted = {
        "staff": {one for finding in found for one in finding.staff},
        "contact": {one for finding in found for one in finding.contacts},
    }
    rows = {
        "staff": Staff.objects.filter(staff_id__in=wanted["staff"]),
        "contact": Contact.objects.filter(contact_id__in=wanted["contact"]),
    }
    asked = [
        rows[kind].order_by().values_list(Value(kind, CharField()), f"{kind}_id", "name")
        for kind, codes in wanted.items()
        if codes
    ]
    names: dict[str, dict[str, str]] = {"staff": {}, "contact": {}}
    for kind, code, name in asked[0].union(*asked[1:], all=True) if asked else ():
        names[kind][code] = name
    return names
