"""Stock, carriers, and urgent orders that are taken or refused."""

from __future__ import annotations

import numpy as np

from mainstay.simulate.distributor import names
from mainstay.simulate.distributor.makeup import YEAR, Bools, Floats, Longs
from mainstay.simulate.distributor.orders import LATE_IN_GENERAL, REFUSED
from mainstay.simulate.distributor.world import World

OUT_A_YEAR = 0.22  # stock-outs of a product
CARRIER_A_YEAR = 0.22  # times of trouble with a country's carrier
POORLY_SERVED = 0.04  # accounts that begin to be, a year
URGENT_A_YEAR = 0.7
NO_STOCK = 0.25  # stock-outs in which nothing at all is left


class Supply:
    """Which products are there, and which deliveries are late; weeks until which it is so."""

    def __init__(self, world: World) -> None:
        self.world = world
        p = len(world.products.ids)
        self.out_until = np.full(p, -1)
        self.level = np.ones(p)
        self.carrier_until = np.full(len(names.COUNTRIES), -1)
        self.poor_until = np.full(world.n, -1)
        self.tight_until = np.full(world.n, -1)
        self.available = np.ones(p)
        self.shortages: list[tuple[int, Longs, Floats]] = []
        self.urgent: list[
            tuple[int, int, int, int, int]
        ] = []  # day, account, product, quantity, refused

    def step(self) -> None:
        world, rng = self.world, self.world.rng("supply")
        trouble = world.company.conduct.shortage
        p = len(self.out_until)
        begins = (rng.random(p) < OUT_A_YEAR * trouble / YEAR) & (self.out_until < world.week)
        length, level = rng.integers(1, 7, p), rng.random(p)
        self.out_until[begins] = world.week + length[begins]
        nothing = level < NO_STOCK
        self.level[begins] = np.where(nothing, 0.0, 0.2 + 0.6 * level)[begins]
        self.available = np.where(self.out_until >= world.week, self.level, 1.0)
        self.available[world.products.launched > world.week] = 0.0
        few = np.flatnonzero((self.available < 1) & (world.products.launched <= world.week))
        self.shortages.append((world.monday, few, self.available[few]))
        carrier = rng.random((len(self.carrier_until), 2))
        worse = carrier[:, 0] < CARRIER_A_YEAR * trouble / YEAR
        self.carrier_until[worse] = world.week + (6 + 10 * carrier[worse, 1]).astype(np.int64)
        poorly = world.happens(rng, POORLY_SERVED * trouble)
        weeks = rng.integers(14, 40, world.n)
        self.poor_until[poorly] = world.week + weeks[poorly]
        tight = world.happens(rng, 0.03 * trouble)
        self.tight_until[tight] = world.week + weeks[tight]
        self._urgent(rng)

    def shortage(self, category: int, weeks: int, level: float) -> None:
        """A whole category becomes scarce."""
        here = self.world.products.category == category
        self.out_until[here] = np.maximum(self.out_until[here], self.world.week + weeks)
        self.level[here] = level

    def late(self) -> Floats:
        """Probability of a late delivery; (n,)."""
        world = self.world
        carrier = np.where(self.carrier_until >= world.week, 0.28, 0.0)[world.accounts.country]
        poor = np.where(self.poor_until >= world.week, 0.6, 0.0)
        late = np.maximum(np.maximum(carrier, poor), LATE_IN_GENERAL)
        return np.where(self._seen_to, LATE_IN_GENERAL, late)

    @property
    def _seen_to(self) -> Bools:
        return np.asarray(self.world.arranged.delivered_until > self.world.week)

    def _urgent(self, rng: np.random.Generator) -> None:
        """Orders that can't wait; the large are served first."""
        world = self.world
        favour = world.company.conduct.favour * np.array([-0.6, 0.0, 0.6])
        tight: Bools = self.tight_until >= world.week
        asks = world.happens(rng, np.where(tight, 9.0, URGENT_A_YEAR))
        draw = rng.random((world.n, 4))
        p_refused = 0.12 * (1 + favour[world.accounts.tier])
        refused = asks & (draw[:, 0] < np.where(tight, 0.6, p_refused)) & ~self._seen_to
        for i in np.flatnonzero(asks):
            category = int(np.argmax(world.accounts.mix[i]))
            product = int(world.accounts.products[i, category, int(draw[i, 1] * 3)])
            day = world.monday + int(draw[i, 2] * 5)
            quantity = 1 + int(draw[i, 3] * 30)
            self.urgent.append((day, int(i), product, quantity, int(refused[i])))
        who = np.flatnonzero(refused)
        world.feel(REFUSED, who, 0.55 + 0.5 * draw[who, 3])
