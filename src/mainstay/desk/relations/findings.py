"""What is dangerous about a relationship, told from who knows whom: pure functions, the worst first.

A tie counts when both have met and neither has left (`People.living`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from mainstay.desk.relations.types import NO_DEPARTMENT, People, department_rank

MOST_NAMES = 3  # that a sentence gives; how many there are more stands in `n`
ENOUGH = 3  # ties or contacts from which "most hang on one" can be said
MOST_OF = 2 / 3  # more than this share of ties or contacts is most of them


@dataclass(frozen=True)
class Finding:
    """One thing to know about a relationship.

    code: one of CODES
    n: how many ties or people it is about; of: of how many
    staff, contacts: codes of those it names, at most MOST_NAMES; departments: likewise
    """

    code: str
    n: int = 0
    of: int = 0
    staff: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it; what is empty is left out."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Finding:
        return cls(
            stored["code"],
            stored.get("n", 0),
            stored.get("of", 0),
            tuple(stored.get("staff", ())),
            tuple(stored.get("contacts", ())),
            tuple(stored.get("departments", ())),
        )


def nobody_known(people: People) -> Finding | None:
    """There are contacts, and none of ours has met any of them."""
    if people.there and not people.living:
        return Finding("nobody_known", n=len(people.there))
    return None


def lost_with_ours(people: People) -> Finding | None:
    """Somebody of ours left, and nobody else knows whom they knew."""
    left = {one.staff_id for one in people.ours if people.gone(one.left_on)}
    there = {one.contact_id for one in people.there}
    ties = [
        tie
        for tie in people.ties
        if tie.staff_id in left
        and tie.contact_id in there
        and tie.contact_id not in people.known_by
        and (tie.strength is None or tie.strength > 0)
    ]
    if not ties:
        return None
    worst, _n = Counter(tie.staff_id for tie in ties).most_common(1)[0]
    known = _ranked(people, {tie.contact_id for tie in ties if tie.staff_id == worst})
    return Finding("lost_with_ours", n=len(known), staff=(worst,), contacts=known[:MOST_NAMES])


def one_of_ours(people: People) -> Finding | None:
    """Single-threaded: every tie runs through one of our people."""
    ours = {tie.staff_id for tie in people.living}
    if len(ours) != 1:
        return None
    ties = people.living
    only = (ties[0].contact_id,) if len(ties) == 1 else ()
    return Finding("one_of_ours", n=len(ties), staff=tuple(ours), contacts=only)


def one_of_theirs(people: People) -> Finding | None:
    """Single-threaded: every tie ends at one of their people."""
    theirs = {tie.contact_id for tie in people.living}
    if len(theirs) != 1 or len(people.living) == 1:
        return None
    others = len(people.there) - 1
    return Finding("one_of_theirs", n=len(people.living), of=others, contacts=tuple(theirs))


def decider_unknown(people: People) -> Finding | None:
    """Nobody of ours has met somebody who decides."""
    if not people.living:
        return None
    found = _ranked(
        people,
        {
            one.contact_id
            for one in people.there
            if one.power == "decides" and one.contact_id not in people.known_by
        },
    )
    return Finding("decider_unknown", n=len(found), contacts=found[:MOST_NAMES]) if found else None


def decider_against(people: People) -> Finding | None:
    """Somebody who decides is against us."""
    found = _against(people, "decides")
    return Finding("decider_against", n=len(found), contacts=found[:MOST_NAMES]) if found else None


def blocker_against(people: People) -> Finding | None:
    """Somebody who can block is against us."""
    found = _against(people, "blocks")
    return Finding("blocker_against", n=len(found), contacts=found[:MOST_NAMES]) if found else None


def hangs_on_ours(people: People) -> Finding | None:
    """Most of those whom we know are known to one of ours alone."""
    alone = Counter(ours[0] for ours in people.known_by.values() if len(ours) == 1)
    if one_of_ours(people) or not alone:
        return None
    staff_id, n = sorted(alone.items(), key=lambda item: (-item[1], item[0]))[0]
    if len(people.known_by) < ENOUGH or n <= MOST_OF * len(people.known_by):
        return None
    return Finding("hangs_on_ours", n=n, of=len(people.known_by), staff=(staff_id,))


def hangs_on_theirs(people: People) -> Finding | None:
    """Most ties end at one of theirs."""
    ends = Counter(tie.contact_id for tie in people.living)
    if one_of_theirs(people) or len(people.living) < ENOUGH:
        return None
    contact_id, n = sorted(ends.items(), key=lambda item: (-item[1], item[0]))[0]
    if n <= MOST_OF * len(people.living):
        return None
    return Finding("hangs_on_theirs", n=n, of=len(people.living), contacts=(contact_id,))


def no_decider(people: People) -> Finding | None:
    """It isn't written down who decides."""
    if people.there and not any(one.power == "decides" for one in people.there):
        return Finding("no_decider", n=len(people.there))
    return None


def not_connected(people: People) -> Finding | None:
    """Departments with contacts, none of whom any of ours has met."""
    if not people.living:
        return None
    by_department: dict[str, list[bool]] = {}
    for one in people.there:
        if one.department != NO_DEPARTMENT:
            by_department.setdefault(one.department, []).append(one.contact_id in people.known_by)
    found = tuple(sorted((d for d, k in by_department.items() if not any(k)), key=department_rank))
    return Finding("not_connected", n=len(found), departments=found) if found else None


# From the worst to the mildest; which two an account's page shows follows from it.
_CHECKS: tuple[Callable[[People], Finding | None], ...] = (
    lost_with_ours,
    one_of_ours,
    one_of_theirs,
    hangs_on_ours,
    hangs_on_theirs,
    nobody_known,
    decider_unknown,
    decider_against,
    blocker_against,
    no_decider,
    not_connected,
)
CODES = tuple(check.__name__ for check in _CHECKS)
# The account goes when one person goes. They stand first, so that the worst finding tells whether it hangs.
HANGING = CODES[:5]


def findings(people: People) -> tuple[Finding, ...]:
    """All that is to be said of a relationship, the worst first."""
    return tuple(found for check in _CHECKS if (found := check(people)) is not None)


def only_ties(people: People) -> frozenset[tuple[str, str]]:
    """Ties that nobody else has, by the codes of theirs and ours."""
    return frozenset(
        (contact_id, ours[0]) for contact_id, ours in people.known_by.items() if len(ours) == 1
    )


def _against(people: People, power: str) -> tuple[str, ...]:
    return _ranked(
        people,
        {
            one.contact_id
            for one in people.there
            if one.power == power and one.attitude is not None and one.attitude < 0
        },
    )


def _ranked(people: People, contact_ids: set[str]) -> tuple[str, ...]:
    """Codes of contacts by their names, so that a sentence is the same each time."""
    names = {one.contact_id: one.name for one in people.theirs}
    return tuple(sorted(contact_ids, key=lambda one: (names.get(one, one), one)))
