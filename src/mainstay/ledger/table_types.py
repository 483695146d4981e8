"""What a table is: its columns, and what its rows can't say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from string import Formatter
from typing import Any, Literal

import pyarrow as pa

Kind = Literal["text", "date", "moment", "money", "number", "integer", "choice", "yes_no"]

MONEY = pa.decimal128(18, 4)
MONEY_UNIT = 10_000  # the store's integer per one unit of currency
LARGEST = 10**12  # no amount comes to it, in any currency
A_YEAR = 366
TOMORROW = 1  # where the day has begun already that is told of, ours may not have
TWENTY_YEARS = 20 * 366
ARROW: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "choice": pa.string(),
    "date": pa.date32(),
    "money": MONEY,
    "number": pa.float64(),
    "integer": pa.int64(),
    "yes_no": pa.bool_(),
    "moment": pa.timestamp("us", "UTC"),
}


@dataclass(frozen=True)
class Column:
    """One column of a table as users may give it.

    between: the lowest and the highest figure that it can have
    """

    name: str
    kind: Kind = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    between: tuple[int, int] | None = None

    @property
    def field(self) -> pa.Field:
        return pa.field(self.name, ARROW[self.kind])


@dataclass(frozen=True)
class Never:
    """What no row can say: two columns that contradict each other.

    reason: one of `checks.REASONS`
    when: SQL that is true of such a row, with {column} where the value of a column stands
    """

    reason: str
    when: str

    @property
    def columns(self) -> tuple[str, ...]:
        names = (name for _, name, _, _ in Formatter().parse(self.when) if name)
        return tuple(dict.fromkeys(names))

    def sql(self, value: Callable[[str], str]) -> str:
        """value: of a column, as SQL"""
        return self.when.format(**{name: value(name) for name in self.columns})


@dataclass(frozen=True)
class Stays:
    """What stays in a row that says `word` in `column`: no file writes over these columns any more.

    reason: one of `checks.REASONS`
    """

    reason: str
    column: str
    word: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Outsider:
    """Whom a row names must neither look after its account nor stand in for who does, on that day.

    reason: one of `checks.REASONS`
    column: the code of one of ours
    on: the columns with the day; the first that is not empty counts
    """

    reason: str
    column: str
    on: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One table: its columns, what makes a row the same row, and how it changes over time.

    key: columns that name a row; a later record with the same key replaces it
    happened: the column that says when it happened; the assumed date of recording for history
    by_month, by_week: that column names a month (a week from Monday to Sunday) by any of its days; it
        has happened when that has ended
    whole: each import replaces the table as a whole (open orders)
    by_machine: rows count from when they happened; rows from people count from when recorded
    one_of: at least one of these columns must be there
    ahead_days: how far ahead of the day it is told a row's date may lie; None = as plans may
    back_days: how far back of it; None = as far as any date
    past: columns, beside `happened`, with what has happened when it is told: a day ahead at most, and no
        further back than the row itself may lie
    not_negative: columns whose figures are never below 0
    positive: columns whose figures are never 0 either
    ends: the columns with the lower and the upper end of a range
    span: the columns with its first and its last day
    in_order: more columns with days of which the second can't be before the first
    never: what else no row can say
    stays: what no file can write over
    outsider: who of ours may not look after the account
    shares: columns with a share of the whole, 0.5, which people also write as 50%
    made_of: where the id, which is the key, is empty, it is made of these columns
    stands_once: of rows that agree in `made_of` there is one: a row without an id is the one that stands
    first_of: a row counts from the earliest of these days, where it has several
    told_on: days that come after the row's first, each with the columns that nobody knew before it:
        what was delivered is not known before the day of delivery
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    happened: str | None = None
    by_month: bool = False
    by_week: bool = False
    whole: bool = False
    by_machine: bool = False
    one_of: tuple[str, ...] = ()
    ahead_days: int | None = None
    back_days: int | None = None
    past: tuple[str, ...] = ()
    not_negative: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()
    ends: tuple[str, str] | None = None
    span: tuple[str, str] | None = None
    in_order: tuple[tuple[str, str], ...] = ()
    never: tuple[Never, ...] = ()
    stays: Stays | None = None
    outsider: Outsider | None = None
    shares: tuple[str, ...] = ()
    made_of: tuple[str, ...] = ()
    stands_once: bool = False
    first_of: tuple[str, ...] = ()
    told_on: tuple[tuple[str, ...], ...] = ()

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns if c.required)

    @property
    def ordered(self) -> tuple[tuple[str, str], ...]:
        """All pairs of days of which the second can't be before the first."""
        return (*((self.span,) if self.span else ()), *self.in_order)

    @property
    def in_currency(self) -> bool:
        """Whether its rows name a currency that there must be. Those of machines name whatever code the
        books have; rates are looked up by it.
        """
        return not self.by_machine and any(c.name == "currency" for c in self.columns)

    @property
    def arrow(self) -> pa.Schema:
        return pa.schema([c.field for c in self.columns])


def noted(name: str, columns: str, key: str, **options: Any) -> Table:
    """Read a table from short notation: `name:kind*` with * for required.

    `a|b` instead of a kind for choices, `-2..2` for an integer between the two.
    """
    parsed = tuple(_column(word) for word in columns.split())
    return Table(name, parsed, tuple(key.split()), **options)


def _column(word: str) -> Column:
    required = word.endswith("*")
    name, _, kind = word.rstrip("*").partition(":")
    if "|" in kind:
        return Column(name, "choice", required, tuple(kind.split("|")))
    if ".." in kind:
        lowest, highest = map(int, kind.split(".."))
        return Column(name, "integer", required, between=(lowest, highest))
    return Column(name, kind or "text", required)  # type: ignore[arg-type]
