"""The clocks, against moments found by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from mainstay.core.errors import InvalidSetting
from mainstay.core.holidays import BUILT_IN, ClosedDays, code_of, parse
from mainstay.core.service_standards import Standard
from mainstay.core.working_time import WorkCalendar, WorkingTime, between, due
from mainstay.desk.complaints.clock import (
    Happened,
    State,
    next_step,
    steps,
)

TAIPEI, BERLIN = ZoneInfo("Asia/Taipei"), ZoneInfo("Europe/Berlin")
OFFICE = (time(9), time(18))
WEEK = (OFFICE,) * 5 + (None, None)


def calendar(zone: ZoneInfo = TAIPEI, holidays: str = "", week: tuple = WEEK) -> WorkCalendar:
    return WorkCalendar(week, parse(holidays), zone)


def at(text: str, zone: ZoneInfo = TAIPEI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


# 2026-03-02 is a Monday.
@pytest.mark.parametrize(
    ("opened", "hours", "expected"),
    [
        ("2026-03-02 10:00", 4, "2026-03-02 14:00"),
        ("2026-03-02 16:00", 4, "2026-03-03 11:00"),  # 2 h today, 2 h tomorrow
        ("2026-03-02 09:00", 9, "2026-03-02 18:00"),  # a whole day ends with it
        ("2026-03-06 17:30", 1, "2026-03-09 09:30"),  # Friday evening, Monday morning
        ("2026-03-07 12:00", 2, "2026-03-09 11:00"),  # on a Saturday
        ("2026-03-03 23:40", 2, "2026-03-04 11:00"),  # at night
        ("2026-03-03 03:00", 2, "2026-03-03 11:00"),  # before the day begins
        ("2026-03-02 09:00", 40, "2026-03-06 13:00"),  # 4 days of 9 h and 4 h more
        ("2026-03-02 10:00", 0.5, "2026-03-02 10:30"),
    ],
)
def test_due_in_working_hours(opened: str, hours: float, expected: str) -> None:
    assert due(at(opened), hours, calendar()) == at(expected)


@pytest.mark.parametrize(
    ("opened", "hours", "expected"),
    [
        ("2026-03-02 10:00", 2, "2026-03-02 12:00"),  # ends with the morning
        ("2026-03-02 10:00", 3, "2026-03-02 14:00"),  # an hour in the afternoon
        ("2026-03-02 12:30", 1, "2026-03-02 14:00"),  # opened in the break
        ("2026-03-02 09:00", 9, "2026-03-03 10:00"),  # a day has 8 hours
    ],
)
def test_no_clock_runs_in_the_break(opened: str, hours: float, expected: str) -> None:
    with_break = replace(calendar(), pause=(time(12), time(13)))
    assert due(at(opened), hours, with_break) == at(expected)
    assert between(at(opened), at(expected), with_break) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("pause", "expected"),
    [
        ((time(8), time(10)), "2026-03-02 11:00"),  # begins before the day does
        ((time(17), time(19)), "2026-03-02 10:00"),  # ends after it
        ((time(6), time(7)), "2026-03-02 10:00"),
    ],
)
def test_a_break_at_the_edge_of_the_day(pause: tuple[time, time], expected: str) -> None:
    edged = replace(calendar(), pause=pause)
    assert due(at("2026-03-02 05:00"), 1, edged) == at(expected)


def test_a_weekend_that_is_worked() -> None:
    # China works on Saturday 14 February 2026 for the days around the New Year, 15 to 23 February.
    text = "2026-02-15 to 2026-02-23, +2026-02-14, +2026-02-28"
    off = parse(text)
    china = WorkCalendar(WEEK, off, TAIPEI, off.worked)
    assert due(at("2026-02-13 17:00"), 2, china) == at("2026-02-14 10:00")
    assert due(at("2026-02-14 17:00"), 2, china) == at("2026-02-24 10:00")
    both = parse("2026-02-02, + 2026-02-02")  # off, and worked all the same
    monday = WorkCalendar(WEEK, both, TAIPEI, both.worked)
    assert due(at("2026-02-02 09:00"), 1, monday) == at("2026-02-02 10:00")


def test_due_around_the_clock_minds_no_weekend() -> None:
    assert due(at("2026-03-06 23:00"), 24, None) == at("2026-03-07 23:00")


def test_holidays_are_passed_over() -> None:
    # Mid-Autumn 2026 is on Friday 25 September; 28 September, a Monday, is Teachers' Day.
    taiwan = calendar(holidays=BUILT_IN["TW"])
    assert due(at("2026-09-24 17:00"), 2, taiwan) == at("2026-09-29 10:00")
    assert due(at("2026-09-24 17:00"), 2, calendar()) == at("2026-09-25 10:00")
    # In Korea the day before and after are off as well, but Monday is not.
    korea = calendar(holidays=BUILT_IN["KR"])
    assert due(at("2026-09-23 17:00"), 2, korea) == at("2026-09-28 10:00")


def test_a_night_shorter_by_an_hour_and_a_day_shorter_by_an_hour() -> None:
    # Berlin goes from 2:00 to 3:00 on Sunday 2026-03-29.
    round_the_clock = due(at("2026-03-28 12:00", BERLIN), 24, None)
    assert round_the_clock.astimezone(BERLIN) == at("2026-03-29 13:00", BERLIN)
    # Office hours on Monday are the same hours on the clock, an hour earlier in truth.
    monday = due(at("2026-03-27 17:00", BERLIN), 2, calendar(BERLIN))
    assert monday == datetime(2026, 3, 30, 8, 0, tzinfo=UTC)  # 10:00 in summer
    nights = ((time(0), time(6)),) * 7
    sunday = due(at("2026-03-29 00:00", BERLIN), 5, calendar(BERLIN, week=nights))
    assert sunday.astimezone(BERLIN) == at("2026-03-29 06:00", BERLIN)  # 0–2 and 3–6: 5 hours
    # And back on Sunday 2026-10-25: from 0:00 to 6:00 there are seven.
    autumn = between(
        at("2026-10-25 00:00", BERLIN),
        at("2026-10-25 06:00", BERLIN),
        calendar(BERLIN, week=nights),
    )
    assert autumn == timedelta(hours=7)


def test_a_day_may_end_at_midnight() -> None:
    late = calendar(week=((time(14), time(0)),) * 7)
    assert due(at("2026-03-02 23:00"), 2, late) == at("2026-03-03 15:00")


def test_a_week_without_work_is_refused() -> None:
    with pytest.raises(InvalidSetting, match="no time to work"):
        due(at("2026-03-02 10:00"), 1, calendar(week=(None,) * 7))


def test_time_between_is_what_due_counts() -> None:
    opened = at("2026-03-06 16:15")
    for hours in (0.25, 1.75, 3, 9, 44.5):
        assert between(opened, due(opened, hours, calendar()), calendar()) == timedelta(hours=hours)
    assert between(opened, opened - timedelta(days=1), calendar()) == timedelta(0)


STANDARD = Standard(answer=4, on_site=9, solve=18)


def stand(now: str, **happened: str) -> dict[str, tuple[State, float, float]]:
    """State, hours left and hours late, by step."""
    told = Happened(at("2026-03-02 10:00"), **{k: at(v) for k, v in happened.items()})
    return {
        step.what: (step.state, step.left / timedelta(hours=1), step.late_by / timedelta(hours=1))
        for step in steps(told, STANDARD, calendar(), at(now))
    }


def test_clocks_run_are_met_and_are_missed() -> None:
    assert stand("2026-03-02 12:00") == {
        "answer": (State.RUNNING, 2, 0),
        "on_site": (State.RUNNING, 7, 0),
        "solve": (State.RUNNING, 16, 0),
    }
    found = stand("2026-03-03 12:00", answered_at="2026-03-02 13:59")
    assert found["answer"] == (State.MET, 0, 0)
    assert found["on_site"] == (State.MISSED, 0, 2)  # due on Tuesday at 10
    assert found["solve"] == (State.RUNNING, 7, 0)  # due on Wednesday at 10


def test_what_was_done_late_stays_late_by_what_the_customer_waited() -> None:
    found = stand("2026-04-01 12:00", answered_at="2026-03-03 09:00", solved_at="2026-03-04 10:00")
    assert found["answer"] == (State.MISSED, 0, 19)  # over night
    assert found["solve"] == (State.MET, 0, 0)
    assert "on_site" not in found  # it was solved without


def test_who_was_there_or_solved_it_has_answered() -> None:
    assert stand("2026-03-02 12:00", on_site_at="2026-03-02 11:00")["answer"][0] is State.MET
    assert stand("2026-03-02 12:00", solved_at="2026-03-02 11:00")["answer"][0] is State.MET


def test_a_clock_warns_when_a_quarter_is_left() -> None:
    def warns(now: str) -> bool:
        (answer, *_) = steps(Happened(at("2026-03-02 10:00")), STANDARD, calendar(), at(now))
        return answer.warns

    assert [warns(f"2026-03-02 {hour}") for hour in ("12:59", "13:00", "13:59", "14:01")] == [
        False, True, True, False,
    ]  # fmt: skip


def test_the_next_step_goes_up_by_quarters() -> None:
    first = next_step(Happened(at("2026-03-02 10:00")), STANDARD, calendar())
    assert first is not None
    assert (first.what, first.due_at) == ("answer", at("2026-03-02 14:00"))
    assert (first.warn_at, first.too_late_at) == (at("2026-03-02 13:00"), at("2026-03-02 15:00"))
    opened, answered = at("2026-03-02 10:00"), at("2026-03-02 11:00")
    then = next_step(Happened(opened, answered_at=answered), STANDARD, calendar())
    assert then is not None
    assert (then.what, then.due_at) == ("on_site", at("2026-03-03 10:00"))
    assert next_step(Happened(opened, solved_at=answered), STANDARD, calendar()) is None


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("12-25", ["2026-12-25", "1999-12-25"], ["2026-12-26"]),
        ("10-01 to 10-07", ["2026-10-01", "2030-10-07"], ["2026-10-08"]),
        ("2026-06-19", ["2026-06-19"], ["2027-06-19"]),
        ("2026-12-28 to 2027-01-02", ["2027-01-01"], ["2026-01-01", "2027-01-03"]),
        ("lunar_new_year -1 to 3", ["2026-02-16", "2026-02-20"], ["2026-02-15", "2026-02-21"]),
        ("easter 1; easter -2", ["2026-04-06", "2026-04-03"], ["2026-04-05"]),
        ("qingming", ["2024-04-04", "2025-04-04", "2026-04-05", "2028-04-04"], ["2026-04-04"]),
        ("", [], ["2026-01-01"]),
    ],
)
def test_the_notation_of_holidays(text: str, inside: list[str], outside: list[str]) -> None:
    found = parse(text)
    assert all(date.fromisoformat(day) in found for day in inside)
    assert not any(date.fromisoformat(day) in found for day in outside)


@pytest.mark.parametrize(
    "text", ["soon", "13-01", "2026-02-30", "10-07 to 10-01", "easter 1 to", "+02-14", "+easter", "++2026-02-14", "2026-01-01 to 2027-01-01", "x" * 9000]
)  # fmt: skip
def test_holidays_that_cannot_be_read_are_named(text: str) -> None:
    with pytest.raises(InvalidSetting, match="holidays can't hold"):
        parse(text)


def test_countries_have_several_names() -> None:
    assert {code_of(name) for name in ("TW", "tw ", "Taiwan", "台灣", "ＴＷ")} == {"TW"}
    assert (code_of("Ruritania"), code_of(None)) == ("RURITANIA", "")
    assert all(isinstance(parse(days), ClosedDays) for days in BUILT_IN.values())


def test_the_settings_say_the_same_as_the_desk() -> None:
    week = ((time(9), time(18)),) * 5 + ((time(9), time(0)), None)
    told = WorkingTime(
        week, {"TW": "01-01,\n10-10", "": "12-25"}, "Asia/Taipei", (time(12), time(13))
    )
    texts = told.texts()
    assert texts["working_hours"].endswith("sat 09:00-00:00, break 12:00-13:00")
    assert texts["days_off"] == "TW: 01-01, 10-10 | *: 12-25"
    read = WorkingTime.of(texts["working_hours"], texts["days_off"], texts["time_zone"])
    for country in ("TW", "DE", None):
        one, other = told.calendar(country), read.calendar(country)
        assert (one.week, one.closed, one.zone, one.pause) == (other.week, other.closed, other.zone, other.pause)  # fmt: skip
    assert read.calendar("KR").closed == parse(BUILT_IN["KR"])  # ours, where they name none


@pytest.mark.parametrize(
    ("hours", "off", "zone"),
    [
        ("mon 9-18", "", "UTC"),
        ("noday 09:00-18:00", "", "UTC"),
        ("mon 18:00-09:00", "", "UTC"),
        ("mon 25:00-26:00", "", "UTC"),
        ("break 12:00-13:00", "", "UTC"),
        ("", "12-25", "UTC"),
        ("", "TW: 99-99", "UTC"),
        ("", "", "Mars/Base"),
        ("", "", "../etc"),
    ],
)
def test_settings_that_make_no_sense_are_refused(hours: str, off: str, zone: str) -> None:
    with pytest.raises(InvalidSetting):
        WorkingTime.of(hours, off, zone)
