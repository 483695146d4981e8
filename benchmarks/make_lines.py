"""Make order lines to measure with: heavy-tailed accounts, one of them a giant. Seeded.

    python benchmarks/make_lines.py lines.parquet --lines 13000000 --accounts 100000 --giant 300000

The lines stand in the order in which a company's books hold them, by day, not by account. The same
arguments give the same file.
"""

from __future__ import annotations

import argparse
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

MONEY = pa.decimal128(18, 4)
KINDS = ("sale", "return", "credit", "fee")
CHUNK_ORDERS = 250_000
LINES_PER_ORDER = 4  # one, and three more on average


@dataclass(frozen=True)
class Size:
    """How many of what.

    giant: lines of the one largest account
    years: length of the history, ending on 2025-12-31
    """

    lines: int = 13_000_000
    accounts: int = 100_000
    giant: int = 300_000
    products: int = 20_000
    categories: int = 24
    years: int = 4
    currencies: tuple[str, ...] = ("EUR",)
    seed: int = 1


def write(path: Path, size: Size) -> int:
    """Write the lines to one Parquet file; returns how many."""
    rng = np.random.default_rng(size.seed)
    shares = np.cumsum(_shares(rng, size))
    days = size.years * 365
    first = dt.date(2025, 12, 31) - dt.timedelta(days=days - 1)
    n_orders = size.lines // LINES_PER_ORDER + CHUNK_ORDERS
    day = np.sort(rng.integers(0, days, n_orders))
    prices = np.exp(rng.normal(3.0, 1.0, size.products))
    category_of = rng.integers(0, size.categories, size.products)
    home = rng.integers(0, len(size.currencies), size.accounts)
    left, writer, first_order = size.lines, None, 0
    while left > 0:
        count = min(CHUNK_ORDERS, n_orders - first_order)
        account = np.searchsorted(shares, rng.random(count)).clip(0, size.accounts - 1)
        chunk = _chunk(rng, size, account, _Products(prices, category_of))
        order = chunk.pop("order")
        keep = slice(0, left)
        table = _table(chunk, order, keep, first_order, day, account, home, size, first)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
        left -= table.num_rows
        first_order += count
    if writer:
        writer.close()
    return size.lines


@dataclass(frozen=True)
class _Products:
    prices: np.ndarray
    category: np.ndarray


def _shares(rng: np.random.Generator, size: Size) -> np.ndarray:
    """Each account's share of the orders: Pareto, with the first account the giant."""
    weight = rng.pareto(1.3, size.accounts) + 0.02
    weight = np.minimum(weight, np.quantile(weight, 0.9995))
    weight[0] = 0
    giant = min(size.giant / size.lines, 0.5)
    weight *= (1 - giant) / weight.sum()
    weight[0] = giant
    return weight


def _chunk(
    rng: np.random.Generator, size: Size, account: np.ndarray, products: _Products
) -> dict[str, np.ndarray]:
    """The lines of some orders, as numbers."""
    per_order = 1 + rng.poisson(LINES_PER_ORDER - 1, len(account))
    order = np.repeat(np.arange(len(account)), per_order)
    # An account buys from its own corner of the catalogue.
    corner = (account[order] * 7919) % size.products
    product = (corner + rng.geometric(0.03, len(order))) % size.products
    quantity = 1 + rng.geometric(0.2, len(order))
    kind = rng.choice(4, len(order), p=[0.965, 0.02, 0.01, 0.005])
    sign = np.where((kind == 1) | (kind == 2), -1, 1)
    amount = np.round(products.prices[product] * quantity * 100).astype(np.int64) * 100 * sign
    cost = (amount * rng.uniform(0.5, 0.85, len(order))).astype(np.int64)
    line = np.arange(len(order)) - np.repeat(np.cumsum(per_order) - per_order, per_order) + 1
    return {
        "order": order,
        "line": line,
        "product": product,
        "category": products.category[product],
        "quantity": quantity,
        "kind": kind,
        "amount": amount,
        "cost": cost,
    }


def _table(
    chunk: dict[str, np.ndarray],
    order: np.ndarray,
    keep: slice,
    first_order: int,
    day: np.ndarray,
    account: np.ndarray,
    home: np.ndarray,
    size: Size,
    first: dt.date,
) -> pa.Table:
    chunk = {name: values[keep] for name, values in chunk.items()}
    order = order[keep]
    who = account[order]
    epoch = (first - dt.date(1970, 1, 1)).days
    return pa.table(
        {
            "account_id": _codes("A", who, 6),
            "ordered_on": pa.array((epoch + day[first_order + order]).astype(np.int32)).cast(
                pa.date32()
            ),
            "amount": _money(chunk["amount"]),
            "order_id": _codes("SO", first_order + order, 8),
            "line": pc.cast(pa.array(chunk["line"]), pa.string()),
            "product_id": _codes("P", chunk["product"], 5),
            "category": _codes("Category ", chunk["category"], 2),
            "quantity": pa.array(chunk["quantity"].astype(np.float64)),
            "cost": _money(chunk["cost"]),
            "currency": _words(home[who], size.currencies),
            "salesperson_id": _codes("S", who % 60, 2),
            "kind": _words(chunk["kind"], KINDS),
        }
    )


def _codes(prefix: str, numbers: np.ndarray, width: int) -> pa.Array:
    text = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width, padding="0")
    return pc.binary_join_element_wise(prefix, text, "")


def _words(codes: np.ndarray, words: tuple[str, ...]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int32)), pa.array(words)
    ).dictionary_decode()


def _money(units: np.ndarray) -> pa.Array:
    """Integers of a ten-thousandth each as decimals, without a slow cast."""
    wide = np.empty((len(units), 2), np.int64)
    wide[:, 0] = units
    wide[:, 1] = units >> 63
    return pa.Array.from_buffers(MONEY, len(units), [None, pa.py_buffer(wide)])


def as_stored(source: Path, target: Path, import_id: str) -> None:
    """The same lines with the columns that an import adds."""
    with pq.ParquetFile(source) as file:
        writer, row = None, 2
        for batch in file.iter_batches(500_000):
            table = pa.Table.from_batches([batch])
            n = table.num_rows
            table = table.append_column("import_id", pa.repeat(pa.scalar(import_id), n))
            table = table.append_column("source", pa.repeat(pa.scalar("lines.parquet"), n))
            table = table.append_column("row", pa.array(np.arange(row, row + n)))
            row += n
            writer = writer or pq.ParquetWriter(target, table.schema, compression="zstd")
            writer.write_table(table)
        if writer:
            writer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--lines", type=int, default=Size.lines)
    parser.add_argument("--accounts", type=int, default=Size.accounts)
    parser.add_argument("--giant", type=int, default=Size.giant)
    parser.add_argument("--years", type=int, default=Size.years)
    parser.add_argument("--currencies", default="EUR", help="comma between them")
    parser.add_argument("--seed", type=int, default=Size.seed)
    given = vars(parser.parse_args())
    path = given.pop("path")
    given["currencies"] = tuple(given["currencies"].split(","))
    print(f"{write(path, Size(**given)):,} lines in {path}")


if __name__ == "__main__":
    main()
