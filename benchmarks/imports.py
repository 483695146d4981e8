"""Import of a million order lines from CSV, Excel and Parquet, beside the bare reading of the file.

    .venv/bin/python benchmarks/imports.py --lines 1000000

Bare reading is DuckDB's, fastexcel's and pyarrow's, each into an Arrow table. `read` is the import up
to typed lines, with copies found and the report added up; `import` is all of it, with the lines sorted
into the store and committed. Each is the quickest of three runs. Wanted: import ≤ 3 × the bare reading.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import fastexcel
import pyarrow.parquet as pq
import xlsxwriter

from environments import measured
from mainstay.ledger.importing import run_import
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.loading import STORING

NOW = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
EXCEL_ROWS = 1_048_575


class Enough(Exception):
    """Raised where the storing begins."""


def make_lines(lines: int) -> duckdb.DuckDBPyRelation:
    """Lines as an export has them: orders of about ten lines, a few accounts with most of them."""
    return duckdb.sql(
        f"""SELECT 'SO' || (100000 + i // 10) AS "Order no",
            'C' || lpad((hash(i // 10) % 20000 * (hash(i // 10 + 1) % 1000) // 1000)::VARCHAR, 6, '0')
                AS "Customer no",
            DATE '2022-01-01' + (i * 1000 // {lines})::INTEGER AS "Order date",
            'P-' || (hash(i) % 5000) AS "Item no",
            'Article of group ' || (hash(i) % 5000 % 40) || ' no. ' || (hash(i) % 5000) AS "Item name",
            'Group ' || (hash(i) % 5000 % 40) AS "Category",
            (hash(i + 1) % 50 + 1)::INTEGER AS "Quantity",
            ((hash(i + 2) % 500000)::INTEGER - 5000) / 100 AS "Net amount",
            ((hash(i + 3) % 300000)::INTEGER) / 100 AS "Cost",
            'EUR' AS "Currency",
            'S' || (hash(i // 10) % 30) AS "Salesperson"
        FROM range({lines}) t(i)"""
    )


def make_files(folder: Path, lines: int) -> dict[str, Path]:
    found = {kind: folder / f"orders.{kind}" for kind in ("csv", "parquet", "xlsx")}
    rows = make_lines(lines)
    rows.write_csv(str(found["csv"]), header=True)
    rows.write_parquet(str(found["parquet"]))
    with xlsxwriter.Workbook(
        found["xlsx"], {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
    ) as book:
        sheet = book.add_worksheet("Orders")
        sheet.write_row(0, 0, rows.columns)
        for i, row in enumerate(rows.limit(EXCEL_ROWS).fetchall(), start=1):
            sheet.write_row(i, 0, [float(v) if i and hasattr(v, "as_tuple") else v for v in row])
    return found


BARE: dict[str, Callable[[Path], Any]] = {
    "csv": lambda path: duckdb.connect().sql(f"FROM read_csv('{path}')").to_arrow_table(),
    "parquet": pq.read_table,
    "xlsx": lambda path: fastexcel.read_excel(path).load_sheet(0).to_arrow(),
}


def whole(path: Path) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        return run_import(Ledger.open(folder), [path], now=NOW)


def only_read(path: Path) -> None:
    def stop(what: Any, share: float) -> None:
        if what.template == STORING:
            raise Enough

    with tempfile.TemporaryDirectory() as folder:
        try:
            run_import(Ledger.open(folder), [path], now=NOW, progress=stop)
        except Enough:
            return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--kinds", nargs="+", default=list(BARE), choices=list(BARE))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = make_files(Path(folder), given.lines)
        for kind in given.kinds:
            path = files[kind]
            _, bare = measured(lambda path=path, kind=kind: BARE[kind](path), repeat=given.repeat)
            _, read = measured(lambda path=path: only_read(path), repeat=given.repeat)
            report, all_of_it = measured(lambda path=path: whole(path), repeat=given.repeat)
            print(
                json.dumps(
                    {
                        "kind": kind,
                        "lines": report.rows_read,
                        "taken": report.rows_taken,
                        "megabytes": round(path.stat().st_size / 1e6, 1),
                        "bare_cpu_seconds": round(bare, 2),
                        "read_cpu_seconds": round(read, 2),
                        "import_cpu_seconds": round(all_of_it, 2),
                        "read_ratio": round(read / bare, 1),
                        "import_ratio": round(all_of_it / bare, 1),
                    }
                )
            )


if __name__ == "__main__":
    main()
