"""Overlapping exports: which lines are copies, and which are true repeats."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.ledger.copies import IDENTITY, NEAR, mark_copies, runs_of
from mainstay.ledger.schema import TABLES
from mainstay.ledger.staging import Staging

Line = tuple[str | None, str]  # order, product


def marked(sources: list[list[Line]]) -> set[tuple[int, int]]:
    """Source and row of the lines that are found to be copies."""
    rows = [
        {"s": s, "row": row, "order_id": order, "product_id": product}
        for s, lines in enumerate(sources)
        for row, (order, product) in enumerate(lines, start=2)
    ]
    table = TABLES["order_lines"].arrow
    schema = pa.schema([("s", pa.int32()), ("row", pa.int64()), *table])
    with Staging() as staging:
        staging.keep("lines", pa.Table.from_pylist(rows, schema=schema))
        copies = mark_copies(staging, "lines", {s: len(lines) for s, lines in enumerate(sources)})
        return {(s, row) for s, row in staging.rows(f"SELECT s, row FROM {copies}")}


def order(number: int, *products: str) -> list[Line]:
    return [(str(number), product) for product in products]


def filler(start: int, n: int) -> list[Line]:
    return [line for i in range(n) for line in order(start + i, "a", "b")]


def test_an_order_in_two_files_is_there_once() -> None:
    assert marked([order(1, "x", "y"), order(1, "x", "y")]) == {(1, 2), (1, 3)}


def test_repeated_lines_within_an_order_stay() -> None:
    assert marked([order(1, "x", "x", "y")]) == set()
    assert len(marked([order(1, "x", "x"), order(1, "x", "x")])) == 2


def test_of_each_line_as_many_stay_as_the_fullest_copy_has() -> None:
    assert marked([order(1, "x"), order(1, "x", "x", "y")]) == {(0, 2)}


def test_a_stretch_of_a_file_that_comes_again() -> None:
    block = filler(100, 300)
    lines = [*filler(0, 20), *block, *block, *filler(900, 20)]
    copies = marked([lines])
    assert copies == {(0, row) for row in range(2 + 40 + 600, 2 + 40 + 1200)}


def test_a_short_stretch_that_comes_again_nearby() -> None:
    block = filler(100, 5)
    assert len(block) * 2 < NEAR
    copies = marked([[*filler(0, 3), *block, *block]])
    assert copies == {(0, row) for row in range(2 + 6 + 10, 2 + 6 + 20)}


def test_orders_typed_in_at_the_same_time_are_no_copies() -> None:
    lines = [*order(1, "x", "y"), *order(2, "p"), *order(1, "z", "x"), *order(2, "p", "q")]
    assert marked([[*filler(100, 30), *lines, *filler(200, 30)]]) == set()


def test_a_shuffled_file_loses_nothing() -> None:
    lines = filler(0, 500) + filler(0, 500)  # each order has its lines twice, truly
    random.Random(3).shuffle(lines)
    assert marked([lines]) == set()


def test_runs_do_not_depend_on_the_order_of_the_pieces() -> None:
    """A large result comes in pieces, and not in the order of its rows."""
    rng = np.random.default_rng(5)
    h = np.repeat(rng.integers(0, 9, 400).astype(np.uint64), rng.integers(1, 6, 400))
    row = np.arange(len(h)) + 2
    kept = rng.random(len(h)) < 0.95  # rows without an order are left out
    table = pa.table({"s": np.zeros(len(h), np.int32), "row": row, "h": h}).filter(pa.array(kept))
    whole = runs_of(table.to_batches())
    for size in (1, 7, 64):
        batches = table.to_batches(max_chunksize=size)
        found = runs_of([batches[i] for i in rng.permutation(len(batches))])
        mixed = runs_of(pa.Table.from_batches(list(reversed(batches))).to_batches())
        for name in ("order", "source", "start", "end"):
            assert np.array_equal(getattr(found, name), getattr(whole, name))
            assert np.array_equal(getattr(mixed, name), getattr(whole, name))


def test_lines_without_an_order_are_no_copies() -> None:
    assert marked([[(None, "x")], [(None, "x")]]) == set()


def test_a_row_without_account_is_a_copy_as_well() -> None:
    """Identity is what the line says, not whether it can be taken."""
    assert "account_id" in IDENTITY
    assert len(marked([order(1, "x"), order(1, "x")])) == 1


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from("123"), st.sampled_from("xyz")), max_size=12),
        min_size=1,
        max_size=3,
    )
)
def test_by_counting_sources_as_wholes(sources: list[list[Line]]) -> None:
    """Sorted sources have one run an order; then the rule is a multiset's union."""
    sources = [sorted(lines) for lines in sources]
    copies = marked(sources)
    kept = Counter(
        line
        for s, lines in enumerate(sources)
        for row, line in enumerate(lines, start=2)
        if (s, row) not in copies
    )
    expected: Counter[Line] = Counter()
    for lines in sources:
        expected |= Counter(lines)
    assert kept == expected
