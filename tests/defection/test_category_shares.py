"""In which share of their orders accounts buy a category: found again where it is known."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from tests.support.made import lines_of

from mainstay.defection.category_shares import APART, CategoryShares, Share, shares_of
from mainstay.ledger.lines import KINDS, Lines
from mainstay.simulate import Plan, histories

BEGIN = date(2023, 1, 2)
AS_OF = BEGIN + timedelta(weeks=120)


def bought(shares: np.ndarray, orders: int = 60, seed: int = 1) -> Lines:
    """Accounts with an order every two weeks; each line of `paint` in a share of them, else `other`."""
    rng = np.random.default_rng(seed)
    n = len(shares)
    day = np.tile(7 * 2 * np.arange(orders) + (BEGIN - date(1970, 1, 1)).days, n).astype(np.int32)
    holds = rng.random(n * orders) < np.repeat(shares, orders)
    return Lines(
        account_ids=pa.array([f"A{i:03}" for i in range(n)]),
        offsets=np.arange(n + 1) * orders,
        day=day,
        amount=np.full(n * orders, 100.0),
        codes={"category": holds.astype(np.int32), "kind": np.zeros(n * orders, np.int32)},
        names={"category": pa.array(["other", "paint"]), "kind": pa.array(KINDS)},
        values={},
    )


@pytest.mark.parametrize(("mean", "apart"), [(0.5, 0.1), (0.3, 0.3), (0.6, 0.05)])
def test_the_mean_and_how_far_accounts_lie_apart_are_found_again(mean: float, apart: float) -> None:
    rng = np.random.default_rng(3)
    both = 1.0 / apart - 1.0
    shares = rng.beta(mean * both, (1.0 - mean) * both, 3000)
    shares = shares[shares > 0.1]  # who hardly ever buys it is in no count
    found = shares_of(CategoryShares(AS_OF)(bought(shares)))["paint"]
    assert found.mean == pytest.approx(shares.mean(), abs=0.03)
    there = shares.var() / (shares.mean() * (1.0 - shares.mean()))
    assert found.apart == pytest.approx(there, rel=0.2)


def test_the_tables_of_several_kernels_are_simply_put_together() -> None:
    plan = Plan(accounts=80, weeks=110)
    made = histories(plan, seed=2).lines
    kernel = CategoryShares(plan.begin + timedelta(weeks=110))
    code = made["account_id"].combine_chunks().dictionary_encode().indices.to_numpy()

    def of(rows: np.ndarray) -> Lines:
        lines = made.filter(pa.array(rows))
        category = lines["category"].combine_chunks().dictionary_encode()
        found = lines_of(lines)
        found.codes["category"] = category.indices.to_numpy().astype(np.int32)
        found.names["category"] = category.dictionary
        return found

    whole = shares_of(kernel(of(code >= 0)))
    parts = shares_of(pa.concat_tables([kernel(of(code < 30)), kernel(of(code >= 30))]))
    assert whole.keys() == parts.keys() == set(plan.categories)
    for name, share in whole.items():
        assert parts[name].mean == pytest.approx(share.mean, rel=1e-8)
        assert parts[name].apart == pytest.approx(share.apart, rel=1e-6)


def test_who_are_all_alike_are_not_believed_to_be_so_altogether() -> None:
    found = shares_of(CategoryShares(AS_OF)(bought(np.full(500, 0.5))))["paint"]
    assert found.apart < 0.03
    assert found.shape == pytest.approx(found.mean / (1.0 - found.mean) / APART[0])
    assert Share(0.5, 0.1).shape == pytest.approx(10.0)


def test_a_category_that_few_buy_tells_nothing_of_others() -> None:
    lines = bought(np.r_[np.full(4, 0.5), np.zeros(30)])
    assert set(shares_of(CategoryShares(AS_OF)(lines))) == {"other"}
    nobody = bought(np.zeros(0))
    assert shares_of(CategoryShares(AS_OF)(nobody)) == {}


def test_orders_on_or_after_the_date_are_not_looked_at() -> None:
    lines = bought(np.full(50, 0.5), orders=70)
    on = BEGIN + timedelta(weeks=60)
    known = bought(np.full(50, 0.5), orders=70)
    late = known.day >= (on - date(1970, 1, 1)).days
    known.codes["category"][late] = 1 - known.codes["category"][late]
    assert shares_of(CategoryShares(on)(lines)) == shares_of(CategoryShares(on)(known))
