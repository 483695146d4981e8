"""Reads about nightly runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop
from mainstay.desk.jobs.kinds import codes
from mainstay.desk.jobs.models import Job, State
from mainstay.desk.nightly import schedule
from mainstay.desk.nightly.models import Night, Schedule, Source
from mainstay.desk.paging import Numbered

ONLY = 1  # the row of `Schedule`
PAGE = 14
# Digests wait for a run that is under way, but not for one that hangs.
MOST_WAITING = timedelta(hours=4)


def zone_of(name: str) -> ZoneInfo:
    """A time zone by its name; the desk's own where it is empty.

    Raises: InvalidSetting
    """
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ValueError, OSError, LookupError):
        raise InvalidSetting(
            gettext_noop("“{zone}” is no time zone; write one like Asia/Taipei."), zone=name
        ) from None


def schedule_set() -> Schedule | None:
    return Schedule.objects.filter(pk=ONLY).first()


def schedule_shown(now: datetime) -> Schedule:
    """The schedule; off at two, where nobody has set one."""
    return schedule_set() or Schedule(pk=ONLY, since=now)


def next_run(known: Schedule, now: datetime) -> datetime | None:
    if not known.on:
        return None
    return schedule.next_due(known.minute, known.weekdays, zone_of(known.zone), now)


def to_begin(now: datetime) -> tuple[date, datetime] | None:
    """The day and moment of the run that is due; None where none is, where it has begun, or one is under way."""
    known = schedule_set()
    if known is None or not known.on or under_way():
        return None
    found = schedule.last_due(known.minute, known.weekdays, zone_of(known.zone), now)
    if found is None or found[1] < known.since:
        return None
    return None if Night.objects.filter(night=found[0].isoformat()).exists() else found


def under_way() -> Night | None:
    """The run that waits or works."""
    busy = (State.WAITING, State.RUNNING)
    return Night.objects.select_related("job").filter(job__state__in=busy).first()


def holds_digests(now: datetime) -> bool:
    """Whether digests had better wait: for the figures of a run that is under way."""
    night = under_way()
    return night is not None and night.begun_at <= now < night.begun_at + MOST_WAITING


@dataclass(frozen=True)
class Step:
    """One step of a run.

    code, part: see `jobs.kinds.codes`; of a source, part is its key
    result: None while it is not finished
    """

    code: str
    part: str
    result: Any
    here: bool


@dataclass(frozen=True)
class Shown:
    """A run and what came of it.

    outcomes: of its sources, by their keys
    late: how much later than due it began; None where it was in time or by hand
    """

    night: Night
    job: Job
    steps: list[Step]
    outcomes: Mapping[int, Any]
    late: timedelta | None

    @property
    def failed(self) -> list[int]:
        """The keys of the sources of which not all could be loaded."""
        return [key for key, one in self.outcomes.items() if one and one.get("failed")]

    @property
    def verdict(self) -> str:
        """`running`, `failed`, `in_part`, `cancelled` or `done`."""
        if not self.job.is_over:
            return "running"
        if self.job.state != State.DONE:
            return str(self.job.state)
        return "in_part" if self.failed else "done"

    @property
    def seconds(self) -> float | None:
        job = self.job
        if job.started_at is None or job.ended_at is None:
            return None
        return (job.ended_at - job.started_at).total_seconds()

    @property
    def rows(self) -> int:
        """Rows that were taken of all sources."""
        return sum(one.get("rows_taken", 0) for one in self.outcomes.values() if one)


def shown(night: Night) -> Shown:
    job = night.job
    steps = []
    for one in codes(job.kind, job.arguments):
        code, _, part = one.partition(":")
        here = job.step == one and not job.is_over
        steps.append(Step(code, part, job.result.get(one), here))
    outcomes = {int(s.part): s.result for s in steps if s.code == "source"}
    late = None
    if night.due_at is not None and night.begun_at - night.due_at > schedule.LATE:
        late = night.begun_at - night.due_at
    return Shown(night, job, steps, outcomes, late)


def last_ended() -> Shown | None:
    """The last run that is over, whatever came of it."""
    night = _nights().filter(job__ended_at__isnull=False).first()
    return shown(night) if night else None


def _nights() -> Any:
    return Night.objects.select_related("job", "asked_by")


@dataclass(frozen=True)
class Nights(Numbered):
    """A page of runs, the newest first."""

    rows: list[Shown]
    number: int
    further: bool
    names: dict[int, str] = field(default_factory=dict)


def nights(number: int) -> Nights:
    start = (number - 1) * PAGE
    found = list(_nights()[start : start + PAGE + 1])
    return Nights([shown(one) for one in found[:PAGE]], number, len(found) > PAGE, names())


def one_night(pk: int) -> Shown | None:
    night = _nights().filter(pk=pk).first()
    return shown(night) if night else None


def names() -> dict[int, str]:
    """Sources by their keys; those that were removed are missing."""
    return dict(Source.objects.values_list("pk", "name"))


def sources() -> list[Source]:
    return list(Source.objects.all())


def trouble() -> Shown | None:
    """The last run, where something of it failed and no administrator has looked since."""
    last = last_ended()
    if last is None or last.night.seen or last.verdict not in ("failed", "in_part"):
        return None
    return last
