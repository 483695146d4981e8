"""Chains through the public door: sisters that left are evidence, and only where there are any."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from mainstay import Ledger, assess
from mainstay.engine.assessment import Assessment
from mainstay.simulate import Plan, histories

CHAINS, SHOPS = 90, 4
WEEKS = 130
PLAN = Plan(accounts=CHAINS * SHOPS, weeks=WEEKS, orders_a_year=20, spread=3.0, regularity=(1, 2))
AS_OF = PLAN.begin + timedelta(weeks=WEEKS)


def chain_of(i: int) -> int:
    return i // SHOPS


def left_one_by_one(seed: int) -> pa.Table:
    """Of some chains each shop leaves a few weeks after the other; else nobody leaves."""
    rng = np.random.default_rng(seed)
    lines = histories(PLAN, seed=seed).lines
    leaves = np.where(rng.random(CHAINS) < 0.7, rng.uniform(30, WEEKS + 20, CHAINS), np.inf)
    order = np.argsort(rng.random((CHAINS, SHOPS)), axis=1)
    weeks = (leaves[:, None] + 13 * order).ravel()
    shop = np.array([int(a[1:]) for a in lines["account_id"].to_pylist()])
    day = lines["ordered_on"].cast(pa.int32()).to_numpy() - (PLAN.begin - date(1970, 1, 1)).days
    return lines.filter(pa.array(day < 7 * weeks[shop]))


def accounts(known: bool) -> pa.Table:
    names = [f"S{i:06}" for i in range(PLAN.accounts)]
    chain = [f"chain {chain_of(i)}" if known else None for i in range(PLAN.accounts)]
    return pa.table({"account_id": names, "name": names, "group_id": pa.array(chain, pa.string())})


@pytest.fixture(scope="module")
def lines() -> pa.Table:
    return left_one_by_one(5)


@pytest.fixture(scope="module")
def result(lines: pa.Table) -> Assessment:
    return assess(Ledger.from_tables(order_lines=lines, accounts=accounts(True)), as_of=AS_OF)


@pytest.fixture(scope="module")
def without(lines: pa.Table) -> pa.Table:
    return assess(Ledger.from_tables(order_lines=lines), as_of=AS_OF).accounts


def living(result: Assessment) -> list[dict]:
    return [r for r in result.accounts.to_pylist() if r["eligible"] and r["state"] == "steady"]


def share_gone(result: Assessment) -> dict[str, float]:
    gone = {r["account_id"]: r["state"] in ("late", "lost") for r in result.accounts.to_pylist()}
    found = {}
    for name in gone:
        i = int(name[1:])
        others = [f"S{j:06}" for j in range(PLAN.accounts) if j != i and chain_of(j) == chain_of(i)]
        found[name] = float(np.mean([gone.get(other, True) for other in others]))
    return found


def test_who_has_lost_its_sisters_is_likelier_to_leave(result: Assessment) -> None:
    gone = share_gone(result)
    rows = living(result)
    alone = [r["p_complete"] for r in rows if gone[r["account_id"]] >= 0.5]
    others = [r["p_complete"] for r in rows if gone[r["account_id"]] == 0]
    assert min(len(alone), len(others)) >= 10
    assert np.mean(alone) > 2 * np.mean(others)


def test_the_sentence_counts_them(result: Assessment) -> None:
    said = [
        text["data"]
        for row in living(result)
        for text in json.loads(row["reasons"])
        if "sister" in text["template"] and "leaving" in text["template"]
    ]
    assert said
    for data in said:
        assert 1 <= data["gone"] <= data["sisters"] <= SHOPS - 1


def test_without_chains_nothing_changes(lines: pa.Table, without: pa.Table) -> None:
    ledger = Ledger.from_tables(order_lines=lines, accounts=accounts(False))
    assert assess(ledger, as_of=AS_OF).accounts.equals(without)
    assert "sister" not in "".join(without["reasons"].to_pylist())


def test_a_chain_that_is_told_later_changes_nothing(lines: pa.Table, without: pa.Table) -> None:
    told = Ledger.from_tables(
        order_lines=lines,
        accounts=accounts(True),
        recorded_at=datetime(AS_OF.year, AS_OF.month, AS_OF.day, 1, tzinfo=UTC),
    )
    late = assess(told, as_of=AS_OF).accounts.drop_columns(["group_id", "name"])
    assert late.equals(without.drop_columns(["group_id", "name"]))
