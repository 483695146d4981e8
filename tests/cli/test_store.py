"""`mainstay store`, typed."""

from __future__ import annotations

import os

import pytest

from mainstay.engine import home as engine_home


@pytest.fixture
def orders(tmp_path):
    """A file of orders a day, for three days."""
    files = []
    for n in range(3):
        rows = [f"A{i},2024-0{n + 1}-1{i},{10 * i + 5}.50,O{n}{i}" for i in range(4)]
        file = tmp_path / f"orders{n}.csv"
        file.write_text("\n".join(["customer,order_date,amount,order_id", *rows]))
        files.append(file)
    return files


def test_check_compact_and_vacuum_say_what_they_found(run, orders):
    for file in orders:
        assert run("import", file).returncode == 0
    told = run("store", "check", "--json").json()
    assert (told["wrong"], told["lines"]) == ([], 12)
    assert "12" in run("store", "check").stdout
    joined = run("store", "compact", "--all", "--json").json()
    assert joined["files_after"] < joined["files_before"] == told["files"]
    assert run("store", "vacuum", "--json").json() == {"deleted": 0}
    assert run("store", "check").returncode == 0


def test_check_names_the_file_that_is_gone_and_what_to_do(run, orders, tmp_path):
    run("import", orders[0])
    (gone, *_) = sorted((tmp_path / "home" / "store" / "order_lines").glob("bucket=*/*.parquet"))
    gone.unlink()
    done = run("store", "check")
    assert done.returncode == 1
    assert gone.name in done.stderr
    assert "undo" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(run("store", "check", "--json").stdout.splitlines()) > 1


def test_every_command_names_the_file_that_is_gone(run, orders, tmp_path):
    for file in orders:
        run("import", file)
    (gone, *_) = sorted((tmp_path / "home" / "store" / "order_lines").glob("bucket=*/*.parquet"))
    gone.unlink()
    again = tmp_path / "again.csv"
    again.write_text("".join(file.read_text().replace(".50", ".75") for file in orders[:1]))
    for words in (["store", "compact", "--all"], ["import", again], ["assess"]):
        done = run(*words)
        assert done.returncode == 1
        assert gone.name in done.stderr
        assert "mainstay store check" in done.stderr


def test_an_empty_store_beside_assessments_is_taken_for_another_place(run, tmp_path, monkeypatch):
    orders = tmp_path / "orders.csv"
    lines = [f"A{i % 5},2024-{m:02}-1{i},{i + 5}.50" for m in range(1, 13) for i in range(9)]
    orders.write_text("\n".join(["customer,order_date,amount", *lines]))
    run("import", orders)
    assert run("assess").returncode == 0
    monkeypatch.setenv("MAINSTAY_STORE", str(tmp_path / "elsewhere"))
    for words in (["assess"], ["store", "check"]):
        done = run(*words)
        assert done.returncode == 1
        assert "elsewhere” is new and empty" in done.stderr
        assert "MAINSTAY_STORE" in done.stderr
    assert "MAINSTAY_STORE=…" in run("doctor").stdout


def test_where_nothing_was_imported_nothing_is_made(run, tmp_path):
    assert run("store", "check").returncode == 1
    assert not (tmp_path / "home").exists()


def test_a_home_that_can_not_be_written_is_read_and_else_refused_before_the_work(
    run, orders, tmp_path, monkeypatch
):
    run("import", orders[0])
    monkeypatch.setattr(os, "access", lambda place, mode: not mode & os.W_OK)
    monkeypatch.setattr(engine_home, "assess", lambda *_, **__: pytest.fail("it began"))
    for words in (["assess"], ["replay"], ["import", orders[1]], ["store", "compact"]):
        refused = run(*words)
        assert refused.returncode == 1
        assert f"Nothing can be written into “{tmp_path}/home”" in refused.stderr
    assert run("store", "check").returncode == 0
