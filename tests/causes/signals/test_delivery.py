"""Late, short, out of stock, refused: what counts and what does not."""

from __future__ import annotations

from typing import Any

import pytest
from seen import Rows, ago, seen

from mainstay.causes.catalogue import catalogue
from mainstay.core.texts import Text


def delivery(promised: int, came: int | None, **also: Any) -> dict[str, Any]:
    """One of A: promised so many days ago, delivered so many days ago."""
    day = None if came is None else ago(came)
    return {"account_id": "A", "promised_on": ago(promised), "delivered_on": day, **also}


def test_a_delivery_is_late_after_two_days() -> None:
    told = [delivery(100, 93, delivery_id="D"), delivery(80, 78), delivery(60, 65)]
    (late,) = seen("delivery_late", deliveries=told)
    assert (late["since"], late["until"], late["strength"]) == (ago(100), ago(93), 0.5)
    assert late["rows"] == [["deliveries", "D"]]
    assert late["data"] == {"late_days": 7, "promised_on": ago(100).isoformat(), "came": "yes"}


def test_what_never_came_is_late_until_it_comes_under_whatever_number() -> None:
    same = {"order_id": "O", "product_id": "P"}
    (late,) = seen("delivery_late", deliveries=[delivery(10, None, delivery_id="1", **same)])
    assert (late["since"], late["until"]) == (ago(10), None)
    assert said(late) == f"Promised for {ago(10)}, not delivered yet."
    both = [delivery(10, None, delivery_id="1", **same), delivery(10, 9, delivery_id="2", **same)]
    assert seen("delivery_late", deliveries=both) == []
    refused = [delivery(10, None, refused_on=ago(12))]
    assert seen("delivery_late", deliveries=refused) == []


def said(late: dict[str, Any]) -> str:
    return Text(catalogue()["delivery_late"].wording_of(late["data"]), late["data"]).render()


def test_what_came_in_part_is_said_to_have_come_in_part() -> None:
    lines = [delivery(30, 20, product_id="P"), delivery(30, None, product_id="Q", delivery_id="2")]
    (late,) = seen("delivery_late", deliveries=lines)
    assert said(late) == f"Promised for {ago(30)}: part came 10 days late, part has not come yet."
    assert late["until"] is None
    (late,) = seen("delivery_late", deliveries=lines[:1])
    assert said(late) == f"Delivered 10 days after the promised {ago(30)}."


def test_what_is_said_not_to_have_come_at_all_is_short_and_not_late_as_well() -> None:
    nothing = {"quantity_ordered": 10.0, "quantity_delivered": 0.0}
    for came in (None, 20):
        told = [delivery(600, came, **nothing)]
        assert seen("delivery_late", deliveries=told) == []
        (short,) = seen("delivery_short", deliveries=told)
        assert short["data"]["missing_share"] == 1.0


def test_who_has_always_had_its_goods_late_is_not_told_anew() -> None:
    told = [delivery(d, d - 6) for d in range(200, 700, 20)]
    found = seen("delivery_late", deliveries=[*told, delivery(10, 3), delivery(9, 0)])
    assert ago(10) not in {one["since"] for one in found}
    assert ago(9) in {one["since"] for one in found}


def test_an_order_of_several_lines_is_late_once_and_as_far_as_its_lines_are() -> None:
    days = enumerate((50, 43, 36, 36))
    lines = [delivery(50, came, delivery_id=str(i), product_id=str(i)) for i, came in days]
    (late,) = seen("delivery_late", deliveries=lines)
    assert (late["since"], late["until"]) == (ago(50), ago(36))
    assert late["strength"] == pytest.approx((0 + 0.5 + 1 + 1) / 4)
    assert late["data"]["late_days"] == 14
    assert late["rows"] == [["deliveries", "2"], ["deliveries", "3"], ["deliveries", "1"]]


def ordered(delivered: float | None, **also: Any) -> dict[str, Any]:
    came = {"quantity_ordered": 10.0, "quantity_delivered": delivered}
    return delivery(50, 48, order_id="O", product_id="P", **came, **also)


def test_a_delivery_is_short_by_what_did_not_come_in_all() -> None:
    parts = [ordered(4.0, delivery_id="1"), ordered(3.5, delivery_id="2")]
    products: Rows = [{"product_id": "P", "category": "Taps"}]
    (short,) = seen("delivery_short", deliveries=parts, products=products)
    assert short["strength"] == pytest.approx(0.5)
    assert (short["since"], short["category"]) == (ago(50), "Taps")
    assert short["rows"] == [["deliveries", "1"], ["deliveries", "2"]]
    assert short["data"]["missing_share"] == pytest.approx(0.25)


def test_what_came_short_on_one_day_is_told_once_over_its_products() -> None:
    other = {"order_id": "O", "product_id": "Q", "delivery_id": "2", "quantity_ordered": 10.0}
    products: Rows = [{"product_id": "P", "category": "Taps"}, {"product_id": "Q"}]
    all_of_it = delivery(50, 48, quantity_delivered=10.0, **other)
    (short,) = seen(
        "delivery_short", deliveries=[ordered(6.0, delivery_id="1"), all_of_it], products=products
    )
    assert short["data"]["missing_share"] == pytest.approx(0.2)
    assert (short["strength"], short["category"]) == (pytest.approx(0.4), "Taps")
    assert short["rows"] == [["deliveries", "1"]]
    none_of_it = delivery(50, 48, quantity_delivered=0.0, **other)
    (worse,) = seen(
        "delivery_short", deliveries=[ordered(6.0, delivery_id="1"), none_of_it], products=products
    )
    assert worse["data"]["missing_share"] == pytest.approx(0.7)
    assert worse["rows"] == [["deliveries", "1"], ["deliveries", "2"]]


@pytest.mark.parametrize(
    "told",
    [
        [ordered(9.6)],
        [ordered(5.0, delivery_id="1"), ordered(5.0, delivery_id="2")],
        [ordered(12.0)],
        [delivery(5, None, quantity_ordered=10.0)],  # not delivered yet is late, not short
        [
            {
                "account_id": "A",
                "promised_on": ago(5),
                "delivered_on": ago(4),
                "quantity_ordered": 0.0,
            }
        ],
    ],
)
def test_what_came_whole_or_not_yet_is_not_short(told: Rows) -> None:
    assert seen("delivery_short", deliveries=told) == []


def test_an_urgent_order_refused_counts_unless_it_came_after_all() -> None:
    refused = {"account_id": "A", "refused_on": ago(30), "reason": "no truck"}
    (one,) = seen("urgent_order_refused", deliveries=[{**refused, "urgent": True}])
    assert (one["since"], one["strength"], one["data"]["reason"]) == (ago(30), 1.0, "no truck")
    assert seen("urgent_order_refused", deliveries=[{**refused, "urgent": False}]) == []
    came = {**refused, "urgent": True, "delivered_on": ago(29), "quantity_delivered": 3.0}
    assert seen("urgent_order_refused", deliveries=[came]) == []


def lines(account: str, shares: dict[str, float], every: int = 30) -> Rows:
    """Orders of the two years, each of 100 in all."""
    return [
        {
            "account_id": account,
            "ordered_on": ago(day),
            "amount": 100 * share,
            "product_id": product,
            "category": "C",
            "order_id": f"{account}{day}",
        }
        for day in range(20, 728, every)
        for product, share in shares.items()
    ]


def test_a_stock_out_is_met_by_those_who_usually_buy_it() -> None:
    out: Rows = [{"product_id": "P", "week": ago(d), "available": 0.0} for d in (100, 93)]
    bought = lines("A", {"P": 0.2, "Q": 0.8}) + lines("B", {"P": 0.02, "Q": 0.98})
    bought += lines("C", {"Q": 1.0})
    (met,) = seen("stock_out_met", ("A", "B", "C"), order_lines=bought, supply=out)
    assert (met["account_id"], met["category"], met["data"]["out_weeks"]) == ("A", "C", 2)
    # A fifth of what it buys for two of the about four weeks between its orders.
    assert met["strength"] == pytest.approx(0.2 * 14 / (364 / 12) / 0.2, rel=0.1)
    assert met["since"].weekday() == 0
    # First the weeks of the stock-out itself, then what it bought of it before.
    weeks = [row for row in met["rows"] if row[0] == "supply"]
    assert len(weeks) == met["data"]["out_weeks"]
    assert {row[1] for row in weeks} == {met["rows"][-1][3]}
    assert met["rows"] == [*weeks, met["rows"][-1]]
    assert met["rows"][-1][:1] == ["order_lines"]
    assert min(row[2] for row in weeks) > met["rows"][-1][2]
    assert met["rows"][-1][3] == "P"


def test_a_week_of_little_less_and_a_count_of_something_are_no_stock_out() -> None:
    bought = lines("A", {"P": 0.5, "Q": 0.5})
    nearly: Rows = [{"product_id": "P", "week": ago(100), "available": 0.95}]
    some: Rows = [{"product_id": "P", "on": ago(100), "on_hand": 1.0}]
    assert seen("stock_out_met", order_lines=bought, supply=nearly, stock=some) == []


def test_a_count_of_nothing_holds_until_the_next_one() -> None:
    counts: Rows = [
        {"product_id": "P", "on": ago(100), "on_hand": 0.0},
        {"product_id": "P", "on": ago(80), "on_hand": 9.0},
        {"product_id": "Q", "on": ago(200), "on_hand": -1.0},  # nobody counted again
    ]
    found = seen("stock_out_met", order_lines=lines("A", {"P": 0.5, "Q": 0.5}), stock=counts)
    assert [(one["data"]["product"], one["data"]["out_weeks"]) for one in found] == [
        ("Q", 5),
        ("P", 3),
    ]
