"""Writes of this part: a visit with all that came of it, a notice, answers, promises kept, the rhythm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.access.rights import SETTERS
from mainstay.desk.access.services import NotAllowed, record
from mainstay.desk.care import rhythm
from mainstay.desk.care.forms import NoticeForm, VisitForm, new_contact
from mainstay.desk.care.models import Notice, Promise, Request, Visit
from mainstay.desk.care.rebates import Owed
from mainstay.desk.facts.changes import new_fact
from mainstay.desk.facts.models import Fact
from mainstay.desk.facts.services import Book, SentBefore, entry
from mainstay.desk.relations.models import Contact


def record_visit(user: User, account_id: str, form: VisitForm, currency: str) -> list[Fact]:
    """Write down a visit with the contact, request, competitor and promise that came of it, at once.

    Gives the visit and what came of it; nothing where the form was sent before.
    Raises: NotAllowed, ThereAlready
    """
    try:
        with entry(user, once=form.cleaned_data["once"]) as book:
            contacts = _contacts(book, account_id, form)
            visit: Any = new_fact(Visit, form.values(), account_id)
            visit.contacts = ";".join(contacts) or None
            written = [book.add(visit)]
            for model, values in form.rows():
                fact: Any = new_fact(model, values, account_id)
                _complete(fact, visit, contacts, currency)
                written.append(book.add(fact))
    except SentBefore:
        return []
    return written


def _contacts(book: Book, account_id: str, form: VisitForm) -> list[str]:
    """The codes of who was there; somebody new is written down."""
    codes = list(form.cleaned_data["contacts"])
    if name := form.cleaned_data["new_contact"]:
        found = new_contact(name, form.known)
        if isinstance(found, Contact):
            made: Any = book.add(new_fact(Contact, {"name": name}, account_id))
            found = str(made.contact_id)
        if found not in codes:
            codes.append(found)
    return codes


def _complete(fact: Any, visit: Any, contacts: list[str], currency: str) -> None:
    """What the visit says of a row that came of it."""
    match fact.TABLE:
        case "requests":
            fact.visit_id = visit.visit_id
        case "promises":
            fact.by_id = visit.staff_id
            fact.currency = currency if fact.amount is not None and currency else None
        case "competitor_sightings":
            fact.currency = currency if fact.price is not None and currency else None
            if fact.source == "contact" and len(contacts) == 1:
                fact.contact_id = contacts[0]


def tell(user: User, account_id: str, form: NoticeForm) -> Notice | None:
    """Write down what they told us; the account is shown as noticed at once.

    Raises: NotAllowed, ThereAlready
    """
    try:
        with entry(user, once=form.cleaned_data["once"]) as book:
            made: Any = book.add(new_fact(Notice, form.values(), account_id))
    except SentBefore:
        return None
    return made


def answer(user: User, request: Request, values: Mapping[str, Any], *, seen: int) -> Request:
    """Raises: NotAllowed, ChangedMeanwhile"""
    with entry(user) as book:
        done: Any = book.change(request, values, seen=seen)
    return done


def keep(user: User, promise: Promise, values: Mapping[str, Any], *, seen: int) -> Promise:
    """Raises: NotAllowed, ChangedMeanwhile"""
    with entry(user) as book:
        done: Any = book.change(promise, values, seen=seen)
    return done


def promise_rebate(user: User, account_id: str, owed: Owed, text: str, due_on: Any) -> Promise:
    """Write down a rebate that is owed as a promise, made with the agreement.

    Raises: NotAllowed, ThereAlready
    """
    with entry(user) as book:
        made: Any = book.add(
            Promise(
                promise_id=owed.promise_id,
                account_id=account_id,
                made_on=owed.promised_on,
                by_id=user.staff_id or None,
                kind="rebate",
                text=text,
                amount=owed.amount,
                currency=owed.currency or None,
                due_on=due_on,
            )
        )
    return made


@transaction.atomic
def set_rhythm(user: User, weeks: Mapping[str, int]) -> None:
    """Set after how many weeks each tier is visited again.

    Raises: NotAllowed
    """
    if user.role not in SETTERS:
        raise NotAllowed(gettext_noop("Only a director or an administrator may set this."))
    before = rhythm.weeks_by_tier()
    record(
        user,
        "settings.rhythm",
        object_kind="settings",
        object_id="rhythm",
        label="rhythm",
        before=before,
        after=dict(weeks),
    )
    rhythm.set_weeks(weeks)
