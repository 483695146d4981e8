"""`mainstay assess`: the day that it judges, and what it warns of."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mainstay.cli.profiling import STAGES

Run = Callable[..., Any]
LAST = date(2024, 6, 20)


@pytest.fixture
def loaded(run: Run, tmp_path: Path) -> Run:
    path = tmp_path / "orders.csv"
    days = [LAST - timedelta(days=10 * n) for n in range(12)]
    path.write_text("Customer,Date,Amount\n" + "".join(f"A,{day},10\nB,{day},20\n" for day in days))
    assert run("import", path).returncode == 0
    return run


def test_a_day_long_after_the_last_order_is_warned_of(loaded: Run) -> None:
    beside = loaded("assess", "--as-of", LAST + timedelta(days=10), "--json")
    assert beside.json()["warnings"] == []
    assert beside.stderr == ""
    late = loaded("assess", "--as-of", "2025-06-20", "--json")
    (warning,) = late.json()["warnings"]
    assert warning.startswith("The last order line is of 2024-06-20, 365 days before 2025-06-20:")
    assert late.stderr == warning + "\n"
    people = loaded("assess", "--as-of", "2025-06-20")
    assert people.returncode == 0
    assert people.stderr == warning + "\n"


def test_figures_without_a_currency_name_none(loaded: Run) -> None:
    said = loaded("assess").stdout
    assert "(next 52 weeks)" in said
    assert "Accounts: 2, of them 0 told us" in said


def test_a_day_that_has_not_come_is_refused(loaded: Run) -> None:
    today = datetime.now().astimezone().date()
    failed = loaded("assess", "--as-of", today + timedelta(days=300))
    assert failed.returncode == 1
    assert "is in the future" in failed.stderr
    assert failed.stderr.count("\n") == 1
    assert loaded("assess", "--as-of", today).returncode == 0


@pytest.mark.parametrize("weeks", ["99999", "x", "1.5", "0"])
def test_a_horizon_that_can_not_be_says_what_it_may_be(loaded: Run, weeks: str) -> None:
    failed = loaded("assess", "--horizon", weeks)
    assert failed.returncode == 1
    assert failed.stderr == (
        f"--horizon {weeks} can't be used; write a whole number of weeks, from 1 to 104.\n"
    )
    assert loaded("assess", "--horizon", "8", "--json").json()["horizon_weeks"] == 8


def test_lines_without_an_exchange_rate_are_warned_of(loaded: Run, tmp_path: Path) -> None:
    path = tmp_path / "more.csv"
    path.write_text(f"Customer,Date,Amount,Currency\nC,{LAST},10,EUR\nA,{LAST},10,USD\n")
    assert loaded("import", path).returncode == 0
    (warning,) = loaded("assess", "--json").json()["warnings"]
    assert "there is no exchange rate" in warning


def test_a_supply_table_of_other_codes_is_warned_of(loaded: Run, tmp_path: Path) -> None:
    orders = tmp_path / "more.csv"
    orders.write_text(f"Customer,Date,Amount,SKU\nA,{LAST - timedelta(days=60)},10,P1\n")
    assert loaded("import", orders).returncode == 0
    path = tmp_path / "supply.csv"
    week = LAST - timedelta(days=20)
    path.write_text(f"SKU,Week,Available\nother,{week},0\n")
    assert loaded("import", path, "--table", "supply").returncode == 0
    (warning,) = loaded("assess", "--json").json()["warnings"]
    assert warning.startswith("The table supply names products that were missing at times (1)")
    path.write_text(f"SKU,Week,Available\nP1,{week},0\n")
    assert loaded("import", path, "--table", "supply").returncode == 0
    assert loaded("assess", "--json").json()["warnings"] == []


def test_feasts_that_count_are_said(loaded: Run, tmp_path: Path) -> None:
    assert loaded("assess", "--json").json()["feasts"] == []
    orders = tmp_path / "more.csv"
    days = [LAST - timedelta(days=5 * n) for n in range(110)]
    orders.write_text("Customer,Date,Amount\n" + "".join(f"C,{day},10\n" for day in days))
    assert loaded("import", orders).returncode == 0
    (tmp_path / "home" / "mainstay.toml").write_text('feasts = "mid_autumn"\n')
    assert loaded("assess", "--json").json()["feasts"] == ["mid_autumn"]
    assert "around Mid-Autumn Festival (Chuseok)" in loaded("assess").stdout


def test_accounts_come_with_why_they_fell(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    days = [LAST - timedelta(days=10 * n) for n in range(60)]
    rows = [f"{name},{day},{10 + n % 3}" for n, day in enumerate(days) for name in "ABC"]
    rows += [f"D,{day},{10 + n % 3}" for n, day in enumerate(days) if n > 16]
    path.write_text("Customer,Date,Amount\n" + "\n".join(rows) + "\n")
    assert run("import", path).returncode == 0
    out = tmp_path / "accounts.csv"
    told = run("assess", "--json", "--out", out).json()["accounts"]
    (fell,) = [row for row in told if row["account_id"] == "D"]
    assert (fell["cause_first"], fell["cause_whose"]) == ("unknown", "unknown")
    assert fell["cause_p"] > 0.5
    written = {
        row["account_id"]: row for row in csv.DictReader(out.read_text("utf-8-sig").splitlines())
    }
    assert written["D"]["cause_first"] == "unknown"
    assert abs(
        date.fromisoformat(written["D"]["fell_on"]) - (LAST - timedelta(days=165))
    ) < timedelta(35)
    assert written["A"]["cause_first"] == ""


def test_what_lost_accounts_took_is_set_against_the_year_before_they_fell(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    steady = [LAST - timedelta(days=14 * n) for n in range(60)]
    gone = [day for day in steady if LAST - day > timedelta(days=200)]
    rows = [f"S{n},{day},10\n" for n in range(5) for day in steady]
    rows += [f"G,{day},1000\n" for day in gone]
    path.write_text("Customer,Date,Amount\n" + "".join(rows))
    run("import", path)
    told = run("assess", "--json").json()
    assert told["states"]["lost"] == 1
    assert told["money_lost"] == pytest.approx(26_000, rel=0.2)


def test_profile_says_where_the_time_went_and_the_next_run_knows_it(
    loaded: Run, tmp_path: Path
) -> None:
    stages = loaded("assess", "--profile", "--json").json()["profile"]
    names = [stage["name"] for stage in stages]
    assert names[:4] == ["first_pass", "wallets", "second_pass", "lessons"]
    assert {"explanation", "standing", "learning", "plan"} <= set(names)
    assert "publishing" not in names  # there is no desk here
    assert set(names) <= set(STAGES)
    assert stages[0]["n_rows"] == 24
    assert all(stage["peak_bytes"] > 0 for stage in stages)
    assert (tmp_path / "home" / "cache" / "stages.json").exists()
    table = loaded("assess", "--profile").stdout
    assert "Why accounts fell" in table
    assert "All stages" in table
