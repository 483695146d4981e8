"""When a run is due: through the changes of the clocks, and on chosen days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from mainstay.desk.nightly.schedule import due_at, last_due, next_due

BERLIN, TAIPEI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Taipei")
DAILY = range(7)


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[arg-type, misc]


def test_an_hour_is_that_of_its_zone() -> None:
    assert due_at(date(2026, 3, 2), 120, TAIPEI) == utc(2026, 3, 1, 18)
    now = utc(2026, 3, 1, 18, 5)
    assert last_due(120, DAILY, TAIPEI, now) == (date(2026, 3, 2), utc(2026, 3, 1, 18))
    assert next_due(120, DAILY, TAIPEI, now) == utc(2026, 3, 2, 18)


def test_an_hour_that_the_clocks_skip_comes_once_all_the_same() -> None:
    # 02:30 is not there on 29 March in Berlin: the clocks go from 2 to 3.
    assert due_at(date(2026, 3, 29), 150, BERLIN) == utc(2026, 3, 29, 1, 30)
    assert last_due(150, DAILY, BERLIN, utc(2026, 3, 29, 1, 29)) == (
        date(2026, 3, 28),
        utc(2026, 3, 28, 1, 30),
    )


def test_an_hour_that_comes_twice_counts_once() -> None:
    # 02:30 is there twice on 25 October: at 00:30 and at 01:30 UTC.
    first = (date(2026, 10, 25), utc(2026, 10, 25, 0, 30))
    for minute in (30, 59):
        assert last_due(150, DAILY, BERLIN, utc(2026, 10, 25, 0, minute)) == first
        assert last_due(150, DAILY, BERLIN, utc(2026, 10, 25, 1, minute)) == first
    assert next_due(150, DAILY, BERLIN, utc(2026, 10, 25, 1)) == utc(2026, 10, 26, 1, 30)


def test_on_chosen_days_alone() -> None:
    wednesday = utc(2026, 3, 4, 12)
    assert last_due(120, [0], BERLIN, wednesday) == (date(2026, 3, 2), utc(2026, 3, 2, 1))
    assert next_due(120, [0], BERLIN, wednesday) == utc(2026, 3, 9, 1)
    assert last_due(120, [], BERLIN, wednesday) is None


@pytest.mark.parametrize("day", [date(2026, 3, 2), date(2026, 12, 31)])
def test_a_week_has_seven_runs(day: date) -> None:
    now, found = due_at(day, 0, BERLIN), []
    for _ in range(7):
        found.append(now := next_due(0, DAILY, BERLIN, now) or now)
    assert len(set(found)) == 7
    assert {moment.astimezone(BERLIN).weekday() for moment in found} == set(DAILY)
