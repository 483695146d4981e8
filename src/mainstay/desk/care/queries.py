"""Reads of this part: what is to be done, visits that are due, requests, promises, terms, notices."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import (
    Count,
    Exists,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from mainstay.desk.access.models import User
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import NOT_OURS, Sight
from mainstay.desk.care.models import (
    Agreement,
    Complaint,
    Incentive,
    Notice,
    Promise,
    Request,
    Visit,
    VisitDue,
)
from mainstay.desk.care.notices import IN_FORCE_DAYS
from mainstay.desk.care.rhythm import COUNTS
from mainstay.desk.facts.forms import contact_names
from mainstay.desk.facts.rights import of_account, seen, visible
from mainstay.desk.paging import Numbered, code_in, one_of, page_number
from mainstay.desk.reviews.rights import changes_to_do

PAGE = 50
RECENT = 15
FRESH_SECONDS = 60
SOON = timedelta(days=14)  # due before so many days have passed
QUARTER = timedelta(weeks=13)
TOLD_DAYS = 7  # a notice stands on top of the week's page for so long
MOST_TOLD = 20
MOST_MANAGERS = 30
MOST_CHOICES = 300
MOST_OF_ACCOUNT = 100
SHOWS = ("due", "never", "recent")


@dataclass(frozen=True)
class Counts:
    """What is open among the accounts that somebody sees."""

    visits: int
    requests: int
    promises: int
    complaints: int
    changes: int


def open_counts(sight: Sight, today: date) -> Counts:
    return Counts(
        **_counted(
            sight.user,
            visits=_overdue(_due(sight), today),
            requests=seen(sight, Request).filter(answered_on__isnull=True),
            promises=seen(sight, Promise).filter(kept_on__isnull=True),
            complaints=seen(sight, Complaint).filter(solved_at__isnull=True),
            changes=changes_to_do(sight.user),
        )
    )


def _counted(user: User, **rows: QuerySet[Any]) -> dict[str, int]:
    """How many rows each has, in one statement."""
    asked = {
        # Not `Count`, which would group by what it is hung onto; of rows, not of keys, which PostgreSQL
        # would look up where the index does not have them.
        name: Subquery(
            one.order_by()
            .annotate(n=Func(template="COUNT(*)", output_field=IntegerField()))
            .values("n")
        )
        for name, one in rows.items()
    }
    found = User.objects.filter(pk=user.pk).annotate(**asked).values(*asked).get()
    # Of rows that nobody can see Django asks nothing, and knows no number.
    return {name: n or 0 for name, n in found.items()}


# Visits


@dataclass(frozen=True)
class Asked:
    """The list of visits as an address asks for it; what makes no sense is as if it were not there."""

    show: str = "due"
    manager: str = ""
    tier: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Any) -> Asked:
        return cls(
            show=one_of(query, "show", SHOWS, "due"),
            manager=code_in(query, "manager"),
            tier=one_of(query, "tier", ("A", "B", "C")),
            page=page_number(query),
        )

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.manager:
            rows = rows.filter(manager_id=self.manager)
        return rows.filter(tier=self.tier) if self.tier else rows


@dataclass(frozen=True)
class Listed:
    """One row of a list, with the account that it is about."""

    row: Any
    account: Account


@dataclass(frozen=True)
class Page(Numbered):
    """A page of a list; `further` where there are more."""

    rows: list[Any]
    number: int
    further: bool


@dataclass(frozen=True)
class VisitCounts:
    """made, opinions: visits within the last 13 weeks, and those made to ask for opinions"""

    overdue: int
    soon: int
    never: int
    made: int
    opinions: int


def _due(sight: Sight) -> QuerySet[VisitDue]:
    """When accounts are to be visited again, of those that this user sees and that are ours."""
    rows = seen(sight, VisitDue)
    if sight.hidden and sight.user.sees_all_accounts:
        strangers = Account.objects.filter(assessment=sight.assessment, answer=NOT_OURS)
        rows = rows.exclude(account_id__in=strangers.values("account_id"))
    return rows


def _overdue(rows: QuerySet[VisitDue], today: date) -> QuerySet[VisitDue]:
    return rows.filter(due_on__lt=today)


def _never(rows: QuerySet[VisitDue]) -> QuerySet[VisitDue]:
    return rows.filter(expects=True, last_on__isnull=True, due_on__isnull=True)


def visit_counts(sight: Sight, asked: Asked, today: date) -> VisitCounts:
    rows = asked.apply(_due(sight))
    made = _made(sight, asked, today)
    return VisitCounts(
        **_counted(
            sight.user,
            overdue=_overdue(rows, today),
            soon=rows.filter(due_on__gte=today, due_on__lte=today + SOON),
            never=_never(rows),
        ),
        made=made["n"],
        opinions=made["opinions"],
    )


def _made(sight: Sight, asked: Asked, today: date) -> dict[str, int]:
    """Visits of the last 13 weeks, counted in the index alone.

    Of all accounts they are many, and of a tier each has to be looked up: such a sum is a minute old at most.
    """

    def count() -> dict[str, int]:
        visits = _visits(sight, asked).filter(COUNTS, on__gt=today - QUARTER, on__lte=today)
        return visits.order_by().aggregate(
            n=Count("on"), opinions=Count("on", filter=Q(asked_for_opinion=True))
        )

    if not asked.tier and not sight.user.sees_all_accounts:
        return count()
    what = f"{sight.whose}|{asked.tier}|{asked.manager}|{today}"
    key = hashlib.blake2b(what.encode(), digest_size=16).hexdigest()
    found: dict[str, int] = cache.get_or_set(f"visits:made:{key}", count, FRESH_SECONDS)
    return found


def due_page(sight: Sight, asked: Asked, today: date) -> Page:
    """Accounts to be visited, the highest tier first and in it the longest overdue.

    asked.show: "never" for those without a visit on record instead
    """
    rows = asked.apply(_due(sight))
    if asked.show == "never":
        rows = _never(rows).order_by("rank", "id")
    else:
        rows = rows.filter(due_on__lte=today + SOON).order_by("rank", "due_on", "id")
    return _with_accounts(sight, rows, asked.page)


def _visits(sight: Sight, asked: Asked) -> QuerySet[Visit]:
    rows = seen(sight, Visit)
    if asked.manager:
        theirs = sight.accounts.filter(manager_id=asked.manager)
        rows = rows.filter(account_id__in=theirs.values("account_id"))
    if asked.tier:
        # Asked of each visit, not of all accounts of the tier first: they may be most of them.
        of_tier = VisitDue.objects.filter(account_id=OuterRef("account_id"), tier=asked.tier)
        rows = rows.filter(Exists(of_tier))
    return rows


def recent_visits(sight: Sight, asked: Asked, most: int) -> list[Listed]:
    return _with_accounts(sight, _visits(sight, asked).order_by("-on", "-id"), 1, most).rows


@dataclass(frozen=True)
class ManagerLoad:
    manager_id: str | None
    overdue: int


def overdue_by_manager(sight: Sight, today: date) -> list[ManagerLoad]:
    """How many visits are overdue, by manager, the most first; for who sees all accounts."""
    rows = _overdue(_due(sight), today).values("manager_id").annotate(n=Count("*"))
    return [
        ManagerLoad(row["manager_id"], row["n"])
        for row in rows.order_by("-n", "manager_id")[:MOST_MANAGERS]
    ]


def managers(sight: Sight) -> list[str]:
    """Who looks after the accounts that this user sees, who has the most first."""

    def make() -> list[str]:
        known = sight.accounts.filter(manager_id__isnull=False).values("manager_id")
        counted = known.annotate(n=Count("id")).order_by("-n", "manager_id")
        return [row["manager_id"] for row in counted[:MOST_CHOICES]]

    return sight.kept("managers", make)


def due_soonest(sight: Sight, most: int, today: date) -> list[Listed]:
    """Accounts whose visit was most likely just made: mine that are due."""
    rows = _due(sight).filter(due_on__lte=today + SOON)
    if sight.user.staff_id:
        rows = rows.filter(manager_id=sight.user.staff_id)
    return _with_accounts(sight, rows.order_by("rank", "due_on", "id"), 1, most).rows


def _with_accounts(sight: Sight, rows: QuerySet[Any], number: int, size: int = PAGE) -> Page:
    start = (number - 1) * size
    found = list(rows[start : start + size + 1])
    known = _accounts_of(sight, found)
    shown = [Listed(row, known[row.account_id]) for row in found[:size] if row.account_id in known]
    return Page(shown, number, len(found) > size)


def _accounts_of(sight: Sight, rows: Iterable[Any]) -> dict[str, Account]:
    ids = {row.account_id for row in rows}
    if not ids:
        return {}
    known = sight.accounts.filter(account_id__in=ids)
    return {account.account_id: account for account in known}


# Requests and promises


@dataclass(frozen=True)
class Open:
    """Open rows: those with a day first, then (on the first page) those without."""

    page: Page
    without: list[Listed]
    overdue: int


def open_requests(sight: Sight, *, mine: bool, number: int, today: date) -> Open:
    """Requests without an answer, by the day on which it is due."""
    rows = seen(sight, Request).filter(answered_on__isnull=True)
    if mine:
        rows = rows.filter(owner_id=sight.user.staff_id)
    dated = rows.filter(answer_due_on__isnull=False)
    without: list[Listed] = []
    if number == 1:
        rest = rows.filter(answer_due_on__isnull=True).order_by("id")
        without = _with_accounts(sight, rest, 1).rows
    page = _with_accounts(sight, dated.order_by("answer_due_on", "id"), number)
    return Open(page, without, dated.filter(answer_due_on__lt=today).count())


def open_promises(sight: Sight, *, mine: bool, number: int, today: date) -> Open:
    """Promises that are not kept yet, by the day on which they are due."""
    rows = seen(sight, Promise).filter(kept_on__isnull=True)
    if mine:
        rows = rows.filter(by_id=sight.user.staff_id)
    page = _with_accounts(sight, rows.order_by("due_on", "id"), number)
    return Open(page, [], rows.filter(due_on__lt=today).count())


def with_row(sight: Sight, found: Open, row: Any) -> Open:
    """With a row that was sent and refused, also where its page does not have it."""
    there = [one.row.pk for one in (*found.page.rows, *found.without)]
    if row.pk not in there:
        found.page.rows[:0] = _with_accounts(sight, type(row).objects.filter(pk=row.pk), 1).rows
    return found


def answered_requests(sight: Sight) -> list[Listed]:
    rows = seen(sight, Request).filter(answered_on__isnull=False)
    return _with_accounts(sight, rows.order_by("-raised_on", "-id"), 1, RECENT).rows


def kept_promises(sight: Sight) -> list[Listed]:
    rows = seen(sight, Promise).filter(kept_on__isnull=False)
    return _with_accounts(sight, rows.order_by("-kept_on", "-id"), 1, RECENT).rows


def kept_how(promise: Any) -> str:
    """How a promise was kept: in_time, late, short, late_short; "" while it is open."""
    if promise.kept_on is None:
        return ""
    late = promise.kept_on > promise.due_on
    given, promised = promise.kept_amount, promise.amount
    short = promised is not None and given is not None and given < promised
    return "late_short" if late and short else "late" if late else "short" if short else "in_time"


def overdue_promises(account: Account, today: date) -> list[Any]:
    """Promises to an account that the reader sees whose day is past, the oldest first."""
    rows = of_account(account, Promise).filter(kept_on__isnull=True)
    return list(rows.filter(due_on__lt=today).order_by("due_on", "id")[:MOST_OF_ACCOUNT])


# Terms


def agreements_of(sight: Sight, account: Account) -> list[Any]:
    """The agreements of an account, and those of its segment."""
    rows = visible(sight.user, Agreement)
    whose = Q(account_id=account.account_id)
    if account.segment:
        whose |= Q(account_id__isnull=True, segment=account.segment)
    return list(rows.filter(whose).order_by("-from_on", "-id")[:MOST_OF_ACCOUNT])


def promised(user: Any, promise_ids: Iterable[str]) -> set[str]:
    """Those of some rebates that are promised already."""
    rows = visible(user, Promise).filter(promise_id__in=list(promise_ids))
    return set(rows.order_by().values_list("promise_id", flat=True))


def incentives_of(account: Account) -> list[Any]:
    return list(of_account(account, Incentive)[:MOST_OF_ACCOUNT])


# Notices


@dataclass(frozen=True)
class Told:
    """What an account told us, with the account as it stands."""

    notice: Any
    account: Account | None = None
    contact: str = ""


def told_lately(sight: Sight, now: datetime, there: Iterable[Account] = ()) -> list[Told]:
    """Notices written down within the week, the newest first; of each account the last.

    there: accounts that the page has already
    """
    rows = seen(sight, Notice).filter(recorded_at__gte=now - timedelta(days=TOLD_DAYS))
    # Not what files brought, nor what is history: see `notices.IN_FORCE_DAYS`.
    since = now.date() - timedelta(days=IN_FORCE_DAYS)
    rows = rows.filter(recorded_by__isnull=False, on__gte=since)
    found: dict[str, Any] = {}
    for notice in rows.select_related("recorded_by").order_by("-recorded_at", "-id")[:MOST_TOLD]:
        found.setdefault(notice.account_id, notice)
    known = {account.account_id: account for account in there}
    known |= _accounts_of(sight, [n for a, n in found.items() if a not in known])
    return [Told(n, known[a]) for a, n in found.items() if a in known]


def notices_of(account: Account, today: date) -> list[Told]:
    """What an account that the reader sees told us within the last year, the newest first."""
    rows = of_account(account, Notice).filter(on__gte=today - timedelta(days=IN_FORCE_DAYS))
    found = list(rows.select_related("recorded_by").order_by("-on", "-id")[:5])
    names = (
        contact_names(account.account_id, also_left=True)
        if any(n.by_contact_id for n in found)
        else {}
    )
    return [Told(n, None, names.get(n.by_contact_id or "", "")) for n in found]
