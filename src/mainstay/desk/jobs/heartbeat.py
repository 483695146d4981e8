"""Whether the worker is at work: the time of a file that it touches all the while."""

from __future__ import annotations

import time
from pathlib import Path

from mainstay.core.home import Home

# A worker that has not been heard of for so long is stuck or gone.
SILENT_SECONDS = 60.0


def _file(home: Home) -> Path:
    return home.cache / "worker.alive"


def beat(home: Home) -> None:
    _file(home).touch(mode=0o600)


def age_seconds(home: Home) -> float | None:
    """How long ago the worker was heard of last; None where it never was.

    A clock that was set back makes nobody late: never below 0.
    """
    try:
        return max(0.0, time.time() - _file(home).stat().st_mtime)
    except FileNotFoundError:
        return None
