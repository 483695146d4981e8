"""The store's order, against DuckDB's."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mainstay.core.errors import StoreError
from mainstay.ledger import buckets, files, scatter
from mainstay.ledger.schema import STORED_ORDER_LINES
from mainstay.ledger.sorting import sorted_buckets
from mainstay.ledger.sql import sql
from mainstay.ledger.store import Import


def by_duckdb(lines: pa.Table, n_buckets: int) -> list[dict]:
    bucket = buckets.duckdb_expression("account_id", n_buckets)
    names = ", ".join(STORED_ORDER_LINES.names)
    query = f"SELECT {names} FROM lines ORDER BY {bucket}, {files.ORDER_BY}"
    return sql(query, lines=lines).to_pylist()


def by_numbers(lines: pa.Table, n_buckets: int) -> list[dict]:
    found = []
    for bucket, piece in sorted_buckets(lines, n_buckets):
        assert {buckets.bucket_of(a, n_buckets) for a in piece["account_id"].to_pylist()} == {
            bucket
        }
        found += piece.to_pylist()
    return found


def with_column(lines: pa.Table, name: str, values: list | pa.Array) -> pa.Table:
    place = lines.schema.get_field_index(name)
    return lines.set_column(place, name, pa.array(values, lines.schema.field(name).type))


@pytest.fixture
def mixed(lines_of):
    """Lines of two imports and two sources, some without, in no order of rows."""
    rng = np.random.default_rng(7)
    lines = pa.concat_tables([lines_of("i2", 300), lines_of("i1", 300, seed=2)])
    lines = with_column(lines, "ordered_on", [dt.date(1969, 12, 20 + d % 9) for d in range(600)])
    lines = with_column(lines, "source", [["b", "a", None][k] for k in rng.integers(0, 3, 600)])
    return lines.take(rng.permutation(600))


def test_the_order_is_duckdbs(lines_of, mixed):
    for lines in (lines_of(), mixed):
        for n_buckets in (1, 16):
            assert by_numbers(lines, n_buckets) == by_duckdb(lines, n_buckets)


def test_rows_without_a_number_come_last(mixed):
    lines = with_column(mixed, "row", [None if i % 50 == 0 else 9 - i for i in range(600)])
    assert by_numbers(lines, 4) == by_duckdb(lines, 4)


def test_more_than_fits_a_number_is_sorted_all_the_same(mixed, monkeypatch):
    lines = with_column(
        mixed, "ordered_on", [dt.date(1 + 9000 * (i % 2), 1, 1) for i in range(600)]
    )
    monkeypatch.setattr("mainstay.ledger.sorting.MOST", 1000)
    assert by_numbers(lines, 4) == by_duckdb(lines, 4)


def test_codes_are_taken_as_they_come(mixed):
    coded = mixed
    for name in ("account_id", "import_id", "category"):
        place = coded.schema.get_field_index(name)
        coded = coded.set_column(place, name, mixed[name].dictionary_encode())
    assert by_numbers(coded, 16) == by_duckdb(mixed, 16)


def test_columns_that_lack_are_empty(mixed):
    few = mixed.drop_columns(["category", "cost", "source"])
    found = by_numbers(few, 16)
    assert len(found) == 600
    assert {(r["category"], r["cost"], r["source"]) for r in found} == {(None, None, None)}


def test_a_file_has_the_words_of_its_lines_alone_in_plain_types(store, mixed):
    store.commit_import(Import("i1", "p", mixed))
    for file in store.snapshot().files:
        path = store.snapshot().full(file)
        assert pq.read_schema(path).equals(STORED_ORDER_LINES)
        lines = pq.ParquetFile(path, read_dictionary=["account_id"]).read()
        words = lines["account_id"].chunk(0).dictionary.to_pylist()
        assert words == sorted(set(lines["account_id"].to_pylist()), key=str.encode)
        assert (file.low["account_id"], file.high["account_id"]) == (words[0], words[-1])


def test_many_lines_are_the_same_through_files(store, mixed, tmp_path, monkeypatch):
    path = tmp_path / "lines.parquet"
    pq.write_table(mixed, path)
    monkeypatch.setattr(scatter, "IN_MEMORY_ROWS", 100)
    store.commit_import(Import("i1", "p", [path]))
    whole = [store.snapshot().full(file) for file in store.snapshot().files]
    found = [row for p in sorted(whole, key=bucket_in) for row in pq.read_table(p).to_pylist()]
    found = [{name: row[name] for name in STORED_ORDER_LINES.names} for row in found]
    assert found == by_duckdb(mixed, 16)


def bucket_in(path) -> int:
    return int(path.parent.name.split("=")[1])


@pytest.mark.parametrize("needed", scatter.NEEDED)
def test_lines_that_lack_what_each_must_have_are_refused(store, mixed, needed):
    values = mixed[needed].to_pylist()
    lines = with_column(mixed, needed, [None, *values[1:-1], None])
    with pytest.raises(StoreError, match="2 lines lack"):
        store.commit_import(Import("i1", "p", lines))
    with pytest.raises(StoreError, match="600 lines lack"):
        store.commit_import(Import("i1", "p", mixed.drop_columns([needed])))
    assert store.snapshot().lines == 0
