"""Complaints and requests, answered in time or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mainstay.simulate.distributor.book import DAY, NEVER, Fact
from mainstay.simulate.distributor.contacts import Contacts
from mainstay.simulate.distributor.makeup import Floats
from mainstay.simulate.distributor.reasons import place
from mainstay.simulate.distributor.team import Team
from mainstay.simulate.distributor.world import World

A_YEAR = {"question": 0.4, "service": 0.3, "invoice": 0.2, "delivery": 0.25, "other": 0.1}
ANSWER_HOURS = (8, 4, 2)  # within which an answer is due, by severity
SOLVE_DAYS = (10, 5, 3)
SLOW = 0.1  # of complaints: wait several times as long
NEVER_SOLVED = 0.035
REQUESTS_A_YEAR = 1.2
LATE_ANSWER = 0.15
NO_ANSWER = 0.05
GIVEN_UP_WEEKS = 26
SLOW_ANSWERS = place("courtesy", "slow_answers")
UNSOLVED = place("service", "complaint_unsolved")
SERVICE_SLOW = place("service", "service_slow")
QUALITY = place("product", "quality")
FIT = place("product", "fit")
TEXTS = {
    "quality": "Parts broke in use",
    "question": "Which model fits?",
    "service": "Repair takes too long",
    "invoice": "Invoice does not match the order",
    "delivery": "Where is our delivery?",
    "other": "Packaging",
}


@dataclass
class Open:
    """A complaint or request that runs: days of answer and solution, NEVER = not by itself."""

    fact: Fact
    account: int
    kind: str
    severity: int
    opened: int
    answer: int
    solve: int
    due: int
    category: int | None = None
    answered: bool = False


class Care:
    def __init__(self, world: World, team: Team, contacts: Contacts) -> None:
        self.world, self.team, self.contacts = world, team, contacts
        self.complaints: list[Open] = []
        self.requests: list[Open] = []

    def step(self) -> None:
        world, rng = self.world, self.world.rng("care")
        for kind, often in A_YEAR.items():
            happens = world.happens(rng, often)
            draw, draws = rng.random((world.n, 8)), world.draws(rng)
            for i in np.flatnonzero(happens):
                self.complain(int(i), kind, draw[i], draws[i])
        asks = world.happens(rng, REQUESTS_A_YEAR)
        draw, draws = rng.random((world.n, 8)), world.draws(rng)
        for i in np.flatnonzero(asks):
            self.request(int(i), draw[i], draws[i])
        self._run_complaints()
        self._run_requests()

    # Complaints

    def complain(
        self,
        i: int,
        kind: str,
        draw: Floats,
        draws: Floats,
        *,
        category: int | None = None,
        product: int | None = None,
    ) -> Open:
        """draw: (8,) severity, day, how slow, answer, solution, accepted, whether slow, batch"""
        world = self.world
        severity = 1 + int(draw[0] > 0.5) + int(draw[0] > 0.85)
        day = world.monday + int(draw[1] * 5)
        slowness = world.company.conduct.slowness
        speed = world.staff[self.team.service[i]].speed / np.sqrt(slowness)
        slow = (4 + 11 * draw[2]) if draw[6] < SLOW * slowness else 1.0
        spread = np.exp(0.9 * (draw[3] - 0.5)), np.exp(0.9 * (draw[4] - 0.5))
        hours = 0.55 * ANSWER_HOURS[severity - 1] * spread[0] * slow / speed
        days = 0.55 * SOLVE_DAYS[severity - 1] * spread[1] * slow / speed
        at = day * DAY + 540 + int(draw[3] * 400)
        row = {
            "complaint_id": f"{kind[0].upper()}{world.week:04}-{i + 1}",
            "opened_at": at,
            "kind": kind,
            "severity": severity,
            "text": TEXTS[kind],
            "product_id": None if product is None else world.products.ids[product],
            "batch": None if product is None else f"B{world.week // 6:03}",
            "contact_id": next(iter(self.contacts.met(i, float(draw[5]))), None),
            "owner_id": world.staff[self.team.service[i]].code,
        }
        fact = world.note("complaints", i, row, day, draws)
        never = draw[7] < NEVER_SOLVED * slowness and kind != "question"
        solve = NEVER // DAY if never else day + int(np.ceil(days))
        one = Open(
            fact, i, kind, severity, at, at + int(60 * hours), solve, day + SOLVE_DAYS[severity - 1]
        )
        one.category = category
        self.complaints.append(one)
        if hours > 3 * ANSWER_HOURS[severity - 1]:
            late = np.log(hours / ANSWER_HOURS[severity - 1])
            world.feel_fact(SLOW_ANSWERS, i, 0.2 * float(late), fact)
        return one

    def _run_complaints(self) -> None:
        world, end = self.world, self.world.monday + 7
        for one in list(self.complaints):
            if not one.answered and one.answer < end * DAY:
                one.answered = True
                world.book.again(one.fact, one.answer // DAY, first_answer_at=one.answer)
            over = (end - one.due) / 7
            if one.solve < end:
                self.solve(one, one.solve)
            elif over > GIVEN_UP_WEEKS or not world.active[one.account]:
                self._give_up(one)
            elif over > 0 and one.kind != "question":
                self._unsolved(one)

    def _give_up(self, one: Open) -> None:
        """Nobody solves it any more, and somebody clears it away."""
        at = max((self.world.monday + 2) * DAY, one.opened + 60)
        answer = one.answer if one.answered else at
        self.complaints.remove(one)
        self.world.book.again(one.fact, at // DAY, first_answer_at=answer, solved_at=at)

    def _unsolved(self, one: Open) -> None:
        reason = SERVICE_SLOW if one.kind in ("service", "invoice") else UNSOLVED
        self.world.feel_fact(reason, one.account, 0.16 * one.severity**0.6, one.fact)

    def solve(self, one: Open, day: int, *, well: bool = False) -> None:
        """A complaint is solved; in time, it mends part of what it was about."""
        world, in_time = self.world, day <= one.due
        self.complaints.remove(one)
        accepted = in_time or well or one.severity < 3
        at = max(day * DAY + 840, one.opened + 60)
        answer = one.answer if one.answered else min(max(one.opened, at - 30), at)
        world.book.again(
            one.fact,
            day,
            first_answer_at=answer,
            solved_at=at,
            accepted_by_customer=accepted,
            root_cause={"quality": "Batch", "delivery": "Carrier"}.get(one.kind),
        )
        if in_time or well:
            world.tempers.felt[QUALITY, one.account] *= 0.75
        if well:
            world.tempers.felt[[UNSOLVED, SERVICE_SLOW, SLOW_ANSWERS], one.account] *= 0.5

    # Requests

    def request(self, i: int, draw: Floats, draws: Floats, kind: str | None = None) -> Open:
        """draw: (8,) kind, day, days to answer, how late, whether late, none, category, –"""
        world, slowness = self.world, self.world.company.conduct.slowness
        kind = (
            kind
            or ("product", "service", "terms", "other", "product", "custom_product")[
                int(draw[0] * 6)
            ]
        )
        day = world.monday + int(draw[1] * 5)
        due = day + 7 + 7 * int(draw[2] * 3)
        answer = day + 2 + int((due - day - 2) * draw[3])
        if draw[4] < LATE_ANSWER * slowness:
            answer = due + 7 + int(100 * draw[3])
        if draw[5] < NO_ANSWER * slowness:
            answer = NEVER // DAY
        row = {
            "request_id": f"N{world.week:04}-{i + 1}" + ("" if kind != "custom_product" else "c"),
            "raised_on": day,
            "text": {"terms": "Longer payment terms", "service": "Training on site"}.get(
                kind, "Needs a version for their machines" if kind == "custom_product" else "Offer"
            ),
            "kind": kind,
            "owner_id": world.staff[self.team.manager[i]].code,
            "answer_due_on": due,
        }
        fact = world.note("requests", i, row, day, draws)
        one = Open(fact, i, kind, 1, day * DAY, answer, answer, due)
        one.category = int(np.argmax(world.accounts.mix[i]))
        self.requests.append(one)
        return one

    def _run_requests(self) -> None:
        world, end = self.world, self.world.monday + 7
        for one in list(self.requests):
            over = (end - one.due) / 7
            if one.answer < end:
                self.answer(one, one.answer)
            elif over > GIVEN_UP_WEEKS or not world.active[one.account]:
                self.requests.remove(one)
                day = world.monday + 1
                world.book.again(one.fact, day, answered_on=day, outcome="Declined")
            elif over > 0:
                first = 0.3 if over <= 1 else 0.06
                world.feel_fact(SLOW_ANSWERS, one.account, first, one.fact)
                if one.kind == "custom_product":
                    world.feel_fact(FIT, one.account, 0.09, one.fact, one.category)

    def answer(self, one: Open, day: int, *, well: bool = False) -> None:
        world = self.world
        self.requests.remove(one)
        world.book.again(one.fact, day, answered_on=day, outcome="Offered" if well else "Answered")
        if well:
            world.tempers.felt[SLOW_ANSWERS, one.account] *= 0.6
