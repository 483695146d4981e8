"""A pass over all accounts, or an assessment, on Spark beside the same on this machine alone: CPU, and every figure compared.

    .venv/bin/python benchmarks/spark.py --home bench.home
    .venv/bin/python benchmarks/spark.py --home bench.home --assess --repeats 1

CPU seconds of all processes together: here, Java and its Python workers. What is called overhead is what it
takes on Spark beyond the same here, once Spark is up, as a multiple of the latter; start-up (Java, workers,
kernels loaded in each) stands apart. The home folder is only read.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds() -> float:
    """Of this process and all that it started, those that are gone included."""
    parents, used = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            number, rest = stat.read_text().split(" (", 1)
        except OSError:
            continue
        told = rest.rpartition(") ")[2].split()
        parents[int(number)] = int(told[1])
        used[int(number)] = sum(int(ticks) for ticks in told[11:15]) / CLOCK_TICKS

    def is_ours(number: int) -> bool:
        while number > 1:
            if number == os.getpid():
                return True
            number = parents.get(number, 0)
        return False

    return sum(seconds for number, seconds in used.items() if is_ours(number))


def difference(here: pa.Table, there: pa.Table) -> float:
    """The largest difference of any figure, relative to it where it is above 1; rows and words must be the same."""
    assert there.schema.equals(here.schema)
    largest = 0.0
    for name in here.schema.names:
        one, other = here[name], there[name]
        if pa.types.is_floating(one.type):
            a, b = one.to_numpy(), other.to_numpy()
            assert np.array_equal(np.isnan(a), np.isnan(b)), name
            off = np.abs(a - b) / np.maximum(np.abs(a), 1.0)
            largest = max(largest, float(np.nanmax(off, initial=0.0)))
        else:
            assert one.equals(other), name
    return largest


def timed(work: Any) -> tuple[Any, dict[str, float]]:
    cpu, wall = cpu_seconds(), time.perf_counter()
    found = work()
    wall = time.perf_counter() - wall
    return found, {"cpu": round(cpu_seconds() - cpu, 2), "wall": round(wall, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--home", type=Path, required=True, help="home folder with order lines")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--dates", type=int, default=24, help="how many dates the features are of")
    parser.add_argument("--assess", action="store_true", help="all of an assessment")
    given = parser.parse_args()
    from mainstay.engine import assess
    from mainstay.ledger.ledger import Ledger
    from mainstay.standing.features import AccountFeatures

    ledger = Ledger.open(given.home / "store")
    first, last = ledger.span() or (None, None)
    dates = tuple(last - timedelta(weeks=4 * n) for n in reversed(range(given.dates)))
    kernel = AccountFeatures(dates, first)

    def features() -> list[pa.Table]:
        return [ledger.map_accounts(kernel, columns=AccountFeatures.columns, as_of=dates[-1])]

    def assessment() -> list[pa.Table]:
        found = assess(ledger)
        return [found.accounts, found.categories, found.history]

    def on(engine: str) -> tuple[list[pa.Table], dict[str, float], dict[str, float]]:
        os.environ["MAINSTAY_ENGINE"] = engine
        _, begun = timed(features)
        work = assessment if given.assess else features
        runs = [timed(work) for _ in range(given.repeats)]
        middle = {k: statistics.median(run[k] for _, run in runs) for k in ("cpu", "wall")}
        return runs[-1][0], begun, middle

    here, _, alone = on("local")
    there, begun, spark = on("spark")
    report = {
        "lines": ledger.snapshot.lines,
        "rows": sum(table.num_rows for table in here),
        "local": alone,
        "spark": spark,
        "spark_first_with_start": begun,
        "overhead_cpu_times_local": round((spark["cpu"] - alone["cpu"]) / alone["cpu"], 2),
        "largest_difference": max(map(difference, here, there)),
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
