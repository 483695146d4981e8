"""Reading files as they are: every reader gives raw tables, with nothing dropped."""

from __future__ import annotations

from pathlib import Path

from mainstay.core.errors import UnreadableFile
from mainstay.core.texts import gettext_noop
from mainstay.ledger.readers.delimited import read_delimited
from mainstay.ledger.readers.parquet import read_parquet
from mainstay.ledger.readers.types import ROW, Raw, ReadOptions
from mainstay.ledger.staging import Staging

__all__ = ["ROW", "Raw", "ReadOptions", "read_source"]


def read_source(staging: Staging, place: str | Path, options: ReadOptions) -> list[Raw]:
    """All tables in a file or database: one for most files, one a sheet for workbooks.

    Raises: UnreadableFile
    """
    path = Path(place)
    if not path.is_file():
        raise UnreadableFile(
            gettext_noop("There is no file “{file}”: check its name and folder."), file=str(place)
        )
    with path.open("rb") as file:
        start = file.read(4)
    reader = read_parquet if start == b"PAR1" else read_delimited
    return reader(staging, path, options)
