"""kill -9 during an import: all of it is there or nothing, and the next start says which."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mainstay.ledger.importing import run_import, unfinished_imports
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.staging import PREFIX, Staging

ROWS = 400
IMPORTER = """
import datetime as dt, os, signal, sys
from pathlib import Path
from mainstay.ledger import importing
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.staging import PREFIX, Staging
from mainstay.ledger.store import OrderStore
folder, number, dies = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
def die(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)
if dies == "before the commit":
    OrderStore.commit_import = die
if dies == "after the commit":
    importing._record_derived = die
ledger = Ledger.open(folder)
print("ready", flush=True)
while True:
    number += 1
    path = folder.parent / f"{number}.csv"
    path.write_text("Customer,Country,Date,Order,Amount\\n,,2024-01-01,1,1\\n" + "".join(
        f"A{number}-{i % 7},DE,2024-01-{i % 28 + 1:02},{number}-{i // 4},{i}\\n" for i in range(400)))
    importing.run_import(ledger, [path], now=dt.datetime(2024, 6, 1, 0, 0, number % 60, tzinfo=dt.UTC))
"""
Kill = Callable[[float | None, int, str], None]


@pytest.fixture
def kill(book: Ledger) -> Kill:
    """Run imports one after the other, and kill them after some time, or where they die by plan."""

    def run(after_seconds: float | None, number: int, dies: str = "by chance") -> None:
        command = [sys.executable, "-c", IMPORTER, str(book.folder), str(number), dies]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        if after_seconds is not None:
            time.sleep(after_seconds)
            os.kill(child.pid, signal.SIGKILL)
        said = child.communicate(timeout=60)[1]
        assert child.returncode == -signal.SIGKILL, said

    return run


def whole(book: Ledger) -> int:
    """How many imports there are, each of them checked to be whole."""
    book.refresh()
    of_import: dict[str, int] = {}
    for import_id in book.order_lines(None)["import_id"].to_pylist():
        of_import[import_id] = of_import.get(import_id, 0) + 1
    imports = {one.import_id: one for one in book.imports()}
    assert of_import == dict.fromkeys(imports, ROWS)
    assert {p.name for p in (book.folder / "imports").glob("*")} == set(imports)
    for one in imports.values():
        assert one.report["rows_taken"] == ROWS
        assert one.tables["accounts"] == 7
        assert (book.folder / "imports" / one.import_id / "set_aside.parquet").is_file()
    return len(imports)


def test_killed_at_any_moment(book: Ledger, kill: Kill) -> None:
    chance = random.Random(11)
    for n in range(6):
        kill(0.02 + chance.random() * 0.6, n * 1000)
        unfinished_imports(book)
        whole(book)
    assert whole(book) > 0


def test_killed_before_the_commit(book: Ledger, kill: Kill) -> None:
    kill(None, 0, "before the commit")
    (orphan,) = (book.folder / "imports").iterdir()
    (said,) = unfinished_imports(book)
    assert str(said).startswith(f"The import {orphan.name} was broken off before its end")
    assert whole(book) == 0
    assert unfinished_imports(book) == []


def test_killed_after_the_commit(book: Ledger, kill: Kill) -> None:
    """The lines are in; what belongs to them is recorded at the next start."""
    kill(None, 0, "after the commit")
    assert book.refresh().table("accounts").num_rows == 0
    assert unfinished_imports(book) == []
    assert whole(book) == 1


def test_the_next_import_finishes_as_well(book: Ledger, kill: Kill, file) -> None:
    import datetime as dt

    kill(None, 0, "after the commit")
    now = dt.datetime(2024, 7, 1, tzinfo=dt.UTC)
    run_import(book, [file("Customer,Date,Amount\nZ,2024-01-01,1\n")], now=now)
    assert book.refresh().table("accounts").num_rows == 7


def test_the_scratch_of_a_killed_import_is_cleared_away(tmp_path: Path) -> None:
    with Staging(folder=tmp_path) as alive:
        left = tmp_path / f"{PREFIX}left"
        left.mkdir()
        (left / ".lock").touch()
        (left / "spill").write_bytes(b"0" * 100)
        (tmp_path / "somebody else's").mkdir()
        with Staging(folder=tmp_path) as other:
            assert not left.exists()
            assert alive.folder.exists()
            assert other.folder.exists()
    assert [p.name for p in tmp_path.iterdir()] == ["somebody else's"]
