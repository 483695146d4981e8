"""Lines that go: of orders that a later import corrects, and of imports that are undone.

Replaced lines are kept, in a file of the import that replaced them, so that undoing it brings them
back. Undoing an import in the middle is right too: think of an order as a pile of versions, of
which the topmost counts. Taking one from the middle only means that the lines which it covered are
covered by the next above it.
"""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mainstay.core.errors import StoreError
from mainstay.core.texts import gettext_noop
from mainstay.ledger import scatter, state
from mainstay.ledger.files import DataFile, parquet_options, read_groups, write_sorted
from mainstay.ledger.places import Place
from mainstay.ledger.schema import STORED_ORDER_LINES
from mainstay.ledger.snapshot import Snapshot, holds_any
from mainstay.ledger.sql import connect, quoted
from mainstay.ledger.workplace import Workplace

THREADS = min(4, os.cpu_count() or 1)
GONE = "gone"
Mask = Callable[[pa.Table], pa.ChunkedArray]


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


@dataclass(frozen=True)
class Leaving:
    """The orders whose lines an import takes away.

    replaced: it has other lines for them; gone: it has none, they were cancelled
    """

    replaced: pa.Array | None = None
    gone: Sequence[str] = ()

    @property
    def notes(self) -> dict[str, list[str]]:
        """What is kept with the import, for when it is undone."""
        return {GONE: list(self.gone)} if self.gone else {}

    @property
    def order_ids(self) -> pa.Array:
        replaced = pa.array([], pa.string()) if self.replaced is None else self.replaced
        gone = pa.array(list(self.gone), pa.string())
        return pa.concat_arrays([replaced.cast(pa.string()), gone]).drop_null().unique()


@dataclass(frozen=True)
class Undone:
    """What undoing an import comes to."""

    add: list[DataFile]
    remove: list[DataFile]
    state: state.State


def take_away(before: Snapshot, leaving: Leaving, new: list[DataFile], work: Workplace) -> Taken:
    """Take the lines of orders that an import replaces or cancels out of their files, and keep them.

    new: the import's own files
    Raises: StoreError if an order has no lines in the import that replaces it
    """
    taken = Taken()
    wanted = leaving.order_ids
    if not len(wanted):
        return taken
    if leaving.replaced is not None and len(leaving.replaced):
        _check_replaced(before.place, leaving.replaced.drop_null().unique(), new)
    split = _Split(
        before, work, "order_id", lambda lines: pc.is_in(lines["order_id"], value_set=wanted)
    )
    with _Kept(before.place) as kept:
        split.apply(before.files_with_orders(wanted), taken, kept)
    taken.kept_as, taken.lines = kept.result, kept.lines
    return taken


def undo(before: Snapshot, import_id: str, work: Workplace) -> Undone:
    """Take out an import's lines and bring back those it replaced."""
    taken = Taken()
    record, after = before.state.without(import_id)
    split = _Split(before, work, "import_id", lambda lines: pc.equal(lines["import_id"], import_id))
    taken.remove += [f for f in before.files if f.only_import == import_id]
    mixed = [f for f in before.files if f.only_import != import_id]
    split.apply([f for f in mixed if holds_any(f, "import_id", [import_id])], taken, None)
    covered = before.place.here(record.replaced) if record.replaced else None
    if covered and record.notes.get(GONE):
        covered = _not_come_again(before, import_id, covered, record.notes[GONE], work)
    for later in after.imports:
        if later.replaced and later.version > record.version:
            covered, kept_as = _uncover(before.place, import_id, covered, later.replaced, work)
            after = after.with_record(replace(later, replaced=kept_as))
    if covered:
        target = scatter.Target(before.place, work, f"back-{import_id}")
        taken.add += scatter.write([covered], before.buckets, target)
    return Undone(taken.add, taken.remove, after)


def _uncover(
    place: Place, import_id: str, covered: Path | None, above: str, work: Workplace
) -> tuple[Path | None, str | None]:
    """Take an undone import's lines from under a later one, and put there what they covered.

    covered: lines that the undone import had replaced and nothing covers yet
    above: the file of lines that the later import replaced
    Returns: what nothing covers even now, and the later import's new file
    """
    undone = f"import_id = {quoted(import_id)}"
    with connect(scatter.MEMORY_LIMIT, work.folder) as con:
        con.execute(
            f"CREATE VIEW above AS SELECT * FROM read_parquet({quoted(str(place.here(above)))})"
        )
        orders = f"(SELECT order_id FROM above WHERE {undone})"
        if con.sql(f"SELECT count(*) FROM above WHERE {undone}").fetchall()[0][0] == 0:
            return covered, above
        stays = f"SELECT * FROM above WHERE NOT {undone}"
        rest = None
        if covered:
            con.execute(
                f"CREATE VIEW covered AS SELECT * FROM read_parquet({quoted(str(covered))})"
            )
            stays += f" UNION ALL SELECT * FROM covered WHERE order_id IN {orders}"
            rest = work.folder / f"covered-{uuid.uuid4().hex[:6]}.parquet"
            left = con.sql(f"SELECT * FROM covered WHERE order_id NOT IN {orders}")
            if not _spool(left.to_arrow_reader(), rest):
                rest = None
        with _Kept(place) as kept:
            for batch in con.sql(stays).to_arrow_reader():
                kept.write(pa.Table.from_batches([batch]))
    return rest, kept.result


def _not_come_again(
    before: Snapshot, import_id: str, covered: Path, gone: Sequence[str], work: Workplace
) -> Path | None:
    """The covered lines without those of cancelled orders that came again since: they count as they came."""
    now = before.orders(pa.array(gone, pa.string()), ["order_id", "import_id"])
    now = now.filter(pc.not_equal(now["import_id"], import_id))
    if not now.num_rows:
        return covered
    rest = work.folder / f"covered-{uuid.uuid4().hex[:6]}.parquet"
    with connect(scatter.MEMORY_LIMIT, work.folder) as con:
        con.register("again", now)
        left = con.sql(
            f"SELECT * FROM read_parquet({quoted(str(covered))}) "
            "WHERE order_id NOT IN (SELECT order_id FROM again)"
        )
        return rest if _spool(left.to_arrow_reader(), rest) else None


def _spool(batches: pa.RecordBatchReader, path: Path) -> int:
    rows = 0
    with pq.ParquetWriter(path, batches.schema, compression="lz4") as out:
        for batch in batches:
            out.write_batch(batch)
            rows += batch.num_rows
    return rows


@dataclass(frozen=True)
class _Split:
    """Writes files again without some of their lines; the order of the others stays.

    column: what `goes` looks at; goes: from lines to a mask of those that go
    """

    before: Snapshot
    work: Workplace
    column: str
    goes: Mask

    def apply(self, files: Sequence[DataFile], taken: Taken, kept: _Kept | None) -> None:
        """Write those files again that have any lines which go; these go to `kept`."""
        with ThreadPoolExecutor(THREADS) as pool:
            for file, again in zip(
                files, pool.map(lambda f: self._one(f, kept), files), strict=True
            ):
                if again is not None:
                    taken.remove.append(file)
                    taken.add += again

    def _one(self, file: DataFile, kept: _Kept | None) -> list[DataFile] | None:
        """The file that comes in one's place, if any lines stay; None = nothing goes."""
        path = self.before.full(file)
        groups = read_groups(path, [self.column])
        if not any(pc.any(self.goes(group)).as_py() for group in groups):
            return None
        import_id = Path(file.path).stem.rsplit("-", 2)[0]
        name = f"{import_id}-{self.work.token}"
        written = write_sorted(self.before.place, file.bucket, name, self._staying(path, kept))
        return [written] if written else []

    def _staying(self, path: Path, kept: _Kept | None) -> Iterator[pa.Table]:
        for group in read_groups(path):
            mask = pc.fill_null(self.goes(group), False)
            if not pc.any(mask).as_py():
                yield group
                continue
            if kept is not None:
                kept.write(group.filter(mask))
            yield group.filter(pc.invert(mask))


class _Kept:
    """A file of replaced lines, as large as need be; none where there are none."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._path = Path(state.PLACE, "replaced", f"{uuid.uuid4().hex}.parquet")
        self._writer: pq.ParquetWriter | None = None
        self._lock = threading.Lock()
        self.lines = 0

    @property
    def result(self) -> str | None:
        """The file, relative to the table's folder."""
        return self._path.as_posix() if self.lines else None

    def write(self, lines: pa.Table) -> None:
        if not lines.num_rows:
            return
        lines = lines.select(STORED_ORDER_LINES.names).cast(STORED_ORDER_LINES)
        with self._lock:
            if self._writer is None:
                full = self._place.folder / self._path
                full.parent.mkdir(parents=True, exist_ok=True)
                options = parquet_options(STORED_ORDER_LINES)
                self._writer = pq.ParquetWriter(full, STORED_ORDER_LINES, **options)
            self._writer.write_table(lines)
            self.lines += lines.num_rows

    def __enter__(self) -> _Kept:
        return self

    def __exit__(self, *error: object) -> None:
        if self._writer is not None:
            self._writer.close()
            self._place.settle(self._path.as_posix())


def _check_replaced(place: Place, wanted: pa.Array, new: list[DataFile]) -> None:
    missing = wanted
    for file in new:
        ids = pq.read_table(place.here(file.path), columns=["order_id"], partitioning=None)
        there = pc.is_in(missing, value_set=ids["order_id"].combine_chunks().unique())
        missing = missing.filter(pc.invert(there))
    if len(missing):
        raise StoreError(
            gettext_noop(
                "Order “{order_id}” was to be replaced, but the import has no lines for it; "
                "nothing was stored."
            ),
            order_id=missing[0].as_py(),
        )
