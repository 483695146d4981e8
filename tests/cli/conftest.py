"""`mainstay …` as it is typed, in a home folder of its own."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mainstay.cli.context import context
from mainstay.cli.main import main


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str

    def json(self) -> Any:
        """What a command that was done says with --json."""
        assert self.returncode == 0, self.stderr
        return json.loads(self.stdout)


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Done]]:
    monkeypatch.setenv("MAINSTAY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(context, "debug", False)
    monkeypatch.setattr(context, "json", False)
    before = signal.getsignal(signal.SIGINT)

    def mainstay(*arguments: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["mainstay", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        return Done(int(end.value.code or 0), *capsys.readouterr())

    yield mainstay
    signal.signal(signal.SIGINT, before)
