"""What an account buys by (R22): do we meet it, does the competitor? Pure functions on its assessments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

# Only we; both; only they; neither.
STANDINGS = ("safe", "watch", "alarm", "open")


@dataclass(frozen=True)
class Assessed:
    """One criterion beside one competitor, as somebody saw it on a day; `weight` None counts as 1."""

    criterion: str
    competitor: str
    we_meet: bool
    they_meet: bool
    on: date
    source: str = ""
    weight: float | None = None

    @property
    def standing(self) -> str:
        if self.we_meet:
            return "watch" if self.they_meet else "safe"
        return "alarm" if self.they_meet else "open"


@dataclass(frozen=True)
class Criterion:
    """The newest assessment, and the standing before it where that differs."""

    now: Assessed
    before: Assessed | None = None

    @property
    def changed(self) -> bool:
        return self.before is not None and self.before.standing != self.now.standing


def current(assessed: Iterable[Assessed]) -> tuple[Criterion, ...]:
    """Each criterion beside each competitor as it stands: alarms first, the heaviest first."""
    by_name: dict[tuple[str, str], list[Assessed]] = {}
    for one in assessed:
        by_name.setdefault((one.criterion.casefold(), one.competitor.casefold()), []).append(one)
    found = []
    for ones in by_name.values():
        newest = sorted(ones, key=lambda one: one.on, reverse=True)
        found.append(Criterion(newest[0], newest[1] if len(newest) > 1 else None))
    order = {"alarm": 0, "open": 1, "watch": 2, "safe": 3}
    return tuple(
        sorted(
            found,
            key=lambda c: (
                order[c.now.standing],
                -weight(c.now),
                c.now.criterion.casefold(),
                c.now.competitor.casefold(),
            ),
        )
    )


def weight(assessed: Assessed) -> float:
    return 1.0 if assessed.weight is None else max(0.0, assessed.weight)


def shares(criteria: Sequence[Criterion]) -> dict[str, float]:
    """Which share of all weight each standing has; nothing where there is no weight."""
    total = sum(weight(c.now) for c in criteria)
    if total <= 0:
        return {}
    return {
        standing: sum(weight(c.now) for c in criteria if c.now.standing == standing) / total
        for standing in STANDINGS
    }
