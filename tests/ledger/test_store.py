"""The order store: what goes in is there, once, in order, and can be taken out again."""

from __future__ import annotations

from mainstay.ledger.store import Import


def test_lines_come_back_as_they_went_in(store, lines_of, content, stored):
    lines = lines_of()
    version = store.commit_import(Import("i1", "print-1", lines))
    assert version == store.version == 1
    assert content(stored(store)) == content(lines)
