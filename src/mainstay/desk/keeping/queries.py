"""Reads of what keeping is worth, and of new accounts."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from mainstay import engine
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.charts.curves import MOST
from mainstay.desk.imports.words import COLUMNS
from mainstay.desk.keeping import words
from mainstay.desk.keeping.models import YOUNG, Newcomer
from mainstay.desk.paging import Numbered, one_of, page_number
from mainstay.desk.value.queries import managers, with_accounts

PAGE = 25
MOST_GROUPS = 60  # rows of a table; a file has them all
SHOWS = tuple(words.SHOWS)
Row = dict[str, Any]

__all__ = ["managers"]


@dataclass(frozen=True)
class Figure:
    """A figure as it is read: its words, what it is and its 80% interval; what would tell it where it is not known."""

    measure: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    currency: str

    @property
    def known(self) -> bool:
        return self.value is not None

    @property
    def name(self) -> str:
        return str(words.MEASURES[self.measure])

    @property
    def shown(self) -> str:
        if self.measure == "won_for_kept":
            return words.times(self.value)
        return words.shown(self.value, self.unit, self.currency)

    @property
    def between(self) -> str:
        if self.measure == "won_for_kept":
            return words.range_of(self.low, self.high, "accounts", self.currency)
        return words.range_of(self.low, self.high, self.unit, self.currency)

    @property
    def wanting(self) -> str:
        return str(words.WANTING[self.measure]).format(column=COLUMNS["acquisition_cost"])

    @property
    def table(self) -> str:
        """Where what would tell it is written down; "" = with the orders."""
        return words.TABLES.get(self.measure, "")


@dataclass(frozen=True)
class Curve:
    """One retention curve: a row of GROUPS, and its rows of RETENTION by month."""

    head: Row
    rows: list[Row]

    @property
    def name(self) -> str:
        return words.group(self.head["by"], self.head["name"])


@dataclass(frozen=True)
class Worth:
    """What keeping is worth, of all accounts.

    by: what the curves are by; groups: all of it, each with whether its curve is `drawn`
    ages: rows of AGES of those whose birthday is known, else of all since they were first seen
    """

    figures: dict[str, Figure]
    by: str
    groups: list[tuple[Curve, bool]]
    further: int
    ages: list[Row]
    used: dict[str, float]

    @property
    def drawn(self) -> list[Curve]:
        return [one for one, drawn in self.groups if drawn]

    @property
    def whole(self) -> bool:
        """Whether it is one curve alone, with its band."""
        return len(self.drawn) == 1

    @property
    def since_born(self) -> bool:
        return bool(self.ages) and self.ages[0]["birthday_known"]


def frozen(sight: Sight) -> Any:
    """What was kept with the assessment that is shown; None where keeping was not measured then."""
    if sight.assessment is None:
        return None
    found = engine.standing_of(settings.HOME.store, sight.assessment.pk)
    return found if found is not None and "worth" in found.tables else None


def worth(sight: Sight, by: str = "all", asked: Sequence[str] = ()) -> Worth | None:
    """None for who sees their own accounts alone, and where it was not measured.

    asked: the names of the groups whose curves are wanted; none = the largest
    """
    found = frozen(sight) if sight.user.sees_all_accounts else None
    if found is None:
        return None
    figures = {
        row["measure"]: Figure(currency=sight.currency, **row)
        for row in found.table("worth").to_pylist()
    }
    groups, further = _groups(found, by, asked)
    ages = found.table("worth_ages").to_pylist()
    born = [row for row in ages if row["birthday_known"]]
    used = found.document("keeping") if "keeping" in found.documents else {}
    return Worth(figures, by, groups, further, born or ages, used)


def _groups(found: Any, by: str, asked: Sequence[str]) -> tuple[list[tuple[Curve, bool]], int]:
    heads = [row for row in found.table("retention_groups").to_pylist() if row["by"] == by]
    months: dict[str, list[Row]] = {}
    for row in found.table("retention").to_pylist():
        if row["by"] == by:
            months.setdefault(row["name"], []).append(row)
    largest = sorted(heads, key=lambda row: -row["accounts"])
    told = [row["name"] for row in largest if len(months.get(row["name"], ())) > 1]
    chosen = [name for name in told if name in asked][:MOST] or told[:MOST]
    kept = {row["name"] for row in largest[:MOST_GROUPS]} | set(chosen)
    return [
        (Curve(row, months.get(row["name"], [])), row["name"] in chosen)
        for row in heads
        if row["name"] in kept
    ], max(0, len(heads) - len(kept))


@dataclass(frozen=True)
class Origins:
    """Of all new accounts: rows of SOURCES by what they are by, of GROWTH, and of SIGNS_TABLE."""

    all: Row
    by: dict[str, list[Row]]
    growth: list[Row]
    signs: list[Row]


def origins(sight: Sight) -> Origins | None:
    """None for who sees their own accounts alone, where it was not measured, and where none is new."""
    found = frozen(sight) if sight.user.sees_all_accounts else None
    rows = found.table("newcomer_sources").to_pylist() if found else []
    if found is None or not rows:
        return None
    by: dict[str, list[Row]] = {
        one: sorted(
            (row for row in rows if row["by"] == one),
            key=lambda row: (not row["name"], -row["accounts"]),
        )[:MOST_GROUPS]
        for one in words.ORIGINS
    }
    growth = found.table("newcomer_growth").to_pylist()
    return Origins(rows[0], by, growth, found.table("newcomer_signs").to_pylist())


def telling(sight: Sight) -> list[Row]:
    """The early signs that tell who stays from who goes; rows of SIGNS_TABLE."""
    found = frozen(sight)
    signs = found.table("newcomer_signs").to_pylist() if found else []
    return [row for row in signs if not row["low"] <= 0 <= row["high"]]


@dataclass(frozen=True)
class Asked:
    """The list as an address asks for it; what makes no sense is as if it were not there."""

    show: str = "all"
    manager: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Any, managers: Container[str]) -> Asked:
        """managers: codes of those whose accounts the reader can choose"""
        show = one_of(query, "show", SHOWS, "all")
        return cls(show, one_of(query, "manager", managers), page_number(query))


@dataclass(frozen=True)
class Page(Numbered):
    """One page of new accounts; rows: (Newcomer, account)."""

    rows: list[tuple[Newcomer, Account]]
    number: int
    further: bool


_OF = {
    "all": Q(),
    "like": Q(like__gt=0),
    "young": Q(like=YOUNG),
    "core": Q(core_on__isnull=False),
}


def listed(sight: Sight, asked: Asked) -> QuerySet[Newcomer]:
    """Own accounts that were new in the year before, those like those that went first."""
    of = sight.assessment.pk if sight.assessment else ""
    rows = Newcomer.objects.filter(_OF[asked.show], assessment_id=of)
    accounts = sight.accounts.order_by()
    if asked.manager:
        accounts = accounts.filter(manager_id=asked.manager)
    if sight.user.sees_all_accounts and not asked.manager:
        # Nearly all of them are seen: the list is walked in its order, and left at the page's end.
        return rows.filter(Exists(accounts.filter(account_id=OuterRef("account_id"))))
    return rows.filter(account_id__in=accounts.values("account_id"))


def page(sight: Sight, asked: Asked) -> Page:
    start = (asked.page - 1) * PAGE
    found = list(listed(sight, asked)[start : start + PAGE + 1])
    return Page(with_accounts(sight, found[:PAGE]), asked.page, len(found) > PAGE)


def counts(sight: Sight, asked: Asked) -> dict[str, int]:
    """How many are in each list."""

    def count() -> dict[str, int]:
        rows = listed(sight, Asked(manager=asked.manager)).order_by()
        found = rows.aggregate(**{f"n_{show}": Count("id", filter=of) for show, of in _OF.items()})
        return {show: found[f"n_{show}"] for show in _OF}

    return sight.kept(f"newcomers {asked.manager}", count)
