"""Their people: who is there, who comes and goes, and whom of them ours know."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mainstay.simulate.distributor import names
from mainstay.simulate.distributor.book import Fact
from mainstay.simulate.distributor.world import World

LEAVES_A_YEAR = 0.09
POWER = ("influences", "decides", "influences", "uses", "blocks")


@dataclass
class Contact:
    code: str
    department: int
    fact: Fact


class Contacts:
    """The contacts of each account."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.of: list[list[Contact]] = [[] for _ in range(world.n)]
        self.known: dict[tuple[str, str], Fact] = {}
        self.number = 0
        self.waits: list[tuple[int, int, int]] = []  # week, account, department
        rng = world.dice("contacts")
        many = 1 + rng.binomial(np.array([4, 3, 1])[world.accounts.tier], 0.55)
        for i in range(world.n):
            for department in range(many[i]):
                self.add(i, department, int(world.accounts.since[i]), first=True)

    def add(self, i: int, department: int, since: int, *, first: bool = False) -> Contact:
        """Somebody of theirs becomes known to us."""
        world = self.world
        self.number += 1
        rng = np.random.default_rng([world.dice.seed, 3, i, department, max(since, 0)])
        code = names.COUNTRIES[world.accounts.country[i]].code
        row = {
            "contact_id": f"C{i + 1:05}-{len(self.of[i]) + 1}"
            + ("" if first else f"-{world.week}"),
            "account_id": world.accounts.ids[i],
            "name": names.people(code, 1, rng)[0],
            "title": names.TITLES[code][department],
            "department": names.DEPARTMENTS[department],
            "power": POWER[department],
            "attitude": int(np.clip(np.round(rng.normal(0.7, 0.9)), -2, 2)),
            "email": f"c{self.number}@account.example",
            "from": since,
            "left_on": None,
        }
        on = max(world.monday, since)
        contact = Contact(
            str(row["contact_id"]), department, world.book.surely("contacts", row, on)
        )
        self.of[i].append(contact)
        return contact

    def met_anew(self, i: int, department: int) -> Contact:
        """Somebody whom ours were introduced to; the numbers of all others stay."""
        number, self.number = self.number, -(len(self.of) * self.world.week + i + 1)
        new = self.add(i, department, self.world.monday)
        self.number = number
        return new

    def met(self, i: int, draw: float) -> list[str]:
        """Whom a visitor met."""
        there = self.of[i]
        if not there:
            return []
        first = int(draw * len(there))
        return [c.code for c in there[first : first + 1 + (draw > 0.7)]]

    def know(self, contact: str, staff: str, tie: float, day: int) -> None:
        """One of ours knows one of theirs, or knows them better."""
        strength = int(np.clip(round(1 + tie), 0, 3))
        fact = self.known.get((contact, staff))
        if fact is None:
            row = {"contact_id": contact, "staff_id": staff, "strength": strength, "since": day}
            self.known[contact, staff] = self.world.book.surely("ties", row, day, 1000)
        elif fact.row["strength"] != strength:
            self.world.book.again(fact, day, strength=strength)

    def step(self) -> None:
        """Some of theirs leave; others come in their place."""
        world, rng = self.world, self.world.rng("contacts")
        goes = world.happens(rng, LEAVES_A_YEAR)
        draw = rng.random((world.n, 3))
        for i in map(int, np.flatnonzero(goes)):
            if self.of[i]:
                self.leave(i, self.of[i][int(draw[i, 0] * len(self.of[i]))], draw[i, 1])
        for wait in list(self.waits):
            if wait[0] <= world.week:
                self.waits.remove(wait)
                self.add(wait[1], wait[2], world.monday)

    def leave(self, i: int, contact: Contact, draw: float) -> None:
        world = self.world
        self.of[i].remove(contact)
        seen = int(draw < 1 - world.company.records.missing)
        if seen:
            day = max(world.monday, contact.fact.row["from"])
            world.book.again(contact.fact, day + 6, left_on=day)
        self.waits.append((world.week + 2 + int(8 * draw), i, contact.department))
