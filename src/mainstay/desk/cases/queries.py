"""Reads of my week and of cases: what the plan proposes to whom, what is under way, one case whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pyarrow.compute as pc
from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from mainstay import engine
from mainstay.core.errors import MainstayError, NotFound
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.accounts.words import sentences
from mainstay.desk.cases import words
from mainstay.desk.cases.models import OPEN, Case, CaseStep, OwnPlay, PlayRun, Snooze
from mainstay.desk.facts.forms import staff_names
from mainstay.desk.facts.rights import visible
from mainstay.desk.paging import Numbered, page_number

PAGE = 50
THINGS = 5  # unless the plan says otherwise
CANDIDATES = 40  # looked at for each reader
MY_STEPS = 12
OF_ACCOUNT = 10
NOTICED = "noticed"


# What the plan proposes


@dataclass(frozen=True)
class Step:
    """One step of a proposed play."""

    role: str
    wording: str
    hours: float
    due_on: date


@dataclass(frozen=True)
class Thing:
    """One of the few things of a week: an account, why, and what one can do.

    play: None where no play is proposed: the account's state changed, and a person decides
    chosen: by what the play was chosen, as in the table play_runs
    """

    account: Account
    plan: str
    since: date | None = None
    play: str | None = None
    title: str = ""
    what: str = ""
    steps: tuple[Step, ...] = ()
    lead: str | None = None
    stops_on: date | None = None
    row: Mapping[str, Any] = field(default_factory=dict)
    why: tuple[str, ...] = ()
    why_not: tuple[str, ...] = ()

    @property
    def plural_hours(self) -> int:
        """By which number of hours languages choose their words: 1.5 reads as several."""
        return 1 if self.row.get("hours") == 1 else 2

    @property
    def chosen(self) -> str:
        return "coin" if self.row.get("coin") else "rule"

    @property
    def probability(self) -> float | None:
        return self.row.get("p_option") if self.row.get("coin") else None


def plan_of(sight: Sight) -> Any:
    """The frozen plan of the latest assessment; None where there is none."""
    return _kept_plan(sight.assessment.pk) if sight.assessment else None


def _kept_plan(identity: str) -> Any:
    """The frozen plan of an assessment; None where it is not kept, or was never made."""
    try:
        return engine.plans(settings.HOME.store).open(identity)
    except NotFound:
        return None


def own_plays() -> list[dict[str, Any]]:
    """The company's own plays, as rows of the table `plays`."""
    return list(OwnPlay.objects.values("play", "definition", "in_service"))


def catalogue() -> dict[str, Any]:
    """Every play that a case may name, also those out of service; what can't be read is left out."""
    return engine.plays_known(own_plays())


def title(plays: Mapping[str, Any], name: str | None) -> str:
    """A play's name in the reader's language; its code where nobody knows it any more."""
    play = plays.get(name or "")
    return words.told(play.title) if play else name or ""


@dataclass(frozen=True)
class Week:
    """What somebody may do this week; at most `most` things, fewer where some were taken or put off.

    planned: whether there is a plan at all
    """

    planned: bool
    things: list[Thing]
    handled: int
    most: int


def week(sight: Sight, today: date) -> Week:
    """The few things of a reader: what they lead in the plan, and what changed among their accounts."""
    plan = plan_of(sight)
    if plan is None:
        return Week(False, [], 0, THINGS)
    most = int(plan.meta.get("rules", {}).get("things", THINGS))
    rows = sight.kept(f"my week {plan.id}", lambda: _rows(plan, sight))
    ids = [row["account_id"] for row in rows]
    accounts = {a.account_id: a for a in sight.accounts.filter(account_id__in=ids)}
    mine = [row for row in rows if row["account_id"] in accounts]
    mine.sort(key=lambda row: (accounts[row["account_id"]].state != NOTICED, -row["worth"]))
    mine = mine[:most]
    gone = handled(sight, [accounts[row["account_id"]] for row in mine], today)
    plays = catalogue()
    left = [row for row in mine if row["account_id"] not in gone]
    things = [_thing(sight, plan.id, accounts[row["account_id"]], row, plays) for row in left]
    return Week(True, things, len(gone), most)


def thing_of(sight: Sight, account: Account) -> Thing:
    """What the plan says of one account; without a play where it says nothing."""
    plan = plan_of(sight)
    if plan is None:
        return Thing(account, "")
    rows = plan.rows("plan", account.account_id).to_pylist()
    return _thing(sight, plan.id, account, rows[0] if rows else {}, catalogue())


def _rows(plan: Any, sight: Sight) -> list[dict[str, Any]]:
    """Rows of the plan and of its alerts that are for a reader, most worth first."""
    planned, alerts = plan.table("plan"), plan.table("alerts")
    alerts = alerts.filter(alerts["told"])
    if not sight.user.sees_all_accounts:
        me = sight.user.staff_id or ""
        planned = planned.filter(pc.fill_null(pc.equal(planned["staff_id"], me), False))
        alerts = alerts.filter(pc.fill_null(pc.equal(alerts["staff_id"], me), False))
    planned = planned.sort_by([("net", "descending"), ("account_id", "ascending")])
    alerts = alerts.sort_by([("recoverable", "descending"), ("account_id", "ascending")])
    found = {
        row["account_id"]: {**row, "worth": row["net"]}
        for row in planned.slice(0, CANDIDATES).to_pylist()
    }
    for row in alerts.slice(0, CANDIDATES).to_pylist():
        known = found.setdefault(
            row["account_id"], {"account_id": row["account_id"], "worth": row["recoverable"]}
        )
        known["since"] = row["since"]
    return list(found.values())


def _thing(
    sight: Sight, plan: str, account: Account, row: Mapping[str, Any], plays: Mapping[str, Any]
) -> Thing:
    name = row.get("play")
    if not name:
        return Thing(account, plan, row.get("since"), row=row)
    play, begins = plays.get(name), row["starts_on"]
    return Thing(
        account=account,
        plan=plan,
        since=row.get("since"),
        play=name,
        title=title(plays, name),
        what=words.told(play.what) if play else "",
        steps=tuple(
            Step(step.role, step.wording, step.hours, begins + timedelta(days=step.day))
            for step in (play.steps if play else ())
        ),
        lead=row["staff_id"],
        stops_on=row["stops_on"],
        row=row,
        why=tuple(sentences(row["why"], sight.currency)),
        why_not=tuple(sentences(row["why_not"], sight.currency)),
    )


def handled(sight: Sight, accounts: Iterable[Account], today: date) -> set[str]:
    """Of some accounts, those that a case is open about, or that were put off."""
    since = {account.account_id: account.state_since for account in accounts}
    open_now = visible(sight.user, Case).filter(OPEN, account_id__in=since)
    found = set(open_now.values_list("account_id", flat=True))
    put_off = visible(sight.user, Snooze).filter(account_id__in=since, until__gt=today)
    for account_id, kind, on in put_off.values_list("account_id", "kind", "on"):
        if engine.still_put_off(kind, on, since[account_id]):
            found.add(account_id)
    return found


# Cases


def cases(user: Any) -> QuerySet[Case]:
    return visible(user, Case)


def one(user: Any, pk: int) -> Case | None:
    return cases(user).filter(pk=pk).first()


def open_case(account: Account) -> Case | None:
    return Case.objects.filter(OPEN, account_id=account.account_id).first()


def overdue(today: date) -> Exists:
    """Whether a case has a step that should be done by now."""
    steps = CaseStep.objects.filter(case_id=OuterRef("case_id"), done_on__isnull=True)
    return Exists(steps.filter(due_on__lt=today))


@dataclass(frozen=True)
class Asked:
    """The list of cases as an address asks for it; what makes no sense is as if it were not there."""

    show: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Any) -> Asked:
        show = query.get("show", "")
        return cls(show if show in words.SHOWS else "", page_number(query))

    def apply(self, rows: QuerySet[Case], today: date) -> QuerySet[Case]:
        if self.show == "closed":
            return rows.filter(~OPEN)
        return rows.filter(OPEN, overdue(today)) if self.show == "overdue" else rows.filter(OPEN)


@dataclass(frozen=True)
class Listed:
    """One case of the list; account None where no assessment knows it.

    next: the first step that is not done; steps, done: how many there are
    """

    case: Case
    account: Account | None
    title: str
    next: CaseStep | None
    steps: int
    done: int


@dataclass(frozen=True)
class Page(Numbered):
    rows: list[Listed]
    number: int
    further: bool


def page(sight: Sight, asked: Asked, today: date) -> Page:
    rows = asked.apply(cases(sight.user), today).order_by("-opened_on", "-id")
    start = (asked.page - 1) * PAGE
    found = list(rows[start : start + PAGE + 1])
    return Page(listed(sight, found[:PAGE]), asked.page, len(found) > PAGE)


def listed(sight: Sight, rows: list[Case]) -> list[Listed]:
    accounts = {
        a.account_id: a for a in sight.accounts.filter(account_id__in={r.account_id for r in rows})
    }
    steps: dict[str, list[CaseStep]] = {}
    for step in CaseStep.objects.filter(case_id__in=[row.case_id for row in rows]):
        steps.setdefault(step.case_id, []).append(step)
    plays = catalogue() if rows else {}
    return [
        Listed(
            row,
            accounts.get(row.account_id),
            title(plays, row.play),
            next((s for s in steps.get(row.case_id, []) if s.done_on is None), None),
            len(steps.get(row.case_id, [])),
            sum(s.done_on is not None for s in steps.get(row.case_id, [])),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class OfAccount:
    case: Case
    title: str


def of_account(account: Account) -> list[OfAccount]:
    """The newest cases of an account that the reader sees, those under way first."""
    rows = list(Case.objects.filter(account_id=account.account_id)[:OF_ACCOUNT])
    rows.sort(key=lambda row: row.state != "open")
    plays = catalogue() if rows else {}
    return [OfAccount(row, title(plays, row.play)) for row in rows]


def counts(sight: Sight, today: date) -> dict[str, int]:
    """How many cases there are, by what the list can show."""
    rows = cases(sight.user).order_by()
    found: dict[str, int] = rows.aggregate(
        open=Count("id", filter=OPEN), closed=Count("id", filter=~OPEN)
    )
    late = rows.filter(OPEN, overdue(today)).count()
    return {"": found["open"], "overdue": late, "closed": found["closed"]}


@dataclass(frozen=True)
class Mine:
    """A step that waits for the reader."""

    step: CaseStep
    case: Case
    name: str


def my_steps(sight: Sight) -> list[Mine]:
    """Steps of open cases that a reader owns, the earliest due first."""
    me = sight.user.staff_id
    if not me:
        return []
    steps = visible(sight.user, CaseStep).filter(
        Q(case_id__in=Case.objects.filter(OPEN).values("case_id")),
        owner_id=me,
        done_on__isnull=True,
    )
    found = list(steps.order_by("due_on", "id")[:MY_STEPS])
    known = {c.case_id: c for c in Case.objects.filter(case_id__in=[s.case_id for s in found])}
    names = dict(
        sight.accounts.filter(account_id__in={s.account_id for s in found}).values_list(
            "account_id", "name"
        )
    )
    return [Mine(s, known[s.case_id], names.get(s.account_id, s.account_id)) for s in found]


@dataclass(frozen=True)
class Whole:
    """A case with all that its page shows.

    why: the sentences of the plan that proposed it; empty where that is not kept any more
    kept: what the plan expected to keep; None where it is not known
    measured: `engine.Measured`; None where no play has begun, or nobody knows what was to be expected
    """

    case: Case
    account: Account | None
    steps: list[CaseStep]
    names: dict[str, str]
    title: str
    what: str
    proof: str
    why: tuple[str, ...]
    kept: float | None
    measured: Any


def whole(sight: Sight, case: Case) -> Whole:
    plays = catalogue()
    play = plays.get(case.play or "")
    row = _planned(case)
    return Whole(
        case=case,
        account=sight.accounts.filter(account_id=case.account_id).first(),
        steps=list(CaseStep.objects.filter(case_id=case.case_id)),
        names=staff_names(),
        title=title(plays, case.play),
        what=words.told(play.what) if play else "",
        proof=words.told(play.proof) if play else "",
        why=tuple(sentences(row["why"], sight.currency)) if row else (),
        kept=row["kept"] if row else None,
        measured=_measured(sight, case),
    )


def _measured(sight: Sight, case: Case) -> Any:
    if not case.play or sight.assessment is None:
        return None
    as_of = sight.assessment.as_of

    def measure() -> list[Any]:
        try:
            return [engine.measured(settings.HOME, case.account_id, case.opened_on, as_of=as_of)]
        except MainstayError:
            return [None]  # the account's own page says that its orders can't be read

    return sight.kept(f"measured {case.account_id} {case.opened_on}", measure)[0]


def _planned(case: Case) -> dict[str, Any] | None:
    """The row of the plan that proposed a case."""
    plan = _kept_plan(case.from_plan) if case.from_plan and case.play else None
    if plan is None:
        return None
    rows: list[dict[str, Any]] = plan.rows("plan", case.account_id).to_pylist()
    return next((row for row in rows if row["play"] == case.play), None)


def step_of(case: Case, pk: int) -> CaseStep | None:
    return CaseStep.objects.filter(case_id=case.case_id, pk=pk).first()


def run_of(case: Case) -> PlayRun | None:
    """The run of a case's play that was begun with it."""
    runs = PlayRun.objects.filter(account_id=case.account_id, play=case.play)
    return runs.filter(from_on=case.opened_on).first()
