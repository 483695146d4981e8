"""Any SQL database: by its address and a query, streamed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

import pyarrow as pa

from mainstay.core.errors import UnreadableFile
from mainstay.core.texts import gettext_noop
from mainstay.ledger.readers.headings_row import checked_headings
from mainstay.ledger.readers.types import ROW, Raw, ReadOptions
from mainstay.ledger.staging import Staging

BATCH = 50_000


def is_database(place: str) -> bool:
    """Whether a place is the address of a database: postgresql://…, sqlite:///…"""
    return "://" in place


def read_database(staging: Staging, address: str, options: ReadOptions) -> list[Raw]:
    """The rows of a query as one raw table of texts.

    Raises: UnreadableFile; passwords are in no message
    """
    import sqlalchemy as sa
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    try:
        url = sa.make_url(address)
    except ArgumentError as error:
        raise UnreadableFile(
            gettext_noop(
                "“{place}” is no address of a database: write it as postgresql://user:password@host/name."
            ),
            place=address.split("://")[0] + "://…",
        ) from error
    shown = f"{url.get_backend_name()}:{url.database or ''}"
    if not options.sql:
        raise UnreadableFile(
            gettext_noop("“{place}” is a database: say with --sql which rows to load."), place=shown
        )
    try:
        engine = sa.create_engine(url)
        try:
            with engine.connect().execution_options(stream_results=True, yield_per=BATCH) as con:
                result = con.execute(sa.text(options.sql))
                batches = result.partitions(BATCH)
                if options.start_only:
                    batches = islice(batches, 1)
                return [_staged(staging, shown, list(result.keys()), batches)]
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        raise UnreadableFile(
            gettext_noop("The database “{place}” gave no rows: {why}"), place=shown, why=_why(error)
        ) from error


def _why(error: Exception) -> str:
    reason = getattr(error, "orig", None) or error
    return str(reason).strip().splitlines()[0]


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
