"""Small discourtesies: one is nothing, several together are something."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from seen import ago, seen


def badly(days: int) -> dict[str, Any]:
    row = {"visit_id": f"V{days}", "account_id": "A", "on": ago(days), "staff_id": "S"}
    return {**row, "kind": "visited_us", "received_well": False}


def mood(days: int, low: int) -> dict[str, Any]:
    return badly(days) | {"kind": "visit", "received_well": None, "mood": low}


def complaint(days: int, kind: str) -> dict[str, Any]:
    opened = datetime.combine(ago(days), time(9), UTC)
    solved = datetime.combine(ago(days), time(15), UTC)
    row = {"complaint_id": f"C{days}", "account_id": "A", "kind": kind, "severity": 1}
    return {**row, "opened_at": opened, "first_answer_at": solved, "solved_at": solved}


def test_discourtesies_are_several_within_half_a_year() -> None:
    assert seen("discourtesies", visits=[badly(100)]) == []
    (row,) = seen("discourtesies", visits=[badly(100), badly(40)])
    assert (row["since"], row["strength"]) == (ago(40), 0.5)
    assert row["data"] == {"times": 2, "last_on": str(ago(40))}
    assert row["rows"] == [["visits", "V40"], ["visits", "V100"]]
    assert seen("discourtesies", visits=[badly(300), badly(40)]) == []


def test_discourtesies_add_up_over_kinds() -> None:
    small: dict[str, Any] = {
        "visits": [mood(100, -2), mood(90, 2)],
        "complaints": [complaint(80, "invoice"), complaint(70, "quality")],
    }
    late = {"request_id": "R", "account_id": "A", "raised_on": ago(90), "text": "x"}
    small["requests"] = [late | {"answer_due_on": ago(60), "answered_on": ago(40)}]
    assert seen("discourtesies", **small) == []  # one point: moods are no discourtesies
    small["complaints"].append(complaint(30, "conduct"))
    (row,) = seen("discourtesies", **small)
    assert (row["since"], row["strength"], row["data"]["times"]) == (ago(30), 2 / 4, 3)


def test_discourtesies_begin_anew_after_a_quiet_time() -> None:
    visits = [badly(d) for d in (600, 590, 200, 190, 180)]
    first, second = seen("discourtesies", visits=visits)
    assert (first["since"], first["strength"]) == (ago(590), 0.5)
    assert (second["since"], second["strength"]) == (ago(190), 0.75)


def test_a_question_answered_late_is_a_discourtesy() -> None:
    slow = complaint(60, "question") | {"first_answer_at": None, "solved_at": None}
    assert seen("discourtesies", visits=[badly(50)], complaints=[slow]) == []  # a point and a half
    slower = slow | {"complaint_id": "D"}
    (row,) = seen("discourtesies", visits=[badly(50)], complaints=[slow, slower])
    assert row["data"]["times"] == 3
