"""Reads of the pages of service, from what was measured with the assessment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow.compute as pc
from django.conf import settings
from django.utils import timezone

from mainstay import engine
from mainstay.core.settings import Settings
from mainstay.desk.access.models import Role
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.accounts.words import SIZES
from mainstay.desk.care.models import Complaint
from mainstay.desk.complaints.queries import staff_named
from mainstay.desk.delivery.queries import QUARTERS, quarters
from mainstay.desk.guarantees.queries import Cell, cell_of
from mainstay.desk.paging import Numbered, page_number
from mainstay.desk.service import words
from mainstay.desk.service.models import Opinion

PAGE = 25
OPINIONS_SHOWN = 20
NOW, BEFORE = -1, -2  # quarters of service_groups: half years
COMPLAINTS = "service_complaints"
__all__ = ["QUARTERS", "quarters"]


def kept(assessment_id: str) -> Any:
    """What was measured of service; None where it was not, or where nothing is known of it."""
    found = engine.standing_of(settings.HOME.store, assessment_id)
    return found if found is not None and "service_groups" in found.tables else None


@dataclass(frozen=True)
class Figures:
    """Counts of a half year, and those of the half year before."""

    name: str
    row: Mapping[str, Any]
    past: Mapping[str, Any]

    def share(self, part: str, whole: str, *, past: bool = False) -> float | None:
        row = self.past if past else self.row
        return row[part] / row[whole] if row.get(whole) else None

    @property
    def in_time(self) -> float | None:
        return self.share("in_time_done", "in_time_n")

    @property
    def before(self) -> float | None:
        return self.share("in_time_done", "in_time_n", past=True)

    @property
    def answer(self) -> float | None:
        return self.share("answer_done", "answer_n")

    @property
    def solve(self) -> float | None:
        return self.share("solve_done", "solve_n")

    @property
    def at_first(self) -> float | None:
        return self.share("first_done", "first_n")

    @property
    def proactive(self) -> float | None:
        return self.share("proactive", "contacts")

    @property
    def requests(self) -> float | None:
        return self.share("request_met", "request_n")

    @property
    def unanswered(self) -> float | None:
        answered = self.share("answered", "opinion_n")
        return None if answered is None else 1 - answered

    @property
    def means(self) -> list[tuple[Any, float | None, int]]:
        """Of each question: its word, the mean answer, of how many."""
        return [
            (word, self.share(f"{name}_sum", f"{name}_n"), self.row.get(f"{name}_n") or 0)
            for name, word in words.QUESTIONS.items()
        ]


@dataclass(frozen=True)
class Load:
    """What one person has in hand; row: of service_load."""

    name: str
    row: Mapping[str, Any]


@dataclass(frozen=True)
class Portfolio:
    """Figures over all accounts: of all, by size, kind and severity, by quarter; what part of their time was used."""

    whole: Figures | None
    groups: dict[str, list[Figures]]
    quarters: dict[int, dict[str, Any]]
    spread: list[dict[str, Any]]

    @property
    def named_groups(self) -> list[tuple[str, Any, list[Figures]]]:
        return [(by, words.GROUPS[by], rows) for by, rows in self.groups.items() if rows]

    @property
    def sizes(self) -> list[Figures]:
        return self.groups["size"]


def portfolio(found: Any) -> Portfolio:
    """For those who see all accounts."""
    rows: dict[tuple[str, str], dict[int, dict[str, Any]]] = {}
    for row in found.table("service_groups").to_pylist():
        rows.setdefault((row["by"], row["name"]), {})[row["quarter"]] = row
    order = {"size": list(SIZES), "kind": [], "severity": []}
    for by in ("kind", "severity"):
        order[by] = [name for one, name in rows if one == by]
    groups = {
        by: [
            one for name in names if (one := _figures(words.group(by, name), rows.get((by, name))))
        ]
        for by, names in order.items()
    }
    groups["kind"].sort(key=lambda one: -one.row["complaints"])
    whole = rows.get(("all", "all"), {})
    return Portfolio(
        _figures("all", whole), groups, whole, found.table("service_spread").to_pylist()
    )


def _figures(name: str, rows: Mapping[int, dict[str, Any]] | None) -> Figures | None:
    if not rows or NOW not in rows:
        return None
    return Figures(name, rows[NOW], rows.get(BEFORE, {}))


def load(sight: Sight, found: Any) -> list[Load]:
    """What each person has in hand, by name: all for the director, themselves for everybody else (R11)."""
    table = found.table("service_load")
    if sight.user.role != Role.DIRECTOR:
        table = table.filter(pc.equal(table["staff_id"], sight.user.staff_id or ""))
    rows = table.to_pylist()
    names = staff_named(row["staff_id"] for row in rows)
    made = [Load(names.get(row["staff_id"], row["staff_id"] or ""), row) for row in rows]
    return sorted(made, key=lambda one: (one.row["staff_id"] is None, one.name))


@dataclass(frozen=True)
class Asked:
    """The list as an address asks for it; what makes no sense is as if it were not there."""

    size: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Any) -> Asked:
        size = query.get("size", "")
        return cls(size if size in SIZES else "", page_number(query))


@dataclass(frozen=True)
class Page(Numbered):
    rows: list[dict[str, Any]]
    number: int
    further: bool


@dataclass(frozen=True)
class Said:
    """One opinion that was asked for, as it stands today; state: one of words.STATES"""

    opinion: Opinion
    state: str

    @property
    def answers(self) -> list[tuple[Any, int | None]]:
        return [(word, getattr(self.opinion, name)) for name, word in words.QUESTIONS.items()]


@dataclass(frozen=True)
class OfAccount:
    """How we serve one account.

    row: table service, None where nothing is known; card: its row of the card
    peers: by quarter, of all accounts of its size class together
    numbers: of complaints that the desk knows, by their codes
    """

    row: dict[str, Any] | None
    card: Cell | None
    quarters: dict[int, dict[str, Any]]
    peers: dict[int, dict[str, Any]]
    complaints: Page
    opinions: list[Said]
    numbers: dict[str, int]


def of_account(sight: Sight, found: Any, account: Account, asked: Asked) -> OfAccount:
    """From rows of one account alone, and the small table of groups."""
    rows = found.rows("service", account.account_id).to_pylist()
    row = rows[0] if rows else None
    page = _page(found.rows(COMPLAINTS, account.account_id).to_pylist()[::-1], asked.page)
    codes = [one["complaint_id"] for one in page.rows]
    there = Complaint.objects.filter(account_id=account.account_id, complaint_id__in=codes)
    return OfAccount(
        row=row,
        card=cell_of(sight, found, account.account_id, "service"),
        quarters={
            one["quarter"]: one
            for one in found.rows("service_quarters", account.account_id).to_pylist()
        },
        peers=_peers(found, row["size_class"] if row else None),
        complaints=page,
        opinions=_said(account.account_id),
        numbers=dict(there.values_list("complaint_id", "pk")),
    )


def _page(rows: list[dict[str, Any]], number: int) -> Page:
    pages = max(1, -(-len(rows) // PAGE))
    number = min(number, pages)
    return Page(rows[(number - 1) * PAGE : number * PAGE], number, number < pages)


def _peers(found: Any, size: str | None) -> dict[int, dict[str, Any]]:
    rows = found.table("service_groups").to_pylist()
    return {r["quarter"]: r for r in rows if (r["by"], r["name"]) == ("size", size)}


def _said(account_id: str) -> list[Said]:
    """What they were asked and answered, the newest first, as it stands today."""
    days = Settings.load(settings.HOME.folder).opinion_days
    overdue = timezone.localdate() - timedelta(days=days)
    asked = Opinion.objects.filter(account_id=account_id).order_by("-asked_on", "-id")
    return [Said(one, _state(one, overdue)) for one in asked[:OPINIONS_SHOWN]]


def _state(opinion: Opinion, overdue: date) -> str:
    if opinion.answered_on is not None:
        return "answered"
    return "unanswered" if opinion.asked_on < overdue else "waiting"
