"""The cast of the ledger's tests: a few accounts in several scripts, and lines for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mainstay.ledger.importing import ImportOptions, Report, run_import
from mainstay.ledger.ledger import Ledger
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


IMPORTED_AT = dt.datetime(2024, 6, 1, 9, 30, tzinfo=dt.UTC)
SLICE = Path(__file__).parents[1] / "data" / "online_retail_ii_slice.parquet"


@pytest.fixture
def book(tmp_path: Path) -> Ledger:
    """An empty ledger."""
    return Ledger.open(tmp_path / "store")


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file into a folder of its own: text or bytes under a name."""

    def write(content: str | bytes, name: str = "orders.csv", encoding: str = "utf-8") -> Path:
        folder = tmp_path / "files"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture
def load(book: Ledger) -> Callable[..., Report]:
    """Imports files into the book, as of IMPORTED_AT."""

    def run(*files: Path | str, **options: Any) -> Report:
        return run_import(book, files, ImportOptions(**options), now=IMPORTED_AT)

    return run


@pytest.fixture
def held(book: Ledger) -> Callable[..., list[tuple[Any, ...]]]:
    """What the book holds: the lines' account, day, amount as text, and other columns."""

    def of(*columns: str) -> list[tuple[Any, ...]]:
        names = columns or ("account_id", "ordered_on", "amount")
        rows = book.refresh().order_lines(None).select(list(names)).to_pylist()
        return sorted(
            (tuple(f"{v:f}" if isinstance(v, Decimal) else v for v in r.values()) for r in rows),
            key=repr,
        )

    return of


@pytest.fixture(scope="session")
def slice_file() -> Path:
    return SLICE


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """Writes an .xlsx: rows by sheet; dates become dates."""

    def write(sheets: dict[str, list[list[Any]]], name: str = "orders.xlsx") -> Path:
        import xlsxwriter

        path = tmp_path / name
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
            for title, rows in sheets.items():
                sheet = book.add_worksheet(title)
                for i, row in enumerate(rows):
                    sheet.write_row(i, 0, row)
        return path

    return write
