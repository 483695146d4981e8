"""A sheet from a tiny ledger: what is short, for whom, why; what is wrong in the files is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from seen import add, ago, ledger_of, view_of

from mainstay.supply.reasons import sentences
from mainstay.supply.sheet import Sheet, sheet
from mainstay.supply.types import Rules

ACCOUNTS = [
    {
        "account_id": "A",
        "name": "Anna",
        "size_class": "large",
        "core": "yes",
        "expected_52": 1300.0,
    },
    {
        "account_id": "B",
        "name": "Boris",
        "size_class": "large",
        "core": "no",
        "expected_52": 1300.0,
    },
    {"account_id": "C", "name": "Clara", "size_class": "small", "core": "no", "expected_52": 260.0},
]


def order(account: str, quantity: float | None, **also: Any) -> dict[str, Any]:
    given = {
        "account_id": account,
        "ordered_on": ago(5),
        "amount": 10.0 * (quantity or 0),
        "order_id": f"O{account}",
        "line": "1",
        "product_id": "P",
        "quantity": quantity,
    }
    return given | also


def tables(*orders: dict[str, Any], **also: Any) -> dict[str, Any]:
    bought = [
        order(one, 10.0, ordered_on=ago(7 * week + 1), order_id=f"{one}{week}")
        for one in "ABC"
        for week in range(52)
    ]
    given = {
        "order_lines": bought,
        "open_orders": [row | {"line": str(n)} for n, row in enumerate(orders)],
        "stock": [{"product_id": "P", "on": ago(3), "on_hand": 60.0}],
        "products": [{"product_id": "P", "name": "Pump"}],
    }
    return given | also


def made(rows: dict[str, Any], rules: Rules | None = None, **also: Any) -> Sheet:
    return sheet(
        view_of(ledger_of(rows), ACCOUNTS, **also), rules or Rules(), amount_is_margin=True
    )


def given(found: Sheet) -> dict[str, float]:
    return {row["account_id"]: row["given"] for row in found.lines.to_pylist()}


WANTED = (order("A", 40.0), order("B", 40.0), order("C", 20.0))


def test_what_is_short_and_what_each_rule_gives() -> None:
    found = made(tables(*WANTED))
    (product,) = found.products.to_pylist()
    assert (product["available"], product["wanted"], product["accounts"]) == (60.0, 100.0, 3)
    rows = {row["account_id"]: row for row in found.lines.to_pylist()}
    assert sum(given(found).values()) == pytest.approx(60.0)
    assert given(found)["C"] >= 10.0
    assert [rows[one]["first_come"] for one in "ABC"] == [40.0, 20.0, 0.0]
    assert [rows[one]["pro_rata"] for one in "ABC"] == [24.0, 24.0, 12.0]
    # The floor has its price; without it, no rule loses less.
    lost = made(tables(*WANTED), Rules(small_share=0.0, core_first=0.0)).meta["lost"]
    assert lost["priority"] <= min(lost["pro_rata"], lost["first_come"])
    sizes = {(row["rule"], row["size_class"]): row for row in found.sizes.to_pylist()}
    assert sizes["first_come", "small"]["fill"] == 0.0
    assert sizes["pro_rata", "large"]["fill"] == pytest.approx(0.6)
    for row in rows.values():
        assert all(str(text) for text in sentences(row))


def test_those_that_were_short_through_us_come_before_others_alike() -> None:
    short = [
        {
            "delivery_id": str(n),
            "account_id": "B",
            "product_id": "P",
            "promised_on": ago(10 + n),
            "delivered_on": ago(10 + n),
            "quantity_ordered": 10.0,
            "quantity_delivered": 5.0,
        }
        for n in range(6)
    ]
    rows = tables(*WANTED)
    plain = given(made(rows, Rules(core_first=0.0)))
    assert plain["A"] == plain["B"]
    later = given(made(rows | {"deliveries": short}, Rules(core_first=0.0)))
    assert later["B"] > later["A"]
    found = made(rows | {"deliveries": short})
    (why,) = [row["why"] for row in found.lines.to_pylist() if row["account_id"] == "B"]
    assert why == "before"


def test_contracts_are_honoured_as_far_as_a_quota_goes() -> None:
    agreed = [{"account_id": "B", "from": ago(100), "quota": 2000.0, "agreement_id": "G"}]
    found = made(tables(*WANTED, agreements=agreed))
    # Since then 15 weeks brought 100 each: 500 of 2,000 is left, and the order of 400 is covered.
    assert given(found)["B"] == 40.0
    alone = [{"account_id": "C", "from": ago(100), "exclusive": True, "agreement_id": "G"}]
    found = made(tables(*WANTED, agreements=alone))
    assert given(found)["C"] == 20.0
    (why,) = [row["why"] for row in found.lines.to_pylist() if row["account_id"] == "C"]
    assert why == "exclusive"


def test_floors_above_the_stock_are_said_with_the_smallest_change() -> None:
    rows = tables(*WANTED, stock=[{"product_id": "P", "on": ago(3), "on_hand": 12.0}])
    found = made(rows, Rules(small_share=0.9))
    told = [str(text) for text in found.said]
    assert any("6.0 units more than there are" in one and "a floor of 60%" in one for one in told)
    assert given(found)["C"] == 12.0
    assert not made(rows, Rules(small_share=0.0)).said


def test_whole_packs_pallets_and_minimum_lots() -> None:
    packs = [{"product_id": "P", "unit": "box", "factor": 12.0, "pack": 12.0, "minimum_lot": 24.0}]
    orders = (order("A", 10.0, unit="box"), order("B", 5.0, unit="Box "), order("C", 30.0))
    found = made(tables(*orders, unit_conversions=packs), Rules(small_share=0.0))
    rows = {row["account_id"]: row for row in found.lines.to_pylist()}
    assert rows["A"]["wanted"] == 120.0
    for row in rows.values():
        assert row["given"] % 12 == 0 or row["given"] == row["wanted"]
        assert row["given"] == 0 or row["given"] >= 24
    pallet = [{"product_id": "P", "unit": "pc", "factor": 1.0, "pack": 6.0, "pallet": 40.0}]
    found = made(tables(*WANTED, unit_conversions=pallet), Rules(small_share=0.0))
    rows = {row["account_id"]: row["step"] for row in found.lines.to_pylist()}
    assert rows == {"A": 40.0, "B": 40.0, "C": 6.0}


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (order("A", -4.0), "not_above_zero"),
        (order("A", 0.0), "not_above_zero"),
        (order("A", None), "no_quantity"),
        (order("A", 4.0, product_id="NOPE"), "unknown_product"),
        (order("A", 4.0, product_id=None), "no_product"),
        (order("A", 4.0, product_id="P2"), "no_stock_count"),
        (order("A", 4.0, kind="return"), "not_a_sale"),
        (order("B", 40.0, order_id=None), None),
    ],
)
def test_bad_lines_are_set_aside_and_said(bad: dict[str, Any], why: str | None) -> None:
    products = [{"product_id": "P", "name": "Pump"}, {"product_id": "P2"}]
    found = made(tables(*WANTED, bad, products=products))
    assert found.aside["why"].to_pylist() == ([why] if why else [])
    assert len(found.said) == (1 if why else 0)
    assert found.lines.num_rows == (3 if why else 4)


def test_units_that_do_not_convert_and_lines_that_are_there_twice() -> None:
    units = [{"product_id": "P", "unit": "box", "factor": 12.0}]
    orders = (*WANTED, order("A", 3.0, unit="pallet"))
    found = made(tables(*orders, unit_conversions=units))
    assert found.aside["why"].to_pylist() == ["unit"]
    assert "pallet" in str(found.said[0])
    twice = order("B", 40.0, order_id=None, line=None)
    rows = tables(*WANTED)
    rows["open_orders"] = [
        order("A", 40.0),
        twice | {"line": "x"},
        twice | {"line": "y"},
        order("C", 20.0),
    ]
    found = made(rows)
    assert found.aside["why"].to_pylist() == ["twice"]
    assert found.lines.num_rows == 3


def test_a_product_with_a_row_of_units_keeps_its_lines_in_its_own_unit() -> None:
    units = [{"product_id": "P", "unit": "box", "factor": 12.0}]
    rows = tables(
        order("A", 40.0, unit="pcs"),
        order("B", 2.0, unit="Box "),
        order("C", 20.0),
        order("C", 1.0, unit="crate", order_id="OX"),
        unit_conversions=units,
    )
    rows["order_lines"] = [row | {"unit": "pcs"} for row in rows["order_lines"]]
    found = made(rows)
    assert {row["account_id"]: row["wanted"] for row in found.lines.to_pylist()} == {
        "A": 40.0,
        "B": 24.0,
        "C": 20.0,
    }
    assert found.aside["unit"].to_pylist() == ["crate"]


def test_parts_of_a_piece_are_given_in_the_decimals_they_were_ordered_in() -> None:
    orders = (
        order("A", 20.106, unit="kg"),
        order("B", 13.5, unit="kg"),
        order("C", 7.0, unit="kg"),
    )
    stock = [{"product_id": "P", "on": ago(3), "on_hand": 19.33333}]
    found = made(tables(*orders, stock=stock), Rules(small_share=0.0))
    assert found.meta["gap"] <= 0.005
    for rule in ("given", "first_come", "pro_rata"):
        rows = {row["account_id"]: row[rule] for row in found.lines.to_pylist()}
        assert [rows[one] for one in "ABC"] == [
            round(rows["A"], 3),
            round(rows["B"], 1),
            round(rows["C"]),
        ]
        assert 18.3 < sum(rows.values()) <= 19.33333
    assert set(found.lines["unit"].to_pylist()) == {"kg"}


def test_stock_below_zero_is_nothing_and_what_arrives_in_time_counts() -> None:
    below = [{"product_id": "P", "on": ago(3), "on_hand": -5.0}]
    found = made(tables(*WANTED, stock=below))
    assert sum(given(found).values()) == 0.0
    assert "below 0" in str(found.said[0])
    (row, *_) = found.lines.to_pylist()
    assert [str(text) for text in sentences(row)] == ["There is nothing of it to give."]
    comes = [below[0] | {"inbound": 45.0, "inbound_on": ago(-10)}]
    assert sum(given(made(tables(*WANTED, stock=comes))).values()) == pytest.approx(40.0)
    late = made(tables(*WANTED, stock=comes), replace(Rules(), days=7))
    assert sum(given(late).values()) == 0.0


def test_an_order_for_much_later_does_not_compete_now() -> None:
    found = made(tables(*WANTED[:2], order("C", 20.0, wanted_on=ago(-60))))
    assert set(given(found)) == {"A", "B"}


def test_an_account_that_was_never_judged_gets_its_part() -> None:
    found = made(tables(*WANTED, order("NEW", 20.0)))
    rows = {row["account_id"]: row for row in found.lines.to_pylist()}
    assert rows["NEW"]["size_class"] == "small"
    assert rows["NEW"]["a"] > 0


def test_what_is_recorded_later_changes_nothing() -> None:
    rows = tables(*WANTED)
    ledger = ledger_of(rows)
    before = sheet(view_of(ledger, ACCOUNTS), Rules(), amount_is_margin=True)
    add(
        ledger,
        {
            "stock": [{"product_id": "P", "on": ago(0), "on_hand": 1.0}],
            "agreements": [
                {
                    "account_id": "C",
                    "from": ago(100),
                    "exclusive": True,
                    "agreement_id": "G",
                    "recorded": ago(-1),
                }
            ],
            "deliveries": [
                {
                    "delivery_id": "X",
                    "account_id": "A",
                    "delivered_on": ago(0),
                    "quantity_ordered": 10.0,
                    "quantity_delivered": 0.0,
                }
            ],
        },
    )
    after = sheet(view_of(ledger, ACCOUNTS), Rules(), amount_is_margin=True)
    assert after.lines.equals(before.lines)
