"""Reading files as they are: every reader gives raw tables, with nothing dropped."""

from __future__ import annotations

from pathlib import Path

from mainstay.core.errors import UnreadableFile
from mainstay.core.texts import gettext_noop
from mainstay.ledger.readers.database import is_database, read_database
from mainstay.ledger.readers.delimited import read_delimited
from mainstay.ledger.readers.detect import file_kind
from mainstay.ledger.readers.excel import read_workbook
from mainstay.ledger.readers.parquet import parquet_files, read_parquet, read_parquet_folder
from mainstay.ledger.readers.spark import is_spark, read_spark
from mainstay.ledger.readers.types import ROW, Raw, ReadOptions
from mainstay.ledger.staging import Staging

__all__ = ["ROW", "Raw", "ReadOptions", "read_source"]


def read_source(staging: Staging, place: str | Path, options: ReadOptions) -> list[Raw]:
    """All tables in a file, folder or database: one for most, one a sheet for workbooks.

    Raises: UnreadableFile
    """
    if is_spark(place):
        return read_spark(staging, str(place), options)
    if is_database(str(place)):
        return read_database(staging, str(place), options)
    path = Path(place)
    if path.is_dir() and parquet_files(path):
        return read_parquet_folder(staging, path, options)
    kind = file_kind(path)
    if options.sheet is not None and kind in ("parquet", "text"):
        raise UnreadableFile(
            gettext_noop(
                "“{file}” is no workbook and has no sheet “{sheet}”: load it without naming a sheet."
            ),
            file=path.name,
            sheet=options.sheet,
        )
    if kind == "parquet":
        return read_parquet(staging, path, options)
    if kind == "text":
        return read_delimited(staging, path, options)
    return read_workbook(staging, path, options, locked=kind == "locked_workbook")
