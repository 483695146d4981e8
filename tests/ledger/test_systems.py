"""Imports from another system, which says how it is now: what changed there, and what is no more."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mainstay.ledger.ledger import Ledger
from mainstay.ledger.loading import silent
from mainstay.ledger.report import Report
from mainstay.ledger.systems import Brought, Seen, load_brought

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
NAME = "erp"


def line(
    order: str, amount: str, *, account: str = "A", day: str = "2026-01-05", at: str = "1"
) -> dict[str, Any]:
    on = dt.date.fromisoformat(day)
    return {
        "account_id": account, "order_id": order, "line": at, "ordered_on": on,
        "amount": Decimal(amount), "currency": "EUR", "quantity": 1.0,
    }  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.open(tmp_path)


def load(ledger: Ledger, *brought: Brought, hours: int = 0) -> list[Report]:
    seen = Seen.load(ledger.folder, NAME)
    now = NOW + dt.timedelta(hours=hours)
    reports = load_brought(ledger, NAME, brought, seen, now=now, progress=silent)
    ledger.refresh()
    return reports


def orders(ledger: Ledger) -> dict[str, Decimal]:
    rows = ledger.order_lines(None).to_pylist()
    found: dict[str, Decimal] = {}
    for row in rows:
        found[row["order_id"]] = found.get(row["order_id"], Decimal(0)) + row["amount"]
    return found


def test_an_order_is_what_the_system_says_last(ledger: Ledger) -> None:
    load(ledger, Brought("order_lines", [line("1", "10"), line("2", "5")]))
    (moved,) = load(
        ledger, Brought("order_lines", [line("1", "12", day="2026-02-27", at="9")]), hours=1
    )
    assert (moved.orders_replaced, moved.rows_replaced) == (1, 1)
    assert orders(ledger) == {"1": 12, "2": 5}
    # What it says now it has said before: the same rows, and not a file that was loaded before.
    load(ledger, Brought("order_lines", [line("1", "10"), line("2", "5")]), hours=2)
    assert orders(ledger) == {"1": 10, "2": 5}
    (same,) = load(ledger, Brought("order_lines", [line("1", "10"), line("2", "5")]), hours=3)
    assert (same.import_id, same.rows_copies) == ("", 2)


def test_a_cancelled_order_goes_and_comes_back_when_that_is_undone(ledger: Ledger) -> None:
    load(ledger, Brought("order_lines", [line("1", "10"), line("2", "5")]))
    (report,) = load(ledger, Brought("order_lines", [], ("2", "never was")), hours=1)
    assert (report.orders_gone, report.rows_gone, report.rows_taken) == (1, 1, 0)
    assert "Orders that are no more: 1; their rows taken out: 1." in map(str, report.lines())
    assert orders(ledger) == {"1": 10}
    ledger.undo(report.import_id)
    assert orders(ledger) == {"1": 10, "2": 5}


def test_an_order_that_came_again_is_not_there_twice_when_its_end_is_undone(ledger: Ledger) -> None:
    load(ledger, Brought("order_lines", [line("1", "10"), line("2", "5")]))
    (gone,) = load(ledger, Brought("order_lines", [line("1", "11")], ("2",)), hours=1)
    load(ledger, Brought("order_lines", [line("2", "6")]), hours=2)
    assert orders(ledger) == {"1": 11, "2": 6}
    ledger.undo(gone.import_id)
    assert orders(ledger) == {"1": 10, "2": 6}


def test_rows_that_are_no_more_are_known_until_then(ledger: Ledger) -> None:
    load(ledger, Brought("order_lines", [line("1", "10")]))
    rows = [
        {
            "complaint_id": n,
            "account_id": "A",
            "opened_at": dt.datetime(2026, 2, 1, 9),
            "kind": "other",
        }
        for n in ("C1", "C2")
    ]
    load(ledger, Brought("complaints", rows), hours=1)
    (report,) = load(ledger, Brought("complaints", [], ("C2",)), hours=5)
    assert "Rows that are no more, taken out: 1." in map(str, report.lines())

    def known(hours: int) -> list[str]:
        until = NOW + dt.timedelta(hours=hours)
        return sorted(ledger.table("complaints", known_until=until)["complaint_id"].to_pylist())

    assert (known(4), known(6)) == (["C1", "C2"], ["C1"])
    ledger.undo(report.import_id)
    assert known(6) == ["C1", "C2"]


def test_what_people_wrote_stays_where_the_system_is_silent(ledger: Ledger) -> None:
    row = {"account_id": "A", "name": "Alpha", "segment": "Trade"}
    load(ledger, Brought("accounts", [row], keeps=True))
    ledger.facts.append(
        "accounts",
        ledger.table("accounts")
        .select(["account_id", "name", "segment"])
        .append_column("tier", [["A"]]),
        "typed",
        NOW + dt.timedelta(hours=1),
    )
    load(ledger, Brought("accounts", [{**row, "name": "Alpha Ltd"}], keeps=True), hours=2)
    (now,) = ledger.table("accounts").to_pylist()
    assert (now["name"], now["segment"], now["tier"]) == ("Alpha Ltd", "Trade", "A")


def test_what_was_seen_is_remembered_by_key(tmp_path: Path) -> None:
    seen = Seen.load(tmp_path, NAME)
    seen.note("sale", [1, 2, 3])
    seen.name("sale", {1: "S1", 2: "S2", 3: "S3"})
    seen.note_moment("sale", dt.datetime(2026, 1, 1))
    seen.done(["i1"])
    again = Seen.load(tmp_path, NAME)
    assert (again.since, again.imports) == ({"sale": "2026-01-01T00:00:00.000000"}, ["i1"])
    again.note(
        "sale", [1, 3, 4]
    )  # 2 is no more; 3 was given another number; 4 has the number that 2 had
    again.name("sale", {3: "S3b", 4: "S2"})
    assert again.gone("sale") == ["S3"]
    assert again.new("sale") == {4}


def test_what_has_gone_goes_again_when_all_is_brought_anew(tmp_path: Path) -> None:
    def look(*there: int) -> Seen:
        seen = Seen.load(tmp_path, NAME)
        seen.note("sale", there)
        seen.name("sale", {i: f"S{i}" for i in there})
        return seen

    look(1, 2, 3).done(["i1"])
    look(1, 3).done(["i2"])
    assert look(1, 3).gone("sale") == []
    after_an_undo = Seen.load(tmp_path, NAME)
    after_an_undo.forget()
    after_an_undo.note("sale", [1, 3])
    assert after_an_undo.gone("sale") == ["S2"]
    after_an_undo.note("sale", [1, 2, 3])  # it counts again, under the same number
    after_an_undo.name("sale", {2: "S2"})
    assert after_an_undo.gone("sale") == []


def test_an_import_that_is_broken_off_still_takes_out_later_what_goes_meanwhile(
    ledger: Ledger,
) -> None:
    seen = Seen.load(ledger.folder, NAME)
    seen.note("sale", [1])
    seen.name("sale", {1: "S1"})
    seen.expect()  # and then it is killed
    later = Seen.load(ledger.folder, NAME)
    later.note("sale", [])
    assert (later.since, later.gone("sale")) == ({}, ["S1"])
