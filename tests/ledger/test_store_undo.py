"""Undoing and replacing: as if an import had never been."""

from __future__ import annotations

import random

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mainstay.core.errors import StoreError
from mainstay.ledger import compaction
from mainstay.ledger.errors import UnknownImport
from mainstay.ledger.store import Import


def orders(import_id, order_ids, lines_of, seed):
    """Two lines for each of some orders."""
    lines = lines_of(import_id, n=2 * len(order_ids), seed=seed)
    ids = pa.array([order_ids[n // 2] for n in range(lines.num_rows)])
    return lines.set_column(lines.schema.get_field_index("order_id"), "order_id", ids)


def test_an_undone_import_leaves_no_trace(filled, lines_of, content, stored):
    before = filled.snapshot()
    filled.commit_import(Import("i2", "print-2", lines_of("i2", seed=2)))
    version = filled.undo("i2")
    assert version == 3
    assert content(stored(filled)) == content(lines_of("i1"))
    assert filled.snapshot().files == before.files
    assert filled.loaded("print-2") is None
    filled.commit_import(Import("i3", "print-2", lines_of("i3", seed=2)))
    assert filled.loaded("print-2") == "i3"


def test_undoing_what_is_not_there_says_so(filled):
    with pytest.raises(UnknownImport, match="no import “i9”"):
        filled.undo("i9")
    filled.undo("i1")
    with pytest.raises(UnknownImport):
        filled.undo("i1")


def test_a_correction_replaces_whole_orders(filled, lines_of, content, stored):
    new = orders("i2", ["i1-00003", "i1-00007"], lines_of, seed=5).slice(0, 3)
    gone = pa.array(["i1-00003", "i1-00007"])
    filled.commit_import(Import("i2", "print-2", new, replaced_orders=gone))
    old = lines_of("i1")
    left = old.filter(pc.invert(pc.is_in(old["order_id"], value_set=gone)))
    assert content(stored(filled)) == content(pa.concat_tables([left, new]))
    filled.undo("i2")
    assert content(stored(filled)) == content(old)


def test_an_order_can_only_be_replaced_by_lines(filled, lines_of):
    new = orders("i2", ["i1-00003"], lines_of, seed=5)
    gone = pa.array(["i1-00003", "i1-00007"])
    with pytest.raises(StoreError, match="i1-00007"):
        filled.commit_import(Import("i2", "print-2", new, replaced_orders=gone))
    assert filled.snapshot().lines == 200
    assert filled.sweep() == 0


def test_a_file_that_shared_lines_with_an_undone_one_may_be_loaded_again(filled, lines_of):
    filled.commit_import(Import("i2", "print-2", lines_of("i2", n=10), copies=200))
    filled.commit_import(Import("i3", "print-3", lines_of("i3", n=10)))
    filled.undo("i1")
    # i2's file held lines that only i1 had brought: loaded again, it brings them.
    assert filled.loaded("print-2") is None
    assert filled.loaded("print-3") == "i3"
    filled.commit_import(Import("i4", "print-2", lines_of("i4", n=190)))
    assert filled.loaded("print-2") == "i4"


def visible(imports):
    """What the store must hold, worked out from the imports there are, slowly and plainly."""
    piles: dict[str, list[tuple[str, tuple]]] = {}
    for import_id, lines, replaced in imports:
        for order_id in replaced:
            piles[order_id] = []
        for row in lines.to_pylist():
            piles.setdefault(row["order_id"], []).append((import_id, tuple(row.values())))
    return sorted((row for pile in piles.values() for _, row in pile), key=repr)


@pytest.mark.parametrize("seed", range(3))
def test_any_import_can_be_undone_in_any_order(store, lines_of, content, stored, seed):
    chance = random.Random(seed)
    names = [f"o{n}" for n in range(6)]
    imports: list[tuple[str, pa.Table, set[str]]] = []
    for step in range(14):
        if imports and chance.random() < 0.4:
            gone = chance.choice(imports)
            store.undo(gone[0])
            imports.remove(gone)
        else:
            import_id = f"i{step:02}"
            mine = chance.sample(names, chance.randint(1, 4))
            lines = orders(import_id, mine, lines_of, seed=100 * seed + step)
            there = {row[3] for row in visible(imports)}
            replaced = {o for o in mine if o in there and chance.random() < 0.7}
            store.commit_import(
                Import(import_id, f"print-{step}", lines, pa.array(sorted(replaced), pa.string()))
            )
            imports.append((import_id, lines, replaced))
        if step == 8:
            compaction.compact(store)
        assert content(stored(store)) == visible(imports)
    for import_id, *_ in list(imports):
        store.undo(import_id)
    assert stored(store).num_rows == 0
    assert store.snapshot().files == ()
