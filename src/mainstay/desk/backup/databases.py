"""The database of a backup: one view of it, written while others write on.

SQLite: the file, copied page by page within one reading transaction. PostgreSQL: each table by COPY, in one
transaction that sees the same moment throughout; no program of the server's is needed. The tables of durable
jobs are left out: work that was under way when a backup was made is not gone on with where it is restored.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from mainstay.desk.backup.archive import CHUNK, Archive, Writer
from mainstay.desk.backup.errors import damaged
from mainstay.desk.moving.source import Source, reading

if TYPE_CHECKING:
    import psycopg

    from mainstay.desk.moving.target import Place, Target

SQLITE, POSTGRES = "sqlite", "postgresql"
FILE = "database/desk.sqlite3.zst"
ENDING = ".copy.zst"
_PAGES = 4096  # copied at once: 16 MB, and then whoever waits for Ctrl-C is heard
_MOST_TIMES = 2_000  # what is unpacked may be larger, where a backup does not say how large it is
NOT_OURS = ("mainstay_move", "mainstay_move_chunk", "mainstay_move_link")


@dataclass
class Described:
    """A database at one moment.

    migrations: [app, name] of each that was applied
    tables: rows by table; columns: of PostgreSQL's tables, as they stand in their members
    numbers: of PostgreSQL's columns that count by themselves, the last number, by table and column
    sizes: of each member in bytes, unpacked; older backups do not say it
    """

    kind: str
    migrations: list[list[str]]
    tables: dict[str, int]
    columns: dict[str, list[str]] = field(default_factory=dict)
    numbers: dict[str, dict[str, int]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class View(Protocol):
    """A database as it was when the view was opened."""

    @property
    def n_bytes(self) -> int: ...

    def tables(self) -> dict[str, int]:
        """Rows by table."""
        ...

    def write(self, writer: Writer, room: Path) -> Described:
        """room: a file that may be made for it, on the home folder's disk"""
        ...


@contextmanager
def view_of(settings: dict[str, Any]) -> Iterator[View | None]:
    """settings: Django's, of the database; None where there is none yet. Raises: DatabaseError"""
    if settings["ENGINE"].endswith("sqlite3"):
        file = Path(settings["NAME"])
        if not file.exists():
            yield None
            return
        with Source.open(file) as source:
            yield _Sqlite(source)
        return
    from mainstay.desk import postgres

    with postgres.connect(settings, autocommit=True) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute("SET LOCAL synchronize_seqscans = off")
        connection.execute("SELECT count(*) FROM pg_class")  # from here on nothing changes
        yield _Postgres(connection)


@dataclass(frozen=True)
class _Sqlite:
    source: Source

    @property
    def n_bytes(self) -> int:
        (pages,) = self.source.connection.execute("PRAGMA page_count").fetchone()
        (size,) = self.source.connection.execute("PRAGMA page_size").fetchone()
        return int(pages * size)

    def tables(self) -> dict[str, int]:
        return {name: self.source.count(name) for name in self.source.tables()}

    def write(self, writer: Writer, room: Path) -> Described:
        with reading(self.source.file), closing(sqlite3.connect(room)) as copy:
            copy.execute("PRAGMA synchronous = OFF")
            self.source.connection.backup(copy, pages=_PAGES)
        with room.open("rb") as held, writer.member(FILE) as out, packed(out) as packing:
            while piece := held.read(CHUNK):
                packing.write(piece)
        sizes = {FILE: room.stat().st_size}
        room.unlink()
        migrations = sorted(map(list, self.source.migrations()))
        return Described(SQLITE, migrations, self.tables(), sizes=sizes)


@dataclass(frozen=True)
class _Postgres:
    connection: psycopg.Connection[Any]

    @property
    def n_bytes(self) -> int:
        row = self.connection.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]) // 4 if row else 0  # packed; what it is of, roughly

    def _places(self) -> tuple[Target, list[Place]]:
        from mainstay.desk.moving.target import Target

        target = Target(self.connection)
        return target, [p for p in target.tables(target.schema) if p.name not in NOT_OURS]

    def tables(self) -> dict[str, int]:
        from psycopg import sql

        counted = {}
        for place in self._places()[1]:
            query = sql.SQL("SELECT count(*) FROM {}").format(place.sql)
            (counted[place.name],) = self.connection.execute(query).fetchone() or (0,)
        return counted

    def write(self, writer: Writer, room: Path) -> Described:
        target, places = self._places()
        found = Described(POSTGRES, self._migrations(), {})
        for place in places:
            columns = target.columns(place)
            found.columns[place.name] = names = sorted(columns)
            member = member_of(place.name)
            with writer.member(member) as out, packed(out) as packing:
                found.tables[place.name] = copy_out(target, place, names, packing.write)
                packing.flush()
                found.sizes[member] = packing.tell()
            counting = [name for name, column in columns.items() if column.counts]
            if counting:
                found.numbers[place.name] = {n: self._last(place, n) for n in counting}
        return found

    def _migrations(self) -> list[list[str]]:
        there = self.connection.execute("SELECT to_regclass('django_migrations')").fetchone()
        if there == (None,):
            return []
        rows = self.connection.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2")
        return [list(row) for row in rows]

    def _last(self, place: Place, column: str) -> int:
        row = self.connection.execute(
            "SELECT COALESCE((SELECT last_value FROM pg_sequences WHERE "
            "format('%%I.%%I', schemaname, sequencename)::regclass = "
            "pg_get_serial_sequence(%s, %s)::regclass), 0)",
            [place.sql.as_string(self.connection), column],
        ).fetchone()
        return int(row[0]) if row else 0


def member_of(table: str) -> str:
    """Where a table of PostgreSQL's is in the backup."""
    return f"database/{table}{ENDING}"


def copy_out(target: Target, place: Place, columns: list[str], put: Any) -> int:
    """Hand over a table's rows as PostgreSQL's COPY writes them; gives how many."""
    from psycopg import sql

    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(place.sql, names)
    n_rows = 0
    with target.connection.cursor() as cursor, cursor.copy(statement) as copy:
        for piece in copy:
            put(piece)
            n_rows += bytes(piece).count(b"\n")  # within a value it is written as \n
    return n_rows


@contextmanager
def packed(out: Any) -> Iterator[Any]:
    """Packs by zstd what is written to it."""
    import pyarrow as pa

    with pa.CompressedOutputStream(pa.PythonFile(_Kept(out), mode="w"), "zstd") as packing:
        yield packing


def unpacked(archive: Archive, member: str, put: Any, room: Path) -> None:
    """Hand over what was packed, and no more than the manifest tells: a few bytes can be packed terabytes.

    room: a file that may be made for it
    Raises: BackupError
    """
    import pyarrow as pa

    manifest = archive.manifest
    known = (manifest.database or {}).get("sizes", {}).get(member)
    left = known if known is not None else _MOST_TIMES * manifest.members[member].size
    archive.extract(member, room)
    with pa.input_stream(str(room), compression="zstd") as source:
        while piece := source.read(CHUNK):
            left -= len(piece)
            if left < 0:
                raise damaged(archive.name, member)
            put(piece)
    room.unlink()


class _Kept:
    """A file that its packer does not close."""

    closed = False

    def __init__(self, out: Any) -> None:
        self._out = out

    def write(self, data: Any) -> int:
        return int(self._out.write(bytes(data)))

    def flush(self) -> None:
        """Nothing is kept back here."""

    def close(self) -> None:
        """Its owner does."""
