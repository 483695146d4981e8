"""DuckDB, the way Mainstay uses it: nothing downloaded, nothing taken from Python's variables."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

MEMORY_LIMIT = "40%"  # of the machine's: what a query is asked of lies in memory beside it

_lock = threading.Lock()
_shared: list[duckdb.DuckDBPyConnection] = []

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
}


def connect(
    memory_limit: str | None = None, scratch: Path | None = None, threads: int | None = None
) -> duckdb.DuckDBPyConnection:
    """A connection of one's own to an empty database in memory, for heavy work.

    memory_limit: as DuckDB writes it ("600MB"); beyond it DuckDB works in `scratch`
    scratch: made when it is needed and gone with the connection; in the system's folder unless given
    """
    settings = dict(_SETTINGS)
    settings["memory_limit"] = memory_limit or MEMORY_LIMIT
    settings["temp_directory"] = str(
        scratch or Path(tempfile.gettempdir(), f"mainstay-{os.getpid()}")
    )
    settings["threads"] = threads or os.cpu_count() or 1
    return duckdb.connect(":memory:", config=settings)


def cursor() -> duckdb.DuckDBPyConnection:
    """A cursor on the process's one connection: ready in microseconds, for small reads.

    Cursors share the database, so nothing may be created in it under a plain name.
    """
    with _lock:
        if not _shared:
            _shared.append(connect())
        return _shared[0].cursor()


def sql(query: str, *, parameters: Mapping[str, Any] | None = None, **tables: Any) -> pa.Table:
    """The answer to a query over small tables, as an Arrow table.

    tables: Arrow tables (or anything DuckDB can register), each under its name in the query
    parameters: values for $name in the query
    """
    with connect() as con:
        for name, table in tables.items():
            con.register(name, table)
        return con.sql(query, params=dict(parameters) if parameters else None).to_arrow_table()


def quoted(word: str) -> str:
    """A text as a SQL literal."""
    return "'" + word.replace("'", "''") + "'"


def file_list(paths: list[str]) -> str:
    """Paths as a SQL list for read_parquet."""
    return "[" + ", ".join(quoted(path) for path in paths) + "]"
