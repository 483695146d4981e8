"""Any SQL database: by its address and a query, streamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from mainstay.core.errors import UnreadableFile
from mainstay.core.texts import gettext_noop
from mainstay.ledger.readers.headings_row import checked_headings
from mainstay.ledger.readers.types import ROW, Raw, ReadOptions
from mainstay.ledger.staging import Staging

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine

BATCH = 50_000
# The drivers that our extras bring, where an address names none.
_DRIVERS = {"mysql": "pymysql", "mariadb": "pymysql", "mssql": "pymssql"}
_EXTRAS = {"mysql": "mainstay[mariadb]", "mariadb": "mainstay[mariadb]", "mssql": "mainstay[mssql]"}
_OTHERS = {"hana": "sqlalchemy-hana", "oracle": "oracledb"}
# A query of a DuckDB file could read any file of this machine, and the network.
_SHUT_IN = {"duckdb": {"config": {"enable_external_access": "false"}}}
_NO_DRIVER = gettext_noop(
    "There is no driver for databases of the kind “{kind}” here; install one: pip install '{package}'"
)
_NO_ROWS = gettext_noop("The database “{place}” gave no rows: {why}")
_NOT_REACHED = gettext_noop(
    "The database “{place}” can't be reached: {why}. Check host, port, name, user and password."
)
# How drivers are told that a connection has to stand within some seconds.
_PATIENCE = {
    "postgresql": ("connect_timeout",),
    "mysql": ("connect_timeout", "read_timeout"),
    "mariadb": ("connect_timeout", "read_timeout"),
    "mssql": ("login_timeout",),
}


def is_database(place: str) -> bool:
    """Whether a place is the address of a database: postgresql://…, sqlite:///…"""
    return "://" in place


def url_of(address: str, secret: str | None = None) -> URL:
    """The address of a database, with its driver.

    secret: the password, where the address has none
    Raises: UnreadableFile; passwords are in no message
    """
    import sqlalchemy as sa
    from sqlalchemy.exc import ArgumentError

    try:
        url = sa.make_url(address)
    except ArgumentError as error:
        raise UnreadableFile(
            gettext_noop(
                "“{place}” is no address of a database: write it as postgresql://user:password@host/name."
            ),
            place=address.split("://")[0] + "://…",
        ) from error
    if driver := _DRIVERS.get(url.drivername):
        url = url.set(drivername=f"{url.drivername}+{driver}")
    if secret and url.password is None and url.username:
        url = url.set(password=secret)
    return url


def shown(url: URL) -> str:
    """What people call a database, without who signs in: postgresql:books"""
    return f"{url.get_backend_name()}:{url.database or ''}"


def read_database(staging: Staging, address: str, options: ReadOptions) -> list[Raw]:
    """The rows of a query as one raw table of texts.

    Raises: UnreadableFile; passwords are in no message
    """
    url = url_of(address)
    if not options.sql:
        raise UnreadableFile(
            gettext_noop("“{place}” is a database: say with --sql which rows to load."),
            place=shown(url),
        )
    return [read_query(staging, url, options.sql, most=BATCH if options.start_only else None)]


def read_query(
    staging: Staging,
    url: URL,
    sql: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    most: int | None = None,
) -> Raw:
    """The rows of one query.

    most: so many rows are enough; None = all
    Raises: UnreadableFile
    """
    import sqlalchemy as sa

    batch = min(BATCH, most or BATCH)
    with _engine(url, _NO_ROWS, _SHUT_IN.get(url.get_backend_name(), {})) as engine:
        options: dict[str, Any] = {"stream_results": True, "yield_per": batch}
        if engine.dialect.name == "postgresql":
            options["postgresql_readonly"] = True
        with engine.connect().execution_options(**options) as con:
            result = con.execute(sa.text(sql), dict(parameters or {}))
            batches = result.partitions(batch)
            if most is not None:
                batches = islice(batches, 1)
            return _staged(staging, shown(url), list(result.keys()), batches)


def reach(address: str, secret: str | None, *, seconds: int) -> None:
    """Connect to a database on a server and leave again; nothing is asked.

    seconds: within which the connection has to stand, where the driver can be told
    Raises: UnreadableFile; passwords are in no message
    """
    url = url_of(address, secret)
    patience = dict.fromkeys(_PATIENCE.get(url.get_backend_name(), ()), seconds)
    with _engine(url, _NOT_REACHED, patience) as engine, engine.connect():
        pass


@contextmanager
def _engine(url: URL, said: str, connect_args: Mapping[str, Any]) -> Iterator[Engine]:
    """SQLAlchemy's engine; what goes wrong with it is `said`, with the driver's reason.

    Raises: UnreadableFile
    """
    import sqlalchemy as sa
    from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError

    try:
        engine = sa.create_engine(url, connect_args=dict(connect_args))
        try:
            yield engine
        finally:
            engine.dispose()
    except (ImportError, NoSuchModuleError) as error:
        kind = url.get_backend_name()
        package = _EXTRAS.get(kind) or _OTHERS.get(kind) or f"sqlalchemy-{kind}"
        raise UnreadableFile(_NO_DRIVER, kind=kind, package=package) from error
    except SQLAlchemyError as error:
        raise UnreadableFile(said, place=shown(url), why=_why(error, url)) from error


def _why(error: Exception, url: URL) -> str:
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0].rstrip(".")
    # Some drivers repeat the whole address.
    return reason.replace(str(url.password), "…") if url.password else reason


def _staged(
    staging: Staging, source: str, names: list[str], batches: Iterable[Iterable[Any]]
) -> Raw:
    headings = checked_headings(source, names)
    relation = staging.name("raw")
    columns = ", ".join(f"c{i} VARCHAR" for i in range(len(headings)))
    staging.run(f"CREATE TABLE {relation} ({ROW} BIGINT, {columns})")
    first = 2
    for batch in batches:
        cells = list(zip(*batch, strict=True))
        if not cells:
            continue
        n = len(cells[0])
        arrays = [pa.array(range(first, first + n), pa.int64())]
        arrays += [pa.array([_text(value) for value in column], pa.string()) for column in cells]
        given = pa.table(arrays, names=[ROW, *(f"c{i}" for i in range(len(headings)))])
        staging.con.register("batch", given)
        staging.run(f"INSERT INTO {relation} SELECT * FROM batch")
        staging.con.unregister("batch")
        first += n
    return Raw(relation, source, headings, ("VARCHAR",) * len(headings), first - 2)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return str(value)
