"""Writes of my week and of cases: taking a thing, putting one off, steps, the end of a case, coins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, cast

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.cases import approvals
from mainstay.desk.cases.models import OPEN, Case, CaseComment, CaseStep, Coin, PlayRun, Snooze
from mainstay.desk.cases.people import who_does
from mainstay.desk.cases.queries import Step, Thing, catalogue, run_of
from mainstay.desk.facts.columns import field_of
from mainstay.desk.facts.services import ThereAlready, entry


class NotOpen(MainstayError):
    """A case that is closed, or open, where the other is needed."""

    code = "not_open"


@dataclass(frozen=True)
class Said:
    """What somebody says in taking a thing.

    comment: of the case, from the first
    in_return_for, reason: of the money that is asked for
    """

    comment: str = ""
    in_return_for: str | None = None
    reason: str | None = None


NOTHING_SAID = Said()


def take(sight: Sight, thing: Thing, said: Said = NOTHING_SAID, *, today: date) -> Case:
    """Open a case about an account, with the steps of the play that is proposed or chosen, which begins now.

    What gives something is asked for, in the currency of the plan's money: that play begins, with the
    steps that give, when it is approved.
    Raises: NotAllowed, ThereAlready while one of this account is open
    """
    user, account = sight.user, thing.account
    if Case.objects.filter(OPEN, account_id=account.account_id).exists():
        raise ThereAlready(gettext_noop("A case of this account is open already."))
    people, lead = people_of(thing, user, today)
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
        steps = thing.steps
        if thing.asks:
            steps = steps[: approvals.begins_at_once(thing)]
            wanted = replace(
                approvals.of_plan(thing, sight.currency),
                in_return_for=said.in_return_for or None,
                reason=said.reason or None,
            )
            with entry(user, trusted=True) as asking:
                approvals.write(asking, user, made, wanted, today, play=thing.play)
        elif thing.play:
            begin(book, thing, lead, today)
        write_steps(book, made, steps, people)
        if said.comment:
            book.add(_comment(user, made, said.comment, today))
    return made


def write_steps(
    book: Any,
    case: Case,
    steps: Iterable[Step],
    people: Mapping[str, str],
    *,
    after: int = 0,
) -> None:
    """Write down steps of a play behind the first so many that a case has."""
    for n, step in enumerate(steps, start=after + 1):
        book.add(
            CaseStep(
                step_id=f"{case.case_id}-{n}",
                case_id=case.case_id,
                account_id=case.account_id,
                n=n,
                what=step.wording,
                owner_id=people.get(step.role),
                due_on=step.due_on,
            )
        )


def _new_case_id(account: Account, today: date) -> str:
    """By account and day: two who tap at once open one."""
    before = Case.objects.filter(account_id=account.account_id, opened_on=today).count()
    return f"{account.account_id} {today:%Y%m%d}" + (f" {before + 1}" if before else "")


def begin(book: Any, thing: Thing, lead: str | None, today: date) -> None:
    """The run that the engine learns from; begun again on the same day, it is the same run."""
    known = PlayRun.objects.filter(
        account_id=thing.account.account_id, play=thing.play, from_on=today
    ).first()
    values = {
        "to_on": thing.stops_on,
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


def people_of(thing: Thing, user: User, today: date) -> tuple[dict[str, str], str | None]:
    """Who does the steps of each role, by the rules of the plan, and who leads the case."""
    mine = user.staff_id or None
    people = who_does(thing.account, today, otherwise=thing.lead or mine)
    return people, thing.lead or people.get(thing.lead_role) or mine


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


def comment(user: User, case: Case, text: str, *, once: str = "", today: date) -> Any:
    """Say something of a case. Raises: NotAllowed, SentBefore"""
    with entry(user, once=once) as book:
        return book.add(_comment(user, case, text, today))


def _comment(user: User, case: Case, text: str, today: date) -> CaseComment:
    return CaseComment(
        comment_id=engine.new_id(),
        case_id=case.case_id,
        account_id=case.account_id,
        on=today,
        by_id=user.staff_id or user.username,
        text=text,
    )


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
    _still_open(case)
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


def change_step(
    user: User, case: Case, step: CaseStep, values: Mapping[str, Any], *, seen: int
) -> Any:
    """Say otherwise what is to be done, by when or by whom.

    Raises: NotAllowed, NotOpen, ChangedMeanwhile
    """
    _still_open(case)
    with entry(user) as book:
        return book.change(step, values, seen=seen)


def remove_step(user: User, case: Case, step: CaseStep, *, seen: int) -> None:
    """Take a step back, that is not to be done; what was known of it stays on record.

    Raises: NotAllowed, NotOpen, ChangedMeanwhile
    """
    _still_open(case)
    with entry(user) as book:
        book.withdraw(step, seen=seen)


def _still_open(case: Case) -> None:
    if case.state != "open":
        raise NotOpen(gettext_noop("This case is closed; open it again first."))


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
        approvals.lapse(book, case, today)
        run = run_of(case)
        if run is not None:
            still = run.to_on is None or run.to_on > today
            ended = {"to_on": today} if still else {}
            book.change(run, {**ended, "result": outcome}, seen=run.version)


def reopen(user: User, case: Case, *, seen: int, today: date) -> None:
    """Go on with a case, and with the run of its play, until the day on which that was to end; where that
    has passed, until the case is closed.

    Raises: NotAllowed, NotOpen, ThereAlready, ChangedMeanwhile
    """
    if case.state == "open":
        raise NotOpen(gettext_noop("This case is open already."))
    if Case.objects.filter(OPEN, account_id=case.account_id).exists():
        raise ThereAlready(gettext_noop("A case of this account is open already."))
    with entry(user) as book:
        book.change(
            case, {"state": "open", "outcome": None, "reason": None, "closed_on": None}, seen=seen
        )
        run = run_of(case)
        if run is not None:
            play = catalogue().get(run.play)
            ends = play.ends_on(run.from_on) if play else None
            going_on = ends if ends is not None and ends >= today else None
            book.change(run, {"to_on": going_on, "result": None}, seen=run.version)


def write_coins(
    nothing: Iterable[Mapping[str, Any]], drawn: Iterable[Mapping[str, Any]], *, weeks: int
) -> int:
    """Write down what coins of the published plan chose; gives how many were new.

    nothing: rows of `play_runs`, of accounts that nothing is done about for its time
    drawn: rows of `coins`, whatever was drawn; an account's first within `weeks` stands
    """
    new, nobody = 0, cast(User, None)
    some = [row for row in drawn if not _stands(row, weeks)]
    with entry(nobody, said_by="mainstay", trusted=True) as book:
        for model, rows in ((PlayRun, nothing), (Coin, some)):
            for row in rows:
                try:
                    book.add(model(**{field_of(name): value for name, value in row.items()}))
                except ThereAlready:
                    continue
                new += 1
    return new


def _stands(row: Mapping[str, Any], weeks: int) -> bool:
    """Whether a coin was thrown for the account before, within the horizon."""
    first = row["on"] - timedelta(weeks=weeks)
    before = Coin.objects.filter(account_id=row["account_id"], on__gt=first, on__lt=row["on"])
    return before.exists()
