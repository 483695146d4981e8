"""Imports from another system that says how it is now, such as an ERP: several tables at once, again and again.

What was seen of it is kept beside the store (`sources`): which of its rows were brought, under which key,
and when the newest of them was written. So the next import reads what was written since, and what that
system has no more is taken out here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import tempfile
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from mainstay.core.texts import Text
from mainstay.ledger.mapping import Mapping as ColumnMapping
from mainstay.ledger.proposing import ImportOptions
from mainstay.ledger.schema import TABLES

if TYPE_CHECKING:
    from mainstay.ledger.ledger import Ledger
    from mainstay.ledger.report import Report

Progress = Callable[[Text, float], None]
PLACE = "sources"


@dataclass(frozen=True)
class Brought:
    """What a system brings of one table.

    rows: with the table's columns
    gone: keys (of order lines: order_ids) that are there no more
    keeps: what a row leaves empty stays as it is known here, since people write it too
    """

    table: str
    rows: Sequence[Mapping[str, Any]]
    gone: tuple[str, ...] = ()
    keeps: bool = False


@dataclass
class Seen:
    """What was brought of one system, by its models.

    since: by model, when the newest row was written, by the system's clock (ISO)
    keys: by model, from its id to our key ("" until it is read)
    imports: those that brought it; where one was undone, all is brought anew
    went: by model, keys that were brought and have gone: who undoes the import that took them away has
        them back here, though they are gone there
    """

    path: Path
    since: dict[str, str] = field(default_factory=dict)
    keys: dict[str, dict[int, str]] = field(default_factory=dict)
    imports: list[str] = field(default_factory=list)
    went: dict[str, list[str]] = field(default_factory=dict)
    _now: dict[str, set[int]] = field(default_factory=dict)
    _read: dict[str, dict[int, str]] = field(default_factory=dict)
    _newest: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path, name: str) -> Seen:
        """What was seen of the system of that name; nothing of one that is new.

        folder: the ledger's
        """
        mark = hashlib.sha256(name.encode()).hexdigest()[:16]
        seen = cls(folder / PLACE / f"{mark}.parquet")
        try:
            rows = pq.read_table(seen.path, partitioning=None)
        except FileNotFoundError:
            return seen
        said = json.loads(rows.schema.metadata[b"mainstay"])
        seen.since, seen.imports = said["since"], said["imports"]
        seen.went = said.get("went", {})
        for model, number, key in zip(*(rows[c].to_pylist() for c in _COLUMNS), strict=True):
            seen.keys.setdefault(model, {})[number] = key
        return seen

    def forget(self) -> None:
        """As if nothing had been seen, but for the keys: what has gone since must go here too."""
        self.since, self.imports = {}, []
        for model, went in self.went.items():
            none_of_them = {-number: key for number, key in enumerate(went, start=1)}
            self.keys.setdefault(model, {}).update(none_of_them)

    def note(self, model: str, ids: Iterable[int]) -> None:
        """All rows of a model that count now."""
        self._now[model] = set(ids)

    def note_moment(self, model: str, moment: dt.datetime) -> None:
        """When a row was written."""
        before = self._newest.get(model, self.since.get(model, ""))
        self._newest[model] = max(before, moment.isoformat(timespec="microseconds"))

    def name(self, model: str, keys: Mapping[int, str]) -> None:
        """The keys of rows that were read."""
        self._read.setdefault(model, {}).update(keys)

    def new(self, model: str) -> set[int]:
        """Ids that count now and were not brought before."""
        return self._now.get(model, set()) - self.keys.get(model, {}).keys()

    def read(self, model: str) -> list[int]:
        return list(self._read.get(model, {}))

    def keys_of(self, model: str, ids: Iterable[int]) -> list[str]:
        return [self._read[model][i] for i in ids]

    def gone(self, model: str) -> list[str]:
        """Keys of rows that were brought and count no more; not those under which another one counts, and
        keys that a row had before it got its number."""
        before, now = self.keys.get(model, {}), self._now.get(model, set())
        named = self._read.get(model, {})
        left = [key for i, key in before.items() if i not in now or named.get(i, key) != key]
        stays = {key for i, key in before.items() if i in now and named.get(i, key) == key}
        return sorted(set(left) - stays - set(named.values()))

    def expect(self) -> None:
        """Keep, before anything is loaded, that it may be here: should the import be broken off, what goes
        there meanwhile still goes here."""
        both = {model: {**self.keys.get(model, {}), **keys} for model, keys in self._read.items()}
        self._save({**self.keys, **both}, self.since, self.imports)

    def done(self, imports: Iterable[str]) -> None:
        """Keep what was seen, now that it is loaded."""
        for model, now in self._now.items():
            self.went[model] = sorted({*self.went.get(model, ()), *self.gone(model)} - {""})
            all_keys = {**self.keys.get(model, {}), **self._read.get(model, {})}
            self.keys[model] = {i: key for i, key in all_keys.items() if i in now}
        self.since = {**self.since, **self._newest}
        self.imports = [*self.imports, *filter(None, imports)]
        self._save(self.keys, self.since, self.imports)

    def _save(
        self, keys: Mapping[str, Mapping[int, str]], since: dict[str, str], imports: list[str]
    ) -> None:
        flat = [(model, i, key) for model, of_model in keys.items() for i, key in of_model.items()]
        columns = list(zip(*flat, strict=True)) or [(), (), ()]
        kinds = (pa.string(), pa.int64(), pa.string())
        rows = pa.table(
            [pa.array(values, kind) for values, kind in zip(columns, kinds, strict=True)], _COLUMNS
        )
        said = json.dumps({"since": since, "imports": imports, "went": self.went})
        self.path.parent.mkdir(parents=True, exist_ok=True)
        place = self.path.with_suffix(f".{uuid.uuid4().hex[:8]}")
        pq.write_table(rows.replace_schema_metadata({"mainstay": said}), place)
        os.replace(place, self.path)


_COLUMNS = ["model", "id", "key"]


def load_brought(
    ledger: Ledger,
    name: str,
    brought: Sequence[Brought],
    seen: Seen,
    *,
    now: dt.datetime,
    assume_recorded: bool = False,
    progress: Progress,
) -> list[Report]:
    """Load what a system brings, a table after the other; a report each, but of those that bring nothing.

    name: of the system, as people call it; the reports show it as the source
    Each table is loaded whole or not at all. Broken off, the next import loads what is left.
    """
    from mainstay.ledger.importing import run_import

    seen.expect()
    reports = []
    with tempfile.TemporaryDirectory(dir=_work(ledger)) as folder:
        for n, one in enumerate(brought):
            if not one.rows and not one.gone:
                continue
            path = Path(folder, f"{name} {one.table}".replace("/", " "))
            table = _kept(ledger, one) if one.keeps else _table(one)
            pq.write_table(table, path)
            given = {c: c for c in table.column_names}
            options = ImportOptions(
                table=one.table,
                mappings={path.name: ColumnMapping(one.table, given)},
                assume_recorded=assume_recorded,
                gone=one.gone,
            )
            share = (n / len(brought), 1 / len(brought))

            def shown(what: Text, done: float, share: tuple[float, float] = share) -> None:
                progress(what, share[0] + share[1] * done)

            reports.append(run_import(ledger, [path], options, now=now, progress=shown))
    seen.done(report.import_id for report in reports)
    return reports


def _work(ledger: Ledger) -> Path:
    place = ledger.folder / PLACE
    place.mkdir(exist_ok=True)
    return place


def _table(one: Brought) -> pa.Table:
    """The rows as an Arrow table with the columns that any of them has."""
    have = {name for row in one.rows for name, value in row.items() if value is not None}
    table = TABLES[one.table]
    wanted = [f for f in table.arrow if f.name in have or f.name in table.required]
    return pa.Table.from_pylist([dict(row) for row in one.rows], pa.schema(wanted))


def _kept(ledger: Ledger, one: Brought) -> pa.Table:
    """The same, with what rows leave empty as it is known."""
    key = TABLES[one.table].key[0]
    names = [c.name for c in TABLES[one.table].columns]
    known = {row[key]: row for row in ledger.facts.known(one.table).select(names).to_pylist()}
    rows = [
        {name: known.get(row[key], {}).get(name) if (value := row.get(name)) is None else value
         for name in names}
        for row in one.rows
    ]  # fmt: skip
    return _table(Brought(one.table, rows))
