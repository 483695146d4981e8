"""What befalls their business, and ours: shrinking, new owners, decisions of chains, closing, moving;
and events in our company."""

from __future__ import annotations

import numpy as np

from mainstay.simulate.distributor import names
from mainstay.simulate.distributor.book import NEVER, Fact
from mainstay.simulate.distributor.makeup import YEAR, Bools, C, Floats, Longs
from mainstay.simulate.distributor.reasons import place
from mainstay.simulate.distributor.supply import Supply
from mainstay.simulate.distributor.world import World

SHRANK, NEW_OWNER, CHAIN, CLOSED, MOVED = (
    place("own_business", name)
    for name in ("shrank", "new_owner", "chain_decision", "closed", "moved")
)
TURMOIL = place("turmoil", "company_event")
EVENTS_A_YEAR = 0.8
EVENTS = ("conflict", "accident", "cash", "leadership", "shortage")
EVENT_TEXTS = {
    "conflict": "Dispute in the management became public",
    "accident": "Fire in the warehouse",
    "cash": "Suppliers wait for their money",
    "leadership": "The managing director was replaced",
    "shortage": "A supplier stopped delivering",
}
HARD_HIT = 0.35  # of the accounts in an event's scope
NOBODY = Fact("", {}, NEVER)


class Fortunes:
    """Their business: what is left of their need (1 = all), and which reason took it (−1 = none)."""

    def __init__(self, world: World) -> None:
        self.world = world
        n = world.n
        self.left = np.ones(n)
        self.aim = np.ones(n)
        self.pace = np.zeros(n)
        self.why = np.full(n, -1)
        self.since = np.full(n, -1)
        self.closes_at = np.full(n, -1)
        self.on_paper: dict[int, Fact] = {}

    def step(self) -> None:
        world, rng = self.world, self.world.rng("fortunes")
        rates = world.company.fortunes
        draw, draws = rng.random((world.n, 4)), world.draws(rng)
        free = self.why < 0
        for reason, yearly in (
            (SHRANK, rates.shrank),
            (CLOSED, rates.closed),
            (MOVED, rates.moved),
        ):
            for i in np.flatnonzero(world.happens(rng, yearly) & free):
                self._falls(int(i), reason, draw[i], draws[i])
        for i in np.flatnonzero(world.happens(rng, rates.new_owner)):
            self._new_owner(int(i), draw[i], draws[i])
        self._chains(rng)
        self.left += np.clip(self.aim - self.left, -self.pace, self.pace)
        self.left = np.maximum(self.left, 0.0)
        self._close()

    def _falls(self, i: int, reason: int, draw: Floats, draws: Floats) -> None:
        world = self.world
        self.why[i], self.since[i] = reason, world.week
        if reason == SHRANK:
            self.aim[i], weeks = 0.25 + 0.4 * draw[0], 8 + 18 * draw[1]
            if draw[2] < 0.6:
                row = {"on": world.monday, "kind": "will_reduce", "text": "Their own sales fell"}
                world.note("notices", i, row, world.monday, draws)
        else:
            self.aim[i], weeks = 0.0, 2 + 8 * draw[1]
            self.closes_at[i] = world.week + int(np.ceil(weeks))
        self.pace[i] = (1 - self.aim[i]) / weeks

    def _close(self) -> None:
        """Who has closed or moved away; written down weeks later, if at all."""
        world = self.world
        for i in np.flatnonzero((self.closes_at == world.week) & ~world.closed):
            world.closed[i] = True
            draws = np.random.default_rng([world.dice.seed, 5, int(i)]).random(6)
            reason = "moved away" if self.why[i] == MOVED else "closed down"
            if draws[0] > world.company.records.missing:
                later = world.monday + int(5 + 50 * draws[1])
                world.book.again(
                    self.on_paper[int(i)], later, closed_on=world.monday, closed_reason=reason
                )

    def _new_owner(self, i: int, draw: Floats, draws: Floats) -> None:
        """Half of the new owners bring suppliers of their own; the others change nothing."""
        world = self.world
        row = {"on": world.monday, "kind": "dissatisfied", "text": "A new owner looks at suppliers"}
        fact = world.note("notices", i, row, world.monday, draws) if draw[0] < 0.7 else NOBODY
        if draw[1] < 0.75:
            world.feel_fact(NEW_OWNER, i, 3.0 + 2.5 * draw[2], fact)

    def _chains(self, rng: np.random.Generator) -> None:
        world, chain = self.world, self.world.accounts.chain
        number = int(chain.max()) + 1
        decides = rng.random(number) < world.company.fortunes.chain_decision / YEAR
        size, wide = rng.random(world.n), rng.random((max(number, 1), C))
        draws = world.draws(rng)
        for g in np.flatnonzero(decides):
            members: Longs = np.flatnonzero((chain == g) & world.active)
            here = np.flatnonzero(wide[g] < 0.75)
            for i in members:
                row = {
                    "on": world.monday,
                    "kind": "contract_ends",
                    "takes_effect_on": world.monday + 60,
                    "text": "Head office decides on one supplier",
                }
                told = size[i] < 0.35
                fact = (
                    world.note("notices", int(i), row, world.monday, draws[i]) if told else NOBODY
                )
                for c in here:
                    world.feel_fact(CHAIN, int(i), 3.6 + 2.0 * size[i], fact, int(c))


class Turmoil:
    """Events in our own company, each in its scope."""

    def __init__(self, world: World, supply: Supply) -> None:
        self.world, self.supply = world, supply

    def step(self) -> None:
        world, rng = self.world, self.world.rng("turmoil")
        draw, hit = rng.random(5), rng.random((world.n, 2))
        if not self._now():
            return
        kind = EVENTS[int(draw[1] * len(EVENTS))]
        scope, said = self._scope(draw[2], draw[3], kind)
        row = {
            "event_id": f"E{world.week:04}-x",
            "on": world.monday + 1,
            "kind": kind,
            "scope": said,
            "text": EVENT_TEXTS[kind],
        }
        fact = world.book.surely("company_events", row, world.monday + 2)
        who = np.flatnonzero(scope & world.active)
        hard = hit[who, 0] < HARD_HIT
        size = np.where(hard, 2.2 + 2.2 * hit[who, 1], 0.3)
        world.feel(TURMOIL, who, size, known=np.full(len(who), fact.recorded))
        if kind == "shortage":
            self.supply.shortage(int(draw[3] * C), 4 + int(8 * draw[4]), 0.4)

    def _now(self) -> bool:
        """Whether something happens this week: once in each stretch of weeks, as many as fit a year."""
        often = EVENTS_A_YEAR * self.world.company.conduct.turmoil
        if often <= 0:
            return False
        stretch = max(round(YEAR / often), 1)
        number, place = divmod(self.world.week, stretch)
        return int(self.world.dice("events", number).integers(stretch)) == place

    def _scope(self, how: float, which: float, kind: str) -> tuple[Bools, str | None]:
        a = self.world.accounts
        if kind == "shortage":
            c = int(which * C)
            return a.mix[:, c] > 0.15, f"category={names.CATEGORIES[c]}"
        country = int(which * len(names.COUNTRIES))
        if how < 0.75:
            regions = names.COUNTRIES[country].regions
            return a.country == country, "region=" + ",".join(regions)
        return a.tier == 2, None
