"""When an answer, a visit on site and a solution are due, and how each clock stands.

    steps(happened, standard, calendar, now)

Pure: moments in, moments out, by `mainstay.core.working_time`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mainstay.core.service_standards import ANSWER, ON_SITE, SOLVE, Standard
from mainstay.core.working_time import ZERO, WorkCalendar, between, due

STEPS = (ANSWER, ON_SITE, SOLVE)
WARN = 0.75  # of the time is gone: a quarter is left
TOO_LATE = 1.25  # a quarter more than the time is gone


@dataclass(frozen=True)
class Happened:
    """What of a complaint the clocks look at."""

    opened_at: datetime
    answered_at: datetime | None = None
    on_site_at: datetime | None = None
    solved_at: datetime | None = None

    def done_at(self, what: str) -> datetime | None:
        """Who was there, or solved it, has answered too."""
        if what == ON_SITE:
            return self.on_site_at
        if what == SOLVE:
            return self.solved_at
        known = [at for at in (self.on_site_at, self.solved_at) if at is not None]
        return self.answered_at or min(known, default=None)


class State(StrEnum):
    RUNNING = "running"
    MET = "met"
    MISSED = "missed"


@dataclass(frozen=True)
class Step:
    """One clock of a complaint.

    left: time to work in until it is due; share_left: of all the time there was, 0 to 1
    late_by: since it was due, until it was done or until now, as the customer has waited
    """

    what: str
    hours: float
    due_at: datetime
    done_at: datetime | None
    state: State
    left: timedelta
    share_left: float
    late_by: timedelta

    @property
    def warns(self) -> bool:
        """About to be missed: a quarter of the time is left."""
        return self.state is State.RUNNING and self.share_left <= 1 - WARN


def steps(
    happened: Happened, standard: Standard, calendar: WorkCalendar, now: datetime
) -> list[Step]:
    """The clocks of a complaint, as they stand.

    A visit on site that the solution did not need has none.
    """
    found = []
    for what in STEPS:
        hours = standard.hours(what)
        done_at = happened.done_at(what)
        unneeded = what == ON_SITE and done_at is None and happened.solved_at is not None
        if hours is None or unneeded:
            continue
        runs = None if standard.always else calendar
        due_at = due(happened.opened_at, hours, runs)
        found.append(stand(Timed(what, hours, due_at, done_at), runs, now))
    return found


@dataclass(frozen=True)
class Timed:
    """A step with the moment at which it is due, however that was found."""

    what: str
    hours: float
    due_at: datetime
    done_at: datetime | None = None


def stand(step: Timed, calendar: WorkCalendar | None, now: datetime) -> Step:
    """How a clock stands; calendar: None runs around the clock."""
    ended = step.done_at or now
    if ended > step.due_at:
        state, left = State.MISSED, ZERO
    elif step.done_at is not None:
        state, left = State.MET, ZERO
    else:
        state, left = State.RUNNING, between(now, step.due_at, calendar)
    return Step(
        what=step.what,
        hours=step.hours,
        due_at=step.due_at,
        done_at=step.done_at,
        state=state,
        left=left,
        share_left=min(1.0, left / timedelta(hours=step.hours)),
        late_by=max(ZERO, ended - step.due_at),
    )


@dataclass(frozen=True)
class Next:
    """What has to be done next, and when it goes up a level.

    warn_at: a quarter of the time is left; too_late_at: a quarter more than the time is gone
    """

    what: str
    hours: float
    due_at: datetime
    warn_at: datetime
    too_late_at: datetime


def next_step(happened: Happened, standard: Standard, calendar: WorkCalendar) -> Next | None:
    """The step that is due first among those not done; None where it is solved."""
    if happened.solved_at is not None:
        return None
    runs = None if standard.always else calendar
    found = []
    for what in STEPS:
        hours = standard.hours(what)
        if hours is None or happened.done_at(what) is not None:
            continue
        moments = (due(happened.opened_at, hours * part, runs) for part in (1, WARN, TOO_LATE))
        found.append(Next(what, hours, *moments))
    return min(found, key=lambda step: step.due_at)
