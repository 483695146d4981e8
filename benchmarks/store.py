"""The order store at size: importing, undoing, correcting, reading.

    .venv/bin/python benchmarks/store.py --lines 13000000 --store lines.store

Wanted: an import of 50,000 lines into 13M readable after at most 1 s, and undone in at most 1 s while
it is recent; everything of a pass over all accounts but its kernel at most 2 × the CPU of DuckDB's
plain scan of the same five columns. `--store` keeps the store for the next run. Medians; ratios are
of one run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger import compaction
from mainstay.ledger.executor import Reading, map_accounts
from mainstay.ledger.joins import Joins
from mainstay.ledger.lines import Lines
from mainstay.ledger.reading import order_lines
from mainstay.ledger.snapshot import Snapshot
from mainstay.ledger.store import Import, OrderStore
from make_lines import Size, as_stored, write

ACCOUNT = "A000123"
DAILY = 50_000


@dataclass(frozen=True)
class Measured:
    """Seconds of wall clock and of CPU, all threads together; medians."""

    what: str
    wall: float
    cpu: float
    wanted: str = ""

    def row(self) -> str:
        return f"{self.what:<58} {self.wall:>9.3f} {self.cpu:>9.3f}  {self.wanted}"


def measured(what: str, work: Callable[[], Any], repeat: int, *, after: Any = None) -> Measured:
    """Run some work several times; `after` puts things back, unmeasured."""
    walls, cpus = [], []
    for _ in range(repeat):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
        if after:
            after()
    return Measured(what, statistics.median(walls), statistics.median(cpus))


def fill(folder: Path, lines: Path) -> dict[str, float]:
    """The first import, in a process of its own for the sake of its peak of memory."""
    wall, cpu = time.perf_counter(), time.process_time()
    OrderStore.create(folder).commit_import(Import("first", "first", [lines]))
    return {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def daily(number: int, days_lines: pa.Table) -> Import:
    """Another day: 50,000 lines with order numbers that are new."""
    name = f"day{number:04}"
    ids = pc.binary_join_element_wise(f"T{number:04}-", days_lines["order_id"], "")
    lines = days_lines.set_column(days_lines.schema.get_field_index("order_id"), "order_id", ids)
    place = lines.schema.get_field_index("import_id")
    lines = lines.set_column(place, "import_id", pa.repeat(pa.scalar(name), lines.num_rows))
    return Import(name, name, lines)


def count_and_sum(lines: Lines) -> pa.Table:
    """The lightest kernel there is: what it costs is the reading."""
    total = np.add.reduceat(lines.amount, lines.offsets[:-1]) if len(lines.day) else []
    return pa.table({"account_id": lines.account_ids, "amount": pa.array(total, pa.float64())})


def scan(snapshot: Snapshot) -> None:
    """DuckDB's plain scan of the same five columns, every value looked at."""
    with duckdb.connect() as con:
        con.sql(
            "SELECT max(account_id), max(ordered_on), sum(amount), max(category), max(kind) "
            f"FROM read_parquet({snapshot.uris()!r}, hive_partitioning=false)"
        ).fetchall()


def against_scan(snapshot: Snapshot, when: str, repeat: int) -> list[Measured]:
    plain = measured(f"DuckDB's scan of five columns, {when}", lambda: scan(snapshot), repeat)
    ours = measured(
        f"map_accounts with a light kernel, {when}",
        lambda: map_accounts(snapshot, count_and_sum, Reading()),
        repeat,
    )
    times = ours.cpu / plain.cpu
    return [plain, replace(ours, wanted=f"{times:.2f} × the scan's CPU (wanted ≤ 2)")]


def importing(store: OrderStore, days_lines: pa.Table, repeat: int) -> list[Measured]:
    """Import a day, read it, undo it."""
    number = iter(range(1, 10_000))
    now: dict[str, Import] = {}

    def load() -> None:
        now["import"] = what = daily(next(number), days_lines)
        before = store.version
        store.orders(what.lines["order_id"].combine_chunks(), ["order_id", "amount"])
        store.commit_import(replace(what, expected_version=before))
        order_lines(store.snapshot(), Joins(), [ACCOUNT])

    def undo() -> None:
        store.undo(now["import"].import_id)

    loaded = measured("import of 50,000 lines, readable", load, repeat, after=undo)
    load()
    undone = measured("undo of it while recent", undo, repeat, after=load)
    undo()
    return [replace(loaded, wanted="wanted ≤ 1 s"), replace(undone, wanted="wanted ≤ 1 s")]


def correcting(store: OrderStore, days_lines: pa.Table, repeat: int) -> list[Measured]:
    """Look up orders that are there, and replace some."""
    ids = days_lines["order_id"].combine_chunks().unique()
    columns = ["order_id", "account_id", "ordered_on", "amount", "product_id"]
    look = measured(
        f"lines of {len(ids):,} orders of one stretch", lambda: store.orders(ids, columns), repeat
    )
    some = ids.slice(0, 100)
    lines = days_lines.filter(pc.is_in(days_lines["order_id"], value_set=some))
    place = lines.schema.get_field_index("import_id")
    number = iter(range(1, 100))
    now = {"id": ""}

    def correct() -> None:
        now["id"] = name = f"fix{next(number):03}"
        mine = lines.set_column(place, "import_id", pa.repeat(pa.scalar(name), lines.num_rows))
        store.commit_import(Import(name, name, mine, replaced_orders=some))

    def undo() -> None:
        store.undo(now["id"])

    fixed = measured("replace 100 orders in all buckets", correct, 1, after=None)
    undone = measured("undo that", undo, 1)
    return [look, fixed, undone]


def growing(store: OrderStore, days_lines: pa.Table, repeat: int) -> list[Measured]:
    """Eleven days of imports, then tidied."""
    for number in range(101, 112):
        store.commit_import(daily(number, days_lines))
    rows = against_scan(store.snapshot(), "after 11 imports", repeat)
    rows.append(measured("joining small files", lambda: compaction.compact(store), 1))
    rows += against_scan(store.snapshot(), "after joining", repeat)
    rows.append(measured("undo of an import among joined files", lambda: store.undo("day0101"), 1))
    for number in range(102, 112):
        store.undo(f"day{number:04}")
    return rows


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} CPUs ({platform.machine()}), {memory:.0f} GB; Python "
        f"{platform.python_version()}, DuckDB {duckdb.__version__}, pyarrow {pa.__version__}"
    )


def report(folder: Path, size: Size, repeat: int) -> None:
    print(machine())
    if not folder.exists():
        with tempfile.TemporaryDirectory() as place:
            plain, lines = Path(place, "plain.parquet"), Path(place, "lines.parquet")
            write(plain, size)
            as_stored(plain, lines, "first")
            plain.unlink()
            command = [sys.executable, __file__, "--fill", str(lines), "--store", str(folder)]
            seen = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
            print(
                f"first import: {seen['wall']:.1f} s, {seen['cpu']:.1f} CPU s, "
                f"at most {seen['peak_mb']:,.0f} MB"
            )
    store = OrderStore.open(folder)
    snapshot = store.snapshot()
    bytes_ = sum(f.size for f in snapshot.files)
    print(f"{snapshot.lines:,} lines in {len(snapshot.files)} files, {bytes_ / 1e6:,.0f} MB")
    days_lines = last_lines(snapshot)
    rows = against_scan(snapshot, "as first imported", repeat)
    rows.append(
        measured("lines of one account", lambda: order_lines(snapshot, Joins(), [ACCOUNT]), 20)
    )
    rows += importing(store, days_lines, repeat)
    rows += correcting(store, days_lines, repeat)
    rows += growing(store, days_lines, repeat)
    print(f"{'':<58} {'wall s':>9} {'CPU s':>9}")
    for row in rows:
        print(row.row())


def last_lines(snapshot: Snapshot) -> pa.Table:
    """50,000 lines of the last days, as a company's next export would look."""
    with duckdb.connect() as con:
        return con.sql(
            f"SELECT * FROM read_parquet({snapshot.uris()!r}, hive_partitioning=false) "
            f"ORDER BY ordered_on DESC, order_id LIMIT {DAILY}"
        ).to_arrow_table()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lines", type=int, default=Size.lines)
    parser.add_argument("--accounts", type=int, default=Size.accounts)
    parser.add_argument("--giant", type=int, default=Size.giant)
    parser.add_argument("--store", type=Path, help="folder of the store, made when it is not there")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--fill", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.fill:
        print(json.dumps(fill(given.store, given.fill)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.store or Path(temporary, "store")
        report(folder, Size(given.lines, given.accounts, given.giant), given.repeat)


if __name__ == "__main__":
    main()
