"""People who sign in, and the append-only record of what was done."""

from __future__ import annotations

import unicodedata

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def fold_username(username: str) -> str:
    """Names to sign in with know neither case nor width: Ａnn, ANN and ann are one."""
    return unicodedata.normalize("NFKC", username).strip().lower()


class Role(models.TextChoices):
    DIRECTOR = "director", pgettext_lazy("role", "Sales director")
    MANAGER = "manager", pgettext_lazy("role", "Key account manager")
    SERVICE = "service", pgettext_lazy("role", "Customer service")
    QUALITY = "quality", pgettext_lazy("role", "Quality")
    SUPPLY = "supply", pgettext_lazy("role", "Supply planner")
    FINANCE = "finance", pgettext_lazy("role", "Finance")
    ANALYST = "analyst", pgettext_lazy("role", "Analyst")
    ADMINISTRATOR = "administrator", pgettext_lazy("role", "Administrator")


# Who looks after accounts of their own and sees these alone.
LOOKING_AFTER = frozenset({Role.MANAGER, Role.SERVICE})
# Who answers for the whole: the portfolio, imports, assessments, replays.
OFFICE = frozenset({Role.DIRECTOR, Role.ANALYST, Role.ADMINISTRATOR})


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=fold_username(username or ""))


class User(AbstractBaseUser):
    """One person who may sign in. Never deleted, only switched off: the record names them."""

    username = models.CharField(_("sign-in name"), max_length=150, unique=True)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=200)
    role = models.CharField(max_length=20, choices=Role.choices)
    # The code of this person in the tables staff and assignments: whose accounts they look after.
    staff_id = models.CharField(max_length=200, blank=True, default="")
    # In small letters. A provider of single sign-on vouches for it; empty where nobody said.
    email = models.EmailField(max_length=254, blank=True, default="")
    language = models.CharField(max_length=10, blank=True, default="")
    must_change_password = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=~models.Q(email=""), name="user_email_once"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name or self.username

    @classmethod
    def normalize_username(cls, username: str) -> str:
        return fold_username(username)

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def sees_all_accounts(self) -> bool:
        return self.role not in LOOKING_AFTER

    @property
    def is_office(self) -> bool:
        return self.role in OFFICE


class Token(models.Model):
    """What a program shows in place of a password: it may what its person may, within its scopes.

    The secret itself is told once and kept nowhere.
    scopes: names of `tokens.SCOPES`, apart by blanks
    digest: SHA-256 of the secret, in hexadecimal
    last_used_at: kept once in a while (`tokens.SEEN_SECONDS`); None = never
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    scopes = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.name

    def may(self, scope: str) -> bool:
        return scope in self.scopes.split()


class Event(models.Model):
    """One thing that was done: who, what, to what, and how it was before and after.

    Written by the services in the transaction of the change; triggers of the database refuse to change
    or delete a row.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="events", db_index=True
    )
    # As it was then; also the name that somebody tried to sign in with.
    actor_name = models.CharField(max_length=200)
    verb = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=60, blank=True)
    object_id = models.TextField(blank=True)
    label = models.TextField(blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["object_kind", "object_id"], name="event_object"),
            # What the page of events looks for, each with the order in which it shows them.
            models.Index(fields=["actor", "at"], name="event_who"),
            models.Index(fields=["verb", "at"], name="event_what"),
            models.Index(fields=["actor", "verb", "at"], name="event_who_what"),
            models.Index(fields=["object_id", "at"], name="event_about"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.verb} {self.label}"
