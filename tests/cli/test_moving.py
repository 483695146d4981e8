"""`mainstay move`: a whole installation from SQLite to PostgreSQL."""

from __future__ import annotations

import fcntl
import json
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import filled
import psycopg
import pytest

pytestmark = pytest.mark.postgres
MAIN = "from mainstay.cli.main import main; main()"
OPEN = "from mainstay.desk.serve import open_database; open_database()"
# A move that is killed before it copies the table of kinds of rows, behind that of permissions for them.
KILLED = """
import os, sys
from mainstay.cli.main import main
from mainstay.desk.moving import carry
copy = carry._copy
def killing(target, part, *others):
    if part.table == "django_content_type":
        os.kill(os.getpid(), 9)
    return copy(target, part, *others)
carry._copy = killing
main()
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path, python: str, python_environment: dict[str, str]) -> Run:
    home = tmp_path / "home"
    home.mkdir()

    def run(*words: str, program: str = MAIN, **extra: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python, "-c", program, *words],
            env={**python_environment, "MAINSTAY_HOME": str(home), **extra},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_an_installation_with_rows_in_every_table_is_moved_and_says_what_to_set(
    run: Run, tmp_path: Path, postgres: Any
) -> None:
    assert run(program=OPEN).returncode == 0
    file, url = tmp_path / "home" / "desk.sqlite3", postgres.new_database()
    rows = filled.fill(file)
    _grown_over_versions(file)
    before = file.read_bytes()
    assert run("move", "--to", url, program=KILLED).returncode == -signal.SIGKILL
    done = run("move", "--to", url, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    moved = {one["table"]: one["rows"] for one in told["tables"]}
    assert moved == {table: n for table, n in rows.items() if table != "django_migrations"}
    assert min(moved.values()) >= len(filled.ROWS)
    assert file.read_bytes() == before
    with psycopg.connect(url) as connection:
        loose = "SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'"
        assert connection.execute(loose).fetchone() == (0,)
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
            connection.execute("DELETE FROM access_event")
    _is_refused_in_its_old_place(run, file.parent)
    people = run("user", "list", "--json", DATABASE_URL=url)
    assert len(json.loads(people.stdout)) == len(filled.ROWS)
    (file.parent / "desk.moved").unlink()  # killed just before it was written
    assert "was finished at" in run("move", "--to", url).stderr
    _is_refused_in_its_old_place(run, file.parent)
    (file.parent / "desk.moved").unlink()
    assert run("user", "list").returncode == 0


def _is_refused_in_its_old_place(run: Run, home: Path) -> None:
    """Without DATABASE_URL nobody goes on with the SQLite file."""
    for words in (["user", "list"], ["serve"], ["move", "--to", "postgresql://other/name"]):
        refused = run(*words)
        assert refused.returncode == 1
        assert len(refused.stderr.splitlines()) == 1
        assert "set DATABASE_URL=postgresql://postgres@" in refused.stderr
        assert f"delete “{home}/desk.moved”" in refused.stderr
    told = json.loads(run("doctor", "--json").stdout)
    wrong = [one for one in told["findings"] if one["level"] == "wrong"]
    assert [one["code"] for one in wrong] == ["database"]
    assert wrong[0]["mend"].startswith("DATABASE_URL=postgresql://postgres@")


def _grown_over_versions(file: Path) -> None:
    """Number kinds of rows and permissions otherwise than a new database does."""
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE django_content_type SET id = id + 1000")
        connection.execute("UPDATE auth_permission SET content_type_id = content_type_id + 1000")
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
            for _, _, there, column, *_ in connection.execute(f"PRAGMA foreign_key_list({table})"):
                if there == "django_content_type" and table != "auth_permission":
                    connection.execute(f"UPDATE {table} SET {column} = {column} + 1000")
        assert not connection.execute("PRAGMA foreign_key_check").fetchall()
    connection.close()


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("sqlite:////x.db", "--to must be like postgresql"),
        ("mysql://a/b", "--to must be like postgresql"),
        ("hush@host/x", "--to must be like postgresql"),
        ("postgresql://a:b/hush@host/x", "--to can't be read as postgresql"),
        ("postgresql://ann@host", "--to names no database"),
    ],
)
def test_an_address_that_can_not_be_is_refused_in_a_sentence(run: Run, to: str, said: str) -> None:
    done = run("move", "--to", to)
    assert (done.returncode, said in done.stderr) == (1, True), done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "DATABASE_URL" not in done.stderr
    assert "hush" not in done.stderr


def test_nothing_is_moved_while_the_desk_runs(run: Run, tmp_path: Path) -> None:
    with (tmp_path / "home" / "serve.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = run("move", "--to", "postgresql://host/name")
    assert "Mainstay is running" in done.stderr
