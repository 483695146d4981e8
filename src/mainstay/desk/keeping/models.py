"""What the list of new accounts sorts by."""

from __future__ import annotations

from django.db import models

from mainstay.desk.accounts.models import Assessment

YOUNG = -1  # its first 13 weeks are not over


class Newcomer(models.Model):
    """An account that was new in the year before an assessment; the engine's NEWCOMERS says what each is.

    like: in how many of the signs that tell it is like those that went, or YOUNG; core_on: None = not yet
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, db_index=False)
    account_id = models.CharField()
    first_on = models.DateField()
    former_supplier = models.CharField()
    referred_by = models.CharField()
    left_because = models.CharField()
    cost = models.FloatField(null=True)
    margin = models.FloatField()
    core_on = models.DateField(null=True)
    p_gone = models.FloatField()
    early_until = models.DateField()
    early_orders = models.FloatField()
    early_categories = models.FloatField()
    early_sales = models.FloatField()
    like = models.IntegerField()

    class Meta:
        ordering = ["-like", "-p_gone", "id"]
        indexes = [
            models.Index(fields=["assessment", "-like", "-p_gone", "id"], name="newcomer_like"),
            models.Index(fields=["assessment", "account_id"], name="newcomer_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.first_on}"
