"""Approving money of a case: in one go what is approved, the incentive that it is, and the play that begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from mainstay import engine
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.accounts.models import Account
from mainstay.desk.care.models import Incentive
from mainstay.desk.cases import approvals, queries, services
from mainstay.desk.cases.approvals import NotWaiting
from mainstay.desk.cases.models import Approval, Case, CaseStep
from mainstay.desk.cases.queries import Step, Thing
from mainstay.desk.facts.services import entry


@dataclass(frozen=True)
class Yes:
    """What is approved, which may be less than was asked for."""

    amount: Decimal
    answer: str | None = None


def approve(user: User, approval: Approval, yes: Yes, *, seen: int, today: date) -> None:
    """Say yes: the incentive is written down, the play begins today, and the steps that waited are there.

    Raises: NotAllowed, NotWaiting, ChangedMeanwhile
    """
    approvals.check(user, approval)
    if not 0 <= yes.amount <= approval.amount:
        raise NotWaiting(gettext_noop("At most what was asked for can be approved."))
    case: Any = Case.objects.filter(case_id=approval.case_id).first()
    if case is None or case.state != "open":
        raise NotWaiting(gettext_noop("This case is closed; open it again first."))
    given = engine.new_id() if yes.amount > 0 or approval.kind else None
    decided = {
        "state": approvals.APPROVED,
        "approved_amount": yes.amount,
        "answer": yes.answer,
        "decided_on": today,
        "decided_by": approvals.asker(user),
        "incentive_id": given,
    }
    with entry(user, trusted=True) as book:
        book.change(approval, decided, seen=seen)
        if given:
            book.add(_incentive(approval, case, given, yes.amount, today))
        if approval.play:
            _begin(book, user, case, today)


def _incentive(
    approval: Approval, case: Case, incentive_id: str, amount: Decimal, today: date
) -> Incentive:
    """What was approved, as it is followed from now on: what is spent of it, until when, for what."""
    stops = approval.stops_on
    return Incentive(
        incentive_id=incentive_id,
        account_id=approval.account_id,
        kind=approval.kind,
        from_on=today,
        to_on=max(stops, today) if stops else None,
        budget=amount,
        currency=approval.currency,
        owner_id=case.owner_id or approval.asked_by or "",
        in_return_for=approval.in_return_for,
    )


def _begin(book: Any, user: User, case: Case, today: date) -> None:
    """The run that the engine learns from, from today on, and the steps that give."""
    account = Account.objects.filter(account_id=case.account_id, assessment__is_latest=True).first()
    if account is None:
        return
    thing = _proposed(account, case, today)
    services.begin(book, thing, case.owner_id, today)
    there = CaseStep.objects.filter(case_id=case.case_id).order_by("-n").first()
    people, _lead = services.people_of(thing, user, today)
    services.write_steps(book, case, thing.steps, people, after=there.n if there else 0)


def _proposed(account: Account, case: Case, today: date) -> Thing:
    """The play of a case as its plan proposed it, with the steps that waited, from today on."""
    play = queries.catalogue().get(case.play or "")
    row = queries.planned(case) or {}
    return Thing(
        account=account,
        plan=case.from_plan or "",
        play=case.play,
        steps=tuple(
            Step(step.role, step.wording, step.hours, today + timedelta(days=step.day))
            for step in (engine.waiting_steps(play) if play else ())
        ),
        lead=case.owner_id,
        stops_on=queries.stop_date(row, today) or (play.ends_on(today) if play else None),
        row=row,
    )
