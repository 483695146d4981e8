"""The cast of the ledger's tests: a few accounts in several scripts, and lines for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mainstay.ledger.schema import STORED_ORDER_LINES
from mainstay.ledger.store import Import, OrderStore

NAMES = [
    "Adler",
    "鼎泰企業",
    "永丰贸易",
    "한빛상사",
    "Österreicher & Söhne",
    "00123",
    "O'Brien",
    "Ω-Works",
]
FIRST_DAY = dt.date(2023, 1, 2)


def lines_of(
    import_id: str = "i1", n: int = 200, seed: int = 1, accounts: Sequence[str] = NAMES
) -> pa.Table:
    """Lines in no order: two to an order, cent amounts, some returns."""
    rng = np.random.default_rng(seed)
    who = rng.integers(0, len(accounts), n)
    day = rng.integers(0, 500, n)
    cents = rng.integers(-2_000, 50_000, n)
    rows = [
        {
            "account_id": accounts[who[i]],
            "ordered_on": FIRST_DAY + dt.timedelta(days=int(day[i])),
            "amount": Decimal(int(cents[i])) / 100,
            "order_id": f"{import_id}-{i // 2:05}",
            "line": str(i % 2),
            "product_id": f"P{rng.integers(0, 9)}",
            "category": ["Tea", "Tools", None][rng.integers(0, 3)],
            "kind": "return" if cents[i] < 0 else "sale",
            "currency": "EUR",
            "import_id": import_id,
            "source": "orders.csv",
            "row": i + 2,
        }
        for i in range(n)
    ]
    return pa.Table.from_pylist(rows, schema=STORED_ORDER_LINES)


def content(lines: pa.Table) -> list[tuple[object, ...]]:
    """The lines as something that can be compared whatever their order."""
    return sorted((tuple(row.values()) for row in lines.to_pylist()), key=repr)


def stored(store: OrderStore) -> pa.Table:
    """All lines in the store."""
    snapshot = store.snapshot()
    tables = [pq.read_table(uri, partitioning=None) for uri in snapshot.uris()]
    return pa.concat_tables([STORED_ORDER_LINES.empty_table(), *tables])


@pytest.fixture(name="lines_of")
def lines_of_fixture() -> Callable[..., pa.Table]:
    return lines_of


@pytest.fixture(name="content")
def content_fixture() -> Callable[[pa.Table], list[tuple[object, ...]]]:
    return content


@pytest.fixture(name="stored")
def stored_fixture() -> Callable[[OrderStore], pa.Table]:
    return stored


@pytest.fixture
def store(tmp_path: Path) -> OrderStore:
    return OrderStore.create(tmp_path / "order_lines")


@pytest.fixture
def filled(store: OrderStore) -> OrderStore:
    """A store with one import of 200 lines, i1."""
    store.commit_import(Import("i1", "print-1", lines_of("i1")))
    return store
