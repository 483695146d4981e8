"""From what accounts need of us to orders, lines, deliveries and payments."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from mainstay.simulate.distributor.makeup import (
    KEPT_OF_A_CATEGORY,
    WEIGHTS,
    Bools,
    C,
    Floats,
    Longs,
)
from mainstay.simulate.distributor.rationing import Rationing
from mainstay.simulate.distributor.reasons import place
from mainstay.simulate.distributor.world import World

LEAST_LINE = 25.0  # money of a line that is worth writing
NOISE = 0.25  # of an order's size, in logarithms
LEAD_DAYS = (2, 9)
LATE_IN_GENERAL = 0.05
FAR = 10**6
STOCK_OUT, SHORT, LATE, HOLD, REFUSED = (
    place("delivery", "stock_out"),
    place("delivery", "short"),
    place("delivery", "late"),
    place("money", "credit_hold"),
    place("delivery", "refused"),
)


@dataclass
class Lines:
    """Lines of a week, arrays (m,); days as ordinals; money in the company's currency.

    wanted: quantity ordered; quantity: delivered, and sold
    """

    account: Longs
    order: Longs
    number: Longs
    product: Longs
    day: Longs
    wanted: Floats
    quantity: Floats
    price: Floats
    list_price: Floats
    asked: Longs
    promised: Longs
    delivered: Longs
    due: Longs
    seller: Longs
    kind: Longs  # 0 sale, 1 return, 2 credit
    urgent: Bools
    refused: Bools


@dataclass
class Orders:
    """What accounts have gathered to order, and all lines so far."""

    world: World
    basket: Floats = field(init=False)
    clock: Floats = field(init=False)
    sales: Floats = field(init=False)
    margin: Floats = field(init=False)
    lines: list[Lines] = field(default_factory=list)
    rationing: Rationing | None = None

    def __post_init__(self) -> None:
        n = self.world.n
        rng = self.world.dice("orders")
        self.basket = np.zeros((n, C))
        self.clock = rng.random(n)
        self.sales, self.margin = np.zeros(n), np.zeros(n)  # so far

    def step(self, wish: Floats, supply: Supplied) -> Floats:
        """A week's orders.

        wish: (n, C) what they want of us this week, in money
        Returns: (3, n, C) what was lost at once: by stock-out, by short delivery, by holds
        """
        world, accounts = self.world, self.world.accounts
        rng = world.rng("orders")
        gap, noise = rng.gamma(3.0, 1 / 3.0, world.n), rng.standard_normal((world.n, C))
        weekday = rng.integers(0, 5, world.n)
        few = rng.random((world.n, C))
        late = rng.random((world.n, 3))
        held = supply.held
        lost = np.zeros((3, world.n, C))
        lost[2] = 0.5 * wish * held[:, None]
        self.basket += wish - lost[2]
        self.clock += accounts.rate * gap * np.where(wish.sum(1) > 0, 1.0, 0.0)
        size = self.basket * np.exp(NOISE * noise - NOISE**2 / 2)
        worth = size > LEAST_LINE
        order = (self.clock >= 1) & worth.any(1) & ~held & world.active
        self.clock[order] -= np.floor(self.clock[order])
        account, category = np.nonzero(order[:, None] & worth)
        self.basket[account, category] = 0.0
        money = size[account, category]
        made = self._lines(account, category, money, few, weekday, supply)
        self._deliver(made, late, supply, lost)
        self.lines.append(made)
        self._count(made)
        return lost

    def _count(self, made: Lines) -> None:
        products, n = self.world.products, self.world.n
        cost = products.cost[made.product] * products.price[made.product]
        self.sales += np.bincount(made.account, made.quantity * made.price, minlength=n)
        self.margin += np.bincount(made.account, made.quantity * (made.price - cost), minlength=n)

    def _lines(
        self,
        account: Longs,
        category: Longs,
        money: Floats,
        few: Floats,
        weekday: Longs,
        supply: Supplied,
    ) -> Lines:
        world, accounts, products = self.world, self.world.accounts, self.world.products
        parts = 1 + np.minimum(money / 400, 2.99).astype(np.int64)
        row = np.repeat(np.arange(len(account)), parts)
        starts = np.concatenate([[0], np.cumsum(parts)[:-1]])
        inner = np.arange(len(row)) - np.repeat(starts, parts)
        # Low-discrepancy places in the weights, so that the known products come most often.
        u = (few[account, category][row] + inner * 0.618034) % 1.0
        slot = np.minimum(np.searchsorted(np.cumsum(WEIGHTS), u), KEPT_OF_A_CATEGORY - 1)
        product = accounts.products[account[row], category[row], slot]
        buyer = account[row]
        list_price = products.price[product] * supply.list_index[category[row]]
        price = list_price * supply.price_factor[buyer, category[row]]
        quantity = np.maximum(money[row] / parts[row] / price, 0.01)
        number = np.arange(len(row)) - np.searchsorted(buyer, buyer)
        day = world.monday + weekday[buyer]
        return Lines(
            account=buyer,
            order=world.week * 1_000_000 + buyer,
            number=number + 1,
            product=product,
            day=day,
            wanted=quantity,
            quantity=quantity.copy(),
            price=price,
            list_price=list_price,
            asked=day + 2 + (few[buyer, 0] * 6).astype(np.int64),
            promised=day,
            delivered=day,
            due=day + accounts.terms_days[buyer],
            seller=supply.seller[buyer],
            kind=np.zeros(len(row), np.int64),
            urgent=np.zeros(len(row), bool),
            refused=np.zeros(len(row), bool),
        )

    def _deliver(self, made: Lines, late: Floats, supply: Supplied, lost: Floats) -> None:
        world, buyer = self.world, made.account
        category = world.products.category[made.product]
        filled = supply.filled(made.product, world.accounts.tier[buyer], buyer)
        self._ration(made, filled)
        missing = made.wanted * made.price * (1 - filled)
        out = filled < 0.05
        np.add.at(lost[0], (buyer, category), np.where(out, missing, 0.0))
        np.add.at(lost[1], (buyer, category), np.where(out, 0.0, missing))
        made.quantity = made.wanted * filled
        lead = LEAD_DAYS[0] + (late[buyer, 2] * (LEAD_DAYS[1] - LEAD_DAYS[0])).astype(np.int64)
        made.promised = made.day + np.maximum(lead, 1)
        is_late = late[:, 0] < supply.late
        days = np.where(is_late, 1 + np.floor(-np.log(np.maximum(late[:, 1], 1e-9)) * 4.5), 0)
        made.delivered = made.promised + days[buyer].astype(np.int64)
        self._felt(made, category, filled, days)

    def _ration(self, made: Lines, filled: Floats) -> None:
        """Lines of what is short get what the policy gives them, where there is one."""
        if self.rationing is None:
            return
        world, buyer = self.world, made.account
        here = np.flatnonzero(self.rationing.short(made.product, world.week))
        if not len(here):
            return
        products, product = world.products, made.product[here]
        cost = products.cost[product] * products.price[product]
        filled[here] = self.rationing.share(
            (world.accounts.ids, buyer[here]),
            (products.ids, product),
            (made.day[here], made.wanted[here], made.price[here], made.price[here] - cost),
        )

    def _felt(self, made: Lines, category: Longs, filled: Floats, days: Floats) -> None:
        world, buyer = self.world, made.account
        accounts = np.unique(buyer)
        often = np.maximum(world.accounts.rate, 0.25) ** 0.6
        bad = accounts[days[accounts] > 1]
        world.feel(LATE, bad, 0.2 * np.minimum(days[bad] / 4, 2.5) / often[bad])
        parts = np.zeros((world.n, C))
        np.add.at(parts, (buyer, category), 1.0)
        for reason, here, size in (
            (STOCK_OUT, filled < 0.05, 1.0),
            (SHORT, (filled >= 0.05) & (filled < 0.97), 0.8),
        ):
            who, what = buyer[here], category[here]
            world.feel(
                reason,
                who,
                size * (1 - filled[here]) / parts[who, what] / often[who],
                category=what,
            )


@dataclass
class Supplied:
    """What the company is able and willing to give this week.

    available: (p,) share of what is wanted; favour: to the large before the others
    given: (n,) accounts to whom stock was given: they get what they want
    late: (n,) probability of a late delivery; held: (n,) accounts on credit hold
    list_index: (C,) of the price list; price_factor: (n, C) what they pay of it
    seller: (n,) their manager's place in the staff
    """

    available: Floats
    favour: float
    given: Bools
    late: Floats
    held: Bools
    list_index: Floats
    price_factor: Floats
    seller: Longs

    def filled(self, product: Longs, tier: Longs, account: Longs) -> Floats:
        """The share of each line that is delivered."""
        first = 1 + self.favour * np.array([0.8, 0.0, -0.5])
        share = np.clip(self.available[product] * first[tier], 0.0, 1.0)
        share = np.where(self.available[product] >= 1, 1.0, share)
        return np.where(self.given[account], 1.0, share)
