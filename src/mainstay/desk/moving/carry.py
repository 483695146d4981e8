"""Table by table, chunk by chunk: carried over behind what is there already, then read back and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mainstay.core.texts import Text, gettext_noop
from mainstay.desk.moving.source import Source
from mainstay.desk.moving.target import OF_MIGRATIONS, Mark, Place, Target
from mainstay.desk.moving.values import ROOM, Column, Unfit, Ways, digest, ways_of
from mainstay.desk.postgres import DatabaseError

Progress = Callable[[int, int], None]
TOLD = 20  # values that do not fit, one by one


@dataclass(frozen=True)
class Refused:
    """A value that PostgreSQL can't hold; row: its own key."""

    table: str
    row: str
    column: str
    why: Text


class ValuesRefused(DatabaseError):
    """Values that PostgreSQL can't hold."""

    code = "values_refused"

    def __init__(self, refused: Sequence[Refused], n_refused: int, file: Path) -> None:
        self.refused = refused
        first = refused[0]
        super().__init__(
            gettext_noop(
                "PostgreSQL can't hold what stands in “{file}” in {n_refused} places; the first is in table "
                "{table}, row {row}, column {column}. Mend them and start the move again: it goes on."
            ),
            file=str(file),
            n_refused=n_refused,
            table=first.table,
            row=first.row,
            column=first.column,
        )


@dataclass(frozen=True)
class Part:
    """One table on its way."""

    source: Source
    place: Place
    columns: tuple[Column, ...]
    ways: tuple[Ways, ...]

    @property
    def table(self) -> str:
        return self.place.name

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """A row of the source's as it is written. Raises: Unfit"""
        return tuple(
            None if value is None else way.read(value)
            for value, way in zip(row[1:], self.ways, strict=True)
        )

    def mark(self, numbered: list[tuple[Any, ...]], rows: list[tuple[Any, ...]]) -> Mark:
        n_rows, total = digest(rows, [way.alike for way in self.ways])
        return Mark(numbered[-1][0], n_rows, total)

    def refused(self) -> Iterator[Refused]:
        for rows in self.source.chunks(self.table, self.names):
            for row in rows:
                for value, way, name in zip(row[1:], self.ways, self.names, strict=True):
                    try:
                        if value is not None:
                            way.read(value)
                    except Unfit as unfit:
                        key = self.source.key(self.table, row[0])
                        yield Refused(self.table, key, name, unfit.text)


@dataclass(frozen=True)
class Moved:
    """A table that is there: how many rows, and the sum of both sides."""

    table: str
    n_rows: int
    total: int


@dataclass
class _Told:
    """Progress by rows: each is moved and then compared."""

    progress: Progress
    total: int
    done: int = 0

    def add(self, n_rows: int) -> None:
        self.done += n_rows
        self.progress(min(self.done, self.total), self.total)


@dataclass
class Carried:
    """What is there now; anew: tables that had changed since the move was begun."""

    tables: list[Moved] = field(default_factory=list)
    anew: list[str] = field(default_factory=list)


def parts_of(
    target: Target, sources: Sequence[tuple[Source, str]], *, drop_zero_bytes: bool = False
) -> list[Part]:
    """All tables of the sources, each with its place in the schema beside its source. Raises: DatabaseError for one that has none"""
    parts = []
    for source, schema in sources:
        for table, names in source.tables().items():
            if table in OF_MIGRATIONS:
                continue
            place = Place(schema, table)
            known = target.columns(place)
            if lacking := [name for name in names if name not in known]:
                raise DatabaseError(
                    gettext_noop("The table {table} has no place in PostgreSQL for {columns}."),
                    table=table,
                    columns=", ".join(lacking),
                )
            columns = tuple(known[name] for name in names)
            ways = tuple(ways_of(one, drop_zero_bytes=drop_zero_bytes) for one in columns)
            parts.append(Part(source, place, columns, ways))
    return parts


def carry(target: Target, parts: Sequence[Part], progress: Progress) -> Carried:
    """Carry all of it over, compare it, and let links and numbers be as they were.

    Raises: ValuesRefused, DatabaseError; psycopg.Error for what the server refuses
    """
    result = Carried()
    told = _Told(progress, 2 * sum(part.source.count(part.table) for part in parts))
    places = [part.place for part in parts]
    target.loosen(places)
    sums = {}
    try:
        for part in parts:
            sums[part] = _copy(target, part, result, told)
    except Unfit:
        raise _all_refused(parts) from None
    result.tables = [_compared(target, part, sums[part], told) for part in parts]
    counting = [
        (part.place, column, part.source.last_number(part.table))
        for part in parts
        for column in part.columns
        if column.counts
    ]
    target.finish(places, counting)
    return result


def _copy(target: Target, part: Part, result: Carried, told: _Told) -> Moved:
    """Bring a table over, behind what is there of it; gives what the source has."""
    marks = target.marks(part.place)
    if marks and not _still_the_same(part, marks, told):
        result.anew.append(part.table)
        marks = []
    if not marks:
        target.empty(part.place)
    after = marks[-1].last if marks else None
    for numbered in part.source.chunks(part.table, part.names, after):
        rows = [part.read(row) for row in numbered]
        marks.append(part.mark(numbered, rows))
        target.write(part.place, part.columns, rows, marks[-1])
        told.add(len(rows))
    total = sum(mark.total for mark in marks) % ROOM
    return Moved(part.table, sum(mark.n_rows for mark in marks), total)


def _still_the_same(part: Part, marks: Sequence[Mark], told: _Told) -> bool:
    """Whether the source still holds what was moved of it."""
    after = None
    for mark in marks:
        rows = [
            part.read(row)
            for chunk in part.source.chunks(part.table, part.names, after, mark.last)
            for row in chunk
        ]
        if digest(rows, [way.alike for way in part.ways]) != (mark.n_rows, mark.total):
            return False
        told.add(len(rows))
        after = mark.last
    return True


def _compared(target: Target, part: Part, moved: Moved, told: _Told) -> Moved:
    """Read a table back. Raises: DatabaseError where it is not what the source has"""
    names = [f'"{name}"' for name in part.names]
    asked = [way.told.format(column=name) for way, name in zip(part.ways, names, strict=True)]
    back = [(n, way.back) for n, way in enumerate(part.ways) if way.back]
    alike = [way.alike for way in part.ways]
    n_rows = total = 0
    for rows in target.rows(part.place, asked):
        n, one = digest((_as_read(row, back) for row in rows), alike)
        n_rows, total = n_rows + n, (total + one) % ROOM
        told.add(n)
    if (n_rows, total) != (moved.n_rows, moved.total):
        target.empty(part.place)
        raise DatabaseError(
            gettext_noop(
                "The table {table} is not in PostgreSQL as it is in SQLite ({rows} rows of {expected}); it was "
                "emptied there. Start the move again."
            ),
            table=part.table,
            rows=n_rows,
            expected=moved.n_rows,
        )
    return moved


def _as_read(row: Sequence[Any], back: Sequence[tuple[int, Any]]) -> Sequence[Any]:
    if not back:
        return row
    changed = list(row)
    for n, way in back:
        changed[n] = None if row[n] is None else way(row[n])
    return changed


def _all_refused(parts: Sequence[Part]) -> ValuesRefused:
    found = [one for part in parts for one in part.refused()]
    return ValuesRefused(found[:TOLD], len(found), parts[0].source.file)
