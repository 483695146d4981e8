"""A scratch database for one import: what is read lies there until it is committed or thrown away."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa

from mainstay.ledger.sql import connect


def quoted(name: str) -> str:
    """An identifier as SQL wants it."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A text as SQL wants it."""
    return "'" + value.replace("'", "''") + "'"


class Staging:
    """DuckDB in memory, spilling to a folder of its own when a file is larger than the memory."""

    def __init__(self, *, memory: str = "1200MB", folder: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mainstay-import-", dir=folder))
        self.con = connect(memory_limit=memory, scratch=self.folder / "spill")
        self._names = 0
        self.run("SET TimeZone = 'UTC'")

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self.con.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def name(self, stem: str) -> str:
        """A name for a table or file that nothing else here has."""
        self._names += 1
        return f"{stem}_{self._names}"

    def plain_path(self, path: Path) -> Path:
        """The file under a name that DuckDB takes for one file, not for a pattern of many."""
        if not any(sign in str(path) for sign in "*?[{"):
            return path
        link = self.folder / self.name("file")
        link.symlink_to(path.resolve())
        return link

    def run(self, query: str, values: Iterable[Any] = ()) -> None:
        # Everything must be read to its end before the next statement.
        self.con.execute(query, list(values)).fetchall()

    def rows(self, query: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        return self.con.execute(query, list(values)).fetchall()

    def one(self, query: str, values: Iterable[Any] = ()) -> tuple[Any, ...]:
        return self.rows(query, values)[0]

    def arrow(self, query: str) -> pa.Table:
        return self.con.sql(query).to_arrow_table()

    def keep(self, name: str, table: pa.Table) -> None:
        """Store an Arrow table under a name."""
        self.con.register(f"{name}_given", table)
        self.run(f"CREATE TABLE {name} AS SELECT * FROM {name}_given")
        self.con.unregister(f"{name}_given")

    def batches(self, query: str, rows: int = 122_880) -> pa.RecordBatchReader:
        return self.con.sql(query).to_arrow_reader(rows)
