"""The same tests on PostgreSQL: those marked `both_databases`, in a process with its DATABASE_URL."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.postgres


def test_the_desk_on_postgresql(postgres: Any, python_environment: dict[str, str]) -> None:
    here = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-m", "both_databases", "-p", "no:cacheprovider", str(here)],
        env={**python_environment, "DATABASE_URL": postgres.new_database()},
        cwd=here.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed, done.stdout
    assert int(passed[1]) > 20
