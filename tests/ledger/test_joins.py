"""Codes joined into accounts, followed to the end."""

from __future__ import annotations

import pyarrow as pa

from mainstay.ledger.joins import Joins


def joins(**pairs):
    return Joins.of(
        pa.table(
            {"account_id": list(pairs), "into_id": pa.array(list(pairs.values()), pa.string())}
        )
    )


def test_chains_are_followed_to_the_end():
    found = joins(a="b", b="c", x="c")
    assert [found.main_of(code) for code in "abcxy"] == ["c", "c", "c", "c", "y"]
    assert found.codes_of(["b"]) == {"a", "b", "c", "x"}


def test_what_was_taken_back_is_no_join():
    assert not joins(a=None, b="")
    assert not joins(a="a")


def test_a_ring_stands_for_one_account():
    found = joins(b="c", c="a", a="b", outside="c")
    assert {found.main_of(code) for code in ["a", "b", "c", "outside"]} == {"a"}
