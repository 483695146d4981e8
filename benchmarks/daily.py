"""A day's file of 50,000 order lines imported into 13 million, as a user does it, and undone.

    .venv/bin/python benchmarks/daily.py --home bench.home

Wanted: readable after at most 1 s, undone in at most 1 s. From the file's first byte (CSV) to lines that a
reader sees; medians of wall clock and CPU.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from homes import make_home
from mainstay.core.home import Home
from mainstay.engine import open_ledger, run_import
from mainstay.engine.imports import undo_import
from make_lines import Size

COLUMNS = "account_id, ordered_on, amount, line, product_id, category, quantity, kind"


def write_days(home: Home, folder: Path, lines: int, days: int) -> list[Path]:
    """Files with the last lines of the store, under order numbers that are new."""
    uris = open_ledger(home).snapshot.uris()
    last = duckdb.sql(
        f"SELECT {COLUMNS}, order_id AS old FROM read_parquet({uris!r}) "
        f"ORDER BY ordered_on DESC, order_id LIMIT {lines}"
    ).to_arrow_table()
    files = [folder / f"day{number}.csv" for number in range(days)]
    for number, file in enumerate(files):
        query = f"SELECT {COLUMNS}, 'T{number}-' || old AS order_id FROM last"
        duckdb.from_arrow(last).query("last", query).write_csv(str(file), header=True)
    return files


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    return time.perf_counter() - wall, time.process_time() - cpu, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lines", type=int, default=50_000, help="of a day")
    parser.add_argument("--home", type=Path, help="home folder, made when it is not there")
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    imported, undone = [], []
    with tempfile.TemporaryDirectory() as temporary:
        home = make_home((given.home or Path(temporary, "home")).resolve(), Size())
        first, *files = write_days(home, Path(temporary), given.lines, given.repeat + 1)

        def load(file: Path) -> str:
            report = run_import(home, [file])
            open_ledger(home).order_lines(["A000123"])
            return str(report.import_id)

        undo_import(home, load(first))  # what is compiled and loaded once
        for file in files:
            *times, identity = timed(lambda file=file: load(file))
            imported.append(times)
            undone.append(timed(lambda identity=identity: undo_import(home, identity))[:2])
    report = {
        name: {
            "wall_s": round(statistics.median(wall for wall, _ in rows), 3),
            "cpu_s": round(statistics.median(cpu for _, cpu in rows), 3),
        }
        for name, rows in (("import, readable", imported), ("undo", undone))
    }
    met = all(row["wall_s"] <= 1 for row in report.values())
    print(json.dumps({"lines": given.lines, **report, "met": met}, indent=1))


if __name__ == "__main__":
    main()
