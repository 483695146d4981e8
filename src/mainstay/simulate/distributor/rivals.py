"""Competitors who attack accounts, and price wars; what of it is seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mainstay.simulate.distributor import names
from mainstay.simulate.distributor.makeup import YEAR, C, Floats, Longs
from mainstay.simulate.distributor.reasons import KEPT, place
from mainstay.simulate.distributor.response import MATCHED
from mainstay.simulate.distributor.world import World

KINDS = ("price", "product", "service", "favours")
SHARES = np.array([0.45, 0.25, 0.2, 0.1])
REASONS = np.array([place("competitor", kind) for kind in KINDS])
RAMP_WEEKS = 6
SEEN_A_WEEK = 0.12
LEVEL = 4.3  # of a usual attack, once it is in full course
WAR_LEVEL = 1.7
WAR_MONTHS = (13, 39)


@dataclass
class Attack:
    account: int
    kind: int
    rival: int
    begins: int
    ends: int
    level: float
    categories: np.ndarray
    source: int


class Rivals:
    def __init__(self, world: World) -> None:
        self.world = world
        self.attacks: list[Attack] = []
        self.war_until = np.full((len(names.COUNTRIES), C), -1)
        self.war_source = np.array([[world.source() for _ in range(C)] for _ in range(world.n)])

    def step(self) -> None:
        world, rng = self.world, self.world.rng("rivals")
        how = world.company.rivals
        a = world.accounts
        begins = world.happens(rng, how.attacks * np.array([1.3, 1.0, 0.8])[a.tier])
        draw, wide = rng.random((world.n, 5)), rng.random((world.n, C))
        level = np.exp(0.5 * rng.standard_normal(world.n)) * LEVEL * how.strength
        for i in np.flatnonzero(begins):
            here = (wide[i] < 0.4) & (a.mix[i] > 0.03)
            here[int(np.argmax(a.mix[i] * (0.5 + wide[i])))] = True
            kind = int(np.searchsorted(np.cumsum(SHARES), draw[i, 0]))
            weeks = 10 + int(40 * draw[i, 1])
            self.attacks.append(
                Attack(
                    int(i),
                    min(kind, len(KINDS) - 1),
                    int(draw[i, 2] * len(names.RIVALS)),
                    world.week,
                    world.week + weeks,
                    float(level[i]),
                    np.flatnonzero(here),
                    world.source(),
                )
            )
        self.attacks = [one for one in self.attacks if one.ends > world.week]
        self._press(rng)
        self._wars(rng)

    def _press(self, rng: np.random.Generator) -> None:
        world = self.world
        seen, draws = rng.random((world.n, 3)), world.draws(rng)
        for one in self.attacks:
            i = one.account
            if not world.active[i]:
                continue
            ramp = min((world.week - one.begins + 1) / RAMP_WEEKS, 1.0)
            reason = int(REASONS[one.kind])
            if seen[i, 0] < SEEN_A_WEEK:
                self._sighting(one, seen[i], draws[i])
            c = one.categories
            size = np.full(len(c), (1 - KEPT[reason]) * one.level * ramp)
            if one.kind == 0:
                size = size * self._unmatched(np.full(len(c), i), c)
            world.feel(
                reason, np.full(len(c), i), size, category=c, known=np.full(len(c), one.source)
            )

    def _unmatched(self, account: Longs, category: Longs) -> Floats:
        """What is left of the pull of a price, with what we conceded on ours."""
        return np.maximum(0.0, 1 - self.world.conceded[account, category] / MATCHED)

    def _sighting(self, one: Attack, seen: np.ndarray, draws: np.ndarray) -> None:
        """Somebody sees that a competitor is there."""
        world, i = self.world, one.account
        c = int(one.categories[0])
        product = int(world.accounts.products[i, c, 0])
        day = world.monday + int(seen[1] * 5)
        rate = names.COUNTRIES[world.accounts.country[i]].rate
        price = world.products.price[product] * (0.82 + 0.1 * seen[2]) / rate
        row = {
            "sighting_id": f"K{world.week:04}-{i + 1}",
            "on": day,
            "competitor": names.RIVALS[one.rival],
            "what": KINDS[one.kind],
            "price": round(float(price), 2) if one.kind == 0 else None,
            "currency": world.accounts.currency(i) if one.kind == 0 else None,
            "product_id": world.products.ids[product],
            "source": ("contact", "ours", "public")[min(int(seen[2] * 2.3), 2)],
        }
        fact = world.note("competitor_sightings", i, row, day, draws)
        world.told(one.source, fact)
        world.seems(int(REASONS[one.kind]), fact, 0.5 * LEVEL)
        if one.kind == 0 and seen[2] > 0.88:
            row = {"on": day, "kind": "asked_rival_price", "text": "Asked us to match a price"}
            world.note("notices", i, row, day, draws[::-1])

    def _wars(self, rng: np.random.Generator) -> None:
        world = self.world
        draw = rng.random((len(names.COUNTRIES), C))
        begins = draw < world.company.rivals.wars / C / YEAR
        weeks = rng.integers(*WAR_MONTHS, draw.shape)
        self.war_until[begins] = world.week + weeks[begins]
        on = (self.war_until >= world.week)[world.accounts.country]
        i, c = np.nonzero(on & (world.accounts.mix > 0.03) & world.active[:, None])
        reason = place("competitor", "price")
        level = WAR_LEVEL * world.company.rivals.strength
        seen, draws = rng.random((world.n, 3)), world.draws(rng)
        for m in np.flatnonzero(seen[i, 0] < SEEN_A_WEEK / 4):
            rival, source = int(c[m]) % len(names.RIVALS), int(self.war_source[i[m], c[m]])
            one = Attack(int(i[m]), 0, rival, 0, 0, level, c[m : m + 1], source)
            self._sighting(one, seen[i[m]], draws[i[m]])
        world.feel(
            reason,
            i,
            np.full(len(i), (1 - KEPT[reason]) * level) * self._unmatched(i, c),
            category=c,
            known=self.war_source[i, c],
        )
