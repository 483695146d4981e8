"""`mainstay user`: people from the command line."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

ADD = "from mainstay.cli.main import main; main()"


def test_a_staff_code_that_is_not_known_is_warned_of(
    run: Any, tmp_path: Path, python: str, python_environment: dict[str, str]
) -> None:
    (tmp_path / "staff.csv").write_text("staff_id,name\nS1,Ann\n")
    assert run("import", tmp_path / "staff.csv", "--table", "staff").returncode == 0

    def add(name: str, staff: str) -> tuple[Any, str]:
        # A process of its own: Django is set up once, for one home.
        command = ["user", "add", name, "--role", "manager", "--staff", staff, "--json"]
        done = subprocess.run(
            [python, "-c", ADD, *command],
            env={**python_environment, "MAINSTAY_HOME": str(tmp_path / "home")},
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout), done.stderr

    told, aside = add("ann", "S1")
    assert (told["warnings"], aside) == ([], "")
    told, aside = add("bob", "S9")
    assert told["name"] == "bob"
    (warning,) = told["warnings"]
    assert "“S9” is in none of the tables staff and assignments" in warning
    assert aside == warning + "\n"
    (warning,) = add("eve", "")[0]["warnings"]
    assert "without a staff code sees no accounts" in warning


def test_the_demo_goes_to_another_port() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        ["make", "-n", "demo", "PORT=8123"], cwd=root, capture_output=True, text=True, check=True
    )
    assert "mainstay demo --port 8123" in done.stdout
