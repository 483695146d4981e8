"""The three levels of a relationship: what was seen, which level that speaks for, what the next one lacks.

1 price; 2 service and personal fit; 3 strategic partnership that locks both sides in (R20). Pure functions.
"""

from __future__ import annotations

from dataclasses import dataclass

LEVELS = (1, 2, 3)


@dataclass(frozen=True)
class Evidence:
    """What was seen of a relationship. Visits are those of the last 52 weeks.

    departments, ours: connected by ties; decider_known: somebody of ours knows well who decides
    partnership: what locks both in, as the account's row says; exclusive: an agreement in force says so
    """

    departments: int = 0
    ours: int = 0
    decider_known: bool = False
    visits: int = 0
    visits_to_us: int = 0
    goals: int = 0
    partnership: str = ""
    exclusive: bool = False


@dataclass(frozen=True)
class Step:
    """One condition of a level: its code, how much of it there is, and how much is asked."""

    code: str
    level: int
    seen: int
    asked: int

    @property
    def met(self) -> bool:
        return self.seen >= self.asked


@dataclass(frozen=True)
class Suggestion:
    """level: which the evidence speaks for; seen: conditions met; missing: for the next level."""

    level: int
    seen: tuple[Step, ...]
    missing: tuple[Step, ...]

    @property
    def next_level(self) -> int | None:
        return self.level + 1 if self.level < LEVELS[-1] else None


def steps(evidence: Evidence) -> tuple[Step, ...]:
    """All conditions of levels 2 and 3, met or not."""
    locked = int(bool(evidence.partnership)) + int(evidence.exclusive)
    return (
        Step("departments", 2, evidence.departments, 2),
        Step("ours", 2, evidence.ours, 2),
        Step("decider", 2, int(evidence.decider_known), 1),
        Step("visits", 2, evidence.visits + evidence.visits_to_us, 2),
        Step("many_departments", 3, evidence.departments, 3),
        Step("visits_to_us", 3, evidence.visits_to_us, 1),
        Step("goals", 3, evidence.goals, 1),
        Step("locked", 3, locked, 1),
    )


def suggest(evidence: Evidence) -> Suggestion:
    """The highest level all of whose conditions, and those of the levels below, are met."""
    known = steps(evidence)
    level = 1
    for above in LEVELS[1:]:
        if not all(step.met for step in known if step.level == above):
            break
        level = above
    seen = tuple(step for step in known if step.met)
    missing = tuple(step for step in known if not step.met and step.level == level + 1)
    return Suggestion(level, seen, missing)
