"""When complaints are due, against NumPy's working days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest
from seen import Rows, ago, ledger_of, view_of

from mainstay.causes.clocks import CLOCKS, WORKED_HOURS
from mainstay.core.service_standards import BUILT_IN
from mainstay.standing.service.standards import MOST_HOURS, standards

FORTNIGHT = [ago(60 - n) for n in range(14)]


def clocks(own: Rows) -> Rows:
    complaints = [
        {
            "complaint_id": str(n),
            "account_id": "A",
            "opened_at": datetime.combine(day, time(23, 30), UTC),
            "kind": "invoice",
            "severity": 1,
        }
        for n, day in enumerate(FORTNIGHT)
    ]
    view = view_of(ledger_of({"complaints": complaints, "service_standards": own}), ["A"])
    query = f"with {CLOCKS} select * from clocks order by opened_on"
    return view.sql(query, standards=standards(view)).to_pylist()


@pytest.mark.parametrize("hours", [1.0, 9.0, 10.0, 40.0, 80.0, 450.0])
def test_due_days_are_working_days(hours: float) -> None:
    own = {"kind": "invoice", "severity": 1, "answer_within": hours, "solve_within": 2 * hours}
    rows = clocks([own])
    assert [row["opened_on"] for row in rows] == FORTNIGHT

    def due(day: date, hours: float) -> date:
        days = int(np.ceil(hours / WORKED_HOURS))
        found: date = np.busday_offset(np.datetime64(day), days, roll="forward").item()
        return found

    assert [row["answer_due"] for row in rows] == [due(day, hours) for day in FORTNIGHT]
    assert [row["solve_due"] for row in rows] == [due(day, 2 * hours) for day in FORTNIGHT]


def test_around_the_clock_is_in_days() -> None:
    own = {"kind": "invoice", "severity": 1, "answer_within": 24.0, "solve_within": 49.0}
    rows = clocks([own | {"calendar": "always"}])
    assert [row["answer_due"] for row in rows] == [d + timedelta(days=1) for d in FORTNIGHT]
    assert [row["solve_due"] for row in rows] == [d + timedelta(days=3) for d in FORTNIGHT]


def test_ours_hold_where_the_company_has_written_none_that_can_be() -> None:
    for own in (
        [],
        [{"kind": "invoice", "severity": 1, "answer_within": 0.0, "solve_within": 9.0}],
    ):
        row = clocks(own)[0]
        ours = BUILT_IN["invoice", 1]
        assert (row["answer"], row["solve"], row["always"]) == (
            ours.answer,
            ours.solve,
            ours.always,
        )


def test_a_standard_beyond_all_years_breaks_nothing() -> None:
    own = {"kind": "invoice", "severity": 1, "answer_within": 1e15, "solve_within": 1e300}
    assert clocks([own])[0]["solve"] == MOST_HOURS
