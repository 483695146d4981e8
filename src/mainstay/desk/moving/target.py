"""Where it is moved to: PostgreSQL's tables, and what is kept there of a move that is under way.

Each chunk of rows is written together with its mark, so that a killed move goes on behind its last one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql

from mainstay.desk.moving.values import Column

CHUNK_ROWS = 10_000
# What migrations write by themselves, in the desk's schema and in the jobs'.
OF_MIGRATIONS = ("django_migrations", "dbos_migrations")
MADE_BY_MIGRATIONS = (*OF_MIGRATIONS, "django_content_type", "auth_permission")


@dataclass(frozen=True)
class Mark:
    """A chunk that is there: the number of its last row, how many, and their sum."""

    last: int
    n_rows: int
    total: int


@dataclass(frozen=True)
class Place:
    """A table of PostgreSQL's."""

    schema: str
    name: str

    @property
    def sql(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Target:
    """The database, by a connection of its own that commits each statement outside a transaction."""

    connection: psycopg.Connection[Any]

    def alone(self) -> bool:
        """Whether no other move writes here; holds for as long as the connection."""
        return bool(self._one("SELECT pg_try_advisory_lock(hashtext('mainstay_move'))"))

    def begun(self) -> bool:
        return bool(self._one("SELECT to_regclass('mainstay_move') IS NOT NULL"))

    def finished_at(self) -> datetime | None:
        found = self._one("SELECT max(finished_at) FROM mainstay_move")
        return found if isinstance(found, datetime) else None

    def source(self) -> str:
        """The file whose move was begun."""
        return str(self._one("SELECT max(source) FROM mainstay_move"))

    def filled(self, *schemas: str) -> list[Place]:
        """The tables in which somebody has written."""
        tables = [place for place in self.tables(*schemas) if place.name not in MADE_BY_MIGRATIONS]
        return [
            place
            for place in tables
            if self._one(sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(place.sql))
        ]

    def begin(self, file: str) -> None:
        """Say that a move is under way, before anything else is written."""
        with self.connection.transaction():
            for statement in _STATE:
                self.connection.execute(statement)
            self.connection.execute("INSERT INTO mainstay_move (source) VALUES (%s)", [file])

    @property
    def schema(self) -> str:
        """Where tables are made."""
        return str(self._one("SELECT current_schema()"))

    def tables(self, *schemas: str) -> list[Place]:
        found = self.connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_schema = ANY(%s) AND table_type = 'BASE TABLE' ORDER BY 1, 2",
            [list(schemas)],
        )
        return [Place(*row) for row in found]

    def columns(self, place: Place) -> dict[str, Column]:
        found = self.connection.execute(
            "SELECT column_name, data_type, character_maximum_length, numeric_scale, "
            "is_identity = 'YES' OR COALESCE(column_default LIKE 'nextval(%%', FALSE) "
            "FROM information_schema.columns WHERE table_schema = %s AND table_name = %s",
            [place.schema, place.name],
        )
        return {row[0]: Column(*row) for row in found}

    def loosen(self, places: Sequence[Place]) -> None:
        """Take away what links tables, and triggers, until `finish`: chunks come in any order."""
        names = [str(place) for place in places]
        with self.connection.transaction():
            self.connection.execute(_KEEP_LINKS, [names])
            links = self.connection.execute(_LINKS, [names]).fetchall()
            for schema, table, name in links:
                self.connection.execute(
                    sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(
                        sql.Identifier(schema, table), sql.Identifier(name)
                    )
                )
            for place in places:
                self._alter(place, "DISABLE TRIGGER USER")

    def marks(self, place: Place) -> list[Mark]:
        found = self.connection.execute(
            "SELECT last, n_rows, total FROM mainstay_move_chunk WHERE place = %s ORDER BY last",
            [str(place)],
        )
        return [Mark(last, n_rows, int(total)) for last, n_rows, total in found]

    def empty(self, place: Place) -> None:
        """Forget what is there of a table."""
        with self.connection.transaction():
            self.connection.execute(sql.SQL("TRUNCATE {}").format(place.sql))
            self.connection.execute(
                "DELETE FROM mainstay_move_chunk WHERE place = %s", [str(place)]
            )

    def write(
        self, place: Place, columns: Sequence[Column], rows: Iterable[Sequence[Any]], mark: Mark
    ) -> None:
        """One chunk and its mark, both or neither."""
        names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(place.sql, names)
        with self.connection.transaction(), self.connection.cursor() as cursor:
            with cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(
                "INSERT INTO mainstay_move_chunk (place, last, n_rows, total) VALUES (%s, %s, %s, %s)",
                [str(place), mark.last, mark.n_rows, mark.total],
            )

    def rows(self, place: Place, told: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
        """A table's rows, chunk by chunk; told: SQL of each column."""
        chosen = sql.SQL(", ").join(sql.SQL(one) for one in told)
        with (
            self.connection.transaction(),
            self.connection.cursor(name="mainstay_move") as cursor,
        ):
            cursor.execute(sql.SQL("SELECT {} FROM {}").format(chosen, place.sql))
            while rows := cursor.fetchmany(CHUNK_ROWS):
                yield rows

    def finish(self, places: Sequence[Place], numbers: Sequence[tuple[Place, Column, int]]) -> None:
        """Links and triggers again as they were, each link checked; numbers go on behind the last.

        numbers: table, its column that counts, the highest number that was ever given
        Raises: psycopg.errors.ForeignKeyViolation for a row that leads nowhere
        """
        with self.connection.transaction():
            for place, column, last in numbers:
                self._go_on_after(place, column, last)
            for schema, table, name, definition in self.connection.execute(
                "SELECT schema, name, link, definition FROM mainstay_move_link"
            ).fetchall():
                self.connection.execute(
                    sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                        sql.Identifier(schema, table), sql.Identifier(name), sql.SQL(definition)
                    )
                )
            for place in places:
                self._alter(place, "ENABLE TRIGGER USER")
            self.connection.execute("DROP TABLE mainstay_move_chunk, mainstay_move_link")
            self.connection.execute("UPDATE mainstay_move SET finished_at = now()")

    def tidy(self) -> None:
        """Have the server look at its tables, so that it answers as quickly as from old ones."""
        self.connection.execute("VACUUM ANALYZE")

    def _go_on_after(self, place: Place, column: Column, last: int) -> None:
        highest = sql.SQL("(SELECT COALESCE(max({}), 0) FROM {})").format(
            sql.Identifier(column.name), place.sql
        )
        self.connection.execute(
            sql.SQL(
                "SELECT setval(pg_get_serial_sequence({}, {}), greatest({}, {}, 1), greatest({}, {}) > 0)"
            ).format(
                place.sql.as_string(self.connection), column.name, highest, last, highest, last
            )
        )

    def _alter(self, place: Place, how: str) -> None:
        self.connection.execute(sql.SQL("ALTER TABLE {} {}").format(place.sql, sql.SQL(how)))

    def _one(self, query: Any) -> Any:
        row = self.connection.execute(query).fetchone()
        return row[0] if row else None


_STATE = (
    """
    CREATE TABLE mainstay_move (
        source text NOT NULL, begun_at timestamptz NOT NULL DEFAULT now(), finished_at timestamptz
    )""",
    """
    CREATE TABLE mainstay_move_chunk (
        place text, last bigint, n_rows bigint NOT NULL, total numeric NOT NULL,
        PRIMARY KEY (place, last)
    )""",
    """
    CREATE TABLE mainstay_move_link (
        schema text, name text, link text, definition text NOT NULL,
        PRIMARY KEY (schema, name, link)
    )""",
)
_FROM_LINKS = """
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE c.contype = 'f' AND n.nspname || '.' || t.relname = ANY(%s)
"""
_LINKS = f"SELECT n.nspname, t.relname, c.conname {_FROM_LINKS}"
_KEEP_LINKS = f"""
INSERT INTO mainstay_move_link
SELECT n.nspname, t.relname, c.conname, pg_get_constraintdef(c.oid) {_FROM_LINKS}
ON CONFLICT DO NOTHING
"""
