"""What a signal is, and what it found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

if TYPE_CHECKING:
    from mainstay.causes.view import View

Direction = Literal["us", "them", "nobody"]
Role = Literal["context", "words", "symptom"]

# One row an instance: something that happened to one account on one day.
FOUND = pa.schema(
    [
        ("account_id", pa.string()),
        ("since", pa.date32()),  # when it happened or began; before as_of
        ("until", pa.date32()),  # when it ended; null = goes on, or is a moment: see Signal.lasting
        ("strength", pa.float64()),  # 0..1
        ("money", pa.float64()),  # reporting currency; null = no sum
        ("category", pa.string()),  # what of theirs it concerns; null = all
        ("rows", pa.string()),  # JSON: [[table, key…], …] that prove it, at most MOST_ROWS
        ("data", pa.string()),  # JSON: the values of the wording's places
    ]
)
MOST_ROWS = 12
# With the signal's name: what an explanation keeps.
SIGNALS = pa.schema([FOUND.field("account_id"), ("signal", pa.string()), *list(FOUND)[1:]])


@dataclass(frozen=True)
class Link:
    """That a signal speaks for a cause.

    cause: `family.reason`
    weight: 0..1, how far one instance of full strength stands for the cause
    delay_weeks: how long after it the decline usually begins (the weight's peak)
    fade_weeks: how fast its effect fades after the peak (mean)
    before_weeks: how long before its day the decline may begin: a day may be told late, and four
        weeks are as fine as orders tell
    """

    cause: str
    weight: float = 1.0
    delay_weeks: float = 4.0
    fade_weeks: float = 13.0
    before_weeks: float = 3.0


@dataclass(frozen=True)
class Signal:
    """One observable fact about one account at a date.

    rule: of MISSION.md
    direction: whom it points at
    role: `context` may cause a decline, and counts by its time; `words` is what somebody said of the
        reason, before or after; a `symptom` says that something is wrong and never votes
    wording: template in English with the places of `data` (core.texts)
    wordings: others, by the value of data[worded_by]
    links: of context: what it may cause; of words: what they name
    by_data: links that depend on an instance, in the place of `links`: value of data[by] → links
    lasting: an instance without an end goes on; else it is a moment
    each: a value of data; what has another value has a rate of its own, since one such thing may be
        nothing and another a disaster
    follows: kinds of company event whose consequence it is where it comes soon after one (`upstream`)
    """

    name: str
    rule: str
    direction: Direction
    role: Role
    wording: str
    find: Callable[[View], pa.Table]
    tables: tuple[str, ...] = ()  # where none of them has a row, it cannot be seen at all
    links: tuple[Link, ...] = ()
    by: str = ""
    by_data: Mapping[str, tuple[Link, ...]] = field(default_factory=dict)
    lasting: bool = False
    each: str = ""
    follows: tuple[str, ...] = ()
    worded_by: str = ""
    wordings: Mapping[str, str] = field(default_factory=dict)

    def wording_of(self, data: Mapping[str, Any]) -> str:
        """The template that says this instance."""
        return self.wordings.get(str(data.get(self.worded_by)), self.wording)


REGISTERED: dict[str, Signal] = {}


def signal(
    name: str,
    *,
    rule: str,
    direction: Direction,
    role: Role,
    wording: str,
    tables: tuple[str, ...] = (),
    links: tuple[Link, ...] = (),
    by: str = "",
    by_data: Mapping[str, tuple[Link, ...]] | None = None,
    lasting: bool = False,
    each: str = "",
    follows: tuple[str, ...] = (),
    worded_by: str = "",
    wordings: Mapping[str, str] | None = None,
) -> Callable[[Callable[[View], pa.Table]], Callable[[View], pa.Table]]:
    """Register a function as a signal; the function stays callable."""

    def register(find: Callable[[View], pa.Table]) -> Callable[[View], pa.Table]:
        if name in REGISTERED:
            raise ValueError(f"there are two signals “{name}”")
        REGISTERED[name] = Signal(
            name,
            rule,
            direction,
            role,
            wording,
            find,
            tables,
            links,
            by,
            by_data or {},
            lasting,
            each,
            follows,
            worded_by,
            wordings or {},
        )
        return find

    return register


def found(columns: Mapping[str, Any]) -> pa.Table:
    """A table FOUND of the columns there are; the others are empty, `strength` is 1, `rows` none."""
    n = len(columns["account_id"])
    filled: dict[str, Any] = {"strength": [1.0] * n, "rows": ["[]"] * n, "data": ["{}"] * n}
    return pa.table(
        [pa.array({**filled, **columns}.get(f.name, [None] * n), f.type) for f in FOUND],
        schema=FOUND,
    )
