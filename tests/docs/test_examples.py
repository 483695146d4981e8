"""What the pages for newcomers say to type does what they say it does."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import blocks
import pytest

COMMAND = [sys.executable, "-c", "from mainstay.cli.main import entry; entry()"]


@pytest.fixture
def newcomer(tmp_path: Path, python_environment: dict[str, str]) -> dict[str, str]:
    """The environment of somebody in a folder with the example files, and nothing of Mainstay yet."""
    for file in (blocks.DOCS / "examples").glob("*.csv"):
        shutil.copy(file, tmp_path)
    home = {"MAINSTAY_HOME": str(tmp_path / "home"), "COLUMNS": "200", "LC_ALL": "C.UTF-8"}
    return {**python_environment, **home}


def test_who_follows_the_first_page_sees_what_it_says(
    tmp_path: Path, newcomer: dict[str, str]
) -> None:
    typed = list(blocks.commands("start.md"))
    assert typed[-1].words == ("serve",)
    for command in typed[:-1]:
        done = subprocess.run(
            [*COMMAND, *command.words], cwd=tmp_path, env=newcomer, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command.words}: {done.stderr}"
        missing = [line for line in command.told if not blocks.is_said(line, done.stdout)]
        assert missing == [], f"{command.words} printed {done.stdout}"


def test_ctrl_c_stops_the_desk_of_the_first_page(
    tmp_path: Path, newcomer: dict[str, str], run_free_port: int
) -> None:
    desk = subprocess.Popen(
        [*COMMAND, "serve", "--port", str(run_free_port)],
        cwd=tmp_path,
        env=newcomer,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert desk.stdout is not None
    with desk.stdout:
        assert any(f"127.0.0.1:{run_free_port}" in line for line in desk.stdout)
        os.kill(desk.pid, signal.SIGINT)
        desk.stdout.read()
    desk.wait(60)


def test_the_analysts_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(blocks.DOCS / "examples" / "orders.csv", tmp_path)
    monkeypatch.chdir(tmp_path)
    (example,) = blocks.blocks("roles/analyst.md", "python")
    exec(compile(example, "analyst.md", "exec"), {})
    assert "money_at_risk" in capsys.readouterr().out
