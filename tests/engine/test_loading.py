"""Stocking up through the public door: no warning while it lasts, and a sentence that says so."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pyarrow as pa
import pytest

from mainstay import Ledger, assess
from mainstay.simulate import Load, Plan, histories, stock_up

PLAN = Plan(accounts=80, weeks=130, orders_a_year=26, spread=None, regularity=(6,), size_spread=0.3)
AS_OF = PLAN.begin + timedelta(weeks=PLAN.weeks)
LOADERS = [f"S{i:06}" for i in range(40)]
ON = AS_OF - timedelta(weeks=6)


@pytest.fixture(scope="module")
def rows() -> dict[str, dict]:
    lines: pa.Table = histories(PLAN, seed=2).lines
    lines = stock_up(lines, [Load(name, ON, 4.0) for name in LOADERS])
    found = assess(Ledger.from_tables(order_lines=lines), as_of=AS_OF)
    return {r["account_id"]: r for r in found.accounts.to_pylist()}


def said(row: dict) -> list[dict]:
    return [text["data"] for text in json.loads(row["reasons"]) if "stocked up" in text["template"]]


def test_it_is_said_of_who_is_silent_after_a_large_order(rows: dict[str, dict]) -> None:
    told = {name: data for name, row in rows.items() for data in said(row)}
    assert len(told.keys() & set(LOADERS)) > 0.5 * len(LOADERS)
    assert len(told.keys() - set(LOADERS)) <= 2
    for name, data in told.items():
        assert data["times"] > 1.4
        assert date.fromisoformat(data["until_on"]) >= AS_OF - timedelta(days=1)
        assert rows[name]["days_silent"] > rows[name]["rhythm_days"]


def test_few_of_them_are_warned_of(rows: dict[str, dict]) -> None:
    silent = [name for name in LOADERS if rows[name]["days_silent"] > rows[name]["rhythm_days"]]
    warned = [name for name in silent if rows[name]["state"] in ("late", "slipping", "lost")]
    assert len(silent) > 20
    assert len(warned) < 0.25 * len(silent)
