"""How a command ends: Ctrl-C, what the machine refuses, what was not understood, and bugs."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mainstay.engine import imports as engine

Run = Callable[..., Any]
STOPPED = "Stopped. Nothing was left half done.\n"
PRESSED_WHILE_STARTING = """
import os, signal, sys
class Press:
    def find_spec(self, name, *_):
        if name == "mainstay.cli.app":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Press())
from mainstay.cli.main import main
main()
"""


DEAF = """
import os, signal, time
from mainstay.cli import main
from mainstay.engine import imports
def deaf(*_):
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        while True:
            time.sleep(60)
imports.list_imports = deaf
main.PATIENCE_SECONDS = 0.1
main.main()
"""


def press(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGINT)


def pressed_within_a_query(*_: object) -> None:
    with pytest.raises(KeyboardInterrupt):
        press()
    raise RuntimeError("Query interrupted")


def started(
    program: str, home: Path, python: str, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "-c", program, "imports", "--json"],
        env={**environment, "MAINSTAY_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("what", [press, pressed_within_a_query])
def test_ctrl_c_is_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, what: Callable[..., None]
) -> None:
    monkeypatch.setattr(engine, "list_imports", what)
    done = run("imports")
    assert (done.returncode, done.stdout, done.stderr) == (130, "", STOPPED)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    done = run("imports", "--json")
    assert (done.returncode, done.stderr) == (130, STOPPED)
    assert json.loads(done.stdout) == {"error": "stopped", "message": STOPPED.strip()}


def test_ctrl_c_does_not_wait_for_what_does_not_look_up(
    tmp_path: Path, python: str, python_environment: dict[str, str]
) -> None:
    done = started(DEAF, tmp_path, python, python_environment)
    assert (done.returncode, done.stderr) == (130, STOPPED)
    assert json.loads(done.stdout)["error"] == "stopped"


def test_ctrl_c_while_it_starts(
    tmp_path: Path, python: str, python_environment: dict[str, str]
) -> None:
    done = started(PRESSED_WHILE_STARTING, tmp_path, python, python_environment)
    assert (done.returncode, done.stderr) == (130, STOPPED)
    assert json.loads(done.stdout)["error"] == "stopped"


def test_a_command_that_was_done_stays_done(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`serve` ends by Ctrl-C as it should."""

    def swallowed(*_: object) -> list[object]:
        with pytest.raises(KeyboardInterrupt):
            press()
        return []

    monkeypatch.setattr(engine, "list_imports", swallowed)
    assert run("imports").returncode == 0


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "/data/x"),
            "The disk is full (/data/x).",
        ),
        (OSError("Generic error: No space left on device (os error 28)"), "The disk is full."),
        (
            PermissionError(errno.EACCES, "Permission denied", "/x"),
            "may not read or write here (/x)",
        ),
        (RuntimeError("attempt to write a readonly database"), "may not read or write here."),
        (OSError(errno.EROFS, "Read-only file system", "/x"), "may not read or write here (/x)"),
    ],
)
def test_what_the_machine_refuses_is_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def refused(*_: object) -> None:
        raise error

    monkeypatch.setattr(engine, "list_imports", refused)
    done = run("imports", "--json")
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert json.loads(done.stdout)["error"] == "refused_by_machine"


def test_a_home_that_is_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "in"):
        done = run("imports", "--home", place)
        assert done.returncode == 1
        assert "Not a directory). Name another with --home or MAINSTAY_HOME." in done.stderr
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", [("assess",), ("set-aside", "20260101-000000-abcd")])
@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("nowhere/x.csv", "No such file or directory"),
        ("file/x.csv", "Not a directory"),
        ("folder.csv", "Is a directory"),
        ("x.doc", "must end in .csv, .xlsx or .parquet"),
    ],
)
def test_where_nothing_can_be_written(
    run: Run, tmp_path: Path, command: tuple[str, ...], out: str, said: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder.csv").mkdir()
    done = run(*command, "--out", tmp_path / out)
    assert done.returncode == 1
    assert f"“{tmp_path / out}” can't be written" in done.stderr
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [("--json", "frobnicate"), ("assess", "--sooner", "--json"), ("undo", "--json")],
)
def test_what_is_not_understood_is_for_machines_too(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"] == "usage"
    assert json.loads(done.stdout)["message"] == done.stderr.strip()


def test_a_bug_is_one_sentence_for_machines_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("of nothing")

    monkeypatch.setattr(engine, "list_imports", broken)
    done = run("imports", "--json")
    assert done.returncode == 70
    assert json.loads(done.stdout)["error"] == "unforeseen"
    assert "ZeroDivisionError: of nothing" in done.stderr
    assert done.stderr.count("\n") == 1


def test_shared_options_stand_before_or_after_the_command(run: Run, tmp_path: Path) -> None:
    assert run("--json", "imports").json() == []
    run("imports", "--home", tmp_path / "one")
    run("imports", f"--home={tmp_path / 'two'}")
    assert (tmp_path / "one" / "store").is_dir()
    assert (tmp_path / "two" / "store").is_dir()
    done = run("imports", "--home")
    assert done.returncode == 2
    assert "--home" in done.stderr
    with pytest.raises(Exception, match="no order lines yet"):
        run("assess", "--debug")


def test_what_aborts_after_the_end_is_not_waited_for(
    python: str, python_environment: dict[str, str], tmp_path: Path
) -> None:
    """A library's native thread may abort while C takes the process apart."""
    aborts = (
        "import ctypes, sys; c = ctypes.CDLL(None); "
        "c.__cxa_atexit(ctypes.cast(c.abort, ctypes.c_void_p), None, None); "
        "import mainstay.cli.main as m; "
    )

    def ended(how: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python, "-c", f"{aborts} sys.argv[1:] = {list(words)}; m.{how}()"],
            env={**python_environment, "MAINSTAY_HOME": str(tmp_path / "none")},
            capture_output=True,
            text=True,
            check=False,
        )

    assert ended("main", "--version").returncode < 0
    done = ended("entry", "--version")
    assert (done.returncode, done.stdout.startswith("mainstay ")) == (0, True)
    assert ended("entry", "plan").returncode == 1
    assert ended("entry", "nonsense").returncode == 2
