"""When lost accounts are to be called: as the plan has it, and as people set it."""

from __future__ import annotations

from django.db import models

from mainstay.desk.accounts.models import Assessment
from mainstay.desk.facts.columns import code, day
from mainstay.desk.facts.models import Fact


class WinBack(Fact):
    """From when a lost account is to be called, as somebody set it, with their reason; one an account."""

    TABLE = "win_backs"

    account_id = code()
    call_on = day(required=True)
    reason = models.TextField()
    staff_id = models.CharField(null=True, blank=True)
    set_on = day(required=True)

    class Meta:
        ordering = ["call_on", "id"]

    def __str__(self) -> str:
        return f"{self.account_id} {self.call_on}"


class LostAccount(models.Model):
    """One lost account of an assessment: the engine's LOST, whose comments say what each column is.

    call_from: by which the list is sorted: the date that somebody set, else by_season
    back: the table's `kept`: margin that may come back; 0 where no play wins back
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, db_index=False)
    account_id = models.CharField()
    lost_since = models.DateField(null=True)
    season_on = models.DateField(null=True)
    season_of = models.CharField(null=True)
    by_season = models.DateField()
    call_from = models.DateField()
    for_price = models.BooleanField(default=False)
    gone = models.FloatField(null=True)
    share = models.FloatField(null=True)
    back = models.FloatField(default=0.0)
    why = models.TextField()

    class Meta:
        ordering = ["call_from", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "account_id"], name="lost_once")
        ]
        indexes = [
            models.Index(fields=["assessment", "call_from", "id"], name="lost_call_from"),
            models.Index(fields=["assessment", "back", "id"], name="lost_back"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.call_from}"
