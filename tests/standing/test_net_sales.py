"""Net sales between days, beside the slow way of adding them up."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from mainstay import Ledger
from mainstay.standing.net_sales import Bought, NetSales, bought_between

QUICK = settings(max_examples=60, deadline=None, derandomize=True)
EDGES = np.array([18_000, 18_100, 18_101, 18_500])


def test_against_the_slow_way(make_lines, histories):
    @QUICK
    @given(rows=histories)
    def holds(rows):
        table = NetSales(EDGES)(make_lines(rows)).to_pylist()
        for row in table:
            for k, (first, after) in enumerate(pairwise(EDGES)):
                mine = [r for r in rows if r.account == row["account_id"] and r.kind != "fee"]
                slow = sum(r.amount for r in mine if first <= r.day < after)
                assert row["net"][k] == pytest.approx(slow, abs=1e-6)
        assert [row["account_id"] for row in table] == sorted({r.account for r in rows})

    holds()


def test_any_span_between_edges_follows():
    bought = Bought(EDGES, np.array([[0.0, 5.0, 7.0, 17.0]]), begin=18_100)
    who = np.array([0, 0, 0])
    first, after = np.array([18_100, 18_100, 18_000]), np.array([18_101, 18_500, 18_500])
    found = bought.between(first, after, who)
    assert found[:2].tolist() == [2.0, 12.0]
    assert np.isnan(found[2])  # the data begin later
    assert bought.between_all(18_101, 18_500).tolist() == [10.0]


def test_from_a_ledger_it_is_net_sales_of_joined_accounts_whatever_the_run_counts():
    lines = pa.table(
        {
            "account_id": ["a", "old a", "b", "a"],
            "ordered_on": [date(2025, 1, 5), date(2025, 1, 6), date(2025, 1, 7), date(2025, 2, 1)],
            "amount": [100.0, 20.0, 5.0, 900.0],
            "cost": [90.0, 15.0, 1.0, 100.0],
        }
    )
    joins = pa.table({"account_id": ["old a"], "into_id": ["a"]})
    ledger = Ledger.from_tables(order_lines=lines, account_joins=joins)
    edges = np.array([20_000, 20_200])
    when = {"begin": date(2020, 1, 1), "as_of": date(2025, 2, 1)}
    found = bought_between(ledger, ["b", "a", "unseen"], edges, **when)
    assert found.between_all(20_000, 20_200).tolist() == [5.0, 120.0, 0.0]
    some = bought_between(ledger, ["b", "a"], edges, **when, only=["a"])
    assert some.between_all(20_000, 20_200).tolist() == [0.0, 120.0]
    none = bought_between(ledger, ["b", "a"], edges, **when, only=[])
    assert none.between_all(20_000, 20_200).tolist() == [0.0, 0.0]
