"""When a digest is due: pure, given the moment, in whose zone the hour is meant."""

from __future__ import annotations

from datetime import datetime, timedelta
from datetime import time as clock


def due_at(weekday: int | None, hour: int, now: datetime) -> datetime:
    """The last moment, up to now, at which a digest was due.

    weekday: 0 = Monday; None = every day
    """
    today = now.date()
    back = 0 if weekday is None else (today.weekday() - weekday) % 7
    found = datetime.combine(today - timedelta(days=back), clock(hour), now.tzinfo)
    if found > now:
        earlier = today - timedelta(days=back + _step(weekday))
        found = datetime.combine(earlier, clock(hour), now.tzinfo)
    return found


def next_due(weekday: int | None, hour: int, now: datetime) -> datetime:
    """The moment after now at which a digest is due: of an hour that is past, the next day's."""
    last = due_at(weekday, hour, now)
    return datetime.combine(last.date() + timedelta(days=_step(weekday)), clock(hour), now.tzinfo)


def _step(weekday: int | None) -> int:
    return 1 if weekday is None else 7
