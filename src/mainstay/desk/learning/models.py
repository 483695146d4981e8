"""Effects of plays that somebody holds back; written on the page of what was learnt alone."""

from __future__ import annotations

from django.db import models

from mainstay.desk.facts.columns import day, note, yes_no
from mainstay.desk.facts.models import Fact


class HeldEffect(Fact):
    """From a day on plans keep to what they believed of a play before, or no longer do.

    held: no = it is let go
    """

    TABLE = "held_effects"

    play = models.CharField()
    on = day(required=True)
    by_id = models.CharField(null=True, blank=True)
    held = yes_no(required=True)
    reason = note()

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["play", "-on", "-id"], name="held_effect")]

    def __str__(self) -> str:
        return f"{self.play} {self.on}"
