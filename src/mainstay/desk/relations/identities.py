"""One person under several codes: the contacts that were merged into one, and where each is now."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from mainstay.desk.facts.columns import field_of
from mainstay.desk.facts.models import Fact
from mainstay.desk.facts.rights import visible
from mainstay.desk.facts.rows import ERASED, PERSONAL, columns_of, models_by_table
from mainstay.desk.relations.models import Contact, Merge


def codes_of(contact: Contact) -> list[str]:
    """The codes of one person: the contact's own first, then those that were merged into it."""
    found = [contact.contact_id]
    for code in found:  # grows while it is walked: what was merged had been merged into, too
        gone = Merge.objects.filter(into_id=code, undone_at__isnull=True).order_by("at")
        found += [one for one in gone.values_list("gone_id", flat=True) if one not in found]
    return found


def merges_of(codes: list[str]) -> QuerySet[Merge]:
    """All merges that hold rows of these codes as they were, also those that are taken back."""
    return Merge.objects.filter(Q(gone_id__in=codes) | Q(into_id__in=codes)).order_by("at")


def as_it_was(kept: dict[str, Any]) -> Fact:
    """A row of a merge as it was before, not saved."""
    return models_by_table()[kept["table"]](**values_of(kept))


def values_of(kept: dict[str, Any]) -> dict[str, Any]:
    """The values of a row of a merge, by field."""
    model = models_by_table()[kept["table"]]
    names = {column.name: field_of(column.name) for column in columns_of(model)}
    return {
        name: model._meta.get_field(name).to_python(kept["row"][column])
        for column, name in names.items()
    }


def before_merges(codes: list[str]) -> list[Contact]:
    """The contacts of these codes that went in merges which stand, as they were."""
    found: dict[str, Any] = {}
    for made in merges_of(codes).filter(undone_at__isnull=True, gone_id__in=codes):
        for kept in made.before:
            if kept["table"] == "contacts" and kept["row"]["contact_id"] == made.gone_id:
                found[made.gone_id] = as_it_was(kept)
    return list(found.values())


def holds_personal(made: Merge, codes: list[str]) -> bool:
    """Whether a merge still says who somebody of these codes was."""
    return any(_personal(kept, codes) for kept in made.before)


def scrub(made: Merge, codes: list[str]) -> None:
    """Take out of a merge who the contacts of these codes were; taken back, it gives rows without it."""
    for kept in made.before:
        for name in _personal(kept, codes):
            kept["row"][name] = ERASED if name == "name" else None
    made.save(update_fields=["before"])


def is_erased(made: Merge) -> bool:
    """Whether somebody whom a merge made one was erased since."""
    return any(
        kept["table"] == "contacts" and kept["row"]["name"] == ERASED for kept in made.before
    )


def _personal(kept: dict[str, Any], codes: list[str]) -> list[str]:
    """The columns of a row of a merge that say who somebody of these codes was."""
    row = kept["row"]
    if row.get("contact_id") not in codes:
        return []
    names = PERSONAL.get(kept["table"], ())
    return [name for name in names if row.get(name) not in (None, ERASED)]


def now_at(user: Any, pk: int) -> Contact | None:
    """Where a contact is now that went with a merge: what it went into, or itself, written anew.

    pk: its key when it went
    Gives None where there is none that the user sees.
    """
    made = Merge.objects.filter(before__0__pk=pk, before__0__table=Contact.TABLE).first()
    code, seen = made.gone_id if made else None, set[str]()
    while code is not None and code not in seen:
        found: Contact | None = visible(user, Contact).filter(contact_id=code).first()
        if found is not None:
            return found
        seen.add(code)
        step = Merge.objects.filter(gone_id=code, undone_at__isnull=True).first()
        code = step.into_id if step else None
    return None
