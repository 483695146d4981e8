"""What is done about a complaint, one step an entry; and the hours and days off that the clocks go by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction

from mainstay.core import holidays
from mainstay.core.errors import InvalidSetting, MainstayError
from mainstay.core.service_standards import ANSWER, ON_SITE, SOLVE
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.access.services import NotAllowed, record
from mainstay.desk.care.models import Complaint, ServiceStandard
from mainstay.desk.complaints.models import CountryHolidays, WorkingDay
from mainstay.desk.complaints.rights import may_set
from mainstay.desk.facts.changes import new_fact
from mainstay.desk.facts.models import Fact
from mainstay.desk.facts.services import SentBefore, entry
from mainstay.desk.jobs import services as jobs

ACCEPT, REFUSE, REOPEN, HAND = "accept", "refuse", "reopen", "hand"
DEEDS = (ANSWER, ON_SITE, SOLVE, ACCEPT, REFUSE, REOPEN, HAND)
SKEW = timedelta(minutes=5)  # between the user's clock and ours


class NotNow(MainstayError):
    """A step that a complaint does not wait for, or a moment at which it can't have been done."""

    code = "not_now"


@dataclass(frozen=True)
class Deed:
    """One thing done about a complaint.

    at: when, else now; word: why it was late, or what there is to say, for the log
    """

    what: str
    at: datetime | None = None
    word: str | None = None
    root_cause: str | None = None
    owner_id: str | None = None


def possible(complaint: Complaint) -> tuple[str, ...]:
    """The deeds that a complaint waits for as it stands."""
    if complaint.solved_at is not None:
        last = () if complaint.accepted_by_customer else (ACCEPT, REFUSE)
        return (*last, REOPEN, HAND)
    found = [SOLVE, HAND]
    if complaint.on_site_at is None:
        found.insert(0, ON_SITE)
        if complaint.first_answer_at is None:
            found.insert(0, ANSWER)
    return tuple(found)


def do(user: User, complaint: Complaint, deed: Deed, *, seen: int, once: str, now: datetime) -> Any:
    """Write down what was done; nothing where the form was sent before.

    seen: the version that the user saw
    Raises: NotNow, NotAllowed, ChangedMeanwhile
    """
    try:
        with entry(user, once=once) as book:
            if complaint.version == seen:
                _check(complaint, deed, now)
            changed = book.change(complaint, _values(deed, now), seen=seen)
            if deed.word:
                record(
                    user,
                    "complaints.word",
                    object_kind=complaint.TABLE,
                    object_id=complaint.key,
                    label=f"{complaint.account_id} {complaint}",
                    after={"text": deed.word},
                )
    except SentBefore:
        return complaint
    return changed


def _check(complaint: Complaint, deed: Deed, now: datetime) -> None:
    if deed.what not in possible(complaint):
        raise NotNow(
            gettext_noop(
                "This is done already, or does not come next; look at the complaint again."
            )
        )
    if deed.at is not None and deed.at > now + SKEW:
        raise NotNow(gettext_noop("This moment is still to come; choose now or an earlier one."))
    if deed.at is not None and deed.at < complaint.opened_at - SKEW:
        raise NotNow(
            gettext_noop("This moment is before the complaint was opened; choose a later one.")
        )


def _values(deed: Deed, now: datetime) -> dict[str, Any]:
    """What a deed changes: a solution that the customer refuses is none, and the clock runs on."""
    at = deed.at or now
    values: dict[str, dict[str, Any]] = {
        ANSWER: {"first_answer_at": at},
        ON_SITE: {"on_site_at": at},
        SOLVE: {"solved_at": at, "root_cause": deed.root_cause, "accepted_by_customer": None},
        ACCEPT: {"accepted_by_customer": True},
        REFUSE: {"accepted_by_customer": False, "solved_at": None},
        REOPEN: {"accepted_by_customer": None, "solved_at": None},
        HAND: {"owner_id": deed.owner_id},
    }
    return values[deed.what]


def take_down(
    user: User, account_id: str | None, values: Mapping[str, Any], *, once: str
) -> Fact | None:
    """Write down a new complaint or question; where the form was sent before, the one that it wrote.

    Gives: None where that was taken back since
    Raises: NotAllowed
    """
    try:
        with entry(user, once=once) as book:
            return book.add(new_fact(Complaint, dict(values), account_id))
    except SentBefore as error:
        return Complaint.objects.filter(key=error.wrote).first()


@dataclass(frozen=True)
class Written:
    """One row of the table of standards as it was sent; without hours it falls back to ours."""

    kind: str
    severity: int
    values: dict[str, Any] | None
    seen: int


def set_standards(user: User, rows: list[Written]) -> int:
    """Write what differs from what is written; gives how many rows changed.

    The clocks that run go by it as soon as the worker has made them anew.
    Raises: NotAllowed, ChangedMeanwhile
    """
    known = {(row.kind, row.severity): row for row in ServiceStandard.objects.all()}
    changed = 0
    with entry(user) as book:
        for row in rows:
            there = known.get((row.kind, row.severity))
            if there is None and row.values is not None:
                book.add(ServiceStandard(kind=row.kind, severity=row.severity, **row.values))
            elif there is not None and row.values is None:
                book.withdraw(there, seen=row.seen)
            elif there is not None and any(
                getattr(there, name) != value for name, value in (row.values or {}).items()
            ):
                book.change(there, row.values or {}, seen=row.seen)
            else:
                continue
            changed += 1
    return changed


Week = Mapping[int, tuple[time, time]]


@transaction.atomic
def set_week(user: User, week: Week, pause: tuple[time, time] | None = None) -> None:
    """Set when is worked, by weekday, and the break of every day; clocks that run go by it as soon as
    the worker has made them anew.

    Raises: NotAllowed, InvalidSetting
    """
    _may_set(user)
    if not week:
        raise InvalidSetting(gettext_noop("Set the hours of at least one working day."))
    stop, go_on = pause or (None, None)
    if pause and any(
        pause[0] <= opens and time(0) < closes <= pause[1] for opens, closes in week.values()
    ):
        raise InvalidSetting(gettext_noop("The break leaves no time to work on one of the days."))
    before = {str(day.weekday): str(day) for day in WorkingDay.objects.all()}
    WorkingDay.objects.all().delete()
    WorkingDay.objects.bulk_create(
        WorkingDay(weekday=n, opens=opens, closes=closes, pauses=stop, goes_on=go_on)
        for n, (opens, closes) in week.items()
    )
    after = {str(day.weekday): str(day) for day in WorkingDay.objects.all()}
    if before != after:
        record(user, "settings.working_hours", before=before, after=after)
        rules_changed()


@transaction.atomic
def set_holidays(user: User, days: Mapping[str, str]) -> None:
    """Set the days off by country code, "" for every other country; as ours: back to ours.

    Raises: NotAllowed, InvalidSetting
    """
    _may_set(user)
    for text in days.values():
        holidays.parse(text)
    before = dict(CountryHolidays.objects.values_list("country", "days"))
    own = {code: text for code, text in days.items() if text != holidays.BUILT_IN.get(code, "")}
    if before == own:
        return
    CountryHolidays.objects.all().delete()
    CountryHolidays.objects.bulk_create(
        CountryHolidays(country=code, days=text) for code, text in own.items()
    )
    record(user, "settings.holidays", before=before, after=own)
    rules_changed()


def rules_changed(accounts: set[str] | None = None) -> None:
    """Have all clocks made anew once this transaction is written: of a large desk in some minutes, not here."""
    jobs.ask(None, "clocks", {})


def _may_set(user: User) -> None:
    if not may_set(user):
        raise NotAllowed(gettext_noop("Your role may not set this."))
