"""Who is measured, each in an environment and a process of its own: Mainstay, and its peers in `peers/`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parent / ".cache" / "peers"
T = TypeVar("T")


@dataclass(frozen=True)
class Peer:
    """A program in `peers/` and what it needs.

    name: of its environment, and of its script under `peers/`
    requirements: as pip takes them, the newest that run together; none: our own environment
    settings: of its processes' environment
    """

    name: str
    requirements: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()

    def python(self) -> Path:
        """The environment's interpreter; the environment is made when it is not there yet."""
        if not self.requirements:
            return Path(sys.executable)
        folder = ENVIRONMENTS / self.name
        python, ready = folder / "bin" / "python", folder / ".ready"
        wanted = "\n".join(self.requirements)
        if not ready.exists() or ready.read_text() != wanted:
            print(f"making {folder.relative_to(HERE.parent)} …", file=sys.stderr)
            venv.create(folder, clear=True, with_pip=True)
            pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
            subprocess.run([*pip, *self.requirements], check=True)
            ready.write_text(wanted)
        return python

    def run(
        self, task: str, data: Path, out: Path | None = None, **settings: str
    ) -> dict[str, Any]:
        """Do a task of the peer's once, in a new process; see `peers/once.py` for what comes back.

        data: .npz with what it is done with, or a file that is itself that
        out: .npz for the arrays that the task gives
        settings: of the process's environment, above the peer's own
        """
        command = [self.python(), "-W", "ignore", HERE / "peers" / "once.py"]
        command += [self.name, task, data, *([out] if out else [])]
        ended = subprocess.run(
            [str(word) for word in command],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | ONE_CORE | dict(self.settings) | settings,
        )
        return json.loads(ended.stdout.strip().splitlines()[-1])


# Of the libraries below NumPy: at these sizes their threads only cost.
ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

OURS = Peer("mainstay")
IMPORTS = Peer("mainstay_imports")
# No longer maintained: it runs with what was new when it was.
LIFETIMES = Peer("lifetimes", ("lifetimes==0.11.3", "numpy<2", "pandas<2", "scipy<1.12"))
PYMC = Peer("pymc_marketing", ("pymc-marketing==0.19.2",))
POLARS = Peer("polars", ("polars==2.1.0", "numpy==2.4.6"))
DUCKDB = Peer("duckdb", ("duckdb==2.0.0", "numpy==2.4.6", "pyarrow==26.0.1"))
READERS = Peer("readers", ("duckdb==2.0.0", "fastexcel==0.21.0", "pyarrow==26.0.1", "numpy==2.4.6"))
RUPTURES = Peer("ruptures", ("ruptures==1.1.10",))


def write_arrays(path: Path, **arrays: np.ndarray) -> Path:
    np.savez(path, **arrays)
    return path


def measured(work: Callable[[], T]) -> tuple[T, float]:
    """What the work gives, and its CPU seconds."""
    begin = time.process_time()
    return work(), time.process_time() - begin
