"""Some rows of a large file of facts are found as if the whole table were read."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mainstay.ledger import fact_rows, lookups, order_numbers
from mainstay.ledger import facts as facts_module
from mainstay.ledger.fact_records import Recording
from mainstay.ledger.fact_rows import rows_of
from mainstay.ledger.facts import Facts
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.schema import TABLES

ACCOUNTS = ["A", "B", "한빛", None]
ORDERS = [f"O{n}" for n in range(12)]


@pytest.fixture
def facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Facts:
    """Every file has its folder, in pieces of three rows."""
    monkeypatch.setattr(lookups, "LEAST_ROWS", 1)
    monkeypatch.setattr(lookups, "PIECE", 3)
    fact_rows._lookup.cache_clear()
    return Facts(tmp_path / "facts")


def record(facts: Facts, rows: pa.Table, day: int, table: str = "deliveries", **how: Any) -> None:
    moment = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day)
    facts.append_all({table: rows}, Recording(f"{table}-{day}", moment, **how))


def deliveries(rng: np.random.Generator, n: int) -> pa.Table:
    """Deliveries of few numbers, so that most are told several times, also within one file."""
    rows = [
        {
            "delivery_id": f"D{rng.integers(40)}",
            "account_id": ACCOUNTS[rng.integers(4)],
            "order_id": ORDERS[rng.integers(12)],
            "promised_on": date(2024, 1, 1) + timedelta(days=int(rng.integers(300))),
        }
        for _ in range(n)
    ]
    return pa.Table.from_pylist(rows, TABLES["deliveries"].arrow)


def by_hand(facts: Facts, wanted: dict[str, list[str | None]]) -> pa.Table:
    """The same rows, of the whole table as it is known."""
    rows = facts.known("deliveries")
    for name, values in wanted.items():
        rows = rows.filter(pc.is_in(rows[name], value_set=pa.array(values, pa.string())))
    return rows


WANTED: list[dict[str, list[str | None]]] = [
    {"account_id": ["A"]},
    {"account_id": ["B", "한빛", "nobody"]},
    {"account_id": [None], "order_id": ["O1", "O3", "O5", "O7", "O9"]},
    {"order_id": ["O3"]},
    {"account_id": ["A", None]},
    {"account_id": ["nobody"]},
    {"account_id": []},
]


def told(table: pa.Table) -> list[tuple[Any, ...]]:
    return sorted((tuple(row.values()) for row in table.to_pylist()), key=repr)


@pytest.mark.parametrize("wanted", WANTED, ids=str)
def test_rows_are_found_as_if_all_were_read(facts: Facts, wanted: dict[str, Any]) -> None:
    rng = np.random.default_rng(1)
    for day, n in enumerate((50, 1, 30, 7)):
        record(facts, deliveries(rng, n), day)
    gone = pa.table({"delivery_id": ["D1", "D2"]})
    record(facts, gone, 9, withdrawn=True)
    assert all(lookups.folder_of(Path(file)).exists() for file in facts.files("deliveries"))
    expected = told(by_hand(facts, wanted))
    assert told(rows_of(facts, "deliveries", wanted)) == expected
    assert expected or wanted.get("account_id") in ([], ["nobody"])


def test_hashes_that_fall_together_do_no_harm(
    facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = lookups._short
    monkeypatch.setattr(lookups, "_short", lambda hashes: short(hashes) % 3)
    rng = np.random.default_rng(2)
    for day in range(3):
        record(facts, deliveries(rng, 30), day)
    for wanted in WANTED:
        assert told(rows_of(facts, "deliveries", wanted)) == told(by_hand(facts, wanted))


@pytest.mark.parametrize("way", ["deleted", "other version", "no room", "few rows"])
def test_where_the_folder_is_missing_the_same_is_found(
    way: str, facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(facts, deliveries(np.random.default_rng(3), 40), 0)
    (file,) = (Path(path) for path in facts.files("deliveries"))
    folder = lookups.folder_of(file)
    if way == "other version":
        folder.rename(file.with_name(f"{file.stem}.lookup-0-0.1"))
    else:
        shutil.rmtree(folder)
    if way == "no room":

        def full(*_: Any) -> None:
            raise OSError("no space left")

        monkeypatch.setattr(lookups, "make", full)
    if way == "few rows":
        monkeypatch.setattr(lookups, "LEAST_ROWS", 1000)
    for wanted in WANTED:
        assert told(rows_of(facts, "deliveries", wanted)) == told(by_hand(facts, wanted))
    assert folder.exists() == (way in ("deleted", "other version"))
    assert not list(file.parent.glob(".*"))


def test_an_import_does_not_fail_for_want_of_room_for_the_folder(
    facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(lookups.os, "rename", full)
    record(facts, deliveries(np.random.default_rng(4), 40), 0)
    assert rows_of(facts, "deliveries", {"account_id": ["A"]}).num_rows
    assert not list((facts.folder / "deliveries").glob("*lookup*"))


def test_what_was_made_of_a_file_goes_with_it(
    facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts_module, "GRACE_SECONDS", -1)
    for day in range(2):
        record(facts, deliveries(np.random.default_rng(day), 20), day)
    (facts.folder / "deliveries" / ".x.lookup-1-killed").mkdir()
    facts.undo("deliveries-0")
    folder = facts.folder / "deliveries"
    assert len(list(folder.glob("*.parquet"))) == len(list(folder.glob("*.lookup-*"))) == 1
    assert not list(folder.glob(".*"))


def test_tables_of_people_have_no_such_folders(facts: Facts) -> None:
    rows = pa.table({"contact_id": ["K1"], "account_id": ["A"], "name": ["Wang"]})
    record(facts, rows, 0, "contacts")
    assert not list((facts.folder / "contacts").glob("*lookup*"))


def lines(*rows: tuple[str, str | None]) -> pa.Table:
    return pa.table(
        {
            "account_id": [account for account, _ in rows],
            "order_id": pa.array([order for _, order in rows], pa.string()),
            "ordered_on": [date(2024, 1, 1)] * len(rows),
            "amount": [1.0] * len(rows),
        }
    )


def test_order_numbers_of_several_accounts_are_known() -> None:
    ledger = Ledger.from_tables(
        order_lines=lines(
            ("A", "1"), ("A", "1"), ("A", "2"), ("B", "2"), ("A old", "3"), ("A", "3"), ("B", None)
        )
    )
    snapshot = ledger.snapshot

    def shared(*codes: str) -> set[str]:
        return order_numbers.shared(snapshot, ["1", "2", "3", "4"], codes)

    assert shared("A") == {"2", "3"}
    assert shared("A", "A old") == {"2"}
    assert shared("B") == {"1", "2", "3"}
    assert order_numbers.shared(snapshot, [], ["A"]) == set()


def test_order_numbers_are_kept_for_each_file_and_go_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(order_numbers, "GRACE_SECONDS", -1)
    ledger = Ledger.from_tables(order_lines=lines(("A", "1"), ("B", "1"), ("B", "2")))
    snapshot = ledger.snapshot
    order_numbers.prepare(snapshot)
    folder = snapshot.folder.parent / order_numbers.FOLDER
    made = set(folder.iterdir())
    assert len(made) == len(snapshot.files)
    (folder / "of-a-file-that-went.npy").touch()
    order_numbers.prepare(snapshot)
    assert set(folder.iterdir()) == made
    # They are read, not made again.
    order_numbers._of.cache_clear()
    monkeypatch.setattr(order_numbers, "cursor", None)
    assert sum(pairs.shape[1] for pairs in order_numbers._all(snapshot)) == 3
