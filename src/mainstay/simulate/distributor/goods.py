"""Our products: bad batches, needs that they no longer fit, an old generation, discontinued ones."""

from __future__ import annotations

import numpy as np

from mainstay.simulate.distributor import names
from mainstay.simulate.distributor.care import Care
from mainstay.simulate.distributor.makeup import WEIGHTS, YEAR, C, Floats
from mainstay.simulate.distributor.reasons import place
from mainstay.simulate.distributor.world import World

BATCHES_A_YEAR = 0.3  # of a category in a country
BAD_PRODUCTS = 8  # of a category, the best known, may have a bad batch
IN_A_BATCH_A_YEAR = 14.0  # complaints of those who buy it, as long as it lasts
OUTGROWN_A_YEAR = 0.035  # accounts whose need changes in a category
GENERATIONS_A_YEAR = 0.25  # of a category: others have something newer
SUCCESSOR_TAKEN = 0.85
TECHNICAL = np.array([0.7, 0.6, 1.5, 0.5, 1.1])  # by segment: how much they mind an old generation
QUALITY, FIT, AGE, DISCONTINUED = (
    place("product", name) for name in ("quality", "fit", "age", "discontinued")
)


class Goods:
    def __init__(self, world: World, care: Care) -> None:
        self.world, self.care = world, care
        self.bad_until = np.full((len(names.COUNTRIES), C), -1)
        self.bad_product = np.zeros_like(self.bad_until)
        self.outgrown_until = np.full((world.n, C), -1)
        self.old_until = np.full(C, -1)
        sources = [[(world.source(), world.source()) for _ in range(C)] for _ in range(world.n)]
        self.outgrown, self.outdated = np.moveaxis(np.array(sources), 2, 0)
        self.returns: list[tuple[int, int, int, int]] = []  # week, account, product, manager

    def step(self) -> None:
        self._batches()
        self._outgrown()
        self._generations()
        self._discontinue()

    def _batches(self) -> None:
        world, rng = self.world, self.world.rng("batches")
        faults = world.company.conduct.faults
        begins = rng.random(self.bad_until.shape) < BATCHES_A_YEAR * faults / YEAR
        weeks = rng.integers(6, 15, self.bad_until.shape)
        self.bad_until[begins] = world.week + weeks[begins]
        few = (BAD_PRODUCTS * rng.random(self.bad_until.shape)).astype(np.int64)
        self.bad_product[begins] = (few * C + np.arange(C))[begins]
        bad = self.bad_until >= world.week
        product = np.where(bad, self.bad_product, -1)[world.accounts.country]
        buys = (world.accounts.products == product[:, :, None]).any(2)
        often = np.where(buys, IN_A_BATCH_A_YEAR, 0.1 * faults) * np.sqrt(world.accounts.mix)
        hit = rng.random((world.n, C)) < often / YEAR * np.sqrt(world.accounts.rate / 0.4)[:, None]
        hit &= world.active[:, None]
        hit &= ~(buys & (world.arranged.checked_until > world.week)[:, None])
        heavy, draw = rng.random((world.n, C)), rng.random((world.n, 8))
        draws = world.draws(rng)
        for i, c in np.argwhere(hit):
            own = int(world.accounts.products[i, c, int(draw[i, 2] * 3)])
            what = int(product[i, c]) if buys[i, c] else own
            one = self.care.complain(
                int(i), "quality", draw[i], draws[i], category=int(c), product=what
            )
            size = 1.2 + 1.6 * heavy[i, c]
            world.feel_fact(QUALITY, int(i), size, one.fact, int(c))
            if heavy[i, c] > 0.5:
                self.returns.append((world.week + 1, int(i), what, int(self.care.team.manager[i])))

    def _outgrown(self) -> None:
        """Accounts whose machines or trade change need what we do not have."""
        world, rng = self.world, self.world.rng("fit")
        begins = world.happens(rng, OUTGROWN_A_YEAR)
        category = rng.integers(0, C, world.n)
        weeks, asks = rng.integers(26, 70, world.n), rng.random(world.n)
        draw, draws = rng.random((world.n, 8)), world.draws(rng)
        who = np.flatnonzero(begins)
        what = np.where(asks[who] < 0.8, np.argmax(world.accounts.mix[who], axis=1), category[who])
        self.outgrown_until[who, what] = world.week + weeks[who]
        i, c = np.nonzero((self.outgrown_until >= world.week) & world.active[:, None])
        for account, of in zip(i, c, strict=True):
            if asks[account] < 0.07:
                draw[account, 5] = 0.0  # we have none, and no answer
                one = self.care.request(
                    int(account), draw[account], draws[account], "custom_product"
                )
                one.category = int(of)
                world.told(int(self.outgrown[account, of]), one.fact)
        world.feel(FIT, i, np.full(len(i), 0.075), category=c, known=self.outgrown[i, c])

    def _generations(self) -> None:
        world, rng = self.world, self.world.rng("generations")
        begins = rng.random(C) < GENERATIONS_A_YEAR * world.company.conduct.faults / YEAR
        weeks = rng.integers(26, 60, C)
        self.old_until[begins] = world.week + weeks[begins]
        old = np.flatnonzero(self.old_until >= world.week)
        draw, draws = rng.random(world.n), world.draws(rng)
        minds = TECHNICAL[world.accounts.segment]
        for c in old:
            who = np.flatnonzero(world.active & (world.accounts.mix[:, c] > 0.05))
            seen = who[draw[who] < 0.025]
            for i in seen:
                row = {
                    "criterion": f"Newest generation: {names.CATEGORIES[c]}",
                    "weight": 2.0,
                    "we_meet": False,
                    "competitor": names.RIVALS[int(i) % len(names.RIVALS)],
                    "competitor_meets": True,
                    "assessed_on": world.monday,
                    "source": "visit",
                }
                fact = world.note("criteria", int(i), row, world.monday, draws[i])
                world.told(int(self.outdated[i, c]), fact)
            size = self._size(who, int(c), minds)
            world.feel(AGE, who, size, category=np.full(len(who), c), known=self.outdated[who, c])

    def _size(self, who: np.ndarray, c: int, minds: Floats) -> Floats:
        lag = np.where(self.old_until[c] >= self.world.week, 0.042, 0.0)
        return np.asarray(lag * minds[who])

    def _discontinue(self) -> None:
        """What we stop selling is replaced by a successor, or missed."""
        world, products = self.world, self.world.products
        accounts = world.accounts
        ending = np.flatnonzero(products.ended == world.week)
        if not len(ending):
            return
        takes = world.rng("discontinued").random(accounts.products.shape)
        for j in ending:
            i, c, slot = np.nonzero(accounts.products == j)
            new = products.successor[j]
            if new >= 0:
                taken = takes[i, c, slot] < SUCCESSOR_TAKEN
                accounts.products[i, c, slot] = np.where(taken, new, self._other(i, c, slot))
                i, c, slot = i[~taken], c[~taken], slot[~taken]
            else:
                accounts.products[i, c, slot] = self._other(i, c, slot)
            here = world.active[i] & (accounts.mix[i, c] > 0.03)
            i, c, slot = i[here], c[here], slot[here]
            world.feel(DISCONTINUED, i, 4.8 * WEIGHTS[slot], category=c)

    def _other(self, i: np.ndarray, c: np.ndarray, slot: np.ndarray) -> np.ndarray:
        """The next that they buy of the category."""
        return self.world.accounts.products[i, c, (slot + 1) % len(WEIGHTS)]
