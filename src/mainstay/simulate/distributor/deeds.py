"""What is done about accounts, and how they respond: each action by its mechanism.

An action settles what is open, takes a source of disappointment away, mends part of what is felt, or
weakens a rival's pull for a while. None touches the share that an account gives us: that follows from
the utility, or, where somebody asks for it, from another look at it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from mainstay.core.errors import InvalidSetting, NotFound
from mainstay.core.texts import gettext_noop as _
from mainstay.simulate.distributor import actions as act
from mainstay.simulate.distributor import names
from mainstay.simulate.distributor import response as how
from mainstay.simulate.distributor.book import NEVER as NOWHERE
from mainstay.simulate.distributor.deeds_of_money import MoneyDeeds
from mainstay.simulate.distributor.makeup import NEVER
from mainstay.simulate.distributor.reasons import place
from mainstay.simulate.distributor.team import MOST_TIE, Call

if TYPE_CHECKING:
    from mainstay.simulate.distributor.weeks import Weeks

SENIOR = ("leader", "director")
DISCOURTESY, SLOW_ANSWERS = place("courtesy", "discourtesy"), place("courtesy", "slow_answers")
LEFT, LEADER, CHANGED = (
    place("people", name) for name in ("manager_left", "leader_left", "manager_changed")
)
QUALITY, FIT, AGE, DISCONTINUED = (
    place("product", name) for name in ("quality", "fit", "age", "discontinued")
)
UNSOLVED, SERVICE_SLOW = place("service", "complaint_unsolved"), place("service", "service_slow")
LATE, SHORT, REFUSED = (place("delivery", name) for name in ("late", "short", "refused"))
PROMISE, UNBALANCED = place("money", "promise_broken"), place("money", "unbalanced")
TURMOIL = place("turmoil", "company_event")
RIVALS = tuple(place("competitor", kind) for kind in ("price", "product", "service", "favours"))
NEW_OWNER, CHAIN = place("own_business", "new_owner"), place("own_business", "chain_decision")
FOR_GOOD = 520  # weeks


class Deeds:
    """The actions of one week."""

    def __init__(self, weeks: Weeks) -> None:
        self.weeks, self.world = weeks, weeks.world
        self.money = MoneyDeeds(weeks)
        self.visits: dict[int, Call] = {}
        self.plain: list[int] = []  # visits that bring nothing but themselves

    def do(self, actions: Iterable[act.Action]) -> dict[int, Call]:
        """Do what is asked for; gives the accounts to visit."""
        ways = self._ways()
        for one in actions:
            ways[type(one)](one)
        for i in self.plain:
            if self.overdue(i):
                self._annoy(i)
        return self.visits

    def _annoy(self, i: int) -> None:
        world, last = self.world, self.world.arranged.annoyed_on
        if world.week - last[i] >= how.CLUMSY_AGAIN_WEEKS:
            last[i] = world.week
            manners = world.staff[self.weeks.team.manager[i]].manners
            self._feel(DISCOURTESY, i, how.CLUMSY / manners)

    def _ways(self) -> dict[type, Callable[[Any], None]]:
        return {
            act.Visit: self._visit,
            act.Listen: self._listen,
            act.KeepRhythm: self._keep_rhythm,
            act.SolveComplaint: self._solve,
            act.AnswerRequest: self._answer,
            act.KeepPromise: self._keep,
            act.SettleAll: self._settle_all,
            act.Apologise: self._apologise,
            act.HandOver: self._hand_over,
            act.Introduce: self._introduce,
            act.WidenContacts: self._widen,
            act.Deepen: self._deepen,
            act.ShapeCriteria: self._shape_criteria,
            act.TryNewest: self._try_newest,
            act.DecideCustom: self._decide_custom,
            act.RecoverDelivery: self._recover_delivery,
            act.GiveStock: self._give_stock,
            act.PlanJointly: self._plan_jointly,
            act.HelpOnSite: self._help_on_site,
            act.ReportQuality: self._report_quality,
            act.AskBack: self._ask_back,
            act.Promote: self.money.promote,
            act.Contest: self.money.contest,
            act.SoftenTerms: self.money.soften_terms,
            act.LowerPrice: self.money.lower_price,
            act.PayRebate: self.money.pay_rebate,
        }

    # What all of them need

    def _account(self, code: str) -> int:
        return self.weeks.account(code)

    def _feel(self, reason: int, i: int, size: float) -> None:
        """Something of our own doing that nobody writes down."""
        self.world.feel(reason, np.array([i]), np.array([size]), known=np.array([NOWHERE]))

    def _mend(self, reasons: Iterable[int], i: int, factor: float, category: Any = None) -> None:
        c = slice(None) if category is None else category
        for k in reasons:
            self.world.tempers.felt[k, i, c] *= factor

    def _soften(self, reasons: Iterable[int], i: int, factor: float, weeks: int) -> None:
        self.world.arranged.soften(reasons, i, factor, self.world.week, weeks)

    def _closer(self, i: int, by: float) -> None:
        tie = self.weeks.team.tie
        tie[i] = min(tie[i] + by, MOST_TIE)

    def overdue(self, i: int) -> bool:
        """Whether something of theirs waits beyond its day."""
        today = self.world.monday
        care, money = self.weeks.care, self.weeks.money
        waiting: tuple[Any, ...] = (
            *(one for one in care.complaints if one.kind != "question"),
            *care.requests,
            *money.promises,
        )
        return any(one.account == i and one.due < today for one in waiting)

    def _ready(self, i: int) -> bool:
        """Whether they are at peace enough with us to talk of more."""
        taken = self.world.tempers.losses_of(i).sum(0)
        mix = self.world.accounts.mix[i]
        return float(taken @ mix) <= how.READY * self.world.company.temper.tolerance

    # Visits

    def _visit(self, one: act.Visit) -> None:
        i = self._account(one.account_id)
        self.visits[i] = Call(one.asks_opinion)
        self.plain.append(i)

    def _listen(self, one: act.Listen) -> None:
        i, world = self._account(one.account_id), self.world
        who = None if one.staff_id is None else self.weeks.staff(one.staff_id)
        self.visits[i] = Call(True, who)
        if world.week - world.arranged.heard_on[i] < how.HEARD_AGAIN_WEEKS:
            return
        world.arranged.heard_on[i] = world.week
        senior = who is not None and world.staff[who].role in SENIOR
        world.tempers.unrest[i] *= how.HEARD_OUT if senior else how.HEARD
        if senior:
            explains = (DISCOURTESY, SLOW_ANSWERS, LEFT, LEADER, CHANGED, TURMOIL, NEW_OWNER)
            self._mend(explains, i, how.EXPLAINED)

    def _keep_rhythm(self, one: act.KeepRhythm) -> None:
        i = self._account(one.account_id)
        self.weeks.team.neglected[i] = False
        self.world.arranged.rhythm_until[i] = self.world.week + one.weeks

    # What is open

    def _solve(self, one: act.SolveComplaint) -> None:
        for complaint in self.weeks.care.complaints:
            if complaint.fact.row["complaint_id"] == one.complaint_id:
                return self.weeks.care.solve(complaint, self.world.monday, well=True)
        raise NotFound(_("There is no open complaint “{code}”."), code=one.complaint_id)

    def _answer(self, one: act.AnswerRequest) -> None:
        for request in self.weeks.care.requests:
            if request.fact.row["request_id"] == one.request_id:
                return self.weeks.care.answer(request, self.world.monday, well=True)
        raise NotFound(_("There is no open request “{code}”."), code=one.request_id)

    def _keep(self, one: act.KeepPromise) -> None:
        for promise in self.weeks.money.promises:
            if promise.fact.row["promise_id"] == one.promise_id:
                return self.weeks.money.keep(promise, self.world.monday, 1.0)
        raise NotFound(_("There is no open promise “{code}”."), code=one.promise_id)

    def _settle_all(self, one: act.SettleAll) -> None:
        i, today, care = self._account(one.account_id), self.world.monday, self.weeks.care
        for waiting in self._open(i, one.what):
            if one.what == "complaints":
                care.solve(waiting, today, well=True)
            elif one.what == "requests":
                care.answer(waiting, today, well=True)
            else:
                self.weeks.money.keep(waiting, today, 1.0)

    def _open(self, i: int, what: str) -> list[Any]:
        """All complaints of an account that are open; requests and promises beyond their day."""
        care, today = self.weeks.care, self.world.monday
        if what == "complaints":
            return [one for one in care.complaints if one.account == i]
        if what not in ("requests", "promises"):
            raise InvalidSetting(
                _("What is settled is complaints, requests or promises, not “{what}”."), what=what
            )
        waiting: list[Any] = [*(care.requests if what == "requests" else self.weeks.money.promises)]
        return [one for one in waiting if one.account == i and one.due < today]

    def _apologise(self, one: act.Apologise) -> None:
        i = self._account(one.account_id)
        if self._open(i, one.what):
            self._feel(DISCOURTESY, i, how.EMPTY_APOLOGY)
            return
        service = (UNSOLVED, SERVICE_SLOW, SLOW_ANSWERS)
        self._mend((PROMISE,) if one.what == "promises" else service, i, how.APOLOGY)

    # People and the relationship

    def _hand_over(self, one: act.HandOver) -> None:
        to = self.weeks.staff(one.staff_id)
        known = how.TIE_CARRIED if one.introduced else 0.2
        self.weeks.team.hand_over(self._account(one.account_id), to, known)

    def _introduce(self, one: act.Introduce) -> None:
        i, team, world = self._account(one.account_id), self.weeks.team, self.world
        if world.staff[team.manager[i]].left is not None:
            country = int(world.accounts.country[i])
            to = team.least_loaded(country, "manager", but=int(team.manager[i]))
            team.hand_over(i, to, 1.0)
        self.visits[i] = Call(True, int(team.manager[i]))
        fresh = world.week - team.changed_at[i] <= how.NEWLY_CHANGED_WEEKS
        if fresh and team.tie_before[i] > 0:
            self._mend((LEFT, CHANGED), i, how.INTRODUCED)
            team.tie[i] = max(team.tie[i], how.TIE_CARRIED * team.tie_before[i])
            team.tie_before[i] = 0.0  # once

    def _widen(self, one: act.WidenContacts) -> None:
        i, contacts, team = self._account(one.account_id), self.weeks.contacts, self.weeks.team
        there = {contact.department for contact in contacts.of[i]}
        others = [d for d in range(len(names.DEPARTMENTS)) if d not in there]
        for department, ours in zip(others, (team.manager[i], team.service[i]), strict=False):
            new = contacts.met_anew(i, department)
            code = self.world.staff[ours].code
            contacts.know(new.code, code, float(team.tie[i]), self.world.monday)
        self._soften((LEFT, LEADER, CHANGED), i, how.WOVEN, FOR_GOOD)
        self._closer(i, how.WOVEN_TIE)

    def _deepen(self, one: act.Deepen) -> None:
        i = self._account(one.account_id)
        if not self._ready(i):
            self.world.tempers.stir(i, how.STIRRED)
            return
        self._closer(i, how.DEEPER_TIE)
        self._soften(RIVALS, i, how.DEEPER_PULL, how.JOINT_WEEKS)

    def _plan_jointly(self, one: act.PlanJointly) -> None:
        i = self._account(one.account_id)
        if not self._ready(i):
            self.world.tempers.stir(i, how.STIRRED)
            return
        self._closer(i, how.JOINT_TIE)
        self._mend((NEW_OWNER, CHAIN), i, how.JOINED)
        self._soften(RIVALS, i, how.JOINT_PULL, how.JOINT_WEEKS)
        self._soften((UNBALANCED,), i, how.EVEN_HANDED, how.JOINT_WEEKS)

    def _shape_criteria(self, one: act.ShapeCriteria) -> None:
        of = (RIVALS[1], RIVALS[2], AGE)
        self._soften(of, self._account(one.account_id), how.CRITERIA_PULL, how.CRITERIA_WEEKS)

    # Goods and service

    def _try_newest(self, one: act.TryNewest) -> None:
        i, of = self._account(one.account_id), (AGE, DISCONTINUED, RIVALS[1])
        category = int(self.world.tempers.felt[of, i].sum(0).argmax())
        self._mend(of, i, how.TRIED, category)
        self._soften((AGE, RIVALS[1]), i, how.TRIAL_PULL, how.TRIAL_WEEKS)

    def _decide_custom(self, one: act.DecideCustom) -> None:
        i, world, goods = self._account(one.account_id), self.world, self.weeks.goods
        for request in [r for r in self.weeks.care.requests if r.account == i]:
            if request.kind == "custom_product":
                self.weeks.care.answer(request, world.monday, well=True)
        wanted = goods.outgrown_until[i] >= world.week
        made = wanted & world.arranged.can_make[i]
        goods.outgrown_until[i, made] = NEVER
        self._mend((FIT,), i, how.MADE, made)
        if (wanted & ~made).any():
            self._mend((SLOW_ANSWERS,), i, how.HONEST_NO)

    def _recover_delivery(self, one: act.RecoverDelivery) -> None:
        i, supply = self._account(one.account_id), self.weeks.supply
        supply.poor_until[i] = supply.tight_until[i] = NEVER
        self.world.arranged.delivered_until[i] = self.world.week + one.weeks
        self._mend((LATE, SHORT, REFUSED), i, how.REDELIVERED)

    def _give_stock(self, one: act.GiveStock) -> None:
        until = self.weeks.given_until
        i = self._account(one.account_id)
        until[i] = max(until[i], self.world.week + one.weeks)

    def _help_on_site(self, one: act.HelpOnSite) -> None:
        i = self._account(one.account_id)
        self.visits[i] = Call(True, int(self.weeks.team.service[i]))
        self._mend((SERVICE_SLOW, RIVALS[2]), i, how.HELPED)
        self._soften((SERVICE_SLOW, RIVALS[2]), i, how.HELP_PULL, how.HELP_WEEKS)
        self._closer(i, how.AGREED_TIE)

    def _report_quality(self, one: act.ReportQuality) -> None:
        i = self._account(one.account_id)
        self.world.arranged.checked_until[i] = self.world.week + one.weeks
        self._mend((QUALITY,), i, how.REPORTED)

    def _ask_back(self, one: act.AskBack) -> None:
        i, tempers, week = self._account(one.account_id), self.world.tempers, self.world.week
        draw = self.world.dice("open", week // how.OPEN_ANEW_WEEKS).random(self.world.n)[i]
        soon = (week - tempers.reviewed[i] <= how.RESCUE_WEEKS) & (tempers.reviewed[i] >= 0)
        later = how.WON_BACK * (draw < how.OPEN_LATER) * (not one.moving)
        opening = np.where(soon, how.RESCUED * (draw < how.OPEN_SOON), later)
        tempers.look_again(week, i, opening)
