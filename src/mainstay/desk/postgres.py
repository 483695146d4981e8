"""Whether a PostgreSQL database is one that the desk can live in; what is wrong, in one sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mainstay.core.errors import InvalidSetting, MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.desk.database import WRITTEN

if TYPE_CHECKING:
    import psycopg

LEAST_VERSION = 14  # what Django 5.2 needs
JOBS_SCHEMA = "mainstay_jobs"
WAIT_SECONDS = 10

# Of the server's words, which come in its own language; what is not among them is told as it is.
_NOT_LET_IN = r"authentication failed|no password supplied|role \"|pg_hba\.conf"
# Classes of SQLSTATE: the connection failed, the server ends or begins, it has no connection left.
_AWAY = ("08", "57P", "53300")
_NO_VALUE = r"connection is bad: (invalid|unsupported) "
_NOT_SECURED = r"certificate|does not support SSL"
_UNUSABLE = gettext_noop("{written} can't be used: {reason}.")
_NO_SUCH = r"database \"[^\"]*\" does not exist"


class DatabaseError(MainstayError):
    """The database does not answer, or is none that the desk can live in."""

    code = "database_error"


class DatabaseAway(DatabaseError):
    """The server does not answer."""


class MoveUnfinished(DatabaseError):
    """The database is one into which something is still being moved."""


def connect(
    settings: dict[str, Any], *, written: str = WRITTEN, **options: Any
) -> psycopg.Connection[Any]:
    """A connection of its own, beside Django's pool, in UTC.

    settings: Django's, see `database.postgres`; written: where their address stands
    Raises: DatabaseError, InvalidSetting
    """
    import psycopg

    given = {name: value for name, value in settings["OPTIONS"].items() if name != "pool"}
    named = {
        "dbname": settings["NAME"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "host": settings["HOST"],
        "port": settings["PORT"],
    }
    given = {"connect_timeout": WAIT_SECONDS} | given | {k: v for k, v in named.items() if v}
    try:
        made = psycopg.connect(**given, **options)
    except psycopg.ProgrammingError as error:  # an option that there is not
        raise InvalidSetting(_UNUSABLE, written=written, reason=first_line(error)) from None
    except psycopg.Error as error:
        raise _refused(settings, written, error) from None
    made.execute("SET TIME ZONE 'UTC'")
    return made


def check(settings: dict[str, Any]) -> None:
    """Look at the database before anything is written into it.

    Raises: DatabaseError, InvalidSetting
    """
    with connect(settings, autocommit=True) as connection:
        check_kind(connection, settings)
        unfinished = connection.execute(
            "SELECT to_regclass('mainstay_move') IS NOT NULL"
        ).fetchone()
        if (
            unfinished == (True,)
            and connection.execute(
                "SELECT 1 FROM mainstay_move WHERE finished_at IS NULL"
            ).fetchone()
        ):
            raise MoveUnfinished(
                gettext_noop(
                    "A move into the database “{name}” was begun and is not finished; go on with it by "
                    "`mainstay move --to` and this address, with DATABASE_URL unset."
                ),
                name=settings["NAME"],
            )


def check_kind(connection: psycopg.Connection[Any], settings: dict[str, Any]) -> None:
    """Raises: DatabaseError for a version, an encoding or rights with which the desk can't live"""
    version = connection.info.server_version // 10_000
    if version < LEAST_VERSION:
        raise DatabaseError(
            gettext_noop(
                "The server at {place} is PostgreSQL {version}; Mainstay needs {least} or newer."
            ),
            place=place(settings),
            version=version,
            least=LEAST_VERSION,
        )
    (encoding,) = connection.execute("SHOW server_encoding").fetchone() or ("",)
    if encoding != "UTF8":
        raise DatabaseError(
            gettext_noop(
                "The database “{name}” keeps texts as {encoding}, in which names of many languages "
                "can't be written; make one with `createdb --encoding UTF8 --template template0 NAME`."
            ),
            name=settings["NAME"],
            encoding=encoding,
        )
    may = connection.execute(_MAY_CREATE, {"jobs": JOBS_SCHEMA}).fetchone()
    if may != (True,):
        raise DatabaseError(
            gettext_noop(
                "{user} may not make tables in the database “{name}”; make it the owner: "
                "`ALTER DATABASE {name} OWNER TO {user}`."
            ),
            user=connection.info.user,
            name=settings["NAME"],
        )


# Once all is there no more rights are needed; since version 15 `public` is nobody's but the owner's.
_MAY_CREATE = """
SELECT (to_regclass('django_migrations') IS NOT NULL
        OR COALESCE(has_schema_privilege(current_schema(), 'CREATE'), FALSE))
   AND (EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = %(jobs)s)
        OR has_database_privilege(current_database(), 'CREATE'))
"""


def place(settings: dict[str, Any]) -> str:
    """Where the server is, for people: host:port, or the socket's folder."""
    host = settings["HOST"] or "localhost"
    return host if host.startswith("/") else f"{host}:{settings['PORT'] or 5432}"


def address_shown(settings: dict[str, Any]) -> str:
    """The address without its password."""
    where = place(settings)
    who = f"{settings['USER']}@" if settings["USER"] else ""
    if where.startswith("/"):
        return f"postgresql://{who}/{settings['NAME']}?host={where}"
    return f"postgresql://{who}{where}/{settings['NAME']}"


def lost(error: BaseException | None) -> bool:
    """Whether an error, or what it came of, is that the server does not answer or has ended the connection."""
    import psycopg

    while error is not None and not isinstance(error, psycopg.Error):
        error = error.__cause__ or error.__context__
    if not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(_AWAY)


def first_line(error: BaseException) -> str:
    """What a server or library said, without its hints and without the full stop."""
    lines = str(error).strip().splitlines()
    return lines[0].strip().rstrip(".") if lines else type(error).__name__


def _refused(settings: dict[str, Any], written: str, error: Exception) -> MainstayError:
    said, kind = str(error), DatabaseError
    if re.search(_NO_VALUE, said):
        return InvalidSetting(_UNUSABLE, written=written, reason=first_line(error))
    if re.search(_NO_SUCH, said):
        template = gettext_noop(
            "There is no database “{name}” at {place}; make it there with "
            "`createdb --encoding UTF8 {name}`."
        )
    elif re.search(_NOT_LET_IN, said):
        template = gettext_noop(
            "PostgreSQL at {place} does not let “{user}” into “{name}”: are user and password those of the "
            "server, and does it take connections from here ({reason})?"
        )
    elif re.search(_NOT_SECURED, said):
        template = gettext_noop(
            "The connection to PostgreSQL at {place} can't be secured as sslmode in {written} asks for "
            "({reason}): name the file of its root certificate there with sslrootcert=, or switch TLS on at "
            "the server."
        )
    else:
        template = gettext_noop(
            "PostgreSQL at {place} does not answer ({reason}). Is it running, and is the address in "
            "{written} right?"
        )
        kind = DatabaseAway
    return kind(
        template,
        written=written,
        place=place(settings),
        name=settings["NAME"],
        user=settings["USER"],
        reason=first_line(error),
    )
