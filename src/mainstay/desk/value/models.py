"""What lists of value sort by: next steps of rebates, and accounts that cost more than they bring."""

from __future__ import annotations

from django.db import models

from mainstay.desk.accounts.models import Assessment


class NextStep(models.Model):
    """A rebate whose next step is within reach, of an assessment; the engine's ACCRUED says what each is."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, db_index=False)
    account_id = models.CharField()
    agreement_id = models.CharField()
    part = models.IntegerField()
    of = models.CharField()
    code = models.CharField()
    last_on = models.DateField()
    sold = models.FloatField()
    rate = models.FloatField()
    owed = models.FloatField()
    next_at = models.FloatField()
    next_rate = models.FloatField()
    missing = models.FloatField()
    gain = models.FloatField()
    expected = models.FloatField()

    class Meta:
        ordering = ["-gain", "id"]
        indexes = [
            models.Index(fields=["assessment", "-gain", "id"], name="next_step_gain"),
            models.Index(fields=["assessment", "account_id"], name="next_step_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.last_on}"


class Unearning(models.Model):
    """An account of an assessment of which less than nothing remained in 52 weeks.

    never: nor in the 52 weeks before
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, db_index=False)
    account_id = models.CharField()
    sales = models.FloatField()
    margin = models.FloatField()
    cost = models.FloatField()
    remains = models.FloatField()
    never = models.BooleanField()

    class Meta:
        ordering = ["remains", "id"]
        indexes = [
            models.Index(fields=["assessment", "remains", "id"], name="unearning_remains"),
            models.Index(fields=["assessment", "never", "remains", "id"], name="unearning_never"),
            models.Index(fields=["assessment", "account_id"], name="unearning_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.remains}"
