"""Sheets of short stock as they were made, line by line; and who got what, as it was decided."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from mainstay.desk.facts.columns import choice, code, day, note, number
from mainstay.desk.facts.models import Fact

DRAFT, APPROVED = "draft", "approved"


class Allocation(Fact):
    """What one open line gets of a short product: proposed by a person's hand, or approved."""

    TABLE = "allocations"

    allocation_id = code()
    sheet_id = code()
    decided_on = day(required=True)
    product_id = code()
    account_id = code()
    order_id = note()
    line = note()
    wanted = number(required=True)
    given = number(required=True)
    given_by = choice(required=True)
    state = choice(required=True)
    reason = note()
    decided_by = note()

    class Meta:
        ordering = ["-decided_on", "-id"]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.product_id} {self.account_id}"


class Sheet(models.Model):
    """An allocation of all that was short on a day.

    lost: expected margin lost by each rule; gap: how far from the best at most, a part of 1
    said: texts as JSON; sizes: rows of engine's SIZE_ROWS
    writing: its lines are being written down
    """

    id = models.CharField(primary_key=True, max_length=60)
    as_of = models.DateField()
    made_at = models.DateTimeField()
    made_by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    currency = models.CharField(max_length=20, default="")
    small_share = models.FloatField()
    days = models.PositiveIntegerField()
    gap = models.FloatField(default=0.0)
    lost = models.JSONField(default=dict)
    sizes = models.JSONField(default=list)
    said = models.JSONField(default=list)
    aside = models.PositiveIntegerField(default=0)
    n_lines = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=20, default=DRAFT)
    approved_at = models.DateTimeField(null=True)
    approved_by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    writing = models.BooleanField(default=False)

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.id

    @property
    def is_draft(self) -> bool:
        return self.state == DRAFT and not self.writing


class ShortProduct(models.Model):
    """One short product of a sheet: the engine's ALLOCATION_PRODUCTS; given and lost follow what people set."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, db_index=False)
    product_id = models.CharField()
    name = models.TextField()
    category = models.TextField(null=True)
    on = models.DateField(null=True)
    on_hand = models.FloatField()
    inbound = models.FloatField(default=0.0)
    inbound_on = models.DateField(null=True)
    available = models.FloatField()
    wanted = models.FloatField()
    missing = models.FloatField()
    accounts = models.PositiveIntegerField()
    given = models.FloatField()
    lost = models.FloatField()
    lost_by_rule = models.FloatField()
    lost_first_come = models.FloatField()
    lost_pro_rata = models.FloatField()
    price = models.FloatField()
    small_wanted = models.FloatField()
    small_given = models.FloatField()
    floor_short = models.FloatField()
    owed_short = models.FloatField()
    floor_possible = models.FloatField()

    class Meta:
        ordering = ["-lost", "id"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "product_id"], name="short_product_once")
        ]
        indexes = [models.Index(fields=["sheet", "lost", "id"], name="short_product_lost")]

    def __str__(self) -> str:
        return self.product_id


class SheetLine(models.Model):
    """One open line of a sheet: the engine's ALLOCATION_LINES.

    by_rule, lost_by_rule: as the rule had it; given, lost: as it stands
    hand: what a person set; null = the rule
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, db_index=False)
    n = models.PositiveIntegerField()
    product_id = models.CharField()
    account_id = models.CharField()
    name = models.TextField()
    size_class = models.CharField(max_length=20)
    core = models.BooleanField()
    manager_id = models.CharField(null=True)
    order_id = models.TextField(null=True)
    line = models.TextField(null=True)
    ordered_on = models.DateField(null=True)
    wanted_on = models.DateField(null=True)
    promised_on = models.DateField(null=True)
    unit = models.TextField(null=True)
    wanted = models.FloatField()
    given = models.FloatField()
    by_rule = models.FloatField()
    first_come = models.FloatField()
    pro_rata = models.FloatField()
    money = models.FloatField(null=True)
    lost = models.FloatField()
    lost_by_rule = models.FloatField()
    lost_first_come = models.FloatField()
    lost_pro_rata = models.FloatField()
    step = models.FloatField()
    least = models.FloatField()
    owed = models.FloatField()
    a = models.FloatField()
    b = models.FloatField()
    favour = models.FloatField()
    here = models.FloatField()
    price = models.FloatField()
    before = models.FloatField()
    deliveries = models.PositiveIntegerField()
    p_delivery = models.FloatField()
    contract = models.CharField(max_length=20, null=True)
    promised = models.BooleanField()
    why = models.CharField(max_length=20)
    why_not = models.CharField(max_length=20)
    hand = models.FloatField(null=True)
    hand_reason = models.TextField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["n"]
        constraints = [models.UniqueConstraint(fields=["sheet", "n"], name="sheet_line_once")]
        indexes = [
            models.Index(fields=["sheet", "product_id", "n"], name="sheet_line_product"),
            models.Index(fields=["sheet", "account_id", "n"], name="sheet_line_account"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.n}"
