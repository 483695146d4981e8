"""Signals from complaints, by the standards of service. AS_OF is a Wednesday."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from seen import Rows, ago, seen


def at(day: date) -> datetime:
    return datetime.combine(day, time(10), UTC)


def complaint(days: int, **more: Any) -> dict[str, Any]:
    row = {"complaint_id": "C", "account_id": "A", "kind": "service", "severity": 2}
    moments = {k: at(ago(v)) for k, v in more.items() if k.endswith("_at")}
    return {**row, "opened_at": at(ago(days)), **more, **moments}


def opened(*rows: dict[str, Any], **tables: Rows) -> Rows:
    return seen("complaint_open", complaints=list(rows), **tables)


def test_complaint_open_begins_a_day_after_the_standard_has_run_out() -> None:
    # Wednesday 35 days ago; 40 hours are five working days: the Wednesday after, 28 days ago.
    (row,) = opened(complaint(35))
    assert (row["since"], row["until"]) == (ago(27), None)
    assert row["strength"] == pytest.approx(0.75)
    assert row["data"]["open_days"] == 35
    assert row["data"]["standard_hours"] == 40
    assert row["rows"] == [["complaints", "C"]]


def test_complaint_open_ends_when_solved_and_weighs_by_severity() -> None:
    (row,) = opened(complaint(42, solved_at=21, severity=1, kind="invoice"))
    # 40 hours again: due 35 days ago, solved 14 days later.
    assert (row["since"], row["until"]) == (ago(34), ago(21))
    assert row["strength"] == pytest.approx(0.5 * 14 / 28)


def test_complaint_open_lets_pass_what_is_a_little_late() -> None:
    assert opened(complaint(28, solved_at=19)) == []  # two days late
    assert len(opened(complaint(28, solved_at=18))) == 1


def test_complaint_open_goes_by_the_companys_own_standard() -> None:
    own = {"kind": "service", "severity": 2, "answer_within": 4.0, "solve_within": 2400.0}
    assert opened(complaint(35), service_standards=[own]) == []
    always = own | {"solve_within": 24.0, "calendar": "always"}
    (row,) = opened(complaint(35), service_standards=[always])
    assert row["since"] == ago(33)


def test_complaint_open_needs_somebody_who_writes_solutions_down() -> None:
    never = [complaint(100 + n, complaint_id=f"C{n}") for n in range(25)]
    assert opened(*never) == []
    assert len(opened(*never, complaint(60, complaint_id="S", solved_at=59))) == 20  # the latest


def test_complaint_open_stands_under_the_products_category() -> None:
    tables = {"products": [{"product_id": "P", "name": "x", "category": "pipes"}]}
    (row,) = opened(complaint(35, product_id="P"), **tables)
    assert row["category"] == "pipes"
    sold = [{"account_id": "A", "ordered_on": ago(9), "amount": 5.0, "product_id": "P"}]
    (row,) = opened(complaint(35, product_id="P"), order_lines=[sold[0] | {"category": "taps"}])
    assert row["category"] == "taps"


def test_contradictions_in_complaints_are_harmless() -> None:
    odd = [
        complaint(30, complaint_id="1", solved_at=40),
        complaint(30, complaint_id="2", first_answer_at=40, solved_at=29),
        complaint(30, complaint_id="3", account_id="nobody"),
        complaint(30, complaint_id="4", kind=None, severity=None, solved_at=29),
    ]
    for name in (
        "complaint_open",
        "complaint_slow",
        "complaint_repeated",
        "complaint_not_accepted",
    ):
        assert seen(name, complaints=odd) == []


def test_complaint_slow_is_far_beyond_the_standard() -> None:
    # Four hours: the working day after, 34 days ago; far beyond three days later.
    (row,) = seen("complaint_slow", complaints=[complaint(35, first_answer_at=27)])
    assert (row["since"], row["until"], row["strength"]) == (ago(31), ago(27), 0.5)
    assert seen("complaint_slow", complaints=[complaint(35, first_answer_at=31)]) == []
    assert seen("complaint_slow", complaints=[complaint(35, solved_at=20)]) == []
    (waits,) = seen("complaint_slow", complaints=[complaint(35)])
    assert (waits["until"], waits["strength"]) == (None, 1.0)


def test_complaint_repeated_is_the_same_again_within_half_a_year() -> None:
    def times(*days: int, **more: Any) -> list[tuple[date, float]]:
        rows = [complaint(d, complaint_id=str(d), **more) for d in days]
        return [(r["since"], r["strength"]) for r in seen("complaint_repeated", complaints=rows)]

    assert times(100, 20, product_id="P") == [(ago(20), 0.5)]
    assert times(100, 60, 20, product_id="P") == [(ago(60), 0.5), (ago(20), 0.75)]
    assert times(203, 20, product_id="P") == []
    assert times(100, 20) == []  # no product: the third time
    assert times(100, 60, 20) == [(ago(20), 0.5)]
    assert times(100, 20, product_id="P", kind="question") == []
    mixed = [
        complaint(100, complaint_id="1", product_id="P", batch="7", kind="quality"),
        complaint(20, complaint_id="2", product_id="P", batch="7", kind="delivery"),
    ]
    (row,) = seen("complaint_repeated", complaints=mixed)
    assert row["rows"] == [["complaints", "2"], ["complaints", "1"]]


def test_complaint_not_accepted_is_solved_by_our_word_alone() -> None:
    told = complaint(30, solved_at=25, accepted_by_customer=False, severity=3)
    (row,) = seen("complaint_not_accepted", complaints=[told])
    assert (row["since"], row["strength"]) == (ago(25), 1.0)
    told["accepted_by_customer"] = None
    assert seen("complaint_not_accepted", complaints=[told]) == []
    assert (
        seen("complaint_not_accepted", complaints=[complaint(30, accepted_by_customer=False)]) == []
    )


def test_ten_thousand_complaints_of_one_account_say_no_more_than_twenty() -> None:
    many = [complaint(40 + n % 300, complaint_id=f"C{n}", solved_at=1) for n in range(300)]
    assert len(opened(*many)) == 20
