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
    value: the margin that its second life is expected to bring; 0 where returns were not measured
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
    play = models.CharField(null=True)
    cause = models.CharField(default="unknown")
    p_cause = models.FloatField(null=True)
    chance = models.FloatField(null=True)
    chance_low = models.FloatField(null=True)
    chance_high = models.FloatField(null=True)
    margin_year = models.FloatField(null=True)
    years = models.FloatField(null=True)
    value = models.FloatField(default=0.0)
    why = models.TextField()

    class Meta:
        ordering = ["call_from", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "account_id"], name="lost_once")
        ]
        indexes = [
            models.Index(fields=["assessment", "call_from", "id"], name="lost_call_from"),
            models.Index(fields=["assessment", "value", "id"], name="lost_value"),
            models.Index(fields=["assessment", "cause", "value", "id"], name="lost_cause"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.call_from}"


class SecondLife(models.Model):
    """One account that came back, of an assessment: the engine's SECOND_LIVES, whose comments say what each is."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, db_index=False)
    account_id = models.CharField()
    left_on = models.DateField()
    back_on = models.DateField()
    weeks_away = models.IntegerField()
    times = models.IntegerField()
    cause = models.CharField()
    p_cause = models.FloatField()
    before = models.FloatField(null=True)
    now = models.FloatField(null=True)
    p_gone = models.FloatField(null=True)
    play = models.CharField(null=True)
    play_from = models.DateField(null=True)
    by_id = models.CharField(null=True)

    class Meta:
        ordering = ["-back_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "account_id"], name="second_once")
        ]
        indexes = [models.Index(fields=["assessment", "back_on", "id"], name="second_back_on")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.back_on}"
