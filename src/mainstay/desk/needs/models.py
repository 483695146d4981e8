"""What the list of chances sorts by: of each account what would bring most of what its peers buy."""

from __future__ import annotations

from django.db import models

from mainstay.desk.accounts.models import Assessment


class Chance(models.Model):
    """The best chance of an account of an assessment; the engine's needs_chances says what each column is.

    n: how many chances it has
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, db_index=False)
    account_id = models.CharField()
    size_class = models.CharField()
    item = models.CharField()
    name = models.CharField()
    likely = models.FloatField(null=True)
    peers_share = models.FloatField()
    money = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    n = models.IntegerField()

    class Meta:
        ordering = ["-low", "id"]
        indexes = [
            models.Index(fields=["assessment", "-low", "id"], name="chance_low"),
            models.Index(fields=["assessment", "size_class", "-low", "id"], name="chance_size"),
            models.Index(fields=["assessment", "account_id"], name="chance_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.item}"
