"""Who carries how much: hours, cases, new things, money in somebody's care and money that nobody cares for.

Reads only. It shows where work has to move, and never who is better: people stand in the order of their
names, whoever reads it (R11).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, FloatField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import pgettext_lazy

from mainstay.core.settings import Settings
from mainstay.desk.accounts.filters import AT_RISK
from mainstay.desk.accounts.queries import Sight, manager_names
from mainstay.desk.accounts.words import sentence
from mainstay.desk.cases.models import OPEN, Case, CaseStep, PlayRun, Snooze
from mainstay.desk.cases.queries import NOTICED, THINGS, plan_of
from mainstay.desk.facts.models import Fact
from mainstay.desk.facts.words import choice
from mainstay.desk.team.leave import Leave, on_leave
from mainstay.desk.team.models import Hours, Staff
from mainstay.desk.team.naming import told_apart

PAGE = 100
MOST_PEOPLE = 5_000
GOODS = pgettext_lazy("budget", "Goods")
NOTHING = "nothing"  # what a coin may choose: nobody cares for the account then


@dataclass
class WeekHours:
    """The hours of one person in the week of the plan.

    weekly: what they have in a week without leave; set_for_all: as the setting has it, since nothing is
        written down of them
    price, things_price: what one more hour, or one more new play, would be worth
    """

    there_is: float
    under_way: float
    planned: float
    weekly: float
    set_for_all: bool
    price: float
    things_price: float

    @property
    def free(self) -> float:
        return self.there_is - self.under_way - self.planned

    @property
    def over(self) -> float:
        """More under way and planned than there is; 0 = it fits."""
        return max(-self.free, 0.0) if self.free < -0.05 else 0.0

    @property
    def less(self) -> float:
        """Of a usual week, what leave takes."""
        return max(self.weekly - self.there_is, 0.0)

    @property
    def used(self) -> float:
        """Share of the hours that are taken; 1 where there are none and some are."""
        taken = self.under_way + self.planned
        return taken / self.there_is if self.there_is > 0 else float(taken > 0)


@dataclass
class Load:
    """What one person carries; staff_id None = accounts that nobody looks after.

    proposed: new things of the plan; of them taken (a case was opened), put_off, dismissed
    covered, bare: money at risk of their accounts with a case or a play under way, and of the others
    """

    staff_id: str | None
    name: str
    hours: WeekHours | None = None
    open: int = 0
    overdue: int = 0
    proposed: int = 0
    taken: int = 0
    put_off: int = 0
    dismissed: int = 0
    covered: float = 0.0
    bare: float = 0.0
    leave: Leave | None = None

    @property
    def risk(self) -> float:
        return self.covered + self.bare

    @property
    def waiting(self) -> int:
        return self.proposed - self.taken - self.put_off - self.dismissed

    @property
    def any(self) -> bool:
        shown = self.hours or self.open or self.overdue or self.proposed or self.risk or self.leave
        return bool(shown)


@dataclass(frozen=True)
class Pool:
    """A budget: what may be given by now, what new plays would take, what one more of it would be worth."""

    name: str
    there_is: float
    planned: float
    price: float

    @property
    def overdrawn(self) -> float:
        return max(-self.there_is, 0.0)


@dataclass(frozen=True)
class Contradiction:
    """What of the plan can't be had together; account_id: the account that it names, "" = none."""

    said: str
    account_id: str = ""


@dataclass(frozen=True)
class Team:
    """The page: everybody, or the reader alone.

    everybody: whether the reader leads; else there is their own row, or none
    contradictions: what of the plan can't be had together
    """

    everybody: bool
    planned_on: date | None
    people: list[Load]
    contradictions: list[Contradiction] = field(default_factory=list)
    pools: list[Pool] = field(default_factory=list)

    @property
    def covered(self) -> float:
        return sum(one.covered for one in self.people)

    @property
    def bare(self) -> float:
        return sum(one.bare for one in self.people)

    @property
    def risk(self) -> float:
        return self.covered + self.bare

    @property
    def share(self) -> float:
        return self.covered / self.risk if self.risk > 0 else 0.0

    @property
    def overdue(self) -> int:
        return sum(one.overdue for one in self.people)

    @property
    def short(self) -> bool:
        """Whether hours are what is short somewhere."""
        return any(one.hours is not None and one.hours.price >= 0.5 for one in self.people)


def team(sight: Sight, today: date, *, everybody: bool) -> Team:
    """What everybody carries, or the reader alone; by name."""
    plan = plan_of(sight)
    me = sight.user.staff_id or None
    found: dict[str | None, Load] = {}

    def of(staff_id: str | None) -> Load:
        if staff_id not in found:
            found[staff_id] = Load(staff_id, staff_id or "")
        return found[staff_id]

    names = _names(today)
    for staff_id in names if everybody else [me] if me else []:
        of(staff_id)
    if plan is not None:
        _hours(plan, of)
    if everybody or me:
        whose = None if everybody else me
        _cases(plan, sight, today, of, whose)
        _money(sight, today, of, whose)
    people = list(found.values()) if everybody else [found[me]] if me in found else []
    _named(people, names)
    leaves = on_leave(sight, [p.staff_id for p in people if p.staff_id], today)
    for one in people:
        one.leave = leaves.get(one.staff_id or "")
    people = sorted(
        (one for one in people if one.any), key=lambda p: (p.staff_id is None, p.name, p.staff_id)
    )
    leads = plan is not None and everybody
    return Team(
        everybody,
        date.fromisoformat(plan.meta["as_of"]) if plan is not None else None,
        people,
        _contradictions(plan, sight.currency) if leads else [],
        _pools(plan) if leads else [],
    )


def _names(today: date) -> dict[str, str]:
    staff = Staff.objects.filter(Q(left_on__isnull=True) | Q(left_on__gte=today))
    return told_apart(staff.values_list("staff_id", "name", "role")[:MOST_PEOPLE])


def _named(people: list[Load], names: Mapping[str, str]) -> None:
    """Who is in no table of staff has the name under which they sign in, if they do."""
    unknown = [one.staff_id for one in people if one.staff_id and one.staff_id not in names]
    known = {**names, **manager_names(unknown)}
    for one in people:
        one.name = known.get(one.staff_id or "", one.name)


def _hours(plan: Any, of: Any) -> None:
    rows = [row for row in plan.table("limits").to_pylist() if row["kind"] == "hours"]
    on = date.fromisoformat(plan.meta["as_of"])
    usual = Settings.load(settings.HOME.folder).weekly_hours
    known: dict[str, float] = {}
    there = Hours.objects.filter(from_on__lte=on).filter(Q(to_on__isnull=True) | Q(to_on__gte=on))
    for staff_id, weekly in there.order_by("from_on").values_list("staff_id", "weekly_hours"):
        known[staff_id] = weekly
    for row in rows:
        of(row["id"]).hours = WeekHours(
            row["there_is"],
            row["under_way"],
            row["planned"],
            known.get(row["id"], usual),
            row["id"] not in known,
            row["price"],
            row["things_price"] or 0.0,
        )


def _seen(sight: Sight, model: type[Fact]) -> QuerySet[Any]:
    """The rows of a table about the accounts that the reader sees."""
    rows = model._default_manager.all()
    if sight.user.sees_all_accounts:
        return rows
    return rows.filter(account_id__in=sight.accounts.order_by().values("account_id"))


def _cases(plan: Any, sight: Sight, today: date, of: Any, whose: str | None) -> None:
    """Open cases, steps overdue; new things of the plan, and what became of them.

    whose: of one person alone; None = of everybody
    """
    owned = {"owner_id": whose} if whose else {"owner_id__gt": ""}
    under_way = _seen(sight, Case).filter(OPEN, **owned).order_by()
    for owner, n in under_way.values_list("owner_id").annotate(n=Count("id")):
        of(owner).open = n
    steps = _seen(sight, CaseStep).filter(
        case_id__in=Case.objects.filter(OPEN).values("case_id"),
        done_on__isnull=True,
        due_on__lt=today,
        **owned,
    )
    for owner, n in steps.order_by().values_list("owner_id").annotate(n=Count("id")):
        of(owner).overdue = n
    if plan is not None:
        told = {p: ids for p, ids in proposed(plan).items() if whose in (None, p)}
        _became_of(told, sight, date.fromisoformat(plan.meta["as_of"]), today, of)


def _became_of(
    told: Mapping[str, list[str]], sight: Sight, since: date, today: date, of: Any
) -> None:
    """What became of the new things that a plan told each person of; since: the plan's day"""
    all_told = {"account_id__in": {one for accounts in told.values() for one in accounts}}
    cases = _seen(sight, Case).filter(OPEN | Q(opened_on__gte=since), **all_told)
    taken = set(cases.order_by().values_list("account_id", flat=True))
    put_off = _seen(sight, Snooze).filter(on__gte=since, until__gt=today, **all_told)
    kinds = dict(put_off.order_by("on", "id").values_list("account_id", "kind"))
    for staff_id, accounts in told.items():
        one = of(staff_id)
        one.proposed = len(accounts)
        for account in accounts:
            kind = None if account in taken else kinds.get(account)
            one.taken += account in taken
            one.put_off += kind == "snooze"
            one.dismissed += kind == "dismiss"


def proposed(plan: Any) -> dict[str, list[str]]:
    """The accounts that a plan tells each person of, as their week shows them."""
    worth: dict[str, dict[str, tuple[bool, float]]] = {}
    for row in plan.table("plan").select(["account_id", "staff_id", "net"]).to_pylist():
        if row["staff_id"]:
            worth.setdefault(row["staff_id"], {})[row["account_id"]] = (False, row["net"])
    alerts = plan.table("alerts")
    for row in alerts.filter(alerts["told"]).to_pylist():
        if row["staff_id"]:
            mine = worth.setdefault(row["staff_id"], {})
            _, net = mine.get(row["account_id"], (False, row["recoverable"]))
            mine[row["account_id"]] = (row["state"] == NOTICED, net)
    most = int(plan.meta.get("rules", {}).get("things", THINGS))
    return {
        staff_id: sorted(mine, key=lambda a: (not mine[a][0], -mine[a][1], a))[:most]
        for staff_id, mine in worth.items()
    }


def _money(sight: Sight, today: date, of: Any, whose: str | None) -> None:
    """Money at risk by manager, as the first page sums it; where something is done about it, and not.

    whose: as in `_cases`
    """
    under_way = PlayRun.objects.filter(from_on__lte=today).exclude(play=NOTHING)
    under_way = under_way.filter(Q(to_on__isnull=True) | Q(to_on__gte=today))
    # Put together first: with an “or” the database would ask both of each account at risk.
    cared = Case.objects.filter(OPEN).order_by().values("account_id")
    cared = cared.union(under_way.order_by().values("account_id"))
    risk = Greatest("money_at_risk", Value(0.0), output_field=FloatField())
    rows = sight.accounts.filter(state__in=AT_RISK).order_by()
    if whose:
        rows = rows.filter(manager_id=whose)

    def sums(some: Any) -> Iterable[tuple[str | None, float]]:
        return some.values_list("manager_id").annotate(sum=Coalesce(Sum(risk), Value(0.0)))

    for manager, total in sight.kept(f"at risk by manager {whose}", lambda: list(sums(rows))):
        of(manager or None).bare = total
    for manager, covered in sums(rows.filter(account_id__in=cared)):
        one = of(manager or None)
        one.covered, one.bare = covered, one.bare - covered


def _pool(code: str) -> str:
    """What a budget is called; goods are no kind of incentive."""
    return str(GOODS) if code == "goods" else choice("incentives", "kind", code)


def _contradictions(plan: Any, currency: str) -> list[Contradiction]:
    found = []
    for text in plan.meta["contradictions"]:
        data = dict(text.get("data") or {})
        if "pool" in data:
            data["pool"] = _pool(data["pool"])
        said = sentence({**text, "data": data}, currency)
        found.append(Contradiction(said, data.get("account_id") or ""))
    return found


def _pools(plan: Any) -> list[Pool]:
    """The budgets that plays were to be paid from, or that are overdrawn."""
    rows = [row for row in plan.table("limits").to_pylist() if row["kind"] == "money"]
    return [
        Pool(_pool(row["id"]), row["there_is"], row["planned"], row["price"])
        for row in rows
        if row["there_is"] or row["planned"]
    ]
