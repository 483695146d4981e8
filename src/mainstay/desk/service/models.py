"""What accounts think of how a complaint was solved, and the links by which they say so."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from mainstay.desk.facts.columns import code, day, note, whole
from mainstay.desk.facts.models import Fact


class Opinion(Fact):
    """Whom we asked, and what they answered: 1 to 5; the columns are those of the table `opinions`."""

    TABLE = "opinions"

    opinion_id = code()
    account_id = code()
    complaint_id = models.CharField(null=True, blank=True, db_index=True)
    asked_on = day(required=True)
    asked_by_id = models.CharField(null=True, blank=True)
    contact_id = models.CharField(null=True, blank=True, db_index=True)
    answered_on = day()
    was_solved = whole()
    was_quick = whole()
    was_treated_well = whole()
    would_stay = whole()
    text = note()
    language = models.CharField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_on", "-id"]
        indexes = [models.Index(fields=["asked_on", "id"], name="opinion_day")]

    def __str__(self) -> str:
        return self.opinion_id


class OpinionLink(models.Model):
    """A link for somebody of an account to say what they think, and to correct it until it is closed.

    opinion_key: of the row of `opinions`; token: in the address, whoever has it may answer
    """

    opinion_key = models.CharField(max_length=32, db_index=True)
    token = models.CharField(max_length=64, unique=True)
    made_by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.opinion_key} {self.made_at:%Y-%m-%d}"
