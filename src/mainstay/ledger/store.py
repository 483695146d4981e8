"""The order store: order lines in a Delta table, written, undone and corrected in whole imports.

Every change is one compare-and-swap: look at version v, write files under new names, commit them as
v + 1 or not at all. A commit is never tried again by Delta itself: with retries it accepts an
append after an append, and a file that two processes load at once would be there twice.
"""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.exceptions import CommitFailedError

from mainstay.core.errors import StoreError
from mainstay.core.texts import gettext_noop
from mainstay.ledger import buckets, corrections, scatter, state
from mainstay.ledger.errors import AlreadyLoaded, StoreChanged, UnknownImport
from mainstay.ledger.files import DataFile
from mainstay.ledger.schema import STORED_ORDER_LINES
from mainstay.ledger.snapshot import Snapshot

SCHEMA = STORED_ORDER_LINES.append(pa.field("bucket", pa.int32()))
ATTEMPTS = 20
_CONFIGURATION = {
    # Logs stay: they are small, and a frozen assessment may ask for any version.
    "delta.enableExpiredLogCleanup": "false",
    "delta.checkpointInterval": "50",
}


@dataclass(frozen=True)
class Import:
    """What one import brings.

    lines: in STORED_ORDER_LINES, in any order: a table, a reader, or paths of Parquet files
    fingerprint: of the file's bytes, table and mapping; the same is never loaded twice
    replaced_orders: order_ids whose earlier lines go; each must have lines here
    expected_version: the version that the caller compared with; None = whatever is there
    copies: how many of its rows were in the store already, and so are not among `lines`
    notes: small JSON to keep with the import
    """

    import_id: str
    fingerprint: str
    lines: scatter.Source
    replaced_orders: pa.Array | None = None
    expected_version: int | None = None
    copies: int = 0
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """What a commit does: files that come, files that go, and the imports there are after it."""

    add: Sequence[DataFile]
    remove: Sequence[DataFile]
    state: state.State
    said: dict[str, Any]


class OrderStore:
    """The order lines of one installation, in a folder."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)

    @classmethod
    def create(cls, folder: Path | str) -> OrderStore:
        """Make an empty store; fine if another process makes it at the same time."""
        store = cls(folder)
        store.folder.mkdir(parents=True, exist_ok=True)
        DeltaTable.create(
            str(store.folder),
            SCHEMA,
            mode="ignore",
            partition_by=["bucket"],
            name="order_lines",
            configuration=_CONFIGURATION,
        )
        return store

    @classmethod
    def open(cls, folder: Path | str) -> OrderStore:
        """Open a store that is there.

        Raises: StoreError
        """
        if not DeltaTable.is_deltatable(str(folder)):
            raise StoreError(
                gettext_noop("There is no order store in “{folder}”; import a file first."),
                folder=str(folder),
            )
        return cls(folder)

    @classmethod
    def open_or_create(cls, folder: Path | str) -> OrderStore:
        return cls(folder) if DeltaTable.is_deltatable(str(folder)) else cls.create(folder)

    @property
    def version(self) -> int:
        return self._table().version()

    def snapshot(self, version: int | None = None) -> Snapshot:
        """The store as it is now, or as it was at a version."""
        return Snapshot.of(self._table(version), self.folder)

    def loaded(self, fingerprint: str) -> str | None:
        """The import that holds the file with that fingerprint; undone imports do not count."""
        return self.snapshot().state.loaded(fingerprint)

    def orders(self, order_ids: pa.Array, columns: Sequence[str] | None = None) -> pa.Table:
        """The lines now in the store for those orders."""
        return self.snapshot().orders(order_ids, columns)

    def commit_import(self, what: Import) -> int:
        """Add an import's lines, and take away the lines of orders that it replaces; all or nothing.

        Returns: the new version
        Raises: StoreChanged where somebody committed since `expected_version`; AlreadyLoaded;
            StoreError for lines that can't be stored
        """
        before = self.snapshot()
        _refuse(what, before)
        with self.scratch() as scratch:
            target = scatter.Target(self.folder, scratch, what.import_id)
            lines = scatter.spooled(what.lines, target)
            number = scatter.count(lines) or 0
            n_buckets = before.buckets if before.files else buckets.for_lines(number)
            made = scatter.write(lines, n_buckets, target)
            try:
                taken = corrections.take_away(before, what.import_id, what.replaced_orders, made)
                made += taken.add
            except BaseException:
                scatter.discard(self.folder, made)
                raise
        record = state.ImportRecord(
            what.import_id,
            what.fingerprint,
            before.version + 1,
            number,
            what.copies,
            taken.kept_as,
            notes=what.notes,
        )
        after = state.State(before.state.imports, n_buckets).having(record)
        said = {"import_id": what.import_id, "lines": number, "replaced_lines": taken.lines}
        return self.commit(before, Change(made, taken.remove, after, said))

    def undo(self, import_id: str) -> int:
        """Make it as if an import had never been: its lines go, those that it replaced come back.

        Returns: the new version
        Raises: UnknownImport; StoreChanged if others commit without end
        """

        def attempt() -> int:
            before = self.snapshot()
            if before.state.find(import_id) is None:
                raise UnknownImport(
                    gettext_noop("There is no import “{import_id}” to undo."), import_id=import_id
                )
            with self.scratch() as scratch:
                undone = corrections.undo(before, import_id, scratch)
            said = {"undone": import_id}
            return self.commit(before, Change(undone.add, undone.remove, undone.state, said))

        return self.again_while_changed(attempt)

    def again_while_changed(self, attempt: Callable[[], int]) -> int:
        """Do what depends on nobody's view of the store until nobody comes in between."""
        for _ in range(ATTEMPTS - 1):
            try:
                return attempt()
            except StoreChanged:
                time.sleep(0.05)
        return attempt()

    def commit(self, before: Snapshot, change: Change) -> int:
        """One commit on top of `before`, or none.

        Raises: StoreChanged, after deleting the files that were to come
        """
        number = state.save(self.folder, before.version + 1, change.state)
        actions = [f.add_action() for f in change.add] + [f.remove_action() for f in change.remove]
        try:
            table = self._table(before.version)
            table.create_write_transaction(
                actions,
                "append",
                SCHEMA,
                ["bucket"],
                commit_properties=CommitProperties(
                    custom_metadata={"mainstay": change.said},
                    max_commit_retries=0,
                    app_transactions=[Transaction(state.APP, number)],
                ),
            )
        except CommitFailedError as error:
            if self._has(before.version + 1, number):
                return before.version + 1  # committed; only a checkpoint after it failed
            scatter.discard(self.folder, change.add)
            state.forget(self.folder, number)
            raise StoreChanged(
                gettext_noop(
                    "Somebody else changed the order store at the same moment; "
                    "nothing was stored. Try again."
                )
            ) from error
        return before.version + 1

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """An empty folder for what is temporary, gone afterwards."""
        place = self.folder / state.PLACE / "scratch" / uuid.uuid4().hex
        place.mkdir(parents=True)
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def _has(self, version: int, number: int) -> bool:
        table = self._table()
        if table.version() < version:
            return False
        table.load_as_version(version)
        return bool(table.transaction_version(state.APP) == number)

    def _table(self, version: int | None = None) -> DeltaTable:
        return DeltaTable(str(self.folder), version=version)


def _refuse(what: Import, before: Snapshot) -> None:
    if what.expected_version is not None and what.expected_version != before.version:
        raise StoreChanged(
            gettext_noop(
                "Somebody else changed the order store at the same moment; "
                "nothing was stored. Try again."
            )
        )
    held_by = before.state.loaded(what.fingerprint)
    if held_by is not None or before.state.find(what.import_id):
        raise AlreadyLoaded(
            gettext_noop("This file is in the store already, by import {import_id}."),
            import_id=held_by or what.import_id,
        )
