"""On Spark the same comes out as on one machine, whatever dies meanwhile; or one sentence."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from mainstay.core.errors import InvalidSetting, StoreError
from mainstay.ledger import engines, spark_session
from mainstay.ledger.errors import SparkFailed
from mainstay.ledger.executor import Reading, map_accounts, map_buckets
from mainstay.ledger.joins import Joins
from mainstay.ledger.spark import PART_BYTES
from mainstay.ledger.store import Import

pytestmark = pytest.mark.spark


def summing():
    """A kernel that Spark can take along: workers know nothing of this module."""

    def sums(lines):
        import numpy as np
        import pyarrow as pa

        total = np.add.reduceat(np.append(lines.amount, 0.0), lines.offsets[:-1])
        total = total[: lines.n_accounts]
        return pa.table({"account_id": lines.account_ids, "total": total})

    return sums


@pytest.fixture
def many(filled, lines_of):
    """Several files in each bucket."""
    for n in range(2, 5):
        filled.commit_import(Import(f"i{n}", f"p{n}", lines_of(f"i{n}", n=60, seed=n)))
    return filled.snapshot()


READINGS = [
    Reading(),
    Reading(columns=("kind", "category", "quantity"), as_of=pa.scalar(19500, pa.date32()).as_py()),
    Reading(joins=Joins({"00123": "Adler", "O'Brien": "Adler", "Ω-Works": "鼎泰企業"})),
]


@pytest.mark.parametrize("reading", READINGS, ids=["plain", "as of a date", "joined"])
def test_the_same_rows_in_the_same_order_as_on_one_machine(many, reading, request):
    here = map_accounts(many, summing(), reading)
    request.getfixturevalue("on_spark")
    there = map_accounts(many, summing(), reading)
    assert here.num_rows > 3
    assert there.equals(here)


def test_an_empty_store_gives_an_empty_table(store, on_spark):
    table = map_accounts(store.snapshot(), summing(), Reading())
    assert table.num_rows == 0
    assert table.column_names == ["account_id", "total"]


def test_a_worker_that_is_killed_in_the_middle_changes_nothing(many, tmp_path, request):
    here = map_accounts(many, summing(), Reading())
    request.getfixturevalue("on_spark")
    killed, sums = tmp_path / "killed", summing()

    def dying_once(lines):
        if not killed.exists():
            killed.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return sums(lines)

    assert map_accounts(many, dying_once, Reading()).equals(here)
    assert killed.exists()


def test_what_a_kernel_makes_may_be_anything_and_larger_than_a_row(many, on_spark):
    def names(lines):
        return lines.account_ids.to_pylist(), bytes(PART_BYTES)

    made = map_buckets(many, names, Reading())
    ids = [account_id for names_there, _ in made for account_id in names_there]
    assert len(ids) == len(set(ids)) > 3
    assert {len(blank) for _, blank in made} == {PART_BYTES}


def test_what_a_kernel_raises_comes_out(many, on_spark):
    def failing(lines):
        raise ZeroDivisionError("a kernel's own")

    with pytest.raises(ZeroDivisionError, match="own"):
        map_accounts(many, failing, Reading())


def test_a_file_in_disorder_is_refused_in_the_same_words(filled, on_spark):
    import pyarrow.parquet as pq

    file = max(filled.snapshot().files, key=lambda f: f.rows)
    path = filled.snapshot().full(file)
    lines = pq.read_table(path, partitioning=None)
    pq.write_table(lines.take(list(reversed(range(lines.num_rows)))), path)
    with pytest.raises(StoreError, match="not in order"):
        map_accounts(filled.snapshot(), summing(), Reading())


def test_a_task_that_fails_on_every_worker_is_said_in_one_sentence(many, on_spark):
    def without_room(lines):
        raise OSError(28, "No space left on device")

    one_bucket = replace(many, files=many.by_bucket[min(many.by_bucket)])
    with pytest.raises(SparkFailed, match="No space left") as error:
        map_accounts(one_bucket, without_room, Reading())
    assert len(str(error.value)) < 400


def test_progress_is_told_in_the_callers_thread(many, on_spark):
    import threading

    told = []
    map_accounts(
        many, summing(), Reading(), lambda *done: told.append((threading.get_ident(), *done))
    )
    total = len({f.bucket for f in many.files})
    assert {thread for thread, *_ in told} == {threading.get_ident()}
    done = [n for _, n, all_ in told if all_ == total]
    assert done == sorted(done)
    assert done[-1] == total


def test_a_few_accounts_are_read_here(many, monkeypatch):
    monkeypatch.setenv("MAINSTAY_ENGINE", "spark")
    monkeypatch.setattr("mainstay.ledger.spark.run", None)
    assert map_accounts(many, summing(), Reading(accounts=("Adler",))).num_rows == 1


# What can't be


@pytest.mark.parametrize(
    "word", ["dask", "sc://", "sc://:15002", "sc://head:many", "sc://head:99999"]
)
def test_an_engine_that_there_is_not(monkeypatch, word):
    monkeypatch.setenv("MAINSTAY_ENGINE", word)
    with pytest.raises(InvalidSetting, match=f"“{word}”.* sc://host:port"):
        engines.chosen()


@pytest.mark.parametrize(
    "word", ["foo", "spark://", "spark://head", "spark://a:1,b", "mesos://a:1"]
)
def test_a_master_that_is_none(monkeypatch, word):
    monkeypatch.setenv("MAINSTAY_ENGINE", "spark")
    monkeypatch.setenv("SPARK_MASTER", word)
    with pytest.raises(InvalidSetting, match=f"SPARK_MASTER can't be “{word}”"):
        engines.master()


@pytest.mark.parametrize(
    "word",
    ["yarn", "local", "local[*]", "local[2,4]", "local-cluster[2,1,1024]", "k8s://https://k:6443",
     "spark://head:7077", "spark://a:7077,b.example.com:7077", "spark://[::1]:7077"],
)  # fmt: skip
def test_masters_of_every_kind(monkeypatch, word):
    monkeypatch.setenv("SPARK_MASTER", word)
    assert engines.master() == word


def test_no_java(monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(SparkFailed, match="needs Java 17"):
        spark_session._needs_java()


@pytest.mark.parametrize(("says", "refused"), [("1.8.0_412", "8"), ("11.0.2", "11"), ("21", None)])
def test_an_old_java(monkeypatch, tmp_path, says, refused):
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{says}\"' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    if refused is None:
        spark_session._needs_java()
        return
    with pytest.raises(SparkFailed, match=f"is Java {refused}"):
        spark_session._needs_java()


def test_another_spark():
    with pytest.raises(SparkFailed, match=r"works with Spark 4, and this is Spark 3\.5\.1"):
        spark_session._needs_version("3.5.1")


def test_no_server_where_one_is_named(many, monkeypatch):
    pytest.importorskip("pyspark")
    monkeypatch.setenv("MAINSTAY_ENGINE", "sc://user:secret@127.0.0.1:9/;token=hidden")
    with pytest.raises(SparkFailed, match=r"at MAINSTAY_ENGINE=sc://127\.0\.0\.1:9: ") as error:
        map_accounts(many, summing(), Reading())
    assert "secret" not in str(error.value)
    assert "hidden" not in str(error.value)
    assert Path(many.folder).exists()


def test_a_server_that_takes_connections_and_never_answers(many, monkeypatch):
    pytest.importorskip("pyspark")
    monkeypatch.setattr(spark_session, "PATIENCE_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"sc://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setenv("MAINSTAY_ENGINE", place)
        with pytest.raises(SparkFailed, match=f"answers at MAINSTAY_ENGINE={place}: .* timed out"):
            map_accounts(many, summing(), Reading())


def test_no_master_where_one_is_named(monkeypatch):
    masters = "spark://127.0.0.1:9,127.0.0.1:10"
    monkeypatch.setenv("MAINSTAY_ENGINE", "spark")
    monkeypatch.setenv("SPARK_MASTER", masters)
    with pytest.raises(SparkFailed, match=f"No Spark master answers at SPARK_MASTER={masters}: "):
        spark_session._needs_answer(masters)
    with socket.create_server(("127.0.0.1", 0)) as one:
        spark_session._needs_answer(f"spark://127.0.0.1:9,127.0.0.1:{one.getsockname()[1]}")


def test_what_java_says_is_kept_apart_and_told_where_it_says_why(python):
    """In a process of its own, since there is one Java a process."""
    pytest.importorskip("pyspark")
    program = (
        "from mainstay.ledger.spark_session import session\n"
        "try: print(session().range(3).count())\n"
        "except Exception as error: print(error)"
    )
    told = []
    for master in ("local[1]", "foo"):
        environment = os.environ | {
            "MAINSTAY_ENGINE": "spark",
            "PYSPARK_SUBMIT_ARGS": f"--master {master} pyspark-shell",
            "PYTHONPATH": str(Path(spark_session.__file__).parents[2]),
        }
        environment.pop("SPARK_MASTER", None)
        done = subprocess.run(
            [python, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        assert done.stderr == ""
        told.append(done.stdout)
    assert told[0].strip() == "3"
    assert "before it was done: Master must either be yarn or start with" in told[1]
