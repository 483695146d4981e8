"""What happens to stores: a file deleted by hand, a full disk, a newer program, a slow writer."""

from __future__ import annotations

import errno
import json
import os
import time

import pytest

from mainstay.core.errors import StoreError, refused_by_machine
from mainstay.ledger import compaction, state
from mainstay.ledger.copying import belonging
from mainstay.ledger.errors import LogBroken, StoreBroken
from mainstay.ledger.executor import Reading, map_accounts
from mainstay.ledger.frozen import FrozenFolder, frozen_versions
from mainstay.ledger.joins import Joins
from mainstay.ledger.places import Place
from mainstay.ledger.reading import order_lines
from mainstay.ledger.store import Import, OrderStore
from mainstay.ledger.totals import by_kind
from mainstay.ledger.workplace import workplace


@pytest.mark.parametrize(
    "read",
    [
        lambda snapshot: map_accounts(snapshot, lambda lines: None, Reading()),
        lambda snapshot: order_lines(snapshot, Joins(), None),
        by_kind,
    ],
    ids=["kernels", "lines", "totals"],
)
def test_a_file_deleted_by_hand_is_named_by_whoever_reads(filled, read):
    snapshot = filled.snapshot()
    gone = snapshot.files[0]
    os.remove(snapshot.full(gone))
    with pytest.raises(StoreBroken, match="mainstay store check") as said:
        read(snapshot)
    assert gone.path in str(said.value)


def damaged(full):
    full.write_bytes(full.read_bytes()[: full.stat().st_size // 2])


def with_one_file_more(store, lines_of):
    """Several files in a bucket, so that there is something to join; the first of them."""
    store.commit_import(Import("i2", "p2", lines_of("i2", seed=2)))
    return next(file for file in store.snapshot().files if file.only_import == "i1")


@pytest.mark.parametrize("accident", [os.remove, damaged])
@pytest.mark.parametrize(
    "write",
    [
        lambda store, lines: compaction.compact(store, whole=True),
        lambda store, lines: store.commit_import(
            Import("i3", "p3", lines, replaced_orders=lines["order_id"].combine_chunks())
        ),
    ],
    ids=["joining", "replacing"],
)
def test_whoever_writes_names_the_file_too_and_changes_nothing(filled, lines_of, accident, write):
    gone = with_one_file_more(filled, lines_of)
    before = filled.version
    accident(filled.snapshot().full(gone))
    with pytest.raises(StoreBroken, match="mainstay store check") as said:
        write(filled, lines_of("i1"))
    assert gone.path in str(said.value)
    assert filled.version == before


def emptied(path):
    path.write_text("")


def of_nulls(path):
    path.write_bytes(bytes(path.stat().st_size))


@pytest.mark.parametrize(
    ("torn", "accident"),
    [
        ("_delta_log/*2.json", damaged),
        ("_delta_log/*2.json", of_nulls),
        ("_delta_log/*2.json", emptied),  # which Delta takes for no change
        ("_delta_log/*1.json", damaged),
        ("_delta_log/*1.json", os.remove),
        ("_mainstay/state", emptied),
        ("_mainstay/state", os.remove),
    ],
)
def test_a_log_that_was_torn_is_named_and_what_mends_it(filled, lines_of, torn, accident):
    """As a power cut leaves it; also to whoever looks at names and logs alone, as the doctor does."""
    filled.commit_import(Import("i2", "p2", lines_of("i2", seed=2)))
    newest = max(state.numbers(filled.place))
    (file,) = filled.folder.glob(torn if "log" in torn else f"{torn}/{newest}.json")
    accident(file)
    for look in (filled.snapshot, lambda: belonging(filled.folder.parent, lambda file: file)):
        with pytest.raises(LogBroken, match="mainstay restore") as said:
            look()
        assert file.name in str(said.value)


@pytest.mark.parametrize("accident", [os.remove, damaged])
def test_without_its_file_an_import_is_undone_and_loaded_again(
    filled, lines_of, content, stored, accident
):
    """What the check advises."""
    accident(filled.snapshot().full(filled.snapshot().files[0]))
    filled.undo("i1")
    filled.commit_import(Import("i1b", "print-1", lines_of("i1")))
    assert content(stored(filled)) == content(lines_of("i1"))


@pytest.mark.parametrize("fails_at", ["file 1", "file 2", "list of imports"])
def test_a_full_disk_leaves_nothing_half_written(filled, lines_of, monkeypatch, fails_at):
    before = _everything(filled)
    version, settled = filled.version, []

    def settle(place, path):
        settled.append(path)
        what = "list of imports" if path.endswith(".json") else f"file {len(settled)}"
        if what == fails_at:
            raise OSError(errno.ENOSPC, "No space left on device", path)

    monkeypatch.setattr(Place, "settle", settle)
    with pytest.raises(OSError, match="No space") as said:
        filled.commit_import(Import("i2", "p2", lines_of("i2", seed=2)))
    assert "The disk is full" in str(refused_by_machine(said.value).text)
    assert filled.version == version
    assert _everything(filled) == before


def _everything(store):
    return {p for p in store.folder.rglob("*") if p.is_file()}


def test_folders_that_a_full_disk_left_empty_go_unless_somebody_is_about_to_write_there(filled):
    left, young = filled.folder / "bucket=98", filled.folder / "bucket=99"
    before = set(filled.folder.glob("bucket=*"))
    left.mkdir()
    young.mkdir()
    os.utime(left, (time.time() - 2 * 3600,) * 2)
    compaction.vacuum(filled)
    assert set(filled.folder.glob("bucket=*")) == before | {young}


def test_a_store_of_a_newer_mainstay_is_refused(filled):
    (number,) = state.numbers(filled.place)
    path = filled.folder / "_mainstay" / "state" / f"{number}.json"
    said = json.loads(path.read_text())
    path.write_text(json.dumps({**said, "format": state.FORMAT + 1, "what_comes": []}))
    with pytest.raises(StoreError, match="newer Mainstay"):
        filled.snapshot()


def test_a_table_of_a_newer_delta_is_refused(filled):
    log = filled.folder / "_delta_log" / "00000000000000000002.json"
    protocol = {"minReaderVersion": 99, "minWriterVersion": 99}
    log.write_text(json.dumps({"protocol": protocol}) + "\n")
    with pytest.raises(StoreError, match="newer Mainstay or Delta"):
        OrderStore.open(filled.folder).snapshot()


def test_a_writer_who_takes_longer_than_a_week_keeps_its_files(filled):
    with workplace(filled.folder) as work:
        written = filled.folder / "bucket=0" / f"slow-{work.token}-abc.parquet"
        written.parent.mkdir(exist_ok=True)
        written.write_bytes(b"PAR1")
        for path in (written, work.folder):
            os.utime(path, (time.time() - 400 * 3600,) * 2)
        compaction.vacuum(filled)
        assert written.exists()
    compaction.vacuum(filled)
    assert not written.exists()


def test_what_is_frozen_of_any_kind_names_the_version_it_needs(tmp_path):
    for n, kind in enumerate(("assessments", "replays"), 3):
        FrozenFolder(tmp_path / kind).save("one", {}, {"meta": {"store_version": n}})
    FrozenFolder(tmp_path / "plans").save("one", {}, {"meta": {}})
    assert frozen_versions(tmp_path) == [3, 4]
    (tmp_path / "replays" / "one" / "meta.json").write_text("{")
    with pytest.raises(StoreError, match="nothing was deleted"):
        frozen_versions(tmp_path)


def test_small_files_of_one_day_keep_the_order_in_which_they_came(store, lines_of):
    """Files that are read together are woven as if each were woven in by itself."""
    import datetime as dt

    import pyarrow as pa

    day = dt.date(2024, 1, 1)
    for n in (2, 5, 40, 3, 1, 4):
        name = f"i{len(store.snapshot().state.imports)}"
        lines = lines_of(name, n=n, accounts=["A", "B"], seed=n)
        days = pa.array([day] * n)
        place = lines.schema.get_field_index("ordered_on")
        store.commit_import(Import(name, name, lines.set_column(place, "ordered_on", days)))

    def kernel(lines):
        who = [
            a
            for a, n in zip(
                lines.account_ids.to_pylist(), lines.offsets[1:] - lines.offsets[:-1], strict=True
            )
            for _ in range(n)
        ]
        words = lines.names["import_id"].to_pylist()
        came = [words[code] for code in lines.codes["import_id"]]
        return pa.table({"who": who, "came": came, "row": lines.values["row"]})

    found = map_accounts(store.snapshot(), kernel, Reading(columns=("import_id", "row")))
    of_account: dict[str, list[tuple[str, float]]] = {}
    for row in found.to_pylist():
        of_account.setdefault(row["who"], []).append((row["came"], row["row"]))
    assert set(of_account) == {"A", "B"}
    assert all(came == sorted(came) for came in of_account.values())
