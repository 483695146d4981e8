"""The wallet estimated from similar accounts: where it can be, and how near the truth it comes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mainstay.standing.wallet_similar import Kinds, estimated


def kinds(segment: Any, **others: Any) -> Kinds:
    n = len(segment)
    usual: dict[str, Any] = {
        "account_id": [f"a{i}" for i in range(n)],
        "segment": list(segment),
        "region": [None] * n,
        "country": [None] * n,
        "age_days": np.full(n, 1000.0),
    }
    return Kinds(**(usual | others))


def test_by_hand_it_is_the_90th_percentile_of_the_segment() -> None:
    """Spends of 1 to 40: nine of ten are 36 or less, eight of ten 32, nineteen of twenty 38."""
    spend = np.arange(1.0, 41.0)
    found = estimated(kinds(["dealer"] * 40), spend)
    first = {name: getattr(found, name)[0] for name in ("low", "purchases", "high")}
    assert 32 - 1e-6 <= first["low"] <= 33 + 1e-6
    assert 36 - 1e-6 <= first["purchases"] <= 37 + 1e-6
    assert 38 - 1e-6 <= first["high"] <= 39 + 1e-6
    assert found.share[9] == pytest.approx(10 / first["purchases"])
    assert found.number[0] == 40
    # Never below what it buys from us; of those above all others nothing is said.
    at_37 = 36
    assert found.purchases[at_37] == pytest.approx(max(37, first["purchases"]))
    assert found.source[39] is None
    assert np.isnan(found.share[39])
    assert set(found.source[:38]) == {"estimated"}


@pytest.mark.parametrize(("n", "known"), [(29, False), (30, True)])
def test_it_takes_thirty_of_a_segment(n: int, known: bool) -> None:
    segment = ["few"] * n + ["many"] * 50 + [None] * 40
    found = estimated(kinds(segment), np.linspace(10, 20, len(segment)))
    assert (found.source[0] == "estimated") is known
    assert found.source[n + 25] == "estimated"
    assert not np.any(found.source[-40:] == "estimated")


def test_the_young_the_silent_and_the_unknown_are_left_out() -> None:
    spend = np.linspace(10.0, 20.0, 60)
    spend[0], spend[1] = 0.0, np.nan
    age = np.full(60, 1000.0)
    age[2] = 200.0
    found = estimated(kinds(["x"] * 60, age_days=age), spend)
    assert found.source[:4].tolist() == [None, None, None, "estimated"]
    assert found.number[3] == 57
    nobody = estimated(kinds(["x"] * 60), np.full(60, np.nan))
    assert not np.any(nobody.source == "estimated")


def test_its_own_spend_does_not_move_its_wallet() -> None:
    rng = np.random.default_rng(2)
    spend = rng.lognormal(8, 1, 200)
    spend[0] = np.quantile(spend, 0.3)
    other = spend.copy()
    other[0] = np.quantile(spend, 0.6)
    one, two = (estimated(kinds(["x"] * 200), values) for values in (spend, other))
    assert one.purchases[0] == pytest.approx(two.purchases[0])


def test_ranges_hold_the_wallet_of_their_segment() -> None:
    """In 80 made-up markets of segments, regions and ages, the true 90th percentile of spend of each
    account's kind lies in the range for nine of ten accounts and more, and the estimate is near it."""
    held, ratio = [], []
    for seed in range(80):
        rng = np.random.default_rng(seed)
        n = 600
        segment, region = rng.integers(0, 4, n), rng.integers(0, 3, n)
        age = rng.uniform(400, 4000, n)
        middle = 8 + 0.5 * segment + 0.2 * region + 0.3 * np.log(age / 364)
        spend = np.exp(middle + rng.normal(0, 0.8, n))
        truth = np.exp(middle + 0.8 * 1.2815516)
        names = [f"s{k}" for k in segment], [f"r{k}" for k in region]
        found = estimated(kinds(names[0], region=names[1], age_days=age), spend)
        known = (found.source == "estimated") & (spend < 0.8 * truth)
        held.append((found.low <= truth)[known] & (truth <= found.high)[known])
        ratio.append(np.log(found.purchases[known] / truth[known]))
    assert np.concatenate(held).mean() > 0.9
    assert abs(np.concatenate(ratio).mean()) < 0.03
    assert np.concatenate(ratio).std() < 0.2


def test_many_accounts_are_sampled_alike_every_day() -> None:
    rng = np.random.default_rng(4)
    n = 20_000
    segment = np.where(rng.random(n) < 0.003, "rare", "usual")
    spend = rng.lognormal(8, 1, n) * np.where(segment == "rare", 5.0, 1.0)
    found = estimated(kinds(segment), spend)
    again = estimated(kinds(segment), spend)
    assert np.array_equal(found.purchases, again.purchases, equal_nan=True)
    rare = segment == "rare"
    assert found.number[rare][0] == rare.sum()  # none of the few is left out
    usual = float(np.median(found.purchases[~rare & (found.source == "estimated")]))
    assert usual == pytest.approx(np.quantile(spend[~rare], 0.9), rel=0.1)
