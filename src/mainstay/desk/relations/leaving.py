"""If one of their people leaves: what of the relationship hangs on them (R21). Pure, from who knows whom."""

from __future__ import annotations

from dataclasses import dataclass

from mainstay.desk.relations.types import NO_DEPARTMENT, People, Theirs


@dataclass(frozen=True)
class Hanging:
    """What would be lost with one contact.

    ours: names of ours who know them, the strongest tie first; only: those of them who know nobody else there
    last_in: the department in which nobody else is known to us, or NO_DEPARTMENT
    only_decider: nobody else there decides and is known to us
    below: names of those who report to them
    """

    ours: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    last_in: str = NO_DEPARTMENT
    only_decider: bool = False
    below: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        return not (self.ours or self.below)


def hanging(people: People, contact_id: str) -> Hanging:
    """What hangs on a contact; nothing for one who has left."""
    them = next((one for one in people.there if one.contact_id == contact_id), None)
    if them is None:
        return Hanging()
    ours = people.known_by.get(contact_id, ())
    elsewhere = {tie.staff_id for tie in people.living if tie.contact_id != contact_id}
    names = people.names["staff"]
    others = [
        one for one in people.there if one is not them and people.known_by.get(one.contact_id)
    ]
    return Hanging(
        ours=tuple(names.get(code, code) for code in ours),
        only=tuple(names.get(code, code) for code in ours if code not in elsewhere),
        last_in=them.department if ours and _alone(them, others) else NO_DEPARTMENT,
        only_decider=bool(ours)
        and them.power == "decides"
        and not any(one.power == "decides" for one in others),
        below=tuple(one.name for one in people.there if one.reports_to == contact_id),
    )


def _alone(them: Theirs, others: list[Theirs]) -> bool:
    return not any(one.department == them.department for one in others)
