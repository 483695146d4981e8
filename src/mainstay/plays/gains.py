"""What each play would keep at each account, what it would cost, and whose hours it takes.

    kept = margin share · Σ_causes (money that the cause is expected to take yet) · fit(play, cause) · (1 − E[r])

r: the relative risk of the play where it suits fully; of a play that wins back, what has gone already times the
part that comes back takes the place of the first and the last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt

from mainstay.causes.families import CAUSE_NAMES, UNKNOWN
from mainstay.core.budgets import POOLS
from mainstay.plays.effects import Belief
from mainstay.plays.people import AFTER_DAYS, NOBODY, WEEK_DAYS, Team
from mainstay.plays.play import LEAVING, ROLES, Play
from mainstay.plays.programme import Programme
from mainstay.plays.situation import Situation

LOST_STATE = "lost"
SLIPPED = ("noticed", "slipping")  # whose money at risk holds what has gone already

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rates:
    """What money is worth.

    margin_share: of the assessed money; sales: sales for one unit of it; hour: what an hour costs
    least: of the hours' cost, what a play has to be worth beyond all its cost
    """

    margin_share: float
    sales: float
    hour: float
    least: float = 0.0


@dataclass(frozen=True)
class Stake:
    """What plays can keep or bring back, in the assessed money of 52 weeks.

    by_cause: (n_accounts, n_causes + 1), what is expected to be lost yet, by what takes it
    gone: (n_accounts,), what was taken away already
    """

    by_cause: Floats
    gone: Floats


@dataclass(frozen=True)
class Worth:
    """Accounts × plays; float arrays (n_accounts, n_plays).

    suits: bool; the play is for accounts like this one, now
    stake: what may be kept or brought back
    """

    plays: tuple[Play, ...]
    suits: Bools
    kept: Floats
    money: Floats
    hours: Floats  # (n_plays,)
    rates: Rates
    stake: Stake

    @cached_property
    def cost(self) -> Floats:
        return np.asarray(self.money + self.hours * self.rates.hour)

    @cached_property
    def net(self) -> Floats:
        return self.kept - self.cost

    @cached_property
    def pays(self) -> Bools:
        """Whether it is worth somebody's attention: beyond its cost by a share of what its hours cost.

        What is owed is, as soon as it is worth anything.
        """
        owed = np.array([play.owed for play in self.plays], bool)
        least = np.where(owed, 0.0, self.rates.least * self.hours * self.rates.hour)
        return np.asarray((self.net > 0) & (self.net >= least))


def worth(
    seen: Situation, plays: Sequence[Play], beliefs: Mapping[str, Belief], rates: Rates
) -> Worth:
    """What each play would be worth at each account, before anybody's hours are asked."""
    used = tuple(play for play in plays if not play.idle)
    suits = np.stack([_suits(seen, play) for play in used], axis=1)
    kept = np.zeros(suits.shape)
    fits = np.stack([fit_of(play) for play in used], axis=1)
    stake = at_stake(seen, rates)
    to_keep = stake.by_cause @ fits
    for j, play in enumerate(used):
        if play.returns:
            kept[:, j] = stake.gone * coming_back(seen, play, beliefs[play.name])
        else:
            kept[:, j] = to_keep[:, j] * max(1 - beliefs[play.name].expected, 0.0)
    kept *= rates.margin_share
    kept[~suits] = 0.0
    bought = np.maximum(seen.baseline, 0) * rates.sales
    money = np.stack([play.cost.money + play.cost.share * bought for play in used], axis=1)
    hours = np.array([play.hours for play in used])
    return Worth(used, suits, kept, money, hours, rates, stake)


def at_stake(seen: Situation, rates: Rates) -> Stake:
    """What may still be lost, and what is gone.

    What orders say is at risk is by the causes of what happened there. Of who slips, part of it has gone
    already: only a play that wins back can return that. Beyond it stands what the recorded facts let expect.
    """
    gone = gone_money(seen, rates)
    slipped = np.isin(seen.state, SLIPPED)
    risk = np.maximum(seen.risk - np.where(slipped, gone, 0.0), 0.0)
    left = np.maximum(seen.baseline - np.where(slipped, gone, 0.0), 0.0)
    looming = left[:, None] * seen.looming
    more = np.maximum(looming.sum(axis=1) - risk, 0.0)
    ahead = shares(seen.looming)
    happened = np.where(np.isin(seen.state, LEAVING)[:, None], seen.causes, ahead)
    return Stake(risk[:, None] * happened + more[:, None] * ahead, gone)


def gone_money(seen: Situation, rates: Rates) -> Floats:
    """Assessed money a year that accounts take less than before they fell; float array (n_accounts,)."""
    return seen.gone / rates.sales


def coming_back(seen: Situation, play: Play, belief: Belief) -> Floats:
    """Of what has gone, the part that a play which wins back is expected to return within a year; (n_accounts,).

    Of who is lost altogether, as much more or less as accounts come back that left for the same, as long ago.
    """
    part = min(belief.expected, 1.0) * (seen.causes @ fit_of(play))
    if seen.returns is not None:
        part = part * np.where(seen.state == LOST_STATE, seen.returns.beside_all, 1.0)
    return np.asarray(np.minimum(part, 1.0))


def shares(by_cause: Floats) -> Floats:
    """Rows that sum to 1; where there is nothing, all of it is not known."""
    total = by_cause.sum(axis=1, keepdims=True)
    shares = by_cause / np.maximum(total, 1e-12)
    shares[:, -1] += total[:, 0] <= 0
    return shares


def fit_of(play: Play) -> Floats:
    """How far a play suits each cause, and last the unknown one; float array (n_causes + 1,)."""
    fits = play.fits
    causes = [fits.get(name, fits.get(name.partition(".")[0], 0.0)) for name in CAUSE_NAMES]
    return np.array([*causes, fits.get(UNKNOWN, 0.0)])


def _suits(seen: Situation, play: Play) -> Bools:
    """Accounts of its states and sizes that have what it is for."""
    fine = np.isin(seen.state, play.states)
    if play.sizes:
        fine &= np.isin(seen.size, play.sizes)
    if play.fresh_days is not None:
        first = seen.as_of - timedelta(days=play.fresh_days)
        fine &= np.array([since is not None and since >= first for since in seen.since], bool)
    if play.needs:
        there = [seen.there[name] for name in play.needs if name in seen.there]
        fine &= np.logical_or.reduce(there) if there else False
    return np.asarray(fine, bool)


@dataclass(frozen=True)
class Limits:
    """What there is in a week, and what is under way of it; arrays (n_people,) or (n_pools,).

    things: how many new plays a person may lead
    """

    week: Floats
    week_under_way: Floats
    later: Floats
    later_under_way: Floats
    things: float
    money: Floats

    def there_is(self) -> Floats:
        """In the order of the programme's limits: week, later, things, pools."""
        return np.concatenate(
            [
                self.week - self.week_under_way,
                np.maximum(self.later - self.later_under_way, 0),
                np.full(len(self.week), self.things),
                self.money,
            ]
        )


def limits(
    seen: Situation, team: Team, plays: Mapping[str, Play], *, things: float, money: Floats
) -> Limits:
    """The hours there are, less the steps of what is under way that fall into them."""
    n = len(team.people)
    week, later = np.zeros(n), np.zeros(n)
    place = team.place()
    first, after = seen.as_of + timedelta(days=WEEK_DAYS), seen.as_of + timedelta(days=AFTER_DAYS)
    for run in seen.runs:
        play = plays.get(run.play)
        for step in play.steps if play else ():
            led = place.get(run.staff_id or "", NOBODY)
            who = (
                led
                if play and step.role == play.lead and led >= 0
                else team.who[step.role][run.account]
            )
            on = run.begins + timedelta(days=step.day)
            if who < 0 or not seen.as_of <= on < after:
                continue
            (week if on < first else later)[who] += step.hours
    return Limits(
        np.array([person.week for person in team.people]),
        week,
        np.array([person.later for person in team.people]),
        later,
        things,
        money,
    )


@dataclass(frozen=True)
class Options:
    """What may be chosen between; arrays (n_options,).

    account, play: places in the situation and in `Worth.plays`
    lead: who leads it, a place in the team
    programme: values, and what each takes of the limits
    """

    account: Longs
    play: Longs
    lead: Longs
    programme: Programme


def options(worth: Worth, allowed: Bools, team: Team, limits: Limits) -> Options:
    """All that may be offered, is worth its cost and the attention, and that somebody can do."""
    can = np.stack(
        [able(play, team) & has_time(play, team, limits) for play in worth.plays], axis=1
    )
    account, play = np.nonzero(allowed & can & worth.pays)
    n = len(limits.week)
    entries: list[tuple[Longs, Longs, Floats]] = []
    for j, one in enumerate(worth.plays):
        some = np.flatnonzero(play == j)
        if not len(some):
            continue
        for (role, later), hours in _hours(one).items():
            who = team.who[role][account[some]] + (n if later else 0)
            entries.append((some, who, np.full(len(some), hours)))
        lead = team.who[one.lead][account[some]]
        entries.append((some, 2 * n + lead, np.ones(len(some))))
        if one.cost.pool:
            pool = np.full(len(some), 3 * n + POOLS.index(one.cost.pool))
            entries.append((some, pool, worth.money[account[some], j]))
    leads = np.stack([team.who[one.lead] for one in worth.plays], axis=1)
    option, limit, amount = (
        (np.concatenate(part) for part in zip(*entries, strict=True))
        if entries
        else (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    )
    programme = Programme(
        account, worth.net[account, play], option, limit, amount, limits.there_is()
    )
    return Options(account, play, leads[account, play], programme)


def able(play: Play, team: Team) -> Bools:
    """Accounts for which there is somebody in each of a play's roles; bool (n_accounts,)."""
    roles = {step.role for step in play.steps}
    return np.logical_and.reduce([team.who[role] != NOBODY for role in sorted(roles)])


def has_time(play: Play, team: Team, limits: Limits) -> Bools:
    """Accounts where who would lead a play has any hours left this week; bool (n_accounts,)."""
    free = np.append(limits.week - limits.week_under_way > 0, False)  # the last: nobody
    return free[team.who[play.lead]]


def week_hours(play: Play) -> dict[str, float]:
    """Hours of its first week by role."""
    return {role: hours for (role, later), hours in _hours(play).items() if not later}


def _hours(play: Play) -> dict[tuple[str, bool], float]:
    """Hours by role, of the first week (False) and of the three after it (True)."""
    found: dict[tuple[str, bool], float] = {}
    for step in play.steps:
        if step.day < AFTER_DAYS and step.hours > 0:
            key = (step.role, step.day >= WEEK_DAYS)
            found[key] = found.get(key, 0.0) + step.hours
    return dict(sorted(found.items(), key=lambda item: (ROLES.index(item[0][0]), item[0][1])))
