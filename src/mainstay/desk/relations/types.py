"""Who is who at an account, as plain values: what the findings and the map are made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

KNOWS_WELL = 2  # of 0 by name, 1 has met, 2 knows well, 3 trusts
MET = 1
# From who decides to who is there only; those of whom it isn't known stand last.
POWERS = ("decides", "blocks", "influences", "uses")
DEPARTMENTS = ("management", "purchasing", "technical", "user", "finance", "other")
NO_DEPARTMENT = ""


@dataclass(frozen=True)
class Theirs:
    """One person at the account.

    department: one of DEPARTMENTS, or NO_DEPARTMENT where it isn't known
    pk, version: of the row, for forms
    """

    contact_id: str
    name: str
    title: str = ""
    department: str = NO_DEPARTMENT
    power: str = ""
    attitude: int | None = None
    reports_to: str | None = None
    left_on: date | None = None
    pk: int = 0
    version: int = 1


@dataclass(frozen=True)
class Ours:
    """One of our people; `looks_after` is the role in which they are assigned to the account."""

    staff_id: str
    name: str
    role: str = ""
    looks_after: str = ""
    left_on: date | None = None


@dataclass(frozen=True)
class Knows:
    """Somebody of ours knows somebody of theirs; strength 0..3, None where nobody said how well."""

    contact_id: str
    staff_id: str
    strength: int | None = None
    since: date | None = None
    pk: int = 0
    version: int = 1


@dataclass(frozen=True)
class People:
    """The people on both sides of one account, and who knows whom, on a day.

    others: those of ours who have nothing to do with it so far
    unread: how many contacts there are beside these, where there are too many to look at
    """

    today: date
    theirs: tuple[Theirs, ...] = ()
    ours: tuple[Ours, ...] = ()
    ties: tuple[Knows, ...] = ()
    others: tuple[Ours, ...] = ()
    unread: int = 0

    def gone(self, left_on: date | None) -> bool:
        return left_on is not None and left_on <= self.today

    @cached_property
    def there(self) -> tuple[Theirs, ...]:
        """Those of theirs who have not left."""
        return tuple(one for one in self.theirs if not self.gone(one.left_on))

    @property
    def contacts(self) -> int:
        """How many of theirs are there, also of those who are not looked at here."""
        return len(self.there) + self.unread

    @cached_property
    def here(self) -> tuple[Ours, ...]:
        """Those of ours who have not left."""
        return tuple(one for one in self.ours if not self.gone(one.left_on))

    @cached_property
    def living(self) -> tuple[Knows, ...]:
        """The ties that hold: both have met and neither has left."""
        there = {one.contact_id for one in self.there}
        gone = {one.staff_id for one in self.ours if self.gone(one.left_on)}
        return tuple(
            tie
            for tie in self.ties
            if tie.contact_id in there
            and tie.staff_id not in gone
            and (tie.strength is None or tie.strength >= MET)
        )

    @cached_property
    def ties_of(self) -> dict[str, list[Knows]]:
        """All ties of each of theirs, also those that do not hold, by code."""
        found: dict[str, list[Knows]] = {}
        for tie in self.ties:
            found.setdefault(tie.contact_id, []).append(tie)
        return found

    @cached_property
    def known_by(self) -> dict[str, tuple[str, ...]]:
        """Who of ours knows each of theirs, by the codes of both; the strongest tie first."""
        found: dict[str, list[Knows]] = {}
        for tie in self.living:
            found.setdefault(tie.contact_id, []).append(tie)
        return {
            contact_id: tuple(
                t.staff_id for t in sorted(ties, key=lambda t: (-(t.strength or MET), t.staff_id))
            )
            for contact_id, ties in found.items()
        }

    @cached_property
    def names(self) -> dict[str, dict[str, str]]:
        return {
            "staff": {one.staff_id: one.name for one in self.ours},
            "contact": {one.contact_id: one.name for one in self.theirs},
        }


def department_rank(department: str) -> int:
    return DEPARTMENTS.index(department) if department in DEPARTMENTS else len(DEPARTMENTS)


def power_rank(power: str) -> int:
    return POWERS.index(power) if power in POWERS else len(POWERS)
