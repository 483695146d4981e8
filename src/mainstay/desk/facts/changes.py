"""From a form that was sent to an entry, for any table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.desk.access.models import Event, User
from mainstay.desk.access.views import in_words
from mainstay.desk.facts import words
from mainstay.desk.facts.columns import COLUMNS, field_of
from mainstay.desk.facts.forms import OWN_CODES, FactForm
from mainstay.desk.facts.models import Fact
from mainstay.desk.facts.services import ChangedMeanwhile, SentBefore, entry


def first_values(user: Any, table: str) -> dict[str, Any]:
    """What a new row most likely says: today, by me."""
    today = timezone.localdate()
    named = {
        "visits": {"on": today, "staff_id": user.staff_id, "kind": "visit"},
        "requests": {"raised_on": today, "owner_id": user.staff_id},
        "complaints": {"opened_at": timezone.localtime(), "severity": 2},
        "promises": {"made_on": today, "by_id": user.staff_id},
        "notices": {"on": today},
        "competitor_sightings": {"on": today},
        "criteria": {"assessed_on": today},
        "relationship_levels": {"on": today},
        "company_events": {"on": today},
        "wallets": {"on": today},
        "assignments": {"from_on": today},
        "ties": {"staff_id": user.staff_id},
        "reviews": {"opened_on": today},
    }
    return named.get(table, {})


def new_fact(model: type[Fact], values: dict[str, Any], account_id: str | None) -> Fact:
    """A row with the code that the application gives it."""
    fact = model(**values)
    if account_id is not None and hasattr(fact, "account_id"):
        fact.account_id = account_id
    if own := OWN_CODES.get(model.TABLE):
        setattr(fact, own, engine.new_id())
    return fact


def add(user: User, form: FactForm) -> Fact | None:
    """Write what a form says; nothing where it was sent before.

    Raises: NotAllowed, ThereAlready
    """
    try:
        with entry(user, once=form.cleaned_data["once"]) as book:
            return book.add(new_fact(form.model, form.values(), form.account_id))
    except SentBefore:
        return None


def change(user: User, fact: Fact, form: FactForm) -> Fact:
    """Write what a form says into a row; nothing where it was sent before.

    Raises: NotAllowed, ChangedMeanwhile, ThereAlready
    """
    try:
        with entry(user, once=form.cleaned_data["once"]) as book:
            return book.change(fact, form.values(), seen=form.cleaned_data["seen"] or 0)
    except SentBefore:
        return fact


@dataclass(frozen=True)
class Tried:
    """Whether a form was written down; if not, its errors say why.

    fact: the row as it was written; None where the form was sent before
    others: what somebody else wrote meanwhile, see `differences`
    """

    done: bool
    fact: Fact | None = None
    others: list[tuple[str, str, str]] = field(default_factory=list)


def try_to_write(user: User, form: FactForm, fact: Fact | None = None) -> Tried:
    """Write what a form says, into a row or as a new one; what stands against it is on the form."""
    others: list[tuple[str, str, str]] = []
    try:
        written = add(user, form) if fact is None else change(user, fact, form)
    except ChangedMeanwhile as error:
        others = differences(form, error.fact)
        form.add_error(None, in_words(error))
        form.now_at(error.fact.version)
    except MainstayError as error:
        form.add_error(None, in_words(error))
    else:
        return Tried(True, written)
    return Tried(False, others=others)


def withdraw(user: User, fact: Fact, *, seen: int) -> None:
    """Raises: NotAllowed, ChangedMeanwhile"""
    with entry(user) as book:
        book.withdraw(fact, seen=seen)


def differences(form: FactForm, now: Fact) -> list[tuple[str, str, str]]:
    """Where what is there now differs from what was typed: label, theirs, ours."""
    found = []
    for name, typed in form.values().items():
        theirs = getattr(now, name)
        if theirs != typed:
            label = str(form.fields[name].label or name)
            found.append((label, _shown(now.TABLE, name, theirs), _shown(now.TABLE, name, typed)))
    return found


def told(
    table: str, event: Event, held: frozenset[str] = frozenset()
) -> list[tuple[str, str, str]]:
    """What an event changed: label, before, after; without the columns that are held back."""
    before, after = event.before or {}, event.after or {}
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    hidden = {OWN_CODES.get(table), "account_id", *held}
    return [
        (
            words.label(table, name),
            _shown(table, field_of(name), before.get(name)),
            _shown(table, field_of(name), after.get(name)),
        )
        for name in names
        if name not in hidden
    ]


def _shown(table: str, field_name: str, value: Any) -> str:
    if value is None or value == "":
        return _("nothing")
    if isinstance(value, bool):
        return str(words.YES_NO[value])
    return words.choice(table, COLUMNS.get(field_name, field_name), value)
