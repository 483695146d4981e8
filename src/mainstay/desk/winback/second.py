"""Reads of the page of accounts that came back, and of what is known of returns by cause."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from mainstay import engine
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.paging import Numbered, code_in, one_of, page_number
from mainstay.desk.winback import words
from mainstay.desk.winback.models import SecondLife

PAGE = 50
LEAVING = (*engine.LEAVING, "lost")
LANDMARK = 13  # weeks since the last order: about when an account counts as lost
YEAR = 12  # months
LEAST_WATCHED = 10  # where fewer are watched, a curve ends (learning.second_lives)
SHOWN = ("returns", "return_causes", "second_curves")


@dataclass(frozen=True)
class Asked:
    """The list as an address asks for it; what makes no sense is as if it were not there."""

    show: str = ""
    manager: str = ""
    cause: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Any) -> Asked:
        return cls(
            one_of(query, "show", words.LIVES),
            code_in(query, "manager"),
            one_of(query, "cause", words.CAUSES),
            page_number(query),
        )


@dataclass(frozen=True)
class Life:
    """One account in its second life."""

    row: SecondLife
    account: Account

    @property
    def beside(self) -> float | None:
        """What it buys a year beside before it left; None = not known."""
        if self.row.now is None or not self.row.before or self.row.before <= 0:
            return None
        return self.row.now / self.row.before

    @property
    def leaving(self) -> bool:
        return self.account.state in LEAVING


@dataclass(frozen=True)
class Page(Numbered):
    rows: list[Life]
    number: int
    further: bool


def listed(sight: Sight, asked: Asked) -> QuerySet[SecondLife]:
    """Who came back last comes first."""
    rows = SecondLife.objects.filter(assessment_id=sight.assessment.pk if sight.assessment else "")
    if asked.cause:
        rows = rows.filter(cause=asked.cause)
    return rows.filter(account_id__in=_accounts(sight, asked).values("account_id")).order_by(
        "-back_on", "id"
    )


def _accounts(sight: Sight, asked: Asked) -> QuerySet[Account]:
    accounts = sight.accounts.order_by()
    if asked.manager:
        accounts = accounts.filter(manager_id=asked.manager)
    return accounts.filter(state__in=LEAVING) if asked.show == "leaving" else accounts


def counts(sight: Sight, asked: Asked) -> dict[str, int]:
    """How many each choice would show."""
    return {
        show: listed(sight, Asked(show, asked.manager, asked.cause)).order_by().count()
        for show in words.LIVES
    }


def page(sight: Sight, asked: Asked) -> Page:
    start = (asked.page - 1) * PAGE
    found = list(listed(sight, asked)[start : start + PAGE + 1])
    return Page(with_accounts(sight, found[:PAGE]), asked.page, len(found) > PAGE)


def with_accounts(sight: Sight, rows: list[SecondLife]) -> list[Life]:
    shown = sight.accounts.filter(account_id__in=[row.account_id for row in rows])
    accounts = {one.account_id: one for one in shown}
    return [Life(row, accounts[row.account_id]) for row in rows if row.account_id in accounts]


def managers(sight: Sight) -> list[str]:
    """Whose accounts came back, by code, for who sees several managers' accounts."""
    rows = listed(sight, Asked()).values("account_id").order_by()
    accounts = sight.accounts.filter(account_id__in=rows).exclude(manager_id=None).order_by()
    codes = sorted(set(accounts.values_list("manager_id", flat=True)))
    return [code for code in codes if code] if len(codes) > 1 else []


@dataclass(frozen=True)
class Cause:
    """What is known of returns by one cause of leaving: row of RETURN_CAUSES, and P(back within a year) with its
    80% interval, of who left a quarter ago.

    takes: how many accounts have to leave for it until returns can be told apart, as often as they come back
    """

    row: dict[str, Any]
    p: float
    low: float
    high: float

    @property
    def takes(self) -> int:
        left = words.LEAST_CASES - self.row["returned"]
        return max(1, math.ceil(left / max(self.p, 0.01)))


@dataclass(frozen=True)
class Known:
    """Of all accounts of the company, for those who see all of them.

    all: of all causes; causes: of each; curves: share still there by month, by name (learning.second_lives)
    """

    all: Cause
    causes: list[Cause]
    curves: dict[str, list[dict[str, Any]]]

    def at_year(self, curve: str) -> dict[str, Any] | None:
        """The share still there after 12 months; None where too few were watched for so long."""
        return next((row for row in self.curves.get(curve, []) if row["month"] == YEAR), None)

    @property
    def takes(self) -> int:
        """How many accounts have to leave for one cause until its returns can be told apart."""
        return math.ceil(words.LEAST_CASES / max(self.all.p, 0.01))

    @property
    def cases(self) -> int:
        """How many came back, also where they are too few for a curve."""
        return round(self.all.row["returned"])


def known(sight: Sight) -> Known | None:
    """None where it was not measured, or the reader does not see all accounts."""
    if sight.assessment is None or not sight.user.sees_all_accounts:
        return None
    frozen = engine.standing_of(settings.HOME.store, sight.assessment.pk)
    if frozen is None or not set(SHOWN) <= set(frozen.tables):
        return None
    chances = {
        row["cause"]: row
        for row in frozen.table("returns").to_pylist()
        if row["since_weeks"] == LANDMARK
    }
    found = []
    for row in frozen.table("return_causes").to_pylist():
        chance = chances[row["cause"]]
        found.append(Cause(row, chance["within_52"], chance["low_52"], chance["high_52"]))
    curves: dict[str, list[dict[str, Any]]] = {}
    for row in frozen.table("second_curves").to_pylist():
        curves.setdefault(row["curve"], []).append(row)
    return Known(found[0], found[1:], curves)
