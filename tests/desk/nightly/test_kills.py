"""A few kills of web server, worker and `serve` in nightly runs; benchmarks/kills.py does a hundred."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_killed_at_random_moments_nothing_is_lost_or_done_twice(
    tmp_path: Path, python_environment: dict[str, str]
) -> None:
    script = str(ROOT / "benchmarks" / "kills.py")
    done = subprocess.run(
        [sys.executable, script, "--kills", "6", "--home", str(tmp_path / "kills")],
        env=python_environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    told = json.loads(done.stdout[done.stdout.index("{\n") :])
    assert told["faults"] == []
    assert sum(told["kills"].values()) >= 6
