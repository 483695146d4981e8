"""What was said then, beside what came, as the page shows it: what was put off, first guesses of causes, forecasts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mainstay.desk.accounts.queries import manager_names


@dataclass(frozen=True)
class Group:
    """What was put off or dismissed, of one reason or person."""

    name: str
    n: int
    treated: int
    fell: int
    lost: float

    @property
    def judged(self) -> int:
        return self.n - self.treated

    @property
    def right(self) -> int:
        return self.judged - self.fell


@dataclass(frozen=True)
class Guess:
    """First guesses of one cause: how many were confirmed, and what the others turned out to be."""

    cause: str
    n: int
    right: int
    p: float
    others: list[tuple[str, int]]


@dataclass(frozen=True)
class Forecast:
    """The expected loss of an assessment's horizon beside what came; alone: of accounts left alone."""

    all: Mapping[str, Any]
    alone: Mapping[str, Any]

    @property
    def within(self) -> bool:
        return bool(self.all["low"] <= self.all["lost"] <= self.all["high"])


def groups(rows: Iterable[Mapping[str, Any]], by: str) -> list[Group]:
    together: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        together.setdefault(row[by] or "", []).append(row)
    found = [_group(name, mine) for name, mine in together.items()]
    return sorted(found, key=lambda one: (-one.n, one.name))


def _group(name: str, rows: list[Mapping[str, Any]]) -> Group:
    fell = [row for row in rows if row["fell"] and not row["treated"]]
    treated = sum(bool(row["treated"]) for row in rows)
    return Group(name, len(rows), treated, len(fell), sum(row["lost"] for row in fell))


def people(rows: list[dict[str, Any]]) -> list[Group]:
    """By who looked after the account then."""
    found = groups(rows, "manager_id")
    names = manager_names([one.name for one in found])
    return [Group(names.get(g.name, g.name), g.n, g.treated, g.fell, g.lost) for g in found]


def guesses(rows: Iterable[Mapping[str, Any]]) -> list[Guess]:
    together: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        together.setdefault(row["guessed"], []).append(row)
    found = []
    for cause, mine in together.items():
        others = Counter(row["confirmed"] for row in mine if row["confirmed"] != cause)
        p = [row["p"] for row in mine if row["p"] is not None]
        right = sum(row["confirmed"] == cause for row in mine)
        mean = sum(p) / len(p) if p else math.nan
        found.append(Guess(cause, len(mine), right, mean, others.most_common(2)))
    return sorted(found, key=lambda one: (-one.n, one.cause))


def salespeople(rows: Iterable[Mapping[str, Any]]) -> Group | None:
    """What salespeople said first, beside what was confirmed."""
    said = [row for row in rows if row["said"]]
    wrong = sum(row["said"] != row["confirmed"] for row in said)
    return Group("", len(said), 0, wrong, 0.0) if said else None


def forecasts(found: Any) -> list[Forecast]:
    rows = found.table("forecasts").to_pylist()
    by_day: dict[date, dict[bool, Mapping[str, Any]]] = {}
    for row in rows:
        by_day.setdefault(row["as_of"], {})[row["alone"]] = row
    return [
        Forecast(both[False], both[True]) for _day, both in sorted(by_day.items(), reverse=True)
    ]
