"""How we serve: every figure beside one that was reckoned by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np
import pytest
from seen import AS_OF, Rows, ago, ledger_of, view_of

from mainstay.core.settings import Settings
from mainstay.core.texts import Text
from mainstay.core.working_time import between
from mainstay.standing.known import Known
from mainstay.standing.service import measure
from mainstay.standing.service.elapsed import Elapsed, micros
from mainstay.standing.survival import quantiles

SOLD = [{"account_id": "A", "ordered_on": ago(500), "amount": 1, "product_id": "P"}]
MONDAY = 16  # so many days before AS_OF is a Monday


def at(days: int, hour: float) -> datetime:
    """An hour of the day so many days ago."""
    begin = datetime.combine(ago(days), time(), UTC)
    return begin + timedelta(hours=hour)


def complaint(
    days: int, answer: float | None = 1.0, solve: float | None = 2.0, **also: Any
) -> dict[str, Any]:
    """Opened at nine so many days ago, answered and solved so many hours after; delivery, severity 1:
    answered within 8 and solved within 40 working hours."""
    opened = at(days, 9)
    row = {
        "complaint_id": f"C{days}-{answer}-{solve}-{also.get('account_id', 'A')}",
        "account_id": "A",
        "opened_at": opened,
        "kind": "delivery",
        "severity": 1,
        "first_answer_at": None if answer is None else opened + timedelta(hours=answer),
        "solved_at": None if solve is None else opened + timedelta(hours=solve),
    }
    return {**row, **also}


def measured(accounts: Any = ("A",), **tables: Rows) -> dict[str, Rows]:
    """All tables of what is measured, and the card."""
    found = measure(view_of(ledger_of({"order_lines": SOLD, **tables}), accounts))
    return {
        **{name: table.to_pylist() for name, table in found.tables.items()},
        "card": found.card.to_pylist(),
    }


def one(**tables: Rows) -> dict[str, Any]:
    (row,) = measured(**tables)["service"]
    return dict(row)


def card(**tables: Rows) -> dict[str, Any]:
    (row,) = measured(**tables)["card"]
    for name in ("told", "mend"):
        row[name] = str(Text.from_json(json.loads(row[name]))) if row[name] else None
    return row


def test_answers_and_solutions_are_counted_in_working_time() -> None:
    assert ago(MONDAY).isoweekday() == 1
    friday = complaint(MONDAY + 3, 4, 73)  # answered at 13:00, solved on Monday at 10:00
    row = measured(complaints=[friday])["service_complaints"][0]
    assert (row["answer_hours"], row["solve_hours"]) == (4.0, 10.0)
    assert (row["answer_met"], row["solve_met"], row["in_time"], row["at_first"]) == (True, True, True, False)  # fmt: skip
    round_the_clock = complaint(MONDAY + 3, 4, 73, severity=3)  # 2 hours and 48, day and night
    row = measured(complaints=[round_the_clock])["service_complaints"][0]
    assert (row["answer_hours"], row["solve_hours"], row["in_time"]) == (4.0, 73.0, False)
    # The company's own standard, and its own hours.
    own = [{"kind": "delivery", "severity": 1, "answer_within": 3.0, "solve_within": 20.0, "calendar": "hours"}]  # fmt: skip
    row = measured(complaints=[friday], service_standards=own)["service_complaints"][0]
    assert (row["answer_met"], row["solve_met"]) == (False, True)


def test_what_is_open_counts_once_it_is_late_and_as_waiting_in_the_times() -> None:
    late, young = complaint(40, None, None), complaint(1, None, None, opened_at=at(1, 15))
    row = one(complaints=[late, young, complaint(60, 2, 5), complaint(70, 4, 6)])
    assert (row["complaints"], row["in_time_n"], row["in_time_done"]) == (4, 3, 2)
    assert (row["open"], row["overdue"], row["overdue_since"]) == (2, 1, late["opened_at"])
    # Times 2, 4, and two that wait: half are answered after 4 hours, not after (2 + 4) / 2.
    assert row["answer_median"] == 4.0
    assert one(complaints=[late, complaint(60, 2, 5), complaint(33, None, None)])["answer_median"] is None  # fmt: skip
    # Severity 2: somebody was there before an answer was written down.
    there = complaint(50, None, 6, severity=2, on_site_at=at(50, 10))
    assert measured(complaints=[there])["service_complaints"][0]["answer_hours"] == 1.0


def test_complaints_in_time_are_counted_by_whole_quarters_of_two_years() -> None:
    found = measured(
        complaints=[complaint(40, None, None), complaint(400, 2, 5), complaint(725, 2, 5)]
    )
    told = [(str(row["begins"]), row["solutions"], row["solved"]) for row in found["service_kept"]]
    assert told == [("2025-04-01", 1, 1), ("2026-04-01", 1, 0)]


def test_solved_with_the_first_answer() -> None:
    rows = [complaint(50, 2, 2.5), complaint(51, None, 3), complaint(52, 1, 30), complaint(53, 1, None)]  # fmt: skip
    row = one(complaints=rows)
    assert (row["first_n"], row["first_done"], row["at_first"]) == (4, 2, 0.5)


def test_a_contact_is_proactive_where_nothing_was_asked_before() -> None:
    def visit(days: int, kind: str = "visit", **also: Any) -> dict[str, Any]:
        return {"visit_id": f"V{days}", "account_id": "A", "on": ago(days), "staff_id": "S", "kind": kind, **also}  # fmt: skip

    asked = {"request_id": "R", "account_id": "A", "raised_on": ago(20), "text": "A", "visit_id": "V20"}  # fmt: skip
    row = one(
        complaints=[complaint(100)],
        requests=[asked, {**asked, "request_id": "R2", "raised_on": ago(90), "visit_id": None}],
        visits=[
            visit(20),  # asked in the visit itself: proactive
            visit(10, "call"),  # within 14 days after it
            visit(86),  # after what they complained of and asked for
            visit(70, "message"),
            visit(50, "visited_us"),  # theirs
            visit(49, "service_call"),
        ],
    )
    assert (row["contacts"], row["proactive"]) == (4, 2)


def test_requests_by_their_day() -> None:
    def request(n: int, due: int | None, answered: int | None) -> dict[str, Any]:
        days = {"answer_due_on": due, "answered_on": answered}
        return {"request_id": f"R{n}", "account_id": "A", "raised_on": ago(60), "text": str(n),
                **{name: day if day is None else ago(day) for name, day in days.items()}}  # fmt: skip

    rows = [request(1, 30, 30), request(2, 30, 29), request(3, 30, None), request(4, -5, None), request(5, None, None)]  # fmt: skip
    row = one(requests=rows)
    assert (row["requests"], row["request_n"], row["request_met"]) == (5, 3, 1)


def opinion(days: int, answered: int | None = None, **answers: Any) -> dict[str, Any]:
    row = {"opinion_id": f"O{days}", "account_id": "A", "complaint_id": "C", "asked_on": ago(days)}
    return {**row, "answered_on": None if answered is None else ago(answered), **answers}


def test_who_does_not_answer_counts_and_what_is_low_is_told() -> None:
    fine = {"was_solved": 5, "was_quick": 4, "was_treated_well": 5, "would_stay": 5}
    low = {**fine, "was_quick": 2}
    rows = [opinion(80), opinion(60, 58, **fine), opinion(40, 30, **low), opinion(5)]
    row = one(opinions=rows)
    assert (row["asked"], row["opinion_n"], row["answered"], row["low"]) == (4, 3, 2, 1)
    assert row["unanswered"] == pytest.approx(1 / 3)
    assert (row["was_quick_sum"], row["was_quick_n"]) == (6, 2)
    assert (row["low_answer"], row["low_question"], row["silent"]) == (2, "was_quick", 0)
    told = card(opinions=rows)
    assert told["standing"] == "watch"
    assert told["mend"].startswith("Asked whether it was quick enough, they answered 2 of 5.")
    silent = card(opinions=[opinion(80, 78, **low), opinion(60, 50, **fine), opinion(40), opinion(20)])  # fmt: skip
    assert silent["mend"].startswith("Asked 2 times, they did not answer.")


def test_the_card() -> None:
    late = [complaint(days, 20, 300) for days in (30, 40, 50)]
    told = card(complaints=[*late, *[complaint(days) for days in (60, 70)]])
    assert (told["standing"], told["measure"], told["promised"]) == ("poor", 0.4, 1.0)
    assert told["told"] == (
        "Of 5 complaints in half a year, 40% were answered and solved within Mainstay's standard."
    )
    assert told["mend"] == "Solutions came late most: 3 of 5. Find what they waited for, and mend it before the next."  # fmt: skip
    opened = card(complaints=[*late, complaint(60), complaint(1, 1, None)])
    assert "Open now: 1." in opened["mend"]
    chance = card(complaints=[late[0], complaint(60), complaint(70)])
    assert chance["standing"] == "watch"  # one of three is chance
    good = card(complaints=[complaint(days) for days in (30, 40, 50)])
    assert (good["standing"], good["urgency"], good["mend"]) == ("good", 0.0, None)
    few = card(complaints=[complaint(30)])
    assert (few["standing"], few["measure"]) == ("unknown", None)
    open_one = card(complaints=[complaint(60, 1, None)])
    assert "the oldest since" in open_one["mend"]


def test_nothing_that_was_recorded_later_counts() -> None:
    rows = {"complaints": [complaint(40, None, None), complaint(60)], "opinions": [opinion(40)]}
    later = {
        "complaints": [
            {**complaint(40, 1, 2), "complaint_id": rows["complaints"][0]["complaint_id"], "recorded": ago(-1)},
            {**complaint(30), "recorded": ago(-2)},
        ],
        "opinions": [{**opinion(40, 38, was_solved=1), "recorded": ago(-1)}],
    }  # fmt: skip
    both = {name: rows[name] + later[name] for name in rows}
    assert measured(**both) == measured(**rows)
    # What happens on the day itself or later is not known, though somebody has written it down.
    ahead = {"complaints": [complaint(3, 24 * 5, 24 * 6), complaint(-1)], "opinions": [opinion(40, -1, was_solved=1)]}  # fmt: skip
    plain = {"complaints": [{**complaint(3, None, None), "complaint_id": ahead["complaints"][0]["complaint_id"]}], "opinions": [opinion(40)]}  # fmt: skip
    assert measured(**ahead) == measured(**plain)


def test_by_kind_severity_size_and_what_each_has_in_hand() -> None:
    accounts = [{"account_id": "A", "size_class": "large", "manager_id": "S1"}, {"account_id": "B", "size_class": "small"}]  # fmt: skip
    rows = [complaint(30), complaint(120, 30, 300), complaint(40, None, None, owner_id="S2"),
            complaint(201, 3, 4, account_id="B", kind="question"), complaint(20, 1, None)]  # fmt: skip
    found = measured(accounts, complaints=rows, requests=[{"request_id": "R", "account_id": "A", "raised_on": ago(10), "text": "x"}])  # fmt: skip
    by = {(r["by"], r["name"], r["quarter"]): r for r in found["service_groups"]}
    assert by["all", "all", -1]["complaints"] == 4
    assert by["all", "all", -2]["complaints"] == by["size", "small", 2]["complaints"] == 1
    assert by["kind", "question", 2]["answer_q50"] == 3.0
    assert by["severity", "1", 0]["complaints"] == 3
    spread = {(r["what"], r["bucket"]): (r["done"], r["open"]) for r in found["service_spread"]}
    assert spread["answer", 0] == (2, 0)
    assert spread["answer", 7] == (0, 1)
    load = {r["staff_id"]: (r["complaints"], r["requests"], r["waiting_days"]) for r in found["service_load"]}  # fmt: skip
    assert load == {"S1": (1, 1, 30), "S2": (1, 0, 40)}


def test_nothing_known_is_nothing_measured() -> None:
    assert measured() == {"card": []}


def test_elapsed_agrees_with_the_clocks_of_the_desk() -> None:
    rng = np.random.default_rng(3)
    settings = Settings(
        working_hours="mon 09:00-18:00, wed 09:00-00:00, sat 10:00-12:30, break 12:00-13:00",
        days_off="TW: 2026-03-04, +2026-03-08",
        time_zone="Europe/Berlin",
    )
    calendar = settings.working_time.calendar("TW")
    first = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [[first + timedelta(minutes=int(m)) for m in rng.integers(0, 60 * 24 * 150, 60)] for _ in "ab"]  # fmt: skip
    start, end = (np.array([micros(m) for m in row], np.int64) for row in moments)
    found = Elapsed(calendar, first, first + timedelta(days=150)).hours(start, end)
    wanted = [between(a, b, calendar) / timedelta(hours=1) for a, b in zip(*moments, strict=True)]
    assert found == pytest.approx(wanted)


def test_quantiles_of_a_published_example() -> None:
    # Remission of leukaemia under 6-MP: Freireich et al. (1963), as in Klein & Moeschberger: the median is 23 weeks.
    told = [
        "6",
        "6",
        "6",
        "6+",
        "7",
        "9+",
        "10",
        "10+",
        "11+",
        "13",
        "16",
        "17+",
        "19+",
        "20+",
        "22",
        "23",
        "25+",
        "32+",
        "32+",
        "34+",
        "35+",
    ]
    weeks = np.array([float(t.rstrip("+")) for t in told])
    done = np.array(["+" not in t for t in told])
    placebo = np.array([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23.0])
    group = np.repeat([0, 2], 21)  # and one of which nothing is known
    found = quantiles(
        group, np.concatenate([weeks, placebo]), np.concatenate([done, np.ones(21, bool)]), (0.25, 0.5), 3
    )  # fmt: skip
    assert found[0].tolist() == [13.0, 23.0]
    assert found[2].tolist() == [4.0, 8.0]
    assert np.isnan(found[1]).all()


def test_the_settings_say_when_silence_is_an_answer() -> None:
    book = ledger_of({"order_lines": SOLD, "opinions": [opinion(20)]})
    for days, unanswered in ((14, 1), (30, 0)):
        view = view_of(book, ["A"])
        known = Known(
            book, AS_OF, view.accounts, view.categories, settings=Settings(opinion_days=days)
        )
        (row,) = measure(known).tables["service"].to_pylist()
        assert row["opinion_n"] - row["answered"] == unanswered
