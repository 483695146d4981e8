"""Whom to do what about this week: by a rule of thumb, by Mainstay's plan, or by an oracle that knows.

All of them see the same assessment, have the same people with the same hours, the same money, and one new play an
account at a time. Only the oracle sees more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.learning.cases import Cases
from mainstay.learning.effects import beliefs as beliefs_of
from mainstay.plays.catalogue import PLAYS
from mainstay.plays.choice import choose
from mainstay.plays.effects import Belief, Outcome, learnt, priors
from mainstay.plays.gains import (
    Options,
    Rates,
    Worth,
    at_stake,
    fit_of,
    limits,
    options,
    worth,
)
from mainstay.plays.people import Team
from mainstay.plays.plan import Rules, make
from mainstay.plays.play import KEEPS, POOLS, Effect, Play, Step
from mainstay.plays.situation import Situation
from mainstay.simulate import Distributor

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NOT_WORTH_IT = ("closed", "quiet")  # to anybody
REST_WEEKS = 13  # until a rule of thumb calls the same account again
THINGS = 5  # new plays that a person may lead in a week
FLIPPED = ("complaint", "listen")
# The two that the plan begins most often, which hurts more; who asks back is believed to get next to nothing.
FLIPPED_USED = ("promise", "take_back")
NEXT_TO_NOTHING = 0.01
CALL = Play(
    "call", "Call", "A visit.", "To ask.", "A visit.", ("R13",), {"unknown": 1.0},
    ("noticed", "late", "slipping", "new", "growing", "steady", "won_back", "lost"),
    (Step("manager", 0, 2, "Visit"),), Effect(0.95, 0.1), visit=True,
)  # fmt: skip


@dataclass(frozen=True)
class Week:
    """What a policy is given.

    p_complete: of each account of the situation, as last assessed; NaN = not told
    ago: weeks since something was last begun there
    weeks_left: until the year is over
    fresh: the accounts were assessed this week
    """

    world: Distributor
    seen: Situation
    team: Team
    rates: Rates
    budgets: Mapping[str, float]
    p_complete: Floats
    ago: Floats
    weeks_left: int
    fresh: bool
    outcomes: tuple[Outcome, ...]
    cases: Cases
    seed: str


@dataclass(frozen=True)
class Begun:
    """A play for an account (a place in the situation): who leads, the money, the coin's probability."""

    account: int
    play: str
    staff_id: str | None
    money: float
    fit: float = 1.0
    probability: float | None = None


Policy = Callable[[Week], list[Begun]]


def _offered(week: Week, plays: Mapping[str, Play], kept: Floats, allowed: Bools) -> Options:
    """Options within this week's hours, those of the next three, and the money; kept: (n, plays)."""
    used = tuple(plays.values())
    bought = np.maximum(week.seen.baseline, 0) * week.rates.sales
    money = np.stack([p.cost.money + p.cost.share * bought for p in used], axis=1)
    hours = np.array([p.hours for p in used])
    valued = Worth(used, allowed, kept, money, hours, week.rates, at_stake(week.seen, week.rates))
    pools = np.array([week.budgets.get(pool, 0.0) for pool in POOLS])
    there = limits(week.seen, week.team, {**PLAYS, "call": CALL}, things=THINGS, money=pools)
    return options(valued, allowed, week.team, there)


def _begun(week: Week, plays: Mapping[str, Play], offered: Options, taken: Bools) -> list[Begun]:
    names = list(plays)
    bought = np.maximum(week.seen.baseline, 0) * week.rates.sales
    found = []
    for o in np.flatnonzero(taken).tolist():
        i, play = int(offered.account[o]), plays[names[offered.play[o]]]
        money = float(play.cost.money + play.cost.share * bought[i])
        lead = int(offered.lead[o])
        who = week.team.people[_listener(week, play, i, lead)].staff_id
        found.append(Begun(i, play.name, who, money))
    return found


def _listener(week: Week, play: Play, i: int, lead: int) -> int:
    """Where somebody senior has a part in a play, it is they who listen."""
    senior = int(week.team.who["senior"][i])
    return senior if senior >= 0 and any(s.role == "senior" for s in play.steps) else lead


def _free(week: Week) -> Bools:
    busy = np.zeros(week.seen.n, bool)
    busy[[run.account for run in week.seen.runs]] = True
    return ~busy & ~np.isin(week.seen.state, NOT_WORTH_IT)


def in_order(score: Callable[[Week], Floats], *, fitting: bool = False) -> Policy:
    """One account after the other, the highest score first, as long as there are hours.

    fitting: with the play that suits its likeliest causes best; else with a call
    """

    def policy(week: Week) -> list[Begun]:
        plays = {n: p for n, p in PLAYS.items() if not p.idle} if fitting else {"call": CALL}
        value = np.nan_to_num(score(week), nan=-1.0)
        allowed = np.zeros((week.seen.n, len(plays)), bool)
        free = _free(week) & (value > 0) & (week.ago >= REST_WEEKS)
        best = _best_fit(week, plays) if fitting else np.zeros(week.seen.n, int)
        allowed[np.flatnonzero(free & (best >= 0)), best[free & (best >= 0)]] = True
        offered = _offered(week, plays, np.full(allowed.shape, 1e9), allowed)
        taken = _filled(offered, np.argsort(-value[offered.account], kind="stable"))
        return _begun(week, plays, offered, taken)

    return policy


def _best_fit(week: Week, plays: Mapping[str, Play]) -> npt.NDArray[np.int64]:
    """The play that suits the causes best, of those whose state and signals are there; −1 = none."""
    seen = week.seen
    fits = seen.causes @ np.stack([fit_of(play) for play in plays.values()], axis=1)
    for j, play in enumerate(plays.values()):
        fine = np.isin(seen.state, play.states)
        fine &= np.isin(seen.size, play.sizes) if play.sizes else True
        if play.needs:
            there = [seen.there[name] for name in play.needs if name in seen.there]
            fine &= np.logical_or.reduce(there) if there else False
        fits[~fine, j] = -1.0
    best = fits.argmax(axis=1)
    return np.where(fits[np.arange(seen.n), best] > 0, best, -1)


def _filled(offered: Options, order: npt.NDArray[np.int64]) -> Bools:
    """Options in an order, each where its hours and money are still there."""
    programme = offered.programme
    left = np.maximum(programme.there_is, 0.0).copy()
    entries: dict[int, list[tuple[int, float]]] = {}
    for o, limit, amount in zip(programme.option, programme.limit, programme.amount, strict=True):
        entries.setdefault(int(o), []).append((int(limit), float(amount)))
    taken, done = np.zeros(programme.n_options, bool), set()
    for o in order.tolist():
        needs = entries.get(o, [])
        if offered.account[o] in done or any(left[k] < a - 1e-9 for k, a in needs):
            continue
        for k, a in needs:
            left[k] -= a
        taken[o] = True
        done.add(offered.account[o])
    return taken


def mainstay(wrong: str = "") -> Policy:
    """Mainstay's plan; wrong: what is wrong with what it believes at first (halved, doubled, flipped, used
    flipped)."""
    plays = {name: _believed(play, wrong) for name, play in PLAYS.items()}

    def policy(week: Week) -> list[Begun]:
        back = learnt(plays, week.outcomes)
        beliefs: dict[str, Belief] = beliefs_of(week.cases, plays)
        beliefs |= {name: one for name, one in back.items() if plays[name].returns}
        rules = Rules(week.rates, THINGS, 0.5, 2, dict(week.budgets))
        made = make(week.seen, week.team, plays, beliefs, rules, seed=week.seed)
        place = {account: i for i, account in enumerate(week.seen.account_id)}
        seat = week.team.place()
        found = []
        for row in made.plan.to_pylist():
            i, play = place[row["account_id"]], plays[row["play"]]
            who = week.team.people[_listener(week, play, i, seat[row["staff_id"]])].staff_id
            fit = float(week.seen.causes[i] @ fit_of(play))
            drawn = row["p_option"] if row["coin"] else None
            found.append(Begun(i, play.name, who, float(row["money"]), fit, drawn))
        return found + _nothings(made.options, place)

    return policy


def _nothings(considered: Any, place: Mapping[str, int]) -> list[Begun]:
    """Where a coin chose to do nothing: it is learnt from."""
    return [
        Begun(place[row["account_id"]], "nothing", None, 0.0, 1.0, row["p_option"])
        for row in considered.to_pylist()
        if row["play"] == "nothing" and row["chosen"] and row["coin"]
    ]


def _believed(play: Play, wrong: str) -> Play:
    median, effect = play.effect.median, play.effect
    power = {"halved": 0.5, "doubled": 2.0}.get(wrong, 1.0)
    if effect.of == KEEPS:
        median = median**power
        if play.name in {"flipped": FLIPPED, "used flipped": FLIPPED_USED}.get(wrong, ()):
            median = 1 / median
    else:
        median *= power
        if wrong == "used flipped" and play.name in FLIPPED_USED:
            median = NEXT_TO_NOTHING
    return replace(play, effect=replace(effect, median=median))


def oracle(futures: int = 2, *, knows_luck: bool = False, any_play: bool = False) -> Policy:
    """What each play would truly keep at each account, by trying it in forks of the company.

    Each fork goes another way from today (another seed), with what is true today (what is felt, attacks in course,
    who neglects whom); the gain of a play is the mean over the futures, with and without it. Since nothing that is
    done for one account touches another, one fork tries one play on all accounts at once. It tries anew
    as often as accounts are assessed, and chooses
    within the same hours and money, week by week, one play an account: near the best that can be done
    without knowing what comes, not above it for sure. It is offered what Mainstay's plan is offered: plays
    whose state, size and signals are there.
    knows_luck: the forks go the very way that the company will; then it is beyond what anybody could know
    any_play: it is offered every play for every account
    """
    plays = {name: play for name, play in PLAYS.items() if not play.idle} | {"call": CALL}
    known: list[Floats] = []

    def policy(week: Week) -> list[Begun]:
        money = _money_of(week, plays)
        if week.fresh:
            known[:] = [_tried(week, plays, money, 0 if knows_luck else futures)]
        # What the play itself costs was counted in the forks; `options` takes it off once more.
        allowed = np.repeat(_free(week)[:, None], len(plays), axis=1)
        if not any_play:
            allowed &= worth(week.seen, tuple(plays.values()), priors(plays), week.rates).suits
        offered = _offered(week, plays, known[0] + money, allowed)
        return _begun(week, plays, offered, choose(offered.programme).taken)

    return policy


def _tried(week: Week, plays: Mapping[str, Play], money: Floats, futures: int) -> Floats:
    """What each play keeps at each account, less its money; futures: how many others, 0 = the very one."""
    kept = np.zeros((week.seen.n, len(plays)))
    for future in range(max(futures, 1)):
        seed = 10_000 + 100 * week.weeks_left + future if futures else None
        as_it_is = _after(week, seed, None, money[:, 0])
        for j, play in enumerate(plays.values()):
            kept[:, j] += _after(week, seed, play, money[:, j]) - as_it_is
    return kept / max(futures, 1)


def _money_of(week: Week, plays: Mapping[str, Play]) -> Floats:
    bought = np.maximum(week.seen.baseline, 0) * week.rates.sales
    return np.stack([p.cost.money + p.cost.share * bought for p in plays.values()], axis=1)


def _after(week: Week, seed: int | None, play: Play | None, money: Floats) -> Floats:
    """What each account of the situation will have brought at the end, with a play for everybody."""
    fork = week.world.fork(seed=seed)
    if play is not None:
        for i, code in enumerate(week.seen.account_id):
            lead = int(week.team.who[play.lead][i])
            who = _listener(week, play, i, lead)
            staff = week.team.people[who].staff_id if who >= 0 else None
            fork.begin(play.name, code, staff, money=float(money[i]))
    for _week in range(week.weeks_left):
        fork.step()
    return earned(fork, week.seen.account_id)


def earned(world: Distributor, codes: Any) -> Floats:
    """Margin less money given, of some accounts; in the company's currency."""
    table = world.earned()
    place = {code: i for i, code in enumerate(table["account_id"].to_pylist())}
    net = table["margin"].to_numpy() - table["given"].to_numpy()
    return np.asarray(net[[place[code] for code in codes]])


def riskiest(week: Week) -> Floats:
    """The probability of ordering no more."""
    return week.p_complete


def most_at_risk(week: Week) -> Floats:
    """Money at risk, of accounts that are still ours."""
    return np.where(week.seen.state == "lost", 0.0, week.seen.risk)


POLICIES: dict[str, Callable[[], Policy]] = {
    "riskiest first": lambda: in_order(riskiest),
    "most money at risk first": lambda: in_order(most_at_risk),
    "riskiest first, fitting play": lambda: in_order(riskiest, fitting=True),
    "most money at risk first, fitting play": lambda: in_order(most_at_risk, fitting=True),
    "mainstay": mainstay,
    "mainstay, effects halved": lambda: mainstay("halved"),
    "mainstay, effects doubled": lambda: mainstay("doubled"),
    "mainstay, two signs flipped": lambda: mainstay("flipped"),
    "mainstay, the two most used flipped": lambda: mainstay("used flipped"),
    "oracle": oracle,
    "oracle, any play": lambda: oracle(any_play=True),
    "oracle that knows luck": lambda: oracle(knows_luck=True),
}
