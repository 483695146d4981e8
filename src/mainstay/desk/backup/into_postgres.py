"""A PostgreSQL database out of a backup: all of it in one transaction, compared with what was written."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from mainstay.core.home import Home
from mainstay.core.texts import gettext_noop
from mainstay.desk import database, moved, postgres, serve
from mainstay.desk.backup.archive import Archive, Progress
from mainstay.desk.backup.databases import copy_out, member_of, unpacked
from mainstay.desk.backup.errors import damaged
from mainstay.desk.backup.settle import end_jobs
from mainstay.desk.moving.target import Place, Target
from mainstay.desk.postgres import DatabaseError, first_line


def load(archive: Archive, home: Home, to: str, written: str, progress: Progress) -> str:
    """Fill an empty database from a backup, and bring it up to this version; gives its address.

    home: where the rest of the backup was unpacked; written: where the address stands
    Raises: DatabaseError, BackupError; then the database has empty tables at most
    """
    settings = database.postgres(to, written)
    os.environ.update(MAINSTAY_HOME=str(home.folder), DATABASE_URL=to)
    serve.set_up()
    found = archive.manifest.database or {}
    with postgres.connect(settings, written=written, autocommit=True) as connection:
        postgres.check_kind(connection, settings)
        target = Target(connection)
        _refuse_filled(target, settings)
        try:
            _migrate_to(found["migrations"])
            with connection.transaction():
                connection.execute("SET LOCAL synchronize_seqscans = off")
                _fill(archive, target, found, home.folder / "packed", progress)
            target.tidy()
        except psycopg.Error as error:
            raise DatabaseError(
                gettext_noop("PostgreSQL stopped the restore: {reason}. Nothing was changed."),
                reason=first_line(error),
            ) from error
    serve.migrate()
    end_jobs()
    from django.db import connections

    connections.close_all()
    shown = postgres.address_shown(settings)
    moved.mark(home, shown)
    return shown


def _refuse_filled(target: Target, settings: dict[str, Any]) -> None:
    target.alone()  # from now on no move begins here
    if filled := target.filled(target.schema, postgres.JOBS_SCHEMA):
        raise DatabaseError(
            gettext_noop(
                "The database “{name}” is not empty (there are rows in {tables}); name an empty one."
            ),
            name=settings["NAME"],
            tables=", ".join(place.name for place in filled[:3]) + ("…" if filled[3:] else ""),
        )


def _migrate_to(migrations: Sequence[Sequence[str]]) -> None:
    """Make the tables as they were in the version of the backup."""
    from django.db import connection, connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    applied = {(app, name) for app, name in migrations}
    graph = executor.loader.graph
    last = [
        node
        for node in sorted(applied & set(graph.nodes))
        if not any(child in applied and child[0] == node[0] for child in _after(graph, node))
    ]
    executor.migrate(last)
    connections.close_all()


def _after(graph: Any, node: tuple[str, str]) -> list[tuple[str, str]]:
    return [child.key for child in graph.node_map[node].children]


def _fill(
    archive: Archive, target: Target, found: dict[str, Any], room: Path, progress: Progress
) -> None:
    places = {place.name: place for place in target.tables(target.schema)}
    wanted = [places[name] for name in found["tables"] if name in places]
    target.begin(archive.name)
    target.loosen(wanted)
    done = 0
    for place in wanted:
        _fill_one(archive, target, place, found, room)
        done += found["tables"][place.name]
        progress(done, sum(found["tables"].values()))
    counting = [
        (place, target.columns(place)[column], last)
        for place in wanted
        for column, last in found["numbers"].get(place.name, {}).items()
    ]
    target.finish(wanted, counting)


def _fill_one(
    archive: Archive, target: Target, place: Place, found: dict[str, Any], room: Path
) -> None:
    """One table; read back it is byte for byte what the backup holds."""
    columns = found["columns"][place.name]
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(place.sql, names)
    target.connection.execute(sql.SQL("TRUNCATE {}").format(place.sql))
    was, is_now = hashlib.sha256(), hashlib.sha256()
    with target.connection.cursor() as cursor, cursor.copy(statement) as copy:

        def put(piece: bytes) -> None:
            was.update(piece)
            copy.write(piece)

        unpacked(archive, member_of(place.name), put, room)
    n_rows = copy_out(target, place, columns, is_now.update)
    if n_rows != found["tables"][place.name] or was.digest() != is_now.digest():
        raise damaged(archive.name, member_of(place.name))
