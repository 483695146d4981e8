"""The kernels through the ledger: the store's buckets, its codes, and margin as the amount."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from mainstay.ledger.ledger import Ledger
from mainstay.standing.categories import CategoryFeatures
from mainstay.standing.features import AccountFeatures
from mainstay.standing.season import Season, WeeklyTotals

FIRST = date(2022, 1, 3)
AS_OF = date(2024, 6, 1)


@pytest.fixture(scope="module")
def ledger():
    rng = np.random.default_rng(11)
    n = 3_000
    amount = [Decimal(int(c)) / 100 for c in rng.integers(1, 9_000, n)]
    return Ledger.from_tables(
        order_lines=pa.table(
            {
                "account_id": [f"{i:03}" for i in rng.integers(0, 90, n)],
                "ordered_on": [FIRST + timedelta(days=int(d)) for d in rng.integers(0, 900, n)],
                "amount": pa.array(amount, pa.decimal128(18, 4)),
                "cost": pa.array([a * 2 for a in amount], pa.decimal128(18, 4)),
                "category": rng.choice(["tea", "rice", "oil"], n),
                "kind": rng.choice(["sale", "fee"], n, p=[0.9, 0.1]),
            }
        )
    )


def sold(ledger):
    lines = ledger.table("order_lines", as_of=AS_OF).to_pylist()
    return [x for x in lines if x["kind"] == "sale"]


def test_the_pass_reconciles_with_the_order_lines(ledger):
    kernel = AccountFeatures((FIRST + timedelta(days=400), AS_OF), FIRST)
    table = ledger.map_accounts(kernel, columns=kernel.columns, as_of=AS_OF).to_pylist()
    last = {r["account_id"]: r for r in table if r["date_index"] == 1}
    lines = sold(ledger)
    assert last.keys() == {x["account_id"] for x in lines}
    for account, row in last.items():
        own = [x for x in lines if x["account_id"] == account]
        assert row["amount_total"] == pytest.approx(float(sum(x["amount"] for x in own)))
        assert row["order_days"] == len({x["ordered_on"] for x in own})
        year = AS_OF - timedelta(weeks=52)
        bought = {x["category"] for x in own if x["ordered_on"] >= year}
        assert row["categories_52"] == len(bought)


def test_categories_share_out_what_their_account_bought(ledger):
    accounts = AccountFeatures((AS_OF,), FIRST)
    categories = CategoryFeatures(AS_OF, FIRST)
    whole = ledger.map_accounts(accounts, columns=accounts.columns, as_of=AS_OF)
    parts = ledger.map_accounts(categories, columns=categories.columns, as_of=AS_OF)
    sums = parts.group_by("account_id").aggregate([("amount_52", "sum")]).to_pydict()
    by_account = dict(zip(sums["account_id"], sums["amount_52_sum"], strict=True))
    for row in whole.to_pylist():
        assert by_account[row["account_id"]] == pytest.approx(row["amount_52"])


def test_with_margin_as_the_amount_order_days_stay(ledger):
    kernel = AccountFeatures((AS_OF,), FIRST)
    net, margin = (
        ledger.map_accounts(kernel, columns=kernel.columns, as_of=AS_OF, amount=amount)
        for amount in ("net", "margin")
    )
    assert margin["order_days"] == net["order_days"]
    # everything was sold at half of its cost
    np.testing.assert_allclose(margin["amount_total"], -np.asarray(net["amount_total"]))


def test_weekly_totals_of_all_buckets_make_one_season(ledger):
    tables = ledger.map_accounts(WeeklyTotals(AS_OF), columns=("kind",), as_of=AS_OF)
    season = Season.of(tables, AS_OF, FIRST)
    assert season.years == 2
    assert season.counts.sum() == len({(x["account_id"], x["ordered_on"]) for x in sold(ledger)})
