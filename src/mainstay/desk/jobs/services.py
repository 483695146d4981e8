"""Asking for work, and calling it off."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.core.errors import InvalidSetting, NotFound
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.access.services import record
from mainstay.desk.jobs.kinds import KINDS
from mainstay.desk.jobs.models import Job, State


@transaction.atomic
def ask(user: User | None, kind: str, arguments: dict[str, Any], *, label: str = "") -> Job:
    """Ask the worker for a piece of work; it begins within a second when the worker is free.

    arguments: plain JSON, handed to the steps of that kind; passwords below `secrets`
    label: what the record of events shows, e.g. the file's name
    Raises: InvalidSetting for an unknown kind
    """
    if kind not in KINDS:
        raise InvalidSetting(gettext_noop("There is no job “{kind}”."), kind=kind)
    now = timezone.now()
    job = Job.objects.create(
        id=f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}",
        kind=kind,
        arguments=arguments,
        asked_by=user,
        asked_at=now,
    )
    record(user, f"job.{kind}", about=job, label=label or kind)
    return job


@transaction.atomic
def cancel(user: User | None, job_id: str) -> Job:
    """Call a piece of work off: at once while it waits, else at its next sign of progress.

    What a step has committed stays; steps are atomic. Raises: NotFound
    """
    try:
        job = Job.objects.select_for_update().get(pk=job_id)
    except Job.DoesNotExist:
        raise NotFound(gettext_noop("There is no job “{job}”."), job=job_id) from None
    if job.is_over:
        return job
    job.cancel_asked = True
    if job.state == State.WAITING:
        job.state, job.ended_at = State.CANCELLED, timezone.now()
        job.arguments.pop("secrets", None)
    job.save(update_fields=["cancel_asked", "state", "ended_at", "arguments"])
    record(user, "job.cancel", about=job)
    return job
