"""`mainstay move`: an installation's SQLite database taken over into PostgreSQL, and compared.

The SQLite files are read in one view of them and never written. The state of the move lies in the
target: killed at any moment, it goes on behind its last chunk, after looking whether what was moved so far
is still what the files hold; a table that has changed since is moved anew.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from mainstay.core.errors import InvalidSetting
from mainstay.core.home import Home
from mainstay.core.texts import Text, gettext_noop
from mainstay.desk import database, postgres, serve
from mainstay.desk.locks import Taken, only_one
from mainstay.desk.moving.source import Source
from mainstay.desk.moving.target import OF_MIGRATIONS, Mark, Place, Target
from mainstay.desk.moving.values import ROOM, Column, Unfit, Ways, digest, ways_of
from mainstay.desk.postgres import JOBS_SCHEMA, DatabaseError, first_line

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
class Result:
    """What was moved, and what is to be set from now on.

    address: without its password; anew: tables that had changed since the move was begun
    """

    address: str
    tables: list[Moved] = field(default_factory=list)
    anew: list[str] = field(default_factory=list)
    seconds: float = 0.0


def move(
    home: Home,
    to: str,
    *,
    drop_zero_bytes: bool = False,
    progress: Progress = lambda done, total: None,
) -> Result:
    """Take an installation's SQLite database over into PostgreSQL.

    to: the address of an empty database, or of a move that was begun
    drop_zero_bytes: texts without the zero bytes in them, which PostgreSQL can't hold
    Raises: InvalidSetting, NotFound, DatabaseError, ValuesRefused; what was moved until then stays for
        the next start
    """
    begin = time.monotonic()
    file = _source_file(home)
    settings = _target_settings(to)
    os.environ.update(MAINSTAY_HOME=str(home.folder), DATABASE_URL=to)
    with ExitStack() as stack:
        _hold(stack, home)
        source = stack.enter_context(Source.open(file))
        serve.set_up()
        _same_version(source)
        jobs = home.folder / "jobs.sqlite3"
        files = [source, *([stack.enter_context(Source.open(jobs))] if jobs.exists() else [])]
        connection = stack.enter_context(postgres.connect(settings, autocommit=True))
        postgres.check_kind(connection, settings)
        target = Target(connection)
        _begin(target, settings, file)
        try:
            _make_tables(settings, home)
            parts = _parts(target, files, drop_zero_bytes)
            result = Result(_shown(settings))
            _move(target, parts, result, progress)
        except psycopg.Error as error:
            raise _stopped(error) from error
    result.seconds = time.monotonic() - begin
    return result


def _source_file(home: Home) -> Path:
    """The SQLite file of the installation. Raises: InvalidSetting where it has another database"""
    made = database.from_url(os.environ.get("DATABASE_URL"), home.database)
    if not made["ENGINE"].endswith("sqlite3"):
        raise InvalidSetting(
            gettext_noop(
                "DATABASE_URL names a PostgreSQL database already. To move what lies in “{file}”, unset it "
                "for this command."
            ),
            file=str(home.database),
        )
    return Path(made["NAME"])


def _target_settings(to: str) -> dict[str, Any]:
    made = database.from_url(to, Path())
    if made["ENGINE"].endswith("sqlite3"):
        raise InvalidSetting(
            gettext_noop("--to must be like postgresql://user:password@host:5432/name.")
        )
    return made


def _hold(stack: ExitStack, home: Home) -> None:
    """Keep desk and worker from running meanwhile. Raises: DatabaseError where they do"""
    for name in ("serve", "worker"):
        try:
            stack.enter_context(only_one(name, home, wait=False))
        except Taken:
            raise DatabaseError(
                gettext_noop(
                    "Mainstay is running with the folder {folder}; stop it first, so that nothing is written "
                    "that would not be moved."
                ),
                folder=str(home.folder),
            ) from None


def _same_version(source: Source) -> None:
    """Raises: DatabaseError for tables that are not as this version makes them"""
    from django.db.migrations.loader import MigrationLoader

    known = set(MigrationLoader(None).disk_migrations)
    theirs = source.migrations()
    if not theirs:
        template = gettext_noop("“{file}” holds nothing of Mainstay's that could be moved.")
    elif theirs - known:
        template = gettext_noop(
            "“{file}” was written by a newer version of Mainstay; move it with that one."
        )
    elif known - theirs:
        template = gettext_noop(
            "“{file}” is of an older version of Mainstay; start `mainstay serve` once with it, which brings "
            "it up to date."
        )
    else:
        return
    raise DatabaseError(template, file=str(source.file))


def _begin(target: Target, settings: dict[str, Any], file: Path) -> None:
    """Take the target for this move. Raises: DatabaseError where it is not for the taking"""
    name = settings["NAME"]
    if not target.alone():
        raise DatabaseError(
            gettext_noop("Another move into the database “{name}” is running."), name=name
        )
    if target.begun():
        if finished := target.finished_at():
            raise DatabaseError(
                gettext_noop(
                    "The move into the database “{name}” was finished at {at}; set DATABASE_URL to it and "
                    "start the desk."
                ),
                name=name,
                at=f"{finished:%Y-%m-%d %H:%M} UTC",
            )
        return
    if filled := target.filled(target.schema, JOBS_SCHEMA):
        raise DatabaseError(
            gettext_noop(
                "The database “{name}” is not empty (there are rows in {tables}); name an empty one."
            ),
            name=name,
            tables=", ".join(place.name for place in filled[:3]) + ("…" if filled[3:] else ""),
        )
    target.begin(str(file))


def _make_tables(settings: dict[str, Any], home: Home) -> None:
    """The desk's and the jobs' tables, as a start of the desk would make them."""
    from dbos import DBOS
    from django.db import Error, connections
    from sqlalchemy.exc import DBAPIError

    try:
        serve.migrate()
        connections.close_all()
        DBOS.migrate(database.jobs_url(settings, home), schema=JOBS_SCHEMA)
    except (Error, DBAPIError) as error:
        raise psycopg.Error(first_line(error)) from error


def _parts(target: Target, files: Sequence[Source], drop_zero_bytes: bool) -> list[Part]:
    """All tables of the sources, each with its place. Raises: DatabaseError for one that has none"""
    parts = []
    for source, schema in zip(files, (target.schema, JOBS_SCHEMA), strict=False):
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


def _move(target: Target, parts: Sequence[Part], result: Result, progress: Progress) -> None:
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


def _copy(target: Target, part: Part, result: Result, told: _Told) -> Moved:
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


def _stopped(error: psycopg.Error) -> DatabaseError:
    where = error.diag.context
    said = first_line(error) + (f"; {where.splitlines()[0]}" if where else "")
    if isinstance(error, psycopg.errors.ForeignKeyViolation):
        return DatabaseError(
            gettext_noop(
                "A row of the table {table} leads to one that is not there ({reason}); mend it in SQLite and "
                "start the move again."
            ),
            table=error.diag.table_name or "",
            reason=error.diag.message_detail or first_line(error),
        )
    return DatabaseError(
        gettext_noop(
            "PostgreSQL stopped the move: {reason}. Nothing was changed in SQLite; start it again, and it "
            "goes on where it stopped."
        ),
        reason=said,
    )


def _shown(settings: dict[str, Any]) -> str:
    """The address without its password."""
    where = postgres.place(settings)
    who = f"{settings['USER']}@" if settings["USER"] else ""
    if where.startswith("/"):
        return f"postgresql://{who}/{settings['NAME']}?host={where}"
    return f"postgresql://{who}{where}/{settings['NAME']}"
