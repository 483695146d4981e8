"""Reads of account plans: the lists of all, and one account's plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mainstay import engine
from mainstay.core import goal_terms
from mainstay.core.errors import MainstayError
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.accounts.words import SIZES
from mainstay.desk.charts import small
from mainstay.desk.facts.rights import of_account
from mainstay.desk.paging import Numbered, page_number
from mainstay.desk.relations.models import Goal
from mainstay.desk.strategy import words
from mainstay.desk.strategy.models import PlanReview, PlanRow

PAGE = 25
SOON_DAYS = 28  # reviews due within so many days are listed
MOST_GOALS, MOST_REVIEWS = 60, 12


@dataclass(frozen=True)
class Asked:
    """The lists as an address asks for them; what makes no sense is as if it were not there."""

    show: str = "behind"
    size: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Any) -> Asked:
        show, size = query.get("show", ""), query.get("size", "")
        return cls(
            show if show in words.SHOWS else "behind",
            size if size in SIZES else "",
            page_number(query),
        )


@dataclass(frozen=True)
class Page(Numbered):
    """One page of a list; rows: (row, account)."""

    rows: list[tuple[PlanRow, Account]]
    number: int
    further: bool


def frozen(sight: Sight) -> Any:
    """What was measured with the assessment that is shown; None where plans were not."""
    if sight.assessment is None:
        return None
    found = engine.standing_of(settings.HOME.store, sight.assessment.pk)
    return found if found is not None and "strategy" in found.tables else None


def listed(sight: Sight, show: str, size: str = "") -> QuerySet[PlanRow]:
    """The list that is asked for, what matters most first."""
    rows = PlanRow.objects.filter(assessment_id=sight.assessment.pk if sight.assessment else "")
    if size:
        rows = rows.filter(size_class=size)
    if show == "none":
        rows = rows.filter(unplanned=True).order_by("-amount_52", "id")
    elif show == "behind":
        rows = rows.filter(behind__gt=0).order_by("-missing", "-behind", "id")
    else:
        rows = rows.filter(due_on__lt=_soon(sight)).order_by("due_on", "id")
    accounts = sight.accounts.order_by()
    if sight.user.sees_all_accounts:
        # Nearly all of them are seen: the list is walked in its order, and left at the page's end.
        return rows.filter(Exists(accounts.filter(account_id=OuterRef("account_id"))))
    return rows.filter(account_id__in=accounts.values("account_id"))


def _soon(sight: Sight) -> date:
    assert sight.assessment is not None  # noqa: S101  # the view has asked
    return sight.assessment.as_of + timedelta(days=SOON_DAYS)


def page(sight: Sight, asked: Asked) -> Page:
    start = (asked.page - 1) * PAGE
    rows = list(listed(sight, asked.show, asked.size)[start : start + PAGE + 1])
    return Page(with_accounts(sight, rows[:PAGE]), asked.page, len(rows) > PAGE)


def with_accounts(sight: Sight, rows: list[PlanRow]) -> list[tuple[PlanRow, Account]]:
    known = sight.accounts.filter(account_id__in={row.account_id for row in rows})
    by_id = {one.account_id: one for one in known}
    return [(row, by_id[row.account_id]) for row in rows if row.account_id in by_id]


def counts(sight: Sight, size: str) -> dict[str, tuple[int, float]]:
    """By list: how many there are, and their money."""

    def count() -> dict[str, tuple[int, float]]:
        found = {}
        for show, money in (("none", "amount_52"), ("behind", "missing"), ("due", "amount_52")):
            of = listed(sight, show, size).order_by().aggregate(n=Count("id"), money=Sum(money))
            found[show] = (of["n"], of["money"] or 0.0)
        return found

    return sight.kept(f"plans {size}", count)


def by_size(sight: Sight) -> list[dict[str, Any]]:
    """Of the accounts that one sees, by size: how many shall have a plan, have one, are behind or overdue."""

    def count() -> list[dict[str, Any]]:
        rows = PlanRow.objects.filter(assessment_id=sight.assessment.pk if sight.assessment else "")
        if not sight.user.sees_all_accounts:
            rows = rows.filter(account_id__in=sight.accounts.order_by().values("account_id"))
        sums = (
            rows.order_by()
            .values("size_class")
            .annotate(
                shall=Count("id", filter=Q(wanted=True)),
                have=Count("id", filter=Q(wanted=True, planned=True)),
                plans=Count("id", filter=Q(planned=True)),
                running=Sum("measured"),
                well=Sum("on_course"),
                money=Sum("missing"),
                late=Count("id", filter=Q(overdue=True)),
            )
        )
        found = {row["size_class"]: row for row in sums}
        return [found[size] for size in SIZES if size in found]

    return sight.kept("plans by size", count)


@dataclass(frozen=True)
class Followed:
    """A goal as it is written now, with what the latest assessment found of it.

    row: of the engine's FOLLOWED; None where it was written or changed since, or ended long before
    """

    goal: Goal
    row: Mapping[str, Any] | None
    currency: str
    as_of: date

    @property
    def state(self) -> str:
        if self.row:
            return str(self.row["state"])
        return "unmeasured" if self.long_ago else "early"

    @cached_property
    def long_ago(self) -> bool:
        """Whether it ended before what assessments measure."""
        try:
            _first, last = goal_terms.period(self.goal.period)
        except MainstayError:
            return False
        return last < self.as_of - timedelta(days=goal_terms.KEPT_DAYS)

    @property
    def figures(self) -> dict[str, str]:
        """Reached, expected, the target and where it ends, as the reader writes them."""
        names = ("reached", "expected", "aim", "projected", "low", "high")
        return {name: self.shown(name) for name in names}

    def shown(self, name: str) -> str:
        row = self.row or {}
        return words.figure(row.get(name), row.get("unit"), self.currency)

    @property
    def measured(self) -> bool:
        return (
            self.row is not None and self.row["aim"] is not None and self.row["reached"] is not None
        )

    @property
    def measure(self) -> str:
        return words.measure(
            self.row["measure"] if self.row else self.goal.ledger_measure,
            self.goal.measure_of,
            self.goal.measure,
        )

    @property
    def trouble(self) -> str:
        if self.long_ago and not self.row:
            return _(
                "It ended more than two years before the assessment: what is older is not measured."
            )
        return words.trouble(self.row["trouble"]) if self.row else ""

    @cached_property
    def places(self) -> dict[str, float]:
        """Reached, expected, low and high as parts of the bar, whose end is the target or what is beyond it."""
        row = self.row or {}
        most = max(row.get("aim") or 0.0, row.get("reached") or 0.0) or 1.0
        found = {
            name: max(row[name], 0.0) / most
            for name in ("reached", "expected", "low", "high", "aim")
            if row.get(name) is not None
        }
        return {name: min(value, 1.0) for name, value in found.items()}

    @property
    def bar(self) -> SafeString:
        at = self.places
        tip = f"{self.measure}: {self.shown('reached')} / {self.shown('aim')}"
        now = at.get("reached", 0.0)
        return small.share_range(
            now, at.get("low", now), at.get("high", now), before=at.get("expected"), tip=tip
        )


@dataclass(frozen=True)
class Plan:
    """One account's plan.

    row: of the engine's PLANS; None where nothing of one was known with the assessment
    goals: those that run or lie ahead; past: those that ended
    """

    row: Mapping[str, Any] | None
    goals: list[Followed]
    past: list[Followed]
    reviews: list[PlanReview]

    @property
    def strategy(self) -> str:
        """Theirs, as it was said last."""
        told = [one.their_strategy for one in self.reviews if one.their_strategy]
        told += [one.goal.their_strategy for one in self.goals if one.goal.their_strategy]
        return str(told[0]) if told else ""

    @property
    def stage(self) -> PlanReview | None:
        return next((one for one in self.reviews if one.stage), None)

    @property
    def last(self) -> PlanReview | None:
        return self.reviews[0] if self.reviews else None

    @property
    def due_on(self) -> date | None:
        """The next review: as it was agreed last, else as the rhythm has it."""
        last = self.last
        if last and last.next_on and last.next_on > last.on:
            return last.next_on
        # A review that came after the assessment has moved the day that it knew.
        if last and (not self.row or (self.row["reviewed_on"] or date.min) < last.on):
            return None
        return self.row["due_on"] if self.row else None


def plan(sight: Sight, account: Account) -> Plan:
    """From the goals and reviews as they are written now, and one account's frozen rows."""
    found = frozen(sight)
    goals = list(of_account(account, Goal)[:MOST_GOALS])
    rows = found.rows("strategy_goals", account.account_id).to_pylist() if found else []
    by_id = {row["goal_id"]: row for row in rows}
    as_of = account.assessment.as_of
    followed = [
        Followed(goal, _same(goal, by_id.get(goal.goal_id)), sight.currency, as_of)
        for goal in goals
    ]
    running = [one for one in followed if not _past(one, by_id, as_of)]
    own = found.rows("strategy", account.account_id).to_pylist() if found else []
    return Plan(
        row=own[0] if own else None,
        goals=running,
        past=[one for one in followed if one not in running],
        reviews=list(of_account(account, PlanReview)[:MOST_REVIEWS]),
    )


def _same(goal: Goal, row: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The row where it is of the goal as it is written now."""
    if row is None or (row["period"], row["target"]) != (goal.period, goal.target):
        return None
    said = goal.ledger_measure or row["measure"]
    return row if (said, row["measure_of"]) == (row["measure"], goal.measure_of) else None


def _past(one: Followed, known: Mapping[str, Any], as_of: date) -> bool:
    row = known.get(one.goal.goal_id)
    if row is not None:
        return row["last_on"] is not None and row["last_on"] < as_of
    year = one.goal.period.strip()[:4]
    return year.isdecimal() and int(year) < as_of.year
