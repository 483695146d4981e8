"""What comes back is what was there, to the row: from this version, from earlier ones, to PostgreSQL."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from kept_homes import ALL, command, small, unpack

from mainstay.core.home import Home
from mainstay.desk.backup.backup import backup
from mainstay.desk.backup.errors import BackupError
from mainstay.desk.backup.restore import restore
from mainstay.desk.backup.verify import verify_home
from mainstay.ledger.ledger import Ledger


def lines(home: Home) -> Any:
    return Ledger.open(home.store).order_lines(None).drop_columns(["import_id"])


def test_a_backup_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path) -> None:
    home, other = unpack(ALL[-1], tmp_path / "home"), Home(tmp_path / "other")
    with closing(sqlite3.connect(home.database)) as connection:
        now = "2024-01-01 00:00:00"
        connection.execute(
            "INSERT INTO jobs_job (id, kind, arguments, asked_at, state, handed_over, cancel_asked, step, "
            "share, result) VALUES ('j1', 'assess', '{}', ?, 'running', 1, 0, 'assess', 0.5, '{}')",
            [now],
        )
        connection.commit()
    made = backup(home, tmp_path / "b.mainstay")
    with closing(sqlite3.connect(home.database)) as connection:  # after the backup
        connection.execute("DELETE FROM accounts_account")
        connection.commit()
    assert made.file
    restore(made.file, other)
    assert lines(other).equals(lines(home))
    result = verify_home(other)
    assert result.wrong == []
    assert result.lines == made.manifest.store["lines"] > 2000
    with closing(sqlite3.connect(other.database)) as connection:
        (accounts,) = connection.execute("SELECT count(*) FROM accounts_account").fetchone()
        (job,) = connection.execute("SELECT state FROM jobs_job WHERE id = 'j1'").fetchone()
    assert accounts == (made.manifest.database or {})["tables"]["accounts_account"] == 24
    assert job == "failed"
    names = {path.name for path in other.folder.iterdir()}
    assert not [name for name in names if name.startswith(".restoring")]


def test_what_was_there_is_moved_aside_and_nothing_of_it_is_lost(tmp_path: Path) -> None:
    home = small(tmp_path / "home")
    home.database.unlink()
    backup(home, tmp_path / "b.mainstay")
    (home.case_files / "mine").write_text("later")
    with pytest.raises(BackupError, match="--replace"):
        restore(tmp_path / "b.mainstay", home)
    restored = restore(tmp_path / "b.mainstay", home, replace=True)
    assert restored.aside
    assert (restored.aside / "case_files" / "mine").read_text() == "later"
    assert not (home.case_files / "mine").exists()
    assert verify_home(home).wrong == []


def test_killed_in_the_middle_of_a_restore_it_is_done_again(tmp_path: Path) -> None:
    home = small(tmp_path / "home", blob=64 << 20)
    home.database.unlink()
    backup(home, tmp_path / "b.mainstay")
    other = Home(tmp_path / "other")
    running = command(other.folder, "restore", tmp_path / "b.mainstay")
    while running.poll() is None and not list(other.folder.glob(".restoring-*/store")):
        time.sleep(0.002)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert not other.store.exists()
    restore(tmp_path / "b.mainstay", other)
    assert verify_home(other).wrong == []
    assert not list(other.folder.glob(".restoring-*"))


def test_whoever_was_erased_after_the_backup_is_named(tmp_path: Path) -> None:
    home, file = small(tmp_path / "home"), tmp_path / "b.mainstay"
    home.database.unlink()
    backup(home, file)
    assert restore(file, Home(tmp_path / "new")).erased is None
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("CREATE TABLE access_event (at TEXT, verb TEXT, label TEXT)")
        for at, verb, label in (
            ("2020-01-05 10:00:00.123456", "contacts.erase", "A1 C1"),
            ("2999-01-05 10:00:00.123456", "contacts.erase", "A2 C7"),
            ("2999-01-05 10:00:00.123456", "contacts.export", "A3 C9"),
        ):
            connection.execute("INSERT INTO access_event VALUES (?, ?, ?)", [at, verb, label])
        connection.commit()
    assert restore(file, home, replace=True).erased == ["A2 C7"]


@pytest.mark.postgres
def test_from_sqlite_into_postgresql_and_from_there_into_another(
    tmp_path: Path, postgres: Any
) -> None:
    import psycopg

    home = unpack(ALL[-1], tmp_path / "home")
    file, second = tmp_path / "b.mainstay", tmp_path / "second.mainstay"
    backup(home, file)
    urls = [postgres.new_database(), postgres.new_database()]
    told(command(tmp_path / "one", "restore", file, "--to", urls[0], "--json"))
    told(command(tmp_path / "one", "backup", second, "--json", DATABASE_URL=urls[0]))
    counted = told(command(tmp_path / "one", "verify", second, "--json"))
    assert (
        "DATABASE_URL=postgresql://" in command(tmp_path / "one", "user", "list").communicate()[1]
    )
    refused = command(tmp_path / "two", "restore", second)
    assert "--to postgresql" in refused.communicate()[1]
    told(command(tmp_path / "two", "restore", second, "--to", urls[1], "--json"))
    assert (tmp_path / "two" / "desk.moved").read_text().startswith("postgresql://")
    refused = command(tmp_path / "three", "restore", second, "--to", urls[1])
    assert "not empty" in refused.communicate()[1]
    assert not (tmp_path / "three").exists()
    rows = []
    for url in urls:
        with psycopg.connect(url, autocommit=True) as connection:
            found = connection.execute(
                "SELECT account_id, name, money_at_risk FROM accounts_account ORDER BY account_id"
            ).fetchall()
            rows.append(found)
            last = connection.execute("SELECT last_value FROM access_user_id_seq").fetchone()
            assert last
            assert last[0] >= 1
    assert rows[0] == rows[1]
    assert len(rows[0]) == 24
    assert counted["lines"] == Ledger.open(home.store).n_lines


def told(running: Any) -> Any:
    out, said = running.communicate()
    assert running.returncode == 0, said
    return json.loads(out)
