"""How an assessment grows with the order lines: from end to end at several sizes, and the exponent.

    .venv/bin/python benchmarks/run.py growth --lines 1000000 13000000 130000000

Accounts grow with the lines, 130 lines each, and the largest account too. Every size has a home folder
under `--homes`, made when it is not there: 130 million lines take some 2 GB, three times that while they are made,
and a quarter of an hour of CPU. Sizes in turns, each run a process of its own, kernels compiled before. The exponent
is the slope of the logarithm of the CPU seconds over that of the lines. Wanted: at most 1.05 from 1 to 130 million
lines, and at most 40 scans of five columns at 130.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from assess import apart
from contest import span
from homes import make_home
from make_lines import Size
from results import Result, Table

HOMES = Path(__file__).parent.parent / ".cache" / "bench" / "growth"
LINES_AN_ACCOUNT = 130
LARGEST = 3 / 130  # of all lines


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lines", type=int, nargs="+", default=[1_000_000, 13_000_000])
    parser.add_argument("--homes", type=Path, default=HOMES, help="a folder for each size")


def size(lines: int) -> Size:
    return Size(lines, lines // LINES_AN_ACCOUNT, round(lines * LARGEST))


def once(home: Path) -> dict[str, Any]:
    """The scan and the assessment of a home folder, one after the other."""
    scanned = apart("--home", str(home), "--only", "scan")
    seen = apart("--home", str(home), "--only", "assess")
    print(f"{scanned['lines']:,} lines: {seen['cpu_seconds']} s", file=sys.stderr)
    return {**seen, "scan_cpu_seconds": scanned["seconds"], "lines": scanned["lines"]}


def exponent(lines: list[int], seconds: list[float]) -> float:
    """b of seconds = a · lines^b, by least squares of the logarithms."""
    return float(np.polyfit(np.log(lines), np.log(seconds), 1)[0])


def row(lines: int, runs: list[dict[str, Any]]) -> list[Any]:
    cpu = [run["cpu_seconds"] for run in runs]
    times = [run["cpu_seconds"] / run["scan_cpu_seconds"] for run in runs]
    return [
        f"{lines:,}",
        runs[0]["accounts"],
        statistics.median(cpu),
        span(cpu),
        statistics.median(run["wall_seconds"] for run in runs),
        max(run["peak_mb"] for run in runs),
        statistics.median(times),
        1e6 * statistics.median(cpu) / lines,
    ]


HEAD = ["lines", "accounts with any", "CPU s", "of the rounds", "wall s", "peak MB"]
HEAD += ["times the scan", "CPU s a million lines"]


def measure(given: argparse.Namespace, rounds: int, folder: Path, command: str) -> Result:
    lines = sorted(given.lines)
    homes = [given.homes.resolve() / str(number) for number in lines]
    for number, home in zip(lines, homes, strict=True):
        make_home(home, size(number))
    once(homes[0])  # compiles what is not yet
    found = [[once(home) for home in homes] for _ in range(rounds)]
    exponents = [exponent(lines, [run["cpu_seconds"] for run in one]) for one in found]
    rows = [
        row(number, list(runs))
        for number, runs in zip(lines, zip(*found, strict=True), strict=True)
    ]
    told = [
        f"{lines[0]:,} to {lines[-1]:,}",
        statistics.median(exponents),
        span(exponents),
        "≤ 1.05",
    ]
    tables = {
        "growth": Table(HEAD, rows),
        "growth-exponent": Table(["lines", "exponent", "of the rounds", "wanted"], [told]),
    }
    names = ("numpy", "numba", "duckdb", "pyarrow", "lightgbm")
    return Result("growth", command, tables, found, {name: version(name) for name in names})
