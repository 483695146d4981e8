"""What every reader gets and gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ROW = "row"  # the column of each raw table with the row's number in its source


@dataclass(frozen=True)
class ReadOptions:
    """What a user may say about a file; None where the file is to tell itself.

    sheet: the only sheet to be read
    encoding: of text files, any name that Python knows
    delimiter: of text files
    password: of encrypted workbooks
    sql: the query, where the place is a database
    start_only: the start of large sources is enough, to propose how they would be read
    """

    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    password: str | None = None
    sql: str | None = None
    start_only: bool = False


@dataclass(frozen=True)
class Raw:
    """One source as it is: a relation in the staging database, nothing dropped, nothing changed.

    relation: has the column `row` (the heading being row 1) and c0, c1… as in the source
    source: what people call it: the file, and the sheet where there are several
    headings: as written, one for each of c0, c1…
    types: their DuckDB types; VARCHAR where the source has only text
    table: a table with c0, c1… of the same rows in the same order; None = there is none
    broken: a relation `row, reason, line` of rows that have no columns; None = there are none
    """

    relation: str
    source: str
    headings: tuple[str, ...]
    types: tuple[str, ...]
    rows: int
    table: str | None = None
    broken: str | None = None
    broken_rows: int = 0
    sheet: str | None = None
    encoding: str | None = None
    start_only: bool = False  # there is more of it
    wrong_encoding: int = 0  # how many of the broken rows are in another encoding
    keep: Any = field(default=None, repr=False, compare=False)  # memory that the relation reads

    @property
    def rows_read(self) -> int:
        return self.rows + self.broken_rows

    def kind(self, column: str) -> str:
        """The DuckDB type of c0, c1…"""
        return self.types[int(column[1:])]

    def is_text(self, column: str) -> bool:
        return self.kind(column) == "VARCHAR"

    def column(self, heading: str) -> str:
        """c0, c1… of a heading."""
        return f"c{self.headings.index(heading)}"
