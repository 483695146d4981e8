"""What comes back, what we gave up, what is new and not taken."""

from __future__ import annotations

from typing import Any

import pytest
from seen import Rows, ago, seen


def line(account: str, day: int, amount: float, product: str = "P", **also: Any) -> dict[str, Any]:
    order = {"account_id": account, "ordered_on": ago(day), "order_id": f"{account}{day}"}
    return {**order, "amount": amount, "product_id": product, "category": "C", **also}


def sales(account: str, product: str = "P", amount: float = 100.0) -> Rows:
    return [line(account, day, amount, product) for day in range(5, 725, 10)]


KINDS = [("returns_up", "return"), ("credit_notes_up", "credit")]


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_what_comes_back_far_more_than_usual_is_told(name: str, kind: str) -> None:
    back = [line("A", day, -50.0, kind=kind) for day in (110, 130)]
    sold = sales("A") + sales("B") + back
    (one,) = seen(name, ("A", "B"), order_lines=sold)
    assert (one["since"], one["until"]) == (ago(182), ago(91))
    assert (one["money"], one["category"]) == (100.0, "C")
    assert one["data"]["back_share"] == pytest.approx(100 / 900, rel=0.02)
    assert one["strength"] == pytest.approx((100 / 900 - 100 / 14400) / 0.2, rel=0.05)
    assert one["rows"] == [
        ["order_lines", ago(182).isoformat(), ago(92).isoformat(), "P"],
        ["order_lines", ago(546).isoformat(), ago(183).isoformat(), "P"],  # what it was before
    ]


@pytest.mark.parametrize(
    "back",
    [
        [line("A", 110, -100.0, kind="return")],  # one return is no rise
        [line("A", day, -12.0, kind="return") for day in (110, 130)],  # little
        [line("A", day, -50.0, kind="return") for day in range(6, 720, 45)],  # as always
    ],
)
def test_one_little_or_usual_returns_are_not_told(back: Rows) -> None:
    assert seen("returns_up", ("A", "B"), order_lines=sales("A") + sales("B") + back) == []


def test_a_product_given_up_is_told_to_those_who_bought_much_of_it() -> None:
    sold = sales("A", "P", 15.0) + sales("A", "Q", 85.0)
    sold += sales("B", "P", 9.0) + sales("B", "Q", 91.0)
    gone = {"product_id": "P", "name": "Tap", "category": "C", "discontinued_on": ago(100)}
    (one,) = seen("discontinued_theirs", ("A", "B"), order_lines=sold, products=[gone])
    assert (one["account_id"], one["since"], one["category"]) == ("A", ago(100), "C")
    assert one["strength"] == pytest.approx(0.5)
    assert one["data"]["product"] == "Tap"
    replaced = [{**gone, "replaced_by": "Q"}]
    (one,) = seen("discontinued_theirs", ("A", "B"), order_lines=sold, products=replaced)
    assert one["strength"] == pytest.approx(0.25)


def launched(day: int) -> Rows:
    return [{"product_id": f"N{n}", "category": "C", "launched_on": ago(day)} for n in range(2)]


@pytest.mark.parametrize(("day", "takers", "found"), [(250, 8, 1), (100, 8, 0), (250, 1, 0)])
def test_new_products_are_told_where_others_took_them(day: int, takers: int, found: int) -> None:
    accounts = [f"B{n}" for n in range(9)]
    sold = [row for one in ["A", *accounts] for row in sales(one)]
    taken = [line(one, 50, 5.0, f"N{n}") for one in accounts[:takers] for n in range(2)]
    told = seen("new_products_not_taken", ["A"], order_lines=sold + taken, products=launched(day))
    assert told == []  # without others nobody knows
    told = seen(
        "new_products_not_taken",
        ["A", *accounts],
        order_lines=sold + taken,
        products=launched(day),
    )
    assert [one["account_id"] for one in told if one["account_id"] == "A"] == ["A"] * found
    if found:
        (mine,) = (one for one in told if one["account_id"] == "A")
        assert mine["strength"] == pytest.approx(0.8)
        assert mine["since"] == ago(day - 182)
        assert mine["rows"] == [["products", "N0"], ["products", "N1"]]
