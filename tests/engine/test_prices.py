"""When a price changed: what stays is a change, one special offer is none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from mainstay.engine.prices import _changes
from mainstay.ledger.schema import TABLES


def lines(*sold: tuple[str, str, float, float], **more: Any) -> pa.Table:
    """Lines of (day of 2024, product, amount, quantity)."""
    rows = [
        {
            "account_id": "A",
            "ordered_on": date.fromisoformat(f"2024-{on}"),
            "product_id": product,
            "amount": Decimal(str(amount)),
            "quantity": quantity,
            "currency": "EUR",
            **more,
        }
        for on, product, amount, quantity in sold
    ]
    return pa.Table.from_pylist(rows, TABLES["order_lines"].arrow)


def told(table: pa.Table) -> list[tuple[str, str, float, float]]:
    return [(f"{c.on:%m-%d}", c.product, c.before, c.after) for c in _changes(table)]


def test_a_price_that_stays_has_changed() -> None:
    table = lines(("01-05", "P", 10, 1), ("02-05", "P", 22, 2), ("03-05", "P", 11, 1))
    assert told(table) == [("02-05", "P", 10.0, 11.0)]


def test_one_special_offer_is_no_change() -> None:
    table = lines(("01-05", "P", 10, 1), ("02-05", "P", 8, 1), ("03-05", "P", 10, 1))
    assert told(table) == []


def test_the_last_price_counts_as_it_stands() -> None:
    table = lines(("01-05", "P", 10, 1), ("02-05", "P", 12, 1))
    assert told(table) == [("02-05", "P", 10.0, 12.0)]


def test_rounding_is_no_change_and_many_small_steps_are() -> None:
    assert told(lines(("01-05", "P", 10, 1), ("02-05", "P", 10.1, 1))) == []
    creeping = [(f"0{n}-05", "P", round(10 * 1.015**n, 2), 1) for n in range(1, 6)]
    assert [on for on, *_ in told(lines(*creeping))] == ["03-05", "05-05"]


def test_returns_fees_and_lines_without_quantity_say_no_price() -> None:
    table = lines(("01-05", "P", 10, 1), ("02-05", "P", -50, -1), ("03-05", "P", 99, 0))
    assert told(table) == []
    assert told(lines(("01-05", "P", 10, 1), ("02-05", "P", 99, 1), kind="fee")) == []


def test_products_and_lines_of_one_day_are_taken_each_for_itself() -> None:
    table = lines(
        ("01-05", "P", 10, 1), ("01-05", "Q", 5, 1), ("02-05", "Q", 4, 1), ("02-05", "Q", 8, 1)
    )
    assert told(table) == [("02-05", "Q", 5.0, 6.0)]
