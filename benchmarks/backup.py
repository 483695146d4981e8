"""A backup beside a plain copy of the same home folder, and what comes back, row by row.

    .venv/bin/python benchmarks/backup.py --home HOME --rounds 5

Wanted: at most 2 × `cp -r` and `sync` of the whole folder, by wall clock of the whole command; restored, order
lines are the same row by row, also of a backup that was made while a writer imports without end. The folder is
copied first and not written; both begin with its files in memory, in turns. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from mainstay.ledger.schema import STORED_ORDER_LINES
from mainstay.ledger.store import Import, OrderStore

COMMAND = [sys.executable, "-c", "from mainstay.cli.main import entry; entry()"]


def timed(work: Any) -> tuple[float, float]:
    """Seconds by the wall clock, and of CPU in the processes that were started for it."""
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - begun, cpu


def mainstay(home: Path, *words: str | Path) -> None:
    subprocess.run([*COMMAND, "--home", str(home), *map(str, words)], check=True, stdout=2)


def plain_copy(home: Path, to: Path) -> None:
    shutil.rmtree(to, ignore_errors=True)
    subprocess.run(["cp", "-r", home, to], check=True)
    subprocess.run(["sync", "-f", to], check=True)


def rows_of(home: Path, version: int | None = None) -> tuple[int, int]:
    """How many order lines, and the sum of their hashes: the same in any order."""
    snapshot = OrderStore.open(home / "store" / "order_lines").snapshot(version)
    columns = ", ".join(f'"{name}"' for name in STORED_ORDER_LINES.names)
    ((n_rows, total),) = duckdb.sql(
        f"SELECT count(*), sum(hash({columns})) FROM read_parquet({snapshot.uris()!r}, hive_partitioning=false)"
    ).fetchall()
    return int(n_rows), int(total)


def write_on(home: Path, stop: threading.Event, done: list[int]) -> None:
    store = OrderStore.open(home / "store" / "order_lines")
    day = datetime(2026, 1, 5, tzinfo=UTC).date()
    while not stop.is_set():
        n = len(done)
        rows = [
            {"account_id": f"B{i:06d}", "ordered_on": day, "order_id": f"X{n}-{i}", "amount": Decimal(10),
             "import_id": f"more{n:04d}"} for i in range(20_000)
        ]  # fmt: skip
        columns = [pa.array([r.get(f.name) for r in rows], f.type) for f in STORED_ORDER_LINES]
        store.commit_import(
            Import(f"more{n:04d}", f"f{n}", pa.table(columns, schema=STORED_ORDER_LINES))
        )
        done.append(n)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mainstay-bench-", dir=given.home.parent) as scratch:
        folder = Path(scratch)
        home, file, copy = folder / "home", folder / "b.mainstay", folder / "copy"
        subprocess.run(["cp", "-r", given.home, home], check=True)
        copies: list[tuple[float, float]] = []
        backups: list[tuple[float, float]] = []
        for _ in range(given.rounds):
            copies.append(timed(lambda: plain_copy(home, copy)))
            backups.append(timed(lambda: mainstay(home, "backup", file)))
        restored = timed(lambda: mainstay(folder / "back", "restore", file))
        result: dict[str, Any] = {
            "megabytes": round(file.stat().st_size / 1e6, 1),
            "lines": rows_of(home)[0],
            "restore_s": restored[0],
            "same_rows": rows_of(home) == rows_of(folder / "back"),
        }
        for n, clock in enumerate(("wall", "cpu")):
            result[clock] = {
                "copy_s": statistics.median(one[n] for one in copies),
                "backup_s": statistics.median(one[n] for one in backups),
                "ratio": statistics.median(
                    b[n] / c[n] for b, c in zip(backups, copies, strict=True)
                ),
            }
        result["while_importing"] = beside_a_writer(folder, home, file)
    result["machine"] = {"cores": os.cpu_count(), "load": os.getloadavg()}
    print(json.dumps(result, indent=2))


def beside_a_writer(folder: Path, home: Path, file: Path) -> dict[str, Any]:
    stop, done = threading.Event(), list[int]()
    writer = threading.Thread(target=write_on, args=(home, stop, done))
    writer.start()
    time.sleep(1)
    try:
        seconds = timed(lambda: mainstay(home, "backup", file))
    finally:
        stop.set()
        writer.join()
    mainstay(folder / "beside", "restore", file)
    version = OrderStore.open(folder / "beside" / "store" / "order_lines").version
    same = rows_of(folder / "beside") == rows_of(home, version)
    return {"backup_s": seconds[0], "imports": len(done), "version": version, "same_rows": same}


if __name__ == "__main__":
    main()
