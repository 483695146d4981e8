"""Who can do what, and when: as it was known on the day."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from mainstay import Ledger
from mainstay.plays.people import NOBODY, role_of, team_at

MONDAY = date(2026, 3, 2)
LONG_AGO = date(2020, 1, 1)


def days(*values):
    return pa.array(values, pa.date32())


def ledger(absences=None, **changed):
    tables = {
        "staff": {
            "staff_id": ["D", "L", "M", "P", "S", "Q", "X"],
            "name": ["Dora", "Lee", "Maria", "Paul", "Sun", "Qi", "Gone"],
            "role": ["Director", "leader", "manager", "manager", "service", "品質", "manager"],
            "reports_to": [None, "D", "L", "L", "L", "D", "L"],
            "left_on": days(None, None, None, None, None, None, date(2026, 2, 1)),
        },
        "assignments": {
            "account_id": ["A1", "A1", "A1", "A2", "A3"],
            "staff_id": ["M", "P", "S", "P", "X"],
            "role": ["manager", "deputy", "service", "manager", "manager"],
            "from": days(*[LONG_AGO] * 5),
        },
        "hours": {"staff_id": ["M"], "from": days(LONG_AGO), "weekly_hours": [30.0]},
    }
    made = {name: pa.table(columns) for name, columns in {**tables, **changed}.items()}
    book = Ledger.from_tables(**made)
    if absences:
        entered = datetime(2026, 2, 1, tzinfo=UTC)
        book.facts.append("absences", pa.table(absences), "desk", entered, assumed=False)
    return book.refresh()


def team(book, **options):
    return team_at(book, ["A1", "A2", "A3"], as_of=MONDAY, usual_hours=10.0, **options)


def who(found, role):
    return [found.people[i].staff_id if i != NOBODY else None for i in found.who[role].tolist()]


def person(found, staff_id):
    return found.people[found.place()[staff_id]]


def away(staff_id, first, last):
    return {"staff_id": [staff_id], "from": days(first), "to": days(last)}


def test_everybody_has_their_hours_and_who_left_is_not_there():
    found = team(ledger())
    assert set(found.ids) == {"D", "L", "M", "P", "S", "Q"}
    assert (person(found, "M").week, person(found, "M").later) == (30.0, 90.0)
    assert (person(found, "P").week, person(found, "P").later) == (10.0, 30.0)


def test_each_role_is_done_by_whoever_is_assigned_or_has_that_work():
    found = team(ledger())
    assert who(found, "manager") == ["M", "P", None]
    assert who(found, "service") == ["S", "P", None]  # without a service person, the manager
    assert who(found, "senior")[:2] == ["L", "L"]
    assert who(found, "senior")[2] in ("L", "D")
    assert who(found, "quality") == ["Q", "Q", "Q"]
    assert who(found, "supply") == ["M", "P", None]


def test_who_is_away_all_week_is_stood_in_for():
    found = team(ledger(absences=away("M", date(2026, 2, 20), date(2026, 3, 8))))
    assert person(found, "M").away
    assert who(found, "manager")[0] == "P"
    assert person(found, "M").later == pytest.approx(90.0)
    nobody_above = team(ledger(absences=away("L", date(2026, 3, 2), date(2026, 3, 6))))
    assert who(nobody_above, "senior")[0] == "D"


def test_days_off_are_taken_from_the_hours():
    # Tuesday to Thursday: three of five working days.
    found = team(ledger(absences=away("M", date(2026, 3, 3), date(2026, 3, 5))))
    assert person(found, "M").week == pytest.approx(30 * 2 / 5)
    next_week = team(ledger(absences=away("M", date(2026, 3, 9), date(2026, 3, 13))))
    assert person(next_week, "M").week == 30.0
    assert person(next_week, "M").later == pytest.approx(90 * 10 / 15)


def test_hours_may_be_given_for_everybody_or_by_person():
    assert {p.week for p in team(ledger(), hours=4.0).people} == {4.0}
    some = team(ledger(), hours={"P": 3.0})
    assert (person(some, "P").week, person(some, "M").week) == (3.0, 30.0)


def test_what_is_recorded_later_is_not_known_yet():
    book = ledger()
    later = datetime(2026, 3, 2, 8, tzinfo=UTC)
    leave = pa.table(away("M", date(2026, 3, 1), date(2026, 3, 30)))
    book.facts.append("absences", leave, "desk", later, assumed=False)
    book.refresh()
    assert person(team(book), "M").week == 30.0
    known = team(book, known_until=datetime(2026, 3, 3, tzinfo=UTC))
    assert person(known, "M").week == 0.0


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("Sales Director", "senior"),
        ("營運總監", "senior"),
        ("팀장", "senior"),
        ("Quality engineer", "quality"),
        ("客服", "service"),
        ("물류", "supply"),
        ("財務", "finance"),
        ("Key account manager", "manager"),
        ("大客戶經理", "manager"),
        ("", "manager"),
        (None, "manager"),
    ],
)
def test_roles_are_told_from_the_words_that_companies_use(word, role):
    assert role_of(word) == role
