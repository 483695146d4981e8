"""How the desk is started."""

from __future__ import annotations

import subprocess
from pathlib import Path


def test_the_demo_goes_to_another_port() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        ["make", "-n", "demo", "PORT=8123"], cwd=root, capture_output=True, text=True, check=True
    )
    assert "mainstay demo --port 8123" in done.stdout
