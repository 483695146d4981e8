"""Who of a relationship is drawn, and who is listed on a page of its table: pure, from who knows whom.

An account may have hundreds of contacts; a picture of them all shows none. Those on whom it depends are
drawn; the others are counted by department, and listed on the further pages of the table.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from mainstay.desk.paging import Numbered
from mainstay.desk.relations.types import MET, POWERS, Ours, People, Theirs

MOST_DRAWN = 40  # of theirs: in the picture, and on a page of the table
MOST_OURS = 12  # boxes in the picture, columns of the table
_DECIDES, _BLOCKS, _INFLUENCES, _USES = POWERS
_WEIGHT = {_DECIDES: 0, _BLOCKS: 1, _INFLUENCES: 1}
_TIED, _SUPERIOR, _OTHER = 2, 3, 4


@dataclass(frozen=True)
class Asked:
    """What of the map is asked for; empty is all. `left` also shows those who left; page: of the table."""

    department: str = ""
    power: str = ""
    unknown: bool = False
    left: bool = False
    page: int = 1

    def shows(self, one: Theirs, people: People) -> bool:
        return (
            (self.left or not people.gone(one.left_on))
            and (not self.department or one.department == self.department)
            and (not self.power or one.power == self.power)
            and (not self.unknown or one.contact_id not in people.known_by)
        )

    @property
    def first_page(self) -> str:
        """The address of the first page of the table, where those who are drawn stand; empty there."""
        if self.page == 1:
            return ""
        parts = {
            "department": self.department,
            "power": self.power,
            "unknown": "1" if self.unknown else "",
            "left": "1" if self.left else "",
        }
        return "?" + urlencode({name: value for name, value in parts.items() if value})


@dataclass(frozen=True)
class Drawn(Numbered):
    """Who is drawn, and who stands on one page of the table; all in the order of the map.

    theirs, ours: in the picture; ours are the columns of the table too
    rows: on this page of the table; the first page has those who are drawn
    wanted: all of theirs who are asked for; hidden: those of ours who are not drawn
    """

    theirs: tuple[Theirs, ...]
    ours: tuple[Ours, ...]
    rows: tuple[Theirs, ...]
    wanted: tuple[Theirs, ...]
    hidden: tuple[Ours, ...]
    number: int
    pages: int

    @property
    def further(self) -> bool:
        return self.number < self.pages

    @property
    def more(self) -> int:
        """How many of theirs are asked for and not drawn."""
        return len(self.wanted) - len(self.theirs)


def drawn(people: People, asked: Asked) -> Drawn:
    """Who is drawn of those who are asked for."""
    wanted = tuple(one for one in people.theirs if asked.shows(one, people))
    theirs = wanted
    others: tuple[Theirs, ...] = ()
    if len(wanted) > MOST_DRAWN:
        first = {one.contact_id for one in _first(people, wanted)}
        theirs = tuple(one for one in wanted if one.contact_id in first)
        others = tuple(one for one in wanted if one.contact_id not in first)
    pages = 1 + -(-len(others) // MOST_DRAWN)
    number = min(max(1, asked.page), pages)
    start = (number - 2) * MOST_DRAWN
    ours, hidden = _ours(people, theirs, asked)
    rows = theirs if number == 1 else others[start : start + MOST_DRAWN]
    return Drawn(theirs, ours, rows, wanted, hidden, number, pages)


def _first(people: People, wanted: tuple[Theirs, ...]) -> list[Theirs]:
    """Who decides, who blocks or influences, who is tied, to whom others report; the best known first."""
    superiors = {one.reports_to for one in people.there if one.reports_to}

    def place(one: Theirs) -> tuple[int, int]:
        ties = people.ties_of.get(one.contact_id, ())
        known = max((MET if t.strength is None else t.strength for t in ties), default=-1)
        weight = _WEIGHT.get(one.power)
        if weight is None:
            weight = _TIED if ties else _SUPERIOR if one.contact_id in superiors else _OTHER
        return weight, -known

    return sorted(wanted, key=place)[:MOST_DRAWN]


def _ours(
    people: People, theirs: tuple[Theirs, ...], asked: Asked
) -> tuple[tuple[Ours, ...], tuple[Ours, ...]]:
    """Those of ours who are drawn, and who are not: who looks after the account, who is alone with somebody."""
    there = [one for one in people.ours if asked.left or not people.gone(one.left_on)]
    if len(there) <= MOST_OURS:
        return tuple(there), ()
    alone = Counter(ours[0] for ours in people.known_by.values() if len(ours) == 1)
    keys = {one.contact_id for one in theirs}
    ties = Counter(tie.staff_id for tie in people.ties if tie.contact_id in keys)

    def place(one: Ours) -> tuple[Any, ...]:
        return (not one.looks_after, -ties[one.staff_id], -alone[one.staff_id])

    first = {one.staff_id for one in sorted(there, key=place)[:MOST_OURS]}
    return (
        tuple(one for one in there if one.staff_id in first),
        tuple(one for one in there if one.staff_id not in first),
    )
