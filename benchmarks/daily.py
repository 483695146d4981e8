"""A day's file of 50,000 order lines imported into 13 million, as a user does it, and undone.

    .venv/bin/python benchmarks/daily.py --home bench.home

Wanted: readable after at most 1 s, undone in at most 1 s; into 130 million readable for at most 5 s of CPU. From the
file's first byte (CSV) to lines that a reader sees; medians of wall clock and CPU. Then, in a copy of the
store, thirty such days: the feature pass costs at most 1.3 times the CPU of the same lines in one file a
bucket; ratios are of pairs in turns.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from features import apart
from homes import make_home
from mainstay.core.home import Home
from mainstay.engine import open_ledger, run_import
from mainstay.engine.imports import undo_import
from mainstay.ledger import compaction
from mainstay.ledger.store import OrderStore
from make_lines import Size
from store import daily, last_lines

GROWN = 1.3
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


def growing(home: Home, days: int, repeat: int) -> dict[str, Any]:
    """The feature pass over a store that nobody tidied for some days, beside the same lines joined."""
    with tempfile.TemporaryDirectory(dir=home.folder) as place:
        grown, nightly, joined = (Path(place, word) for word in ("grown", "nightly", "joined"))
        shutil.copytree(home.store / "order_lines", grown / "order_lines")
        store = OrderStore.open(grown / "order_lines")
        last = last_lines(store.snapshot())
        commits = [
            timed(lambda n=n: store.commit_import(daily(n, last)))[1] for n in range(1, days + 1)
        ]
        untidied = len(store.snapshot().files)
        for other in (nightly, joined):
            shutil.copytree(grown, other)
        compaction.compact(OrderStore.open(nightly / "order_lines"))
        one_each = OrderStore.open(joined / "order_lines")
        joining = timed(lambda: compaction.compact(one_each, whole=True))[1]
        found = [[pass_cpu(folder) for folder in (grown, nightly, joined)] for _ in range(repeat)]
    middle = [statistics.median(column) for column in zip(*found, strict=True)]
    ratios = [statistics.median(row[n] / row[2] for row in found) for n in (0, 1)]
    return {
        "days": days,
        "commit_cpu_s": round(statistics.median(commits), 3),
        "files": untidied,
        "joining_all_cpu_s": round(joining, 1),
        "pass_cpu_s": dict(
            zip(
                ("untidied", "tidied nightly", "one file a bucket"),
                map(rounded, middle),
                strict=True,
            )
        ),
        "times_one_file": {"untidied": rounded(ratios[0]), "tidied nightly": rounded(ratios[1])},
        "wanted": GROWN,
        "met": ratios[0] <= GROWN,
    }


def pass_cpu(folder: Path) -> float:
    """CPU seconds of the feature pass at one date, in a process of its own."""
    return apart("--store", str(folder), "--repeat", "2", "--only", "1")["seconds"]


def rounded(number: float) -> float:
    return round(number, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lines", type=int, default=50_000, help="of a day")
    parser.add_argument("--home", type=Path, help="home folder, made when it is not there")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--days", type=int, default=30, help="of imports that nobody tidied")
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
        lines = open_ledger(home).snapshot.lines
        grown = growing(home, given.days, given.repeat)
    report = {
        name: {
            "wall_s": round(statistics.median(wall for wall, _ in rows), 3),
            "cpu_s": round(statistics.median(cpu for _, cpu in rows), 3),
        }
        for name, rows in (("import, readable", imported), ("undo", undone))
    }
    met = all(row["wall_s"] <= 1 for row in report.values())
    print(
        json.dumps(
            {
                "into": lines,
                "lines": given.lines,
                **report,
                "met": met,
                "grown": grown,
                "load": os.getloadavg(),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
