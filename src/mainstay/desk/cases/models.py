"""Cases and their steps, money that is asked for, runs of plays, what is put off, and the company's own plays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.desk.facts.columns import choice, code, day, money, note, number, whole, yes_no
from mainstay.desk.facts.models import Fact

OPEN, CLOSED = Q(state="open"), Q(state="closed")


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
            models.Index(fields=["owner_id", "play", "state"], name="case_owner_play"),
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


class CaseComment(Fact):
    """What somebody said of a case, on a day."""

    TABLE = "case_comments"

    comment_id = code()
    case_id = code()
    account_id = code()
    on = day(required=True)
    by_id = models.CharField(null=True, blank=True)
    text = models.TextField()

    class Meta:
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.on}"


class CaseFile(models.Model):
    """A file that belongs to a case; its bytes lie in the home's folder under its own random name.

    kind: its ending, one of `files.KINDS`, which its first bytes bear out
    """

    id = models.CharField(primary_key=True, max_length=32)
    case_id = models.CharField(db_index=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    size = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        return Path(settings.HOME.case_files, self.id)


class Approval(Fact):
    """Money that somebody asks to give to an account, and what somebody else decided.

    kind: the pool that it comes from
    approved_amount: what was approved of `amount`
    incentive_id: the incentive that it became
    """

    TABLE = "approvals"

    approval_id = code()
    account_id = code(index=False)
    case_id = code()
    play = models.CharField(null=True, blank=True)
    kind = choice()
    asked_on = day(required=True)
    asked_by = models.CharField(null=True, blank=True)
    amount = money(required=True)
    currency = note()
    in_return_for = note()
    stops_on = day()
    reason = note()
    state = choice(required=True)
    decided_on = day()
    decided_by = models.CharField(null=True, blank=True)
    approved_amount = money()
    answer = note()
    incentive_id = models.CharField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_on", "-id"]
        indexes = [
            models.Index(fields=["account_id", "asked_on"], name="approval_account"),
            models.Index(fields=["state", "asked_on", "id"], name="approval_state"),
            models.Index(fields=["asked_by", "asked_on"], name="approval_asked_by"),
            models.Index(
                fields=["incentive_id"],
                name="approval_incentive",
                condition=Q(incentive_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.asked_on}"


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
        indexes = [
            # Those that go on, of everybody; and of one person, until they ended otherwise.
            models.Index(fields=["to_on", "from_on", "account_id"], name="run_under_way"),
            models.Index(
                fields=["staff_id", "to_on"],
                name="run_ends",
                condition=Q(result__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.play} {self.from_on}"


class Coin(Fact):
    """What a coin chose for an account, whether it was taken or not; written by the application alone."""

    TABLE = "coins"

    account_id = code(index=False)
    on = day(required=True)
    play = models.CharField()
    probability = number(required=True)

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["account_id", "on"], name="coin_account")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.play} {self.on}"


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
