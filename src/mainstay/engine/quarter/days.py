"""Quarters of the calendar: their names and days."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_NAME = re.compile(r"([12]\d{3})-[Qq]([1-4])")


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of the calendar; n: 1 to 4."""

    year: int
    n: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def read(cls, name: str) -> Quarter | None:
        """From `2026-Q3`; None of anything else."""
        found = _NAME.fullmatch(name)
        return cls(int(found[1]), int(found[2])) if found else None

    @property
    def name(self) -> str:
        return f"{self.year}-Q{self.n}"

    @property
    def begins(self) -> date:
        return date(self.year, 3 * self.n - 2, 1)

    @property
    def over(self) -> date:
        """The first day after it."""
        return self.before(-1).begins

    def before(self, quarters: int = 1) -> Quarter:
        at = self.year * 4 + self.n - 1 - quarters
        return Quarter(at // 4, at % 4 + 1)


def last_before(as_of: date) -> Quarter:
    """The quarter of the last day before a date: what is known at it is of the days before."""
    return Quarter.of(date.fromordinal(as_of.toordinal() - 1))


def sql_name(day: str) -> str:
    """SQL of the name of a day's quarter."""
    return f"year({day}) || '-Q' || quarter({day})"


def chosen(assessments: Iterable[tuple[str, date]], quarter: Quarter) -> str | None:
    """Which assessment a quarter is looked back upon from: the first of a date after it; while it lasts, the
    last one of it. Of several of one date the newest. None where there is none.

    assessments: their names, which sort by time, and dates
    """
    rows = list(assessments)
    after = [(day, name) for name, day in rows if day >= quarter.over]
    if after:
        first = min(after)[0]
        return max(name for day, name in after if day == first)
    within = [(day, name) for name, day in rows if last_before(day) == quarter]
    return max(within)[1] if within else None
