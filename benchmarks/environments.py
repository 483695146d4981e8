"""Peers to measure against, each in an environment of its own, run as a subprocess that prints JSON."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

HERE = Path(__file__).parent
T = TypeVar("T")


@dataclass(frozen=True)
class Peer:
    """A program in `peers/` and what it needs.

    name: of its environment under `.envs/`, and of its script under `peers/`
    requirements: as pip takes them; pinned where the peer no longer runs with what is new
    """

    name: str
    requirements: tuple[str, ...]

    def python(self) -> Path:
        """The environment's interpreter; the environment is made when it is not there yet."""
        folder = HERE / ".envs" / self.name
        python, ready = folder / "bin" / "python", folder / ".ready"
        wanted = "\n".join(self.requirements)
        if not ready.exists() or ready.read_text() != wanted:
            print(f"making {folder.relative_to(HERE.parent)} …", file=sys.stderr)
            venv.create(folder, clear=True, with_pip=True)
            pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
            subprocess.run([*pip, *self.requirements], check=True)
            ready.write_text(wanted)
        return python

    def run(self, *arguments: str | Path) -> dict[str, Any]:
        """Run the peer on one core, and read the JSON it prints last."""
        script = HERE / "peers" / f"{self.name}.py"
        ended = subprocess.run(
            [str(self.python()), "-W", "ignore", str(script), *map(str, arguments)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        return json.loads(ended.stdout.strip().splitlines()[-1])


LIFETIMES = Peer("lifetimes", ("lifetimes==0.11.3", "numpy<2", "pandas<2", "scipy<1.12"))
RUPTURES = Peer("ruptures", ("ruptures==1.1.10",))


def measured(work: Callable[[], T], *, repeat: int = 1) -> tuple[T, float]:
    """What the work gives, and the CPU seconds of the quickest of `repeat` runs."""
    best = float("inf")
    for _run in range(repeat):
        begin = time.process_time()
        result = work()
        best = min(best, time.process_time() - begin)
    return result, best


def peak_memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
