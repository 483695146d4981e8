"""One account, one bucket, whoever computes it."""

from __future__ import annotations

import hashlib

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mainstay.core.errors import InvalidSetting
from mainstay.ledger import buckets
from mainstay.ledger.sql import connect

# Letters of many scripts, spaces, quotes, zeros; no surrogates, which are no text.
ids = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(st.lists(ids, min_size=1, max_size=30), st.sampled_from([1, 2, 16, 64, 256]))
@example(
    [
        "",
        "00123",
        "鼎泰企業",
        "永丰贸易",
        "한빛상사",
        "Ünal",
        "Ω",
        "日本商事",
        "عميل",
        "👍",
        "a\x00b",
        " a",
    ],
    64,
)
@settings(deadline=None, max_examples=40)
def test_python_duckdb_and_arrow_agree(account_ids, n):
    expected = [buckets.bucket_of(a, n) for a in account_ids]
    assert all(0 <= b < n for b in expected)
    array = pa.array(account_ids, pa.string())
    assert buckets.buckets_of(array, n).to_pylist() == expected
    with connect() as con:
        con.register("ids", pa.table({"n": range(len(account_ids)), "id": array}))
        query = f"SELECT {buckets.duckdb_expression('id', n)} FROM ids ORDER BY n"
        assert [row[0] for row in con.sql(query).fetchall()] == expected


@given(ids, st.sampled_from([16, 64]))
def test_what_spark_computes_is_the_same(account_id, n):
    assert (
        buckets.spark_expression("id", n)
        == f"CAST(conv(substr(md5(id), 1, 2), 16, 10) AS INT) % {n}"
    )
    two_digits = hashlib.md5(account_id.encode()).hexdigest()[:2]  # substr(md5(id), 1, 2)
    assert int(two_digits, 16) % n == buckets.bucket_of(account_id, n)


def test_buckets_stay_what_they_were():
    # Files on disk depend on it: these numbers may never change.
    assert [buckets.bucket_of(a, 256) for a in ("A", "00123", "鼎泰企業", "한빛상사")] == [
        127,
        54,
        238,
        101,
    ]


@pytest.mark.parametrize("n", [0, -4, 3, 48, 512])
def test_only_powers_of_two_up_to_256(n):
    with pytest.raises(InvalidSetting, match="power of 2"):
        buckets.checked(n)


def test_few_buckets_up_to_fifteen_million_lines():
    assert buckets.for_lines(15_000_000) == 16
    assert buckets.for_lines(15_000_001) == 64
