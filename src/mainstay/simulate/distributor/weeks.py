"""One week of the made-up company: all mechanisms in turn, and the books of what was lost to what."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from mainstay.core.errors import InvalidSetting, NotFound
from mainstay.core.texts import gettext_noop as _
from mainstay.simulate.distributor import actions as act
from mainstay.simulate.distributor import demand, names
from mainstay.simulate.distributor.background import Background
from mainstay.simulate.distributor.care import Care
from mainstay.simulate.distributor.company import Company
from mainstay.simulate.distributor.contacts import Contacts
from mainstay.simulate.distributor.fortunes import Fortunes, Turmoil
from mainstay.simulate.distributor.goods import Goods
from mainstay.simulate.distributor.makeup import C, Floats, K
from mainstay.simulate.distributor.money import Money
from mainstay.simulate.distributor.orders import HOLD, SHORT, STOCK_OUT, Orders, Supplied
from mainstay.simulate.distributor.reasons import place
from mainstay.simulate.distributor.rivals import Rivals
from mainstay.simulate.distributor.supply import Supply
from mainstay.simulate.distributor.team import Team
from mainstay.simulate.distributor.world import World

QUARTER = 13.0  # weeks over which the worst loss is taken
TELLS = 0.25  # of those who take much away say so
MUCH = 0.35
RIVAL_PRICE, PROMISE = place("competitor", "price"), place("money", "promise_broken")


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
        visits = self._act(actions)
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

    # Actions

    def _act(self, actions: Iterable[act.Action]) -> dict[int, bool]:
        """Do what is asked for; gives the accounts to visit."""
        visits: dict[int, bool] = {}
        for one in actions:
            if isinstance(one, act.Visit):
                visits[self._account(one.account_id)] = one.asks_opinion
            elif isinstance(one, act.HandOver):
                self._hand_over(one)
            elif isinstance(one, act.LowerPrice | act.PayRebate):
                self._concede(one)
            elif isinstance(one, act.GiveStock):
                self.given_until[self._account(one.account_id)] = self.world.week + one.weeks
            else:
                self._settle(one)
        return visits

    def _account(self, code: str) -> int:
        if code not in self.place_of:
            raise NotFound(_("There is no account “{account}”."), account=code)
        return self.place_of[code]

    def _hand_over(self, one: act.HandOver) -> None:
        staff = [j for j, p in enumerate(self.world.staff) if p.code == one.staff_id]
        if not staff or self.world.staff[staff[0]].left is not None:
            raise NotFound(_("There is nobody “{staff}” who could take over."), staff=one.staff_id)
        account = self._account(one.account_id)
        self.team.hand_over(account, staff[0], 0.6 if one.introduced else 0.2)

    def _concede(self, one: act.LowerPrice | act.PayRebate) -> None:
        i, tempers = self._account(one.account_id), self.world.tempers
        if isinstance(one, act.PayRebate):
            yearly = max(float(self.world.accounts.need[i]), 1.0)
            eases = min(max(one.amount, 0.0) / (0.03 * yearly), 1.0)
            tempers.felt[PROMISE, i] *= 1 - 0.7 * eases
            tempers.unrest[i] *= 1 - 0.5 * eases
            return
        if not 0 <= one.share <= 0.5:
            raise InvalidSetting(_("A price can be lowered by 0 to 0.5 of it."))
        if one.category is not None and one.category not in names.CATEGORIES:
            raise NotFound(_("There is no category “{category}”."), category=one.category)
        c = slice(None) if one.category is None else names.CATEGORIES.index(one.category)
        self.money.concession[i, c] = np.maximum(self.money.concession[i, c], one.share)
        tempers.felt[RIVAL_PRICE, i, c] *= max(0.0, 1 - one.share / 0.12)

    def _settle(self, one: act.SolveComplaint | act.AnswerRequest | act.KeepPromise) -> None:
        """Open complaints, requests and promises, by the code under which they were written down."""
        today = self.world.monday
        if isinstance(one, act.SolveComplaint):
            for complaint in self.care.complaints:
                if complaint.fact.row["complaint_id"] == one.complaint_id:
                    return self.care.solve(complaint, today, well=True)
            raise NotFound(_("There is no open complaint “{code}”."), code=one.complaint_id)
        if isinstance(one, act.AnswerRequest):
            for request in self.care.requests:
                if request.fact.row["request_id"] == one.request_id:
                    return self.care.answer(request, today, well=True)
            raise NotFound(_("There is no open request “{code}”."), code=one.request_id)
        for promise in self.money.promises:
            if promise.fact.row["promise_id"] == one.promise_id:
                return self.money.keep(promise, today, 1.0)
        raise NotFound(_("There is no open promise “{code}”."), code=one.promise_id)
