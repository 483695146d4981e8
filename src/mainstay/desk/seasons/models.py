"""Season stock: what was agreed, what production and transport confirmed, forecasts that were made."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from mainstay.desk.facts.columns import choice, code, day, note, number
from mainstay.desk.facts.models import Fact


class SeasonPlan(Fact):
    """One product (or category) and month of a season that was agreed with an account."""

    TABLE = "season_plans"

    plan_id = code()
    account_id = code()
    product_id = note()
    category = note()
    month = day(required=True)
    quantity = number(required=True)
    unit = note()
    low = number()
    high = number()
    opening_stock = number()
    agreed_on = day(required=True)
    agreed_by = note()
    state = choice(required=True)

    class Meta:
        ordering = ["-agreed_on", "-id"]

    def __str__(self) -> str:
        return f"{self.account_id} {self.product_id or self.category} {self.month:%Y-%m}"


class Confirmation(Fact):
    """How much production or transport said would be ready, and by when."""

    TABLE = "confirmations"

    confirmation_id = code()
    plan_id = code()
    account_id = code()
    product_id = note()
    category = note()
    by_role = choice(required=True)
    quantity = number(required=True)
    unit = note()
    ready_on = day(required=True)
    confirmed_on = day()
    confirmed_by = note()
    note = note()

    class Meta:
        ordering = ["-confirmed_on", "-id"]

    def __str__(self) -> str:
        return f"{self.account_id} {self.product_id or self.category} {self.ready_on}"


class SeasonForecast(models.Model):
    """A forecast that was made, and lies in the store under season_id; the newest of an account is shown."""

    season_id = models.CharField(unique=True)
    account_id = models.CharField()
    first = models.DateField()
    last = models.DateField()
    as_of = models.DateField()
    made_at = models.DateTimeField()
    made_by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["account_id", "-made_at"], name="season_of_account")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.first:%Y-%m}"


class SeasonFollow(models.Model):
    """One product of a plan that was agreed, beside what was ordered and delivered so far: the engine's Followed.

    urgency: how far the orders are off, of what was agreed, where they are beyond the interval; else 0
    produced, carried: what production and transport confirmed; None = nothing
    weeks: sums by week, for the picture
    """

    plan_id = models.CharField(db_index=True)
    account_id = models.CharField(db_index=True)
    product_id = models.CharField(null=True)
    category = models.CharField(null=True)
    name = models.CharField(null=True)
    unit = models.CharField(null=True)
    first = models.DateField()
    last = models.DateField()
    state = models.CharField(max_length=10)
    urgency = models.FloatField(default=0.0)
    agreed = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    ordered = models.FloatField()
    delivered = models.FloatField()
    whole = models.FloatField()
    produced = models.FloatField(null=True)
    carried = models.FloatField(null=True)
    left_out = models.IntegerField(default=0)
    weeks = models.JSONField(default=list)
    until = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["-urgency", "id"], name="season_urgent"),
            models.Index(fields=["state", "-urgency", "id"], name="season_state"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.product_id or self.category}"
