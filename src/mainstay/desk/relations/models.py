"""Who is who at an account, who of ours knows them, and how the relationship stands."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from mainstay.desk.facts.columns import (
    beginning,
    choice,
    code,
    day,
    money,
    note,
    number,
    whole,
    yes_no,
)
from mainstay.desk.facts.models import Fact


class Contact(Fact):
    TABLE = "contacts"
    LISTED = (beginning("name"), "id")

    contact_id = code()
    account_id = code()
    name = models.TextField()
    title = note()
    department = choice()
    power = choice()
    attitude = whole()
    email = note()
    phone = note()
    from_on = day()
    left_on = day()
    reports_to = models.CharField(null=True, blank=True, db_index=True)

    class Meta:
        ordering = ["name", "id"]
        indexes = [models.Index(beginning("name"), "id", name="contact_name")]

    def __str__(self) -> str:
        return self.name


class Tie(Fact):
    """Somebody of ours knows somebody of theirs."""

    TABLE = "ties"

    contact_id = code(index=False)
    staff_id = code(index=False)
    strength = whole()
    since = day()

    class Meta:
        ordering = ["id"]
        # Who knows whom, and who knows somebody whom nobody else does: read from the index alone.
        indexes = [
            models.Index(fields=["contact_id", "strength", "staff_id"], name="tie_contact"),
            models.Index(fields=["staff_id", "strength", "contact_id"], name="tie_staff"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} – {self.contact_id}"


class RelationshipLevel(Fact):
    TABLE = "relationship_levels"

    account_id = code(index=False)
    on = day(required=True)
    level = whole(required=True)
    why = note()

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["account_id", "on"], name="level_account"),
            models.Index(fields=["on", "id"], name="level_day"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.level}"


class Criterion(Fact):
    """What an account buys by: do we meet it, does the competitor?"""

    TABLE = "criteria"

    account_id = code(index=False)
    criterion = models.TextField()
    weight = number()
    we_meet = yes_no(required=True)
    competitor = note()
    competitor_meets = yes_no(required=True)
    assessed_on = day(required=True)
    source = models.TextField()

    class Meta:
        ordering = ["-assessed_on", "-id"]
        indexes = [
            models.Index(fields=["account_id", "assessed_on"], name="criterion_account"),
            models.Index(fields=["assessed_on", "id"], name="criterion_day"),
        ]

    def __str__(self) -> str:
        return self.criterion


class Sighting(Fact):
    """A competitor was seen at an account."""

    TABLE = "competitor_sightings"

    sighting_id = code()
    account_id = code(index=False)
    on = day(required=True)
    competitor = models.TextField()
    what = choice()
    price = money()
    currency = note()
    product_id = note()
    detail = note()
    contact_id = models.CharField(null=True, blank=True)
    source = choice(required=True)

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["account_id", "on"], name="sighting_account"),
            models.Index(fields=["on", "id"], name="sighting_day"),
        ]

    def __str__(self) -> str:
        return f"{self.competitor} {self.on}"


class Goal(Fact):
    TABLE = "goals"
    LISTED = (beginning("period").desc(), "-id")

    goal_id = code()
    account_id = code()
    period = models.TextField()
    their_strategy = note()
    common_goal = models.TextField()
    measure = note()
    target = note()
    reached = note()
    ledger_measure = choice()
    measure_of = note()
    benefit_ours = note()
    benefit_theirs = note()
    owner_id = models.CharField(null=True, blank=True)

    class Meta:
        ordering = ["-period", "-id"]
        indexes = [models.Index(beginning("period"), "id", name="goal_period")]

    def __str__(self) -> str:
        return self.common_goal[:80]


class Merge(models.Model):
    """Two contacts that were made one: the rows as they were before, so that it can be taken back."""

    account_id = models.CharField(db_index=True)
    gone_id = models.CharField()
    into_id = models.CharField()
    before = models.JSONField()
    at = models.DateTimeField()
    by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.account_id} {self.gone_id} → {self.into_id}"


class Relationship(models.Model):
    """How the relationship with an account stands, made from its contacts, ties and levels.

    contacts: theirs who have not left; ties: those that hold; ours, theirs: between how many of each side
    worst: the code of the first finding; findings: all of them, as `findings.Finding.stored`
    """

    account_id = models.CharField(unique=True)
    contacts = models.PositiveIntegerField(default=0)
    ties = models.PositiveIntegerField(default=0)
    ours = models.PositiveIntegerField(default=0)
    theirs = models.PositiveIntegerField(default=0)
    level = models.PositiveSmallIntegerField(null=True)
    level_on = models.DateField(null=True)
    worst = models.CharField(max_length=40, default="")
    findings = models.JSONField(default=list)
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["worst", "account_id"], name="relationship_worst")]

    def __str__(self) -> str:
        return self.account_id
