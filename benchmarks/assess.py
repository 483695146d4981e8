"""An assessment from end to end, beside DuckDB's plain scan of five columns of the same store.

    .venv/bin/python benchmarks/assess.py --home bench.home

CPU seconds, all threads together, of each part, and as a multiple of the scan; the most memory held.
`--home` keeps the folder with lines and master data for the next run. A process of its own for each
measurement; kernels are compiled before.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from features import peak_mb, scan
from make_lines import Size

GIGABYTES = 4.0


class Clock:
    """CPU seconds by part: each part's name is called when it begins."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}
        self.name, self.since = "", time.process_time()

    def __call__(self, name: str) -> None:
        now = time.process_time()
        if self.name:
            self.parts[self.name] = round(self.parts.get(self.name, 0) + now - self.since, 2)
        self.name, self.since = name, now


def assess_once(folder: Path) -> dict[str, Any]:
    from mainstay.core.home import Home
    from mainstay.engine import assess_home, open_ledger
    from mainstay.engine import run as parts_of

    home = Home(folder)
    identity = "benchmark"
    kept = open_ledger(home).assessments
    if identity in kept.ids():
        kept.delete(identity)
    clock = Clock()

    def marks(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def marked(*args: Any, **named: Any) -> Any:
            clock(name)
            return work(*args, **named)

        return marked

    whole = parts_of._Run
    steps = {"measures": "first pass", "changes": "second pass", "judge": "models and states"}
    for step, name in steps.items():
        setattr(whole, step, marks(name, getattr(whole, step)))
    parts_of.money_at_risk = marks("money at risk", parts_of.money_at_risk)
    parts_of.facts_at = marks("facts", parts_of.facts_at)
    parts_of.categories_table = marks("tables", parts_of.categories_table)
    begin, wall = time.process_time(), time.perf_counter()
    clock("opening, sums over all lines")
    found = assess_home(home, identity=identity)
    clock("")
    wall = time.perf_counter() - wall
    seconds = time.process_time() - begin
    kept.delete(identity)
    return {
        "accounts": found.accounts.num_rows,
        "cpu_seconds": round(seconds, 1),
        "wall_seconds": round(wall, 1),
        "peak_mb": peak_mb(),
        "parts": clock.parts,
    }


def apart(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, __file__, *arguments]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lines", type=int, default=Size.lines)
    parser.add_argument("--accounts", type=int, default=Size.accounts)
    parser.add_argument("--giant", type=int, default=Size.giant)
    parser.add_argument("--home", type=Path, help="home folder, made when it is not there")
    parser.add_argument("--only", choices=["scan", "assess"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        folder = given.home
        print(
            json.dumps(scan(folder / "store", 5) if given.only == "scan" else assess_once(folder))
        )
        return
    from homes import make_home

    with tempfile.TemporaryDirectory() as temporary:
        home = (given.home or Path(temporary, "home")).resolve()
        make_home(home, Size(given.lines, given.accounts, given.giant))
        scanned = apart("--home", str(home), "--only", "scan")
        seen = apart("--home", str(home), "--only", "assess")
    times = seen["cpu_seconds"] / scanned["seconds"]
    report = {"lines": scanned["lines"], "scan_cpu_seconds": round(scanned["seconds"], 3), **seen}
    print(json.dumps({**report, "times_the_scan": round(times, 1)}, indent=1))


if __name__ == "__main__":
    main()
