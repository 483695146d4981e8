"""Rows of the cards of how accounts stand, so that lists are sorted by an index."""

from __future__ import annotations

from django.db import models

from mainstay.desk.accounts.models import Assessment


class CardRow(models.Model):
    """How one account stands in one guarantee: the engine's CARD, whose comments say what each column is."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, db_index=False)
    account_id = models.CharField()
    size_class = models.CharField()
    guarantee = models.CharField()
    standing = models.CharField()
    measure = models.FloatField(null=True)
    unit = models.CharField()
    less = models.BooleanField()
    before = models.FloatField(null=True)
    peers = models.FloatField(null=True)
    promised = models.FloatField(null=True)
    urgency = models.FloatField()
    told = models.TextField(null=True)
    mend = models.TextField(null=True)

    class Meta:
        ordering = ["guarantee", "-urgency", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "account_id", "guarantee"], name="card_once"
            )
        ]
        indexes = [
            models.Index(fields=["assessment", "guarantee", "-urgency", "id"], name="card_worst"),
            models.Index(
                fields=["assessment", "guarantee", "size_class", "standing"], name="card_sizes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.guarantee}: {self.standing}"
