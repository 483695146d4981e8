"""Our own people, and who looks after whom from when to when."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from mainstay.desk.facts.columns import choice, code, day, note, number
from mainstay.desk.facts.models import Fact


class Staff(Fact):
    TABLE = "staff"

    staff_id = code()
    name = models.TextField()
    role = note()
    reports_to = models.CharField(null=True, blank=True, db_index=True)
    email = note()
    joined_on = day()
    left_on = day()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Assignment(Fact):
    """From when to when somebody looks after an account; `to_on` is the last day."""

    TABLE = "assignments"

    account_id = code(index=False)
    staff_id = code(index=False)
    role = choice(required=True)
    from_on = day(required=True)
    to_on = day()

    class Meta:
        ordering = ["-from_on", "-id"]
        indexes = [
            models.Index(fields=["account_id", "role", "from_on"], name="assignment_account"),
            models.Index(
                fields=["staff_id", "from_on", "to_on", "account_id"], name="assignment_staff"
            ),
            models.Index(fields=["from_on", "id"], name="assignment_day"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.account_id}"


class Absence(Fact):
    TABLE = "absences"

    staff_id = code()
    from_on = day(required=True)
    to_on = day()

    class Meta:
        ordering = ["-from_on", "-id"]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.from_on}"


class Hours(Fact):
    """The hours a week that somebody has for key accounts."""

    TABLE = "hours"

    staff_id = code()
    from_on = day(required=True)
    to_on = day()
    weekly_hours = number(required=True)

    class Meta:
        ordering = ["-from_on", "-id"]
        verbose_name_plural = "hours"

    def __str__(self) -> str:
        return f"{self.staff_id} {self.from_on}"


class Handover(models.Model):
    """Somebody's accounts are handed over because they leave; open until every step is done or dropped."""

    staff_id = models.CharField(db_index=True)
    leaves_on = models.DateField()
    made_at = models.DateTimeField()
    made_by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.leaves_on}"


class Step(models.Model):
    """One account of a handover: who takes it, who introduces them, by when; done once they are assigned."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="steps")
    account_id = models.CharField()
    role = models.CharField(max_length=40)
    to_staff_id = models.CharField(blank=True, default="")
    introduced_by = models.CharField(blank=True, default="")
    due_on = models.DateField()
    introduced_on = models.DateField(null=True)
    done_on = models.DateField(null=True)

    class Meta:
        ordering = ["done_on", "due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "account_id", "role"], name="step_once")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} → {self.to_staff_id}"
