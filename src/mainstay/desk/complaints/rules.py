"""The standards, working hours and holidays that hold, read once and asked often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from mainstay.core import holidays
from mainstay.core.service_standards import BUILT_IN, Standard, sort_of
from mainstay.core.settings import Settings as EngineSettings
from mainstay.core.working_time import USUAL_WEEK, Span, WorkCalendar, WorkingTime
from mainstay.desk.care.models import Complaint, ServiceStandard
from mainstay.desk.complaints import clock
from mainstay.desk.complaints.models import CountryHolidays, WorkingDay

Written = dict[tuple[str, int], Standard]


@dataclass(frozen=True)
class Rules:
    """What the clocks go by.

    week: as in `WorkCalendar`; days_off: their text, by country code, "" for every other country
    """

    week: tuple[Span | None, ...]
    days_off: dict[str, str]
    written: Written
    pause: Span | None = None

    @classmethod
    def read(cls) -> Rules:
        """In three queries."""
        rows = list(WorkingDay.objects.all())
        days = {day.weekday: (day.opens, day.closes) for day in rows}
        week = tuple(days.get(n) for n in range(7)) if days else USUAL_WEEK
        pauses = ((d.pauses, d.goes_on) for d in rows if d.pauses and d.goes_on)
        return cls(week, days_off(), written_standards(), next(pauses, None))

    def standard(self, kind: str | None, severity: int | None) -> Standard:
        sort = sort_of(kind, severity)
        return self.written.get(sort) or BUILT_IN[sort]

    @property
    def working_time(self) -> WorkingTime:
        return WorkingTime(self.week, self.days_off, settings.TIME_ZONE, self.pause)

    def calendar(self, country: str | None) -> WorkCalendar:
        return self.working_time.calendar(country)

    def steps(self, complaint: Complaint, country: str | None, now: datetime) -> list[clock.Step]:
        standard = self.standard(complaint.kind, complaint.severity)
        return clock.steps(happened(complaint), standard, self.calendar(country), now)

    def next_step(self, complaint: Complaint, country: str | None) -> clock.Next | None:
        standard = self.standard(complaint.kind, complaint.severity)
        return clock.next_step(happened(complaint), standard, self.calendar(country))


def days_off() -> dict[str, str]:
    """The text of each country's days off: the company's own, else ours."""
    own = dict(CountryHolidays.objects.values_list("country", "days"))
    return {**holidays.BUILT_IN, **own}


def written_standards() -> Written:
    return {
        (row.kind, row.severity): Standard(
            answer=row.answer_within,
            solve=row.solve_within,
            on_site=row.on_site_within,
            always=row.calendar == "always",
            own=True,
        )
        for row in ServiceStandard.objects.all()
        if row.answer_within > 0 and row.solve_within > 0
    }


def happened(complaint: Complaint) -> clock.Happened:
    return clock.Happened(
        complaint.opened_at,
        complaint.first_answer_at,
        complaint.on_site_at,
        complaint.solved_at,
    )


def tell_engine() -> None:
    """Have the engine go by the hours and days off that are set here."""
    texts = Rules.read().working_time.texts()
    known = EngineSettings.load(settings.HOME.folder)
    if any(getattr(known, name) != text for name, text in texts.items()):
        EngineSettings.write(settings.HOME.folder, texts)
