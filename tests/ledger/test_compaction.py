"""Tidying changes where lines lie, never which there are, and takes nothing that is needed."""

from __future__ import annotations

import os
import time

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from mainstay.core.errors import StoreError
from mainstay.ledger import buckets, compaction, state
from mainstay.ledger.check import check
from mainstay.ledger.store import Import

ONE = ["Adler"]  # all lines in one bucket


@pytest.fixture
def busy(store, lines_of):
    """A large import and sixteen small ones, all of one account."""
    store.commit_import(Import("i00", "p0", lines_of("i00", n=5_000, accounts=ONE)))
    for n in range(1, 17):
        lines = lines_of(f"i{n:02}", n=20, seed=n, accounts=ONE)
        store.commit_import(Import(f"i{n:02}", f"p{n}", lines))
    return store


def test_small_files_are_joined_and_recent_imports_stay_apart(busy, content, stored):
    before = stored(busy)
    assert len(busy.snapshot().files) == 17
    assert compaction.compact(busy)
    snapshot = busy.snapshot()
    assert content(stored(busy)) == content(before)
    assert check(snapshot) == []
    # The large file is left as it is, eleven small ones are one, five recent ones stay.
    assert len(snapshot.files) == 7
    assert sorted(f.rows for f in snapshot.files) == [20] * 5 + [220, 5_000]
    # Older lines first, also when the names of joined files would have it otherwise.
    newest = [f.high["import_id"] for f in snapshot.files]
    assert newest == sorted(newest)
    alone = {f.only_import for f in snapshot.files}
    assert alone >= {f"i{n}" for n in range(12, 17)}
    assert not compaction.compact(busy)


def test_the_large_file_is_joined_once_it_is_worth_it(busy, lines_of):
    for n in range(17, 30):
        busy.commit_import(Import(f"i{n}", f"p{n}", lines_of(f"i{n}", n=60, seed=n, accounts=ONE)))
    compaction.compact(busy)
    assert max(f.rows for f in busy.snapshot().files) > 5_000


def test_an_import_is_undone_after_its_files_were_joined(busy, content, stored):
    compaction.compact(busy)
    busy.undo("i03")
    compaction.compact(busy)
    left = stored(busy)
    assert left.num_rows == 5_000 + 15 * 20
    assert "i03" not in left["import_id"].to_pylist()
    assert check(busy.snapshot()) == []


def test_joining_is_no_change_of_data_to_delta(busy):
    compaction.compact(busy)
    log = busy.folder / "_delta_log" / f"{busy.version:020d}.json"
    assert '"dataChange":false' in log.read_text()
    assert '"dataChange":true' not in log.read_text()


def test_a_grown_store_is_spread_over_more_buckets(busy, content, stored, monkeypatch):
    before = stored(busy)
    monkeypatch.setattr(buckets, "SMALL_UP_TO_LINES", 4_000)
    assert compaction.compact(busy)
    assert busy.snapshot().buckets == 64
    log = busy.folder / "_delta_log" / f"{busy.version:020d}.json"
    assert '"dataChange":true' not in log.read_text()
    assert check(busy.snapshot()) == []
    assert content(stored(busy)) == content(before)
    busy.undo("i05")
    assert stored(busy).num_rows == before.num_rows - 20


def test_joining_that_would_lose_lines_is_refused(busy, monkeypatch):
    write = compaction.write_sorted

    def losing(folder, bucket, name, pieces):
        return write(folder, bucket, name, (piece.slice(1) for piece in pieces))

    monkeypatch.setattr(compaction, "write_sorted", losing)
    before = busy.version
    with pytest.raises(StoreError, match="nothing was changed"):
        compaction.compact(busy)
    assert busy.version == before
    assert check(busy.snapshot()) == []


def test_joining_starts_again_when_somebody_commits(busy, lines_of, monkeypatch):
    joined = compaction._joined

    def and_meanwhile(*given):
        change = joined(*given)
        monkeypatch.setattr(compaction, "_joined", joined)
        busy.commit_import(Import("i99", "p99", lines_of("i99", n=20, accounts=ONE)))
        return change

    monkeypatch.setattr(compaction, "_joined", and_meanwhile)
    compaction.compact(busy)
    assert busy.snapshot().lines == 5_000 + 17 * 20
    assert check(busy.snapshot()) == []


def age(folder, hours):
    """Make all files of a folder look as old as that."""
    then = time.time() - hours * 3600
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


def test_vacuum_keeps_what_a_kept_version_needs(busy, content):
    kept = busy.snapshot()
    compaction.compact(busy)
    gone = busy.snapshot()
    busy.undo("i16")
    age(busy.folder, 400)
    deleted = compaction.vacuum(busy, [kept.version], retention_hours=0)
    assert deleted == 0
    assert check(busy.snapshot(kept.version)) == []
    # Not kept: the files that only older versions need go, and so do their states.
    deleted = compaction.vacuum(busy, [], retention_hours=0)
    assert deleted > 0
    assert check(busy.snapshot()) == []
    assert not all(os.path.exists(uri) for uri in gone.uris())
    assert len(state.numbers(busy.place)) <= 2


def test_vacuum_takes_nothing_that_is_younger_than_a_week(busy):
    before = busy.snapshot()
    compaction.compact(busy)
    orphan = busy.folder / before.files[0].path.replace("i00", "orphan")
    orphan.touch()
    assert compaction.vacuum(busy) == 0
    assert orphan.exists()
    assert check(busy.snapshot(before.version)) == []
    assert busy.snapshot(before.version).state == before.state


def test_vacuum_keeps_replaced_lines_that_an_undo_would_bring_back(
    filled, lines_of, content, stored
):
    lines = lines_of("i2", n=2)
    ids = pa.array(["i1-00003"] * 2)
    lines = lines.set_column(lines.schema.get_field_index("order_id"), "order_id", ids)
    filled.commit_import(Import("i2", "p2", lines, replaced_orders=ids))
    age(filled.folder, 400)
    compaction.vacuum(filled, retention_hours=0)
    filled.undo("i2")
    assert content(stored(filled)) == content(lines_of("i1"))


def test_tidy_says_what_it_did(busy):
    done = compaction.tidy(busy)
    assert (done.files_before, done.files_after, done.deleted) == (17, 7, 0)


# Checking


def test_check_finds_what_is_wrong(filled):
    snapshot = filled.snapshot()
    first, second, *_ = snapshot.files
    os.remove(snapshot.full(first))
    snapshot.full(second).write_bytes(b"PAR1 not any more")
    said = [str(text) for text in check(snapshot)]
    assert said[0] == (
        f"The file “{first.path}” is missing. Put it back from a backup; without one, undo the "
        "import i1 and load its file again."
    )
    (damaged,) = said[1:]
    assert damaged.startswith(f"The file “{second.path}” is damaged. Put it back from a backup;")
    assert "undo the import i1" in damaged


def test_check_finds_lines_in_disorder_and_out_of_place(filled, lines_of):
    """As a writer would leave them that does not keep the order: the trap of every other way."""
    import pyarrow.parquet as pq

    file = max(filled.snapshot().files, key=lambda f: f.rows)
    path = filled.snapshot().full(file)
    lines = pq.read_table(path, partitioning=None)
    pq.write_table(lines.take(list(reversed(range(lines.num_rows)))), path)
    assert any("not in order" in str(text) for text in check(filled.snapshot()))
    other = next(f for f in filled.snapshot().files if f.bucket != file.bucket)
    pq.write_table(pq.read_table(filled.snapshot().full(other), partitioning=None), path)
    said = " ".join(str(text) for text in check(filled.snapshot()))
    assert "belong elsewhere" in said
    assert f"instead of {file.rows}" in said


def test_the_table_is_plain_delta_to_others(busy):
    compaction.compact(busy)
    table = DeltaTable(str(busy.folder))
    assert table.count() == busy.snapshot().lines
    assert table.metadata().partition_columns == ["bucket"]
