"""What production was asked, by when it answers, and what was learned."""

from __future__ import annotations

from django.db import models

from mainstay.desk.facts.columns import code, day, note
from mainstay.desk.facts.models import Fact


class CorrectiveAction(Fact):
    """One answer asked of production: about a complaint, a product, or a batch of it."""

    TABLE = "corrective_actions"

    action_id = code()
    product_id = models.CharField(null=True, blank=True, db_index=True)
    batch = note()
    complaint_id = models.CharField(null=True, blank=True, db_index=True)
    asked_on = day(required=True)
    owner_id = models.CharField(null=True, blank=True)
    answer_due_on = day(required=True)
    answered_on = day()
    root_cause = note()
    lesson = note()
    closed_on = day()

    class Meta:
        ordering = ["-asked_on", "-id"]
        indexes = [
            models.Index(
                fields=["answer_due_on", "id"],
                name="corrective_action_due",
                condition=models.Q(answered_on__isnull=True, closed_on__isnull=True),
            ),
            models.Index(
                fields=["-answered_on", "-id"],
                name="corrective_action_lesson",
                condition=models.Q(closed_on__isnull=True),
            ),
            models.Index(fields=["-closed_on", "-id"], name="corrective_action_closed"),
        ]

    def __str__(self) -> str:
        return self.action_id
