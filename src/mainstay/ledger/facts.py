"""Facts: the small tables beside the order lines, in versions that are never overwritten.

A row counts from when it was recorded (people's tables) or from when it happened (machines' tables),
so that a replay of last June knows what June knew. History imported today may be declared to have
been recorded when it happened; it is marked as assumed. What was told by mistake is withdrawn: from
then on its row is not known, and before it was.

Rows lie in Parquet files that are never changed; one small manifest says which of them count. A
writer takes a lock, writes new files and puts a new manifest in the old one's place, in one step.
"""

from __future__ import annotations

import copy
import fcntl
import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from datetime import time as clock
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mainstay.core.errors import StoreError
from mainstay.core.texts import gettext_noop
from mainstay.ledger import assumed, happened, lookups, schema
from mainstay.ledger.fact_records import FactFile, FactImport, Manifest, Recording
from mainstay.ledger.files import sync
from mainstay.ledger.made_ids import with_ids

STAMP = pa.timestamp("us", "UTC")
STAMPS = pa.schema(
    [
        pa.field("recorded_at", STAMP),
        pa.field("import_id", pa.string()),
        pa.field("assumed", pa.bool_()),
        pa.field("withdrawn", pa.bool_()),
    ]
)
CACHED = 64  # tables as known at some moment, kept at hand
FOLD_AT = 64  # so many small files of one table become one
SMALL_ROWS = 50_000  # a file of fewer rows is small
NOTHING = "–"  # where a value was that had to be forgotten, and must be there
GRACE_SECONDS = 24 * 3600  # a file that no manifest names any more stays for its last readers


class Facts:
    """The fact tables of one installation, as they were when this object was made or refreshed."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self._manifest = self._load()
        self._cache: dict[tuple[Any, ...], pa.Table] = {}
        self._sure = False

    def without_assumed(self) -> Facts:
        """The same facts without what is only assumed to have been known."""
        sure = copy.copy(self)
        sure._cache, sure._sure = {}, True
        return sure

    def refresh(self) -> None:
        """See what others have written since."""
        fresh = self._load()
        if fresh.number != self._manifest.number:
            self._manifest = fresh
            self._cache.clear()

    @property
    def version(self) -> int:
        return self._manifest.number

    @property
    def manifest(self) -> Manifest:
        """Which files count."""
        return self._manifest

    @property
    def imports(self) -> tuple[FactImport, ...]:
        return self._manifest.imports

    def loaded(self, fingerprint: str) -> str | None:
        """The import that holds the file with that fingerprint."""
        return next((i.import_id for i in self.imports if i.fingerprint == fingerprint), None)

    def append(
        self,
        table_name: str,
        rows: pa.Table,
        import_id: str,
        recorded_at: datetime,
        *,
        assumed: bool = False,
        fingerprint: str | None = None,
    ) -> None:
        """Add rows to a table, all or nothing.

        Raises: StoreError if a required value is missing; NotFound for a table that we don't know
        """
        recording = Recording(import_id, recorded_at, assumed, fingerprint)
        self.append_all({table_name: rows}, recording)

    def append_all(self, tables: Mapping[str, pa.Table], recording: Recording) -> None:
        """Add rows to several tables, all or nothing.

        Rows without an id get the one that their table makes. Withdrawn rows need their key alone.
        Raises: as `append`
        """
        self._add(
            {name: _stamped(name, rows, recording) for name, rows in tables.items()}, recording
        )

    def append_versions(self, tables: Mapping[str, pa.Table], recording: Recording) -> None:
        """Add the history of several tables, each row as recorded when it was; all or nothing.

        tables: with a further column recorded_at (UTC)
        recording: its moment is that of the import alone
        Raises: as `append`
        """
        stamped = {}
        for name, rows in tables.items():
            made = _stamped(name, rows, recording)
            place = made.schema.get_field_index("recorded_at")
            own = rows["recorded_at"].cast(STAMP)
            stamped[name] = made.set_column(place, made.schema.field(place), own).sort_by(
                "recorded_at"
            )
        self._add(stamped, recording)

    def _add(self, stamped: Mapping[str, pa.Table], recording: Recording) -> None:
        with self._writing() as manifest:
            changed = dict(manifest.tables)
            for name, rows in stamped.items():
                files = (*changed.get(name, ()), self._write(name, rows))
                changed[name] = self._folded(name, files)
            record = FactImport(
                recording.import_id,
                recording.recorded_at.astimezone(UTC).isoformat(),
                {name: rows.num_rows for name, rows in stamped.items()},
                recording.fingerprint,
                recording.assumed,
            )
            imports = _with_import(manifest.imports, record)
            self._save(Manifest(manifest.number + 1, changed, imports))

    def undo(self, import_id: str) -> bool:
        """Take out all rows of an import, from all tables at once; False if there are none."""
        with self._writing() as manifest:
            if all(i.import_id != import_id for i in manifest.imports):
                return False
            changed = {}
            for name, files in manifest.tables.items():
                kept: list[FactFile] = []
                for file in files:
                    if import_id not in file.imports:
                        kept.append(file)
                    elif len(file.imports) > 1:
                        rows = self._read(file)
                        rest = rows.filter(pc.not_equal(rows["import_id"], import_id))
                        kept.append(self._write(name, rest))
                changed[name] = tuple(kept)
            imports = tuple(i for i in manifest.imports if i.import_id != import_id)
            self._save(Manifest(manifest.number + 1, changed, imports))
        return True

    def forget(self, table_name: str, key: Mapping[str, str], columns: Sequence[str]) -> int:
        """Take the values of some columns out of every version of a row, for good; gives how many.

        key: the columns that name the row
        A column that must be there becomes NOTHING. The files that held the values are deleted at
        once: whoever reads them just then has to read anew.
        """
        table = schema.table(table_name)
        with self._writing() as manifest:
            kept: list[FactFile] = []
            old: list[FactFile] = []
            found = 0
            for file in manifest.tables.get(table_name, ()):
                rows = self._read(file)
                here = np.ones(rows.num_rows, bool)
                for name, value in key.items():
                    here &= np.asarray(pc.fill_null(pc.equal(rows[name], value), False))
                if not here.any():
                    kept.append(file)
                    continue
                found += int(here.sum())
                old.append(file)
                kept.append(self._write(table_name, _emptied(table, rows, here, columns)))
            if old:
                tables = {**manifest.tables, table_name: tuple(kept)}
                self._save(Manifest(manifest.number + 1, tables, manifest.imports))
                for file in old:
                    (self.folder / file.path).unlink(missing_ok=True)
                    lookups.drop(self.folder / file.path)
        return found

    def history(self, table_name: str) -> pa.Table:
        """All versions of all rows, in the order of recording, with the columns of STAMPS."""
        return self._history(self._manifest, table_name)

    def _history(self, manifest: Manifest, table_name: str) -> pa.Table:
        wanted = _full_schema(table_name)
        files = manifest.tables.get(table_name, ())
        if not files:
            return wanted.empty_table()
        rows = pa.concat_tables([_fitted(self._read(file), wanted) for file in files])
        return assumed.without(table_name, rows) if self._sure else rows

    def files(self, table_name: str) -> list[str]:
        """The Parquet files that hold a table's versions, in the order of recording."""
        return [str(self.folder / file.path) for file in self._manifest.tables.get(table_name, ())]

    def known(
        self,
        table_name: str,
        *,
        as_of: date | None = None,
        known_until: date | datetime | None = None,
    ) -> pa.Table:
        """A table as it was known: the latest version of each row, unless it was withdrawn.

        as_of: rows dated on or after it are left out, and so is what rows tell of such days
        known_until: rows recorded at or after it are left out (people's tables); a date means its
            midnight, UTC; None = as_of
        Returns: the table's columns and those of STAMPS
        """
        until = known_until if known_until is not None else as_of
        manifest = self._manifest  # another thread may refresh meanwhile
        number = manifest.number

        def make() -> pa.Table:
            history = self._kept((number, table_name), lambda: self._history(manifest, table_name))
            table = schema.table(table_name)
            counts = _recorded_before(table, history, _moment(until))
            # Many dates see the same rows; which of them are the latest is the costly question.
            newest = self._kept(
                (number, table_name, counts.tobytes()),
                lambda: latest(table_name, history.filter(pa.array(counts))),
            )
            if as_of is None:
                return newest
            # Only then by day: a row whose day was put off is not there as it was before.
            return happened.told(table, newest.filter(happened.before(table, newest, as_of)), as_of)

        return self._kept((number, table_name, as_of, until), make)

    def _kept(self, key: tuple[Any, ...], make: Callable[[], pa.Table]) -> pa.Table:
        found = self._cache.get(key)
        if found is None:
            found = make()
            if len(self._cache) >= CACHED:
                self._cache.clear()
            self._cache[key] = found
        return found

    # Files

    def _write(self, name: str, rows: pa.Table) -> FactFile:
        path = Path(name, f"{uuid.uuid4().hex}.parquet")
        full = self.folder / path
        full.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows, full, compression="zstd")
        sync(full)
        if schema.table(name).by_machine and rows.num_rows >= lookups.LEAST_ROWS:
            with suppress(OSError):  # made by the first who looks for some of its rows
                lookups.make(full, name, fitted(name, rows))
        imports = tuple(rows["import_id"].unique().to_pylist())
        return FactFile(path.as_posix(), rows.num_rows, imports)

    def _read(self, file: FactFile) -> pa.Table:
        return pq.read_table(self.folder / file.path, partitioning=None)

    def _folded(self, name: str, files: tuple[FactFile, ...]) -> tuple[FactFile, ...]:
        """Files with the last small ones as one, where they are many.

        Large ones stay as they are: a table of millions is not written anew for a few rows. Those
        before a large one stay too, since of rows recorded at one time the later file's counts.
        """
        small = len(list(takewhile(lambda file: file.rows < SMALL_ROWS, reversed(files))))
        if small <= FOLD_AT:
            return files
        wanted = _full_schema(name)
        kept, folded = files[:-small], files[-small:]
        together = pa.concat_tables([_fitted(self._read(f), wanted) for f in folded])
        return (*kept, self._write(name, together))

    # Manifest

    def _load(self) -> Manifest:
        try:
            text = (self.folder / "manifest.json").read_text(encoding="utf-8")
        except FileNotFoundError:
            return Manifest()
        found = json.loads(text)
        return Manifest(
            found["number"],
            {
                name: tuple(FactFile(f["path"], f["rows"], tuple(f["imports"])) for f in files)
                for name, files in found["tables"].items()
            },
            tuple(FactImport(**i) for i in found["imports"]),
        )

    def _save(self, manifest: Manifest) -> None:
        place = self.folder / f".manifest-{uuid.uuid4().hex}"
        place.write_text(json.dumps(asdict(manifest), ensure_ascii=False), encoding="utf-8")
        sync(place)
        os.replace(place, self.folder / "manifest.json")
        self._manifest = manifest
        self._cache.clear()
        self._sweep(manifest)

    def _sweep(self, manifest: Manifest) -> None:
        """Delete files that have not counted for a day: replaced, undone, or of a killed writer."""
        named = {f.path for files in manifest.tables.values() for f in files}
        limit = time.time() - GRACE_SECONDS
        for path in [*self.folder.glob("*/*.parquet"), *self.folder.glob(".manifest-*")]:
            if path.relative_to(self.folder).as_posix() in named:
                continue
            if path.stat().st_mtime < limit:
                path.unlink(missing_ok=True)
                lookups.drop(path)
        for path in self.folder.glob("*/.*.lookup-*"):  # of a killed writer
            if path.stat().st_mtime < limit:
                shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def _writing(self) -> Iterator[Manifest]:
        """One writer at a time; gives the newest manifest."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.refresh()
            yield self._manifest


def _emptied(
    table: schema.Table, rows: pa.Table, here: npt.NDArray[np.bool_], columns: Sequence[str]
) -> pa.Table:
    for name in columns:
        field = rows.schema.field(name)
        nothing = pa.scalar(NOTHING if name in table.required else None, field.type)
        rows = rows.set_column(
            rows.schema.get_field_index(name),
            field,
            pc.if_else(pa.array(here), nothing, rows[name]),
        )
    return rows


def _with_import(imports: tuple[FactImport, ...], record: FactImport) -> tuple[FactImport, ...]:
    """Imports with one more; appending twice under one id counts as one import."""
    for place, there in enumerate(imports):
        if there.import_id == record.import_id:
            tables = dict(there.tables)
            for name, rows in record.tables.items():
                tables[name] = tables.get(name, 0) + rows
            merged = replace(
                record, tables=tables, fingerprint=record.fingerprint or there.fingerprint
            )
            return (*imports[:place], merged, *imports[place + 1 :])
    return (*imports, record)


def _full_schema(name: str) -> pa.Schema:
    return pa.schema([*schema.table(name).arrow, *STAMPS])


def _fitted(rows: pa.Table, wanted: pa.Schema) -> pa.Table:
    """Rows with exactly these columns; those that a version did not have are empty.

    Before rows could be withdrawn none was.
    """
    never = pa.repeat(pa.scalar(False), rows.num_rows)
    columns = [
        rows[f.name].cast(f.type)
        if f.name in rows.schema.names
        else (never if f.name == "withdrawn" else pa.nulls(rows.num_rows, f.type))
        for f in wanted
    ]
    return pa.table(columns, schema=wanted)


def _stamped(name: str, rows: pa.Table, recording: Recording) -> pa.Table:
    table = schema.table(name)
    if recording.recorded_at.tzinfo is None:
        raise StoreError(gettext_noop("The time of recording must say its time zone."))
    n = rows.num_rows
    rows = with_ids(table, _fitted(rows, table.arrow))
    named = [c for c in table.key if c not in table.one_of]
    for column in named if recording.withdrawn else table.required:
        if rows[column].null_count:
            raise StoreError(
                gettext_noop("{rows} rows of “{table}” have no “{column}”; nothing was stored."),
                rows=rows[column].null_count,
                table=name,
                column=column,
            )
    stamp = pa.scalar(recording.recorded_at.astimezone(UTC), STAMP)
    return pa.table(
        [
            *rows.columns,
            pa.repeat(stamp, n),
            pa.repeat(pa.scalar(recording.import_id), n),
            pa.repeat(pa.scalar(recording.assumed and not recording.withdrawn), n),
            pa.repeat(pa.scalar(recording.withdrawn), n),
        ],
        schema=_full_schema(name),
    )


def fitted(table_name: str, rows: pa.Table | None) -> pa.Table:
    """Rows of files with exactly the columns of a table and those of STAMPS; None = no rows."""
    wanted = _full_schema(table_name)
    return wanted.empty_table() if rows is None else _fitted(rows, wanted)


def _moment(until: date | datetime | None) -> datetime | None:
    if until is None:
        return None
    if isinstance(until, datetime):
        return until if until.tzinfo else until.replace(tzinfo=UTC)
    return datetime.combine(until, clock(), UTC)


def _recorded_before(
    table: schema.Table, history: pa.Table, until: datetime | None
) -> npt.NDArray[np.bool_]:
    """Which rows of a history count: those recorded before until, and all of a table of machines.

    Rows of people that are assumed count as recorded when they happened.
    """
    counts = pa.array(np.ones(history.num_rows, bool))
    if until is not None:
        recorded = pc.less(history["recorded_at"], pa.scalar(until, STAMP))
        if not table.by_machine:
            assumed = happened.before(table, history, until.astimezone(UTC).date())
            counts = pc.if_else(history["assumed"], assumed, recorded)
        if table.whole:
            counts = pc.and_(counts, pc.or_(history["assumed"], recorded))
    return np.asarray(counts, bool)


def latest(table_name: str, history: pa.Table) -> pa.Table:
    """The latest version of each row, if not withdrawn; of a table that comes whole, the latest
    recording."""
    if not history.num_rows:
        return history
    table = schema.table(table_name)
    recorded = history["recorded_at"]
    if table.whole:
        found = history.filter(pc.equal(recorded, pc.max(recorded)))
        return found.filter(pc.invert(found["withdrawn"]))
    order = np.argsort(recorded.cast(pa.int64()).to_numpy(), kind="stable")
    keys = history.select(list(table.key)).take(pa.array(order))
    place = pa.array(np.arange(len(order)))
    last = (
        keys.append_column("place", place).group_by(list(table.key)).aggregate([("place", "max")])
    )
    found = history.take(pa.array(np.sort(order[last["place_max"].to_numpy()])))
    return found.filter(pc.invert(found["withdrawn"]))
