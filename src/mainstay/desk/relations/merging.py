"""Two contacts that are one person: what names the one names the other from now on; undone in one step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.core.errors import InvalidSetting, NotFound
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.access.services import record
from mainstay.desk.care.models import Complaint, Notice
from mainstay.desk.facts.models import Fact
from mainstay.desk.facts.rows import models_by_table, plain_row, row_of
from mainstay.desk.facts.services import Book, entry
from mainstay.desk.relations.identities import as_it_was, values_of
from mainstay.desk.relations.models import Contact, Merge, Sighting, Tie
from mainstay.desk.relations.personal import visits_naming
from mainstay.desk.reviews.models import Review

# What a merged contact lacks is taken from the other.
FILLED = ("title", "department", "power", "attitude", "email", "phone", "from_on", "reports_to")


@dataclass(frozen=True)
class Change:
    """One row that names the contact who goes, and what it would say instead."""

    fact: Fact
    field: str
    value: Any


def figures(contact: Contact) -> dict[str, int]:
    """How many rows of each table name a contact."""
    code = contact.contact_id
    return {
        "ties": Tie.objects.filter(contact_id=code).count(),
        "visits": visits_naming(contact).count(),
        "complaints": Complaint.objects.filter(contact_id=code).count(),
        "notices": Notice.objects.filter(by_contact_id=code).count(),
        "competitor_sightings": Sighting.objects.filter(contact_id=code).count(),
    }


def preview(gone: Contact, into: Contact) -> list[Change]:
    """The rows that would change if one contact went into another.

    Raises: InvalidSetting where they are one, or of two accounts
    """
    if gone.pk == into.pk:
        raise InvalidSetting(gettext_noop("Choose another contact: this is the same."))
    if gone.account_id != into.account_id:
        raise InvalidSetting(
            gettext_noop("These contacts are of two accounts; join the accounts first.")
        )
    return list(_changes(gone, into))


def _changes(gone: Contact, into: Contact) -> Iterator[Change]:
    old, new = gone.contact_id, into.contact_id
    known = {tie.staff_id: tie for tie in Tie.objects.filter(contact_id=new)}
    for tie in Tie.objects.filter(contact_id=old):
        there = known.get(tie.staff_id)
        if there is None:
            yield Change(tie, "contact_id", new)
        elif (tie.strength or 0) > (there.strength or 0):
            yield Change(there, "strength", tie.strength)
    for visit in visits_naming(gone):
        codes = dict.fromkeys(new if c == old else c for c in (visit.contacts or "").split(";"))
        yield Change(visit, "contacts", ";".join(codes))
    for complaint in Complaint.objects.filter(contact_id=old):
        yield Change(complaint, "contact_id", new)
    for notice in Notice.objects.filter(by_contact_id=old):
        yield Change(notice, "by_contact_id", new)
    for sighting in Sighting.objects.filter(contact_id=old):
        yield Change(sighting, "contact_id", new)
    for review in Review.objects.filter(contact_id=old):
        yield Change(review, "contact_id", new)
    for below in Contact.objects.filter(reports_to=old):
        yield Change(below, "reports_to", None if below.pk == into.pk else new)


@transaction.atomic
def merge(user: User, gone: Contact, into: Contact) -> Merge:
    """Let one contact go into another of the same account.

    Raises: NotAllowed, InvalidSetting
    """
    changes = preview(gone, into)
    # The contact first: ties can be written of a contact alone that is there.
    before = [_kept(gone), _kept(into, FILLED)]
    before += [_kept(change.fact, (change.field,)) for change in changes]
    before += [_kept(tie) for tie in Tie.objects.filter(contact_id=gone.contact_id)]
    with entry(user) as book:
        for change in changes:
            # The same person under another code: whoever may merge may say so in all rows.
            renamed = {change.field: change.value}
            book.change(change.fact, renamed, seen=change.fact.version, renamed=True)
        for left in Tie.objects.filter(contact_id=gone.contact_id):
            book.withdraw(left, seen=left.version)
        lacks = {
            name: getattr(gone, name)
            for name in FILLED
            if getattr(into, name) in (None, "") and getattr(gone, name) not in (None, "")
        }
        if lacks.get("reports_to") in (into.contact_id, gone.contact_id):
            lacks.pop("reports_to")
        into.refresh_from_db()
        book.change(into, lacks, seen=into.version)
        book.withdraw(gone, seen=gone.version)
    made = Merge.objects.create(
        account_id=into.account_id,
        gone_id=gone.contact_id,
        into_id=into.contact_id,
        before=before,
        at=timezone.now(),
        by=user,
    )
    record(user, "contacts.merge", about=made)
    return made


@transaction.atomic
def undo(user: User, merge_id: int) -> None:
    """Take a merge back: the rows that it changed say again what they said before.

    Raises: NotAllowed, NotFound where it is taken back already
    """
    made = Merge.objects.select_for_update().filter(pk=merge_id, undone_at__isnull=True).first()
    if made is None:
        raise NotFound(gettext_noop("This is taken back already."))
    anew: dict[tuple[str, int], int] = {}
    with entry(user) as book:
        for kept in made.before:
            there = _restore(book, kept)
            anew[kept["table"], _key_now(kept)] = there.pk
    _renumber(made, anew)
    made.undone_at = timezone.now()
    made.save(update_fields=["undone_at"])
    record(user, "contacts.unmerge", about=made)


def _kept(fact: Fact, fields: Sequence[str] | None = None) -> dict[str, Any]:
    """A row as it is; of one that stays, which fields are to be changed back."""
    row = plain_row(row_of(fact))
    return {"table": fact.TABLE, "pk": fact.pk, "row": row, "fields": fields}


def _key_now(kept: dict[str, Any]) -> int:
    """The key of a row of a merge; another one since it was written anew by taking another merge back."""
    found: int = kept.get("now", kept["pk"])
    return found


def _renumber(undone: Merge, anew: dict[tuple[str, int], int]) -> None:
    """The other merges of an account know the rows that were written anew by their new keys."""
    others = Merge.objects.select_for_update().filter(account_id=undone.account_id)
    for other in others.filter(undone_at__isnull=True).exclude(pk=undone.pk):
        for kept in other.before:
            kept["now"] = anew.get((kept["table"], _key_now(kept)), _key_now(kept))
        other.save(update_fields=["before"])


def _restore(book: Book, kept: dict[str, Any]) -> Fact:
    """A row as it was: changed back where it is there, written anew where it went.

    What others changed meanwhile in other fields stays.
    """
    model = models_by_table()[kept["table"]]
    there = model._default_manager.filter(pk=_key_now(kept)).first()
    if there is None:
        return book.add(as_it_was(kept))
    values = values_of(kept)
    fields = kept["fields"] or values
    restored = {name: values[name] for name in fields}
    changed: Fact = book.change(there, restored, seen=there.version, renamed=True)
    return changed
