"""kill -9 in the middle: the state before or after, never between, and nothing left lying about."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from mainstay.ledger import workplace
from mainstay.ledger.check import check
from mainstay.ledger.store import Import, OrderStore

WRITER = """
import sys
import pyarrow as pa, pyarrow.parquet as pq
from mainstay.ledger.store import Import, OrderStore
folder, lines, number = sys.argv[1], pq.read_table(sys.argv[2]), int(sys.argv[3])
store = OrderStore.open(folder)
print("ready", flush=True)
while True:
    number += 1
    name = f"k{number:05}"
    place = lines.schema.get_field_index("import_id")
    mine = lines.set_column(place, "import_id", pa.repeat(pa.scalar(name), lines.num_rows))
    store.commit_import(Import(name, name, mine))
    if number % 3 == 0:
        store.undo(name)
"""


def data_files(store: OrderStore) -> set[str]:
    return {p.relative_to(store.folder).as_posix() for p in store.folder.glob("bucket=*/*")}


@pytest.fixture
def killed(store, lines_of, tmp_path):
    """Start a writer, kill it after some time; returns what was said on its error output."""
    pq.write_table(lines_of(n=3_000), tmp_path / "lines.parquet")

    def run(after_seconds: float, number: int) -> str:
        writer = subprocess.Popen(
            [
                sys.executable,
                "-c",
                WRITER,
                str(store.folder),
                str(tmp_path / "lines.parquet"),
                str(number),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(after_seconds)
        os.kill(writer.pid, signal.SIGKILL)
        said = writer.communicate()[1]
        assert writer.returncode == -signal.SIGKILL, said
        return said

    return run


def test_a_killed_writer_leaves_the_state_before_or_after(store, killed, stored):
    chance = random.Random(7)
    left_behind = 0
    for kill in range(6):
        killed(0.03 + chance.random() * 0.3, kill * 1000)
        snapshot = store.snapshot()
        counts: dict[str, int] = {}
        for name in stored(store)["import_id"].to_pylist():
            counts[name] = counts.get(name, 0) + 1
        assert counts == dict.fromkeys((i.import_id for i in snapshot.state.imports), 3_000)
        assert check(snapshot) == []
        left_behind += store.sweep()
        assert store.sweep() == 0
    # What undone imports leave stays for older snapshots; all else that no version names is gone.
    named = {f.path for v in range(store.version + 1) for f in store.snapshot(v).files}
    assert data_files(store) == named
    assert left_behind > 0
    assert store.commit_import(Import("last", "last", stored(store).slice(0, 0)))


def test_a_living_writers_work_is_left_alone(store):
    with workplace.workplace(store.folder) as work:
        (Path(store.folder) / "bucket=1").mkdir()
        file = Path(store.folder) / "bucket=1" / f"i1-{work.token}-abc.parquet"
        file.touch()
        assert store.sweep() == 0
        assert file.exists()


def test_what_a_killed_writer_had_committed_stays(filled):
    """Killed between its commit and the clearing of its workplace."""
    number = filled.table().transaction_version("mainstay.state")
    token = Path(filled.snapshot().files[0].path).stem.rsplit("-", 2)[1]
    folder = filled.folder / "_mainstay" / "work" / token
    folder.mkdir(parents=True)
    (folder / ".lock").touch()
    (folder / "intent").write_text(str(number))
    assert filled.sweep() == 1
    assert check(filled.snapshot()) == []


def test_what_a_killed_writer_had_not_committed_goes(filled):
    folder = filled.folder / "_mainstay" / "work" / "aaaabbbbcccc"
    folder.mkdir(parents=True)
    (folder / ".lock").touch()
    (folder / "intent").write_text(str((2 << 24) + 5))
    orphan = filled.folder / "bucket=1"
    orphan.mkdir(exist_ok=True)
    (orphan / "i2-aaaabbbbcccc-123456.parquet").touch()
    assert filled.sweep() == 1
    assert data_files(filled) == {f.path for f in filled.snapshot().files}
