"""Our people: who looks after whom, visits, small discourtesies, leaving, and reorganisations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mainstay.simulate.distributor import makeup
from mainstay.simulate.distributor.book import NEVER, Fact
from mainstay.simulate.distributor.contacts import Contacts
from mainstay.simulate.distributor.makeup import YEAR, Bools, Floats
from mainstay.simulate.distributor.reasons import KEPT, place
from mainstay.simulate.distributor.response import RHYTHM_KEPT
from mainstay.simulate.distributor.world import World

RHYTHM_WEEKS = np.array([4.0, 8.0, 18.0])  # between visits, by tier
MISSED_FROM = 2.2  # accustomed gaps without contact
MISSED = 1.2  # what each further one is felt
NEGLECT_A_YEAR = 0.09
NEGLECTED = 0.03  # of the usual visits and calls
RUDE_A_YEAR = 0.55
FALLING_OUT_A_YEAR = 0.02
LEAVES_A_YEAR = 0.1
LEADER_LEAVES_A_YEAR = 0.09
REORGANISED_A_YEAR = 0.1  # of managers: a third of their accounts go to another
MOST_TIE = 2.0
TO_A_RIVAL = 0.4  # of those who leave
KNOWN_COLLEAGUE = 0.6  # what is still felt then: 40% is saved (Shi et al. 2017)
NO_CONTACT = place("drift", "no_contact")
DISCOURTESY = place("courtesy", "discourtesy")
LEFT = place("people", "manager_left")
LEADER = place("people", "leader_left")
CHANGED = place("people", "manager_changed")


@dataclass
class Vacancy:
    """Accounts that wait for somebody new, until a week."""

    until: int
    accounts: list[int]
    country: int
    gone: str


@dataclass(frozen=True)
class Call:
    """A visit that is asked for. asked: for their opinion; staff: place of who visits, None = the manager"""

    asked: bool
    staff: int | None = None


class Team:
    """Who looks after whom (places in the staff), and how well they are known."""

    def __init__(self, world: World, contacts: Contacts) -> None:
        self.world, self.contacts = world, contacts
        rng, n = world.dice("team"), world.n
        self.manager = np.zeros(n, np.int64)
        self.service = np.zeros(n, np.int64)
        # Who would look after each, had nobody handed anything over: loads are counted by it, so that
        # a handover of one account gives no other account another manager.
        self.by_rule = np.zeros(n, np.int64)
        self.tie_before = np.zeros(n)
        self.assigned: dict[int, Fact] = {}
        self.on_staff: dict[str, Fact] = {}
        self.accustomed = RHYTHM_WEEKS[world.accounts.tier] * np.exp(0.2 * rng.standard_normal(n))
        self.gap = self.accustomed * rng.random(n)
        self.tie = rng.gamma(3.0, 0.3, n)
        self.leader_tie = rng.gamma(2.0, 0.3, n) * np.array([1.6, 1.0, 0.5])[world.accounts.tier]
        self.neglected = np.zeros(n, bool)
        self.rude_until = np.full(n, -1)
        self.changed_at = np.full(n, -YEAR * 9)
        self.vacancies: list[Vacancy] = []
        self.leaving: list[tuple[int, int]] = []  # week, place in the staff
        self._begin()

    def _begin(self) -> None:
        world = self.world
        for person in world.staff:
            self._hired(person, max(min(person.joined, world.monday), world.monday))
        for i in range(world.n):
            self.manager[i] = self.least_loaded(world.accounts.country[i], "manager")
            self.by_rule[i] = self.manager[i]
            self.service[i] = self.least_loaded(world.accounts.country[i], "service")
        for known in np.flatnonzero(world.here):
            self.assign(int(known), world.monday, first=True)

    def _hired(self, person: makeup.Person, on: int) -> None:
        row = {
            "staff_id": person.code,
            "name": person.name,
            "role": person.role,
            "reports_to": person.reports_to,
            "email": f"{person.code.lower()}@distributor.example",
            "joined_on": person.joined,
            "left_on": None,
        }
        self.on_staff[person.code] = self.world.book.surely("staff", row, on)

    def least_loaded(self, country: int, role: str, but: int = -1) -> int:
        """Somebody of the role, of the country where there is one, with the fewest accounts."""
        staff = self.world.staff
        there = [j for j, p in enumerate(staff) if p.role == role and p.left is None and j != but]
        near = [j for j in there if staff[j].country == country] or there
        if not near:
            return max(but, 0)
        looked_after = self.by_rule if role == "manager" else self.service
        load = np.bincount(looked_after, minlength=len(staff))
        return min(near, key=lambda j: (load[j], j))

    def assign(self, i: int, on: int, *, first: bool = False) -> None:
        """Write down who looks after an account from a day on."""
        world = self.world
        before = self.assigned.get(i)
        if before is not None:
            world.book.again(before, on, to=max(on - 1, before.row["from"]))
        began = world.accounts.since[i] if first else on
        row = {
            "account_id": world.accounts.ids[i],
            "staff_id": world.staff[self.manager[i]].code,
            "role": "manager",
            "from": int(max(began, on - 700)) if first else on,
            "to": None,
        }
        self.assigned[i] = world.book.surely("assignments", row, on)
        if first:
            row = row | {"staff_id": world.staff[self.service[i]].code, "role": "service"}
            world.book.surely("assignments", row, on)

    def step(self, extra_visits: dict[int, Call]) -> None:
        """A week of ours. extra_visits: accounts that are visited in any case"""
        self._visits(extra_visits)
        self._discourtesies()
        self._leave()
        self._hire()
        self._reorganise()

    # Visits and the want of them

    def _visits(self, extra: dict[int, Call]) -> None:
        world, rng = self.world, self.world.rng("visits")
        draw, draws = rng.random((world.n, 8)), world.draws(rng)
        favour, tier = world.company.conduct.favour, world.accounts.tier
        attentive = np.array([p.attentive for p in world.staff])[self.manager]
        attentive = attentive * (1 + favour * np.array([0.3, 0.0, -0.3])[tier])
        attentive = attentive * world.company.visits * np.where(self.neglected, NEGLECTED, 1.0)
        self.gap += 1
        rhythm = RHYTHM_WEEKS[tier]
        ready = np.minimum(0.4 * (self.gap / rhythm) ** 2, 0.9) * attentive
        visited = (draw[:, 0] < ready) & world.active
        called = (draw[:, 1] < 0.1 * attentive) & world.active & ~visited
        in_rhythm = world.arranged.rhythm_until > world.week
        visited |= in_rhythm & (self.gap >= RHYTHM_KEPT * self.accustomed) & world.active
        for asked in extra:
            visited[asked] = bool(world.active[asked])
        mood = self._mood()
        for i in np.flatnonzero(visited | called):
            self._write(int(i), bool(visited[i]), draw[i], draws[i], mood[i], extra.get(int(i)))
        self.accustomed[visited] += 0.1 * (self.gap[visited] - self.accustomed[visited])
        self.accustomed = np.clip(self.accustomed, 2.0, RHYTHM_WEEKS[-1] * 1.5)
        self.tie = np.minimum(self.tie * 0.996 + 0.05 * visited, MOST_TIE)
        self.gap = np.where(visited, 0.0, np.where(called, 0.6 * self.gap, self.gap))
        missed = np.minimum(MISSED * np.maximum(self.gap / self.accustomed - MISSED_FROM, 0.0), 5.0)
        who = np.flatnonzero((missed > 0) & world.active)
        world.feel(NO_CONTACT, who, (1 - KEPT[NO_CONTACT]) * missed[who])
        near = np.clip(1.2 - 0.2 * self.gap / self.accustomed, 0.4, 1.2)
        world.tempers.buffer = 0.65 + 0.3 * near + 0.12 * self.tie
        fresh = world.happens(rng, NEGLECT_A_YEAR * world.company.conduct.neglect)
        self.neglected |= fresh
        self.neglected &= ~(rng.random(world.n) < 1 / 70)

    def _mood(self) -> Floats:
        """What a visitor would see of them; (n,), about −2 to 2."""
        taken = self.world.tempers.losses().sum(0)
        return np.asarray(1.2 - 1.3 * np.average(taken, axis=1))

    def _write(
        self, i: int, visited: bool, draw: Floats, draws: Floats, mood: float, call: Call | None
    ) -> None:
        world = self.world
        kinds = ("visit", "visit", "visit", "video", "visited_us", "service_call")
        kind = kinds[int(draw[2] * 6)] if visited else ("call", "message")[int(draw[2] * 2)]
        day = world.monday + int(draw[3] * 5)
        ours = int(self.manager[i]) if call is None or call.staff is None else call.staff
        met = self.contacts.met(i, draw[4])
        seen = int(np.clip(round(mood + 1.4 * (draw[5] - 0.5)), -2, 2))
        row = {
            "visit_id": f"V{world.week:04}-{i + 1}",
            "on": day,
            "staff_id": world.staff[ours].code,
            "contacts": ";".join(met) or None,
            "kind": kind,
            "received_well": bool(draw[6] < 0.95) if visited else None,
            "mood": seen if draw[6] < 0.8 else None,
            "asked_for_opinion": bool(draw[7] < 0.3) if call is None else call.asked,
        }
        world.note("visits", i, row, day, draws)
        if visited and met and draw[7] < 0.25:
            known = self.manager[i] if draw[7] > 0.06 else self.service[i]
            self.contacts.know(met[0], world.staff[known].code, self.tie[i], day)

    def _discourtesies(self) -> None:
        world, rng = self.world, self.world.rng("courtesy")
        rude = world.company.conduct.rudeness
        manners = np.array([p.manners for p in world.staff])[self.manager]
        out = world.happens(rng, FALLING_OUT_A_YEAR * rude)
        weeks = rng.integers(8, 22, world.n)
        self.rude_until[out] = world.week + weeks[out]
        often = np.where(self.rude_until >= world.week, 18.0, RUDE_A_YEAR * rude / manners)
        happens = world.happens(rng, often)
        draw, draws = rng.random((world.n, 3)), world.draws(rng)
        for i in np.flatnonzero(happens):
            size = 0.4 + 0.55 * draw[i, 0]
            day = world.monday + int(draw[i, 1] * 5)
            fact = self._told(int(i), day, draw[i, 2], draws[i])
            world.feel_fact(DISCOURTESY, int(i), size, fact)

    def _told(self, i: int, day: int, how: float, draws: Floats) -> Fact:
        """A discourtesy is complained of, seen at a visit, or kept to themselves."""
        world = self.world
        if how < 0.4:
            row = {
                "complaint_id": f"R{world.week:04}-{i + 1}",
                "opened_at": day * 1440 + 600,
                "kind": "conduct",
                "severity": 1,
                "text": "Felt badly treated",
                "owner_id": world.staff[self.service[i]].code,
                "first_answer_at": day * 1440 + 900,
                "solved_at": (day + 3) * 1440 + 600,
                "accepted_by_customer": True,
            }
            return world.note("complaints", i, row, day + 3, draws)
        if how < 0.85:
            row = {
                "visit_id": f"W{world.week:04}-{i + 1}",
                "on": day,
                "staff_id": world.staff[self.manager[i]].code,
                "kind": "visit",
                "received_well": False,
                "mood": -1,
            }
            return world.note("visits", i, row, day, draws)
        return Fact("", {}, NEVER)

    # Leaving

    def _leave(self) -> None:
        world, rng = self.world, self.world.rng("leaving")
        rate = world.company.conduct.turnover / YEAR
        draw = rng.random((4 * world.company.staff + 40, 2))[: len(world.staff)]
        for j, person in enumerate(world.staff):
            yearly = {"manager": LEAVES_A_YEAR, "leader": LEADER_LEAVES_A_YEAR}.get(person.role, 0)
            soon = any(place == j for _, place in self.leaving)
            if person.left is None and not soon and draw[j, 0] < yearly * rate:
                week = world.week + 1 + int(draw[j, 1] * 4)
                self.leaving.append((week, j))
                last = world.company.begin.toordinal() + 7 * week + 4
                world.book.again(self.on_staff[person.code], world.monday, left_on=last)
        for week, j in list(self.leaving):
            if week <= world.week:
                self.leaving.remove((week, j))
                self._gone(j, rng)

    def _gone(self, j: int, rng: np.random.Generator) -> None:
        world, person = self.world, self.world.staff[j]
        person.left = world.monday + 4
        draw = np.random.default_rng([world.dice.seed, 7, j]).random((world.n, 2))
        if person.role == "leader":
            near = (world.accounts.country == person.country) & world.active
            who = np.flatnonzero(near)
            world.feel(LEADER, who, 2.1 * self.leader_tie[who])
            self._replace(j)
            return
        who = np.flatnonzero((self.manager == j) & world.active)
        rival = 1.8 if draw[0, 1] < TO_A_RIVAL else 1.0
        colleague = draw[who, 0] < 0.5
        size = 2.15 * self.tie[who] * rival * np.where(colleague, KNOWN_COLLEAGUE, 1.0)
        world.feel(LEFT, who, size)
        waits: list[int] = []
        ours = np.flatnonzero(((self.manager == j) | (self.by_rule == j)) & world.active)
        for i in map(int, ours):
            known = bool(draw[i, 0] < 0.5)
            if self.by_rule[i] != j:
                self._falls_back(i, j)
            elif known:
                self._passes(i, j, self.least_loaded(person.country, "manager", but=j), 0.5)
            else:
                waits.append(i)
        for i in map(int, np.flatnonzero((self.by_rule == j) & ~world.active)):
            self.by_rule[i] = self.least_loaded(person.country, "manager", but=j)
        away = (self.manager == j) & ~world.active
        self.manager[away] = self.by_rule[away]
        until = world.week + 3 + int(6 * draw[0, 0])
        self.vacancies.append(Vacancy(until, waits, person.country, person.code))
        for waiting in waits:
            if waiting in self.assigned and self.manager[waiting] == j:
                fact = self.assigned[waiting]
                world.book.again(fact, world.monday, to=max(person.left, fact.row["from"]))
                self.neglected[waiting] = False

    def _passes(self, i: int, before: int, to: int, known: float) -> None:
        """By rule an account goes from one to another; in fact only where nobody else has it."""
        self.by_rule[i] = to
        if self.manager[i] == before:
            self.hand_over(i, to, known)

    def _falls_back(self, i: int, before: int) -> None:
        """Whom somebody had taken over goes back to whose it would be, or waits with theirs."""
        to = int(self.by_rule[i])
        if self.manager[i] != before:
            return
        if self.world.staff[to].left is None:
            self.hand_over(i, to, 0.25)
        else:
            self.manager[i] = to

    def _replace(self, j: int) -> None:
        """Somebody new in the place of one who left; gives nothing to do to their accounts."""
        world, old = self.world, self.world.staff[j]
        rng = np.random.default_rng([world.dice.seed, 11, len(world.staff)])
        new = makeup.new_person(world.staff, old.role, old.country, world.monday, rng)
        new.joined = world.monday
        new.reports_to = world.staff[0].code if old.role == "leader" else new.reports_to
        world.staff.append(new)
        self._hired(new, world.monday)
        for person in world.staff:
            if person.reports_to == old.code and person.left is None:
                person.reports_to = new.code
                world.book.again(
                    self.on_staff[person.code], world.monday, reports_to=person.reports_to
                )

    def _hire(self) -> None:
        world = self.world
        for gap in [v for v in self.vacancies if v.until <= world.week]:
            self.vacancies.remove(gap)
            old = next(j for j, p in enumerate(world.staff) if p.code == gap.gone)
            self._replace(old)
            new = len(world.staff) - 1
            for i in gap.accounts:
                self.by_rule[i] = new
                if world.staff[self.manager[i]].left is not None:
                    self.hand_over(i, new, 0.25)

    def hand_over(self, i: int, to: int, known: float) -> None:
        """An account gets another manager, of whom it knows so much of what it knew of the last."""
        world = self.world
        self.manager[i] = to
        self.tie_before[i] = self.tie[i]
        self.tie[i] *= known
        self.neglected[i] = False
        self.changed_at[i] = world.week
        if world.here[i]:
            self.assign(i, world.monday)

    def _reorganise(self) -> None:
        world, rng = self.world, self.world.rng("reorganise")
        rate = REORGANISED_A_YEAR * world.company.conduct.turnover / YEAR
        begins = rng.random(4 * world.company.staff + 40)
        moves: Bools = rng.random(world.n) < 0.5
        for j in range(len(world.staff)):
            if world.staff[j].role != "manager" or world.staff[j].left or begins[j] > rate:
                continue
            who = np.flatnonzero((self.manager == j) & moves & world.active)
            again = world.week - self.changed_at[who] < 78
            world.feel(CHANGED, who, 1.2 * self.tie[who] + np.where(again, 1.4, 0.2))
            ours = ((self.manager == j) | (self.by_rule == j)) & moves & world.active
            for i in map(int, np.flatnonzero(ours)):
                if self.by_rule[i] != j:
                    self._falls_back(i, j)
                    continue
                to = self.least_loaded(int(world.accounts.country[i]), "manager", but=j)
                self._passes(i, j, to, 0.4)
