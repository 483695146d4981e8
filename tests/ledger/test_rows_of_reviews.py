"""What no review can say, from a file or in memory; and what they answered themselves, which stays."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from mainstay.core.errors import InvalidSetting
from mainstay.ledger.fact_records import Recording
from mainstay.ledger.ledger import Ledger

HEAD = "review_id,account_id,opened_on,kind,"
GOOD = "R0,A,2024-05-01,lost,"
# Columns and their values of a row that can't be, and why it is set aside.
WRONG = [
    ("root_cause,second_cause", "delivery.late,delivery.late", "cause_twice"),
    ("nothing_found,root_cause", "yes,delivery.late", "cause_and_none"),
    ("nothing_found,second_cause", "yes,delivery.late", "cause_and_none"),
    ("second_cause", "delivery.late", "second_alone"),
    ("confirmed_on", "2024-05-03", "confirmed_nothing"),
    ("natural,root_cause", "yes,competitor.price", "natural_otherwise"),
    (
        "natural,root_cause,second_cause",
        "yes,own_business.closed,delivery.late",
        "natural_otherwise",
    ),
    ("salesperson_id,interviewed_by", "S1,S1", "asked_by_own"),
    ("onset_on", "1901-01-01", "date_out_of_range"),
    ("interviewed_on", "1950-01-01", "date_out_of_range"),
    ("interviewed_on", "2024-04-30", "ends_before_it_begins"),
    ("root_cause,confirmed_on", "delivery.late,2024-04-30", "ends_before_it_begins"),
    ("change_due_on", "1990-01-01", "ends_before_it_begins"),
    ("changed_on", "2024-04-30", "ends_before_it_begins"),
]
RIGHT = [
    ("root_cause,second_cause", "delivery.late,product.quality"),
    ("nothing_found,confirmed_on", "yes,2024-05-03"),
    ("natural,root_cause", "yes,own_business.closed"),
    ("natural,nothing_found", "yes,yes"),
    ("salesperson_id,interviewed_by", "S1,S2"),
    ("onset_on,interviewed_on,change_due_on", "2022-05-01,2024-05-01,2024-09-01"),
]


@pytest.mark.parametrize(("columns", "values", "reason"), WRONG)
def test_a_review_that_contradicts_itself_is_set_aside(
    load: Any, file: Any, book: Ledger, columns: str, values: str, reason: str
) -> None:
    empty = "," * values.count(",")
    text = f"{HEAD}{columns}\n{GOOD}{empty}\nR1,A,2024-05-01,lost,{values}\n"
    report = load(file(text), table="reviews")
    assert report.rows_set_aside == {reason: 1}
    assert any("et aside" in str(line) and "1." in str(line) for line in report.lines())
    assert book.facts.known("reviews")["review_id"].to_pylist() == ["R0"]


@pytest.mark.parametrize(("columns", "values"), RIGHT)
def test_a_review_that_can_be_is_taken(load: Any, file: Any, columns: str, values: str) -> None:
    report = load(file(f"{HEAD}{columns}\nR1,A,2024-05-01,lost,{values}\n"), table="reviews")
    assert (report.rows_taken, report.rows_set_aside) == (1, {})


def test_in_memory_it_is_refused() -> None:
    orders = pa.table({"account_id": ["A"], "ordered_on": [dt.date(2024, 1, 1)], "amount": [1.0]})

    def given(**also: Any) -> pa.Table:
        row = {"review_id": "R1", "account_id": "A", "opened_on": dt.date(2024, 5, 1)}
        return pa.Table.from_pylist([row | {"kind": "lost", **also}, row | {"kind": "lost"}])

    with pytest.raises(InvalidSetting, match="Row 1 of “reviews” contradicts itself in “nothing_f"):
        Ledger.from_tables(
            order_lines=orders, reviews=given(nothing_found=True, root_cause="delivery.late")
        )
    with pytest.raises(InvalidSetting, match="“onset_on” of “reviews” is too long ago"):
        Ledger.from_tables(order_lines=orders, reviews=given(onset_on=dt.date(1901, 1, 1)))
    with pytest.raises(InvalidSetting, match="“confirmed_on” of “reviews” is before the day"):
        Ledger.from_tables(
            order_lines=orders,
            reviews=given(root_cause="delivery.late", confirmed_on=dt.date(2024, 4, 1)),
        )
    Ledger.from_tables(order_lines=orders, reviews=given(root_cause="delivery.late"))


def test_no_file_writes_over_what_they_answered_themselves(
    load: Any, file: Any, book: Ledger
) -> None:
    answered = {
        "review_id": "R1",
        "account_id": "A",
        "opened_on": dt.date(2024, 5, 1),
        "kind": "lost",
        "customer_reason": "delivery.late",
        "customer_text": "Three weeks",
        "interview_way": "survey",
        "interviewed_on": dt.date(2024, 5, 3),
    }
    schema = book.facts.known("reviews").schema
    wanted = pa.schema([field for field in schema if field.name in answered])
    rows = pa.Table.from_pylist([answered], schema=wanted)
    now = dt.datetime(2024, 5, 4, tzinfo=dt.UTC)
    book.facts.append_all({"reviews": rows}, Recording("desk", now, assumed=False))
    head = f"{HEAD}customer_reason,customer_text,interview_way,interviewed_on,why_1\n"
    other = "R1,A,2024-05-01,lost,competitor.price,Cheaper,call,2024-05-02,\n"
    nothing = "R1,A,2024-05-01,lost,,,,,\n"
    for row in (other, nothing):
        report = load(file(head + row + "R2,B,2024-05-01,lost,,,,,\n"), table="reviews")
        assert report.rows_set_aside == {"over_survey": 1}
    same = "R1,A,2024-05-01,lost,delivery.late,Three weeks,survey,2024-05-03,They waited\n"
    assert load(file(head + same), table="reviews").rows_taken == 1
    (known,) = [r for r in book.facts.known("reviews").to_pylist() if r["review_id"] == "R1"]
    assert (known["customer_text"], known["why_1"]) == ("Three weeks", "They waited")


def test_staff_and_complaints_are_held_to_the_order_of_their_days(load: Any, file: Any) -> None:
    staff = "staff_id,name,joined_on,left_on\nS1,Kim,2024-05-01,2024-04-01\nS2,Li,2024-05-01,\n"
    assert load(file(staff), table="staff").rows_set_aside == {"ends_before_it_begins": 1}
    for step in ("first_answer_at", "on_site_at"):
        text = (
            f"complaint_id,account_id,opened_at,{step}\n"
            "C1,A,2024-05-02 09:00,2024-05-01 10:00\n"
            "C2,A,2024-05-02 09:00,2024-05-02\n"  # a day without its time
        )
        report = load(file(text), table="complaints")
        assert (report.rows_taken, report.rows_set_aside) == (1, {"ends_before_it_begins": 1})


@pytest.mark.parametrize(
    ("columns", "values", "taken"),
    [
        ("interviewed_on,interviewed_by", "2024-05-10,S2", False),  # the manager
        ("interviewed_on,interviewed_by", "2024-05-10,S3", False),  # stands in, from that day
        ("interviewed_on,interviewed_by", "2024-05-09,S3", True),
        ("interviewed_on,interviewed_by", "2024-05-21,S3", True),
        ("interviewed_by", "S2", False),  # no day: that of the review
        ("interviewed_on,interviewed_by", "2024-05-10,S4", True),  # serves them
        ("interviewed_on,interviewed_by", "2024-05-10,S5", True),  # sells to others
        ("interviewed_on", "2024-05-10", True),
    ],
)
def test_a_talk_by_whoever_sells_to_them_or_stands_in_is_set_aside(
    load: Any, file: Any, columns: str, values: str, taken: bool
) -> None:
    assignments = (
        "account_id,staff_id,role,from,to\n"
        "A,S2,manager,2020-01-01,\nA,S3,deputy,2024-05-10,2024-05-20\n"
        "A,S4,service,2020-01-01,\nB,S5,manager,2020-01-01,\n"
    )
    load(file(assignments, "a.csv"), table="assignments")
    empty = "," * values.count(",")
    text = f"{HEAD}{columns}\n{GOOD}{empty}\nR1,A,2024-05-01,lost,{values}\n"
    report = load(file(text), table="reviews")
    assert report.rows_set_aside == ({} if taken else {"asked_by_own": 1})


CONFIRMED = "review_id,account_id,opened_on,kind,onset_on,root_cause,confirmed_on,confirmed_by\n"


def test_of_one_loss_the_cause_that_was_confirmed_first_stands(
    load: Any, file: Any, book: Ledger
) -> None:
    first = "R1,A,2023-05-01,lost,2023-03-01,delivery.late,2023-05-03,\n"
    load(file(CONFIRMED + first, "first.csv"), table="reviews")
    rows = (
        "R2,A,2023-06-01,slipping,2023-04-01,competitor.price,2023-06-03,\n"  # the same loss
        "R3,A,2023-06-01,lost,2023-04-01,delivery.late,2023-06-03,\n"  # the same cause
        "R4,A,2022-06-01,lost,2022-04-01,competitor.price,2022-06-03,\n"  # another loss
        "R5,B,2023-06-01,lost,2023-04-01,competitor.price,2023-06-03,\n"  # of two in a file
        "R6,B,2023-06-01,lost,2023-04-01,product.fit,2023-06-02,\n"  # the first confirmed
        "R7,A,2023-06-01,lost,2023-04-01,product.fit,,\n"  # not confirmed
    )
    report = load(file(CONFIRMED + rows), table="reviews")
    assert report.rows_set_aside == {"confirmed_otherwise": 2}
    assert {"R1", "R3", "R4", "R6", "R7"} == set(
        book.facts.known("reviews")["review_id"].to_pylist()
    )
    # Who corrects a review sends it again under its number.
    again = first.replace("delivery.late", "product.fit").replace("R1", "R6").replace(",A,", ",B,")
    assert load(file(CONFIRMED + again), table="reviews").rows_taken == 1


def test_nobody_confirms_whom_nobody_knows(load: Any, file: Any) -> None:
    row = "R{n},A{n},2024-05-01,lost,2024-03-01,delivery.late,2024-05-03,{who}\n"
    rows = [row.format(n=n, who=who) for n, who in enumerate(("S1", "GHOST", ""))]
    assert load(file(CONFIRMED + rows[1]), table="reviews").rows_taken == 1  # nobody is known yet
    load(file("staff_id,name\nS1,Kim\n"), table="staff")
    other = row.format(n=4, who="NOBODY")
    report = load(file(CONFIRMED + rows[0] + other + rows[2]), table="reviews")
    assert report.rows_set_aside == {"confirmed_by_nobody": 1}


def test_no_fall_begins_where_nothing_was_bought(load: Any, file: Any) -> None:
    lines = "account_id,ordered_on,amount\nA,2022-01-10,5\nA,2023-01-10,5\n"
    load(file(lines, "lines.csv"), table="order_lines")
    head = "review_id,account_id,opened_on,kind,onset_on\n"
    rows = (
        "R1,A,2024-05-01,lost,2021-12-01\nR2,A,2024-05-01,lost,2024-04-01\n"
        "R3,A,2024-05-01,lost,2023-03-01\nR4,B,2024-05-01,lost,2019-01-01\n"
    )
    assert load(file(head + rows), table="reviews").rows_set_aside == {"onset_elsewhere": 2}
