"""What is done for accounts and what they ask for, one row each as it is now."""

from __future__ import annotations

from django.db import models

from mainstay.desk.facts.columns import (
    choice,
    code,
    day,
    moment,
    money,
    note,
    number,
    whole,
    yes_no,
)
from mainstay.desk.facts.models import Fact


def _by_day(name: str, day_field: str) -> list[models.Index]:
    """What lists walk: the newest of an account, the newest of all."""
    return [
        models.Index(fields=["account_id", day_field], name=f"{name}_account"),
        models.Index(fields=[day_field, "id"], name=f"{name}_day"),
    ]


class Visit(Fact):
    TABLE = "visits"

    visit_id = code()
    account_id = code(index=False)
    on = day(required=True)
    staff_id = code()
    contacts = note()  # contact ids, separated by ;
    kind = choice()
    received_well = yes_no()
    purpose = note()
    notes = note()
    mood = whole()
    asked_for_opinion = yes_no()
    next_on = day()

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [
            *_by_day("visit", "on"),
            # How many there were lately, and how many to ask for opinions, counted in the index.
            models.Index(
                fields=["on", "kind", "asked_for_opinion", "account_id"], name="visit_counted"
            ),
            # When each account was visited last, read from the index alone.
            models.Index(
                fields=["account_id", "on", "kind", "asked_for_opinion", "next_on"],
                name="visit_of_account",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.on}"


class Request(Fact):
    """Something that an account asked for; it is answered by a date."""

    TABLE = "requests"

    request_id = code()
    account_id = code(index=False)
    raised_on = day(required=True)
    text = models.TextField()
    kind = choice()
    owner_id = models.CharField(null=True, blank=True, db_index=True)
    answer_due_on = day()
    answered_on = day()
    outcome = note()
    visit_id = models.CharField(null=True, blank=True, db_index=True)

    class Meta:
        ordering = ["-raised_on", "-id"]
        indexes = [
            *_by_day("request", "raised_on"),
            models.Index(
                fields=["answer_due_on", "id"],
                name="request_open",
                condition=models.Q(answered_on__isnull=True),
            ),
            models.Index(
                fields=["account_id", "answer_due_on"],
                name="request_open_account",
                condition=models.Q(answered_on__isnull=True),
            ),
            models.Index(
                fields=["owner_id", "answer_due_on", "id"],
                name="request_open_owner",
                condition=models.Q(answered_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Complaint(Fact):
    """A complaint or a question; its clocks run by the service standards."""

    TABLE = "complaints"

    complaint_id = code()
    account_id = code(index=False)
    opened_at = moment(required=True)
    kind = choice()
    severity = whole()
    text = note()
    product_id = models.CharField(null=True, blank=True, db_index=True)
    batch = models.CharField(null=True, blank=True)
    contact_id = models.CharField(null=True, blank=True)
    owner_id = models.CharField(null=True, blank=True, db_index=True)
    first_answer_at = moment()
    on_site_at = moment()
    solved_at = moment()
    accepted_by_customer = yes_no()
    root_cause = note()

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [
            *_by_day("complaint", "opened_at"),
            # What is complained of again and again is counted from this index alone.
            models.Index(
                fields=["opened_at", "product_id", "batch", "kind", "solved_at", "account_id"],
                name="complaint_repeated",
                condition=models.Q(product_id__isnull=False),
            ),
            models.Index(
                fields=["opened_at", "id"],
                name="complaint_open",
                condition=models.Q(solved_at__isnull=True),
            ),
            models.Index(
                fields=["account_id", "opened_at"],
                name="complaint_open_account",
                condition=models.Q(solved_at__isnull=True),
            ),
            models.Index(
                fields=["owner_id", "opened_at", "id"],
                name="complaint_open_owner",
                condition=models.Q(solved_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.complaint_id


class Promise(Fact):
    TABLE = "promises"

    promise_id = code()
    account_id = code(index=False)
    made_on = day(required=True)
    by_id = models.CharField(null=True, blank=True, db_index=True)
    kind = choice()
    text = note()
    amount = money()
    currency = note()
    due_on = day(required=True)
    kept_on = day()
    kept_amount = money()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            *_by_day("promise", "made_on"),
            models.Index(fields=["due_on", "id"], name="promise_due"),
            models.Index(
                fields=["due_on", "id"],
                name="promise_open",
                condition=models.Q(kept_on__isnull=True),
            ),
            models.Index(
                fields=["account_id", "due_on"],
                name="promise_open_account",
                condition=models.Q(kept_on__isnull=True),
            ),
            models.Index(
                fields=["by_id", "due_on", "id"],
                name="promise_open_by",
                condition=models.Q(kept_on__isnull=True),
            ),
            models.Index(
                fields=["kept_on", "id"],
                name="promise_kept",
                condition=models.Q(kept_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text or self.promise_id


class Incentive(Fact):
    TABLE = "incentives"

    incentive_id = code()
    account_id = code(index=False)
    kind = choice()
    from_on = day(required=True)
    to_on = day()
    budget = money()
    spent = money()
    currency = note()
    owner_id = code()
    in_return_for = note()

    class Meta:
        ordering = ["-from_on", "-id"]
        indexes = [
            *_by_day("incentive", "from_on"),
            models.Index(fields=["to_on", "id"], name="incentive_ends"),
            # Those that may have ended, and of which nobody has said what was spent.
            models.Index(
                fields=["to_on", "id"],
                name="incentive_unsettled",
                condition=models.Q(spent__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.incentive_id


class Agreement(Fact):
    """Terms agreed with an account, or with all of a segment."""

    TABLE = "agreements"

    agreement_id = code()
    account_id = models.CharField(null=True, blank=True)
    segment = models.CharField(null=True, blank=True, db_index=True)
    from_on = day(required=True)
    to_on = day()
    payment_terms_days = whole()
    minimum_order = money()
    penalties = note()
    quota = money()
    currency = note()
    exclusive = yes_no()
    rebate_rule = note()
    price_list = note()
    otif_promised = number()
    fill_rate_promised = number()

    class Meta:
        ordering = ["-from_on", "-id"]
        indexes = _by_day("agreement", "from_on")

    def __str__(self) -> str:
        return self.agreement_id


class ServiceStandard(Fact):
    """Within how many hours a kind of complaint is answered, seen on site and solved."""

    TABLE = "service_standards"

    kind = choice(required=True)
    severity = whole(required=True)
    answer_within = number(required=True)
    solve_within = number(required=True)
    on_site_within = number()
    calendar = choice()

    class Meta:
        ordering = ["kind", "-severity"]

    def __str__(self) -> str:
        return f"{self.kind} {self.severity}"


class Notice(Fact):
    """What somebody of the account said of leaving, one tap in the desk."""

    TABLE = "notices"

    account_id = code(index=False)
    on = day(required=True)
    kind = choice(required=True)
    takes_effect_on = day()
    by_contact_id = models.CharField(null=True, blank=True)
    text = note()

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [
            *_by_day("notice", "on"),
            models.Index(fields=["recorded_at", "id"], name="notice_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.kind}"


class VisitRhythm(models.Model):
    """After how many weeks an account of a tier is to be visited again, where somebody set it.

    weeks: 0 = accounts of this tier have no rhythm
    """

    tier = models.CharField(primary_key=True, max_length=10)
    weeks = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.tier}: {self.weeks}"


class VisitDue(models.Model):
    """When an account was visited and is to be visited again: what the list of visits sorts by.

    Kept by `rhythm`, in the transaction of whatever changes it; it can be made again from the visits
    and the accounts.

    last_on, opinion_on: of the last visit, and of the last that asked for their opinion
    next_on: agreed for the next time
    rank: of the tier, A first
    expects: whether it has a rhythm: it is ours, neither lost nor closed, and its tier has one
    """

    account_id = models.CharField(unique=True)
    last_on = models.DateField(null=True)
    opinion_on = models.DateField(null=True)
    next_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    tier = models.CharField(null=True)
    rank = models.PositiveSmallIntegerField(default=9)
    manager_id = models.CharField(null=True)
    expects = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["rank", "due_on", "id"],
                name="due_order",
                condition=models.Q(due_on__isnull=False),
            ),
            models.Index(
                fields=["manager_id", "rank", "due_on", "id"],
                name="due_manager",
                condition=models.Q(due_on__isnull=False),
            ),
            models.Index(fields=["due_on", "manager_id", "tier"], name="due_counted"),
            models.Index(
                fields=["rank", "id", "manager_id", "tier", "account_id"],
                name="due_never",
                condition=models.Q(expects=True, last_on__isnull=True, due_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.due_on}"


class StateBefore(models.Model):
    """What the assessment says of an account that the pages show as noticed since somebody told us."""

    assessment = models.ForeignKey("accounts.Assessment", on_delete=models.CASCADE, db_index=False)
    account_id = models.CharField()
    state = models.CharField(null=True)
    state_since = models.DateField(null=True)
    previous_state = models.CharField(null=True)
    reasons = models.TextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "account_id"], name="state_before_once")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.state}"
