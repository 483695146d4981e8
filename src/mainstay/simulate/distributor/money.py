"""Our money: price lists and discounts, rebates and other promises, credit holds, terms, and whom the
promotions are for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from mainstay.simulate.distributor import names
from mainstay.simulate.distributor.book import NEVER, Fact
from mainstay.simulate.distributor.makeup import YEAR, Bools, C, Floats, Longs
from mainstay.simulate.distributor.reasons import KEPT, place
from mainstay.simulate.distributor.team import Team
from mainstay.simulate.distributor.world import World

INFLATION = 0.025
RISES_A_YEAR = 0.55  # price rises beyond the market's, of some categories
DISCOUNT_LOST_A_YEAR = 0.045
FELT_PER_POINT = 0.16  # of price above what they are used to
USED_TO = 1 / 40  # a week: how fast a new price becomes the usual one
OVERDUE, UNDERPAID = 0.11, 0.6
LATE, SHORT, BROKEN = 0.09, 0.03, 0.03  # of promises
OTHER_PROMISES_A_YEAR = 0.35
SETTLED_WEEKS = 26  # after which half of what was promised is paid, and the matter closed
HOLDS_A_YEAR = 0.12
HELD = 0.36
TERMS_A_YEAR = 0.7  # changes of policy that are hard on the smaller ones of a segment
FAVOURS_A_YEAR = 0.5  # times in which promotions are for the large alone, by country
OVERLOOKED = 0.04
RISE, PROMISE, HOLD, HARSH, UNBALANCED = (
    place("money", name)
    for name in ("price_rise", "promise_broken", "credit_hold", "harsh_terms", "unbalanced")
)


@dataclass
class Promise:
    fact: Fact
    account: int
    due: int
    keeps: int
    amount: float
    kept: float


class Money:
    def __init__(self, world: World, team: Team) -> None:
        self.world, self.team = world, team
        rng, n, accounts = world.dice("money"), world.n, world.accounts
        self.list_index = np.ones(C)
        self.market = np.ones(C)
        self.discount = np.tile(accounts.discount[:, None], (1, C))
        self.paid = np.zeros(n)  # of what was promised, so far
        self.used_to = np.ones((n, C)) * (1 - self.discount)
        self.held_until = np.full(n, -1)
        self.holds: list[tuple[int, int, int]] = []  # account, from, to
        self.has_rebate = rng.random(n) < np.array([0.75, 0.5, 0.15])[accounts.tier]
        self.rebate = np.round(rng.uniform(0.01, 0.03, n), 3)
        self.promises: list[Promise] = []
        self.favours_until = np.full(len(names.COUNTRIES), -1)
        self.agreements: dict[int, Fact] = {}
        self.quarter_sales = np.zeros(n)
        for i in np.flatnonzero(world.here):
            self.agree(int(i), int(accounts.terms_days[i]), world.monday - 200, None)

    def agree(self, i: int, days: int, since: int, least: float | None) -> None:
        """Terms that hold from a day on."""
        world, on = self.world, max(since, self.world.monday)
        before = self.agreements.get(i)
        if before is not None:
            world.book.again(before, on, to=max(since - 1, before.row["from"]))
        rule = f"quarter: {100 * self.rebate[i]:.1f}%" if self.has_rebate[i] else None
        row = {
            "agreement_id": f"G{world.week:04}-{i + 1}",
            "account_id": world.accounts.ids[i],
            "from": since,
            "to": None,
            "payment_terms_days": days,
            "minimum_order": least,
            "currency": world.accounts.currency(i),
            "rebate_rule": rule,
            "price_list": "2",
        }
        self.agreements[i] = world.book.surely("agreements", row, on)

    @property
    def price_factor(self) -> Floats:
        """What they pay of the list price; (n, C)."""
        return (1 - self.discount) * (1 - self.world.conceded)

    def step(self) -> None:
        self._prices()
        self._rebates()
        self._promise()
        self._run_promises()
        self._holds()
        self._terms()
        self._favours()

    # Prices

    def _prices(self) -> None:
        world, rng = self.world, self.world.rng("prices")
        hard = world.company.conduct.hardness
        self.market *= (1 + INFLATION) ** (1 / YEAR)
        monday = date.fromordinal(world.monday)
        if monday.month == 1 and monday.day <= 7:
            self.list_index *= (1 + INFLATION) * (1 + 0.01 * rng.standard_normal(C))
        draw = rng.random(3 + C)
        if draw[0] < RISES_A_YEAR * hard / YEAR:
            hit = draw[3:] < 0.35
            hit[int(draw[1] * C)] = True
            by = 0.05 + 0.08 * draw[2]
            self.list_index[hit] *= 1 + by
            self._announce(hit, by)
        world.conceded[world.arranged.price_until == world.week] = 0.0
        lost = world.happens(rng, DISCOUNT_LOST_A_YEAR * hard)
        points = 0.05 + 0.06 * rng.random(world.n)
        self.discount[lost] = np.maximum(self.discount[lost] - points[lost, None], -0.06)
        price = self.list_index / self.market * self.price_factor
        over = np.maximum(price / self.used_to - 1, 0.0)
        self.used_to += USED_TO * (price - self.used_to)
        i, c = np.nonzero((over > 0.004) & world.active[:, None] & (world.accounts.mix > 0.03))
        world.feel(RISE, i, (1 - KEPT[RISE]) * 100 * FELT_PER_POINT * over[i, c], category=c)

    def _announce(self, hit: Bools, by: float) -> None:
        world = self.world
        scope = "category=" + ",".join(names.CATEGORIES[c] for c in np.flatnonzero(hit))
        row = {
            "event_id": f"E{world.week:04}-p",
            "on": world.monday,
            "kind": "price_rise",
            "scope": scope,
            "text": f"List prices +{by:.1%}",
        }
        world.book.surely("company_events", row, world.monday)

    # Promises

    def _rebates(self) -> None:
        """What a quarter's sales come to is promised when it has ended, due in 30 days."""
        world = self.world
        monday = date.fromordinal(world.monday)
        if monday.day > 7 or monday.month not in (1, 4, 7, 10):
            return
        rng = world.rng("rebates")
        draw, draws = rng.random((world.n, 3)), world.draws(rng)
        for i in np.flatnonzero(self.has_rebate & world.active & (self.quarter_sales > 0)):
            amount = float(self.rebate[i] * self.quarter_sales[i])
            self.promise(int(i), "rebate", amount, world.monday + 30, draw[i], draws[i])
        self.quarter_sales[:] = 0.0

    def _promise(self) -> None:
        world, rng = self.world, self.world.rng("promises")
        makes = world.happens(rng, OTHER_PROMISES_A_YEAR)
        draw, draws = rng.random((world.n, 5)), world.draws(rng)
        for i in np.flatnonzero(makes):
            kind = ("reward", "credit", "support", "price")[int(draw[i, 3] * 4)]
            amount = 0.004 * float(world.accounts.need[i])
            due = world.monday + 14 + int(60 * draw[i, 4])
            self.promise(int(i), kind, amount, due, draw[i], draws[i])

    def promise(
        self, i: int, kind: str, amount: float, due: int, draw: Floats, draws: Floats
    ) -> None:
        """draw: (≥ 3,) how it ends, how late, how short"""
        world, hard = self.world, self.world.company.conduct.hardness
        late, short, broken = LATE * hard, SHORT * hard, BROKEN * hard
        keeps, kept = due - 1 - int(10 * draw[1]), amount
        if draw[0] < broken:
            keeps = NEVER
        elif draw[0] < broken + short:
            kept = amount * (0.3 + 0.4 * draw[2])
        elif draw[0] < broken + short + late:
            keeps = due + 21 + int(110 * draw[1])
        rate = names.COUNTRIES[world.accounts.country[i]].rate
        row = {
            "promise_id": f"{kind[0].upper()}{world.week:04}-{i + 1}",
            "made_on": world.monday,
            "by_id": world.staff[self.team.manager[i]].code,
            "kind": kind,
            "text": "Rebate of the quarter" if kind == "rebate" else "As agreed",
            "amount": round(amount / rate, 2),
            "currency": world.accounts.currency(i),
            "due_on": due,
        }
        fact = world.note("promises", i, row, world.monday, draws)
        self.promises.append(Promise(fact, i, due, keeps, amount, kept))

    def _run_promises(self) -> None:
        world, end = self.world, self.world.monday + 7
        for one in list(self.promises):
            over = (end - one.due) / 7
            if one.keeps < end:
                self.keep(one, max(one.keeps, world.monday), one.kept / one.amount)
            elif over > SETTLED_WEEKS or not world.active[one.account]:
                self.promises.remove(one)
                half = round(0.5 * one.fact.row["amount"], 2)
                self.paid[one.account] += 0.5 * one.amount
                world.book.again(one.fact, world.monday, kept_on=world.monday, kept_amount=half)
            elif over > 1:
                world.feel_fact(PROMISE, one.account, OVERDUE, one.fact)

    def keep(self, one: Promise, day: int, share: float) -> None:
        world = self.world
        self.promises.remove(one)
        amount = round(one.fact.row["amount"] * share, 2)
        self.paid[one.account] += one.amount * share
        world.book.again(one.fact, day, kept_on=day, kept_amount=amount)
        if share < 0.99:
            world.feel_fact(PROMISE, one.account, UNDERPAID, one.fact)

    # Holds, terms, favours

    def _holds(self) -> None:
        world, rng = self.world, self.world.rng("holds")
        slack = np.where(world.accounts.slack_days > 9, 2.5, 0.5)
        begins = world.happens(rng, HOLDS_A_YEAR * world.company.conduct.hardness * slack)
        weeks = rng.integers(2, 9, world.n)
        for i in np.flatnonzero(begins & (self.held_until < world.week)):
            self.held_until[i] = world.week + weeks[i]
            self.holds.append((int(i), world.monday, int(world.monday + 7 * weeks[i])))
        held = np.flatnonzero(self.held & world.active)
        world.feel(HOLD, held, np.full(len(held), HELD))

    def release(self, i: int) -> None:
        """A hold ends today."""
        world = self.world
        if self.held_until[i] <= world.week:
            return
        self.held_until[i] = world.week
        self.holds = [
            (a, begins, min(ends, world.monday) if a == i else ends)
            for a, begins, ends in self.holds
        ]

    @property
    def held(self) -> Bools:
        return np.asarray(self.held_until > self.world.week)

    def _terms(self) -> None:
        world, rng = self.world, self.world.rng("terms")
        draw, size = rng.random(3), rng.random((world.n, 2))
        if draw[0] > TERMS_A_YEAR * world.company.conduct.hardness / YEAR:
            return
        country, segment = int(draw[1] * len(names.COUNTRIES)), int(draw[2] * len(names.SEGMENTS))
        a = world.accounts
        small = (a.tier == 2) | ((a.tier == 1) & (size[:, 1] < 0.5))
        hit = (a.country == country) & small & world.active
        hit &= (a.segment == segment) | (a.segment == (segment + 1) % len(names.SEGMENTS))
        row = {
            "event_id": f"E{world.week:04}-t",
            "on": world.monday,
            "kind": "policy",
            "scope": f"segment={names.SEGMENTS[segment]}",
            "text": "Shorter payment terms and a minimum order for smaller accounts",
        }
        world.book.surely("company_events", row, world.monday)
        who = np.flatnonzero(hit)
        for i in who:
            days = max(int(a.terms_days[i]) - 20, 10)
            a.terms_days[i] = days
            least = round(float(a.need[i]) / YEAR * 1.2 / names.COUNTRIES[country].rate, 0)
            self.agree(int(i), days, world.monday + 7, least)
        world.feel(HARSH, who, 0.6 + 2.2 * size[who, 0])

    def _favours(self) -> None:
        world, rng = self.world, self.world.rng("favours")
        favour = world.company.conduct.favour * 2
        draw = rng.random((len(names.COUNTRIES), 2))
        begins = draw[:, 0] < FAVOURS_A_YEAR * favour / YEAR
        begins &= self.favours_until < world.week
        for c in np.flatnonzero(begins):
            self.favours_until[c] = world.week + 26 + int(40 * draw[c, 1])
            row = {
                "event_id": f"E{world.week:04}-f{c}",
                "on": world.monday,
                "kind": "policy",
                "scope": "region=" + ",".join(names.COUNTRIES[c].regions),
                "text": "Promotions and stock go to the largest accounts first",
            }
            world.book.surely("company_events", row, world.monday)
        self._overlooked(rng)

    def _overlooked(self, rng: np.random.Generator) -> None:
        world, a = self.world, self.world.accounts
        on = (self.favours_until >= world.week)[a.country]
        draw = rng.random((world.n, 2))
        who: Longs = np.flatnonzero(on & (a.tier > 0) & world.active)
        world.feel(UNBALANCED, who, np.full(len(who), OVERLOOKED))
        gets = np.flatnonzero(world.active & (draw[:, 0] < np.where(a.tier == 0, 0.02, 0.003)))
        for i in gets[~(on & (a.tier > 0))[gets]]:
            self._incentive(int(i), draw[i, 1])

    def _incentive(self, i: int, draw: float) -> None:
        world = self.world
        budget = round(0.01 * float(world.accounts.need[i]) * (0.5 + draw), 0)
        currency = names.COUNTRIES[world.accounts.country[i]]
        row = {
            "incentive_id": f"I{world.week:04}-{i + 1}",
            "account_id": world.accounts.ids[i],
            "kind": ("discount", "joint_promotion", "sales_contest")[int(draw * 3)],
            "from": world.monday,
            "to": world.monday + 90,
            "budget": round(budget / currency.rate, 0),
            "spent": round(budget * draw / currency.rate, 0),
            "currency": currency.currency,
            "owner_id": world.staff[self.team.manager[i]].code,
            "in_return_for": "A second category" if draw > 0.5 else None,
        }
        world.book.surely("incentives", row, world.monday)
