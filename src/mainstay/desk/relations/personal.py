"""What is personal of a contact: handed out on request, and erased, with the business facts left.

Erased is what names the person or leads to them, here and in every version in the store. The record of
events never held it. What people wrote of them in notes is text of ours and is shown before, so that it
can be changed by hand.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from mainstay import engine
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.access.services import NotAllowed, only_setters, record
from mainstay.desk.care.models import Complaint, Notice, Visit
from mainstay.desk.facts.models import Outgoing
from mainstay.desk.facts.rights import visible
from mainstay.desk.facts.rows import PERSONAL, plain_row, row_of
from mainstay.desk.facts.services import send
from mainstay.desk.relations.models import Contact, Sighting, Tie
from mainstay.desk.reviews.models import Review, Survey

ERASED = "–"  # where the name was
MOST = 1_000


def known_of(user: User, contact: Contact) -> dict[str, Any]:
    """Everything that is kept of a contact, as plain JSON: the row, its versions, and where they are named.

    Raises: NotAllowed
    """
    only_setters(user)
    send()
    key = {"contact_id": contact.contact_id}
    here = {
        "ties": Tie.objects.filter(**key),
        "visits": visits_naming(contact),
        "complaints": Complaint.objects.filter(**key),
        "notices": Notice.objects.filter(by_contact_id=contact.contact_id),
        "competitor_sightings": Sighting.objects.filter(**key),
        "reviews": Review.objects.filter(**key),
    }
    found: dict[str, Any] = {"contact": plain_row(row_of(contact))}
    found["versions"] = [
        plain_row(version) for version in engine.versions_of(settings.HOME, "contacts", key)
    ]
    for table, rows in here.items():
        found[table] = [plain_row(row_of(row)) for row in rows[:MOST]]
    record(
        user,
        "contacts.export",
        object_kind="contacts",
        object_id=contact.key,
        label=f"{contact.account_id} {contact.contact_id}",
    )
    return found


def visits_naming(contact: Contact) -> Any:
    """The visits at which a contact was, by the codes that visits carry."""
    code = contact.contact_id
    named = (
        Q(contacts=code)
        | Q(contacts__startswith=f"{code};")
        | Q(contacts__endswith=f";{code}")
        | Q(contacts__contains=f";{code};")
    )
    return Visit.objects.filter(named, account_id=contact.account_id)


@transaction.atomic
def erase(user: User, contact: Contact) -> None:
    """Take out for good who a contact was and what they said in reviews; all else stays, with their code.

    Raises: NotAllowed
    """
    only_setters(user)
    now = visible(user, Contact).select_for_update().filter(pk=contact.pk).first()
    if now is None:
        raise NotAllowed(gettext_noop("This is not there any more, or not for you."))
    if now.name == ERASED:
        return
    send()
    now.name, now.title, now.email, now.phone = ERASED, None, None, None
    now.version += 1
    now.save(update_fields=["name", "title", "email", "phone", "version"])
    key = {"contact_id": now.contact_id}
    Outgoing.objects.filter(table="contacts", row__contact_id=now.contact_id).delete()
    record(
        user,
        "contacts.erase",
        object_kind="contacts",
        object_id=now.key,
        label=f"{now.account_id} {now.contact_id}",
    )
    engine.forget_facts(settings.HOME, "contacts", key, PERSONAL["contacts"])
    _forget_words(now)


def _forget_words(contact: Contact) -> None:
    """What they said in reviews goes with them; the cause that was found stays."""
    for review in Review.objects.select_for_update().filter(contact_id=contact.contact_id):
        review.customer_text = None
        review.version += 1
        review.save(update_fields=["customer_text", "version"])
        Survey.objects.filter(review_key=review.key).update(happened="", different="")
        key = {"review_id": review.review_id}
        engine.forget_facts(settings.HOME, "reviews", key, PERSONAL["reviews"])
