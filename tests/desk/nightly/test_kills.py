"""A kill in each kind of step of a nightly run; benchmarks/kills.py does a hundred at random moments."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_killed_in_its_steps_a_run_loses_and_doubles_nothing(
    tmp_path: Path, python_environment: dict[str, str]
) -> None:
    script = str(ROOT / "benchmarks" / "kills.py")
    done = subprocess.run(
        [sys.executable, script, "--chosen", "--home", str(tmp_path / "kills")],
        env=python_environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    told = json.loads(done.stdout[done.stdout.index("{\n") :])
    assert told["faults"] == []
    assert told["kills"] == {"worker": 3, "web": 1, "serve": 1}
    # The mail over which the worker was killed had been taken; nobody could know, and none came twice.
    assert told["mails"] == {"ada": 1, "ben": 1}
    assert told["uncertain_mails"] == 1
