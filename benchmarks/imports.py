"""Import of a million order lines from CSV, Excel and Parquet, beside the bare reading of the file.

    .venv/bin/python benchmarks/run.py imports --lines 1000000

Bare reading is DuckDB's, fastexcel's and pyarrow's, each into an Arrow table. "Up to typed lines" is the import
with copies found and the report added up; the other is all of it, with the lines sorted into the store and
committed. Each in a new process, so that what is loaded once is counted too. Wanted: import ≤ 3 × the bare reading.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb
import xlsxwriter

import contest
from contest import Entrant
from environments import IMPORTS, READERS
from results import Result

EXCEL_ROWS = 1_048_575


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


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--kinds", nargs="+", default=list(NAMES), choices=list(NAMES))


NAMES = {"csv": "CSV", "xlsx": "Excel", "parquet": "Parquet"}
READS = {"csv": "DuckDB", "xlsx": "fastexcel", "parquet": "pyarrow"}


def measure(given: argparse.Namespace, rounds: int, folder: Path, command: str) -> Result:
    files = make_files(folder, given.lines)
    tables, raw, versions = {}, {"lines": given.lines}, {}
    for kind in given.kinds:
        size = f"{NAMES[kind]}, {files[kind].stat().st_size / 1e6:.0f} MB"
        runs = contest.hold(
            [
                Entrant(f"{size}: {READS[kind]} alone", READERS, kind, files[kind]),
                Entrant(f"{size}: Mainstay, up to typed lines", IMPORTS, "read", files[kind]),
                Entrant(f"{size}: Mainstay, import", IMPORTS, "import", files[kind]),
            ],
            rounds,
            folder,
        )
        tables[f"imports-{kind}"] = contest.table(runs, beside="the bare reader's")
        raw[kind] = contest.raw(runs)
        versions |= contest.versions(runs)
    return Result("imports", command, tables, raw, versions)
