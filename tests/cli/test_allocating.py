"""`mainstay allocate`: its table, its words, and what it refuses."""

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
    for i in range(6):
        day = LAST - timedelta(weeks=60)
        while day <= LAST:
            rows.append(f"A{i:02},{day},{300 + 1000 * i}")
            day += timedelta(days=6 + i % 3)
    assert run("import", write(tmp_path / "orders.csv", *rows)).returncode == 0
    return run


def test_what_is_missing_is_said(orders: Run) -> None:
    assert "Nothing is assessed yet" in orders("allocate").stderr
    assert orders("assess").returncode == 0
    done = orders("allocate")
    assert done.returncode != 0
    assert "open_orders" in done.stderr
    for option in (("--floor", "2"), ("--days", "0")):
        assert orders("allocate", *option).returncode != 0


def test_it_says_who_gets_what_and_why(orders: Run, tmp_path: Path) -> None:
    wanted = ["account_id,ordered_on,amount,order_id,line,product_id,quantity"]
    wanted += [f"A{i:02},2024-06-1{i},{100 * (i + 1)},O{i},1,P1,{10 * (i + 1)}" for i in range(6)]
    wanted += ["A00,2024-06-18,-5,O9,1,P1,-1", "A01,2024-06-18,50,O8,1,NOPE,3"]
    stock = write(
        tmp_path / "stock.csv", "product_id,on,on_hand", "P1,2024-06-20,100", "P2,2024-06-20,-3"
    )
    given = write(tmp_path / "open.csv", *wanted)
    assert orders("import", given, "--table", "open_orders").returncode == 0
    assert orders("import", stock, "--table", "stock").returncode == 0
    assert orders("assess").returncode == 0
    out = tmp_path / "who.csv"
    done = orders("allocate", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "P1" in done.stdout
    assert "NOPE" in done.stdout
    heading = out.read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    assert heading[:3] == ["n", "product_id", "account_id"]
    assert {"unit", "whole_lot", "reason"} <= set(heading)
    assert not {"a", "b", "favour", "here", "step"} & set(heading)
    assert "saves more than 0.00%" not in done.stdout
    told = orders("allocate", "--json").json()
    assert sum(row["given"] for row in told["lines"]) == pytest.approx(100)
    assert told["lost"]["priority"] <= told["lost"]["pro_rata"] + 1e-6
    assert any("below 0" in said for said in told["said"])
    assert {row["why"] for row in told["aside"]} == {"unknown_product", "not_above_zero"}
    assert all(row["reason"] for row in told["lines"])
