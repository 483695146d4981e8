"""Reads of the money that is asked for: what waits for a reader's decision, what was decided of theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce

from mainstay import engine
from mainstay.desk.access.models import User
from mainstay.desk.access.rights import SETTERS
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import NOT_OURS, Sight
from mainstay.desk.cases import approvals, queries
from mainstay.desk.cases.approvals import APPROVED, ASKED, REFUSED
from mainstay.desk.cases.models import OPEN, Approval, Case
from mainstay.desk.facts import rights
from mainstay.desk.facts.rights import may_write
from mainstay.desk.team.models import Staff

MOST = 50
TOLD_DAYS = 14  # that an approval stands on my week
MOST_OF_CASE = 20


@dataclass(frozen=True)
class Asked:
    """A request as pages show it.

    row: with what stands beside it, see `beside`
    title: of the case's play
    """

    row: Any
    title: str
    own: bool
    may_decide: bool


def seen(sight: Sight) -> QuerySet[Approval]:
    """The requests of accounts that the reader sees, with what stands beside them."""
    return beside(rights.seen(sight, Approval), known(sight))


def known(sight: Sight) -> QuerySet[Account]:
    """The accounts of the assessment, for what stands beside rows that are the reader's already.

    The reader's own are a list that PostgreSQL would make again for each row.
    """
    if sight.assessment is None:
        return sight.accounts
    return Account.objects.filter(assessment_id=sight.assessment.pk).exclude(answer=NOT_OURS)


def beside(rows: QuerySet[Approval], among: QuerySet[Account]) -> QuerySet[Approval]:
    """account_name and account_tier, case_pk and case_play, asked_name and decided_name, in one look.

    among: the accounts that have a name for the reader
    """
    accounts = among.order_by().filter(account_id=OuterRef("account_id"))
    cases = Case.objects.filter(case_id=OuterRef("case_id")).order_by()
    return rows.annotate(
        account_name=first_of(accounts, "name"),
        account_tier=first_of(accounts, "tier"),
        case_pk=Subquery(cases.values("pk")[:1]),
        case_play=first_of(cases, "play"),
        asked_name=_name("asked_by"),
        decided_name=_name("decided_by"),
    )


def first_of(rows: QuerySet[Any], column: str) -> Any:
    """A text of the first of some rows, for a column beside others."""
    return Cast(Subquery(rows.values(column)[:1]), CharField())


def _name(column: str) -> Any:
    """Of our people by their code, else of who signs in by that name; the code where nobody is known."""
    staff = Staff.objects.filter(staff_id=OuterRef(column)).order_by()
    users = User.objects.filter(username=OuterRef(column)).order_by()
    return Coalesce(
        first_of(staff, "name"), first_of(users, "name"), column, output_field=CharField()
    )


def shown(user: User, rows: list[Any], plays: Mapping[str, Any] | None = None) -> list[Asked]:
    """Requests as pages show them; rows as `beside` gives them.

    plays: the catalogue, where it is at hand
    """
    if not rows:
        return []
    plays, may = plays or queries.catalogue(), deciding(user)
    return [
        Asked(
            row,
            queries.title(plays, row.case_play),
            approvals.is_own(user, row),
            row.state == ASKED and row.account_name is not None and may(row),
        )
        for row in rows
    ]


def deciding(user: User) -> Callable[[Approval], bool]:
    """Whether this user may decide a request of an account that they see."""
    theirs: set[str] | None = None

    def may(row: Approval) -> bool:
        nonlocal theirs
        if approvals.is_own(user, row):
            return False
        if user.role in SETTERS:
            return True
        if theirs is None:
            theirs = approvals.below(user.staff_id) if user.staff_id else set()
        return row.asked_by in theirs

    return may


def waiting_for(sight: Sight, most: int = MOST) -> list[Asked]:
    """The requests that wait for a reader's decision, the oldest first."""
    rows = beside(_to_decide(sight), known(sight)).order_by("asked_on", "id")
    return shown(sight.user, list(rows[:most]))


def waiting(sight: Sight) -> int:
    """How many requests wait for a reader's decision."""
    return _to_decide(sight).count()


def _to_decide(sight: Sight) -> QuerySet[Approval]:
    """As `deciding` says of one: of accounts that the reader sees, and never their own."""
    user, rows = sight.user, Approval.objects.filter(state=ASKED)
    rows = rows.exclude(asked_by__in=_names_of(user))
    if user.role not in SETTERS:
        theirs = approvals.below(user.staff_id) if user.staff_id else set()
        if not theirs:
            return rows.none()
        rows = rows.filter(asked_by__in=theirs)
    accounts = sight.accounts.order_by()
    if user.is_active and user.sees_all_accounts:
        # Few wait, and nearly all accounts are seen: each is looked up.
        return rows.filter(Exists(accounts.filter(account_id=OuterRef("account_id"))))
    return rows.filter(account_id__in=accounts.values("account_id"))


def _names_of(user: User) -> list[str]:
    """By which requests name this user as who asked, see `approvals.is_own`."""
    return [name for name in (user.username, user.staff_id) if name]


@dataclass(frozen=True)
class OfWeek:
    """What my week says of money.

    waiting: how many requests wait for the reader's decision
    mine: what became of those that the reader made: waiting and refused in open cases, approved lately
    """

    waiting: int
    mine: list[Asked]


def of_week(sight: Sight, today: date, plays: Mapping[str, Any] | None = None) -> OfWeek:
    """plays: the catalogue, where it is at hand"""
    user = sight.user
    later = Approval.objects.filter(case_id=OuterRef("case_id"), pk__gt=OuterRef("pk"))
    of_open = Exists(Case.objects.filter(OPEN, case_id=OuterRef("case_id"))) & ~Exists(later)
    told = Q(state=REFUSED) | Q(state=APPROVED, decided_on__gte=today - timedelta(days=TOLD_DAYS))
    rows = seen(sight).filter(Q(state=ASKED) | (told & of_open), asked_by__in=_names_of(user))
    mine = list(rows.order_by("-asked_on", "-id")[:MOST])
    return OfWeek(waiting(sight), shown(user, mine, plays))


@dataclass(frozen=True)
class OfCase:
    """The money of a case.

    asked: its requests, the newest first
    waiting: wordings of the steps that wait until one is approved
    may_ask: whether the reader may ask for money here now; change: of the own request that waits
    """

    asked: list[Asked]
    waiting: tuple[str, ...]
    may_ask: bool
    change: bool


def of_case(sight: Sight, case: Case, plays: Mapping[str, Any] | None = None) -> OfCase:
    """plays: the catalogue, where it is at hand"""
    rows = beside(Approval.objects.filter(case_id=case.case_id), sight.accounts)
    kept = list(rows.order_by("-asked_on", "-id")[:MOST_OF_CASE])
    if plays is None:
        plays = queries.catalogue() if kept else {}
    found = shown(sight.user, kept, plays)
    waits = next((one for one in found if one.row.state == ASKED), None)
    of_play = [one.row for one in found if one.row.play]
    begun = not of_play or any(row.state == APPROVED for row in of_play)
    play = None if begun or case.state != "open" else plays.get(case.play or "")
    writes = case.state == "open" and may_write(sight.user, "cases")
    return OfCase(
        found,
        tuple(step.wording for step in engine.waiting_steps(play)) if play else (),
        writes and (waits is None or waits.own),
        waits is not None and waits.own,
    )
