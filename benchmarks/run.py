"""The door to all benchmarks: `run.py NAME [its options]`, `run.py all`, `run.py tables`.

    .venv/bin/python benchmarks/run.py rfm --rounds 5
    .venv/bin/python benchmarks/run.py all --small

Measures, keeps what was measured under `results/` with machine, commit and versions, shows it as a table, and
writes the tables of docs/benchmarks.md anew; `tables` does the last alone. `--small` takes sizes that end in
minutes on any machine, and `--dry` keeps nothing. Benchmarks that print JSON of their own (README.md) are run
by their names too, as they are.
"""

from __future__ import annotations

import argparse
import importlib
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from results import write_page

HERE = Path(__file__).parent
ROUNDS = 5
# Those that keep results, in the order of `all`, with their sizes for `--small`.
KEPT = {
    "rfm": "--lines 500000 --accounts 5000",
    "btyd": "--accounts 50000 --pareto-accounts 2000",
    "changepoint": "--series 50000 --peer-series 5000",
    "imports": "--lines 100000",
    "growth": "--lines 250000 500000 1000000",
    "clients": "--lines 500000 --accounts 5000 --giant 10000 --requests 30",
}


def measure(name: str, words: list[str], *, dry: bool, rounds: int) -> None:
    """One benchmark that keeps its results."""
    benchmark = importlib.import_module(name)
    parser = argparse.ArgumentParser(prog=f"run.py {name}", description=benchmark.__doc__)
    benchmark.arguments(parser)
    given = parser.parse_args(words)
    command = shlex.join(["benchmarks/run.py", name, *words, *more_rounds(rounds)])
    with tempfile.TemporaryDirectory(prefix="mainstay-bench-") as folder:
        result = benchmark.measure(given, rounds, Path(folder), command)
    for table in result.tables:
        print(result.text(table), end="\n\n")
    if not dry:
        print(f"kept in {result.save().relative_to(HERE.parent)}", file=sys.stderr)


def more_rounds(rounds: int) -> list[str]:
    return [] if rounds == ROUNDS else ["--rounds", str(rounds)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("name", help=f"{', '.join(KEPT)}, all, tables, or another file here")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="the middle one counts")
    parser.add_argument("--small", action="store_true", help="sizes that end in minutes")
    parser.add_argument("--dry", action="store_true", help="keep nothing, leave the page alone")
    given, words = parser.parse_known_args()
    if given.name != "all" and given.name != "tables" and given.name not in KEPT:
        script = HERE / f"{given.name}.py"
        if not script.exists():
            parser.error(f"there is no benchmark {given.name!r}")
        raise SystemExit(subprocess.run([sys.executable, script, *words], check=False).returncode)
    for name in KEPT if given.name == "all" else [given.name]:
        if name != "tables":
            small = KEPT[name].split() if given.small else []
            measure(name, [*small, *words], dry=given.dry, rounds=given.rounds)
    if not given.dry:
        write_page()


if __name__ == "__main__":
    main()
