"""What is imported every night and when, and what came of each night."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from mainstay.desk.jobs.models import Job


def every_day() -> list[int]:
    return [0, 1, 2, 3, 4, 5, 6]


class Source(models.Model):
    """Where rows come from without anybody bringing them.

    address: a file or a pattern of files (/data/orders/*.csv), or scheme://…; no password in it
    table: what the rows are, where the address does not tell that itself
    query: of a database
    recipe: the name of an ERP's recipe, or the path of one's own; empty = none
    options: what else the import is told, as `kinds.import_options` reads it; `variables` of a recipe
    secret: the password, sealed; variable: of the environment, which holds it instead
    result: what came of the last time: see `fetching.Outcome`
    """

    name = models.CharField(max_length=80, unique=True)
    address = models.CharField(max_length=500)
    table = models.CharField(max_length=40, default="order_lines")
    query = models.TextField(blank=True, max_length=20_000)
    recipe = models.CharField(max_length=300, blank=True)
    options = models.JSONField(default=dict)
    secret = models.TextField(blank=True)
    variable = models.CharField(max_length=80, blank=True)
    on = models.BooleanField(default=True)
    seen_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_database(self) -> bool:
        return "://" in self.address


class SourceFile(models.Model):
    """A file that a source has loaded: it is not opened again while its size and time stay.

    mark: size and time of change
    night: the run that loaded it
    outcome: what came of it, for the report of that run
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=1_000)
    mark = models.CharField(max_length=60)
    night = models.CharField(max_length=40)
    outcome = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "path"], name="source_file_once")]

    def __str__(self) -> str:
        return self.path


class Schedule(models.Model):
    """When the nightly run begins; one row, which administrators write.

    minute: of the day
    zone: in which the hour is meant; empty = that of the desk
    weekdays: on which it begins, 0 = Monday
    since: no moment before it counts: it was switched on, or set otherwise, then
    """

    on = models.BooleanField(default=False)
    minute = models.PositiveSmallIntegerField(default=120)
    zone = models.CharField(max_length=60, blank=True)
    weekdays = models.JSONField(default=every_day)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.minute // 60}:{self.minute % 60:02}"


class Night(models.Model):
    """One nightly run.

    night: the day of the schedule for which it is, as YYYY-MM-DD; there is one run for each. Of one
        that somebody asked for: a name of its own
    due_at: when it was due; None = somebody asked for it
    seen: whether an administrator has looked at what failed
    """

    night = models.CharField(max_length=40, unique=True)
    due_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField()
    job: Any = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="night")
    asked_by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    seen = models.BooleanField(default=False)

    class Meta:
        ordering = ["-begun_at"]
        indexes = [models.Index(fields=["begun_at"], name="night_begun")]

    def __str__(self) -> str:
        return self.night
