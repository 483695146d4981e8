"""The pools of a year: what there is, what is given and spent of it, what is asked for, what is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, DateField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest

from mainstay import engine
from mainstay.core.budgets import AHEAD_WEEKS, POOLS, USUAL_SHARE, YEAR_WEEKS, yearly
from mainstay.core.settings import Settings
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.care.models import Incentive
from mainstay.desk.cases.models import Approval
from mainstay.desk.facts.rights import seen

ZERO = Decimal(0)
BARE = Q(in_return_for__isnull=True) | Q(in_return_for="")


@dataclass(frozen=True)
class Pool:
    """One pool in a year, in the reporting currency.

    budget: of the year; None where it is not known, or not for the reader
    given: what was spent of what is over, and of what runs still the whole budget
    by_now: how much of the budget plans may have given by now; None of other years than this
    """

    kind: str
    budget: float | None
    given: float
    spent: float
    asked: float
    by_now: float | None = None

    @property
    def left(self) -> float | None:
        return None if self.budget is None else self.budget - self.given

    @property
    def over(self) -> bool:
        """Whether more is given, or would be if all were approved, than there is."""
        return self.budget is not None and self.given + self.asked > self.budget


@dataclass(frozen=True)
class Given:
    """What was given in a year, in the reporting currency.

    sums: by pool, what was given and what was spent
    back, bare: how many for something in return, and for nothing; their money
    """

    sums: dict[str, tuple[float, float]]
    back: int
    back_money: float
    bare: int
    bare_money: float

    @property
    def bare_share(self) -> float | None:
        """Of the money, given for nothing in return."""
        total = self.back_money + self.bare_money
        return self.bare_money / total if total else None


@dataclass(frozen=True)
class Year:
    """The pools of a year.

    usual: whether the budgets are the usual share of sales, since none is set
    exchanged: how many sums in other currencies are in it, at the rates of their days
    unrated: how many are not, by currency, since no rate is known
    """

    year: int
    pools: list[Pool]
    usual: bool
    given: Given
    exchanged: int
    unrated: dict[str, int]

    @property
    def left_out(self) -> int:
        return sum(self.unrated.values())


def year_of(sight: Sight, year: int, today: date) -> Year:
    """The pools of a year; who looks after accounts sees what is theirs of them, and no budgets."""
    money = _Money(sight)
    given = _given(sight, year, today, money)
    asked = _asked(sight, money) if year == today.year else {}
    budgets, usual = (
        _budgets(sight) if sight.user.sees_all_accounts and year == today.year else ({}, False)
    )
    weeks = (today - date(today.year, 1, 1)).days / 7
    part = min((weeks + AHEAD_WEEKS) / YEAR_WEEKS, 1.0)
    pools = [
        Pool(
            kind,
            budgets.get(kind),
            *given.sums.get(kind, (0.0, 0.0)),
            asked=asked.get(kind, 0.0),
            by_now=None if budgets.get(kind) is None else budgets[kind] * part,
        )
        for kind in POOLS
    ]
    # Databases group in no promised order: a reader wants the same one on every look.
    return Year(year, pools, usual, given, money.exchanged, dict(sorted(money.unrated.items())))


def pool_now(sight: Sight, kind: str | None, today: date) -> Pool | None:
    """One pool this year, for who decides about its money."""
    return next((p for p in year_of(sight, today.year, today).pools if p.kind == kind), None)


def beyond(sight: Sight, pool: Pool, row: Approval) -> float:
    """How much more a request asks for than its pool has left, in the reporting currency; 0 = it fits, or
    no rate is known.
    """
    rate: float | None = 1.0
    if row.currency and row.currency != sight.currency:
        (rate,) = engine.exchange(settings.HOME, sight.currency, [(row.currency, row.asked_on)])
    if pool.left is None or rate is None:
        return 0.0
    return max(float(row.amount) * rate - max(pool.left, 0.0), 0.0)


def in_currency(sight: Sight) -> Q:
    return Q(currency__isnull=True) | Q(currency="") | Q(currency=sight.currency)


class _Money:
    """Sums of a page on their way into the reporting currency, and how many of them had no rate."""

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        self.exchanged = 0
        self.unrated: dict[str, int] = {}

    def of(
        self, rows: QuerySet[Any], on: str, **sums: Any
    ) -> Iterator[tuple[dict[str, Any], float]]:
        """Rows by pool with their sums, and what one unit of them is worth; nothing where no rate is known.

        on: the column of the day whose rate holds
        sums: what is added up, `money` first of all; `n` counts the rows
        """
        # In one look: of what is in the reporting currency the day does not matter.
        ours = When(in_currency(self.sight), then=Value(None, output_field=DateField()))
        rated = rows.order_by().annotate(rated_on=Case(ours, default=F(on)))
        found = list(rated.values("kind", "currency", "rated_on").annotate(**sums, n=Count("id")))
        yield from ((one, 1.0) for one in found if one["rated_on"] is None)
        others = [one for one in found if one["rated_on"] is not None]
        if not others:
            return
        asked = [(one["currency"], one["rated_on"]) for one in others]
        rates = engine.exchange(settings.HOME, self.sight.currency, asked)
        for one, rate in zip(others, rates, strict=True):
            if rate is not None:
                self.exchanged += one["n"]
            elif one["money"]:
                code = one["currency"]
                self.unrated[code] = self.unrated.get(code, 0) + one["n"]
            yield one, rate or 0.0


def _given(sight: Sight, year: int, today: date, money: _Money) -> Given:
    rows = seen(sight, Incentive).filter(
        from_on__gte=date(year, 1, 1), from_on__lt=date(year + 1, 1, 1)
    )
    spent, budget = Coalesce(F("spent"), ZERO), Coalesce(F("budget"), ZERO)
    given = Case(When(to_on__lt=today, then=spent), default=Greatest(spent, budget))
    sums: dict[str, tuple[float, float]] = {}
    n, bare, total, bare_money = 0, 0, 0.0, 0.0
    for one, rate in money.of(
        rows,
        "from_on",
        money=Sum(given),
        spent_sum=Coalesce(Sum("spent"), ZERO),
        bare_money=Coalesce(Sum(given, filter=BARE), ZERO),
        bare=Count("id", filter=BARE),
    ):
        before = sums.get(one["kind"], (0.0, 0.0))
        its = float(one["money"]) * rate
        sums[one["kind"]] = (before[0] + its, before[1] + float(one["spent_sum"]) * rate)
        total, bare_money = total + its, bare_money + float(one["bare_money"]) * rate
        n, bare = n + one["n"], bare + one["bare"]
    return Given(sums, n - bare, total - bare_money, bare, bare_money)


def _asked(sight: Sight, money: _Money) -> dict[str, float]:
    rows = seen(sight, Approval).filter(state="asked", kind__isnull=False)
    found: dict[str, float] = {}
    for one, rate in money.of(rows, "asked_on", money=Sum("amount")):
        found[one["kind"]] = found.get(one["kind"], 0.0) + float(one["money"]) * rate
    return found


def _budgets(sight: Sight) -> tuple[Mapping[str, float], bool]:
    """The budgets that are set, else the usual share of what all accounts bought, where sales are known."""
    told = yearly(Settings.load(settings.HOME.folder).incentive_budgets)
    if told is not None:
        return {pool: told.get(pool, 0.0) for pool in POOLS}, False
    if sight.assessment is None or sight.assessment.meta.get("amount") == "margin":
        return {}, True
    bought = sight.kept(
        "bought in 52 weeks", lambda: float(sight.accounts.aggregate(n=Sum("amount_52"))["n"] or 0)
    )
    return dict.fromkeys(POOLS, USUAL_SHARE * max(bought, 0.0)), True
