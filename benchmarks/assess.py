"""An assessment from end to end, beside DuckDB's plain scan of five columns of the same store.

    .venv/bin/python benchmarks/assess.py --home bench.home

CPU seconds, all threads together, of each stage as `mainstay assess --profile` names them, and as a
multiple of the scan; the most memory held. `--home` keeps the folder with lines and master data for
the next run. A process of its own for each measurement; kernels are compiled before.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from features import scan
from make_lines import Size

GIGABYTES = 4.0


def assess_once(folder: Path) -> dict[str, Any]:
    from mainstay.core.home import Home
    from mainstay.core.stages import Stages
    from mainstay.engine import assess_home

    home = Home(folder)
    identity = "benchmark"
    _forget(home.store, identity)
    begin, wall = time.process_time(), time.perf_counter()
    with Stages() as stages:
        found = assess_home(home, identity=identity)
    wall = time.perf_counter() - wall
    seconds = time.process_time() - begin
    _forget(home.store, identity)
    return {
        "accounts": found.accounts.num_rows,
        "cpu_seconds": round(seconds, 1),
        "wall_seconds": round(wall, 1),
        "peak_mb": round(max(stage.peak_bytes for stage in stages.done) / 2**20),
        "parts": {stage.name: round(stage.cpu_seconds, 2) for stage in stages.done},
    }


def _forget(store: Path, identity: str) -> None:
    """All that belongs to a result: what is there, such as its plan, would be loaded and not made."""
    for kept in store.glob(f"*/{identity}"):
        shutil.rmtree(kept)


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
