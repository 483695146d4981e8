"""Reads of the pages of product needs, from what was measured with the assessment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import QuerySet

from mainstay import engine
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.accounts.words import SIZES
from mainstay.desk.guarantees import publishing as guarantees
from mainstay.desk.guarantees.queries import Cell, cell, seen_of
from mainstay.desk.needs.models import Chance
from mainstay.desk.paging import Numbered, one_of, page_number

PAGE = 15
LAUNCHES_SHOWN, WAITING_SHOWN, SHIFTS_SHOWN = 20, 10, 15


def kept(assessment_id: str) -> Any:
    """What was measured of product needs; None where it was not, or where nothing is known."""
    found = guarantees.kept(assessment_id)
    return found if found is not None and "needs" in found.tables else None


@dataclass(frozen=True)
class Portfolio:
    """Of all accounts: what is new, by size class and quarter; launches and their courses; categories."""

    quarters: Mapping[str, Mapping[int, dict[str, Any]]]
    launches: list[dict[str, Any]]
    courses: Mapping[str, dict[int, float]]
    shifts: list[dict[str, Any]]

    def new_share(self, size: str, first: int = 0, last: int = 3) -> float | None:
        rows = [row for q, row in self.quarters.get(size, {}).items() if first <= q <= last]
        money = sum(row["money"] for row in rows)
        return sum(row["new_money"] for row in rows) / money if money else None

    @property
    def new(self) -> list[dict[str, Any]]:
        return [row for row in self.launches if row["new"]]

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The newest launches, each beside what earlier ones had at its age."""
        earlier = self.earlier
        found = []
        for row in self.new[:LAUNCHES_SHOWN]:
            course = self.courses.get(row["product_id"], {})
            age = max(course, default=0)
            usual = earlier.get(age)
            share = row["taken"] / row["eligible"] if row["eligible"] else None
            found.append(
                {**row, "share": share, "then": course.get(age), "usual": usual, "age": age}
            )
        return found

    @property
    def earlier(self) -> dict[int, float]:
        """By quarter after the launch the median share of launches of more than two years ago."""
        old = [self.courses.get(row["product_id"], {}) for row in self.launches if not row["new"]]
        return {q: _median([c[q] for c in old if q in c]) for q in {q for c in old for q in c}}

    @property
    def now(self) -> float | None:
        return self.new_share("all")

    @property
    def before(self) -> float | None:
        return self.new_share("all", 2, 5)

    @property
    def told(self) -> bool:
        """Whether anything is known of launches."""
        return bool(self.launches)


def _median(values: list[float]) -> float:
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def portfolio(found: Any) -> Portfolio:
    """For those who see all accounts."""
    quarters: dict[str, dict[int, dict[str, Any]]] = {}
    for row in found.table("needs_quarters").to_pylist():
        quarters.setdefault(row["size_class"], {})[row["quarter"]] = row
    courses: dict[str, dict[int, float]] = {}
    for row in found.table("needs_courses").to_pylist():
        courses.setdefault(row["product_id"], {})[row["quarter"]] = row["share"]
    shifts = found.table("needs_shifts")
    return Portfolio(
        quarters,
        found.table("needs_launches").to_pylist(),
        courses,
        shifts.slice(0, SHIFTS_SHOWN).to_pylist(),
    )


@dataclass(frozen=True)
class Asked:
    """The list of chances as an address asks for it; what makes no sense is as if it were not there."""

    size: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Any) -> Asked:
        return cls(one_of(query, "size", SIZES), page_number(query))


@dataclass(frozen=True)
class Page(Numbered):
    """rows: (chance, account)"""

    rows: list[tuple[Chance, Account]]
    number: int
    further: bool


def chances(sight: Sight, asked: Asked) -> Page:
    """Of each account that one sees its best chance, the most money at its lower end first."""
    rows: QuerySet[Chance] = Chance.objects.filter(assessment=sight.assessment)
    if asked.size:
        rows = rows.filter(size_class=asked.size)
    start = (asked.page - 1) * PAGE
    found = list(seen_of(sight, rows).order_by("-low", "id")[start : start + PAGE + 1])
    accounts = _accounts(sight, [row.account_id for row in found[:PAGE]])
    shown = [(row, accounts[row.account_id]) for row in found[:PAGE] if row.account_id in accounts]
    return Page(shown, asked.page, len(found) > PAGE)


def _accounts(sight: Sight, ids: list[str]) -> dict[str, Account]:
    return {one.account_id: one for one in sight.accounts.filter(account_id__in=set(ids))}


@dataclass(frozen=True)
class Waiting:
    """Requests for products without an answer; rows: (request, account), the longest first."""

    n: int
    overdue: int
    rows: list[tuple[dict[str, Any], Account]]


def waiting(sight: Sight, found: Any) -> Waiting:
    rows = found.table("needs_asked")
    rows = own(sight, rows.filter(rows["open"]))
    longest = rows.sort_by([("waited_days", "descending"), ("request_id", "ascending")])
    shown = longest.slice(0, WAITING_SHOWN).to_pylist()
    accounts = _accounts(sight, [row["account_id"] for row in shown])
    return Waiting(
        rows.num_rows,
        pc.sum(rows["overdue"]).as_py() or 0,
        [(row, accounts[row["account_id"]]) for row in shown if row["account_id"] in accounts],
    )


def own(sight: Sight, rows: pa.Table) -> pa.Table:
    """The rows of the accounts that one sees."""
    if sight.user.sees_all_accounts:
        return rows
    seen = list(sight.accounts.order_by().values_list("account_id", flat=True))
    return rows.filter(pc.is_in(rows["account_id"], value_set=pa.array(seen, pa.string())))


@dataclass(frozen=True)
class OfAccount:
    """Product needs of one account; lists are empty where nothing is known.

    row: of table needs, None where it bought nothing within 52 weeks and asked for nothing
    """

    row: dict[str, Any] | None
    card: Cell | None
    mix: list[dict[str, Any]]
    new: list[dict[str, Any]]
    stopped: list[dict[str, Any]]
    outdated: list[dict[str, Any]]
    chances: list[dict[str, Any]]
    asked: list[dict[str, Any]]

    @property
    def unlisted(self) -> int:
        """How many new products of what it buys are not in the list: few peers took them, or others more."""
        offered = (self.row or {}).get("offered") or 0
        return max(offered - len(self.new), 0)

    @property
    def likely(self) -> float | None:
        """How often what fits so was begun, on average over what is shown."""
        known = [row["likely"] for row in self.chances if row["likely"] is not None]
        return sum(known) / len(known) if known else None


def of_account(sight: Sight, found: Any, account: Account) -> OfAccount:
    """From the rows of one account alone."""

    def rows(name: str) -> list[dict[str, Any]]:
        return list(found.rows(name, account.account_id).to_pylist())

    cards = [row for row in rows(engine.CARDS) if row["guarantee"] == "needs"]
    return OfAccount(
        next(iter(rows("needs")), None),
        cell(cards[0], sight.currency) if cards else None,
        *(
            rows(f"needs_{name}")
            for name in ("mix", "new", "stopped", "outdated", "chances", "asked")
        ),
    )
