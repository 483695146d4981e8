"""Who gets a digest when and where, what became of each, and whose calendar can be read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import pgettext_lazy

STALE_DAYS = 10


class Security(models.TextChoices):
    TLS = "tls", pgettext_lazy("mail server", "TLS from the start (port 465)")
    STARTTLS = "starttls", pgettext_lazy("mail server", "STARTTLS (port 587)")
    NONE = "none", pgettext_lazy("mail server", "not encrypted")


class Post(models.Model):
    """How this installation sends; one row, which administrators write.

    on: nothing leaves while it is off
    public_url: where phones reach the desk; what stands in links
    services: codes of the messengers that may be used (messengers.SERVICES)
    own_servers: hosts of the company's own messengers, one a line; see messengers.own_servers
    mail_password: sealed
    stale_days: an assessment older than so many days says so on top
    """

    on = models.BooleanField(default=False)
    public_url = models.CharField(max_length=200, blank=True)
    services = models.JSONField(default=list)
    own_servers = models.TextField(blank=True, max_length=2_000)
    mail_host = models.CharField(max_length=200, blank=True)
    mail_port = models.PositiveIntegerField(default=465)
    mail_security = models.CharField(max_length=10, choices=Security.choices, default=Security.TLS)
    mail_user = models.CharField(max_length=200, blank=True)
    mail_password = models.TextField(blank=True)
    mail_from = models.EmailField(max_length=200, blank=True)
    stale_days = models.PositiveIntegerField(
        default=STALE_DAYS, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )

    def __str__(self) -> str:
        return self.public_url

    @property
    def has_mail(self) -> bool:
        return bool(self.mail_host and self.mail_from)


class Subscription(models.Model):
    """When somebody wants their digest, and in which language; without a row they get none.

    weekday: 0 = Monday; None = each day on which there is news
    since: no moment before it counts: it was switched on, or set otherwise, then
    last_due_at: the last moment for which digests were made
    seen: keys of what the last one held, which tell what is news
    """

    user: Any = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    on = models.BooleanField(default=False)
    language = models.CharField(max_length=10)
    weekday = models.PositiveSmallIntegerField(null=True, default=0)
    hour = models.PositiveSmallIntegerField(default=7)
    since = models.DateTimeField()
    last_due_at = models.DateTimeField(null=True)
    seen = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["on"], name="digest_on")]

    def __str__(self) -> str:
        return str(self.user_id)


class Channel(models.Model):
    """A way to somebody: their mail address as administrators entered it, or a messenger.

    service: `mail`, or a code of messengers.SERVICES
    address: of a messenger, sealed: whoever has it can write there
    hint: as much of it as may be shown
    """

    user: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    service = models.CharField(max_length=20)
    address = models.TextField(blank=True)
    hint = models.CharField(max_length=20, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.service} {self.hint}".strip()


class State(models.TextChoices):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Delivery(models.Model):
    """One digest on one way, for one moment at which it was due.

    tries: how often it was begun
    next_at: not before
    trouble: why it did not work, as a text (core.texts)
    told: whether its user has been told that it failed
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="deliveries")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    trouble = models.JSONField(null=True)
    told = models.BooleanField(default=False)

    class Meta:
        ordering = ["-due_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["channel", "due_at"], name="delivery_once")]
        indexes = [models.Index(fields=["state", "next_at"], name="delivery_to_do")]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.due_at:%Y-%m-%d %H:%M} {self.state}"


class Feed(models.Model):
    """The calendar of somebody, read by whoever has its address.

    token: SHA-256 of what stands in the address, which nobody can show again
    """

    user: Any = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    token = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=10)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.user_id)


class WrongAddress(models.Model):
    """Somebody asked for a calendar that is not there: counted, for all processes together."""

    caller = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["caller", "at"], name="wrong_address")]

    def __str__(self) -> str:
        return self.caller
