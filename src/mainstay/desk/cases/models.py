"""Cases and their steps, runs of plays, what is put off, and the company's own plays."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from mainstay.desk.facts.columns import choice, code, day, note, number, whole, yes_no
from mainstay.desk.facts.models import Fact

OPEN = Q(state="open")


class Case(Fact):
    """Something that is done about an account, from the day on which somebody took it to its outcome."""

    TABLE = "cases"

    case_id = code()
    account_id = code(index=False)
    opened_on = day(required=True)
    opened_by = models.CharField(null=True, blank=True)
    from_plan = models.CharField(null=True, blank=True)
    play = models.CharField(null=True, blank=True)
    owner_id = models.CharField(null=True, blank=True)
    state = choice(required=True)
    outcome = choice()
    closed_on = day()
    reason = note()

    class Meta:
        ordering = ["-opened_on", "-id"]
        indexes = [
            models.Index(fields=["account_id", "opened_on"], name="case_account"),
            models.Index(fields=["state", "opened_on", "id"], name="case_state"),
            models.Index(fields=["owner_id", "state"], name="case_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.opened_on}"


class CaseStep(Fact):
    """One step of a case: what, who, by when, and when it was done."""

    TABLE = "case_steps"

    step_id = code()
    case_id = code()
    account_id = code()
    n = whole(required=True)
    what = models.TextField()
    owner_id = models.CharField(null=True, blank=True)
    due_on = day()
    done_on = day()
    note = note()

    class Meta:
        ordering = ["case_id", "n", "id"]
        indexes = [
            models.Index(
                fields=["owner_id", "due_on", "id"],
                name="step_to_do",
                condition=Q(done_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.n}"


class PlayRun(Fact):
    """A play that was begun, or “nothing” where a coin chose so: what the engine learns from."""

    TABLE = "play_runs"

    account_id = code()
    play = models.CharField()
    from_on = day(required=True)
    to_on = day()
    staff_id = models.CharField(null=True, blank=True)
    chosen = choice()
    probability = number()
    result = note()

    class Meta:
        ordering = ["-from_on", "-id"]

    def __str__(self) -> str:
        return f"{self.account_id} {self.play} {self.from_on}"


class Snooze(Fact):
    """An account that nothing new is said of until a day; dismissed: while its state stays as it is."""

    TABLE = "snoozes"

    account_id = code()
    on = day(required=True)
    until = day(required=True)
    kind = choice(required=True)
    reason = note()

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["until"], name="snooze_until")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.on}"


class OwnPlay(Fact):
    """A play of the company's own, or a built-in one as edited or taken out of service.

    definition: as `Play.to_json` has it, as text; empty = the built-in one of that name
    """

    TABLE = "plays"

    play = code()
    definition = note()
    in_service = yes_no()

    class Meta:
        ordering = ["play"]

    def __str__(self) -> str:
        return self.play
