"""Frozen results are whole, never change, and give one account's rows quickly."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from mainstay.core.errors import InvalidSetting, NotFound
from mainstay.ledger import frozen
from mainstay.ledger.frozen import FrozenFolder
from mainstay.ledger.workplace import held

TABLE = pa.table(
    {
        "account_id": [f"A{n % 9_000:05}" for n in range(20_000, 0, -1)],
        "on": [dt.date(2024, 1, 1) + dt.timedelta(days=n % 7) for n in range(20_000)],
        "state": ["steady"] * 20_000,
    }
)


@pytest.mark.parametrize("order", [[], ["account_id"], ["account_id", "on"]])
def test_what_is_saved_is_read(tmp_path, order):
    given = TABLE.sort_by([(name, "ascending") for name in order]) if order else TABLE
    frozen.save(
        tmp_path,
        "20240101-1",
        {"history": given},
        {"meta": {"as_of": "2024-01-01"}, "portfolio": [1]},
    )
    tables, documents = frozen.read(tmp_path, "20240101-1")
    assert documents == {"meta": {"as_of": "2024-01-01"}, "portfolio": [1]}
    assert tables["history"].equals(
        TABLE.sort_by([("account_id", "ascending"), ("on", "ascending")])
    )


def test_one_accounts_rows_come_from_few_row_groups(tmp_path, monkeypatch):
    one = FrozenFolder(tmp_path).save("r1", {"history": TABLE}, {})
    read = []
    whole = frozen.pq.ParquetFile.read_row_groups

    def noting(file, groups, *given, **more):
        read.append(len(groups))
        return whole(file, groups, *given, **more)

    monkeypatch.setattr(frozen.pq.ParquetFile, "read_row_groups", noting)
    rows = one.rows("history", "A00042")
    assert rows["account_id"].to_pylist() == ["A00042"] * 3
    assert one.rows("history", "A00042", ["state"]).column_names == ["state"]
    assert read == [1, 1]
    assert one.rows("history", "zzz").num_rows == 0


def test_the_newest_is_the_latest(tmp_path):
    folder = FrozenFolder(tmp_path)
    for id in ("20240101-1", "20240301-1", "20240201-1"):
        folder.save(id, {}, {"meta": {"id": id}})
    assert folder.ids() == ["20240301-1", "20240201-1", "20240101-1"]
    assert folder.open().meta == {"id": "20240301-1"}
    folder.delete("20240301-1")
    assert folder.open("latest").id == "20240201-1"


def test_nothing_is_ever_overwritten(tmp_path):
    folder = FrozenFolder(tmp_path)
    folder.save("r1", {"history": TABLE}, {})
    with pytest.raises(InvalidSetting, match="never overwritten"):
        folder.save("r1", {}, {})
    assert folder.open("r1").table("history", ["on"]).num_rows == 20_000
    assert list(tmp_path.glob(".making-*")) == []


@pytest.mark.parametrize("id", ["", "latest", "../x", "a/b", ".hidden"])
def test_names_that_can_not_be(tmp_path, id):
    with pytest.raises(InvalidSetting):
        FrozenFolder(tmp_path).save(id, {}, {})


def test_what_breaks_off_leaves_nothing(tmp_path):
    with pytest.raises(AttributeError):
        FrozenFolder(tmp_path).save("r1", {"history": TABLE, "broken": None}, {})
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_writer_left_is_swept_and_a_living_ones_is_not(tmp_path):
    folder = FrozenFolder(tmp_path)
    (tmp_path / ".making-dead").mkdir()
    (tmp_path / ".making-dead" / ".lock").touch()
    with held(tmp_path / ".making-alive"):
        assert folder.sweep() == 1
        assert [p.name for p in tmp_path.iterdir()] == [".making-alive"]
    assert folder.ids() == []


def test_what_is_not_there_is_named(tmp_path):
    folder = FrozenFolder(tmp_path / "none")
    with pytest.raises(NotFound, match="mainstay assess"):
        folder.open()
    one = FrozenFolder(tmp_path).save("r1", {}, {})
    for missing in (one.table, one.document, lambda name: one.rows(name, "a")):
        with pytest.raises(NotFound, match="“plays”"):
            missing("plays")
