"""What was asked of the worker, how far it is, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("job", "Waiting")
    RUNNING = "running", pgettext_lazy("job", "Running")
    DONE = "done", pgettext_lazy("job", "Done")
    FAILED = "failed", pgettext_lazy("job", "Failed")
    CANCELLED = "cancelled", pgettext_lazy("job", "Cancelled")


class Job(models.Model):
    """One piece of work. The row is written with the change that asks for it, in one transaction.

    id: also the id of the durable workflow, so that handing it over twice runs it once
    arguments: `secrets` in it (passwords) are forgotten when the job ends
    step: code of the step under way (kinds.KINDS); share: of that step, 0..1; note: what it says
        that it is doing, as a text (core.texts)
    tries: how often the step under way was begun
    result: what each finished step gave, by its code
    error: a text (core.texts) when it failed
    """

    id = models.CharField(primary_key=True, max_length=40)
    kind = models.CharField(max_length=40)
    arguments = models.JSONField(default=dict)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    handed_over = models.BooleanField(default=False)
    cancel_asked = models.BooleanField(default=False)
    step = models.CharField(max_length=40, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    share = models.FloatField(default=0.0)
    note = models.JSONField(null=True)
    result = models.JSONField(default=dict)
    error = models.JSONField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["state"], name="job_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_over(self) -> bool:
        return self.state in (State.DONE, State.FAILED, State.CANCELLED)
