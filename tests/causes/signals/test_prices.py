"""What they pay and what they earn with us."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from seen import Rows, ago, seen

RISE_AT = 182  # days ago: where a quarter begins


def lines(account: str, price: Callable[[int], float], listed: float = 20.0) -> Rows:
    """Ten pieces of two products every ten days for two years, at a price by days ago."""
    return [
        {
            "account_id": account,
            "ordered_on": ago(day),
            "amount": 10 * price(day),
            "list_amount": 10 * listed,
            "quantity": 10.0,
            "product_id": product,
            "category": "C",
            "order_id": f"{account}{day}",
        }
        for day in range(5, 725, 10)
        for product in ("P", "Q")
    ]


def stepped(to: float) -> Callable[[int], float]:
    return lambda day: 10.0 if day > RISE_AT else to


def steady(_: int) -> float:
    return 10.0


def test_a_price_that_rose_for_one_alone_is_told_from_its_quarter_on() -> None:
    sold = lines("A", stepped(10.5)) + lines("B", steady) + lines("C", steady)
    (one,) = seen("price_up", ("A", "B", "C"), order_lines=sold)
    quarter, before = ([date.fromisoformat(day) for day in row[1:3]] for row in one["rows"])
    assert before[1] + timedelta(days=1) == quarter[0]
    assert (quarter[1] - quarter[0]).days == 90
    assert (before[1] - before[0]).days == 363
    assert (one["account_id"], one["since"], one["until"]) == ("A", ago(RISE_AT), None)
    assert one["strength"] == pytest.approx(0.5)
    assert one["data"]["rise_share"] == pytest.approx(0.05)
    assert one["data"]["others_share"] == pytest.approx(0.0)
    assert one["money"] == pytest.approx(9 * 2 * 10 * 0.5, rel=0.15)


@pytest.mark.parametrize(("to", "found"), [(10.25, 0), (10.5, 0), (10.7, 3)])
def test_a_rise_for_all_counts_where_it_is_large(to: float, found: int) -> None:
    sold = [line for account in "ABC" for line in lines(account, stepped(to))]
    assert len(seen("price_up", ("A", "B", "C"), order_lines=sold)) == found


def test_another_pack_is_no_other_price() -> None:
    sold = lines("A", stepped(30.0)) + lines("B", steady)
    assert seen("price_up", ("A", "B"), order_lines=sold) == []


def test_a_discount_is_lost_from_three_points_on() -> None:
    # Half off the list price before, 45% then.
    (one,) = seen("discount_lost", order_lines=lines("A", stepped(11.0)))
    assert (one["since"], one["strength"]) == (ago(RISE_AT), pytest.approx(0.5))
    assert one["data"]["discount_share"] == pytest.approx(0.45)
    assert seen("discount_lost", order_lines=lines("A", stepped(10.5))) == []


def test_what_they_earn_falls_when_our_price_rises_and_theirs_does_not() -> None:
    def resold(price: Callable[[int], float]) -> Rows:
        return [
            {
                "account_id": "A",
                "month": ago(day).replace(day=1),
                "quantity": 5.0,
                "their_price": price(day),
                "source": "own books",
            }
            for day in range(40, 700, 30)
        ]

    sold = lines("A", stepped(11.0))
    name = "earnings_with_us_falling"
    (one,) = seen(name, order_lines=sold, account_volumes=resold(lambda _: 20.0))
    assert (one["since"], one["strength"]) == (ago(RISE_AT), pytest.approx(0.5))
    assert [row[0] for row in one["rows"]] == ["account_volumes", "order_lines", "order_lines"]
    quarter, before = one["rows"][1:]
    assert before[1] < before[2] < quarter[1] < quarter[2]
    dearer = resold(lambda day: 20.0 if day > RISE_AT else 22.0)
    assert seen(name, order_lines=sold, account_volumes=dearer) == []
