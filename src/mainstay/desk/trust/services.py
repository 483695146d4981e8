"""Writes of this part: asking for a replay, and setting how many warnings there shall be."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction

from mainstay.core.settings import Settings
from mainstay.desk.access.models import User
from mainstay.desk.access.services import record
from mainstay.desk.jobs import services as jobs
from mainstay.desk.jobs.models import Job
from mainstay.desk.trust.queries import KIND, job_under_way


@transaction.atomic
def start(user: User) -> Job:
    """Have the past replayed; one that is asked for already is not asked for again."""
    return job_under_way() or jobs.ask(user, KIND, {})


@transaction.atomic
def set_limits(user: User, *, alerts: int, probability: float, least_money: float) -> Settings:
    """Set how many warnings there shall be; they count from the next assessment.

    Raises: InvalidSetting
    """
    given: dict[str, Any] = {
        "alerts_per_month": alerts,
        "alert_least_probability": round(probability, 4),
        "alert_least_money": round(least_money, 2),
    }
    before = Settings.load(settings.HOME.folder)
    record(
        user,
        "settings.alerts",
        object_kind="settings",
        object_id="alerts",
        label="alerts",
        before={name: getattr(before, name) for name in given},
        after=given,
    )
    return Settings.write(settings.HOME.folder, given)
