"""Who is told, what happened, and what became of telling it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q


class Endpoint(models.Model):
    """An address of another system that is told what happens.

    address: sealed, since it may itself be a secret; shown: as much of it as may be shown
    kinds: codes of words.KINDS
    scope: somebody: of accounts that they may not see nothing is told; None = of all accounts
    secret, old_secret: sealed; until old_until both sign
    since: nothing that happened before is told: it was switched on then
    failing_since: of the first of its failures that no success followed
    stopped: why it was switched off by itself, as a text (core.texts)
    """

    name = models.CharField(max_length=100)
    address = models.TextField()
    shown = models.CharField(max_length=300)
    kinds = models.JSONField(default=list)
    scope: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    on = models.BooleanField(default=True)
    secret = models.TextField()
    old_secret = models.TextField(blank=True)
    old_until = models.DateTimeField(null=True)
    since = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    stopped = models.JSONField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Happening(models.Model):
    """One thing that happened, written with it in one transaction; its number is its place in the order.

    as_of: the day for which it holds
    before, after: states of the account, where they changed
    subject: the code of what it is about: a case, a promise, an import, an assessment
    path: of the page that shows it; "" = the account's
    key: of what is found by looking, so that it is found once
    posted: whether deliveries were made of it
    """

    kind = models.CharField(max_length=40)
    account_id = models.CharField(null=True)
    at = models.DateTimeField()
    as_of = models.DateField()
    before = models.CharField(null=True, max_length=20)
    after = models.CharField(null=True, max_length=20)
    subject = models.CharField(blank=True)
    path = models.CharField(blank=True)
    data = models.JSONField(null=True)
    key = models.CharField(null=True, unique=True)
    posted = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["id"], name="webhook_happening_to_post", condition=Q(posted=False)
            ),
            models.Index(fields=["at"], name="webhook_happening_at"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"


class State(models.TextChoices):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


UNDER_WAY = (State.WAITING, State.SENDING)


class Delivery(models.Model):
    """One request to one endpoint, with one happening or many.

    message_id: by which the receiver knows it again when it comes a second time
    happenings: their numbers
    tries: how often it was begun
    next_at: not before; while it is being sent: by when whoever sends it must have ended
    status: of the last answer, by HTTP; None = there was none
    took_ms: until that answer
    trouble: why it was not taken, as a text (core.texts); said: the beginning of the answer's body
    skew_seconds: by how much the receiver's clock is ahead of ours
    """

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    message_id = models.CharField(max_length=40, unique=True)
    happenings = models.JSONField()
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    took_ms = models.PositiveIntegerField(null=True)
    skew_seconds = models.IntegerField(null=True)
    trouble = models.JSONField(null=True)
    said = models.CharField(blank=True, max_length=300)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["endpoint", "next_at", "id"],
                name="webhook_under_way",
                condition=Q(state__in=UNDER_WAY),
            ),
            models.Index(fields=["state", "id"], name="webhook_state"),
            models.Index(fields=["endpoint", "state", "id"], name="webhook_endpoint"),
            models.Index(fields=["made_at"], name="webhook_made"),
        ]

    def __str__(self) -> str:
        return self.message_id
