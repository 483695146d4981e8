"""The accounts that hang on one person, most money first, whatever their number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Sum

from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.paging import Numbered
from mainstay.desk.relations import words
from mainstay.desk.relations.findings import HANGING, Finding
from mainstay.desk.relations.models import Relationship
from mainstay.desk.relations.queries import names_in

__all__ = ["Page", "Sight", "page"]

PAGE = 50
MOST_PAGES = 40
# Fewer such accounts than this are looked up by their codes; of more, the largest accounts are walked
# through until a page is full. Each way is slow where the other is quick.
FEW = 1_000
_WORST: dict[str, tuple[str, ...]] = {
    "": tuple(HANGING),
    "ours": ("lost_with_ours", "one_of_ours", "hangs_on_ours"),
    "theirs": ("one_of_theirs", "hangs_on_theirs"),
    "nobody_known": ("nobody_known",),
    "deciders": ("decider_unknown", "decider_against"),
}


@dataclass(frozen=True)
class Row:
    account: Account
    relationship: Relationship
    worst: str
    others: tuple[str, ...]
    level: Any


@dataclass(frozen=True)
class Page(Numbered):
    """kind: what is listed; accounts, amount: how many in all, and what they bought in 52 weeks"""

    kind: str
    rows: tuple[Row, ...]
    number: int
    further: bool
    accounts: int
    amount: float


def page(sight: Sight, kind: str, number: int) -> Page:
    """A page of the accounts whose worst finding is of a kind."""
    number = min(max(1, number), MOST_PAGES)
    wanted = Relationship.objects.filter(worst__in=_WORST[kind])
    ids = list(wanted.values_list("account_id", flat=True)[: FEW + 1])
    rows = sight.accounts.filter(amount_52__isnull=False)
    # For their sum all of them are looked up, also where they are many.
    total = _total(sight, kind, rows.filter(account_id__in=wanted.values("account_id")))
    if len(ids) <= FEW:
        rows = rows.filter(account_id__in=ids)
    else:
        rows = rows.filter(Exists(wanted.filter(account_id=OuterRef("account_id"))))
    start = (number - 1) * PAGE
    # Keys first: of those that stand before the page, whole rows would be carried along.
    order = rows.order_by("-amount_52", "-id").values_list("pk", flat=True)
    keys = list(order[start : start + PAGE + 1])
    found = Account.objects.in_bulk(keys[:PAGE])
    return Page(
        kind,
        tuple(_rows([found[key] for key in keys[:PAGE] if key in found])),
        number,
        len(keys) > PAGE and number < MOST_PAGES,
        total["accounts"] or 0,
        total["amount"] or 0.0,
    )


def _total(sight: Sight, kind: str, rows: QuerySet[Account]) -> dict[str, Any]:
    """Kept until a relationship changes: a sum over all of them is too slow for each look."""
    changed = Relationship.objects.aggregate(at=Max("made_at"))["at"]

    def make() -> dict[str, Any]:
        return rows.aggregate(accounts=Count("id"), amount=Sum("amount_52"))

    return sight.kept(f"relations {kind} {changed}", make)


def _rows(accounts: list[Account]) -> list[Row]:
    known = {
        one.account_id: one
        for one in Relationship.objects.filter(account_id__in=[a.account_id for a in accounts])
    }
    found = {i: [Finding.read(f) for f in one.findings] for i, one in known.items()}
    names = names_in([f for ones in found.values() for f in ones[:2]])
    rows = []
    for account in accounts:
        said = [words.sentence(f, names) for f in found.get(account.account_id, [])[:2]]
        if said:
            one = known[account.account_id]
            level = words.LEVELS.get(one.level or 0)
            rows.append(Row(account, one, said[0], tuple(said[1:]), level))
    return rows
