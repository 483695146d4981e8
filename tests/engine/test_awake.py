"""Idle days are taken out of a silence, and out of nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from mainstay.core.calendar import Calendar
from mainstay.engine.awake import Unsupplied, awake
from mainstay.engine.panel import Slice
from mainstay.standing.history import days_of
from mainstay.standing.rhythm import Rhythm
from mainstay.standing.season import Season
from mainstay.standing.supply import Missed, Supply

ON = date(2025, 3, 3)  # a Monday
AT = days_of(ON)
SHUT = Calendar((), ((ON - timedelta(days=20), ON - timedelta(days=11)),))
NOTHING = pa.table(
    {"name": pa.array([], pa.string()), "week": pa.array([], pa.int64()), "missing": []}
)


def cut(*silent: int, orders: int = 5) -> Slice:
    """Accounts whose last order day lies so many days before the date."""
    last = np.array([AT - 1 - days for days in silent], np.int32)
    first = last - (100 if orders > 1 else 0)
    columns = {
        "first_day": first,
        "last_day": last,
        "order_days": np.full(len(last), orders, np.int32),
    }
    return Slice(ON, np.arange(len(last)), columns)


def season(calendar: Calendar) -> Season:
    weeks = [ON - timedelta(weeks=w) for w in range(20, 0, -1)]
    totals = pa.table({"week": weeks, "order_days": [5] * 20})
    return Season.of(totals, ON, calendar=calendar)


def unsupplied(**weeks: float) -> Unsupplied:
    """By account, what was missing in the last week but one."""
    rows = pa.table(
        {"name": list(weeks), "week": [AT - 14] * len(weeks), "missing": list(weeks.values())}
    )
    return Unsupplied(Supply(Missed.of(rows), Missed.of(NOTHING)), ["a", "b", "c", "d"])


def silent(seen: Slice) -> list[int]:
    return [AT - 1 - int(day) for day in seen["last_day"]]


def test_without_a_calendar_and_a_table_nothing_moves() -> None:
    one = cut(3, 30)
    assert awake(one, season(Calendar())).cut is one


def test_closed_days_are_no_silence() -> None:
    found = awake(cut(3, 15, 30, 80), season(SHUT))
    # .05 of each of ten closed days counts: nine and a half are taken, in whole days.
    assert silent(found.cut) == [3, 11, 21, 71]
    assert (found.cut["first_day"] == cut(3, 15, 30, 80)["first_day"]).all()


def test_what_we_could_not_deliver_is_no_silence() -> None:
    found = awake(cut(30, 30, 10, 2), season(Calendar()), unsupplied(a=0.95, c=0.5, d=0.95))
    assert silent(found.cut) == [24, 30, 9, 2]
    limits = Rhythm(*(np.full(4, 20.0) for _ in "1234"))
    assert found.rhythm(limits).late_after_days.tolist() == [14.0, 20.0, 19.0, 20.0]


def test_who_ordered_once_has_no_time_between_orders() -> None:
    found = awake(cut(30, orders=1), season(SHUT)).cut
    assert silent(found) == [21]
    assert found["first_day"].tolist() == found["last_day"].tolist()


def test_of_the_year_and_of_a_horizon_what_could_be_delivered() -> None:
    short = unsupplied(b=0.5)
    assert short.delivered(cut(1, 1)) == pytest.approx([1.0, 1.0 - 3.5 / 364])
    left = short.left(np.array([0, 1]), AT - 21, np.array([91.0, 14.0]))
    assert left == pytest.approx([1.0, 0.75])
