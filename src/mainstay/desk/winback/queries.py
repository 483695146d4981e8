"""Reads of the page of lost accounts: by when to call them, why then, who knows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Count,
    Exists,
    Max,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)

from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, manager_names
from mainstay.desk.accounts.words import sentences
from mainstay.desk.care.models import VisitDue
from mainstay.desk.cases.models import OPEN, Case
from mainstay.desk.causes.words import WHOSE
from mainstay.desk.designs.models import Design
from mainstay.desk.designs.queries import Waiting, waiting, waiting_for
from mainstay.desk.paging import Numbered, code_in, one_of, page_number
from mainstay.desk.relations.models import Contact, Tie
from mainstay.desk.winback import words
from mainstay.desk.winback.checks import LOST
from mainstay.desk.winback.models import LostAccount, WinBack
from mainstay.desk.winback.publishing import holds

PAGE = 25
PLAY = "win_back"
SOON_DAYS = 91
MOST_KNOWING = 3  # names of those who know an account
MOST_MANAGERS = 500


@dataclass(frozen=True)
class Asked:
    """The list as an address asks for it; what makes no sense is as if it were not there."""

    show: str = ""
    manager: str = ""
    whose: str = ""
    cause: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Any) -> Asked:
        return cls(
            one_of(query, "show", words.SHOWS),
            code_in(query, "manager"),
            one_of(query, "whose", WHOSE),
            one_of(query, "cause", words.CAUSES),
            page_number(query),
        )


@dataclass(frozen=True)
class Lost:
    """One lost account of the list.

    given: the date that somebody set, where it holds; case: that is open about it
    waits: the trial for which nobody is to win it back today
    knowing: codes of ours who know somebody there, who knows them best first
    """

    row: LostAccount
    account: Account
    why: list[str]
    given: WinBack | None
    case: Case | None
    knowing: list[str]
    last_on: date | None
    waits: Waiting | None = None


@dataclass(frozen=True)
class Page(Numbered):
    rows: list[Lost]
    number: int
    further: bool


@dataclass(frozen=True)
class Part:
    """How many are to be called now, soon, later, or wait in a trial; value: margin that their second lives are
    expected to bring."""

    n: int
    value: float


def _accounts(sight: Sight, asked: Asked) -> QuerySet[Account]:
    rows = sight.accounts.filter(state=LOST).order_by()
    if asked.manager:
        rows = rows.filter(manager_id=asked.manager)
    return rows.filter(cause_whose=asked.whose) if asked.whose else rows


def _rows(sight: Sight, asked: Asked) -> QuerySet[LostAccount]:
    rows = LostAccount.objects.filter(assessment_id=sight.assessment.pk if sight.assessment else "")
    if asked.cause:
        rows = rows.filter(cause=asked.cause)
    accounts = _accounts(sight, asked)
    if sight.user.sees_all_accounts and not (asked.manager or asked.whose):
        # Nearly all of them are seen: the list is walked in its order, and left at the page's end.
        return rows.filter(Exists(accounts.filter(account_id=OuterRef("account_id"))))
    return rows.filter(account_id__in=accounts.values("account_id"))


def _when(show: str, today: date) -> Q:
    """Which rows a part of the list has; who waits in a trial is in no other part, for nobody is to call it."""
    waits = Q(account_id__in=waiting_for(today, PLAY).values("account_id"))
    if show == "waits":
        return waits
    soon = today + timedelta(days=SOON_DAYS)
    if show == "soon":
        return Q(call_from__gt=today, call_from__lte=soon) & ~waits
    return (Q(call_from__gt=soon) if show == "later" else Q(call_from__lte=today)) & ~waits


def parts(sight: Sight, asked: Asked, today: date) -> dict[str, Part]:
    """By what the list can show; counted anew with each day, each date that somebody sets, and each trial."""
    entered = list(_entered(WinBack).union(_entered(Design), all=True))
    sums: dict[str, Any] = {}
    for show in words.SHOWS:
        sums[f"n_{show}"] = Count("id", filter=_when(show, today))
        sums[f"value_{show}"] = Sum("value", filter=_when(show, today))
    found = sight.kept(
        f"win back {today} {entered} {asked.manager} {asked.whose} {asked.cause}",
        lambda: _rows(sight, asked).order_by().aggregate(**sums),
    )
    return {s: Part(found[f"n_{s}"], found[f"value_{s}"] or 0.0) for s in words.SHOWS}


def _entered(model: type[Model]) -> QuerySet[Any, dict[str, Any]]:
    """How many rows a table has, and when the last was written; one row."""
    which = Value(model._meta.db_table)
    rows = model._default_manager.order_by().values(which=which)
    return rows.annotate(n=Count("id"), last=Max("recorded_at"))


def managers(sight: Sight) -> list[str]:
    """Whose lost accounts there are, by code, for who sees several managers' accounts."""
    rows = sight.accounts.filter(state=LOST).exclude(manager_id=None).order_by()
    codes = sight.kept(
        "managers of lost accounts",
        lambda: list(rows.values_list("manager_id", flat=True).distinct()[:MOST_MANAGERS]),
    )
    found = [one for one in codes if one]
    return found if len(found) > 1 else []


def names(found: Page, managers: list[str]) -> dict[str, str]:
    """The names of all whom the page names, by code."""
    shown = (code for one in found.rows for code in (one.account.manager_id, *one.knowing))
    return manager_names([*managers, *shown])


def by_name(codes: list[str], known: Mapping[str, str]) -> list[tuple[str, str]]:
    """Codes with their names, in the order of names."""
    return sorted(((one, known.get(one, one)) for one in codes), key=lambda pair: pair[1])


def listed(sight: Sight, asked: Asked, today: date) -> QuerySet[LostAccount]:
    """All rows of the list, in its order."""
    order = ("call_from", "id") if asked.show else ("-value", "-id")
    return _rows(sight, asked).filter(_when(asked.show, today)).order_by(*order)


def page(sight: Sight, asked: Asked, today: date) -> Page:
    """What is to be called first comes first; of those whose day has come, what is worth most."""
    rows = _with_visits(listed(sight, asked, today))
    start = (asked.page - 1) * PAGE
    found = list(rows[start : start + PAGE + 1])
    shown = found[:PAGE]
    # Who waits is in one part alone, so that the others need not ask.
    waits = waiting((row.account_id for row in shown), today, PLAY) if asked.show == "waits" else {}
    return Page(_whole(sight, shown, waits), asked.page, len(found) > PAGE)


def one(sight: Sight, account_id: str, today: date) -> Lost | None:
    """One lost account as the list shows it; None where the list has no such row."""
    if not account_id:
        return None
    rows = _with_visits(_rows(sight, Asked())).filter(account_id=account_id)[:1]
    return next(iter(_whole(sight, list(rows), waiting([account_id], today, PLAY))), None)


def _with_visits(rows: QuerySet[LostAccount]) -> QuerySet[Any]:
    """Rows with last_on, of the latest visit."""
    visited = VisitDue.objects.filter(account_id=OuterRef("account_id")).order_by()
    return rows.annotate(last_on=Subquery(visited.values("last_on")[:1]))


def _whole(sight: Sight, rows: list[Any], waits: Mapping[str, Waiting]) -> list[Lost]:
    """rows: with last_on, of the latest visit; waits: the trials in which accounts of them wait"""
    ids = [row.account_id for row in rows]
    mine = {"account_id__in": ids}
    accounts = {one.account_id: one for one in sight.accounts.filter(**mine)}
    given = {one.account_id: one for one in WinBack.objects.filter(**mine)}
    cases = {one.account_id: one for one in Case.objects.filter(OPEN, **mine)}
    knowing = _knowing(ids)
    found = []
    for row in rows:
        date_set = given.get(row.account_id)
        found.append(
            Lost(
                row,
                accounts[row.account_id],
                sentences(row.why, sight.currency),
                date_set if date_set and holds(date_set, row) else None,
                cases.get(row.account_id),
                knowing.get(row.account_id, []),
                row.last_on,
                waits.get(row.account_id),
            )
        )
    return found


def _knowing(ids: list[str]) -> dict[str, list[str]]:
    """Of some accounts, the codes of ours who know somebody there."""
    contacts = Contact.objects.filter(account_id__in=ids, left_on__isnull=True).order_by()
    accounts = dict(contacts.values_list("contact_id", "account_id"))
    best: dict[str, dict[str, int]] = {}
    for contact, staff, strength in Tie.objects.filter(contact_id__in=list(accounts)).values_list(
        "contact_id", "staff_id", "strength"
    ):
        known = best.setdefault(accounts[contact], {})
        known[staff] = max(known.get(staff, 0), strength or 0)
    return {
        account: sorted(known, key=lambda w: (-known[w], w))[:MOST_KNOWING]
        for account, known in best.items()
    }
