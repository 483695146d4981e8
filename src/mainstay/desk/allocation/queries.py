"""Reads of short stock; lines begin at the accounts that the reader sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from mainstay import engine
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.accounts.words import sentence
from mainstay.desk.allocation.models import Sheet, SheetLine, ShortProduct
from mainstay.desk.paging import Numbered, page_number

PAGE = 50
MOST_SHEETS = 12


@dataclass(frozen=True)
class Shown:
    """One line with the words of its reasons. own: whether the reader may open its account's page"""

    row: SheetLine
    product: str
    reasons: list[str]
    own: bool

    @property
    def short(self) -> float:
        return self.row.wanted - self.row.given

    @property
    def fill(self) -> float:
        return self.row.given / self.row.wanted if self.row.wanted else 1.0


@dataclass(frozen=True)
class Page(Numbered):
    rows: list[Any]
    number: int
    further: bool


def newest() -> Sheet | None:
    return Sheet.objects.order_by("-made_at", "-id").first()


def sheets() -> list[Sheet]:
    """The newest sheets, with who approved them."""
    return list(
        Sheet.objects.select_related("approved_by", "made_by").order_by("-made_at", "-id")[
            :MOST_SHEETS
        ]
    )


def products(sheet: Sheet, query: Mapping[str, str]) -> Page:
    """What is short, the costliest first."""
    rows = ShortProduct.objects.filter(sheet=sheet).order_by("-lost", "id")
    return _page(rows, page_number(query))


def lines(sight: Sight, sheet: Sheet) -> QuerySet[SheetLine]:
    """The lines of a sheet that this reader may see."""
    rows = SheetLine.objects.filter(sheet=sheet)
    if sight.user.sees_all_accounts:
        return rows
    return rows.filter(account_id__in=sight.accounts.order_by().values("account_id"))


def shown(sight: Sight, sheet: Sheet, rows: QuerySet[SheetLine], query: Mapping[str, str]) -> Page:
    """A page of lines, with their reasons in words."""
    found = _page(rows, page_number(query))
    named = {row.product_id for row in found.rows}
    names = dict(
        ShortProduct.objects.filter(sheet=sheet, product_id__in=named).values_list(
            "product_id", "name"
        )
    )
    accounts = {row.account_id for row in found.rows}
    seen = set(
        sight.accounts.filter(account_id__in=accounts)
        .order_by()
        .values_list("account_id", flat=True)
    )
    told = [
        Shown(
            row,
            names.get(row.product_id, row.product_id),
            reasons(row, sheet.currency),
            row.account_id in seen,
        )
        for row in found.rows
    ]
    return Page(told, found.number, found.further)


def reasons(row: SheetLine, currency: str) -> list[str]:
    """Why a line gets what it gets, and why not more."""
    columns = {name: getattr(row, name) for name in engine.ALLOCATION_LINES.names}
    given = columns | {"reason": row.hand_reason}
    return [sentence(text, currency) for text in engine.allocation_reasons(given)]


def _page(rows: QuerySet[Any], number: int) -> Page:
    start = (number - 1) * PAGE
    found = list(rows[start : start + PAGE + 1])
    return Page(found[:PAGE], number, len(found) > PAGE)


@dataclass(frozen=True)
class Rule:
    """One of the three rules: what it loses, and the share of what is wanted that each size class gets."""

    code: str
    lost: float
    fills: list[tuple[str, float | None]]


def rules(sheet: Sheet) -> list[Rule]:
    return [
        Rule(
            code,
            sheet.lost.get(code, 0.0),
            [(one["size_class"], one["fill"]) for one in sheet.sizes if one["rule"] == code],
        )
        for code in engine.ALLOCATION_RULES
    ]


@dataclass(frozen=True)
class Sums:
    """What an account's lines ask for and get, in lines and in expected margin."""

    lines: int
    short: int
    lost: float
    lost_first_come: float
    lost_pro_rata: float


def sums(rows: list[SheetLine]) -> Sums:
    return Sums(
        len(rows),
        sum(1 for row in rows if row.given < row.wanted - 1e-6),
        sum(row.lost for row in rows),
        sum(row.lost_first_come for row in rows),
        sum(row.lost_pro_rata for row in rows),
    )
