"""Reviews of account plans as people write them, and what the lists of plans sort by."""

from __future__ import annotations

from django.db import models

from mainstay.desk.accounts.models import Assessment
from mainstay.desk.facts.columns import choice, code, day, note
from mainstay.desk.facts.models import Fact


class PlanReview(Fact):
    """The plan as it was looked at with an account on a day."""

    TABLE = "plan_reviews"

    account_id = code(index=False)
    on = day(required=True)
    stage = choice()
    their_strategy = note()
    agreed = note()
    next_on = day()

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["account_id", "on"], name="plan_review_account"),
            models.Index(fields=["on", "id"], name="plan_review_day"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.on}"


class PlanRow(models.Model):
    """How one account's plan stands in an assessment; the engine's PLANS says what each column is.

    unplanned: there is none where there shall be one
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, db_index=False)
    account_id = models.CharField()
    size_class = models.CharField(null=True)
    amount_52 = models.FloatField()
    wanted = models.BooleanField()
    planned = models.BooleanField()
    unplanned = models.BooleanField()
    goals = models.IntegerField()
    measured = models.IntegerField()
    on_course = models.IntegerField()
    behind = models.IntegerField()
    missing = models.FloatField()
    due_on = models.DateField(null=True)
    overdue = models.BooleanField()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["assessment", "unplanned", "-amount_52", "id"], name="plan_none"),
            models.Index(fields=["assessment", "-missing", "-behind", "id"], name="plan_behind"),
            models.Index(fields=["assessment", "due_on", "id"], name="plan_due"),
            models.Index(fields=["assessment", "account_id"], name="plan_account"),
        ]

    def __str__(self) -> str:
        return self.account_id
