"""Asking an account what it thinks of how a complaint was solved; nobody of ours writes the answers."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mainstay.core.settings import Settings
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.access.services import NotAllowed, record
from mainstay.desk.care.models import Complaint
from mainstay.desk.complaints.rights import may_work
from mainstay.desk.facts.services import entry
from mainstay.desk.reviews.rights import code_of
from mainstay.desk.reviews.services import LinkClosed, NotYet
from mainstay.desk.service.models import Opinion, OpinionLink


@dataclass(frozen=True)
class Asked:
    """What became of asking about a complaint; link: the one that still opens."""

    opinion: Opinion
    link: OpinionLink | None


def asked(complaint: Complaint, now: datetime) -> Asked | None:
    """The last time that they were asked about a complaint; None where they never were."""
    opinion = _of(complaint).order_by("-asked_on", "-id").first()
    return Asked(opinion, _running(opinion, now).first()) if opinion else None


def _of(complaint: Complaint) -> Any:
    return Opinion.objects.filter(
        account_id=complaint.account_id, complaint_id=complaint.complaint_id
    )


def _running(opinion: Opinion, now: datetime) -> Any:
    links = OpinionLink.objects.filter(opinion_key=opinion.key, expires_at__gt=now)
    return links.filter(closed_at__isnull=True)


@transaction.atomic
def ask(user: User, complaint: Complaint, *, now: datetime) -> OpinionLink:
    """Make a link to answer by; one that was made before is closed. Whom we asked since it was solved, and
    who has not answered, is not asked a second time: it is the same question.

    Raises: NotAllowed, NotYet where it is not solved, or was answered since
    """
    if not may_work(user):
        raise NotAllowed(gettext_noop("Your role may not write this down."))
    complaint = Complaint.objects.select_for_update().get(pk=complaint.pk)
    if complaint.solved_at is None:
        raise NotYet(gettext_noop("Ask for their opinion once the complaint is solved."))
    opinion = _since(complaint)
    if opinion is not None and opinion.answered_on is not None:
        raise NotYet(gettext_noop("They have answered already."))
    if opinion is None:
        opinion = _add(user, complaint, now)
    _running(opinion, now).update(closed_at=now)
    days = Settings.load(settings.HOME.folder).opinion_link_days
    link = OpinionLink.objects.create(
        opinion_key=opinion.key,
        token=secrets.token_urlsafe(32),
        made_by=user,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    _told(user, "opinions.link", opinion)
    return link


def _since(complaint: Complaint) -> Opinion | None:
    solved_on = timezone.localdate(complaint.solved_at)
    found = _of(complaint).filter(Q(asked_on__gte=solved_on)).order_by("-asked_on", "-id").first()
    return found if isinstance(found, Opinion) else None


def _add(user: User, complaint: Complaint, now: datetime) -> Opinion:
    today = timezone.localdate(now)
    with entry(user, trusted=True) as book:  # the right was asked for: that of complaints
        made: Any = book.add(
            Opinion(
                opinion_id=f"{complaint.complaint_id} {today:%Y%m%d}",
                account_id=complaint.account_id,
                complaint_id=complaint.complaint_id,
                asked_on=today,
                asked_by_id=code_of(user),
                contact_id=complaint.contact_id,
            )
        )
    return made


@transaction.atomic
def close(user: User, complaint: Complaint, *, now: datetime) -> None:
    """Let nobody answer any more, or correct what was answered.

    Raises: NotAllowed
    """
    if not may_work(user):
        raise NotAllowed(gettext_noop("Your role may not write this down."))
    known = asked(complaint, now)
    if known is not None and _running(known.opinion, now).update(closed_at=now):
        _told(user, "opinions.close", known.opinion)


def _told(user: User, verb: str, opinion: Opinion) -> None:
    record(
        user,
        verb,
        object_kind=opinion.TABLE,
        object_id=opinion.key,
        label=f"{opinion.account_id} {opinion.opinion_id}",
    )


def answer(link: OpinionLink, given: dict[str, Any], *, said_by: str, now: datetime) -> None:
    """Keep what they say; said again, it stands instead.

    given: the four answers, `text`, `language`
    said_by: under which name the record of events has it
    Raises: LinkClosed
    """
    with entry(link.made_by, said_by=said_by, trusted=True) as book:
        locked = OpinionLink.objects.select_for_update().get(pk=link.pk)
        opinion = Opinion.objects.filter(key=locked.opinion_key).first()
        if opinion is None or not is_open(locked, now):
            raise LinkClosed(gettext_noop("This link is closed, or is no longer valid. Thank you."))
        answered_on = opinion.answered_on or timezone.localdate(now)
        book.change(opinion, {**given, "answered_on": answered_on}, seen=opinion.version)


def is_open(link: OpinionLink, now: datetime) -> bool:
    return link.closed_at is None and now < link.expires_at
