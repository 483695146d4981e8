"""`mainstay demo distributor`: a made-up company, imported and assessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mainstay import engine
from mainstay.core.home import Home

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


def test_what_can_not_be_shown_is_refused(run: Run) -> None:
    assert run("demo", "circus").returncode == 2
    assert run("demo", "distributor", "--accounts", "3").returncode == 2
