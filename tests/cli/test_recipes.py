"""`mainstay recipes` and `mainstay import --recipe`, as they are typed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
RECIPE = """\
name: books
title: Our books
databases: [sqlite]
version: "1"
source: ours
tested: here
variables:
  company: {about: whose}
tables:
  - table: order_lines
    sql: |
      SELECT who, day, net, number, changed_at FROM sales
      WHERE company = :company AND changed_at >= :since
    columns: {account_id: who, ordered_on: day, amount: net, order_id: number}
    changed: changed_at
    currency: EUR
"""


@pytest.fixture
def books(tmp_path: Path) -> str:
    """The address of a database, beside it books.yaml."""
    (tmp_path / "books.yaml").write_text(RECIPE)
    with sqlite3.connect(tmp_path / "books.sqlite") as con:
        con.execute("CREATE TABLE sales (company, who, day, net, number, changed_at)")
        con.executemany(
            "INSERT INTO sales VALUES (?, ?, ?, ?, ?, ?)",
            [
                ("Ours", "A", "2025-01-01", 10.5, "1", "2025-01-01 10:00:00"),
                ("Ours", "B", "2025-01-02", 20, "2", "2025-01-02 10:00:00"),
                ("Theirs", "C", "2025-01-03", 30, "3", "2025-01-03 10:00:00"),
            ],
        )
    return f"sqlite:///{tmp_path / 'books.sqlite'}"


def loaded(run: Run, address: str, *more: str) -> Any:
    return run("import", "--recipe", "./books.yaml", address, "--set", "company=Ours", *more)


def test_import_by_a_recipe_again_and_again(run: Run, books: str) -> None:
    planned = loaded(run, books, "--plan")
    assert "account_id" in planned.stdout
    first = loaded(run, books, "--json").json()
    assert first["place"].startswith("sqlite:")
    assert first["parts"][0]["report"]["money"]["taken"] == {"EUR": "30.5000"}
    again = loaded(run, books, "--json").json()
    assert again["parts"][0]["since"] == "2024-12-31T10:00:00"
    assert again["parts"][0]["report"]["rows_taken"] == 0
    with sqlite3.connect(books.removeprefix("sqlite:///")) as con:
        con.execute("DELETE FROM sales WHERE company = 'Ours'")
    nothing = loaded(run, books)
    assert "Nothing has changed since 2024-12-31 10:00." in nothing.stdout
    # The way in which a database changes: said in one sentence, and nothing is lost.
    with sqlite3.connect(books.removeprefix("sqlite:///")) as con:
        con.execute("ALTER TABLE sales RENAME COLUMN net TO net_amount")
    failed = loaded(run, books)
    assert failed.returncode == 1
    assert "“books.yaml”, line 12, query “order_lines”: no such column: net" in failed.stderr
    assert failed.stderr.count("\n") == 1


def test_check_says_where(run: Run, books: str, tmp_path: Path) -> None:
    done = run("recipes", "check", "./books.yaml")
    assert "“books.yaml” is in order: 1 queries." in done.stdout
    asked = run("recipes", "check", "./books.yaml", "--database", books, "--set", "company=Ours")
    assert "order_lines → order_lines: account_id, ordered_on, amount, order_id" in asked.stdout
    (tmp_path / "books.yaml").write_text(RECIPE.replace("number, changed_at", "changed_at"))
    short = run("recipes", "check", "./books.yaml", "--database", books, "--set", "company=Ours")
    assert "line 12: the query “order_lines” gives no column “number”; it gives" in short.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("orders.csv",), "one address of a database is wanted"),
        (("mssql://sa:s3cret@erp/x",), "written for sqlite, and the address is one of mssql"),
        (("nonsense://u:s3cret@", "--set", "company=x"), "sqlite, and the address is one of nonsense"),
        (("sqlite://",), "needs company=…: whose"),
        (("sqlite://", "--set", "firm=x"), "has no variable “firm”; it has company"),
        (("sqlite://", "--set", "company"), "--set company can't be read"),
        (("sqlite://", "--set", "company=x", "--only", "stock"), "has no query “stock”; it has order_lines"),
        (("sqlite://", "--sql", "select 1"), "--sql goes not with --recipe"),
    ],
)  # fmt: skip
def test_what_cannot_be(run: Run, books: str, words: tuple[str, ...], message: str) -> None:
    failed = run("import", "--recipe", "./books.yaml", *words)
    assert failed.returncode == 1
    assert message in failed.stderr
    assert "s3cret" not in failed.stderr
    assert failed.stderr.count("\n") == 1


def test_options_of_recipes_alone(run: Run, books: str) -> None:
    failed = run("import", "x", "--only", "stock")
    assert "--only is for databases that are read by a recipe" in failed.stderr


def test_ours_are_listed_and_shown(run: Run) -> None:
    names = [one["name"] for one in run("recipes", "list", "--json").json()]
    assert names == ["digiwin", "douzone", "erpnext", "kingdee", "odoo", "sapb1", "u8"]
    assert "用友 U8" in run("recipes", "list").stdout
    assert run("recipes", "show", "odoo").stdout.startswith("# Odoo 17 and 18")


def test_a_driver_that_is_missing(run: Run, tmp_path: Path) -> None:
    text = RECIPE.replace("[sqlite]", "[mssql]")
    (tmp_path / "books.yaml").write_text(text)
    address = "mssql+nosuchdriver://sa:s3cret@erp/x"
    failed = run("import", "--recipe", "./books.yaml", address, "--set", "company=x")
    assert "pip install 'mainstay[mssql]'" in failed.stderr
    assert "s3cret" not in failed.stderr
