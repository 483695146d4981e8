"""`mainstay move`: an installation's SQLite database taken over into PostgreSQL, and compared.

The SQLite files are read in one view of them and never written. The state of the move lies in the
target: killed at any moment, it goes on behind its last chunk, after looking whether what was moved so far
is still what the files hold; a table that has changed since is moved anew.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from mainstay.core.errors import InvalidSetting
from mainstay.core.home import Home
from mainstay.core.texts import gettext_noop
from mainstay.desk import database, moved, postgres, serve
from mainstay.desk.locks import Taken, only_one
from mainstay.desk.moving.carry import Carried, Progress, carry, parts_of
from mainstay.desk.moving.source import Source
from mainstay.desk.moving.target import Target
from mainstay.desk.postgres import JOBS_SCHEMA, DatabaseError, first_line


@dataclass(frozen=True)
class Result:
    """What was moved, and what is to be set from now on: the address, without its password."""

    address: str
    carried: Carried


def move(
    home: Home,
    to: str,
    *,
    written: str = "--to",
    drop_zero_bytes: bool = False,
    progress: Progress = lambda done, total: None,
) -> Result:
    """Take an installation's SQLite database over into PostgreSQL.

    to: the address of an empty database, or of a move that was begun; written: where that stands
    drop_zero_bytes: texts without the zero bytes in them, which PostgreSQL can't hold
    Raises: InvalidSetting, NotFound, DatabaseError, ValuesRefused; what was moved until then stays for
        the next start
    """
    file = _source_file(home)
    settings = _target_settings(to, written)
    os.environ.update(MAINSTAY_HOME=str(home.folder), DATABASE_URL=to)
    with ExitStack() as stack:
        _hold(stack, home)
        source = stack.enter_context(Source.open(file))
        serve.set_up()
        _same_version(source)
        jobs = home.folder / "jobs.sqlite3"
        files = [source, *([stack.enter_context(Source.open(jobs))] if jobs.exists() else [])]
        connection = stack.enter_context(
            postgres.connect(settings, written=written, autocommit=True)
        )
        postgres.check_kind(connection, settings)
        target = Target(connection)
        _begin(target, settings, home, file)
        try:
            _make_tables(settings, home)
            schemas = (target.schema, JOBS_SCHEMA)
            sources = list(zip(files, schemas, strict=False))
            parts = parts_of(target, sources, drop_zero_bytes=drop_zero_bytes)
            carried = carry(target, parts, progress)
        except psycopg.Error as error:
            raise _stopped(error) from error
        moved.mark(home, postgres.address_shown(settings))
        target.tidy()
    return Result(postgres.address_shown(settings), carried)


def _source_file(home: Home) -> Path:
    """The SQLite file of the installation. Raises: InvalidSetting where it has another database"""
    made = database.of_home(home)
    if not made["ENGINE"].endswith("sqlite3"):
        raise InvalidSetting(
            gettext_noop(
                "DATABASE_URL names a PostgreSQL database already. To move what lies in “{file}”, unset it "
                "for this command."
            ),
            file=str(home.database),
        )
    return Path(made["NAME"])


def _target_settings(to: str, written: str) -> dict[str, Any]:
    if to.partition("://")[0] not in database.POSTGRES:
        raise InvalidSetting(
            gettext_noop("{written} must be like postgresql://user:password@host:5432/name."),
            written=written,
        )
    return database.postgres(to, written)


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


def _begin(target: Target, settings: dict[str, Any], home: Home, file: Path) -> None:
    """Take the target for this move. Raises: DatabaseError where it is not for the taking"""
    name = settings["NAME"]
    if not target.alone():
        raise DatabaseError(
            gettext_noop("Another move into the database “{name}” is running."), name=name
        )
    if target.begun():
        if finished := target.finished_at():
            if target.source() == str(file):
                moved.mark(
                    home, postgres.address_shown(settings)
                )  # it may have been killed just before
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
    """The desk's and the jobs' tables, as a start of the desk would make them, but empty.

    `migrate` would write kinds of rows and permissions of its own after each start, also beside those
    that were moved before a move was broken off.
    """
    from dbos import DBOS
    from django.db import Error, connection, connections
    from django.db.migrations.executor import MigrationExecutor
    from sqlalchemy.exc import DBAPIError

    try:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
        connections.close_all()
        DBOS.migrate(database.jobs_url(settings, home), schema=JOBS_SCHEMA)
    except (Error, DBAPIError) as error:
        raise psycopg.Error(first_line(error)) from error


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
