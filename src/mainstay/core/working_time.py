"""When work is done, and how much of it lies between two moments.

    due(opened_at, 4, week)      four working hours after it was opened
    due(opened_at, 4, None)      four hours after, around the clock
    between(start, end, week)    the time to work in, between two moments
    WorkingTime.of(hours, days_off, zone).calendar("TW")

Pure: moments in, moments out. Working time is measured between moments, not between hands of a clock, so
that a working day on which the clocks change is as long as it is.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from mainstay.core import holidays
from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop

MOST_DAYS = 20_000  # that a calendar is walked; one that gives no time in them gives none
MIDNIGHT = time(0)
ZERO = timedelta(0)

Span = tuple[time, time]


@dataclass(frozen=True)
class WorkCalendar:
    """When work is done.

    week: from when to when on each weekday, Monday first; None where nobody works; an end at 00:00 is
        the day's own midnight
    closed: days on which nobody works
    zone: whose hours these are
    worked: days on which work is done all the same, e.g. a Saturday that makes up for a bridge day; where
        their weekday has no hours, those of the week's first working day
    pause: when no work is done on any day
    """

    week: tuple[Span | None, ...]
    closed: Container[date]
    zone: tzinfo
    worked: Container[date] = frozenset()
    pause: Span | None = None

    def windows(self, day: date) -> list[tuple[datetime, datetime]]:
        """Between which moments work is done on that day, in order."""
        span = self._span(day)
        if span is None:
            return []
        ends_on = day + timedelta(days=1) if span[1] == MIDNIGHT else day
        first, last = self._moment(day, span[0]), self._moment(ends_on, span[1])
        if self.pause is None:
            return [(first, last)]
        stop, go_on = (self._moment(day, at) for at in self.pause)
        parts = [(first, min(last, stop)), (max(first, go_on), last)]
        return [(start, end) for start, end in parts if start < end]

    def _span(self, day: date) -> Span | None:
        own = self.week[day.weekday()]
        if day in self.worked:
            return own or next((span for span in self.week if span is not None), None)
        return None if day in self.closed else own

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)


def due(opened_at: datetime, hours: float, calendar: WorkCalendar | None) -> datetime:
    """The moment at which so many hours are gone; calendar: None runs around the clock.

    Raises: InvalidSetting where the calendar has no working time
    """
    at, left = opened_at.astimezone(UTC), timedelta(hours=hours)
    if calendar is None:
        return at + left
    day = at.astimezone(calendar.zone).date()
    for _ in range(MOST_DAYS):
        for first, last in calendar.windows(day):
            if at >= last:
                continue
            start = max(at, first)
            if start + left <= last:
                return start + left
            left -= last - start
        day += timedelta(days=1)
    raise InvalidSetting(
        gettext_noop("The working hours leave no time to work in; set at least one working day.")
    )


def between(start: datetime, end: datetime, calendar: WorkCalendar | None) -> timedelta:
    """The time to work in between two moments; nothing where the end is before the start."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if calendar is None or end <= start:
        return max(ZERO, end - start)
    found = ZERO
    day, last = (moment.astimezone(calendar.zone).date() for moment in (start, end))
    while day <= last:
        for first, until in calendar.windows(day):
            found += max(ZERO, min(end, until) - max(start, first))
        day += timedelta(days=1)
    return found


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Where nobody has set them: Monday to Friday, nine to six.
USUAL_WEEK: tuple[Span | None, ...] = ((time(9), time(18)),) * 5 + (None, None)
BREAK, OTHERS = "break", "*"
_HOURS = re.compile(r"(?P<day>[a-z]+)\s+(?P<first>\d{1,2}:\d{2})\s*-\s*(?P<last>\d{1,2}:\d{2})")


@dataclass(frozen=True)
class WorkingTime:
    """When a company works, in every country: hours, days off and the zone that they are told in.

    week, pause: as in `WorkCalendar`; days_off: in the notation of `holidays`, by country code, "" for
        every other country
    """

    week: tuple[Span | None, ...] = USUAL_WEEK
    days_off: Mapping[str, str] | None = None
    zone: str = "UTC"
    pause: Span | None = None

    def calendar(self, country: str | None) -> WorkCalendar:
        known = holidays.BUILT_IN if self.days_off is None else self.days_off
        off = holidays.parse(known.get(holidays.code_of(country), known.get("", "")))
        return WorkCalendar(self.week, off, _zone(self.zone), off.worked, self.pause)

    @classmethod
    def of(cls, hours: str, days_off: str, zone: str) -> WorkingTime:
        """From the settings' texts; an empty one is as usual.

        hours: "mon 09:00-18:00, tue 09:00-18:00, break 12:00-13:00"
        days_off: "TW: 01-01, 10-10 | *: 12-25", beside ours of countries that it does not name
        Raises: InvalidSetting
        """
        week, pause = _week(hours)
        own = {**holidays.BUILT_IN, **_days_off(days_off)}
        for text in own.values():
            holidays.parse(text)
        try:
            _zone(zone)
        except (KeyError, ValueError, OSError) as error:
            raise _refused("time_zone", zone) from error
        return cls(week, own, zone, pause)

    def texts(self) -> dict[str, str]:
        """As the settings write it."""
        spans = [(day, span) for day, span in zip(WEEKDAYS, self.week, strict=True) if span]
        if self.pause:
            spans.append((BREAK, self.pause))
        known = self.days_off or {}
        own = {c: t for c, t in known.items() if holidays.BUILT_IN.get(c, "") != t}
        return {
            "working_hours": ", ".join(f"{day} {a:%H:%M}-{b:%H:%M}" for day, (a, b) in spans),
            "days_off": " | ".join(
                f"{code or OTHERS}: {_line(days)}" for code, days in own.items()
            ),
            "time_zone": self.zone,
        }


def _line(days: str) -> str:
    """Days off in one line."""
    return ", ".join(part.strip() for part in re.split(r"[,\n;]", days) if part.strip())


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _week(text: str) -> tuple[tuple[Span | None, ...], Span | None]:
    if not text.strip():
        return USUAL_WEEK, None
    found: dict[str, Span] = {}
    for part in (piece.strip() for piece in text.split(",")):
        match = _HOURS.fullmatch(part)
        if match is None or match["day"] not in (*WEEKDAYS, BREAK):
            raise _refused("working_hours", text)
        try:
            first, last = (time.fromisoformat(match[end].zfill(5)) for end in ("first", "last"))
        except ValueError:
            raise _refused("working_hours", text) from None
        if last != MIDNIGHT and last <= first:
            raise _refused("working_hours", text)
        found[match["day"]] = (first, last)
    pause = found.pop(BREAK, None)
    if not found:
        raise _refused("working_hours", text)
    return tuple(found.get(day) for day in WEEKDAYS), pause


def _days_off(text: str) -> dict[str, str]:
    found = {}
    for part in (piece.strip() for piece in text.split("|")):
        code, colon, days = part.partition(":")
        if part and not colon:
            raise _refused("days_off", text)
        if part:
            found["" if code.strip() == OTHERS else holidays.code_of(code)] = days.strip()
    return found


def _refused(name: str, value: str) -> InvalidSetting:
    return InvalidSetting(
        gettext_noop("The setting {name} can't be {value}; docs/settings.md says what it may be."),
        name=name,
        value=repr(value[:80]),
    )
