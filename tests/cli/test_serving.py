"""How the desk is started."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from mainstay.cli import serving
from mainstay.desk.serve import Started


def test_the_demo_goes_to_another_port() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        ["make", "-n", "demo", "PORT=8123"], cwd=root, capture_output=True, text=True, check=True
    )
    assert "mainstay demo --port 8123" in done.stdout


def test_the_one_time_password_is_told_at_once_into_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(pipe, encoding="utf-8"))
    serving._tell(Started("http://127.0.0.1:8000", "admin", "seven-lanterns"))
    assert b"seven-lanterns" in pipe.getvalue()
