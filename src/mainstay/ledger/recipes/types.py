"""What a recipe is: queries, each with the table that it fills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# Parameters of every query beside the recipe's own variables: from when on rows are asked for, as a
# moment, and as a day 20240305 for databases that keep dates as text.
SINCE, SINCE_DAY = "since", "since_day"
OVERLAP_DAYS = 2


@dataclass(frozen=True)
class Variable:
    """What a user may say: the company, an organisation.

    default: None = it must be said
    """

    name: str
    about: str
    default: str | None = None


@dataclass(frozen=True)
class Query:
    """One query, and the table of ours that its rows are.

    name: unique in the recipe; that of the table, where only one query fills it
    line: of the file, where the SQL begins
    columns: from our column to the query's; {} = the query names its columns as we do
    changed: the query's column with when a row was changed last; None = all rows are read each time
    overlap_days: how far before the last change seen one begins again
    gone: the query's column that says that an order counts no more: cancelled, or a draft again
    values: by our column, what a word of the ERP is in ours: currency, 人民币 → CNY
    negative: kinds of lines whose amounts and quantities lie below 0, however the ERP writes them
    """

    name: str
    table: str
    sql: str
    line: int
    columns: Mapping[str, str] = field(default_factory=dict)
    changed: str | None = None
    overlap_days: int = OVERLAP_DAYS
    gone: str | None = None
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    negative: tuple[str, ...] = ()
    fee_codes: tuple[str, ...] = ()
    currency: str | None = None
    amount_from: tuple[str, str] | None = None


@dataclass(frozen=True)
class Recipe:
    """How to read one ERP.

    file: what people call the file that it was read from
    databases: the backends of SQLAlchemy that it is written for: postgresql, mssql, mysql…
    version: of the ERP; source: where its tables are described; tested: what it was run on
    queries: in the order in which they are run
    """

    name: str
    title: str
    file: str
    databases: tuple[str, ...]
    version: str
    source: str
    tested: str
    variables: tuple[Variable, ...]
    queries: tuple[Query, ...]
