"""Reads of what was given to accounts: overdue stop dates first, price concessions last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models import Case as WhichOf

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.care.models import Incentive
from mainstay.desk.cases import words as case_words
from mainstay.desk.cases.asked import first_of, known
from mainstay.desk.cases.models import Approval, Case
from mainstay.desk.cases.without_approval import unapproved
from mainstay.desk.facts.rights import seen
from mainstay.desk.incentives import words
from mainstay.desk.incentives.budgets import BARE
from mainstay.desk.numbers import typed
from mainstay.desk.paging import Numbered, one_of, page_number

PAGE = 25
PRICE = Q(kind="discount")


@dataclass(frozen=True)
class Filters:
    """The list as an address asks for it; what makes no sense is as if it were not there.

    year: in which it began; None = any
    """

    show: str = ""
    pool: str = ""
    year: int | None = None
    mine: bool = False
    page: int = 1

    @classmethod
    def read(cls, query: Any, today: date) -> Filters:
        year = typed(query.get("year", "")[:4], 0)
        return cls(
            one_of(query, "show", words.SHOWS),
            one_of(query, "pool", case_words.POOLS),
            year if today.year - words.YEARS < year <= today.year else None,
            query.get("whose") == "mine",
            page_number(query),
        )

    def apply(self, rows: QuerySet[Incentive], staff_id: str, today: date) -> QuerySet[Incentive]:
        return rows.filter(self.narrowing(staff_id, today))

    def narrowing(self, staff_id: str, today: date) -> Q:
        found = Q(kind=self.pool) if self.pool else Q()
        if self.year:
            found &= Q(from_on__gte=date(self.year, 1, 1), from_on__lt=date(self.year + 1, 1, 1))
        if self.mine and staff_id:
            found &= Q(owner_id=staff_id)
        if self.show == "unapproved":
            found &= unapproved(today)
        return found & BARE if self.show == "without" else found


@dataclass(frozen=True)
class Given:
    """One incentive of the list.

    row: with account_name, account_tier and case_pk, of the case through which it was approved, and
        whether it is unapproved
    stage: overdue, running or over
    effect: `engine.Measured`; None where nothing can be measured, and why_not says why
    """

    row: Any
    stage: str
    effect: Any
    why_not: str

    @property
    def share(self) -> float | None:
        """Spent, of the budget."""
        if not self.row.budget or self.row.spent is None:
            return None
        return float(self.row.spent / self.row.budget)


@dataclass(frozen=True)
class Page(Numbered):
    rows: list[Given]
    number: int
    further: bool


def page(sight: Sight, asked: Filters, today: date, lengths: list[int]) -> Page:
    """lengths: of the list's parts, as `counts` gives them"""
    rows = asked.apply(seen(sight, Incentive), sight.user.staff_id, today)
    start = (asked.page - 1) * PAGE
    found = _walk(rows, _parts(asked.show, today), lengths, start, PAGE + 1)
    shown = _beside(sight, found[:PAGE], today)
    listed = [Given(row, stage(row, today), *_effect(sight, row)) for row in shown]
    return Page(listed, asked.page, len(found) > PAGE)


def _beside(sight: Sight, rows: list[Incentive], today: date) -> list[Any]:
    """Rows with what stands beside them; asked for these alone, not for all that pages before have."""
    accounts = known(sight).order_by().filter(account_id=OuterRef("account_id"))
    approved = Approval.objects.filter(incentive_id=OuterRef(OuterRef("incentive_id")))
    cases = Case.objects.filter(case_id__in=approved.order_by().values("case_id")).order_by()
    whole = Incentive.objects.filter(pk__in=[row.pk for row in rows]).annotate(
        account_name=first_of(accounts, "name"),
        account_tier=first_of(accounts, "tier"),
        case_pk=Subquery(cases.values("pk")[:1]),
        unapproved=ExpressionWrapper(unapproved(today), output_field=BooleanField()),
    )
    by_pk = whole.in_bulk()
    return [by_pk[row.pk] for row in rows if row.pk in by_pk]


@dataclass(frozen=True)
class Part:
    """A part of the list, which an index walks in its order."""

    which: Q
    order: tuple[str, str]


def _parts(show: str, today: date) -> list[Part]:
    """The list in its order."""
    past, settled = Q(to_on__lt=today), Q(spent__isnull=False)
    overdue = Part(past & ~settled, ("to_on", "id"))
    running = Part(~PRICE & Q(to_on__gte=today), ("to_on", "id"))
    endless = Part(~PRICE & Q(to_on__isnull=True), ("-from_on", "-id"))
    over = Part(~PRICE & past & settled, ("-to_on", "-id"))
    now = ~past | Q(to_on__isnull=True)

    def price(which: Q) -> Part:
        return Part(PRICE & which, ("-from_on", "-id"))

    return {
        "overdue": [overdue],
        "running": [running, endless, price(now)],
        "over": [over, price(past & settled)],
    }.get(show, [overdue, running, endless, over, price(now | settled)])


def _walk(
    rows: QuerySet[Incentive], parts: list[Part], lengths: list[int], start: int, n: int
) -> list[Incentive]:
    """So many rows of the parts put behind one another."""
    if not start and sum(lengths) < n:
        return _whole(rows, parts)
    found: list[Incentive] = []
    for part, length in zip(parts, lengths, strict=True):
        if start < length and len(found) < n:
            wanted = slice(start, start + n - len(found))
            found += rows.filter(part.which).order_by(*part.order)[wanted]
        start = max(0, start - length)
    return found


def _whole(rows: QuerySet[Incentive], parts: list[Part]) -> list[Incentive]:
    """The whole of a short list, in one question."""
    places = [When(part.which, then=Value(place)) for place, part in enumerate(parts)]
    place = WhichOf(*places, output_field=IntegerField())

    def order(row: Any) -> tuple[int, int, int]:
        day = parts[row.place].order[0]
        sign = -1 if day.startswith("-") else 1
        return row.place, sign * getattr(row, day.lstrip("-")).toordinal(), sign * row.pk

    return sorted(rows.annotate(place=place).filter(place__isnull=False), key=order)


def stage(row: Incentive, today: date) -> str:
    if row.to_on is None or row.to_on >= today:
        return "running"
    return "overdue" if row.spent is None else "over"


def _effect(sight: Sight, row: Any) -> tuple[Any, str]:
    """What the case of an incentive kept, or why that can't be said."""
    if row.case_pk is None:
        return None, "no_case"
    if sight.assessment is None:
        return None, "not_expected"
    as_of = sight.assessment.as_of

    def measure() -> list[Any]:
        try:
            return [engine.measured(settings.HOME, row.account_id, row.from_on, as_of=as_of)]
        except MainstayError:
            return [None]

    found = sight.kept(f"measured {row.account_id} {row.from_on}", measure)[0]
    return found, "" if found is not None else "not_expected"


def counts(sight: Sight, asked: Filters, today: date) -> tuple[dict[str, int], list[int]]:
    """How many there are, by what the list can show; and of the list as it is asked for, by its parts."""
    over = Q(to_on__lt=today)
    parts = _parts(asked.show, today)
    narrowed = asked.narrowing(sight.user.staff_id, today)
    found: dict[str, int] = (
        seen(sight, Incentive)
        .order_by()
        .aggregate(
            all=Count("id"),
            overdue=Count("id", filter=over & Q(spent__isnull=True)),
            running=Count("id", filter=~over | Q(to_on__isnull=True)),
            over=Count("id", filter=over & Q(spent__isnull=False)),
            without=Count("id", filter=BARE),
            unapproved=Count("id", filter=unapproved(today)),
            **{f"part_{i}": Count("id", filter=narrowed & p.which) for i, p in enumerate(parts)},
        )
    )
    lengths = [found.pop(f"part_{i}") for i in range(len(parts))]
    return {**found, "": found["all"]}, lengths
