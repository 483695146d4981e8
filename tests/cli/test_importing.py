"""The commands import, imports, undo and set-aside, as they are typed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

SLICE = Path(__file__).parents[1] / "data" / "online_retail_ii_slice.parquet"
ORDERS = "Kunde;Datum;Betrag\nA;2024-01-01;1,50\nB;2024-01-02;2,50\n;2024-01-03;4,00\n"
MAPS = ("--map", "Kunde=account_id", "--map", "Datum=ordered_on", "--map", "Betrag=amount")
MAIN = "from mainstay.cli.main import main; main()"
Run = Callable[..., Any]


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS)
    return path


def told(done: Any) -> Any:
    return done.json()


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
    assert '--map "Heading=account_id"' in failed.stderr
    assert "Traceback" not in failed.stderr
    done = run("import", orders, *MAPS)
    assert done.returncode == 0
    assert done.stdout.startswith("Rows read: 3; taken: 2 (4.00); there already: 0; set aside: 1.")
    assert "Set aside, naming no account: 1 (4.00)." in done.stdout
    assert "To undo it: mainstay undo " in done.stdout


def test_the_report_names_columns_that_were_not_used(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("Customer,Date,Amount,Shoe size,Mood\nA,2024-01-01,1,43,good\n")
    done = run("import", path)
    assert "Columns of “orders.csv” that were not used: Shoe size, Mood." in done.stdout
    (listed,) = told(run("imports", "--json"))
    (source,) = listed["report"]["sources"]
    assert source["unused"] == ["Shoe size", "Mood"]
    path.write_text("Customer,Date,Amount\nB,2024-01-01,1\n")
    assert "not used" not in run("import", path).stdout


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


def test_a_file_of_another_table_is_told_which(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "complaints.csv"
    path.write_text("Complaint no,Customer,Opened at,Severity\nC1,A,2024-03-05 14:30,3\n")
    failed = run("import", path)
    assert failed.returncode == 1
    assert "Load it with --table complaints" in failed.stderr
    assert "another table: --table complaints" in run("import", path, "--plan").stdout
    report = told(run("import", path, "--table", "complaints", "--json"))
    assert report["rows_taken"] == 1


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
        (["--sheet", "May"], "is no workbook and has no sheet “May”"),
        (["--delimiter", "abc"], "--delimiter abc can't be used"),
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


def test_amount_from_other_columns_goes_before_an_amount(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("Customer,Date,Quantity,Unit price,Amount\nA,2024-01-01,3,6.95,99\n")
    report = told(run("import", path, "--amount-from", "quantity*price", "--json"))
    assert report["money"]["taken"] == {"": "20.8500"}
    assert report["sources"][0]["unused"] == ["Amount"]


@pytest.mark.parametrize("plan", [[], ["--plan"]], ids=["load", "plan"])
def test_amount_from_columns_that_are_not_there(run: Run, tmp_path: Path, plan: list[str]) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("Customer,Date,Amount,Product code\nA,2024-01-01,99,POST\n")
    failed = run("import", path, "--amount-from", "foo*bar", *plan)
    assert failed.returncode == 1
    assert failed.stderr == (
        "“orders.csv” has no column “foo” for the amount to be made from; its columns are "
        "account_id, ordered_on, product_id.\n"
    )


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_rows_set_aside_to_a_full_disk(run: Run, orders: Path, tmp_path: Path, ending: str) -> None:
    report = told(run("import", orders, *MAPS, "--json"))
    out = tmp_path / f"aside.{ending}"
    out.symlink_to("/dev/full")
    failed = run("set-aside", report["import_id"], "--out", out)
    assert failed.returncode == 1
    assert (
        failed.stderr == f"“{out}” can't be written: No space left on device. Name another file.\n"
    )


def test_a_missing_column_is_told_as_people_head_it(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "nodate.csv"
    path.write_text("Customer,Remark,Amount\nA,x,10\n")
    failed = run("import", path)
    assert failed.returncode == 1
    assert failed.stderr == (
        "“nodate.csv” has no column for ordered_on (order date, 訂單日期, 订单日期, 주문일자); its "
        "headings are Customer, Remark, Amount. Say which of them it is: "
        '--map "Heading=ordered_on".\n'
    )
    path.write_text("Amount,Month\n10,2024-01\n")
    failed = run("import", path, "--table", "targets")
    assert "account_id (customer id, 客戶編號, 客户编号, 거래처코드) / staff_id (" in failed.stderr
    assert '--map "Heading=' in failed.stderr


def test_a_folder_is_no_file(run: Run, tmp_path: Path) -> None:
    failed = run("import", tmp_path)
    assert failed.returncode == 1
    assert (
        failed.stderr
        == f"“{tmp_path}” is a folder without Parquet files: name the files in it that are to be read.\n"
    )


def test_a_plan_shows_the_values_that_a_column_can_have(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "assignments.csv"
    path.write_text("Customer,Staff,Role,From\nA,S,manager,2024-01-01\n")
    shown = run("import", path, "--table", "assignments", "--plan").stdout
    assert "role (manager, service, deputy)" in shown


def test_a_plan_shows_days_of_a_workbook_as_days(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["Customer", "Date", "Amount"])
        sheet.write_row(1, 0, ["A", None, 1.5])
        sheet.write_datetime(1, 1, datetime(2024, 1, 31), day)
    plan = told(run("import", path, "--plan", "--json"))
    assert plan["sources"][0]["headings"][1]["samples"] == ["2024-01-31"]
