"""`mainstay doctor`, typed."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from kept_homes import small

from mainstay.desk.doctor import machine
from mainstay.desk.doctor.settings import known_names
from mainstay.desk.moving.target import Target


def levels(told):
    return {one["code"]: one["level"] for one in told["findings"]}


def test_a_new_home_is_looked_through_and_nothing_of_it_changes(run, tmp_path):
    home = small(tmp_path / "home")
    home.database.unlink()
    before = {path.name for path in home.folder.iterdir()}
    done = run("doctor", "--json")
    told = done.json()
    assert told["wrong"] == 0
    assert levels(told)["store"] == "fine"
    assert levels(told)["backup"] == "look"
    assert {p.name for p in home.folder.iterdir()} - before <= {
        "serve.lock",
        "worker.lock",
        "cache",
    }


def test_it_names_what_is_wrong_why_and_what_mends_it(run, tmp_path, monkeypatch):
    home = small(tmp_path / "home")
    home.folder.chmod(0o755)
    home.database.chmod(0o644)
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("CREATE TABLE django_migrations (app TEXT, name TEXT)")
        connection.commit()
    ahead = time.time() + 86400
    os.utime(home.store / "facts" / "manifest.json", (ahead, ahead))
    monkeypatch.setenv("MAINSTAY_HOST", "desk.example.com")
    monkeypatch.setenv("MAINSTAY_HOSTS", "desk.example.com")
    monkeypatch.setenv("MAINSTAY_OIDC_CLIENT_SECRET", "hush-hush")
    monkeypatch.setenv("MAINSTAY_TIME_ZONE", "UTC")
    done = run("doctor")
    assert done.returncode == 1
    assert "did you mean MAINSTAY_HOSTS" in done.stdout
    assert "Others can open" in done.stdout
    assert "chmod go=" in done.stdout
    assert "behind what was written" in done.stdout
    assert "steps behind" in done.stdout
    assert "without HTTPS" in done.stdout
    assert "hush" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_database_that_is_none_and_a_file_that_is_gone_are_told(run, tmp_path):
    home = small(tmp_path / "home")
    home.database.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    orders = tmp_path / "orders.csv"
    orders.write_text("account_id,ordered_on,amount\nA1,2024-01-05,10\n")
    assert run("import", orders).returncode == 0
    (gone,) = (home.store / "order_lines").glob("bucket=*/*.parquet")
    gone.unlink()
    done = run("doctor")
    assert done.returncode == 1
    assert "is not sound" in done.stdout
    assert gone.name in done.stdout
    assert "mainstay store check" in done.stdout


def test_a_server_that_is_away_and_an_engine_that_can_not_be_have_their_own_remedies(
    run, tmp_path, monkeypatch
):
    (tmp_path / "home").mkdir(0o700)
    away = {"postgresql://ann:hush@127.0.0.1:9/desk": "sudo systemctl start postgresql"}
    away["postgresql://ann:hush@db.invalid:9/desk"] = "pg_isready --host=db.invalid --port=9"
    for url, mend in away.items():
        monkeypatch.setenv("DATABASE_URL", url)
        (wrong,) = wrong_ones(run)
        assert (wrong["code"], wrong["mend"]) == ("database", mend)
        assert "start the server" in wrong["why"]
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("MAINSTAY_ENGINE", "dask")
    (wrong,) = wrong_ones(run)
    assert (wrong["code"], wrong["mend"]) == ("engine", "MAINSTAY_ENGINE=local")
    monkeypatch.setenv("MAINSTAY_ENGINE", "spark")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    (wrong,) = wrong_ones(run)
    assert "there is none here" in wrong["what"] or "not installed" in wrong["what"]


@pytest.mark.postgres
def test_an_unfinished_move_is_gone_on_with(run, tmp_path, monkeypatch, postgres):
    (tmp_path / "home").mkdir(0o700)
    url = postgres.new_database()
    monkeypatch.setenv("DATABASE_URL", url)
    with psycopg.connect(url, autocommit=True) as connection:
        Target(connection).begin("desk.sqlite3")
    (wrong,) = wrong_ones(run)
    assert wrong["mend"] == f"env --unset=DATABASE_URL mainstay move --to '{url}'"


def test_a_disk_without_room_or_mounted_read_only_says_so(run, tmp_path, monkeypatch):
    store = tmp_path / "home" / "store"
    store.mkdir(0o700, parents=True)
    store.parent.chmod(0o700)
    monkeypatch.setattr(machine, "LEAST_FREE", 1 << 60)
    assert [one["mend"] for one in wrong_ones(run)] == [None]
    (store / "order_lines").mkdir()
    assert [one["mend"] for one in wrong_ones(run)] == ["mainstay store vacuum"]
    as_it_is = os.statvfs(store)
    kept = {name: getattr(as_it_is, name) for name in dir(as_it_is) if name.startswith("f_")}
    frozen = SimpleNamespace(**kept | {"f_flag": os.ST_RDONLY})
    monkeypatch.setattr(os, "statvfs", lambda _: frozen)
    *_, wrong = wrong_ones(run)
    assert (wrong["code"], "mounted read-only" in wrong["what"]) == ("no_access", True)
    assert wrong["mend"].startswith("sudo mount -o remount,rw")


def wrong_ones(run):
    told = json.loads(run("doctor", "--json").stdout)
    return [one for one in told["findings"] if one["level"] == "wrong"]


def test_a_log_that_was_torn_is_told_with_what_mends_it(run, tmp_path):
    home = small(tmp_path / "home")
    orders = tmp_path / "orders.csv"
    orders.write_text("account_id,ordered_on,amount\nA1,2024-01-05,10\n")
    assert run("import", orders).returncode == 0
    torn = max((home.store / "order_lines" / "_delta_log").glob("*.json"))
    torn.write_bytes(torn.read_bytes()[:-100])
    assert torn.name in (done := run("doctor")).stdout
    assert "mainstay restore FILE --replace" in done.stdout
    for words in (["assess"], ["store", "check"]):
        done = run(*words)
        assert (done.returncode, torn.name in done.stderr) == (1, True)


def test_every_variable_of_ours_is_known():
    documented = Path(__file__).parents[2] / "docs" / "settings.md"
    names = set(re.findall(r"`(MAINSTAY_[A-Z_]+)`", documented.read_text(encoding="utf-8")))
    assert names <= known_names()
