"""Asking production for an answer, in one tap."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from mainstay.core.settings import Settings
from mainstay.desk.access.models import User
from mainstay.desk.facts.services import entry
from mainstay.desk.quality.models import CorrectiveAction


@dataclass(frozen=True)
class About:
    """What is asked about: a complaint with its product and batch, or these alone."""

    product_id: str | None = None
    batch: str | None = None
    complaint_id: str | None = None


def asked(about: About) -> CorrectiveAction | None:
    """The answer that production owes on the same already."""
    waiting = CorrectiveAction.objects.filter(answered_on__isnull=True, closed_on__isnull=True)
    if about.complaint_id:
        return waiting.filter(complaint_id=about.complaint_id).first()
    same = waiting.filter(product_id=about.product_id, batch=about.batch, complaint_id__isnull=True)
    return same.first()


def asked_of(products: Iterable[str]) -> dict[tuple[str, str | None], CorrectiveAction]:
    """What production owes an answer on, by product and batch; not what complaints ask."""
    rows = CorrectiveAction.objects.filter(
        answered_on__isnull=True,
        closed_on__isnull=True,
        complaint_id__isnull=True,
        product_id__in=set(products),
    )
    return {(one.product_id or "", one.batch): one for one in rows}


def ask(user: User, about: About, *, today: date, once: str) -> CorrectiveAction:
    """Write down that production is asked; what it owes an answer on already is not asked twice.

    Raises: NotAllowed, SentBefore, InvalidSetting
    """
    there = asked(about)
    if there is not None:
        return there
    days = Settings.load(settings.HOME.folder).quality_answer_days
    action = CorrectiveAction(
        action_id=f"CA-{secrets.token_hex(6)}",
        product_id=about.product_id,
        batch=about.batch,
        complaint_id=about.complaint_id,
        asked_on=today,
        answer_due_on=today + timedelta(days=days),
    )
    with entry(user, once=once) as book:
        book.add(action)
    return action
