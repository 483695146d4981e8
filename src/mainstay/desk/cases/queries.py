"""Reads of my week and of cases: what the plan proposes to whom, what is under way, one case whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pyarrow.compute as pc
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from mainstay import engine
from mainstay.core.errors import MainstayError, NotFound
from mainstay.core.texts import texts_from_json
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.accounts.words import sentences
from mainstay.desk.cases import files, words
from mainstay.desk.cases.models import (
    OPEN,
    Approval,
    Case,
    CaseComment,
    CaseFile,
    CaseStep,
    OwnPlay,
    PlayRun,
    Snooze,
)
from mainstay.desk.cases.stories import Story, stories
from mainstay.desk.facts.forms import staff_names
from mainstay.desk.facts.rights import seen, visible

THINGS = 5  # unless the plan says otherwise
CANDIDATES = 40  # looked at for each reader
OF_ACCOUNT = 10
MOST_COMMENTS = 200
NOTICED = "noticed"
STANDS_WELL = ("steady", "growing", "won_back", "new")


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

    plan: the plan that proposes it; "" = a person chose it
    play: None where no play is proposed: the account's state changed, and a person decides
    lead_role: the role that leads it where nobody is named in lead
    chosen: by what the play was chosen, as in the table play_runs
    steps, stops_on: as they are where it begins today, however old the plan is
    returns: it wins back what has gone
    losing: what may still be lost in 52 weeks, as the plan counts it; None where the play is for another
    story: what is different about this account
    again: whether the same play stands above it already
    """

    account: Account
    plan: str
    since: date | None = None
    play: str | None = None
    title: str = ""
    what: str = ""
    steps: tuple[Step, ...] = ()
    lead: str | None = None
    lead_role: str = "manager"
    stops_on: date | None = None
    row: Mapping[str, Any] = field(default_factory=dict)
    why: tuple[str, ...] = ()
    why_not: tuple[str, ...] = ()
    returns: bool = False
    losing: float | None = None
    story: Story = field(default_factory=Story)
    again: bool = False

    @property
    def plural_hours(self) -> int:
        """By which number of hours languages choose their words: 1.5 reads as several."""
        return 1 if self.row.get("hours") == 1 else 2

    @property
    def stands_well(self) -> bool:
        """Whether nothing in its orders says why something is to be done there."""
        return self.account.state in STANDS_WELL

    @property
    def at_risk(self) -> float | None:
        """Money at risk as assessed, where it is any and no sum of the plan says what may be lost."""
        risk = self.account.money_at_risk or 0.0
        return risk if risk > 0 and self.losing is None else None

    @property
    def told_why(self) -> bool:
        """Whether the plan's first reason, with its sums, heads the card."""
        return bool(not self.story.headline and self.stands_well and self.why)

    @property
    def asks(self) -> bool:
        """Whether it gives something that somebody else has to approve."""
        return bool(self.play and (self.row.get("needs_approval") or self.row.get("money")))

    @property
    def chosen(self) -> str:
        if not self.plan:
            return "person"
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
    plays: the catalogue that the things were named by; empty where there is no plan
    """

    planned: bool
    things: list[Thing]
    handled: int
    most: int
    plays: Mapping[str, Any] = field(default_factory=dict)


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
    things = [
        _thing(sight, plan.id, accounts[row["account_id"]], row, plays, today) for row in left
    ]
    return Week(True, _told(sight, plan.id, things, plays), len(gone), most, plays)


def _told(sight: Sight, plan: str, things: list[Thing], plays: Mapping[str, Any]) -> list[Thing]:
    """The things with their stories; a play is told at length where it stands first."""
    told = stories(sight, [(one.account, plays.get(one.play or "")) for one in things], plan=plan)
    known: set[str] = set()
    found = []
    for one in things:
        again = one.play is not None and one.play in known
        known |= {one.play} if one.play else set()
        found.append(replace(one, story=told[one.account.account_id], again=again))
    return found


def thing_of(sight: Sight, account: Account, today: date) -> Thing:
    """What the plan says of one account; without a play where it says nothing."""
    plan = plan_of(sight)
    if plan is None:
        return Thing(account, "")
    rows = plan.rows("plan", account.account_id).to_pylist()
    return _thing(sight, plan.id, account, rows[0] if rows else {}, catalogue(), today)


def steps_of(play: Any, begins: date) -> tuple[Step, ...]:
    """The steps of a play that begins on a day."""
    return tuple(
        Step(step.role, step.wording, step.hours, begins + timedelta(days=step.day))
        for step in play.steps
    )


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


def stop_date(row: Mapping[str, Any], today: date) -> date | None:
    """When what a row of the plan proposes ends if it begins today; None = it has no end."""
    ends: date | None = row.get("stops_on")
    return ends + (today - row["starts_on"]) if ends else None


def _thing(
    sight: Sight,
    plan: str,
    account: Account,
    row: Mapping[str, Any],
    plays: Mapping[str, Any],
    today: date,
) -> Thing:
    name = row.get("play")
    if not name:
        return Thing(account, plan, row.get("since"), row=row)
    play = plays.get(name)
    return Thing(
        account=account,
        plan=plan,
        since=row.get("since"),
        play=name,
        title=title(plays, name),
        what=words.told(play.what) if play else "",
        steps=steps_of(play, today) if play else (),
        lead=row["staff_id"],
        stops_on=stop_date(row, today),
        row=row,
        why=tuple(sentences(row["why"], sight.currency)),
        why_not=tuple(sentences(row["why_not"], sight.currency)),
        returns=bool(play and play.returns),
        losing=None if play and play.returns else _losing(row["why"]),
    )


def _losing(stored: str) -> float | None:
    """The sum that the plan's first reason speaks of."""
    texts = texts_from_json(stored)
    found = texts[0].data.get("risk_money") if texts else None
    return float(found) if isinstance(found, int | float) else None


def handled(sight: Sight, accounts: Iterable[Account], today: date) -> set[str]:
    """Of some accounts, those that a case is open about, or that were put off."""
    since = {account.account_id: account.state_since for account in accounts}
    open_now = seen(sight, Case).filter(OPEN, account_id__in=since)
    found = set(open_now.values_list("account_id", flat=True))
    put_off = seen(sight, Snooze).filter(account_id__in=since, until__gt=today)
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
class OfAccount:
    case: Case
    title: str


def of_account(account: Account) -> list[OfAccount]:
    """The newest cases of an account that the reader sees, those under way first."""
    rows = list(Case.objects.filter(account_id=account.account_id)[:OF_ACCOUNT])
    rows.sort(key=lambda row: row.state != "open")
    plays = catalogue() if rows else {}
    return [OfAccount(row, title(plays, row.play)) for row in rows]


@dataclass(frozen=True)
class Whole:
    """A case with all that its page shows.

    why: the sentences of the plan that proposed it; empty where that is not kept any more
    kept: what the plan expected to keep; None where it is not known
    measured: `engine.Measured`; None where no play has begun, or nobody knows what was to be expected
    comments: the newest, the oldest of them first
    plays: the catalogue
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
    comments: list[CaseComment]
    files: list[CaseFile]
    plays: Mapping[str, Any]


def whole(sight: Sight, case: Case) -> Whole:
    plays = catalogue()
    play = plays.get(case.play or "")
    row = planned(case)
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
        comments=_comments(case),
        files=files.of_case(case),
        plays=plays,
    )


def _comments(case: Case) -> list[CaseComment]:
    rows = CaseComment.objects.filter(case_id=case.case_id).select_related("recorded_by")
    return list(rows.order_by("-on", "-id")[:MOST_COMMENTS])[::-1]


def _measured(sight: Sight, case: Case) -> Any:
    begins = begun_on(case)
    if not case.play or begins is None or sight.assessment is None:
        return None
    as_of = sight.assessment.as_of

    def measure() -> list[Any]:
        try:
            return [engine.measured(settings.HOME, case.account_id, begins, as_of=as_of)]
        except MainstayError:
            return [None]  # the account's own page says that its orders can't be read

    return sight.kept(f"measured {case.account_id} {begins}", measure)[0]


def planned(case: Case) -> dict[str, Any] | None:
    """The row of the plan that proposed a case."""
    plan = _kept_plan(case.from_plan) if case.from_plan and case.play else None
    if plan is None:
        return None
    rows: list[dict[str, Any]] = plan.rows("plan", case.account_id).to_pylist()
    return next((row for row in rows if row["play"] == case.play), None)


def step_of(case: Case, pk: int) -> CaseStep | None:
    return CaseStep.objects.filter(case_id=case.case_id, pk=pk).first()


def run_of(case: Case) -> PlayRun | None:
    """The run of a case's play: begun with it, or on the day on which its money was approved."""
    runs = PlayRun.objects.filter(account_id=case.account_id, play=case.play)
    return runs.filter(from_on=begun_on(case)).first()


def begun_on(case: Case) -> date | None:
    """The day on which a case's play began; None while it waits for money that nobody has approved."""
    asked = Approval.objects.filter(case_id=case.case_id, play__isnull=False)
    states = dict(asked.values_list("state", "decided_on"))
    return states.get("approved") if states else case.opened_on
