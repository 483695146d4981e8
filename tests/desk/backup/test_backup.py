"""A backup holds one moment whole, whatever happens beside it, and says so where it does not."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import sqlite3
import threading
import time
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from kept_homes import command, small

from mainstay.core.home import Home
from mainstay.desk.backup.archive import FORMAT, Archive
from mainstay.desk.backup.backup import backup
from mainstay.desk.backup.databases import FILE
from mainstay.desk.backup.errors import BackupError, WrongPassphrase
from mainstay.desk.backup.restore import restore
from mainstay.desk.backup.sealed import MAGIC
from mainstay.desk.backup.verify import verify
from mainstay.desk.locks import only_one
from mainstay.ledger.facts import Facts
from mainstay.ledger.frozen import FrozenFolder

WORDS = "correct horse battery"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return small(tmp_path / "home")


def extract(file: Path, to: Path, passphrase: str | None = None) -> Path:
    with Archive.open(file, passphrase) as archive:
        for name in archive.manifest.members:
            if name.startswith("home/"):
                archive.extract(name, to / name.removeprefix("home/"))
    return to


def test_nothing_is_torn_while_people_write_and_an_assessment_is_published(
    home: Home, tmp_path: Path
) -> None:
    stop = threading.Event()
    shown = FrozenFolder(home.store / "assessments")

    def write() -> None:
        """As the desk does: into the database, from there to the store; frozen first, then shown."""
        facts, n = Facts(home.store / "facts"), 0
        with closing(sqlite3.connect(home.database, timeout=20)) as connection:
            while not stop.is_set():
                n += 1
                identity = f"20250101-000000-{n:04d}"
                shown.save(identity, {}, {"meta": {}})
                connection.execute("INSERT INTO written VALUES (?)", [n])
                connection.execute("UPDATE accounts_assessment SET id = ?", [identity])
                connection.commit()
                with only_one("facts", home):
                    facts.append("staff", pa.table({"staff_id": [str(n)], "name": ["Ada"]}),
                                 f"day{n}", datetime(2025, 1, 1, tzinfo=UTC))  # fmt: skip

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(4):
            time.sleep(0.05)
            backup(home, tmp_path / f"{n}.mainstay")
    finally:
        stop.set()
        writer.join()
    for n in range(4):
        file = tmp_path / f"{n}.mainstay"
        assert verify(file).wrong == []  # which looks whether what is shown is there
        told = Facts(extract(file, tmp_path / f"out{n}") / "store" / "facts").known("staff")
        with Archive.open(file) as archive:
            written = (archive.manifest.database or {})["tables"]["written"]
        # All that went from the database to the store before; what is still to go, the desk sends again.
        assert sorted(map(int, told["staff_id"].to_pylist())) == list(range(1, told.num_rows + 1))
        assert told.num_rows in (written, written - 1)
    assert not list(home.folder.glob(".backup-*"))


def test_an_encrypted_backup_opens_with_its_passphrase_alone(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "b.mainstay"
    backup(home, file, passphrase=WORDS)
    assert b"wallets" not in file.read_bytes()
    assert verify(file, passphrase=WORDS).wrong == []
    with pytest.raises(WrongPassphrase):
        verify(file, passphrase="wrong")
    with pytest.raises(BackupError, match="encrypted"):
        verify(file)
    assert os.stat(file).st_mode & 0o077 == 0


@pytest.mark.parametrize("passphrase", [None, WORDS])
def test_a_damaged_or_cut_backup_is_refused_and_nothing_comes_of_it(
    home: Home, tmp_path: Path, passphrase: str | None
) -> None:
    file, other = tmp_path / "b.mainstay", tmp_path / "other"
    backup(home, file, passphrase=passphrase)
    whole = file.read_bytes()
    places = [len(whole) // n for n in (3, 2)] if passphrase else [whole.index(b"PAR1") + 4]
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= 1
        file.write_bytes(damaged)
        with pytest.raises(BackupError, match="damaged"):
            restore(file, Home(other), passphrase=passphrase)
        assert not other.exists()
    for length in (0, 10, 70, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        with pytest.raises(BackupError):
            restore(file, Home(other), passphrase=passphrase)
        assert not other.exists()


def test_a_backup_of_a_newer_version_is_refused(home: Home, tmp_path: Path) -> None:
    file, changed = tmp_path / "b.mainstay", tmp_path / "newer.mainstay"
    backup(home, file)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            held = old.read(name)
            if name == "manifest.json":
                held = json.dumps(
                    json.loads(held) | {"format": FORMAT + 1, "mainstay": "9.1"}
                ).encode()
            new.writestr(name, held)
    with pytest.raises(BackupError, match=r"newer Mainstay|newer_version|newer"):
        restore(changed, Home(tmp_path / "other"))


@pytest.mark.parametrize("name", ["home/../../evil", "home/{folder}/evil", "home//x", "home/./x"])
def test_no_member_is_written_outside_of_the_home(home: Home, tmp_path: Path, name: str) -> None:
    file, changed = tmp_path / "b.mainstay", tmp_path / "evil.mainstay"
    name = name.format(folder=tmp_path)
    backup(home, file)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w") as new:
        manifest = json.loads(old.read("manifest.json"))
        for one in manifest["members"]:
            new.writestr(one, old.read(one))
        manifest["members"][name] = manifest["members"]["home/secret_key"]
        new.writestr(name, old.read("home/secret_key"))
        new.writestr("manifest.json", json.dumps(manifest))
    for read in (verify, lambda one: restore(one, Home(tmp_path / "other"))):
        with pytest.raises(BackupError, match="damaged"):
            read(changed)
    assert not (tmp_path / "evil").exists()


def test_a_sealed_file_asks_for_no_more_work_than_ours(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "b.mainstay"
    backup(home, file, passphrase=WORDS)
    whole = bytearray(file.read_bytes())
    for place, cost in ((0, 17), (1, 9), (2, 2)):
        changed = whole.copy()
        changed[len(MAGIC) + place] = cost
        file.write_bytes(changed)
        with pytest.raises(BackupError, match="damaged"):
            verify(file, passphrase=WORDS)


def test_no_more_is_unpacked_than_the_manifest_tells(home: Home, tmp_path: Path) -> None:
    file, changed = tmp_path / "b.mainstay", tmp_path / "bomb.mainstay"
    backup(home, file)
    bomb = pa.compress(bytes(64 << 20), "zstd", asbytes=True)
    for told in ({}, {"sizes": {FILE: 4096}}):
        with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w") as new:
            manifest = json.loads(old.read("manifest.json"))
            is_so = {"size": len(bomb), "sha256": hashlib.sha256(bomb).hexdigest()}
            manifest["members"][FILE] = is_so
            del manifest["database"]["sizes"]
            manifest["database"] |= told
            for one in manifest["members"]:
                new.writestr(one, bomb if one == FILE else old.read(one))
            new.writestr("manifest.json", json.dumps(manifest))
        with pytest.raises(BackupError, match="damaged"):
            verify(changed)


def test_so_many_are_kept_in_a_folder(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(1, 5):
        (folder / f"mainstay-2024010{day}-020000.mainstay").touch()
    (folder / "ours.txt").touch()
    made = backup(home, folder, keep=2)
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["mainstay-20240104-020000.mainstay", made.file and made.file.name, "ours.txt"]


def test_a_full_disk_is_said_in_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    home = small(tmp_path / "home", blob=3 << 20)
    file = tmp_path / "b.mainstay"
    file.write_bytes(b"the last one")
    running = command(home.folder, "backup", file)
    resource.prlimit(running.pid, resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    out, said = running.communicate(timeout=300)
    assert running.returncode == 1, out
    assert "disk is full" in said
    assert "Traceback" not in said
    assert file.read_bytes() == b"the last one"
    assert not file.with_name("b.mainstay.part").exists()
    assert not list(home.folder.glob(".backup-*"))


def test_killed_in_the_middle_the_last_one_stays_and_the_next_one_is_made(tmp_path: Path) -> None:
    home = small(tmp_path / "home", blob=64 << 20)
    file = tmp_path / "b.mainstay"
    file.write_bytes(b"the last one")
    part = file.with_name("b.mainstay.part")
    running = command(home.folder, "backup", file)
    while running.poll() is None and not (part.exists() and part.stat().st_size > 1 << 20):
        time.sleep(0.002)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert file.read_bytes() == b"the last one"
    backup(home, file)
    assert verify(file).wrong == []
    assert not part.exists()
    assert not list(home.folder.glob(".backup-*"))


def test_verify_names_what_is_wrong(home: Home, tmp_path: Path) -> None:
    (facts,) = (home.store / "facts").glob("wallets/*.parquet")
    facts.write_bytes(facts.read_bytes()[:-20])
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("UPDATE accounts_assessment SET id = 'gone'")
        connection.commit()
    backup(home, tmp_path / "b.mainstay")
    wrong = " ".join(map(str, verify(tmp_path / "b.mainstay").wrong))
    assert facts.name in wrong
    assert "assessment gone" in wrong


def test_what_is_not_a_backup_is_told_so(home: Home, tmp_path: Path) -> None:
    other = tmp_path / "other"
    with pytest.raises(BackupError, match="no backup"):
        restore(home.database, Home(other))
    backup(home, tmp_path / "b.mainstay")
    with pytest.raises(BackupError, match="not empty"):
        restore(tmp_path / "b.mainstay", home)
