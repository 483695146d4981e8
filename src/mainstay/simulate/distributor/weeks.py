"""One week of the made-up company: all mechanisms in turn, and the books of what was lost to what."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from mainstay.core.errors import NotFound
from mainstay.core.texts import gettext_noop as _
from mainstay.simulate.distributor import actions as act
from mainstay.simulate.distributor import demand
from mainstay.simulate.distributor.background import Background
from mainstay.simulate.distributor.care import Care
from mainstay.simulate.distributor.company import Company
from mainstay.simulate.distributor.contacts import Contacts
from mainstay.simulate.distributor.deeds import Deeds
from mainstay.simulate.distributor.fortunes import Fortunes, Turmoil
from mainstay.simulate.distributor.goods import Goods
from mainstay.simulate.distributor.makeup import C, Floats, K
from mainstay.simulate.distributor.money import Money
from mainstay.simulate.distributor.orders import HOLD, SHORT, STOCK_OUT, Orders, Supplied
from mainstay.simulate.distributor.rivals import Rivals
from mainstay.simulate.distributor.supply import Supply
from mainstay.simulate.distributor.team import Team
from mainstay.simulate.distributor.world import World

QUARTER = 13.0  # weeks over which the worst loss is taken
TELLS = 0.25  # of those who take much away say so
MUCH = 0.35


class Books:
    """What was lost to what, in the company's currency; arrays (K, n, C) and (n, C).

    Fading sums weigh a week by 1/13 less each week: about the last quarter of a year.
    """

    def __init__(self, n: int) -> None:
        self.lost = np.zeros((K, n, C))
        self.would = np.zeros((n, C))
        self.bought = np.zeros((n, C))
        self.lost_lately = np.zeros((K, n, C))
        self.would_lately = np.zeros((n, C))
        self.worst = np.zeros((K, n))
        self.worst_of = np.zeros((K, n, C))
        self.first = np.full((K, n, C), -1)

    def add(self, week: int, would: Floats, lost: Floats, bought: Floats) -> None:
        self.lost += lost
        self.would += would
        self.bought += bought
        self.lost_lately += (lost - self.lost_lately) / QUARTER
        self.would_lately += (would - self.would_lately) / QUARTER
        whole = self.would_lately.sum(1)
        enough = whole > 0
        share = self.lost_lately.sum(2) / np.where(enough, whole, 1.0)
        self.worst = np.maximum(self.worst, np.where(enough, share, 0.0))
        of = self.would_lately > 0
        share_of = self.lost_lately / np.where(of, self.would_lately, 1.0)
        self.worst_of = np.maximum(self.worst_of, np.where(of, share_of, 0.0))
        self.first = np.where((self.first < 0) & (lost > 0), week, self.first)


class Weeks:
    """The company, a week at a time."""

    def __init__(self, company: Company, seed: int) -> None:
        self.world = World(company, seed)
        world = self.world
        self.contacts = Contacts(world)
        self.team = Team(world, self.contacts)
        self.supply = Supply(world)
        self.money = Money(world, self.team)
        self.care = Care(world, self.team, self.contacts)
        self.goods = Goods(world, self.care)
        self.rivals = Rivals(world)
        self.fortunes = Fortunes(world)
        self.turmoil = Turmoil(world, self.supply)
        self.orders = Orders(world)
        self.background = Background(world, self.team, self.fortunes)
        self.books = Books(world.n)
        self.given_until = np.full(world.n, -1)
        self.place_of = {code: i for i, code in enumerate(world.accounts.ids)}

    def step(self, actions: Iterable[act.Action]) -> None:
        world = self.world
        self._arrive()
        visits = Deeds(self).do(actions)
        self.fortunes.step()
        self.turmoil.step()
        self.rivals.step()
        self.money.step()
        self.goods.step()
        self.supply.step()
        self.contacts.step()
        self.team.step(visits)
        self.care.step()
        self._buy()
        self._review()
        self.background.step()
        world.week += 1

    def _arrive(self) -> None:
        """Accounts that begin to buy of us this week."""
        world = self.world
        for i in np.flatnonzero((world.accounts.begins == world.week) & ~world.here):
            world.here[i] = True
            self.team.gap[i] = 0.0
            self.background.enter(int(i))
            self.team.assign(int(i), world.monday, first=True)
            self.money.agree(int(i), int(world.accounts.terms_days[i]), world.monday, None)

    def _buy(self) -> None:
        world, tempers = self.world, self.world.tempers
        a = world.accounts
        week = min(world.week, len(world.by_country) - 1)
        need = demand.need(a, world.week, world.by_country[week], world.by_category[week])
        need *= world.here[:, None]
        would = need * a.ref
        left = np.where(world.closed, 0.0, self.fortunes.left)[:, None]
        lost = would * left * tempers.moved
        wish = np.maximum(would * left - lost.sum(0), 0.0)
        supplied = Supplied(
            available=self.supply.available,
            favour=world.company.conduct.favour,
            given=self.given_until > world.week,
            late=self.supply.late(),
            held=self.money.held,
            list_index=self.money.list_index,
            price_factor=self.money.price_factor,
            seller=self.team.manager,
        )
        at_once = self.orders.step(wish, supplied)
        fell = np.flatnonzero(self.fortunes.why >= 0)
        lost[self.fortunes.why[fell], fell] += (would * (1 - left))[fell]
        for reason, money in zip((STOCK_OUT, SHORT, HOLD), at_once, strict=True):
            lost[reason] += money
        bought = wish - at_once.sum(0)
        self.books.add(world.week, would, lost, bought)
        self.money.quarter_sales += bought.sum(1)
        self.background.needed((need * left).sum(1), bought.sum(1))

    def _review(self) -> None:
        """Accounts review their suppliers; some of those who take much away say so."""
        world, rng = self.world, self.world.rng("review")
        tells, draws = rng.random((world.n, 2)), world.draws(rng)
        account, category, more = world.tempers.step(world.week)
        size = np.zeros(world.n)
        np.add.at(size, account, more * world.accounts.mix[account, category])
        for i in np.flatnonzero((size > MUCH) & (tells[:, 0] < TELLS)):
            leaves = world.tempers.lost[:, i].sum(0).max() > 0.95 and size[i] > 0.8
            row = {
                "on": world.monday + int(5 * tells[i, 1]),
                "kind": "will_leave" if leaves else "will_reduce",
                "takes_effect_on": world.monday + 30 if leaves else None,
                "text": "They compare suppliers",
            }
            world.note("notices", int(i), row, int(row["on"] or 0), draws[i])

    def account(self, code: str) -> int:
        """The place of an account.

        Raises: NotFound
        """
        if code not in self.place_of:
            raise NotFound(_("There is no account “{account}”."), account=code)
        return self.place_of[code]

    def staff(self, code: str) -> int:
        """The place of one of our people who is still with us.

        Raises: NotFound
        """
        found = [j for j, p in enumerate(self.world.staff) if p.code == code and p.left is None]
        if not found:
            raise NotFound(_("There is nobody “{staff}” who could take over."), staff=code)
        return found[0]

    def spend(self, account_id: str, amount: float) -> None:
        """Money that something costs us for an account."""
        self.world.arranged.given[self.account(account_id)] += amount

    def earned(self) -> tuple[Floats, Floats, Floats]:
        """Sales, margin and money given so far; (n,) each."""
        given = self.world.arranged.given + self.money.paid
        return self.orders.sales.copy(), self.orders.margin.copy(), given
