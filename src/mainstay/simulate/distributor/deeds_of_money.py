"""What is done with money: promotions with a return or without, contests, terms, prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mainstay.core.errors import InvalidSetting, NotFound
from mainstay.core.texts import gettext_noop as _
from mainstay.simulate.distributor import actions as act
from mainstay.simulate.distributor import names
from mainstay.simulate.distributor import response as how
from mainstay.simulate.distributor.reasons import place

if TYPE_CHECKING:
    from mainstay.simulate.distributor.weeks import Weeks

RISE, PROMISE, HOLD, HARSH, UNBALANCED = (
    place("money", name)
    for name in ("price_rise", "promise_broken", "credit_hold", "harsh_terms", "unbalanced")
)
RIVAL_PRICE = place("competitor", "price")
RIVALS = tuple(place("competitor", kind) for kind in ("price", "product", "service", "favours"))
WEEKS_OF_AN_INCENTIVE = 13


class MoneyDeeds:
    def __init__(self, weeks: Weeks) -> None:
        self.weeks, self.world = weeks, weeks.world

    def promote(self, one: act.Promote) -> None:
        i, world = self.weeks.account(one.account_id), self.world
        eases = self._give(i, one.amount)
        self._written(i, "joint_promotion", one.amount, "A second category" * one.in_return)
        if not one.in_return:
            self._unasked(i)
        felt = world.tempers.felt
        felt[RISE, i] *= 1 - how.PROMOTION_PULL * eases
        felt[UNBALANCED, i] *= 1 - (1 - how.EVEN_HANDED) * eases
        pull, weeks = 1 - how.PROMOTION_PULL * eases, how.PROMOTION_WEEKS
        world.arranged.soften((RIVAL_PRICE,), i, pull, world.week, weeks)

    def contest(self, one: act.Contest) -> None:
        i, world = self.weeks.account(one.account_id), self.world
        self._give(i, one.amount)
        self._written(i, "sales_contest", one.amount, "Their sales of ours")
        world.tempers.felt[UNBALANCED, i] *= how.EVEN_HANDED
        world.arranged.soften(RIVALS, i, how.CONTEST_PULL, world.week, how.CONTEST_WEEKS)

    def soften_terms(self, one: act.SoftenTerms) -> None:
        i, world, money = self.weeks.account(one.account_id), self.world, self.weeks.money
        for k in (HARSH, HOLD):
            world.tempers.felt[k, i] *= how.TERMS_EASED
        money.release(i)
        days = int(world.accounts.terms_days[i]) + how.TERMS_DAYS
        world.accounts.terms_days[i] = days
        money.agree(i, days, world.monday, None)

    def lower_price(self, one: act.LowerPrice) -> None:
        i, felt = self.weeks.account(one.account_id), self.world.tempers.felt
        if not 0 <= one.share <= 0.5:
            raise InvalidSetting(_("A price can be lowered by 0 to 0.5 of it."))
        if one.category is not None and one.category not in names.CATEGORIES:
            raise NotFound(_("There is no category “{category}”."), category=one.category)
        c = slice(None) if one.category is None else names.CATEGORIES.index(one.category)
        self._unasked(i)
        conceded = self.world.conceded
        conceded[i, c] = np.maximum(conceded[i, c], one.share)
        if one.weeks is not None:
            self.world.arranged.price_until[i] = self.world.week + one.weeks
        felt[RIVAL_PRICE, i, c] *= max(0.0, 1 - one.share / how.MATCHED)
        self._written(i, "discount", one.share * float(self.world.accounts.need[i]) / 2, "")

    def pay_rebate(self, one: act.PayRebate) -> None:
        i, tempers = self.weeks.account(one.account_id), self.world.tempers
        self._unasked(i)
        eases = self._give(i, one.amount)
        tempers.felt[PROMISE, i] *= 1 - 0.7 * eases
        tempers.unrest[i] *= 1 - 0.5 * eases

    def _give(self, i: int, amount: float) -> float:
        """Money goes to them; how much that is of a full promotion, 0 to 1."""
        self.world.arranged.given[i] += max(amount, 0.0)
        full = how.FULL_PROMOTION * max(float(self.world.accounts.need[i]), 1.0)
        return min(max(amount, 0.0) / full, 1.0)

    def _unasked(self, i: int) -> None:
        """Money that answers nothing makes them compare."""
        felt = self.world.tempers.felt[[RISE, PROMISE, HARSH, RIVAL_PRICE], i].max()
        if felt < how.UNASKED:
            self.world.tempers.stir(i, how.STIRRED)

    def _written(self, i: int, kind: str, budget: float, in_return: str) -> None:
        world, country = self.world, names.COUNTRIES[self.world.accounts.country[i]]
        row = {
            "incentive_id": f"J{world.week:04}-{kind[0]}{i + 1}",
            "account_id": world.accounts.ids[i],
            "kind": kind,
            "from": world.monday,
            "to": world.monday + 7 * WEEKS_OF_AN_INCENTIVE,
            "budget": round(budget / country.rate, 0),
            "spent": round(budget / country.rate, 0),
            "currency": country.currency,
            "owner_id": world.staff[self.weeks.team.manager[i]].code,
            "in_return_for": in_return or None,
        }
        world.book.surely("incentives", row, world.monday)
