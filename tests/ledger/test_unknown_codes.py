"""Codes that no table names are taken and said; so are people who report to each other in a circle."""

from __future__ import annotations

from typing import Any

from mainstay.ledger.ledger import Ledger
from mainstay.ledger.unknown_codes import circles

ORDERS = "account_id,ordered_on,amount\nA,2024-03-01,10\nB,2024-03-01,10\n"
STAFF = "staff_id,name,reports_to\nS1,Minsu,S0\nS0,Lin,\n"
ASSIGNED = "account_id,staff_id,role,from\n"


def said(report: Any) -> list[str]:
    return [str(text) for text in report.warnings]


def test_a_staff_code_that_exists_nowhere_is_said(book: Ledger, load: Any, file: Any) -> None:
    load(file(ORDERS))
    assert said(load(file(STAFF, "staff.csv"), table="staff")) == []
    rows = "A,S1,manager,2024-01-01\nB,NOPE,manager,2024-01-01\n"
    report = load(file(ASSIGNED + rows, "assigned.csv"), table="assignments")
    assert report.rows_taken == 2
    assert said(report) == [
        "Staff codes that are in none of the tables, in 1 rows: NOPE. Correct them, or load the staff too."
    ]
    good = file(ASSIGNED + "A,S0,deputy,2024-01-01\n", "good.csv")
    assert said(load(good, table="assignments")) == []


def test_accounts_contacts_and_superiors_that_exist_nowhere_are_said(
    book: Ledger, load: Any, file: Any
) -> None:
    load(file(ORDERS))
    load(file("account_id,name\nC,Sea\n", "a.csv"), table="accounts")
    load(file(STAFF, "staff.csv"), table="staff")
    load(file("contact_id,account_id,name\nK1,A,Kim\n", "k.csv"), table="contacts")
    rows = "A,2024-03-01,S1,K1\nC,2024-03-02,S1,K1;K8\nX1,2024-03-02,S1,K1;K9;K8\n"
    report = load(file("account_id,on,staff_id,contacts\n" + rows, "v.csv"), table="visits")
    contacts, accounts = said(report)
    assert "Contact codes that are in none of the tables, in 3 rows: K8, K9." in contacts
    assert "Account codes that are in none of the tables, in 1 rows: X1." in accounts
    (above,) = said(load(file("staff_id,name,reports_to\nS5,Ann,S77\n", "s.csv"), table="staff"))
    assert "Staff codes that are in none of the tables, in 1 rows: S77." in above


def test_who_reports_in_a_circle_is_said(book: Ledger, load: Any, file: Any) -> None:
    load(file(STAFF, "staff.csv"), table="staff")
    (circle,) = said(load(file("staff_id,name,reports_to\nS0,Lin,S1\n", "b.csv"), table="staff"))
    assert "in a circle: S0 → S1 → S0." in circle
    rows = "contact_id,account_id,name,reports_to\nK1,A,Ann,K2\nK2,A,Bob,K1\nK3,A,Cho,K1\n"
    assert sum("circle" in one for one in said(load(file(rows, "k.csv"), table="contacts"))) == 1


def test_circles_are_found_once_and_lines_are_none() -> None:
    assert list(circles({"a": "b", "b": "c", "c": None}, ["a", "b"])) == []
    assert list(circles({"a": "a"}, ["a"])) == [["a"]]
    assert list(circles({"x": "a", "a": "b", "b": "a"}, ["x", "a", "b"])) == [["a", "b"]]
