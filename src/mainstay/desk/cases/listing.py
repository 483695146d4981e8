"""Reads of the list of cases: what an address asks for, its rows, and what it can be narrowed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, manager_names
from mainstay.desk.cases import words
from mainstay.desk.cases.models import CLOSED, OPEN, Case, CaseStep
from mainstay.desk.cases.queries import overdue, title
from mainstay.desk.facts.rights import visible
from mainstay.desk.paging import Numbered, code_in, one_of, page_number

PAGE = 50
MOST_CHOICES = 2_000


@dataclass(frozen=True)
class Asked:
    """The list of cases as an address asks for it; what makes no sense is as if it were not there.

    owner: who leads it; play: its code
    """

    show: str = ""
    owner: str = ""
    play: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Any) -> Asked:
        return cls(
            one_of(query, "show", words.SHOWS),
            code_in(query, "owner"),
            code_in(query, "play"),
            page_number(query),
        )

    def narrowed(self, rows: QuerySet[Case]) -> QuerySet[Case]:
        """By whom and what, whatever is shown of it."""
        asked = {"owner_id": self.owner, "play": self.play}
        return rows.filter(**{name: value for name, value in asked.items() if value})

    def apply(self, rows: QuerySet[Case], today: date) -> QuerySet[Case]:
        rows = self.narrowed(rows)
        if self.show == "closed":
            return rows.filter(CLOSED)
        return rows.filter(OPEN, overdue(today)) if self.show == "overdue" else rows.filter(OPEN)


@dataclass(frozen=True)
class Listed:
    """One case of the list; account None where no assessment knows it.

    next: of the steps that are not done, the one that is due first; steps, done: how many there are
    """

    case: Case
    account: Account | None
    title: str
    next: CaseStep | None
    steps: int
    done: int


@dataclass(frozen=True)
class Page(Numbered):
    rows: list[Listed]
    number: int
    further: bool


def page(sight: Sight, asked: Asked, plays: Mapping[str, Any], today: date) -> Page:
    """plays: all that are known"""
    rows = asked.apply(_seen(sight), today).order_by("-opened_on", "-id")
    start = (asked.page - 1) * PAGE
    found = list(rows[start : start + PAGE + 1])
    return Page(listed(sight, found[:PAGE], plays), asked.page, len(found) > PAGE)


def listed(sight: Sight, rows: list[Case], plays: Mapping[str, Any]) -> list[Listed]:
    accounts = {
        a.account_id: a for a in sight.accounts.filter(account_id__in={r.account_id for r in rows})
    }
    steps: dict[str, list[CaseStep]] = {}
    for step in CaseStep.objects.filter(case_id__in=[row.case_id for row in rows]):
        steps.setdefault(step.case_id, []).append(step)
    return [
        Listed(
            row,
            accounts.get(row.account_id),
            title(plays, row.play),
            _next(steps.get(row.case_id, [])),
            len(steps.get(row.case_id, [])),
            sum(s.done_on is not None for s in steps.get(row.case_id, [])),
        )
        for row in rows
    ]


def _next(steps: list[CaseStep]) -> CaseStep | None:
    """The step that is due first; by number, where nothing says by when."""
    left = [step for step in steps if step.done_on is None]
    return min(left, key=lambda step: (step.due_on or date.max, step.n, step.pk), default=None)


@dataclass(frozen=True)
class Choices:
    """What the list can be narrowed to, and how many cases there are, whatever is shown.

    owners, plays: whose cases there are, and of which plays, each with its name in the order of names
    counts: by what the list can show
    """

    owners: list[tuple[str, str]]
    plays: list[tuple[str, str]]
    counts: dict[str, int]


def choices(sight: Sight, asked: Asked, plays: Mapping[str, Any], today: date) -> Choices:
    """plays: all that are known"""
    rows = _seen(sight).order_by()
    # One look for the choices and for the counts: few people have cases, of few plays.
    groups = rows.values_list("owner_id", "play", "state").annotate(n=Count("id"))
    owners, names, found = set(), set(), {"open": 0, "closed": 0}
    for owner, play, state, n in groups:
        owners.add(owner)
        names.add(play)
        if asked.owner in ("", owner) and asked.play in ("", play):
            found[state] = found.get(state, 0) + n
    late = asked.narrowed(rows).filter(OPEN, overdue(today)).count() if found["open"] else 0
    known = manager_names(sorted(one for one in owners if one)[:MOST_CHOICES])
    return Choices(
        _by_name({one: known.get(one, one) for one in owners if one}),
        _by_name({one: title(plays, one) for one in names if one}),
        {"": found["open"], "overdue": late, "closed": found["closed"]},
    )


def _by_name(names: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(names.items(), key=lambda pair: pair[1])[:MOST_CHOICES]


def _seen(sight: Sight) -> QuerySet[Case]:
    rows: QuerySet[Case] = visible(
        sight.user, Case, sight.assessment.pk if sight.assessment else None
    )
    return rows
