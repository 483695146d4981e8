"""Lines that go: of orders that a later import corrects, and of imports that are undone.

Replaced lines are kept, in a file of the import that replaced them, so that undoing it brings them
back. Undoing an import in the middle is right too: think of an order as a pile of versions, of
which the topmost counts. Taking one from the middle only means that the lines which it covered are
covered by the next above it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mainstay.core.errors import StoreError
from mainstay.core.texts import gettext_noop
from mainstay.ledger import scatter, state
from mainstay.ledger.files import DataFile, parquet_options, read_groups, write_sorted
from mainstay.ledger.schema import STORED_ORDER_LINES
from mainstay.ledger.snapshot import Snapshot, holds_any

Mask = Callable[[pa.Table], pa.Array]


@dataclass
class Taken:
    """What taking lines away comes to.

    add, remove: data files that come and go
    kept_as: the file with the lines taken, relative to the table's folder
    """

    add: list[DataFile] = field(default_factory=list)
    remove: list[DataFile] = field(default_factory=list)
    kept_as: str | None = None
    lines: int = 0


@dataclass
class Undone:
    add: list[DataFile]
    remove: list[DataFile]
    state: state.State


def take_away(
    before: Snapshot, import_id: str, order_ids: pa.Array | None, new: list[DataFile]
) -> Taken:
    """Take the lines of orders that an import replaces out of their files, and keep them.

    new: the import's own files
    Raises: StoreError if an order has no lines in the import that replaces it
    """
    taken = Taken()
    if order_ids is None or not len(order_ids):
        return taken
    wanted = order_ids.drop_null().unique()
    _check_replaced(before.folder, wanted, new)
    gone: list[pa.Table] = []

    def of_orders(lines: pa.Table) -> pa.Array:
        return pc.is_in(lines["order_id"], value_set=wanted)

    for file in before.files_with_orders(wanted):
        _split(before, file, of_orders, "order_id", taken, gone)
    if gone:
        taken.lines = sum(piece.num_rows for piece in gone)
        taken.kept_as = _keep(before.folder, pa.concat_tables(gone))
    return taken


def undo(before: Snapshot, import_id: str, scratch: Path) -> Undone:
    """Take out an import's lines and bring back those it replaced."""
    taken = Taken()
    record, after = before.state.without(import_id)

    def of_import(lines: pa.Table) -> pa.Array:
        return pc.equal(lines["import_id"], import_id)

    for file in before.files:
        if file.only_import == import_id:
            taken.remove.append(file)
        elif holds_any(file, "import_id", [import_id]):
            _split(before, file, of_import, "import_id", taken, None)
    covered = _read_kept(before.folder, record.replaced)
    for later in after.imports:
        if later.replaced is None or later.version < record.version:
            continue
        above = _read_kept(before.folder, later.replaced)
        of_undone = of_import(above)
        orders = above.filter(of_undone)["order_id"].unique()
        moves = pc.is_in(covered["order_id"], value_set=orders)
        rest = pa.concat_tables([above.filter(pc.invert(of_undone)), covered.filter(moves)])
        covered = covered.filter(pc.invert(moves))
        if rest.num_rows != above.num_rows or pc.any(moves).as_py():
            after = after.with_record(_with_kept(before.folder, later, rest))
    if covered.num_rows:
        target = scatter.Target(before.folder, scratch, f"back-{import_id}")
        taken.add += scatter.write(covered, before.buckets, target)
    return Undone(taken.add, taken.remove, after)


def _split(
    before: Snapshot,
    file: DataFile,
    goes: Mask,
    column: str,
    taken: Taken,
    gone: list[pa.Table] | None,
) -> None:
    """Write a file again without some lines, if it has any of them; their order stays."""
    path = before.full(file)
    if not any(pc.any(goes(group)).as_py() for group in read_groups(path, [column])):
        return

    def stays() -> Iterator[pa.Table]:
        for group in read_groups(path):
            mask = goes(group).combine_chunks()
            mask = pc.fill_null(mask, False)
            if gone is not None:
                gone.append(group.filter(mask))
            yield group.filter(pc.invert(mask))

    prefix = Path(file.path).stem.rpartition("-")[0]
    written = write_sorted(before.folder, file.bucket, prefix, stays())
    if written:
        taken.add.append(written)
    taken.remove.append(file)


def _check_replaced(folder: Path, wanted: pa.Array, new: list[DataFile]) -> None:
    missing = wanted
    for file in new:
        ids = pq.read_table(folder / file.path, columns=["order_id"], partitioning=None)
        missing = missing.filter(pc.invert(pc.is_in(missing, value_set=ids["order_id"].unique())))
    if len(missing):
        raise StoreError(
            gettext_noop(
                "Order “{order_id}” was to be replaced, but the import has no lines for it; "
                "nothing was stored."
            ),
            order_id=missing[0].as_py(),
        )


def _keep(folder: Path, lines: pa.Table) -> str:
    path = Path(state.PLACE, "replaced", f"{uuid.uuid4().hex}.parquet")
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    lines = lines.select(STORED_ORDER_LINES.names).cast(STORED_ORDER_LINES)
    pq.write_table(lines, folder / path, **parquet_options(STORED_ORDER_LINES))
    return path.as_posix()


def _read_kept(folder: Path, path: str | None) -> pa.Table:
    if path is None:
        return STORED_ORDER_LINES.empty_table()
    return pq.read_table(folder / path, partitioning=None).cast(STORED_ORDER_LINES)


def _with_kept(folder: Path, record: state.ImportRecord, lines: pa.Table) -> state.ImportRecord:
    return replace(record, replaced=_keep(folder, lines) if lines.num_rows else None)
