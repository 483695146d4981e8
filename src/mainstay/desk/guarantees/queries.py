"""Reads of how accounts stand: one account's card, the worst of many, and all by size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse

from mainstay import engine
from mainstay.core.errors import NotFound
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.guarantees import words
from mainstay.desk.guarantees.models import CardRow
from mainstay.desk.guarantees.publishing import kept
from mainstay.desk.paging import Numbered, page_number

PAGE = 25
SIZES = ("large", "medium", "small")
URGENT = 0.0  # what lies above is to be mended
HARDLY = 0.02  # of a measure: less is no change


@dataclass(frozen=True)
class Cell:
    """How an account stands in one guarantee, as it is shown.

    better: whether it is better than half a year before; None = the same, or not known
    first: what of the card is to be mended first
    """

    guarantee: str
    standing: str
    measure: str
    before: str
    peers: str
    promised: str
    better: bool | None
    told: str
    mend: str
    href: str = ""
    first: bool = False


def cell(row: Any, currency: str, *, first: bool = False) -> Cell:
    """row: of the engine's CARD, as a dict, or a CardRow"""
    at = row if isinstance(row, Mapping) else vars(row)
    shown = {
        name: words.measured(at[name], at["unit"], currency)
        for name in ("measure", "before", "peers", "promised")
    }
    page = words.ACCOUNT_PAGES.get(at["guarantee"])
    return Cell(
        at["guarantee"],
        at["standing"],
        better=_better(at),
        told=words.said(at["told"], currency),
        mend=words.said(at["mend"], currency),
        href=reverse(page, args=[at["account_id"]]) if page else "",
        first=first,
        **shown,
    )


def cell_of(sight: Sight, found: Any, account_id: str, guarantee: str) -> Cell | None:
    """One guarantee of an account's card, from what was measured; None where it has none."""
    try:
        cards = found.rows(engine.CARDS, account_id).to_pylist()
    except NotFound:
        return None
    row = next((card for card in cards if card["guarantee"] == guarantee), None)
    return cell(row, sight.currency) if row else None


def _better(at: Mapping[str, Any]) -> bool | None:
    now, before = at["measure"], at["before"]
    if now is None or before is None or abs(now - before) <= HARDLY * abs(before):
        return None
    return bool((now > before) != at["less"])


def card_of(sight: Sight, account: Account) -> list[Cell] | None:
    """An account's card, the most urgent first, else in the order of the guarantees; None where nothing was measured."""
    standing = kept(account.assessment_id)
    if standing is None:
        return None
    rows = {
        row["guarantee"]: row for row in standing.rows(engine.CARDS, account.account_id).to_pylist()
    }
    worst = max(rows.values(), key=lambda row: row["urgency"], default=None)
    first = worst["guarantee"] if worst and worst["urgency"] > URGENT and worst["mend"] else ""
    order = list(words.GUARANTEES)

    def place(name: str) -> tuple[float, int]:
        return -rows[name]["urgency"], order.index(name)

    return [
        cell(rows[name], sight.currency, first=name == first)
        for name in sorted(rows.keys() & set(words.GUARANTEES), key=place)
    ]


def seen_of(sight: Sight, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows of the accounts that one sees, of a table with `account_id`."""
    if sight.user.sees_all_accounts:
        # Nearly all of them are seen: the list is walked in its order, and left at the page's end.
        seen = sight.accounts.order_by().filter(account_id=OuterRef("account_id"))
        return rows.filter(Exists(seen))
    return rows.filter(account_id__in=sight.accounts.order_by().values("account_id"))


def _rows(sight: Sight) -> QuerySet[CardRow]:
    return CardRow.objects.filter(assessment_id=sight.assessment.pk if sight.assessment else "")


@dataclass(frozen=True)
class Asked:
    """The list as an address asks for it; what makes no sense is as if it were not there."""

    guarantee: str
    size: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Any, guarantee: str = "") -> Asked:
        asked, size = guarantee or query.get("of", ""), query.get("size", "")
        return cls(
            asked if asked in words.GUARANTEES else "delivery",
            size if size in SIZES else "",
            page_number(query),
        )


@dataclass(frozen=True)
class Row:
    account: Account
    cell: Cell


@dataclass(frozen=True)
class Page(Numbered):
    rows: list[Row]
    number: int
    further: bool


def worst(sight: Sight, asked: Asked) -> Page:
    """Accounts by how urgent something is to be mended in one guarantee."""
    rows = _rows(sight).filter(guarantee=asked.guarantee, urgency__gt=URGENT)
    if asked.size:
        rows = rows.filter(size_class=asked.size)
    start = (asked.page - 1) * PAGE
    found = list(seen_of(sight, rows).order_by("-urgency", "id")[start : start + PAGE + 1])
    accounts = {
        one.account_id: one
        for one in sight.accounts.filter(account_id__in=[row.account_id for row in found[:PAGE]])
    }
    return Page(
        [Row(accounts[row.account_id], cell(row, sight.currency)) for row in found[:PAGE]],
        asked.page,
        len(found) > PAGE,
    )


@dataclass(frozen=True)
class Spread:
    """How accounts of one size, or all, stand in one guarantee.

    n: by standing, of those of which something is known
    """

    guarantee: str
    size: str
    n: dict[str, int]

    @property
    def known(self) -> int:
        return sum(n for standing, n in self.n.items() if standing != "unknown")

    @property
    def poor(self) -> int:
        return self.n.get("poor", 0)

    @property
    def shares(self) -> list[tuple[str, int, float]]:
        """Standing, how many, and their share; the poor first."""
        return [
            (one, self.n[one], self.n[one] / max(self.known, 1))
            for one in ("poor", "watch", "good")
            if self.n.get(one)
        ]


def by_size(sight: Sight) -> dict[str, list[Spread]]:
    """By guarantee: how the accounts that one sees stand, of all sizes ("") and of each."""
    counted = sight.kept("cards by size", lambda: _counted(sight))
    found = {}
    for name in words.GUARANTEES:
        sizes = {
            size: {standing: n for g, s, standing, n in counted if (g, s) == (name, size)}
            for size in SIZES
        }
        whole: dict[str, int] = {}
        for g, _size, standing, n in counted:
            if g == name:
                whole[standing] = whole.get(standing, 0) + n
        if whole:
            found[name] = [Spread(name, size, n) for size, n in {"": whole, **sizes}.items()]
    return found


def _counted(sight: Sight) -> list[tuple[str, str, str, int]]:
    rows = _rows(sight)
    if not sight.user.sees_all_accounts:
        rows = seen_of(sight, rows)
    counted = rows.order_by().values_list("guarantee", "size_class", "standing")
    return list(counted.annotate(n=Count("id")))
