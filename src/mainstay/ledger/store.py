"""The order store: order lines in a Delta table, written, undone and corrected in whole imports.

Every change is one compare-and-swap: look at version v, write files under new names, commit them as
v + 1 or not at all. A commit is never tried again by Delta itself: with retries it accepts an
append after an append, and a file that two processes load at once would be there twice. (That each
commit carries an app transaction is a second bar: Delta refuses two at once under one name.)
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.exceptions import CommitFailedError, DeltaError
from deltalake.transaction import AddAction, RemoveAction

from mainstay.core.errors import StoreError
from mainstay.core.texts import gettext_noop
from mainstay.ledger import buckets, corrections, scatter, state
from mainstay.ledger.errors import AlreadyLoaded, StoreChanged, UnknownImport
from mainstay.ledger.files import DataFile
from mainstay.ledger.places import Place, place_of, reached
from mainstay.ledger.schema import STORED_ORDER_LINES
from mainstay.ledger.snapshot import Snapshot, reading
from mainstay.ledger.workplace import Workplace, leftovers, withdraw, workplace

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
    gone_orders: order_ids whose lines go, and none come for them: they were cancelled
    expected_version: the version that the caller compared with; None = whatever is there
    copies: how many of its rows were in the store already, and so are not among `lines`
    notes: small JSON to keep with the import
    """

    import_id: str
    fingerprint: str
    lines: scatter.Source
    replaced_orders: pa.Array | None = None
    gone_orders: Sequence[str] = ()
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
    data_change: bool = True  # False where the same lines only lie in other files

    def actions(self) -> list[AddAction | RemoveAction]:
        return [
            *(f.add_action(data_change=self.data_change) for f in self.add),
            *(f.remove_action(data_change=self.data_change) for f in self.remove),
        ]


class OrderStore:
    """The order lines of one installation, in a folder or an object storage."""

    def __init__(self, where: Path | str | Place) -> None:
        self.place = where if isinstance(where, Place) else place_of(where)

    @property
    def folder(self) -> Path:
        """The table's folder on this machine."""
        return self.place.folder

    @classmethod
    def create(cls, where: Path | str | Place) -> OrderStore:
        """Make an empty store; fine if another process makes it at the same time."""
        store = cls(where)
        store.place.prepare()
        with reached(store.place.uri):
            DeltaTable.create(
                store.place.uri,
                SCHEMA,
                mode="ignore",
                partition_by=["bucket"],
                name="order_lines",
                configuration=_CONFIGURATION,
                storage_options=store.place.options,
            )
        return store

    @classmethod
    def open(cls, where: Path | str | Place) -> OrderStore:
        """Open a store that is there.

        Raises: StoreError
        """
        store = cls(where)
        if not store.place.is_table():
            raise StoreError(
                gettext_noop("There is no order store in “{folder}”; import a file first."),
                folder=store.place.uri,
            )
        return store

    @classmethod
    def open_or_create(cls, where: Path | str | Place) -> OrderStore:
        store = cls(where)
        return store if store.place.is_table() else cls.create(store.place)

    @property
    def version(self) -> int:
        return self._table().version()

    def snapshot(self, version: int | None = None) -> Snapshot:
        """The store as it is now, or as it was at a version."""
        return Snapshot.of(self._table(version), self.place)

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
        with self.at_work(before) as work:
            target = scatter.Target(self.place, work, what.import_id)
            lines = scatter.spooled(what.lines, target)
            number = scatter.count(lines) or 0
            n_buckets = before.buckets if before.files else buckets.for_lines(number)
            made = scatter.write(lines, n_buckets, target) if number else []
            leaving = corrections.Leaving(what.replaced_orders, what.gone_orders)
            taken = corrections.take_away(before, leaving, made, work)
            record = state.ImportRecord(
                what.import_id,
                what.fingerprint,
                before.version + 1,
                number,
                what.copies,
                taken.kept_as,
                notes={**what.notes, **leaving.notes},
            )
            after = state.State(before.state.imports, n_buckets).having(record)
            said = {"import_id": what.import_id, "lines": number, "replaced_lines": taken.lines}
            change = Change([*made, *taken.add], taken.remove, after, said)
            return self.commit(before, change, work)

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
            with self.at_work(before) as work:
                undone = corrections.undo(before, import_id, work)
                said = {"undone": import_id}
                change = Change(undone.add, undone.remove, undone.state, said)
                return self.commit(before, change, work)

        return self.again_while_changed(attempt)

    def again_while_changed(self, attempt: Callable[[], int]) -> int:
        """Do what depends on nobody's view of the store until nobody comes in between."""
        for _ in range(ATTEMPTS - 1):
            try:
                return attempt()
            except StoreChanged:
                time.sleep(0.05)
        return attempt()

    def commit(self, before: Snapshot, change: Change, work: Workplace) -> int:
        """One commit on top of `before`, or none.

        work: whose files are to come
        Raises: StoreChanged
        """
        number = state.save(self.place, before.version + 1, change.state)
        work.note_intent(number)
        with reached(self.place.uri):
            try:
                self._table(before.version).create_write_transaction(
                    change.actions(),
                    "append",
                    SCHEMA,
                    ["bucket"],
                    commit_properties=CommitProperties(
                        custom_metadata={"mainstay": change.said},
                        max_commit_retries=0,
                        app_transactions=[Transaction(state.APP, number)],
                    ),
                )
            except DeltaError as error:
                if self.has_committed(number):
                    return before.version + 1  # committed; only the checkpoint after it failed
                if not isinstance(error, CommitFailedError):
                    raise
                raise _changed() from error
        return before.version + 1

    def forget(self, work: Workplace) -> None:
        """Take back the state that a refused commit was to have."""
        if work.intent is not None:
            state.forget(self.place, work.intent)

    @contextmanager
    def at_work(self, before: Snapshot) -> Iterator[Workplace]:
        """A workplace; if no commit comes of it, what was written for one is deleted.

        before: the version whose files are read for it
        Raises: StoreBroken where one of them is missing or damaged
        """
        with reading(before), workplace(self.folder) as work:
            try:
                yield work
            except BaseException:
                # Ctrl-C may come just after the commit: then the files are the store's.
                if work.intent is None or not self.has_committed(work.intent):
                    withdraw(self.place, work)
                raise

    def sweep(self) -> int:
        """Clear away what killed writers left; returns how many there were. Safe at any time."""
        left = leftovers(self.folder)
        for work in left:
            if work.intent is None or not self.has_committed(work.intent):
                withdraw(self.place, work)
            shutil.rmtree(work.folder, ignore_errors=True)
        return len(left)

    def has_committed(self, number: int) -> bool:
        """Whether the version that a state was made for came to have it."""
        version = state.version_of(number)
        table = self._table()
        if table.version() < version:
            return False
        table.load_as_version(version)
        return bool(table.transaction_version(state.APP) == number)

    def has_newer(self, snapshot: Snapshot) -> bool:
        """Whether anything was committed after a snapshot; one look at a file's name."""
        following = f"_delta_log/{snapshot.version + 1:020d}.json"
        return self.place.size(following) is not None

    def table(self, version: int | None = None) -> DeltaTable:
        """The Delta table itself, for housekeeping."""
        return self._table(version)

    def _table(self, version: int | None = None) -> DeltaTable:
        return self.place.table(version)


def _refuse(what: Import, before: Snapshot) -> None:
    if what.expected_version is not None and what.expected_version != before.version:
        raise _changed()
    held_by = before.state.loaded(what.fingerprint)
    if held_by is not None or before.state.find(what.import_id):
        raise AlreadyLoaded(
            gettext_noop("This file is in the store already, by import {import_id}."),
            import_id=held_by or what.import_id,
        )


def _changed() -> StoreChanged:
    return StoreChanged(
        gettext_noop(
            "Somebody else changed the order store at the same moment; nothing was stored. "
            "Try again."
        )
    )
