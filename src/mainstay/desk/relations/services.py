"""Writes of a relationship: people, ties, levels and criteria; each what belongs together in one entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.access.services import NotAllowed
from mainstay.desk.facts.rights import visible
from mainstay.desk.facts.services import Book, entry
from mainstay.desk.relations.buying import Assessed
from mainstay.desk.relations.models import Contact, Criterion, RelationshipLevel, Tie
from mainstay.desk.team.models import Assignment, Staff


class Unknown(MainstayError):
    """A person that is named is not there, or not at this account."""

    code = "unknown_person"


@dataclass(frozen=True)
class Cell:
    """One cell of the table of people that somebody changed.

    what: power, attitude, or tie (then to `staff_id`)
    value: None takes it back; seen: the version of the row when the page was made, 0 where there was none
    """

    pk: int
    what: str
    value: Any
    seen: int = 0
    staff_id: str = ""


def set_cells(
    user: User, account_id: str, cells: Sequence[Cell], *, today: date, once: str = ""
) -> None:
    """Write the cells that were changed, all or none.

    Raises: NotAllowed, Unknown, ChangedMeanwhile, ThereAlready, SentBefore
    """
    values: dict[int, dict[str, Any]] = {}
    with entry(user, once=once) as book:
        contacts = {pk: _contact(user, account_id, pk) for pk in {cell.pk for cell in cells}}
        for cell in cells:
            if cell.what == "tie":
                _set_tie(book, contacts[cell.pk], cell, today)
            else:
                values.setdefault(cell.pk, {})[cell.what] = cell.value
        seen = {cell.pk: cell.seen for cell in cells if cell.what != "tie"}
        for pk, changed in values.items():
            book.change(contacts[pk], changed, seen=seen[pk])


def _set_tie(book: Book, one: Contact, cell: Cell, today: date) -> None:
    if not Staff.objects.filter(staff_id=cell.staff_id).exists() and not _tied(cell.staff_id):
        raise Unknown(gettext_noop("This person of ours is not known; reload the page."))
    tie = visible(book.user, Tie).filter(contact_id=one.contact_id, staff_id=cell.staff_id).first()
    if tie is None:
        if cell.value is not None:
            book.add(
                Tie(
                    contact_id=one.contact_id,
                    staff_id=cell.staff_id,
                    strength=cell.value,
                    since=today,
                )
            )
    elif cell.value is None:
        book.withdraw(tie, seen=cell.seen)
    else:
        book.change(tie, {"strength": cell.value}, seen=cell.seen)


def _tied(staff_id: str) -> bool:
    """Somebody of whom files told no more than a code."""
    return (
        Tie.objects.filter(staff_id=staff_id).exists()
        or Assignment.objects.filter(staff_id=staff_id).exists()
    )


def leaves(user: User, contact: Contact, *, on: date, seen: int) -> Contact:
    """A contact leaves the account; what they were stays on record.

    Raises: NotAllowed, ChangedMeanwhile
    """
    with entry(user) as book:
        return cast(Contact, book.change(contact, {"left_on": on}, seen=seen))


@dataclass(frozen=True)
class Successor:
    """Who takes over: a contact that is there, or somebody new by their name."""

    contact_id: str = ""
    name: str = ""
    title: str = ""


def takes_over(
    user: User, left: Contact, successor: Successor, *, today: date, once: str = ""
) -> Contact:
    """Somebody takes over from a contact who left: their power, and those who reported to them.

    Raises: NotAllowed, Unknown, ChangedMeanwhile, SentBefore
    """
    with entry(user, once=once) as book:
        if successor.contact_id:
            heir = _at(user, left.account_id, successor.contact_id)
            heir = book.change(heir, _inherited(left, heir), seen=heir.version)
        else:
            heir = book.add(
                Contact(
                    contact_id=engine.new_id(),
                    account_id=left.account_id,
                    name=successor.name,
                    title=successor.title or left.title,
                    department=left.department,
                    power=left.power,
                    reports_to=left.reports_to,
                    from_on=today,
                )
            )
        below = visible(user, Contact).filter(
            account_id=left.account_id, reports_to=left.contact_id, left_on__isnull=True
        )
        for one in below:
            if one.contact_id != heir.contact_id:
                book.change(one, {"reports_to": heir.contact_id}, seen=one.version)
    return cast(Contact, heir)


def _inherited(left: Contact, heir: Contact) -> dict[str, Any]:
    values: dict[str, Any] = {"power": left.power or heir.power}
    if heir.reports_to == left.contact_id:
        values["reports_to"] = left.reports_to
    return values


def set_level(
    user: User, account_id: str, *, level: int, why: str | None, on: date, once: str = ""
) -> None:
    """Say at which level the relationship stands; said twice on a day, the later stands.

    Raises: NotAllowed, SentBefore
    """
    with entry(user, once=once) as book:
        rows = visible(user, RelationshipLevel).filter(account_id=account_id, on=on)
        there = rows.first()
        if there is None:
            book.add(RelationshipLevel(account_id=account_id, on=on, level=level, why=why))
        else:
            book.change(there, {"level": level, "why": why}, seen=there.version)


def assess_criteria(
    user: User, account_id: str, assessed: Sequence[Assessed], *, once: str = ""
) -> None:
    """Write how all criteria stand, in one entry; assessed twice on a day, the later stands.

    Raises: NotAllowed, ThereAlready, SentBefore
    """
    with entry(user, once=once) as book:
        for one in assessed:
            values = {
                "weight": one.weight,
                "we_meet": one.we_meet,
                "competitor_meets": one.they_meet,
                "source": one.source,
            }
            named = {
                "account_id": account_id,
                "criterion": one.criterion,
                "competitor": one.competitor or None,
                "assessed_on": one.on,
            }
            there = visible(user, Criterion).filter(**_null_safe(named)).first()
            if there is None:
                book.add(Criterion(**named, **values))
            else:
                book.change(there, values, seen=there.version)


def _null_safe(named: dict[str, Any]) -> dict[str, Any]:
    return {
        (f"{k}__isnull" if v is None else k): (True if v is None else v) for k, v in named.items()
    }


def _contact(user: User, account_id: str, pk: int) -> Contact:
    found: Contact | None = visible(user, Contact).filter(pk=pk, account_id=account_id).first()
    if found is None:
        raise NotAllowed(gettext_noop("This is not there any more, or not for you."))
    return found


def _at(user: User, account_id: str, contact_id: str) -> Contact:
    rows = visible(user, Contact).filter(account_id=account_id, contact_id=contact_id)
    found: Contact | None = rows.filter(left_on__isnull=True).first()
    if found is None:
        raise Unknown(gettext_noop("Choose somebody who is at this account, or write a new name."))
    return found
