"""Reads of the pages of season stock: what is agreed and how it goes, and one account's season."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
from django.conf import settings
from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from mainstay import engine
from mainstay.core.errors import NotFound
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.jobs.models import Job, State
from mainstay.desk.paging import Numbered, page_number
from mainstay.desk.seasons import words
from mainstay.desk.seasons.models import Confirmation, SeasonFollow, SeasonForecast, SeasonPlan

PAGE = 25
MOST_PRODUCTS = 25  # in sums
SHOWN = 25  # products of one season on its page, the dearest first; all are in the sheet
PRINTED = 100  # on the page for the meeting
KIND = "season"
MOST_DIGITS = 15  # of a row's number
BEGUN = ("early", "on", "below", "above")
NOT_CONFIRMED = Q(produced__isnull=True) | Q(carried__isnull=True)
_SHOWN = {
    "off": Q(urgency__gt=0),
    "running": Q(state__in=BEGUN),
    "before": Q(state="before"),
    "open": NOT_CONFIRMED & ~Q(state="over"),
}


@dataclass(frozen=True)
class Asked:
    """The list as an address asks for it; what makes no sense is as if it were not there."""

    show: str = ""
    account: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Any) -> Asked:
        show = query.get("show", "")
        return cls(
            show if show in words.SHOWS else "", query.get("account", "")[:200], page_number(query)
        )


@dataclass(frozen=True)
class Row:
    row: SeasonFollow
    account: Account | None


@dataclass(frozen=True)
class Page(Numbered):
    rows: list[Row]
    number: int
    further: bool


def followed(sight: Sight, asked: Asked) -> QuerySet[SeasonFollow]:
    """What is agreed with accounts that the reader sees, what is off first."""
    rows = SeasonFollow.objects.order_by("-urgency", "id")
    if not sight.user.sees_all_accounts or sight.hidden:
        rows = rows.filter(account_id__in=sight.accounts.order_by().values("account_id"))
    if asked.account:
        rows = rows.filter(account_id=asked.account)
    return rows.filter(_SHOWN[asked.show]) if asked.show else rows


def page(sight: Sight, asked: Asked) -> Page:
    start = (asked.page - 1) * PAGE
    found = list(followed(sight, asked).defer("weeks")[start : start + PAGE + 1])
    ids = {row.account_id for row in found}
    accounts = {one.account_id: one for one in sight.accounts.filter(account_id__in=ids)}
    rows = [Row(row, accounts.get(row.account_id)) for row in found[:PAGE]]
    return Page(rows, asked.page, len(found) > PAGE)


def counts(sight: Sight, asked: Asked) -> dict[str, int]:
    """How many products of plans there are, by what the list can show."""
    rows = followed(sight, Asked(account=asked.account)).order_by()
    named = {f"n_{show}": Count("id", filter=q) for show, q in _SHOWN.items()}
    found = rows.aggregate(n_=Count("id"), **named)
    return {name.removeprefix("n_"): n for name, n in found.items()}


@dataclass(frozen=True)
class OfProduct:
    """What is agreed of a product with all accounts."""

    product_id: str | None
    category: str | None
    name: str | None
    accounts: int
    whole: float
    ordered: float
    produced: float
    carried: float


def by_product(sight: Sight) -> list[OfProduct]:
    """Sums over all accounts, the largest plans first; for who sees all of them."""
    if not sight.user.sees_all_accounts:
        return []
    rows = SeasonFollow.objects.exclude(state="over").order_by()
    rows = rows.values("product_id", "category", "name").annotate(
        accounts=Count("account_id", distinct=True),
        sum_whole=Sum("whole"),
        sum_ordered=Sum("ordered"),
        sum_produced=Sum("produced"),
        sum_carried=Sum("carried"),
    )
    return [
        OfProduct(
            one["product_id"],
            one["category"],
            one["name"],
            one["accounts"],
            *(one[f"sum_{name}"] or 0.0 for name in ("whole", "ordered", "produced", "carried")),
        )
        for one in rows.order_by("-sum_whole")[:MOST_PRODUCTS]
    ]


def not_agreed(sight: Sight) -> list[Account]:
    """Accounts that buy much, with which nothing is agreed: the first whose season to talk about."""
    agreed = SeasonFollow.objects.exclude(state="over").values("account_id")
    rows = sight.accounts.exclude(account_id__in=agreed).filter(tier="A")
    return list(rows.exclude(state__in=("lost", "closed")).order_by("-amount_52", "id")[:10])


# One account


@lru_cache(maxsize=32)
def _kept(store: Path, season_id: str) -> engine.SeasonMade:
    return engine.load_season(store, season_id)


def forecast_of(account: Account) -> tuple[SeasonForecast, engine.SeasonMade] | None:
    """The newest forecast of an account; None where there is none, or it was cleared away."""
    row = (
        SeasonForecast.objects.filter(account_id=account.account_id)
        .order_by("-made_at", "-id")
        .first()
    )
    if row is None:
        return None
    try:
        return row, _kept(settings.HOME.store, row.season_id)
    except NotFound:
        return None


@dataclass(frozen=True)
class Cell:
    """One product's month; key: of its form field"""

    key: str
    row: Mapping[str, Any]


@dataclass(frozen=True)
class Product:
    """One product of a season.

    cells: its months; field: of its opening stock
    """

    product_id: str | None
    name: str | None
    category: str | None
    unit: str | None
    cells: tuple[Cell, ...]
    field: str
    money: float

    @property
    def opening(self) -> float | None:
        first = self.cells[0].row
        return first["opening"] if first["opening_told"] else None

    @property
    def lots(self) -> engine.Lots:
        first = self.cells[0].row
        # Forecasts from before packs were kept know none.
        return engine.Lots(pack=first.get("pack"), minimum=first.get("minimum"))

    @property
    def expected(self) -> float:
        return sum(cell.row["expected"] for cell in self.cells)

    @property
    def delivery(self) -> float:
        return sum(cell.row["delivery"] for cell in self.cells)

    @property
    def short(self) -> float:
        return sum(cell.row["short"] or 0.0 for cell in self.cells)

    @property
    def late(self) -> bool:
        return any(cell.row["too_late"] for cell in self.cells)


def products(made: engine.SeasonMade) -> tuple[Product, ...]:
    """The products of a plan, the dearest first; field names count in this order."""
    return _products(settings.HOME.store, made.id)


@lru_cache(maxsize=32)
def _products(store: Path, season_id: str) -> tuple[Product, ...]:
    made = _kept(store, season_id)
    rows: dict[tuple[str | None, str | None], list[dict[str, Any]]] = {}
    for row in made.plan.to_pylist():
        rows.setdefault(
            (row["product_id"], None if row["product_id"] else row["category"]), []
        ).append(row)
    worth = {key: sum(row["expected"] * row["price"] for row in some) for key, some in rows.items()}
    ranked = sorted(rows, key=lambda key: (-worth[key], key[0] or "", key[1] or ""))
    return tuple(
        Product(
            rows[key][0]["product_id"],
            rows[key][0]["name"],
            rows[key][0]["category"],
            rows[key][0]["unit"],
            tuple(Cell(f"q-{i}-{j}", row) for j, row in enumerate(rows[key])),
            f"o-{i}",
            worth[key],
        )
        for i, key in enumerate(ranked)
    )


@dataclass(frozen=True)
class Totals:
    """Of a season's months, in money.

    better: how much less the forecast was off at earlier dates than the year before, as a share; None = not known
    """

    expected: float
    low: float
    high: float
    naive: float
    better: float | None
    delivery: float
    short: int
    late: int


def totals(made: engine.SeasonMade) -> Totals:
    return _totals(settings.HOME.store, made.id)


@lru_cache(maxsize=32)
def _totals(store: Path, season_id: str) -> Totals:
    made = _kept(store, season_id)
    first = made.asked.first.replace(day=1)
    months = [
        row
        for row in made.months.to_pylist()
        if row["expected"] is not None and row["month"] >= first
    ]
    half = [
        sum((row[name] - row["expected"]) ** 2 for row in months) ** 0.5 for name in ("low", "high")
    ]
    expected = sum(row["expected"] for row in months)
    plan = made.plan
    worth = pc.sum(pc.multiply(plan["delivery"], plan["price"])).as_py() or 0.0
    naive = made.meta["naive_error"]
    return Totals(
        expected,
        max(expected - half[0], 0.0),
        expected + half[1],
        sum(row["naive"] for row in months),
        1 - made.meta["error"] / naive if naive else None,
        worth,
        _products_with(plan, pc.greater(pc.fill_null(plan["short"], 0.0), 0.0)),
        _products_with(plan, plan["too_late"]),
    )


def _products_with(plan: Any, these: Any) -> int:
    return len(plan.filter(these)["product_id"].unique())


@dataclass(frozen=True)
class Agreed(Numbered):
    """What is agreed with an account and how it goes, what is off first."""

    rows: list[SeasonFollow]
    number: int
    further: bool


def agreed(account: Account, number: int) -> Agreed:
    rows = SeasonFollow.objects.filter(account_id=account.account_id).order_by("-urgency", "id")
    start = (number - 1) * PAGE
    found = list(rows[start : start + PAGE + 1])
    return Agreed(found[:PAGE], number, len(found) > PAGE)


def followed_one(account: Account, pk: str) -> list[SeasonFollow]:
    """The product of a plan that a form names; none where it is no such."""
    if not pk.isascii() or not pk.isdecimal() or len(pk) > MOST_DIGITS:
        return []
    return list(SeasonFollow.objects.filter(account_id=account.account_id, pk=int(pk)))


def confirmations(account: Account, plans: Iterable[str]) -> list[Confirmation]:
    rows = Confirmation.objects.filter(account_id=account.account_id, plan_id__in=set(plans))
    return list(rows.order_by("-ready_on", "-id")[:PAGE])


def agreements(account: Account) -> list[dict[str, Any]]:
    """Its plans that hold, the newest first: when and with whom agreed."""
    rows = SeasonPlan.objects.filter(account_id=account.account_id, state="agreed").order_by()
    found = rows.values("plan_id", "agreed_on", "agreed_by").annotate(
        first=Min("month"), last=Max("month")
    )
    return list(found.order_by("-agreed_on", "plan_id")[:PAGE])


def job_of(account: Account, newest: SeasonForecast | None) -> tuple[Job | None, Job | None]:
    """The work on this account's forecast that is under way, and the last that failed since the newest."""
    rows = Job.objects.filter(kind=KIND, arguments__asked__account_id=account.account_id)
    last = rows.order_by("-asked_at").first()
    if last is None:
        return None, None
    if last.state in (State.WAITING, State.RUNNING):
        return last, None
    newer = newest is None or last.asked_at > newest.made_at
    return None, last if last.state == State.FAILED and newer else None
