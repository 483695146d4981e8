"""Facts in versions: what was known, and when."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import threading
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mainstay.core.errors import NotFound, StoreError
from mainstay.ledger import facts as facts_module
from mainstay.ledger import schema
from mainstay.ledger.fact_records import Recording
from mainstay.ledger.fact_rows import rows_of
from mainstay.ledger.facts import Facts
from mainstay.ledger.made_ids import with_ids

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
    assert table.schema.names[-4:] == ["recorded_at", "import_id", "assumed", "withdrawn"]


def test_later_records_replace_earlier_ones_of_the_same_key(facts):
    facts.append("accounts", accounts(a="Adler", b="Berg"), "f1", at("2024-01-01"))
    facts.append("accounts", accounts(a="Adler AG"), "f2", at("2024-02-01"))
    assert names(facts.known("accounts")) == {"a": "Adler AG", "b": "Berg"}
    assert facts.history("accounts").num_rows == 3


def test_a_history_counts_row_by_row_from_when_each_was_recorded(facts):
    rows = accounts(a="Adler")
    later = accounts(a="Adler AG")
    times = pa.array([at("2024-03-01"), at("2024-01-01")], pa.timestamp("us", "UTC"))
    history = pa.concat_tables([later, rows]).append_column("recorded_at", times)
    recording = Recording("f1", at("2026-01-01"))
    facts.append_versions({"accounts": history}, recording)
    assert names(facts.known("accounts", known_until=dt.date(2024, 1, 1))) == {}
    assert names(facts.known("accounts", known_until=dt.date(2024, 2, 1))) == {"a": "Adler"}
    assert names(facts.known("accounts")) == {"a": "Adler AG"}
    assert facts.history("accounts")["name"].to_pylist() == ["Adler", "Adler AG"]
    assert facts.history("accounts")["assumed"].to_pylist() == [False, False]
    assert facts.undo("f1")
    assert names(facts.known("accounts")) == {}


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


def test_rows_from_before_a_table_had_a_column_are_empty_there(facts):
    facts.append("payments", payments(("a", "2023-05-01", None)), "f1", at("2024-06-01"))
    (old,) = facts.files("payments")
    pq.write_table(pq.read_table(old, partitioning=None).drop_columns(["currency"]), old)
    asked = {"account_id": ["a"]}
    assert rows_of(facts, "payments", asked)["currency"].to_pylist() == [None]
    told = payments(("a", "2023-07-01", None)).append_column("currency", pa.array(["USD"]))
    facts.append("payments", told, "f2", at("2024-07-01"))
    assert facts.known("payments")["currency"].to_pylist() == [None, "USD"]
    assert rows_of(facts, "payments", asked)["currency"].to_pylist() == [None, "USD"]


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


def test_folding_leaves_large_files_alone_and_keeps_the_order(facts, monkeypatch):
    monkeypatch.setattr(facts_module, "FOLD_AT", 3)
    monkeypatch.setattr(facts_module, "SMALL_ROWS", 10)

    def rows():
        return [file.rows for file in facts._manifest.tables["accounts"]]

    def write(n, **told):
        facts.append("accounts", accounts(**told), f"f{n:02}", at("2024-01-01"))

    write(0, a="first")
    write(1, **{f"b{n}": "large" for n in range(10)}, a="second")
    large = facts._manifest.tables["accounts"][1].path
    for n in range(2, 6):
        write(n, **{f"c{n}": "small"}, a=f"told {n}")
    assert rows() == [1, 11, 8]
    assert facts._manifest.tables["accounts"][1].path == large
    assert names(facts.known("accounts"))["a"] == "told 5"
    for n in range(6, 9):
        write(n, a=f"told {n}")
    assert rows() == [1, 11, 11]  # which is a large one from now on
    write(9, a="told 9")
    assert rows() == [1, 11, 11, 1]
    assert names(facts.known("accounts"))["a"] == "told 9"


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


# Withdrawn


def visit(**told):
    columns = {"visit_id": "v1", "account_id": "a", "on": dt.date(2024, 3, 5), "staff_id": "s"}
    return pa.Table.from_pylist([columns | told])


def notes(table):
    return table["notes"].to_pylist()


def withdraw(facts, day, **told):
    recording = Recording(f"w{day}", at(day), withdrawn=True)
    facts.append_all({"visits": visit(**told)}, recording)


def test_what_is_withdrawn_is_not_known_from_then_on_and_was_before(facts):
    facts.append("visits", visit(notes="calm"), "f1", at("2024-03-06"))
    facts.append("visits", visit(notes="angry"), "f2", at("2024-03-08"))
    withdraw(facts, "2024-03-10")
    assert notes(facts.known("visits")) == []
    assert notes(facts.known("visits", known_until=dt.date(2024, 3, 7))) == ["calm"]
    assert notes(facts.known("visits", known_until=dt.date(2024, 3, 10))) == ["angry"]
    assert notes(facts.known("visits", known_until=dt.date(2024, 3, 11))) == []
    assert notes(facts.known("visits", as_of=dt.date(2024, 3, 9))) == ["angry"]
    assert facts.history("visits").num_rows == 3


def test_what_is_told_again_after_it_was_withdrawn_is_known(facts):
    facts.append("visits", visit(notes="calm"), "f1", at("2024-03-06"))
    withdraw(facts, "2024-03-10")
    facts.append("visits", visit(notes="true all the same"), "f2", at("2024-03-12"))
    assert notes(facts.known("visits")) == ["true all the same"]
    assert notes(facts.known("visits", known_until=dt.date(2024, 3, 11))) == []


def test_to_withdraw_takes_the_key_alone_and_no_date_hides_it(facts):
    facts.append("visits", visit(notes="calm"), "f1", at("2024-03-06"))
    key = pa.table({"visit_id": ["v1"]})
    facts.append_all({"visits": key}, Recording("w", at("2024-03-10"), withdrawn=True))
    facts.append("visits", visit(visit_id="v2", notes="other"), "f2", at("2024-03-06"))
    facts.append_all(
        {"visits": visit(visit_id="v2", on=dt.date(2024, 9, 1))},
        Recording("w2", at("2024-03-10"), withdrawn=True),
    )
    assert notes(facts.known("visits", as_of=dt.date(2024, 4, 1))) == []
    recording = Recording("w3", at("2024-03-10"), withdrawn=True)
    with pytest.raises(StoreError, match="staff_id"):
        facts.append_all({"ties": pa.table({"contact_id": ["c"]})}, recording)


def test_what_was_withdrawn_of_history_counts_from_when_it_was_withdrawn(facts):
    facts.append("visits", visit(notes="calm"), "f1", at("2024-06-01"), assumed=True)
    recording = Recording("w", at("2024-07-01"), assumed=True, withdrawn=True)
    facts.append_all({"visits": visit()}, recording)
    assert notes(facts.known("visits", as_of=dt.date(2024, 6, 15))) == ["calm"]
    assert notes(facts.known("visits", as_of=dt.date(2024, 7, 2))) == []
    assert facts.without_assumed().known("visits", as_of=dt.date(2024, 6, 15)).num_rows == 0


def test_an_undone_withdrawal_brings_the_row_back(facts):
    facts.append("visits", visit(notes="calm"), "f1", at("2024-03-06"))
    withdraw(facts, "2024-03-10")
    facts.undo("w2024-03-10")
    assert notes(facts.known("visits")) == ["calm"]


def test_files_from_before_rows_could_be_withdrawn_are_read(facts, monkeypatch):
    write = facts._write
    monkeypatch.setattr(
        facts, "_write", lambda name, rows: write(name, rows.drop_columns(["withdrawn"]))
    )
    facts.append("visits", visit(notes="calm"), "f1", at("2024-03-06"))
    monkeypatch.undo()
    assert notes(facts.known("visits")) == ["calm"]
    withdraw(facts, "2024-03-10")
    assert notes(facts.known("visits")) == []
    assert notes(facts.known("visits", as_of=dt.date(2024, 3, 9))) == ["calm"]


# Moments, and ids that are made


def test_a_moment_counts_as_of_the_day_after(facts):
    opened = dt.datetime(2024, 3, 5, 23, 59, tzinfo=UTC)
    rows = [{"complaint_id": "c", "account_id": "a", "opened_at": opened}]
    facts.append("complaints", pa.Table.from_pylist(rows), "f1", at("2024-01-01"))
    assert facts.known("complaints", as_of=dt.date(2024, 3, 5)).num_rows == 0
    known = facts.known("complaints", as_of=dt.date(2024, 3, 6))
    assert known["opened_at"].to_pylist() == [opened]
    assert known.schema.field("opened_at").type == pa.timestamp("us", "UTC")


def test_rows_without_an_id_get_one_of_what_they_say(facts):
    first, again = visit(visit_id=None, notes="calm"), visit(visit_id="", notes="angry")
    facts.append("visits", first, "f1", at("2024-03-06"))
    facts.append("visits", again, "f2", at("2024-03-07"))
    facts.append("visits", visit(visit_id=None, kind="call"), "f3", at("2024-03-07"))
    facts.append("visits", visit(visit_id="own"), "f4", at("2024-03-07"))
    known = facts.known("visits")
    ids = known["visit_id"].to_pylist()
    assert len(set(ids)) == 3
    assert "own" in ids
    assert all(len(i) == 16 for i in ids if i != "own")
    assert "angry" in notes(known)
    assert "calm" not in notes(known)


def test_a_made_id_never_changes_and_does_not_confuse_neighbours(facts):
    table = schema.table("requests")
    day = dt.date(2024, 3, 5)
    rows = pa.Table.from_pylist(
        [
            {"account_id": "a", "raised_on": day, "text": "b"},
            {"account_id": "ab", "raised_on": day, "text": None},
            {"account_id": "甲", "raised_on": day, "text": "'; DROP"},
        ]
    )
    rows = pa.table(
        [rows[c] if c in rows.schema.names else pa.nulls(3) for c in table.arrow.names],
        names=table.arrow.names,
    ).cast(table.arrow)
    made = with_ids(table, rows)["request_id"].to_pylist()
    # By another hand: the first 16 hexadecimal digits of SHA-256 over the parts with U+001F between.
    said = [("a", "2024-03-05", "b"), ("ab", "2024-03-05", ""), ("甲", "2024-03-05", "'; DROP")]
    expected = [hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16] for parts in said]
    assert made == expected


def test_a_row_whose_day_was_put_off_is_not_there_as_it_was_before(facts: Facts) -> None:
    """Promised for March, put off to May in February: in April nothing of it has happened."""
    for recorded, on in (("2024-01-10", dt.date(2024, 3, 1)), ("2024-02-10", dt.date(2024, 5, 1))):
        row = {"event_id": "e", "on": on, "kind": "price_rise"}
        rows = pa.Table.from_pylist([row], schema.TABLES["company_events"].arrow)
        facts.append("company_events", rows, recorded, at(recorded))
    known = facts.known("company_events", as_of=dt.date(2024, 4, 1))
    assert known["on"].to_pylist() == []
    known = facts.known("company_events", as_of=dt.date(2024, 6, 1))
    assert known["on"].to_pylist() == [dt.date(2024, 5, 1)]
    before = facts.known(
        "company_events", as_of=dt.date(2024, 4, 1), known_until=dt.date(2024, 2, 1)
    )
    assert before["on"].to_pylist() == [dt.date(2024, 3, 1)]


def test_what_is_forgotten_is_in_no_version_and_in_no_file(facts: Facts) -> None:
    for recorded, phone in (("2024-01-10", "111"), ("2024-02-10", "222")):
        rows = [
            {"contact_id": "K1", "account_id": "A", "name": "Kim", "phone": phone},
            {"contact_id": "K2", "account_id": "A", "name": "Lee", "phone": "333"},
        ]
        table = pa.Table.from_pylist(rows, schema.TABLES["contacts"].arrow)
        facts.append("contacts", table, recorded, at(recorded))
    assert facts.forget("contacts", {"contact_id": "K1"}, ("name", "phone")) == 2
    history = facts.history("contacts").to_pylist()
    assert [(r["contact_id"], r["name"], r["phone"]) for r in history] == [
        ("K1", "–", None), ("K2", "Lee", "333"), ("K1", "–", None), ("K2", "Lee", "333"),
    ]  # fmt: skip
    assert [r["recorded_at"].day for r in history] == [10] * 4
    assert [i.import_id for i in facts.imports] == ["2024-01-10", "2024-02-10"]
    left = [f for f in facts.folder.rglob("*.parquet") if b"Kim" in f.read_bytes()]
    assert left == []
    assert facts.forget("contacts", {"contact_id": "nobody"}, ("name",)) == 0
