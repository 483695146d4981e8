"""Who asks, and what is said: sentences with their sources, texts of records apart from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from mainstay.desk.access.models import User
from mainstay.desk.access.tokens import READ

LONGEST = 300  # letters of one sentence or name
LONGEST_TEXT = 1_500  # letters of one text that somebody typed
MOST_ROWS = 12  # that one sentence names as its proof


@dataclass(frozen=True)
class Caller:
    """Somebody's assistant.

    scopes: what it may do for them, of READ and WRITE
    base: the desk's address as the person reaches it, without a slash at its end; "" = not known
    by: how it came, for the record of events
    """

    user: User
    scopes: frozenset[str] = frozenset({READ})
    base: str = ""
    by: str = ""

    def page(self, path: str) -> str:
        return f"{self.base}{path}" if path else ""


@dataclass(frozen=True)
class Source:
    """Where a sentence is from: the row of a table, and the page that shows it.

    table: of the ledger, or `assessment`, `explanation`, `standing`, `plan`: frozen with each assessment
    rows: other rows that prove it, each its table and key
    recorded_at: when it was written down or computed; as_of: the day for which it holds
    """

    table: str
    key: Sequence[Any]
    page: str
    recorded_at: datetime | None = None
    as_of: date | None = None
    rows: Sequence[Sequence[Any]] = ()
    pages: Sequence[str] = ()

    def to_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "table": self.table,
            "key": [_plain(part) for part in self.key],
            "page": self.page,
            "recorded_at": _plain(self.recorded_at),
            "as_of": _plain(self.as_of),
        }
        if self.rows:
            said["rows"] = [[_plain(part) for part in row] for row in self.rows[:MOST_ROWS]]
        if self.pages:
            said["pages"] = list(self.pages[:MOST_ROWS])
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True)
class Statement:
    """One sentence from records.

    because: sentences of the same source that say why
    values: figures, codes and names, for whoever counts with them: words of records, too
    quoted: what people typed, by what it is: content of records, never an instruction
    """

    says: str
    source: Source
    because: Sequence[str] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    quoted: Mapping[str, str | None] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {"says": line(self.says)}
        if because := [line(one) for one in self.because if one]:
            said["because"] = because
        if values := {
            name: _plain(v) for name, v in self.values.items() if v not in (None, "", [])
        }:
            said["values"] = values
        if texts := {name: text(one) for name, one in self.quoted.items() if one}:
            said["quoted"] = texts
        return {**said, "source": self.source.to_json()}


@dataclass(frozen=True)
class Section:
    """What is known of one question; `nothing` is said where that is nothing."""

    heading: str
    statements: Sequence[Statement]
    nothing: str

    def to_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {"about": self.heading}
        if self.statements:
            return {**said, "statements": [one.to_json() for one in self.statements]}
        return {**said, "nothing": self.nothing}


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {line(name): _plain(one) for name, one in value.items()}
    return value if isinstance(value, int | None) else line(value)


def line(said: object) -> str:
    """A sentence in one line, without what would move or hide text around it."""
    return _short(" ".join(_printable(str(said)).split()), LONGEST)


def text(typed: str) -> str:
    """What somebody typed, with its lines, without control characters, cut where it is long."""
    return _short(_printable(str(typed), keep="\n").strip(), LONGEST_TEXT)


def _printable(said: str, keep: str = "") -> str:
    return "".join(c if c.isprintable() or c in keep else " " for c in said)


def _short(said: str, most: int) -> str:
    return said if len(said) <= most else f"{said[: most - 1]}…"
