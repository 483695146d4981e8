"""Facts in versions: what was known, and when."""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
import time

import pyarrow as pa
import pytest

from mainstay.core.errors import NotFound, StoreError
from mainstay.ledger import facts as facts_module
from mainstay.ledger.fact_records import Recording
from mainstay.ledger.facts import Facts

UTC = dt.UTC


@pytest.fixture
def facts(tmp_path):
    return Facts(tmp_path / "facts")


def at(day, hour=12):
    return dt.datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)


def accounts(**names):
    return pa.table({"account_id": list(names), "name": list(names.values())})


def names(table):
    return dict(zip(table["account_id"].to_pylist(), table["name"].to_pylist(), strict=True))


def test_a_table_that_nobody_gave_is_empty_with_its_columns(facts):
    table = facts.known("accounts")
    assert table.num_rows == 0
    assert table.schema.names[:2] == ["account_id", "name"]
    assert table.schema.names[-3:] == ["recorded_at", "import_id", "assumed"]


def test_later_records_replace_earlier_ones_of_the_same_key(facts):
    facts.append("accounts", accounts(a="Adler", b="Berg"), "f1", at("2024-01-01"))
    facts.append("accounts", accounts(a="Adler AG"), "f2", at("2024-02-01"))
    assert names(facts.known("accounts")) == {"a": "Adler AG", "b": "Berg"}
    assert facts.history("accounts").num_rows == 3


def test_of_two_records_of_one_moment_the_later_row_counts(facts):
    rows = pa.concat_tables([accounts(a="first"), accounts(a="second")])
    facts.append("accounts", rows, "f1", at("2024-01-01"))
    assert names(facts.known("accounts")) == {"a": "second"}


def test_nothing_recorded_later_is_known(facts):
    facts.append("accounts", accounts(a="Adler"), "f1", at("2024-01-01"))
    facts.append("accounts", accounts(a="Adler AG", c="Chen"), "f2", at("2024-02-01"))
    assert names(facts.known("accounts", known_until=dt.date(2024, 1, 31))) == {"a": "Adler"}
    assert names(facts.known("accounts", known_until=at("2024-02-01", 12))) == {"a": "Adler"}
    assert names(facts.known("accounts", known_until=at("2024-02-01", 13)))["a"] == "Adler AG"
    # as_of alone means that what was recorded on that day or after it does not count either
    assert facts.known("accounts", as_of=dt.date(2024, 1, 1)).num_rows == 0
    assert facts.known("accounts", as_of=dt.date(2024, 1, 2)).num_rows == 1


def notices(*rows):
    return pa.table(
        {
            "account_id": [r[0] for r in rows],
            "on": [dt.date.fromisoformat(r[1]) for r in rows],
            "kind": ["will_leave"] * len(rows),
        }
    )


def test_assumed_history_counts_from_when_it_happened(facts):
    rows = notices(("a", "2023-05-01"), ("b", "2023-07-01"))
    facts.append("notices", rows, "f1", at("2024-06-01"), assumed=True)
    known = facts.known("notices", as_of=dt.date(2023, 6, 1))
    assert known["account_id"].to_pylist() == ["a"]
    assert known["assumed"].to_pylist() == [True]
    facts.append("accounts", accounts(a="Adler"), "f2", at("2024-06-01"), assumed=True)
    assert names(facts.known("accounts", as_of=dt.date(2020, 1, 1))) == {"a": "Adler"}


def test_what_is_recorded_but_has_not_happened_yet_does_not_count(facts):
    facts.append("notices", notices(("a", "2024-03-01")), "f1", at("2024-01-01"))
    assert facts.known("notices", as_of=dt.date(2024, 3, 1)).num_rows == 0
    assert facts.known("notices", as_of=dt.date(2024, 3, 2)).num_rows == 1


def payments(*rows):
    return pa.table(
        {
            "account_id": [r[0] for r in rows],
            "due_on": [dt.date.fromisoformat(r[1]) for r in rows],
            "amount": pa.array([10.0] * len(rows)).cast(pa.decimal128(18, 4)),
            "paid_on": [r[2] and dt.date.fromisoformat(r[2]) for r in rows],
        }
    )


def test_machines_rows_count_from_when_they_happened(facts):
    rows = payments(("a", "2023-05-01", None), ("a", "2023-07-01", None))
    facts.append("payments", rows, "f1", at("2024-06-01"))
    facts.append("payments", payments(("a", "2023-05-01", "2023-05-02")), "f2", at("2024-07-01"))
    known = facts.known("payments", as_of=dt.date(2023, 6, 1))
    assert known["paid_on"].to_pylist() == [dt.date(2023, 5, 2)]


def volumes(*rows):
    return pa.table(
        {
            "account_id": ["a"] * len(rows),
            "month": [dt.date.fromisoformat(r[0]) for r in rows],
            "amount": pa.array([r[1] for r in rows]).cast(pa.decimal128(18, 4)),
            "source": ["own books"] * len(rows),
        }
    )


@pytest.mark.parametrize("day", ["2024-02-01", "2024-02-17", "2024-02-29"])
def test_a_month_counts_once_it_has_ended(facts, day):
    facts.append("account_volumes", volumes((day, 10.0)), "f1", at("2024-06-01"))
    assert facts.known("account_volumes", as_of=dt.date(2024, 2, 29)).num_rows == 0
    assert facts.known("account_volumes", as_of=dt.date(2024, 3, 1)).num_rows == 1
    facts.append("account_volumes", volumes((day, 12.0)), "f2", at("2024-07-01"))
    corrected = facts.known("account_volumes", as_of=dt.date(2024, 3, 1))
    assert corrected["amount"].cast(pa.float64()).to_pylist() == [12.0]


@pytest.mark.parametrize("day", ["2024-02-12", "2024-02-14", "2024-02-18"])
def test_a_week_counts_once_its_sunday_is_over(facts, day):
    rows = pa.table({"product_id": ["p"], "week": [dt.date.fromisoformat(day)], "available": [0.0]})
    facts.append("supply", rows, "f1", at("2024-06-01"))
    assert facts.known("supply", as_of=dt.date(2024, 2, 18)).num_rows == 0
    assert facts.known("supply", as_of=dt.date(2024, 2, 19)).num_rows == 1


def open_orders(*accounts_):
    return pa.table(
        {
            "account_id": list(accounts_),
            "ordered_on": [dt.date(2024, 1, 1)] * len(accounts_),
            "amount": pa.array([5.0] * len(accounts_)).cast(pa.decimal128(18, 4)),
        }
    )


def test_a_whole_table_is_replaced_by_its_next_import(facts):
    facts.append("open_orders", open_orders("a", "a", "b"), "f1", at("2024-01-05"))
    facts.append("open_orders", open_orders("c"), "f2", at("2024-01-12"))
    assert facts.known("open_orders")["account_id"].to_pylist() == ["c"]
    before = facts.known("open_orders", as_of=dt.date(2024, 1, 12))
    assert before["account_id"].to_pylist() == ["a", "a", "b"]
    facts.undo("f2")
    assert facts.known("open_orders")["account_id"].to_pylist() == ["a", "a", "b"]


def test_undo_brings_the_version_before_back(facts):
    facts.append("accounts", accounts(a="Adler"), "f1", at("2024-01-01"))
    tables = {"accounts": accounts(a="Adler AG"), "notices": notices(("a", "2024-01-02"))}
    facts.append_all(tables, Recording("f2", at("2024-02-01"), fingerprint="print"))
    assert facts.loaded("print") == "f2"
    assert facts.undo("f2")
    assert names(facts.known("accounts")) == {"a": "Adler"}
    assert facts.known("notices").num_rows == 0
    assert facts.loaded("print") is None
    assert not facts.undo("f2")


def test_many_small_files_become_one_and_can_still_be_undone(facts, monkeypatch):
    monkeypatch.setattr(facts_module, "FOLD_AT", 5)
    for n in range(12):
        facts.append(
            "accounts", accounts(**{f"a{n}": f"name {n}"}), f"f{n:02}", at("2024-01-01", n)
        )
    assert len(facts._manifest.tables["accounts"]) <= 5
    facts.undo("f03")
    known = names(facts.known("accounts"))
    assert set(known) == {f"a{n}" for n in range(12)} - {"a3"}


def test_files_that_do_not_count_stay_a_day_for_their_last_readers(facts, tmp_path):
    facts.append("accounts", accounts(a="Adler"), "f1", at("2024-01-01"))
    reader = Facts(tmp_path / "facts")
    facts.undo("f1")
    assert names(reader.known("accounts")) == {"a": "Adler"}
    for path in (tmp_path / "facts").glob("accounts/*"):
        os.utime(path, (time.time() - 90_000,) * 2)
    facts.append("accounts", accounts(b="Berg"), "f2", at("2024-01-02"))
    assert len(list((tmp_path / "facts" / "accounts").glob("*"))) == 1


def test_a_reader_keeps_what_it_saw_until_it_looks_again(facts, tmp_path):
    reader = Facts(tmp_path / "facts")
    facts.append("accounts", accounts(a="Adler"), "f1", at("2024-01-01"))
    assert reader.known("accounts").num_rows == 0
    reader.refresh()
    assert reader.known("accounts").num_rows == 1


def test_many_writers_lose_nothing(tmp_path):
    def write(n):
        mine = Facts(tmp_path / "facts")
        for k in range(5):
            mine.append("accounts", accounts(**{f"a{n}x{k}": "x"}), f"f{n}x{k}", at("2024-01-01"))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Facts(tmp_path / "facts").known("accounts").num_rows == 20
    assert json.loads((tmp_path / "facts" / "manifest.json").read_text())["number"] == 20


def test_what_is_required_must_be_there(facts):
    with pytest.raises(StoreError, match="1 rows of “accounts” have no “name”"):
        facts.append("accounts", accounts(a="Adler", b=None), "f1", at("2024-01-01"))
    with pytest.raises(StoreError, match="time zone"):
        facts.append("accounts", accounts(a="Adler"), "f1", dt.datetime(2024, 1, 1))
    with pytest.raises(NotFound, match="no table “colours”"):
        facts.append("colours", accounts(a="Adler"), "f1", at("2024-01-01"))
    assert facts.known("accounts").num_rows == 0
