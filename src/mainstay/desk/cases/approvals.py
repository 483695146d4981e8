"""Money of a case: who may ask for it, who may decide, and no; nobody decides what they asked for.

A play that gives something begins when somebody else has approved it. Until then its case is open, the
steps that give are not written down, and no run tells the engine of it. Refused, it never began.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.access.rights import SETTERS
from mainstay.desk.access.services import NotAllowed
from mainstay.desk.cases import queries
from mainstay.desk.cases.models import Approval, Case
from mainstay.desk.cases.queries import Thing
from mainstay.desk.facts.rights import may_write, sees_account
from mainstay.desk.facts.services import ThereAlready, entry
from mainstay.desk.team.models import Staff

ASKED, APPROVED, REFUSED, WITHDRAWN = "asked", "approved", "refused", "withdrawn"


class NotWaiting(MainstayError):
    """A request that is decided or taken back, or a case that can't ask now."""

    code = "not_waiting"


@dataclass(frozen=True)
class Wanted:
    """What is asked for: how much from which pool, what comes in return, until when, and why.

    kind: the pool; None where only terms are given
    """

    amount: Decimal
    currency: str | None = None
    kind: str | None = None
    in_return_for: str | None = None
    stops_on: date | None = None
    reason: str | None = None


def begins_at_once(thing: Thing) -> int:
    """How many of the first steps of a play wait for no approval of what it gives."""
    play = queries.catalogue().get(thing.play or "")
    return len(play.steps) - len(engine.waiting_steps(play)) if play else 0


def of_plan(thing: Thing, currency: str) -> Wanted:
    """What taking a thing asks for: the plan's sum in whole units, until the play ends."""
    return Wanted(
        amount=Decimal(round(thing.row.get("money") or 0)),
        currency=currency or None,
        kind=thing.row.get("pool"),
        stops_on=thing.stops_on,
    )


def asker(user: User) -> str:
    """How a request names who asked, as a case names who opened it."""
    return user.staff_id or user.username


def is_own(user: User, approval: Approval) -> bool:
    return approval.asked_by in {user.username, user.staff_id} - {""}


def below(staff_id: str) -> set[str]:
    """Everybody who reports to somebody of ours, at any distance."""
    above = dict(Staff.objects.order_by().values_list("staff_id", "reports_to"))
    found: set[str] = set()
    reached = {staff_id}
    while reached:
        reached = {one for one, leader in above.items() if leader in reached} - found - {staff_id}
        found |= reached
    return found


def may_decide(user: User, approval: Approval) -> bool:
    """A director or an administrator, or who is above the asker; who sees the account, and never the asker."""
    if is_own(user, approval) or not sees_account(user, approval.account_id):
        return False
    return user.role in SETTERS or (
        bool(user.staff_id) and approval.asked_by in below(user.staff_id)
    )


def write(
    book: Any, user: User, case: Case, wanted: Wanted, today: date, *, play: str | None
) -> Any:
    """A new request, in the entry of its case.

    play: that begins when it is approved; None = none waits for it
    """
    return book.add(
        Approval(
            approval_id=engine.new_id(),
            account_id=case.account_id,
            case_id=case.case_id,
            play=play,
            asked_on=today,
            asked_by=asker(user),
            state=ASKED,
            **vars(wanted),
        )
    )


def ask(user: User, case: Case, wanted: Wanted, *, today: date, seen: int | None = None) -> Any:
    """Ask for money in a case that is open; asked again while the own request waits, that one changes.

    seen: the version of the waiting request that the form showed
    Raises: NotAllowed, NotWaiting, ThereAlready, ChangedMeanwhile
    """
    if not may_write(user, "cases") or not sees_account(user, case.account_id):
        raise NotAllowed(gettext_noop("Your role may not write this down."))
    if case.state != "open":
        raise NotWaiting(gettext_noop("This case is closed; open it again first."))
    waits = waiting(case)
    if waits is not None and not is_own(user, waits):
        raise ThereAlready(gettext_noop("Somebody has asked for money in this case already."))
    with entry(user, trusted=True) as book:
        if waits is not None:
            return book.change(waits, vars(wanted), seen=waits.version if seen is None else seen)
        play = case.play if queries.begun_on(case) is None else None
        return write(book, user, case, wanted, today, play=play)


def waiting(case: Case) -> Approval | None:
    """The request of a case that nobody has decided yet."""
    return Approval.objects.filter(case_id=case.case_id, state=ASKED).first()


def take_back(user: User, approval: Approval, *, seen: int, today: date) -> None:
    """Raises: NotAllowed, NotWaiting, ChangedMeanwhile"""
    if not is_own(user, approval) or not sees_account(user, approval.account_id):
        raise NotAllowed(gettext_noop("Only who asked can take it back."))
    _still(approval)
    with entry(user, trusted=True) as book:
        book.change(approval, {"state": WITHDRAWN, "decided_on": today}, seen=seen)


def lapse(book: Any, case: Case, today: date) -> None:
    """What still waits of a case that ends is taken back; in an entry that is not trusted with decisions."""
    for one in Approval.objects.filter(case_id=case.case_id, state=ASKED):
        with entry(book.user, trusted=True) as own:
            own.change(one, {"state": WITHDRAWN, "decided_on": today}, seen=one.version)


def refuse(user: User, approval: Approval, answer: str, *, seen: int, today: date) -> None:
    """The play never begins, and its case stays open.

    Raises: NotAllowed, NotWaiting, ChangedMeanwhile
    """
    check(user, approval)
    with entry(user, trusted=True) as book:
        book.change(
            approval,
            {"state": REFUSED, "answer": answer, "decided_on": today, "decided_by": asker(user)},
            seen=seen,
        )


def check(user: User, approval: Approval) -> None:
    """Whether a user may decide a request that still waits.

    Raises: NotAllowed, NotWaiting
    """
    if is_own(user, approval):
        raise NotAllowed(gettext_noop("Nobody decides what they asked for themselves."))
    if not may_decide(user, approval):
        raise NotAllowed(gettext_noop("Only a director or who is above the asker decides this."))
    _still(approval)


def _still(approval: Approval) -> None:
    if approval.state != ASKED:
        raise NotWaiting(gettext_noop("This is decided already, or was taken back."))
