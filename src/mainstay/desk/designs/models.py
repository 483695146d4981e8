"""Trials as they were switched on, and what was drawn in them; written by the application alone."""

from __future__ import annotations

from django.db import models

from mainstay.desk.facts.columns import choice, code, day, note, number, whole
from mainstay.desk.facts.models import Fact


class Design(Fact):
    """Who gets a play and who waits; the columns are those of the table `designs`.

    design: its name, from which all draws follow; off_on: of one that was switched off before its end
    """

    TABLE = "designs"

    design = models.CharField(unique=True)
    kind = choice(required=True)
    play = models.CharField()
    begins = day(required=True)
    to_on = day(required=True)
    waves = whole()
    weeks_between = whole()
    held = number()
    on = day(required=True)
    by_id = models.CharField(null=True, blank=True)
    off_on = day()
    off_by = models.CharField(null=True, blank=True)
    reason = note()

    class Meta:
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return self.design


class Draw(Fact):
    """What was drawn for one account; the columns are those of the table `design_draws`.

    from_on: first day of the play, or of the time without it; to_on: last day of the trial
    """

    TABLE = "design_draws"

    design = models.CharField()
    account_id = code()
    play = models.CharField()
    unit = models.CharField()
    arm = choice(required=True)
    wave = whole()
    probability = number(required=True)
    draw = number(required=True)
    from_on = day(required=True)
    to_on = day(required=True)
    on = day(required=True)

    class Meta:
        ordering = ["design", "wave", "account_id", "id"]
        indexes = [models.Index(fields=["design", "wave", "account_id"], name="draw_of_design")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.design}"
