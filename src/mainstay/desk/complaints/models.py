"""When work is done, and the running clocks of open complaints; what was complained of is care's."""

from __future__ import annotations

from django.db import models

from mainstay.desk.care.models import Complaint


class WorkingDay(models.Model):
    """From when to when is worked on a weekday, Monday being 0; a weekday without a row is off."""

    weekday = models.PositiveSmallIntegerField(primary_key=True)
    opens = models.TimeField()
    closes = models.TimeField()  # 00:00: until midnight
    # When no work is done in between; the same on every day.
    pauses = models.TimeField(null=True)
    goes_on = models.TimeField(null=True)

    class Meta:
        ordering = ["weekday"]

    def __str__(self) -> str:
        said = f"{self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"
        if self.pauses and self.goes_on:
            said += f" without {self.pauses:%H:%M}-{self.goes_on:%H:%M}"
        return said


class CountryHolidays(models.Model):
    """The days off of a country, in the notation of `holidays`; an empty code is every other country."""

    country = models.CharField(primary_key=True, max_length=60)
    days = models.TextField(blank=True)

    class Meta:
        ordering = ["country"]

    def __str__(self) -> str:
        return self.country


class Clock(models.Model):
    """What is due next of a complaint that is not done with; made by `remaking`, never by hand.

    Moments only, so that a row stays true until the complaint, a standard or the calendar changes.

    waiting: solved, and the customer's word is not there yet; next_due_at is then when it was solved
    owner_id: who works on it, else who looks after the account and is one of ours
    superior_id: whom the owner reports to
    warn_at: a quarter of the time is left; too_late_at: a quarter more than the time is gone
    """

    complaint = models.OneToOneField(
        Complaint, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    account_id = models.CharField(db_index=True)
    country = models.CharField(blank=True)
    kind = models.CharField(max_length=40)
    severity = models.PositiveSmallIntegerField()
    owner_id = models.CharField(blank=True)
    superior_id = models.CharField(blank=True)
    waiting = models.BooleanField(default=False)
    what = models.CharField(max_length=20)
    hours = models.FloatField()
    always = models.BooleanField(default=False)
    next_due_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    too_late_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["waiting", "next_due_at", "complaint"], name="clock_due"),
            models.Index(fields=["owner_id", "waiting", "next_due_at"], name="clock_owner"),
            models.Index(fields=["superior_id", "waiting", "next_due_at"], name="clock_superior"),
            models.Index(fields=["waiting", "too_late_at"], name="clock_too_late"),
            models.Index(fields=["waiting", "kind", "severity", "next_due_at"], name="clock_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.next_due_at:%Y-%m-%d %H:%M}"
