"""The latest assessment as the pages read it: one row an account, every column that a list sorts by.

Filled by `services.publish` alone. The frozen assessments lie in the store; what is here can be made again.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from django.conf import settings
from django.db import models


def fold(text: str) -> str:
    """Text as it is searched: full width is half width, and case does not count."""
    return unicodedata.normalize("NFKC", text).casefold()


class Assessment(models.Model):
    """One run of the engine. Old ones stay for the list; only the latest has its accounts here.

    told_changes: counts how often states of its accounts changed since, for what they told us
    """

    id = models.CharField(primary_key=True, max_length=100)
    as_of = models.DateField()
    made_at = models.DateTimeField()
    store_version = models.BigIntegerField(null=True)
    facts_known_until = models.DateTimeField(null=True)  # null: as_of
    currency = models.CharField(max_length=10, blank=True)
    horizon_weeks = models.IntegerField()
    meta = models.JSONField(default=dict)
    portfolio = models.JSONField(default=dict)
    is_latest = models.BooleanField(default=False)
    told_changes = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_latest"],
                condition=models.Q(is_latest=True),
                name="one_latest_assessment",
            )
        ]

    def __str__(self) -> str:
        return self.id


def latest() -> Assessment | None:
    """The assessment that the pages show."""
    return Assessment.objects.filter(is_latest=True).first()


def latest_id() -> str | None:
    return Assessment.objects.filter(is_latest=True).values_list("id", flat=True).first()


def _text(**options: Any) -> models.CharField[Any, Any]:
    return models.CharField(null=True, **options)


def _number() -> models.FloatField[Any, Any]:
    return models.FloatField(null=True)


def _count() -> models.BigIntegerField[Any, Any]:
    return models.BigIntegerField(null=True)


def _day() -> models.DateField[Any, Any]:
    return models.DateField(null=True)


NARROW = (
    *("state", "previous_state", "tier", "manager_id", "segment", "region", "country"),
    *("size_class", "core", "group_id", "answer", "search_name"),
    *("cause_first", "cause_whose", "cause_category", "fell_on"),
    *("money_at_risk", "amount_52", "growth", "last_order_on", "days_silent", "state_since"),
    *("p_complete", "rhythm_days", "money_at_risk_low", "money_at_risk_high", "baseline_52", "id"),
)
CARED = ("state", "manager_id", "money_at_risk", "account_id", "answer")


class Account(models.Model):
    """One account of one assessment: the columns of the engine's ACCOUNTS, whose comments say what each is.

    search_name: name and code, folded, so that one LIKE finds either in any script
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, db_index=False)
    account_id = models.CharField()
    name = models.CharField()
    search_name = models.CharField()
    segment = _text()
    region = _text()
    country = _text()
    group_id = _text()
    manager_id = _text()
    tier = _text()
    size_class = _text()
    core = _text()
    loyal = _text()
    values_us = _text()
    worth_more_to_us = _text()
    core_reasons = _text()
    state = _text()
    state_since = _day()
    previous_state = _text()
    eligible = models.BooleanField(null=True)
    first_order_on = _day()
    last_order_on = _day()
    order_days = _count()
    order_days_52 = _count()
    days_silent = _count()
    rhythm_days = _number()
    late_after_days = _number()
    amount_total = _number()
    amount_52 = _number()
    amount_prev_52 = _number()
    amount_13 = _number()
    amount_13_last_year = _number()
    growth = _number()
    returns_52 = _number()
    categories_52 = _count()
    categories_lost = _count()
    open_orders = _number()
    pays_on_time = _number()
    yearly_purchases = _number()
    share_of_wallet = _number()
    share_of_wallet_low = _number()
    share_of_wallet_high = _number()
    wallet_source = _text()
    share_of_wallet_before = _number()
    wallet_reasons = _text()
    month_to_date = _number()
    target_month = _number()
    year_to_date = _number()
    target_year = _number()
    p_alive = _number()
    p_complete = _number()
    p_partial = _number()
    p_fell = _number()
    expected_orders = _number()
    baseline_52 = _number()
    expected_52 = _number()
    money_at_risk = _number()
    money_at_risk_low = _number()
    money_at_risk_high = _number()
    horizon_baseline = _number()
    horizon_loss = _number()
    horizon_loss_low = _number()
    horizon_loss_high = _number()
    why = _text()
    reasons = _text()
    # What people answered since (accounts.answers), beside the engine's columns.
    answer = _text()
    back_on = _day()
    joined_into = _text()
    # The engine's FIRST: of those that fell, when, how much a year, and the likeliest cause.
    fell_on = _day()
    lost_52 = _number()
    cause_first = _text()
    cause_p = _number()
    cause_whose = _text()
    cause_category = _text()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "account_id"], name="account_once")
        ]
        # Every list shows the accounts of one assessment, so each index begins with it; and ends with
        # the key, so that PostgreSQL too walks it without looking at the rows.
        indexes = [
            models.Index(
                fields=["assessment", *columns, "id"], name="account_" + "_".join(columns)[:20]
            )
            for columns in (
                ("money_at_risk",),
                ("amount_52",),
                ("growth",),
                ("last_order_on",),
                ("days_silent",),
                ("state_since",),
                ("p_complete",),
                ("rhythm_days",),
                ("name",),  # as programs ask for it; pages sort by search_name
                ("search_name", "amount_52"),  # the search box: matched and ranked in the index
                ("state", "money_at_risk"),
                ("tier", "money_at_risk"),
                ("manager_id", "money_at_risk"),
                ("segment", "money_at_risk"),
                ("region", "money_at_risk"),
                ("answer",),
                ("cause_first",),
                ("cause_whose", "money_at_risk"),
            )
        ]
        # All that a list is narrowed and sorted by, and what the week's page sums, in a fifth of the
        # rows' bytes: what no index above begins with is counted, sorted and summed from here, without
        # reading the rows themselves.
        indexes += [models.Index(fields=["assessment", *NARROW], name="account_narrow")]
        # Money at risk by manager, of accounts that something is done about.
        indexes += [models.Index(fields=["assessment", *CARED], name="account_cared")]

    def __str__(self) -> str:
        return self.name


class StateAt(models.Model):
    """From this day on the account was in this state; one row per change, as it was seen then."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, db_index=False)
    account_id = models.CharField()
    on = models.DateField()
    state = models.CharField()

    class Meta:
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "account_id", "on"], name="state_once")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.on} {self.state}"


class SavedView(models.Model):
    """A list with its filters, sort and search, kept under a name by one user."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="views"
    )
    name = models.CharField(max_length=100)
    query = models.CharField(max_length=2000, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="view_once")]

    def __str__(self) -> str:
        return self.name
