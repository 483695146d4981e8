"""A scratch database for one import: what is read lies there until it is committed or thrown away."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa

from mainstay.ledger.sql import connect
from mainstay.ledger.workplace import held, is_held


def quoted(name: str) -> str:
    """An identifier as SQL wants it."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A text as SQL wants it."""
    return "'" + value.replace("'", "''") + "'"


PREFIX = "mainstay-import-"


class Staging:
    """DuckDB in memory, spilling to a folder of its own when a file is larger than the memory.

    What killed imports left beside that folder is cleared away.
    """

    def __init__(self, *, memory: str = "1200MB", folder: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
        self._holding = ExitStack()
        self._holding.enter_context(held(self.folder))
        _sweep(self.folder.parent)
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
        self._holding.close()

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


def _sweep(place: Path) -> None:
    """Delete the folders of imports that were killed; those of others are left to them."""
    for left in place.glob(f"{PREFIX}*"):
        try:
            if left.stat().st_uid == os.geteuid() and not is_held(left):
                shutil.rmtree(left, ignore_errors=True)
        except OSError:
            continue
