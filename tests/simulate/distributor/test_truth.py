"""The truth adds up, and is spread as in life."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pyarrow.compute as pc
import pytest

from mainstay.simulate import Company, Distributor
from mainstay.simulate.distributor.reasons import PLACE

SMALL = Company(accounts=80, staff=15, weeks=100, products=240)


@pytest.fixture(scope="module")
def world() -> Distributor:
    return Distributor(SMALL, seed=8).run()


def test_what_was_lost_is_what_they_would_have_bought_less_what_they_bought(
    world: Distributor,
) -> None:
    balance = {row["account_id"]: row for row in world.balance().to_pylist()}
    for by_category in (False, True):
        lost: dict[str, float] = defaultdict(float)
        for row in world.truth(by_category=by_category).to_pylist():
            lost[row["account_id"]] += row["lost_amount"]
        for code, row in balance.items():
            assert row["would"] == pytest.approx(row["bought"] + row["lost"], abs=1e-6)
            assert lost[code] == pytest.approx(row["lost"], abs=1.0)


def test_orders_add_up_to_what_they_bought(world: Distributor) -> None:
    lines = world.tables()["order_lines"]
    sales = world.ledger().in_reporting_currency(lines.filter(pc.equal(lines["kind"], "sale")))
    sums = {
        row["account_id"]: row["amount_sum"]
        for row in sales.group_by("account_id").aggregate([("amount", "sum")]).to_pylist()
    }
    balance = world.balance().to_pylist()
    bought = np.array([row["bought"] for row in balance])
    ordered = np.array([sums.get(row["account_id"], 0.0) for row in balance])
    assert ordered.sum() == pytest.approx(bought.sum(), rel=0.03)
    large = bought > np.median(bought)
    assert np.abs(ordered[large] / bought[large] - 1).max() < 0.25


def test_a_row_names_its_reason_its_time_and_whether_it_is_the_main_one(
    world: Distributor,
) -> None:
    rows = world.truth().to_pylist()
    assert {(row["family"], row["reason"]) for row in rows} <= set(PLACE)
    assert all(row["category"] is None for row in rows)
    assert all(SMALL.begin <= row["since"] < world.today for row in rows)
    assert all(row["until"] is None or row["until"] >= row["since"] for row in rows)
    assert all(0 <= row["lost_share_now"] <= row["lost_share"] + 1e-9 <= 1 + 1e-9 for row in rows)
    main = Counter(row["account_id"] for row in rows if row["main"])
    assert set(main.values()) == {1}
    assert set(main) == {row["account_id"] for row in rows}


@pytest.mark.parametrize("setting", ["usual", "careless", "contested"])
def test_a_third_lose_much_and_no_family_takes_it_all(setting: str) -> None:
    company = replace(getattr(Company, setting)(), accounts=300, staff=30, products=400)
    found = Distributor(company, seed=1).run()
    share: dict[tuple[str, str], float] = defaultdict(float)
    main = {}
    for row in found.truth().to_pylist():
        share[row["account_id"], row["family"]] += row["lost_share"]
        if row["main"]:
            main[row["account_id"]] = row["family"]
    much = Counter(family for code, family in main.items() if share[code, family] >= 0.3)
    assert 0.25 <= much.total() / 300 <= 0.4
    assert max(much.values()) / much.total() < 0.27
    assert len(much) >= 9
