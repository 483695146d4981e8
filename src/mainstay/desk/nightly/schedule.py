"""When a nightly run is due: pure, given the moment."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Begun later than this, something was in the way: the machine was off, or another run under way.
LATE = timedelta(minutes=15)


def due_at(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The moment of a day's run, in UTC.

    An hour that the clocks skip in spring is taken as if they did not (02:30 becomes 03:30); of one that
    comes twice in autumn, the first counts.
    """
    local = datetime.combine(day, time(minute // 60, minute % 60), zone)
    return local.astimezone(UTC)


def last_due(
    minute: int, weekdays: Collection[int], zone: ZoneInfo, now: datetime
) -> tuple[date, datetime] | None:
    """The day and moment, up to now, for which a run was due last; None where no weekday is chosen.

    Only that one is ever begun: whatever a machine slept over before is made up for by it.
    """
    today = now.astimezone(zone).date()
    for back in range(8):
        day = today - timedelta(days=back)
        # In UTC: moments of one zone are compared by their clocks' faces, wrongly where they change.
        if day.weekday() in weekdays and (due := due_at(day, minute, zone)) <= now.astimezone(UTC):
            return day, due
    return None


def next_due(
    minute: int, weekdays: Collection[int], zone: ZoneInfo, now: datetime
) -> datetime | None:
    """The moment after now at which a run is due."""
    today = now.astimezone(zone).date()
    for ahead in range(9):
        day = today + timedelta(days=ahead)
        if day.weekday() in weekdays and (due := due_at(day, minute, zone)) > now.astimezone(UTC):
            return due
    return None
