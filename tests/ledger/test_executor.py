"""map_accounts gives a kernel all lines of whole accounts, in order, whatever files they lie in."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mainstay.core.errors import InvalidSetting, StoreError
from mainstay.ledger import compaction, executor
from mainstay.ledger.executor import Reading, map_accounts
from mainstay.ledger.joins import Joins
from mainstay.ledger.lines import FEE, RETURN, SALE
from mainstay.ledger.store import Import

EPOCH = dt.date(1970, 1, 1)


def all_lines(lines):
    """A kernel that gives back each line as it got it, and checks what it was promised."""
    assert len(lines.offsets) == lines.n_accounts + 1
    assert lines.offsets[0] == 0
    assert lines.offsets[-1] == len(lines.day) == len(lines.amount)
    assert (np.diff(lines.offsets) > 0).all()
    ids = lines.account_ids.to_pylist()
    assert ids == sorted(set(ids))
    of_line = np.repeat(np.arange(lines.n_accounts), np.diff(lines.offsets))
    for name, codes in lines.codes.items():
        assert codes.dtype == np.int32
        assert codes.min(initial=0) >= -1
        assert codes.max(initial=-1) < len(lines.names[name])
    assert lines.day.dtype == np.int32
    assert lines.amount.dtype == np.float64
    for start, end in zip(lines.offsets, lines.offsets[1:], strict=False):
        assert (np.diff(lines.day[start:end]) >= 0).all()

    def words(name):
        names = [*lines.names[name].to_pylist(), None]
        return pa.array([names[code] for code in lines.codes[name]], pa.string())

    return pa.table(
        {
            "account_id": pa.array([ids[n] for n in of_line], pa.string()),
            "day": lines.day,
            "amount": lines.amount,
            **{name: words(name) for name in lines.codes},
            **{name: pa.array(values) for name, values in lines.values.items()},
        }
    )


def expected(lines, columns=("category", "kind"), as_of=None):
    rows = [r for r in lines.to_pylist() if as_of is None or r["ordered_on"] < as_of]
    return sorted(
        (
            (
                r["account_id"],
                (r["ordered_on"] - EPOCH).days,
                float(r["amount"]),
                *(r[c] for c in columns),
            )
            for r in rows
        ),
        key=repr,
    )


def result(table):
    return sorted((tuple(row.values()) for row in table.to_pylist()), key=repr)


def test_every_line_comes_once_and_in_order(filled, stored):
    table = map_accounts(filled.snapshot(), all_lines, Reading())
    assert result(table) == expected(stored(filled))


def test_many_small_files_are_merged(filled, lines_of, stored):
    for n in range(2, 9):
        filled.commit_import(Import(f"i{n}", f"p{n}", lines_of(f"i{n}", n=40, seed=n)))
    table = map_accounts(filled.snapshot(), all_lines, Reading(columns=("order_id", "kind", "row")))
    lines = stored(filled)
    assert [row[:5] for row in result(table)] == expected(lines, ("order_id", "kind"))
    by_id = table.group_by("account_id").aggregate([([], "count_all")])
    assert by_id.num_rows == len(set(lines["account_id"].to_pylist()))
    compaction.compact(filled)


def test_an_account_is_never_split(filled, lines_of):
    """Each account comes in one call of the kernel, over all files and row groups."""
    for n in range(2, 6):
        filled.commit_import(Import(f"i{n}", f"p{n}", lines_of(f"i{n}", n=60, seed=n)))
    calls = defaultdict(int)

    def counting(lines):
        for account_id in lines.account_ids.to_pylist():
            calls[account_id] += 1
        return pa.table({"account_id": lines.account_ids})

    map_accounts(filled.snapshot(), counting, Reading())
    assert set(calls.values()) == {1}


@pytest.mark.parametrize("days", [0, 1, 200, 499, 501])
def test_nothing_from_as_of_on_is_seen(filled, stored, days):
    as_of = dt.date(2023, 1, 2) + dt.timedelta(days=days)
    table = map_accounts(filled.snapshot(), all_lines, Reading(as_of=as_of))
    assert result(table) == expected(stored(filled), as_of=as_of)


def test_later_lines_change_nothing(filled, lines_of):
    as_of = dt.date(2023, 6, 1)
    before = map_accounts(filled.snapshot(), all_lines, Reading(as_of=as_of))
    later = lines_of("i2", n=100, seed=9)
    later = later.filter(pa.compute.greater_equal(later["ordered_on"], as_of))
    filled.commit_import(Import("i2", "p2", later))
    after = map_accounts(filled.snapshot(), all_lines, Reading(as_of=as_of))
    assert result(after) == result(before)


def test_only_the_accounts_asked_for(filled, stored, monkeypatch):
    wanted = ("鼎泰企業", "00123", "nobody")
    table = map_accounts(filled.snapshot(), all_lines, Reading(accounts=wanted))
    lines = stored(filled)
    mine = lines.filter(pa.compute.is_in(lines["account_id"], value_set=pa.array(wanted)))
    assert result(table) == expected(mine)
    nobody = map_accounts(filled.snapshot(), all_lines, Reading(accounts=("nobody",)))
    assert nobody.num_rows == 0
    assert nobody.column_names == table.column_names


def test_an_empty_store_gives_an_empty_table(store):
    table = map_accounts(store.snapshot(), all_lines, Reading(columns=("category", "kind", "cost")))
    assert table.num_rows == 0
    assert table.column_names == ["account_id", "day", "amount", "category", "kind", "cost"]


def test_kinds_have_the_codes_that_kernels_know(store, lines_of):
    lines = lines_of(n=8, accounts=["A"])
    kinds = ["fee", None, "sale", "return", "credit", "sale", "fee", "return"]
    lines = lines.set_column(lines.schema.get_field_index("kind"), "kind", pa.array(kinds))
    store.commit_import(Import("i1", "p1", lines))
    seen = []
    map_accounts(store.snapshot(), lambda x: seen.append(x) or pa.table({}), Reading())
    (got,) = seen
    assert got.names["kind"].to_pylist() == ["sale", "return", "credit", "fee"]
    assert sorted(got.codes["kind"].tolist()) == [-1, SALE, SALE, RETURN, RETURN, 2, FEE, FEE]


def test_numbers_come_as_values_and_missing_ones_as_nan(store, lines_of):
    lines = lines_of(n=3, accounts=["A"])
    lines = lines.set_column(
        lines.schema.get_field_index("quantity"), "quantity", pa.array([1.5, None, 3.0])
    )
    store.commit_import(Import("i1", "p1", lines))
    table = map_accounts(store.snapshot(), all_lines, Reading(columns=("quantity", "cost")))
    values = table["quantity"].to_pylist()
    assert sorted(v for v in values if v == v) == [1.5, 3.0]
    assert np.isnan(table["cost"].to_numpy()).all()


def test_the_same_rows_in_the_same_order_every_time(filled, lines_of):
    filled.commit_import(Import("i2", "p2", lines_of("i2", n=60, seed=3)))
    joins = Joins({"00123": "Adler", "O'Brien": "Adler", "Ω-Works": "鼎泰企業"})
    once = map_accounts(filled.snapshot(), all_lines, Reading(joins=joins))
    for _ in range(5):
        assert map_accounts(filled.snapshot(), all_lines, Reading(joins=joins)).equals(once)


def test_lines_of_one_day_stand_in_the_order_in_which_they_came(store, lines_of):
    """Whichever import is the large one, the others are woven in before and after it."""
    for n, size in enumerate((3, 40, 5)):
        lines = lines_of(f"i{n}", n=size, accounts=["A"])
        day = pa.repeat(pa.scalar(dt.date(2024, 1, 1)), size)
        lines = lines.set_column(lines.schema.get_field_index("ordered_on"), "ordered_on", day)
        store.commit_import(Import(f"i{n}", f"p{n}", lines))
    table = map_accounts(store.snapshot(), all_lines, Reading(columns=("import_id", "row")))
    came = list(zip(table["import_id"].to_pylist(), table["row"].to_pylist(), strict=True))
    assert came == sorted(came)


# Joined accounts


def test_joined_codes_stand_under_their_account_wherever_they_lie(filled, stored):
    joins = Joins({"00123": "Adler", "O'Brien": "Adler"})
    table = map_accounts(filled.snapshot(), all_lines, Reading(joins=joins))
    lines = stored(filled)
    mains = [joins.main_of(a) for a in lines["account_id"].to_pylist()]
    renamed = lines.set_column(0, "account_id", pa.array(mains, pa.string()))
    assert result(table) == expected(renamed)
    assert "00123" not in table["account_id"].to_pylist()


def test_asking_for_either_code_gives_the_whole_account(filled, stored):
    joins = Joins({"00123": "Adler"})
    by_main = map_accounts(filled.snapshot(), all_lines, Reading(joins=joins, accounts=("Adler",)))
    by_code = map_accounts(filled.snapshot(), all_lines, Reading(joins=joins, accounts=("00123",)))
    assert result(by_main) == result(by_code)
    there = stored(filled)["account_id"].to_pylist()
    assert by_main.num_rows == there.count("Adler") + there.count("00123")


def test_a_main_account_may_have_no_lines_of_its_own(filled, stored):
    joins = Joins({"00123": "Head office"})
    table = map_accounts(filled.snapshot(), all_lines, Reading(joins=joins))
    count = stored(filled)["account_id"].to_pylist().count("00123")
    assert table["account_id"].to_pylist().count("Head office") == count > 0


# Two passes


@pytest.mark.parametrize("room", [0, 60, 10**9])
@pytest.mark.parametrize("joins", [Joins(), Joins({"00123": "Adler", "O'Brien": "Adler"})])
def test_lines_that_fit_are_read_once_for_two_passes(filled, monkeypatch, room, joins):
    monkeypatch.setattr(executor, "KEPT_LINES", room)
    reads = []
    whole = executor.read
    monkeypatch.setattr(executor, "read", lambda *how: reads.append(1) or whole(*how))
    kept = {}
    first = map_accounts(filled.snapshot(), all_lines, Reading(joins=joins), kept=kept)
    held, once = len(kept), len(reads)
    assert sum(len(lines.day) for lines in kept.values()) <= room
    again = map_accounts(filled.snapshot(), all_lines, Reading(joins=joins), kept=kept)
    assert len(reads) == 2 * once - held
    assert first.equals(again)
    if room > 60 and not joins:
        assert held == once


# What must not be


def test_a_file_in_disorder_is_refused(filled):
    file = max(filled.snapshot().files, key=lambda f: f.rows)
    path = filled.snapshot().full(file)
    lines = pq.read_table(path, partitioning=None)
    pq.write_table(lines.take(list(reversed(range(lines.num_rows)))), path)
    with pytest.raises(StoreError, match="not in order"):
        map_accounts(filled.snapshot(), all_lines, Reading())


def test_a_split_account_is_refused(filled):
    file = max(
        filled.snapshot().files, key=lambda f: len({f.low["account_id"], f.high["account_id"]})
    )
    path = filled.snapshot().full(file)
    lines = pq.read_table(path, partitioning=None)
    n = lines.num_rows
    pq.write_table(pa.concat_tables([lines.slice(1), lines.slice(0, 1)]), path)
    assert n > 2
    with pytest.raises(StoreError, match="not in order"):
        map_accounts(filled.snapshot(), all_lines, Reading())


def test_what_a_kernel_raises_comes_out(filled):
    def failing(lines):
        raise ZeroDivisionError("a kernel's own")

    with pytest.raises(ZeroDivisionError, match="own"):
        map_accounts(filled.snapshot(), failing, Reading())


def test_unknown_columns_are_refused():
    with pytest.raises(InvalidSetting, match="colour"):
        Reading(columns=("colour",))


def test_progress_is_told_in_the_callers_thread(filled):
    told = []
    map_accounts(filled.snapshot(), all_lines, Reading(), lambda *done: told.append(done))
    total = len({f.bucket for f in filled.snapshot().files})
    assert told == [(n, total) for n in range(1, total + 1)]


def test_only_needed_columns_are_read(filled, monkeypatch):
    asked = []
    read = executor.pq.ParquetFile.read

    def noting(file, columns=None, **more):
        asked.append(tuple(columns))
        return read(file, columns, **more)

    monkeypatch.setattr(executor.pq.ParquetFile, "read", noting)
    map_accounts(filled.snapshot(), all_lines, Reading(columns=("kind",)))
    assert set(asked) == {("account_id", "ordered_on", "amount", "kind")}
