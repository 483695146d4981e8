"""CPU of the command's start, beside that of a bare Python.

    .venv/bin/python benchmarks/cli.py

Wanted: `mainstay --help` in less than 0.3 s of CPU. Medians.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
from pathlib import Path

COMMANDS = ("--help", "--version", "assess --help")


def cpu(command: list[str]) -> float:
    """User and system seconds of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeat", type=int, default=15)
    given = parser.parse_args()
    program = str(Path(sys.executable).parent / "mainstay")
    commands = {f"mainstay {words}": [program, *words.split()] for words in COMMANDS}
    commands["python -c pass"] = [sys.executable, "-c", "pass"]
    found = {}
    for name, command in commands.items():
        cpu(command)  # byte-compiled
        found[name] = round(statistics.median(cpu(command) for _ in range(given.repeat)), 3)
    print(json.dumps({"cpu_seconds": found, "met": found["mainstay --help"] < 0.3}, indent=1))


if __name__ == "__main__":
    main()
