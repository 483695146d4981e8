"""Rows of machines' tables behind what is said of one account."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from mainstay import Ledger, engine
from mainstay.core.errors import NotFound
from mainstay.ledger.fact_records import Recording
from mainstay.ledger.schema import TABLES

D = date
A = engine.Judged("", "A", "North", "schools")


def table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, TABLES[name].arrow)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    lines = {
        "account_id": ["A", "A old", "B", "A", "B"],
        "ordered_on": [D(2026, 1, 5)] * 5,
        "amount": [1.0] * 5,
        "order_id": ["O1", "O2", "O3", "both", "both"],
        "product_id": ["P1", "P1", "P2", "P3", "P3"],
    }
    made = Ledger.from_tables(
        order_lines=pa.table(lines),
        account_joins=pa.table({"account_id": ["A old"], "into_id": ["A"]}),
    )

    def record(on: datetime, **tables: pa.Table) -> None:
        made.facts.append_all(tables, Recording(f"i{on:%d}", on))

    deliveries = [
        {"delivery_id": "D1", "account_id": "A", "promised_on": D(2026, 1, 9)},
        {"delivery_id": "D2", "account_id": "A old", "refused_on": D(2026, 1, 12)},
        {"delivery_id": "D3", "order_id": "O1", "delivered_on": D(2026, 1, 7)},
        {"delivery_id": "D4", "order_id": "O3", "delivered_on": D(2026, 1, 7)},
        {"delivery_id": "D5", "order_id": "both", "delivered_on": D(2026, 1, 7)},
        {"delivery_id": "D6", "account_id": "A", "promised_on": D(2026, 1, 8)},
    ]
    moved = [{"delivery_id": "D6", "account_id": "B", "promised_on": D(2026, 1, 8)}]
    late = [deliveries[0] | {"delivered_on": D(2026, 1, 20)}]
    record(
        datetime(2026, 2, 1, tzinfo=UTC),
        deliveries=table("deliveries", deliveries),
        payments=table("payments", [
            {"account_id": "A", "due_on": D(2026, 1, 1), "amount": Decimal("10.5")},
            {"account_id": "A old", "due_on": D(2026, 1, 2), "amount": Decimal(7)},
            {"account_id": "B", "due_on": D(2026, 1, 1), "amount": Decimal(3)},
        ]),
        account_volumes=table("account_volumes", [
            {"account_id": "A", "month": D(2025, 5, 1), "amount": Decimal(9), "source": "their report"},
        ]),
        supply=table("supply", [
            {"product_id": p, "week": D(2026, 1, 5), "available": 0.5} for p in ("P1", "P2")
        ]),
        market=table("market", [
            {"segment": s, "region": r, "month": D(2026, 1, 1), "index": 100.0, "source": "x"}
            for s, r in (("schools", None), (None, None), ("schools", "South"), ("builders", "North"))
        ]),
    )  # fmt: skip
    record(datetime(2026, 2, 2, tzinfo=UTC), deliveries=table("deliveries", moved + late))
    return made.refresh()


def rows(ledger: Ledger, name: str, **asked: Any) -> list[dict[str, Any]]:
    found = engine.machine_rows(ledger, name, A, engine.RowsAsked(**asked))
    assert found.schema.names == TABLES[name].arrow.names
    return found.to_pylist()


def test_deliveries_of_an_account_its_joined_codes_and_its_orders(ledger: Ledger) -> None:
    found = rows(ledger, "deliveries")
    # D6 is B's by its latest version, and “both” is the number of an order of each of them.
    assert [row["delivery_id"] for row in found] == ["D2", "D1", "D3"]
    assert found[1]["delivered_on"] == D(2026, 1, 20)


def test_only_some_days_or_the_rows_that_prove(ledger: Ledger) -> None:
    def ids(**asked: Any) -> list[str]:
        return [row["delivery_id"] for row in rows(ledger, "deliveries", **asked)]

    assert ids(first=D(2026, 1, 8), last=D(2026, 1, 9)) == ["D1"]
    assert ids(keys=(("D3",), ("D4",), ("nonsense", "too long"))) == ["D3"]
    found = rows(ledger, "payments", keys=(("A", "2026-01-02", "7.0000"), ("B", "2026-01-01", "3")))
    assert [row["due_on"] for row in found] == [D(2026, 1, 2)]
    assert rows(ledger, "account_volumes", keys=(("A", "2025-05-01", "purchases", "their report"),))


def test_supply_is_of_what_the_account_buys(ledger: Ledger) -> None:
    assert [row["product_id"] for row in rows(ledger, "supply")] == ["P1"]
    assert [row["product_id"] for row in rows(ledger, "supply", product="P2")] == ["P2"]
    assert len(rows(ledger, "supply", keys=(("P1", "2026-01-05"), ("P1", "2026-01-12")))) == 1
    assert rows(ledger, "stock") == []


def test_the_market_is_that_of_its_segment_and_region(ledger: Ledger) -> None:
    found = {(row["segment"], row["region"]) for row in rows(ledger, "market")}
    assert found == {("schools", None), (None, None)}


@pytest.mark.parametrize("name", ["order_lines", "visits", "targets", "nonsense"])
def test_other_tables_have_no_such_rows(ledger: Ledger, name: str) -> None:
    with pytest.raises(NotFound):
        engine.machine_rows(ledger, name, A, engine.RowsAsked())
