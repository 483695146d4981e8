"""Reviews of accounts that went, slip, stay or came; and the surveys that are sent for them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mainstay.desk.facts.columns import choice, code, day, note, yes_no
from mainstay.desk.facts.models import Fact

FOUND = (
    Q(root_cause__isnull=False) | Q(nothing_found=True) | Q(former_supplier_reason__isnull=False)
)
OPEN = Q(confirmed_on__isnull=True)
# What was found does not contradict itself, as rows may that came before files were held to it.
SETTLED = Q(nothing_found=True, root_cause__isnull=True, second_cause__isnull=True) | (
    Q(root_cause__isnull=False)
    & (Q(nothing_found__isnull=True) | Q(nothing_found=False))
    & (Q(second_cause__isnull=True) | ~Q(second_cause=F("root_cause")))
)


class Review(Fact):
    """One review; done once it is confirmed. The columns are those of the table `reviews`."""

    TABLE = "reviews"

    review_id = code()
    account_id = code(index=False)
    opened_on = day(required=True)
    kind = choice(required=True)
    scope = choice()
    onset_on = day()
    salesperson_reason = choice()
    salesperson_text = note()
    salesperson_id = models.CharField(null=True, blank=True)
    customer_reason = choice()
    customer_text = note()
    contact_id = models.CharField(null=True, blank=True, db_index=True)
    interviewed_on = day()
    interviewed_by = models.CharField(null=True, blank=True)
    interview_way = choice()
    why_1 = note()
    why_2 = note()
    why_3 = note()
    why_4 = note()
    why_5 = note()
    root_cause = choice()
    second_cause = choice()
    nothing_found = yes_no()
    confirmed_on = day()
    confirmed_by = models.CharField(null=True, blank=True)
    natural = yes_no()
    curable = yes_no()
    prevention = note()
    change_text = note()
    change_owner_id = models.CharField(null=True, blank=True)
    change_due_on = day()
    changed_on = day()
    former_supplier_reason = choice()

    class Meta:
        ordering = ["-opened_on", "-id"]
        indexes = [
            models.Index(fields=["account_id", "opened_on"], name="review_account"),
            models.Index(fields=["opened_on", "id"], name="review_day"),
            models.Index(fields=["confirmed_on", "id"], name="review_confirmed"),
            models.Index(fields=["account_id"], name="review_open", condition=OPEN),
            models.Index(
                fields=["change_due_on", "id"],
                name="review_change",
                condition=Q(change_text__isnull=False, changed_on__isnull=True),
            ),
            models.Index(
                fields=["change_owner_id", "change_due_on", "id"],
                name="review_change_owner",
                condition=Q(change_text__isnull=False, changed_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.opened_on}"

    @property
    def found(self) -> bool:
        """Whether somebody has said what it was, or that nothing could be found."""
        return bool(self.root_cause or self.nothing_found or self.former_supplier_reason)

    @property
    def heard(self) -> bool:
        """Whether they have said anything themselves."""
        return bool(self.customer_reason or self.customer_text or self.former_supplier_reason)

    def stage(self, *, asked: bool) -> str:
        """open, waiting, confirm, done: one of words.STAGES.

        asked: whether a survey waits for their answer
        """
        if self.confirmed_on:
            return "done"
        if self.found:
            return "confirm"
        waits = (asked or self.salesperson_reason) and not self.heard
        return "waiting" if waits else "open"


class Survey(models.Model):
    """A link for somebody of an account to answer four questions, once; what they answered.

    token: in the address; whoever has it may answer, and sees no more than two names
    reason: a cause word, or one of those of a former supplier
    """

    review_key = models.CharField(max_length=32, db_index=True)
    token = models.CharField(max_length=64, unique=True)
    made_by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    happened = models.TextField(blank=True)
    different = models.TextField(blank=True)
    may_call = models.BooleanField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.review_key} {self.made_at:%Y-%m-%d}"


class Knock(models.Model):
    """How often an address asked for surveys within an hour: for all processes together."""

    address = models.CharField(max_length=64)
    hour = models.DateTimeField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address", "hour"], name="knock_once")]

    def __str__(self) -> str:
        return f"{self.address} {self.times}"
