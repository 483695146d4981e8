"""Our own people, and who looks after whom from when to when."""

from __future__ import annotations

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
