"""Writes of my week and of cases: taking a thing, putting one off, steps, the end of a case, coins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.accounts.models import Account
from mainstay.desk.cases.models import OPEN, Case, CaseStep, PlayRun, Snooze
from mainstay.desk.cases.queries import Thing, run_of
from mainstay.desk.facts.columns import field_of
from mainstay.desk.facts.services import ThereAlready, entry
from mainstay.desk.team.assigned import assigned_on
from mainstay.desk.team.models import Staff


class NotOpen(MainstayError):
    """A case that is closed, or open, where the other is needed."""

    code = "not_open"


def take(user: User, thing: Thing, *, today: date) -> Case:
    """Open a case about an account, with the steps of the play that the plan proposes, which begins now.

    Raises: NotAllowed, ThereAlready while one of this account is open
    """
    account = thing.account
    if Case.objects.filter(OPEN, account_id=account.account_id).exists():
        raise ThereAlready(gettext_noop("A case of this account is open already."))
    people = _people(account, thing, user, today)
    lead = thing.lead or account.manager_id or user.staff_id or None
    with entry(user) as book:
        made: Any = book.add(
            Case(
                case_id=_new_case_id(account, today),
                account_id=account.account_id,
                opened_on=today,
                opened_by=user.staff_id or user.username,
                from_plan=thing.plan or None,
                play=thing.play,
                owner_id=lead,
                state="open",
            )
        )
        late = today - thing.row["starts_on"] if thing.play else None
        for n, step in enumerate(thing.steps, start=1):
            book.add(
                CaseStep(
                    step_id=f"{made.case_id}-{n}",
                    case_id=made.case_id,
                    account_id=account.account_id,
                    n=n,
                    what=step.wording,
                    owner_id=people.get(step.role),
                    due_on=step.due_on + late if late is not None else step.due_on,
                )
            )
        if thing.play:
            _begin(book, thing, lead, today)
    return made


def _new_case_id(account: Account, today: date) -> str:
    """By account and day: two who tap at once open one."""
    before = Case.objects.filter(account_id=account.account_id, opened_on=today).count()
    return f"{account.account_id} {today:%Y%m%d}" + (f" {before + 1}" if before else "")


def _begin(book: Any, thing: Thing, lead: str | None, today: date) -> None:
    """The run that the engine learns from; begun again on the same day, it is the same run."""
    known = PlayRun.objects.filter(
        account_id=thing.account.account_id, play=thing.play, from_on=today
    ).first()
    ends = None
    if thing.stops_on is not None:
        ends = thing.stops_on + (today - thing.row["starts_on"])
    values = {
        "to_on": ends,
        "staff_id": lead,
        "chosen": thing.chosen,
        "probability": thing.probability,
        "result": None,
    }
    if known is not None:
        book.change(known, values, seen=known.version)
        return
    book.add(
        PlayRun(account_id=thing.account.account_id, play=thing.play or "", from_on=today, **values)
    )


def _people(account: Account, thing: Thing, user: User, today: date) -> dict[str, str | None]:
    """Who does the steps of each role; who leads it, its own. Nobody where nobody is known."""
    manager = account.manager_id or thing.lead or user.staff_id or None
    assigned = assigned_on(today).filter(account_id=account.account_id, role="service")
    service = assigned.values_list("staff_id", flat=True).first()
    above = Staff.objects.filter(staff_id=manager).values_list("reports_to", flat=True).first()
    return {"manager": manager, "service": service or manager, "senior": above or manager}


@dataclass(frozen=True)
class PutOff:
    """What is said in putting something off."""

    kind: str
    until: date
    reason: str


def put_off(user: User, account: Account, said: PutOff, *, today: date) -> None:
    """Propose nothing more of an account until a day; said again on the same day, the last counts.

    Raises: NotAllowed
    """
    values = {"until": said.until, "kind": said.kind, "reason": said.reason}
    with entry(user) as book:
        known = Snooze.objects.filter(account_id=account.account_id, on=today).first()
        if known is not None:
            book.change(known, values, seen=known.version)
        else:
            book.add(Snooze(account_id=account.account_id, on=today, **values))


def owns(user: User, step: CaseStep) -> bool:
    return bool(user.staff_id) and step.owner_id == user.staff_id


def write_step(user: User, step: CaseStep, values: Mapping[str, Any], *, seen: int) -> None:
    """Say when a step was done, or something of it; its owner may, whatever their role.

    Raises: NotAllowed, ChangedMeanwhile
    """
    with entry(user, trusted=owns(user, step)) as book:
        book.change(step, values, seen=seen)


def add_step(user: User, case: Case, values: Mapping[str, Any]) -> Any:
    """Raises: NotAllowed, NotOpen"""
    if case.state != "open":
        raise NotOpen(gettext_noop("This case is closed; open it again first."))
    last = CaseStep.objects.filter(case_id=case.case_id).order_by("-n").first()
    with entry(user) as book:
        return book.add(
            CaseStep(
                step_id=engine.new_id(),
                case_id=case.case_id,
                account_id=case.account_id,
                n=last.n + 1 if last else 1,
                **values,
            )
        )


def close(
    user: User, case: Case, outcome: str, reason: str | None, *, seen: int, today: date
) -> None:
    """End a case, and what is still under way of its play; no warning changes by it (R26).

    Raises: NotAllowed, NotOpen, ChangedMeanwhile
    """
    if case.state != "open":
        raise NotOpen(gettext_noop("This case is closed already."))
    values = {"state": "closed", "outcome": outcome, "reason": reason, "closed_on": today}
    with entry(user) as book:
        book.change(case, values, seen=seen)
        run = run_of(case)
        if run is not None:
            still = run.to_on is None or run.to_on > today
            ended = {"to_on": today} if still else {}
            book.change(run, {**ended, "result": outcome}, seen=run.version)


def reopen(user: User, case: Case, *, seen: int) -> None:
    """Raises: NotAllowed, NotOpen, ThereAlready, ChangedMeanwhile"""
    if case.state == "open":
        raise NotOpen(gettext_noop("This case is open already."))
    if Case.objects.filter(OPEN, account_id=case.account_id).exists():
        raise ThereAlready(gettext_noop("A case of this account is open already."))
    with entry(user) as book:
        book.change(
            case, {"state": "open", "outcome": None, "reason": None, "closed_on": None}, seen=seen
        )


def write_coins(rows: Iterable[Mapping[str, Any]]) -> int:
    """Write down for whom a coin of the published plan chose nothing; gives how many were new."""
    new, nobody = 0, cast(User, None)
    with entry(nobody, said_by="mainstay", trusted=True) as book:
        for row in rows:
            try:
                book.add(PlayRun(**{field_of(name): value for name, value in row.items()}))
            except ThereAlready:
                continue
            new += 1
    return new
