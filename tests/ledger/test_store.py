"""The order store: what goes in is there, once, in order, whoever else is writing."""

from __future__ import annotations

import datetime as dt
import os
import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from mainstay.core.errors import StoreError
from mainstay.ledger import buckets, scatter
from mainstay.ledger.errors import AlreadyLoaded, StoreBroken, StoreChanged
from mainstay.ledger.files import DataFile, check_sorted
from mainstay.ledger.schema import STORED_ORDER_LINES
from mainstay.ledger.snapshot import holds_any
from mainstay.ledger.store import Import, OrderStore


def as_table(lines, tmp_path):
    return lines


def as_reader(lines, tmp_path):
    return lines.to_reader(max_chunksize=17)


def as_paths(lines, tmp_path):
    paths = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    pq.write_table(lines.slice(0, 70), paths[0])
    pq.write_table(lines.slice(70), paths[1])
    return paths


def data_files(store):
    return {p.relative_to(store.folder).as_posix() for p in store.folder.glob("bucket=*/*")}


def assert_in_order(store):
    """Every file in order of account and day, every account in one bucket: the traps of the store."""
    seen: dict[str, int] = {}
    snapshot = store.snapshot()
    for file in snapshot.files:
        lines = pq.read_table(snapshot.full(file), partitioning=None)
        pairs = list(
            zip(lines["account_id"].to_pylist(), lines["ordered_on"].to_pylist(), strict=True)
        )
        assert pairs == sorted(pairs)
        for account in set(lines["account_id"].to_pylist()):
            assert seen.setdefault(account, file.bucket) == file.bucket
            assert buckets.bucket_of(account, snapshot.buckets) == file.bucket


@pytest.mark.parametrize("given", [as_table, as_reader, as_paths])
@pytest.mark.parametrize("in_memory", [True, False])
def test_lines_come_back_as_they_went_in(
    store, lines_of, content, stored, tmp_path, monkeypatch, given, in_memory
):
    if not in_memory:
        monkeypatch.setattr(scatter, "IN_MEMORY_ROWS", 10)
    lines = lines_of()
    version = store.commit_import(Import("i1", "print-1", given(lines, tmp_path)))
    assert version == store.version == 1
    assert content(stored(store)) == content(lines)
    assert store.snapshot().lines == 200
    assert_in_order(store)
    assert list((store.folder / "_mainstay" / "work").glob("*")) == []


def test_order_is_kept_over_many_row_groups(store, lines_of, stored, content, monkeypatch):
    monkeypatch.setattr("mainstay.ledger.files.ROW_GROUP", 7)
    lines = lines_of(n=400, accounts=["Adler", "鼎泰企業"])
    store.commit_import(Import("i1", "print-1", lines))
    assert_in_order(store)
    assert content(stored(store)) == content(lines)
    file = store.snapshot().files[0]
    assert pq.read_metadata(store.folder / file.path).num_row_groups == -(-file.rows // 7)


def test_columns_that_lack_are_empty(store, stored):
    lines = pa.table(
        {
            "account_id": ["A"],
            "ordered_on": [dt.date(2024, 1, 1)],
            "amount": pa.array([1.5]),
            "import_id": ["i1"],
        }
    )
    store.commit_import(Import("i1", "print-1", lines))
    (row,) = stored(store).to_pylist()
    assert str(row["amount"]) == "1.5000"
    assert row["order_id"] is None
    assert stored(store).schema == STORED_ORDER_LINES


def test_an_import_without_lines_is_remembered(store, lines_of):
    store.commit_import(Import("i1", "print-1", lines_of().slice(0, 0), copies=200))
    assert store.loaded("print-1") == "i1"
    assert store.snapshot().lines == 0
    assert store.snapshot().span() is None


@pytest.mark.parametrize("column", ["account_id", "ordered_on", "amount"])
def test_a_line_without_who_when_or_how_much_is_refused(store, lines_of, column):
    lines = lines_of()
    place = lines.schema.get_field_index(column)
    holed = lines.set_column(
        place, column, pc.if_else(pa.array([n == 5 for n in range(200)]), None, lines[column])
    )
    with pytest.raises(StoreError, match="1 lines lack"):
        store.commit_import(Import("i1", "print-1", holed))
    assert store.version == 0
    assert data_files(store) == set()


def test_a_snapshot_stays_what_it_was(filled, lines_of):
    before = filled.snapshot()
    filled.commit_import(Import("i2", "print-2", lines_of("i2", seed=2)))
    filled.undo("i1")
    assert before.lines == 200
    assert {record.import_id for record in before.state.imports} == {"i1"}
    assert all(os.path.exists(uri) for uri in before.uris())
    assert filled.snapshot(before.version).files == before.files


def test_span_and_statistics_come_from_the_lines(filled, lines_of):
    days = lines_of("i1")["ordered_on"].to_pylist()
    snapshot = filled.snapshot()
    assert snapshot.span() == (min(days), max(days))
    for file in snapshot.files:
        lines = pq.read_table(snapshot.full(file), partitioning=None)
        assert file.low["account_id"] == min(lines["account_id"].to_pylist())
        assert file.high["order_id"] == max(lines["order_id"].to_pylist())
        assert file.only_import == "i1"
        assert file.nulls["category"] == lines["category"].null_count


# The same file, and others writing at the same time


def test_the_same_file_is_not_loaded_twice(filled, lines_of):
    assert filled.loaded("print-1") == "i1"
    with pytest.raises(AlreadyLoaded, match="by import i1"):
        filled.commit_import(Import("i2", "print-1", lines_of("i2")))
    assert filled.snapshot().lines == 200


def test_who_looked_at_an_older_version_must_start_again(filled, lines_of):
    with pytest.raises(StoreChanged, match="Somebody else"):
        filled.commit_import(Import("i2", "print-2", lines_of("i2"), expected_version=0))
    assert filled.snapshot().lines == 200


def test_a_commit_in_between_is_never_appended_to(store, lines_of, monkeypatch):
    """Delta's own retries would accept this append after an append, and double the lines."""
    other = OrderStore.open(store.folder)
    write = scatter.write

    def and_meanwhile(*given):
        made = write(*given)
        monkeypatch.setattr(scatter, "write", write)
        other.commit_import(Import("i1", "print-1", lines_of("i1")))
        return made

    monkeypatch.setattr(scatter, "write", and_meanwhile)
    with pytest.raises(StoreChanged):
        store.commit_import(Import("i2", "print-1", lines_of("i2")))
    assert store.snapshot().lines == 200
    assert {record.import_id for record in store.snapshot().state.imports} == {"i1"}
    assert data_files(store) == {file.path for file in store.snapshot().files}


def test_of_many_who_load_one_file_at_once_one_does(store, lines_of):
    outcomes = []
    start = threading.Barrier(4)

    def load(n):
        start.wait()
        try:
            store.commit_import(Import(f"i{n}", "print-1", lines_of(f"i{n}")))
            outcomes.append("stored")
        except StoreError as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=load, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("stored") == 1
    assert set(outcomes) <= {"stored", "StoreChanged", "AlreadyLoaded"}
    assert store.snapshot().lines == 200


def test_a_file_that_its_writer_takes_back_while_folders_are_listed_is_none(
    store, lines_of, monkeypatch
):
    store.commit_import(Import("i1", "print-1", lines_of("i1")))
    bucket = store.place.buckets()[0]
    (there,) = store.place.files(bucket)
    taken_back = store.place.folder / bucket / "i2-away.parquet"
    taken_back.touch()
    real = Path.is_file

    def and_then_gone(path):
        found = real(path)
        if path == taken_back:
            path.unlink()
        return found

    monkeypatch.setattr(Path, "is_file", and_then_gone)
    assert set(store.place.files(bucket)) == {there}


def test_a_failed_checkpoint_after_a_commit_is_no_failed_commit(store, lines_of, monkeypatch):
    commit = DeltaTable.create_write_transaction

    def and_then_fail(*given, **more):
        from deltalake.exceptions import CommitFailedError

        commit(*given, **more)
        raise CommitFailedError("the checkpoint could not be written")

    monkeypatch.setattr(DeltaTable, "create_write_transaction", and_then_fail)
    assert store.commit_import(Import("i1", "print-1", lines_of())) == 1
    monkeypatch.undo()
    assert store.snapshot().lines == 200
    assert all(os.path.exists(uri) for uri in store.snapshot().uris())


def test_what_fails_before_the_commit_leaves_nothing(filled, lines_of, monkeypatch):
    def failing(*given):
        raise OSError("the disk is full")

    monkeypatch.setattr("mainstay.ledger.corrections.take_away", failing)
    before = data_files(filled)
    with pytest.raises(OSError, match="disk is full"):
        filled.commit_import(Import("i2", "print-2", lines_of("i2")))
    assert data_files(filled) == before
    assert filled.sweep() == 0


def test_an_interrupt_just_after_the_commit_takes_nothing_away(filled, lines_of, monkeypatch):
    commit = DeltaTable.create_write_transaction

    def and_then_ctrl_c(*given, **more):
        commit(*given, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(DeltaTable, "create_write_transaction", and_then_ctrl_c)
    with pytest.raises(KeyboardInterrupt):
        filled.commit_import(Import("i2", "print-2", lines_of("i2", seed=2)))
    assert filled.snapshot().lines == 400
    assert data_files(filled) == {file.path for file in filled.snapshot().files}
    assert filled.loaded("print-2") == "i2"


def test_what_is_loaded_outlives_checkpoints_and_the_log(filled, lines_of):
    filled.commit_import(Import("i2", "print-2", lines_of("i2", seed=2)))
    filled.undo("i2")
    known = filled.snapshot()
    DeltaTable(str(filled.folder)).create_checkpoint()
    for log in sorted((filled.folder / "_delta_log").glob("0*.json"))[:-1]:
        log.unlink()
    again = OrderStore.open(filled.folder)
    assert again.loaded("print-1") == "i1"
    assert again.loaded("print-2") is None
    # So do the statistics that readers go by.
    (before, after) = (
        [(f.path, f.low, f.high, f.nulls, f.rows) for f in snapshot.files]
        for snapshot in (known, again.snapshot())
    )
    assert after == before


def test_ids_of_any_kind_survive(store, lines_of, content, stored):
    odd = [
        "a\nb",
        "tab\t",
        '"quoted"',
        "a,b",
        "ünï",
        "👍",
        "x" * 3_000,
        " leading",
        "\\",
        "a\x00b",
        "%20",
    ]
    lines = lines_of(n=100, accounts=odd)
    store.commit_import(Import("i1", "print-1", lines))
    DeltaTable(str(store.folder)).create_checkpoint()
    assert content(stored(store)) == content(lines)
    for account in set(lines["account_id"].to_pylist()):
        files = store.snapshot().files_for([account])
        assert len(files) == 1
        assert files[0].low["account_id"] <= account <= files[0].high["account_id"]


# Orders


def test_lines_of_orders(filled, lines_of, content):
    filled.commit_import(Import("i2", "print-2", lines_of("i2", seed=2)))
    wanted = pa.array(["i1-00003", "i2-00040", "nobody's", None])
    both = pa.concat_tables([lines_of("i1"), lines_of("i2", seed=2)])
    expected = both.filter(pc.is_in(both["order_id"], value_set=wanted.drop_null()))
    assert content(filled.orders(wanted)) == content(expected)
    some = filled.orders(wanted, ["order_id", "amount"])
    assert some.column_names == ["order_id", "amount"]
    assert content(some) == content(expected.select(["order_id", "amount"]))


def test_only_files_that_may_hold_the_orders_are_opened(filled, lines_of):
    filled.commit_import(Import("i2", "print-2", lines_of("i2", seed=2)))
    files = filled.snapshot().files_with_orders(pa.array(["i2-00040"]))
    assert {file.only_import for file in files} == {"i2"}
    assert filled.snapshot().files_with_orders(pa.array(["zzz"])) == []


def test_a_file_without_statistics_may_hold_anything():
    unknown = DataFile("x", 0, 10, 100, {}, {}, {"order_id": 3})
    empty = DataFile("x", 0, 10, 100, {}, {}, {"order_id": 10})
    assert holds_any(unknown, "order_id", ["a"])
    assert not holds_any(empty, "order_id", ["a"])


def test_orders_of_an_empty_store(store):
    assert store.orders(pa.array(["x"]), ["order_id"]).num_rows == 0


# What must not be


def test_lines_out_of_order_are_never_stored():
    lines = pa.table({"account_id": ["A", "B", "A"], "ordered_on": [dt.date(2024, 1, 1)] * 3})
    with pytest.raises(StoreBroken, match="not in order"):
        check_sorted(lines, None, "x.parquet")
    with pytest.raises(StoreBroken):
        check_sorted(lines.slice(0, 1), ("B", dt.date(2024, 1, 1)), "x.parquet")
    falling = pa.table(
        {"account_id": ["A", "A"], "ordered_on": [dt.date(2024, 1, 2), dt.date(2024, 1, 1)]}
    )
    with pytest.raises(StoreBroken):
        check_sorted(falling, None, "x.parquet")


def test_opening_what_is_not_there_says_what_to_do(tmp_path):
    with pytest.raises(StoreError, match="import a file first"):
        OrderStore.open(tmp_path / "nothing")


def test_two_may_create_one_store(tmp_path):
    first = OrderStore.create(tmp_path / "s")
    second = OrderStore.create(tmp_path / "s")
    assert first.version == second.version == 0
