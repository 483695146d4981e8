"""Symptoms in the orders."""

from __future__ import annotations

from typing import Any

import pytest
from seen import Rows, ago, seen

JUDGED: dict[str, Any] = {
    "account_id": "A",
    "state": "late",
    "tier": "A",
    "first_order_on": ago(1000),
    "last_order_on": ago(60),
    "days_silent": 60,
    "rhythm_days": 20.0,
    "late_after_days": 40.0,
    "open_orders": 0.0,
}


def lines(days: list[int], amount: float = 100.0, **more: object) -> Rows:
    return [{"account_id": "A", "ordered_on": ago(d), "amount": amount, **more} for d in days]


def test_silent_begins_when_the_next_order_did_not_come() -> None:
    (row,) = seen("silent", [JUDGED])
    assert (row["since"], row["strength"]) == (ago(40), 0.5)
    assert row["rows"] == [["order_lines", str(ago(60)), str(ago(60)), ""]]


@pytest.mark.parametrize(
    "other", [{"days_silent": 40}, {"open_orders": 5.0}, {"state": "quiet"}, {"rhythm_days": None}]
)
def test_silent_is_not_who_has_a_reason(other: dict[str, Any]) -> None:
    assert seen("silent", [JUDGED | other]) == []


YEAR_AGO = list(range(366, 546, 15))  # 12 order days in that half year


def test_orders_rarer_compares_with_the_same_half_year_before() -> None:
    (row,) = seen("orders_rarer", order_lines=lines([*YEAR_AGO, 5, 60, 120]))
    assert row["data"] == {"order_days_now": 3, "order_days_before": 12}
    assert row["strength"] == pytest.approx(0.75 / 0.8)
    assert row["since"] == ago(182)  # both quarters, and there were no others to compare


def test_orders_rarer_begins_with_the_first_quarter_that_fell() -> None:
    habit = [d for d in range(2, 728, 5) if d > 91] + [40]
    (row,) = seen("orders_rarer", order_lines=lines(habit))
    assert row["since"] == ago(91)


def test_orders_rarer_is_not_chance_nor_silence() -> None:
    assert seen("orders_rarer", order_lines=lines(YEAR_AGO + list(range(3, 180, 20)))) == []  # 9
    assert seen("orders_rarer", order_lines=lines([370, 400, 430, 460, 490, 5])) == []  # too few
    assert seen("orders_rarer", order_lines=lines(YEAR_AGO)) == []  # silent


def test_orders_smaller_looks_at_the_mean_order_day() -> None:
    now = list(range(3, 180, 15))
    (row,) = seen("orders_smaller", order_lines=lines(YEAR_AGO) + lines(now, 50.0))
    assert [one[1:3] for one in row["rows"]] == [
        [str(ago(182)), str(ago(1))],
        [str(ago(364 + 182)), str(ago(364 + 1))],  # the same half year before
    ]
    assert row["data"] == {"now_money": 50.0, "before_money": 100.0}
    assert row["strength"] == pytest.approx(0.5 / 0.8)
    assert row["money"] == pytest.approx(50 * len(now) * 2)
    assert seen("orders_smaller", order_lines=lines(YEAR_AGO) + lines(now, 71.0)) == []


def test_orders_smaller_is_not_the_chance_of_one_large_order() -> None:
    before = lines(YEAR_AGO[1:], 10.0) + lines(YEAR_AGO[:1], 1000.0)
    assert seen("orders_smaller", order_lines=before + lines(list(range(3, 180, 15)), 10.0)) == []


def test_category_dropped_is_one_that_the_assessment_calls_so() -> None:
    judged = JUDGED | {"state": "slipping", "amount_prev_52": 1000.0}
    category = {
        "account_id": "A",
        "category": "pipes",
        "state": "dropped",
        "since": ago(100),
        "last_order_on": ago(130),
        "amount_52": 10.0,
        "amount_prev_52": 150.0,
    }
    (row,) = seen("category_dropped", [judged], categories=[category])
    assert (row["since"], row["category"], row["money"]) == (ago(100), "pipes", 140.0)
    assert row["strength"] == pytest.approx(0.5)
    assert seen("category_dropped", [judged], categories=[category | {"state": "slipping"}]) == []
    assert seen("category_dropped", [judged | {"state": "lost"}], categories=[category]) == []


def products(days: int, count: int) -> Rows:
    """Three order days on which so many products were bought."""
    sold = [{"product_id": f"P{n}", "kind": "sale"} for n in range(count)]
    return [one for d in (0, 9, 18) for what in sold for one in lines([days + d], **what)]


HALVES = [*products(400, 10), *products(600, 14)]


def test_range_narrowing_is_beyond_the_leaner_half_of_the_year_before() -> None:
    (row,) = seen("range_narrowing", order_lines=HALVES + products(30, 2))
    assert row["data"] == {"products_now": 2, "products_before": 10}
    assert (row["since"], row["strength"]) == (ago(182), 1.0)
    assert len(seen("range_narrowing", order_lines=HALVES + products(30, 6))) == 1
    assert seen("range_narrowing", order_lines=HALVES + products(30, 7)) == []
    lean = [*products(400, 10), *products(600, 3)]
    assert seen("range_narrowing", order_lines=lean + products(30, 2)) == []
    assert seen("range_narrowing", order_lines=HALVES + products(30, 2)[:4]) == []  # two days


def test_range_narrowing_forgives_what_we_gave_up() -> None:
    gave_up = [{"product_id": f"P{n}", "discontinued_on": ago(200)} for n in range(2, 14)]
    named = [{"name": "x", **one} for one in gave_up]
    assert seen("range_narrowing", order_lines=HALVES + products(30, 2), products=named) == []


def peers(own: float, n: int = 12) -> Rows:
    others = [
        {"account_id": f"B{k}", "growth": 0.1 + k / 100, "amount_52": 110.0} for k in range(n)
    ]
    mine = {"account_id": "A", "growth": own, "amount_52": 100 * (1 + own)}
    return [
        {"segment": "x", "amount_prev_52": 100.0, "state": "steady", **one}
        for one in [mine, *others]
    ]


def test_growth_below_peers_is_a_quarter_behind_the_middle() -> None:
    (row,) = seen("growth_below_peers", peers(-0.4))
    assert row["account_id"] == "A"
    assert row["data"] == {"own_share": -0.4, "peers_share": 0.15}
    assert row["strength"] == pytest.approx(2 * (1 - 0.6 / 1.15))
    assert row["money"] == pytest.approx(55.0)
    assert seen("growth_below_peers", peers(-0.1)) == []
    assert seen("growth_below_peers", peers(-0.4, 5)) == []  # too few to compare


def test_share_of_wallet_falling_believes_no_estimate() -> None:
    wallet = {
        "share_of_wallet": 0.3,
        "share_of_wallet_before": 0.4,
        "wallet_source": "declared",
        "yearly_purchases": 1000.0,
    }
    (row,) = seen("share_of_wallet_falling", [JUDGED | wallet])
    assert (row["strength"], row["money"]) == (pytest.approx(0.5), pytest.approx(100.0))
    assert seen("share_of_wallet_falling", [JUDGED | wallet | {"wallet_source": "estimated"}]) == []
    assert seen("share_of_wallet_falling", [JUDGED | wallet | {"share_of_wallet": 0.36}]) == []
