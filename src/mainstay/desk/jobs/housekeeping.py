"""What the worker does by itself in quiet hours."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.management import call_command
from django.utils.module_loading import import_string

from mainstay.desk.cases.files import forget_files
from mainstay.desk.facts.services import forget_forms
from mainstay.desk.jobs import services
from mainstay.desk.jobs.models import Job
from mainstay.desk.relations.remaking import remake_due

QUIET_HOURS = range(2, 5)


def keep_house(now: datetime) -> None:
    """Once a night: forget old sessions and forms, see who has left, and tidy the order store.

    now: local time
    """
    asked = Job.objects.filter(kind="tidy", asked_at__gt=now - timedelta(hours=12))
    if now.hour in QUIET_HOURS and not asked.exists():
        call_command("clearsessions")
        remake_due(now)
        forget_forms(now)
        forget_files(now)
        for name in settings.FORGETTING:
            import_string(name)(now)
        services.ask(None, "tidy", {})
