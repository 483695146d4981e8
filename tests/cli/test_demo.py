"""`mainstay demo distributor`: a made-up company, imported and assessed."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mainstay import engine
from mainstay.cli.demo_used import live
from mainstay.core.home import Home
from mainstay.simulate import Company, Distributor

Run = Callable[..., Any]
SMALL = ("demo", "distributor", "--no-serve", "--accounts", 40, "--weeks", 60)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_a_company_is_made_up_to_last_sunday_and_assessed(run: Run, home: Home) -> None:
    done = run(*map(str, SMALL), "--json")
    found = done.json()
    today = datetime.now().astimezone().date()
    assert found["n_accounts"] == 40
    assert found["currency"] == "EUR"
    ends = today - timedelta(days=today.weekday())
    assert ends - timedelta(days=7) < date.fromisoformat(found["as_of"]) <= ends
    ledger = engine.open_ledger(home)
    for name in ("visits", "complaints", "promises", "staff", "contacts", "company_events"):
        assert ledger.table(name).num_rows, name
    assert (home.folder / "truth.parquet").exists()
    assert "A made-up company: 40 accounts, 8 staff, 60 weeks" in done.stderr


def test_the_second_time_it_is_the_same_company(run: Run, home: Home) -> None:
    first = run(*map(str, SMALL), "--json").json()
    lines = engine.open_ledger(home).table("order_lines").num_rows
    again = run(*map(str, SMALL), "--seed", "5", "--json")
    assert "of last time is still here" in again.stderr
    assert engine.open_ledger(home).table("order_lines").num_rows == lines
    assert again.json()["money_at_risk"] == first["money_at_risk"]


def test_the_last_weeks_are_lived_with_mainstay_and_nothing_is_known_too_early(home: Home) -> None:
    ends = date(2025, 6, 2)
    company = Company(accounts=60, staff=8, weeks=60, begin=ends - timedelta(weeks=60))
    world = Distributor(company, seed=3).run(until=52)
    live(home, world, lambda done, total: None)
    world.write(home)
    ledger = engine.open_ledger(home)
    kept = {one.meta["as_of"]: one.id for one in ledger.assessments.all()}
    assert sorted(kept) == ["2025-04-07", "2025-05-05"]
    first, second = (date.fromisoformat(day) for day in sorted(kept))
    runs = ledger.table("play_runs").to_pylist()
    assert {row["from"] >= second for row in runs} == {True, False}
    for name in ("play_runs", "cases", "case_steps", "snoozes", "coins", "designs", "reviews"):
        assert ledger.table(name, None, first).num_rows == 0, name
        early = [row["recorded_at"].date() for row in ledger.table(name, None, second).to_pylist()]
        assert all(first <= day < second for day in early), name
    cases = {row["case_id"]: row for row in ledger.table("cases").to_pylist()}
    begun = {(row["account_id"], row["play"]) for row in runs if row["play"] != "nothing"}
    assert {(row["account_id"], row["play"]) for row in cases.values()} == begun
    assert {row["from_plan"] for row in cases.values()} <= {None, *kept.values()}
    steps = ledger.table("case_steps").to_pylist()
    assert {row["case_id"] for row in steps} <= set(cases)
    assert any(row["done_on"] for row in steps)
    (trial,) = ledger.table("designs").to_pylist()
    assert trial["on"] == first < trial["begins"] == second
    # What was done about them was done in the company too.
    visits = {row["account_id"] for row in ledger.table("visits").to_pylist()}
    assert {account for account, play in begun if play == "visits"} <= visits


def test_what_can_not_be_shown_is_refused(run: Run) -> None:
    assert run("demo", "circus").returncode == 2
    assert run("demo", "distributor", "--accounts", "3").returncode == 2
    too_long = run("demo", "distributor", "--no-serve", "--weeks", "40", "--used", "30")
    assert "Use at most 20" in too_long.stderr


def test_it_goes_into_no_folder_with_data_of_ones_own(run: Run, home: Home, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("Customer,Date,Amount,Currency\nA1,2025-03-04,120,EUR\n")
    assert run("import", own).returncode == 0
    for what in ("orders", "distributor"):
        refused = run("demo", what, "--no-serve")
        assert refused.returncode == 1
        assert "holds data already, and not of this demo" in refused.stderr
    assert engine.open_ledger(home).n_lines == 1
    assert not (home.folder / "demo").exists()


def test_one_demo_is_not_mixed_into_the_other(run: Run) -> None:
    assert run(*map(str, SMALL)).returncode == 0
    refused = run("demo", "orders", "--no-serve")
    assert "holds data already, and not of this demo" in refused.stderr


def test_a_taken_port_is_told_before_anything_is_loaded(run: Run, home: Home) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        refused = run("demo", "distributor", "--port", str(other.getsockname()[1]))
    assert refused.returncode == 1
    assert "choose another port with --port" in refused.stderr
    assert not home.store.exists()
