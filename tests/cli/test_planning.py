"""`mainstay plan`: its table, its words, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
LAST = date(2024, 6, 20)


def write(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def orders(run: Run, tmp_path: Path) -> Run:
    rows = ["Customer,Date,Amount"]
    for i in range(12):
        stops = LAST - timedelta(weeks=9) if i % 3 == 0 else LAST
        day = LAST - timedelta(weeks=60)
        while day <= stops:
            rows.append(f"A{i:02},{day},{30_000 + 1000 * i}")
            day += timedelta(days=6 + i % 3)
    assert run("import", write(tmp_path / "orders.csv", *rows)).returncode == 0
    return run


@pytest.fixture
def loaded(orders: Run, tmp_path: Path) -> Run:
    staff = write(
        tmp_path / "staff.csv",
        "staff_id,name,role,reports_to",
        "D,Dora Director,director,",
        "M,Maria Manager,manager,D",
    )
    looks = [f"A{i:02},M,manager,2023-01-01" for i in range(12)]
    given = write(tmp_path / "given.csv", "account_id,staff_id,role,from", *looks)
    assert orders("import", staff, "--table", "staff").returncode == 0
    assert orders("import", given, "--table", "assignments").returncode == 0
    return orders


def test_it_says_what_to_do_by_whom_and_why(loaded: Run, tmp_path: Path) -> None:
    out = tmp_path / "plan.csv"
    done = loaded("plan", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "What to do in the week from 2024-06-21" in done.stdout
    assert "Dora Director" in done.stdout
    assert "margin is taken as 25% of sales" in done.stdout
    assert out.read_text(encoding="utf-8-sig").startswith("account_id,")
    told = loaded("plan", "--json").json()
    assert told["plan"]
    assert told["gap"] < 0.01
    assert all(row["net"] > 0 for row in told["plan"])
    assert "may still be lost here" in told["plan"][0]["why"][0]
    assert {row["id"] for row in told["limits"]} >= {"D", "M"}


def test_no_hours_leave_nothing_to_plan_and_say_so(loaded: Run) -> None:
    done = loaded("plan", "--hours", "0")
    assert done.returncode == 0
    assert "Nobody has any hours this week" in done.stderr
    assert done.stdout.startswith(
        "Nothing new is planned in the week from 2024-06-21; of its 0 hours"
    )
    assert "No other choice" not in done.stdout
    assert "Account" not in done.stdout


def test_other_settings_make_it_anew_and_say_so(loaded: Run, tmp_path: Path) -> None:
    kept = loaded("plan", "--json").json()
    (tmp_path / "home" / "mainstay.toml").write_text("new_plays_per_week = 0\nhour_cost = 41.0\n")
    anew = loaded("plan")
    assert "Nothing new is planned" in anew.stdout
    assert "Settings changed since the kept plan was made (hour_cost, new_plays_per_week)" in (
        anew.stdout
    )
    assert "setting new_plays_per_week is 0" in anew.stderr
    (tmp_path / "home" / "mainstay.toml").unlink()
    assert loaded("plan", "--json").json()["plan"] == kept["plan"]


def test_more_than_are_shown_are_said_to_be_there(
    loaded: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mainstay.cli.planning.SHOWN", 1)
    told = loaded("plan").stdout
    n = len(loaded("plan", "--json").json()["plan"])
    assert n > 1
    assert f"1 of {n} plays, those worth most; --out FILE writes all" in told
    monkeypatch.setattr("mainstay.cli.planning.SHOWN", n)
    assert "--out FILE" not in loaded("plan").stdout


@pytest.mark.parametrize("command", ["plan", "assess", "replay"])
def test_what_only_reads_makes_no_folder(run: Run, tmp_path: Path, command: str) -> None:
    done = run("--home", tmp_path / "new", command)
    assert not (tmp_path / "new").exists()
    assert done.returncode == 1
    assert "is not there, so there are no order lines yet" in done.stderr


def test_what_can_not_be_is_refused_in_a_sentence(loaded: Run) -> None:
    done = loaded("plan", "--hours", "200")
    assert (done.returncode, done.stdout) == (1, "")
    assert "--hours can't be 200; a week has from 0 to 80 hours" in done.stderr


def test_without_people_it_says_what_to_import(orders: Run) -> None:
    done = orders("plan")
    assert done.returncode == 1
    assert "import the tables staff and assignments" in done.stderr
