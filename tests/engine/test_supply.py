"""Our own stock-outs through the public door: who bought less because we had none is not leaving."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mainstay import Ledger, assess, replay
from mainstay.engine.assessment import Assessment
from mainstay.simulate import Plan, Stockout, histories, run_out

PLAN = Plan(accounts=60, weeks=82, orders_a_year=26, spread=None, regularity=(6,), size_spread=0.3)
END = PLAN.begin + timedelta(weeks=PLAN.weeks)
AS_OF = END - timedelta(weeks=1)
OUT = Stockout("P1", END - timedelta(weeks=9), 8)
HIT = [f"S{i:06}" for i in range(15)]  # buy 85% P1
ALARMS = ("late", "slipping", "lost")


def with_products(lines: pa.Table) -> pa.Table:
    """P1 in its own category for those who are hit, other products for the others."""
    rng = np.random.default_rng(5)
    n = lines.num_rows
    hit = pc.is_in(lines["account_id"], value_set=pa.array(HIT)).to_numpy(zero_copy_only=False)
    p1 = hit & (rng.random(n) < 0.85)
    product = np.where(p1, "P1", np.char.add("Q", rng.integers(0, 6, n).astype(str)))
    category = np.where(p1, "pens", "all else")
    lines = lines.append_column("product_id", pa.array(product.tolist()))
    place = lines.schema.get_field_index("category")
    return lines.set_column(place, "category", pa.array(category.tolist()))


@pytest.fixture(scope="module")
def history() -> tuple[pa.Table, pa.Table]:
    return run_out(with_products(histories(PLAN, seed=2).lines), [OUT])


def judged(lines: pa.Table, as_of: date = AS_OF, **tables: pa.Table) -> Assessment:
    return assess(Ledger.from_tables(order_lines=lines, **tables), as_of=as_of)


@pytest.fixture(scope="module")
def told(history: tuple[pa.Table, pa.Table]) -> Assessment:
    return judged(history[0], supply=history[1])


@pytest.fixture(scope="module")
def untold(history: tuple[pa.Table, pa.Table]) -> Assessment:
    return judged(history[0])


def rows_of(result: Assessment) -> dict[str, dict]:
    return {row["account_id"]: row for row in result.accounts.to_pylist()}


def alarms(result: Assessment) -> int:
    rows = rows_of(result)
    return sum(rows[name]["state"] in ALARMS for name in HIT)


def test_who_could_not_buy_is_not_called_leaving(told: Assessment, untold: Assessment) -> None:
    assert alarms(untold) >= 10
    assert alarms(told) == 0
    for result, low, high in ((told, 0.0, 0.1), (untold, 0.2, 1.0)):
        rows = rows_of(result)
        assert low <= np.mean([rows[name]["p_complete"] for name in HIT]) <= high
    money = [sum(rows_of(r)[name]["money_at_risk"] for name in HIT) for r in (told, untold)]
    assert money[0] < 0.4 * money[1]


def test_its_category_is_not_called_falling(told: Assessment, untold: Assessment) -> None:
    def fell(result: Assessment) -> float:
        rows = result.categories.filter(pc.equal(result.categories["category"], "pens"))
        return float(np.mean(rows["p_fell"].to_numpy()))

    assert fell(told) < 0.5 * fell(untold)


def test_the_reasons_say_what_we_could_not_deliver(told: Assessment, untold: Assessment) -> None:
    def said(result: Assessment) -> dict[str, dict]:
        found = {}
        for name, row in rows_of(result).items():
            for text in json.loads(row["reasons"]):
                if "could not deliver" in text["template"]:
                    found[name] = text["data"]
        return found

    assert said(untold) == {}
    data = said(told)
    assert set(data) == set(HIT)
    for one in data.values():
        assert one["products"] == "P1"
        assert one["short_weeks"] == 8
        assert one["since_on"] == str(OUT.monday)
        assert 0.6 < one["usual_share"] <= 1.0


def test_who_stays_away_once_we_can_deliver_is_seen() -> None:
    out = Stockout("P1", END - timedelta(weeks=20), 8)
    lines, supply = run_out(with_products(histories(PLAN, seed=2).lines), [out])
    gone = pc.and_(
        pc.is_in(lines["account_id"], value_set=pa.array(HIT)),
        pc.greater_equal(lines["ordered_on"], pa.scalar(out.monday)),
    )
    assert alarms(judged(lines.filter(pc.invert(gone)), END, supply=supply)) >= 12


def test_a_table_that_says_nothing_was_missing_changes_nothing(
    history: tuple[pa.Table, pa.Table], untold: Assessment
) -> None:
    lines, supply = history
    full = supply.set_column(2, "available", pa.array(np.ones(supply.num_rows)))
    other = supply.set_column(0, "product_id", pa.array(["nobody's"] * supply.num_rows))
    result = judged(lines, supply=pa.concat_tables([full, other.cast(full.schema)]))
    assert result.accounts.equals(untold.accounts)
    assert result.categories.equals(untold.categories)
    assert result.history.equals(untold.history)


def test_a_week_that_is_not_over_changes_nothing(
    history: tuple[pa.Table, pa.Table], told: Assessment
) -> None:
    lines, supply = history
    coming = pa.table(
        {
            "product_id": ["P1", "P1", "Q1"],
            "week": [AS_OF - timedelta(days=2), AS_OF, AS_OF + timedelta(weeks=3)],
            "available": [0.0, 0.0, 0.0],
        }
    )
    assert AS_OF.weekday() == 0
    later = pa.concat_tables([supply, coming.slice(1)]).cast(supply.schema)
    assert judged(lines, supply=later).accounts.equals(told.accounts)


def test_a_replay_does_not_count_as_partial_what_we_could_not_deliver() -> None:
    rng = np.random.default_rng(4)
    lines, supply = run_out(with_products(histories(PLAN, seed=2).lines), [OUT])
    # Nearly all stay away while P1 is missing; what they buy meanwhile is little.
    inside = pc.greater_equal(lines["ordered_on"], pa.scalar(OUT.monday)).to_numpy()
    hit = pc.is_in(lines["account_id"], value_set=pa.array(HIT)).to_numpy(zero_copy_only=False)
    little = pa.array(~(inside & hit) | (rng.random(lines.num_rows) < 0.5))
    lines = lines.filter(little)

    def partly(**tables: pa.Table) -> int:
        found = replay(Ledger.from_tables(order_lines=lines, **tables), [OUT.monday], 9).judged
        rows = found.filter(pc.equal(found["outcome"], "partial")).to_pylist()
        return sum(row["happened"] for row in rows if row["account_id"] in HIT)

    assert partly() >= 5
    assert partly(supply=supply) <= 2
