"""The commands import, imports, undo and set-aside, as they are typed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mainstay.cli.context import context
from mainstay.cli.main import main

SLICE = Path(__file__).parents[1] / "data" / "online_retail_ii_slice.parquet"
ORDERS = "Kunde;Datum;Betrag\nA;2024-01-01;1,50\nB;2024-01-02;2,50\n;2024-01-03;4,00\n"
MAPS = ("--map", "Kunde=account_id", "--map", "Datum=ordered_on", "--map", "Betrag=amount")
MAIN = "from mainstay.cli.main import main; main()"
Run = Callable[..., "Done"]


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Done]:
    """`mainstay …` with a home folder of its own."""
    monkeypatch.setenv("MAINSTAY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def mainstay(*arguments: str | Path) -> Done:
        monkeypatch.setattr(context, "debug", False)
        monkeypatch.setattr(context, "json", False)
        monkeypatch.setattr(sys, "argv", ["mainstay", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        return Done(code, *capsys.readouterr())

    return mainstay


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS)
    return path


def told(done: Done) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_import_list_and_undo(run: Run) -> None:
    report = told(run("import", SLICE, "--currency", "gbp", "--json"))
    assert report["rows_read"] == 5738
    assert report["rows_copies"] == 1400
    total = report["rows_taken"] + report["rows_copies"] + sum(report["rows_set_aside"].values())
    assert total == report["rows_read"]
    assert set(report["money"]) == {"read", "taken", "copies", "set_aside"}
    assert set(report["money"]["read"]) == {"GBP"}
    again = run("import", SLICE, "--currency", "GBP")
    assert again.returncode == 0
    assert f"loaded before, by import {report['import_id']}" in again.stdout
    (listed,) = told(run("imports", "--json"))
    assert listed["import_id"] == report["import_id"]
    assert listed["tables"]["order_lines"] == report["rows_taken"]
    assert report["import_id"] in run("imports").stdout
    assert told(run("undo", report["import_id"], "--json")) == {"undone": report["import_id"]}
    assert "Nothing was imported yet." in run("imports").stdout
    twice = run("undo", report["import_id"])
    assert twice.returncode == 1
    assert twice.stderr.count("\n") == 1


def test_headings_are_said(run: Run, orders: Path) -> None:
    failed = run("import", orders)
    assert failed.returncode == 1
    assert '--map "Heading=column"' in failed.stderr
    assert "Traceback" not in failed.stderr
    done = run("import", orders, *MAPS)
    assert done.returncode == 0
    assert done.stdout.startswith("Rows read: 3; taken: 2 (4.00); there already: 0; set aside: 1.")
    assert "Set aside, naming no account: 1 (4.00)." in done.stdout
    assert "To undo it: mainstay undo " in done.stdout


def test_a_plan_changes_nothing(run: Run, orders: Path) -> None:
    plan = told(run("import", orders, *MAPS, "--plan", "--json"))
    assert plan["ready"]
    assert [h["column"] for h in plan["sources"][0]["headings"]] == [
        "account_id",
        "ordered_on",
        "amount",
    ]
    shown = run("import", orders, "--plan")
    assert "Missing: account_id" in shown.stdout
    assert told(run("imports", "--json")) == []


def test_rows_set_aside_go_out_and_come_in(run: Run, orders: Path, tmp_path: Path) -> None:
    report = told(run("import", orders, *MAPS, "--json"))
    out = tmp_path / "aside.csv"
    assert told(run("set-aside", report["import_id"], "--out", out, "--json"))["rows"] == 1
    out.write_text(out.read_text("utf-8-sig").replace('"no_account",,', '"no_account","C",'))
    completed = told(run("import", out, *MAPS, "--json"))
    assert completed["rows_taken"] == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--map", "Kunde"], "--map Kunde can't be read"),
        (["--amount-from", "quantity"], "--amount-from quantity can't be read"),
        (["--currency", "Euro"], "“Euro” is no currency"),
        (["--date-order", "ydm"], "--date-order ydm is not known"),
        (["--table", "orders"], "no table “orders”"),
        (["--encoding", "klingon"], "no encoding “klingon”"),
    ],
)
def test_wrong_options_are_one_sentence(
    run: Run, orders: Path, options: list[str], said: str
) -> None:
    failed = run("import", orders, *options)
    assert failed.returncode == 1
    assert said in failed.stderr
    assert failed.stderr.count("\n") == 1


def test_errors_are_for_machines_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 50)
    failed = run("import", tmp_path / "picture.csv", "--json")
    assert failed.returncode == 1
    assert json.loads(failed.stdout)["error"] == "unreadable_file"


def test_a_traceback_is_shown_with_debug_alone(
    tmp_path: Path, python: str, python_environment: dict[str, str]
) -> None:
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 50)
    said = {}
    for debug in ([], ["--debug"]):
        done = subprocess.run(
            [python, "-c", MAIN, *debug, "import", "picture.csv"],
            env={**python_environment, "MAINSTAY_HOME": str(tmp_path / "home")},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        said[bool(debug)] = done.stderr
    assert said[False].startswith("“picture.csv” is a picture")
    assert said[False].count("\n") == 1
    assert "Traceback" in said[True]


def test_amount_from_other_columns(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("Customer,Date,Pieces,Rate\nA,2024-01-01,3,6.95\n")
    maps = ("--map", "Pieces=quantity", "--map", "Rate=unit_price")
    report = told(run("import", path, *maps, "--amount-from", "quantity*price", "--json"))
    assert report["money"]["taken"] == {"": "20.8500"}
