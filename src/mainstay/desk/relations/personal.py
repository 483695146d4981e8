"""What is personal of a contact: handed out on request, and erased, with the business facts left.

A person is all the codes that were merged into the contact. Erased is what names the person or leads to
them, here, in every version in the store, in the rows that imports set aside and in the merges, so that one that is taken back brings back
rows without it. The record of events never held it. What people wrote of them in notes is text of ours and is shown before, so that it
can be changed by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from mainstay import engine
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.access.services import NotAllowed, only_setters, record
from mainstay.desk.care.models import Complaint, Notice, Visit
from mainstay.desk.facts import words
from mainstay.desk.facts.models import Outgoing
from mainstay.desk.facts.rights import visible
from mainstay.desk.facts.rows import ERASED, PERSONAL, plain, plain_row, row_of
from mainstay.desk.facts.services import send
from mainstay.desk.relations.identities import codes_of, holds_personal, merges_of, scrub
from mainstay.desk.relations.models import Contact, Sighting, Tie
from mainstay.desk.reviews.models import Review, Survey

MOST = 1_000


def known_of(user: User, contact: Contact) -> dict[str, Any]:
    """Everything that is kept of a contact, as plain JSON: the row, its versions, where they are named,
    and the rows as they were before others were merged into it.

    Raises: NotAllowed
    """
    only_setters(user)
    send()
    codes = codes_of(contact)
    key = {"contact_id__in": codes}
    here = {
        "ties": Tie.objects.filter(**key),
        "visits": visits_naming(contact, codes),
        "complaints": Complaint.objects.filter(**key),
        "notices": Notice.objects.filter(by_contact_id__in=codes),
        "competitor_sightings": Sighting.objects.filter(**key),
        "reviews": Review.objects.filter(**key),
    }
    found: dict[str, Any] = {"contact": plain_row(row_of(contact)), "codes": codes}
    found["versions"] = [
        plain_row(version)
        for code in codes
        for version in engine.versions_of(settings.HOME, "contacts", {"contact_id": code})
    ]
    found["merges"] = [
        {"gone": one.gone_id, "into": one.into_id, "at": plain(one.at), "before": one.before}
        for one in merges_of(codes).filter(undone_at__isnull=True)
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


def visits_naming(contact: Contact, codes: Sequence[str] = ()) -> Any:
    """The visits at which a contact was, by the codes that visits carry; codes: all theirs."""
    named = Q()
    for code in codes or [contact.contact_id]:
        named |= (
            Q(contacts=code)
            | Q(contacts__startswith=f"{code};")
            | Q(contacts__endswith=f";{code}")
            | Q(contacts__contains=f";{code};")
        )
    return Visit.objects.filter(named, account_id=contact.account_id)


@transaction.atomic
def erase(user: User, contact: Contact) -> None:
    """Take out for good who a contact was and what they said in reviews; all else stays, with their code.

    So it is with each code that was merged into it.
    Raises: NotAllowed
    """
    only_setters(user)
    now = visible(user, Contact).select_for_update().filter(pk=contact.pk).first()
    if now is None:
        raise NotAllowed(gettext_noop("This is not there any more, or not for you."))
    codes = codes_of(now)
    rows = [one for one in _rows_of(codes) if _is_known(one)]
    merges = [one for one in merges_of(codes).select_for_update() if holds_personal(one, codes)]
    if not rows and not merges:
        return
    send()
    for one in rows:
        one.name, one.title, one.email, one.phone = ERASED, None, None, None
        one.version += 1
        one.save(update_fields=["name", "title", "email", "phone", "version"])
    for made in merges:
        scrub(made, codes)
    Outgoing.objects.filter(table="contacts", row__contact_id__in=codes).delete()
    record(
        user,
        "contacts.erase",
        object_kind="contacts",
        object_id=now.key,
        label=f"{now.account_id} {now.contact_id}",
    )
    for code in codes:
        key = {"contact_id": code}
        engine.forget_facts(settings.HOME, "contacts", key, PERSONAL["contacts"])
    engine.forget_set_aside(settings.HOME, "contacts", "contact_id", codes)
    _forget_words(codes)


def said_of(contact: Contact) -> list[tuple[str, str]]:
    """What of a contact would be erased: label and value of each."""
    return [
        (words.label("contacts", name), value)
        for name in PERSONAL["contacts"]
        if (value := getattr(contact, name)) not in (None, "", ERASED)
    ]


def reviews_told(codes: Sequence[str]) -> int:
    """In how many reviews their own words stand."""
    return Review.objects.filter(contact_id__in=codes, customer_text__isnull=False).count()


def _rows_of(codes: Sequence[str]) -> Any:
    """The rows of these codes: of those that were merged too, where a file brought them again."""
    return Contact.objects.select_for_update().filter(contact_id__in=codes)


def _is_known(contact: Contact) -> bool:
    """Whether a row says who somebody is."""
    return contact.name != ERASED or bool(contact.title or contact.email or contact.phone)


def _forget_words(codes: Sequence[str]) -> None:
    """What they said in reviews goes with them; the cause that was found stays."""
    for review in Review.objects.select_for_update().filter(contact_id__in=codes):
        review.customer_text = None
        review.version += 1
        review.save(update_fields=["customer_text", "version"])
        Survey.objects.filter(review_key=review.key).update(happened="", different="")
        key = {"review_id": review.review_id}
        engine.forget_facts(settings.HOME, "reviews", key, PERSONAL["reviews"])
