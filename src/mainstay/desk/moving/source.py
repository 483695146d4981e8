"""What is moved: one consistent view of the SQLite files, read and never written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mainstay.core.errors import NotFound
from mainstay.core.texts import gettext_noop
from mainstay.desk.postgres import DatabaseError, first_line

CHUNK_ROWS = 10_000
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Source:
    """One SQLite file, as it was when it was opened."""

    connection: sqlite3.Connection
    file: Path

    @classmethod
    @contextmanager
    def open(cls, file: Path) -> Iterator[Source]:
        """Raises: NotFound; DatabaseError for a file that is no database"""
        if not file.is_file():
            raise NotFound(
                gettext_noop("“{file}” is not there, so there is nothing to move."), file=str(file)
            )
        with closing(
            sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        ) as connection:
            # Bytes that are no text are found and told, row by row.
            connection.text_factory = lambda held: held.decode("utf-8", "surrogateescape")
            with reading(file):
                connection.execute("BEGIN")
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            yield cls(connection, file)

    def tables(self) -> dict[str, list[str]]:
        """The columns of each table."""
        names = self.connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
            "ORDER BY name"
        ).fetchall()
        return {
            name: [row[1] for row in self.connection.execute(f"PRAGMA table_info({_quoted(name)})")]
            for (name,) in names
        }

    def count(self, table: str) -> int:
        (n,) = self.connection.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()
        return int(n)

    def migrations(self) -> set[tuple[str, str]]:
        """What was done to the desk's tables so far."""
        if "django_migrations" not in self.tables():
            return set()
        return set(self.connection.execute("SELECT app, name FROM django_migrations"))

    def chunks(
        self, table: str, columns: list[str], after: int | None = None, until: int | None = None
    ) -> Iterator[Rows]:
        """A table's rows in the order of their numbers, each headed by its own.

        after, until: of these numbers alone, `until` among them; None = no limit
        """
        chosen = ", ".join(_quoted(name) for name in columns)
        limits = [("rowid > ?", after), ("rowid <= ?", until)]
        given = [(words, n) for words, n in limits if n is not None]
        where = " WHERE " + " AND ".join(words for words, _ in given) if given else ""
        with reading(self.file):
            cursor = self.connection.execute(
                f"SELECT rowid, {chosen} FROM {_quoted(table)}{where} ORDER BY rowid",
                [n for _, n in given],
            )
            while rows := cursor.fetchmany(CHUNK_ROWS):
                yield rows

    def last_number(self, table: str) -> int:
        """The highest number that a row of the table ever had: none is given again."""
        if not self.connection.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'"
        ).fetchone():
            return 0
        found = self.connection.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = ?", [table]
        ).fetchone()
        return int(found[0]) if found else 0

    def key(self, table: str, row: int) -> str:
        """A row's own key, for people who look for it."""
        columns = [
            name
            for _, name, *_, place in self.connection.execute(
                f"PRAGMA table_info({_quoted(table)})"
            )
            if place
        ]
        if not columns:
            return str(row)
        chosen = ", ".join(_quoted(name) for name in columns)
        found = self.connection.execute(
            f"SELECT {chosen} FROM {_quoted(table)} WHERE rowid = ?", [row]
        ).fetchone()
        return ", ".join(map(str, found))


@contextmanager
def reading(file: Path) -> Iterator[None]:
    """Raises: DatabaseError where SQLite can't read the file"""
    try:
        yield
    except sqlite3.Error as error:
        raise DatabaseError(
            gettext_noop("“{file}” can't be read: {reason}."),
            file=str(file),
            reason=first_line(error),
        ) from None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
