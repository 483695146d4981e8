"""A plan: what is done about whom this week, by whom, why, and why not something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.core.budgets import POOLS
from mainstay.core.texts import Text
from mainstay.plays import rescues, words
from mainstay.plays.alerts import alerts
from mainstay.plays.choice import choose, relax
from mainstay.plays.coin import Side, Thrown, throw
from mainstay.plays.effects import Belief
from mainstay.plays.gains import Limits, Options, Rates, Worth, limits, options, worth
from mainstay.plays.people import NOBODY, Team
from mainstay.plays.plan_tables import limits_table, options_table, plan_table
from mainstay.plays.play import Play
from mainstay.plays.programme import Choice, Floor, Programme, filled, greedy_hours
from mainstay.plays.rescues import RESCUE
from mainstay.plays.restraint import Case, forbidden
from mainstay.plays.situation import Situation

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SMALL, TRIAL = "small", "trial"


@dataclass(frozen=True)
class Rules:
    """What a company has set.

    things: new plays a person may lead in a week
    fair_share: of their share of margin, what small accounts get of the hours at least
    concessions: without a return, an account and 52 weeks
    budgets: by pool, money that may be given now
    """

    rates: Rates
    things: int
    fair_share: float
    concessions: int
    budgets: Mapping[str, float]


@dataclass(frozen=True)
class Made:
    """The tables of a plan (plan_tables, alerts), and what is said of it as a whole."""

    plan: pa.Table
    options: pa.Table
    limits: pa.Table
    alerts: pa.Table
    meta: dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """Everything that a plan is made of, on the way to its tables.

    offered: what may be chosen between; kept_out: by rule, bool (n_accounts, n_plays)
    reduced: worth beyond cost and what hours and money are worth elsewhere, (n_options,)
    """

    seen: Situation
    team: Team
    worth: Worth
    beliefs: Mapping[str, Belief]
    kept_out: Mapping[str, Bools]
    limits: Limits
    offered: Options
    reduced: Floats
    thrown: Thrown
    choice: Choice
    contradictions: list[Text] = field(default_factory=list)


def make(
    seen: Situation,
    team: Team,
    plays: Mapping[str, Play],
    beliefs: Mapping[str, Belief],
    rules: Rules,
    *,
    seed: str,
) -> Made:
    """The plan of a week.

    seed: decides the coins; the same for the same seed
    """
    draft = _draft(seen, team, plays, beliefs, rules, seed)
    best = np.where(_open(draft), draft.worth.kept, 0.0).max(axis=1, initial=0.0)
    managers = team.who["manager"]
    told = [team.people[i].staff_id if i >= 0 else None for i in managers.tolist()]
    return Made(
        plan_table(draft),
        options_table(draft),
        limits_table(draft),
        alerts(seen, best, told, most=rules.things),
        _meta(draft, seed),
    )


def _draft(
    seen: Situation,
    team: Team,
    plays: Mapping[str, Play],
    beliefs: Mapping[str, Belief],
    rules: Rules,
    seed: str,
) -> Draft:
    valued = worth(seen, tuple(plays.values()), beliefs, rules.rates)
    net = np.where(valued.suits & valued.pays, valued.net, -np.inf)
    kept_out = forbidden(Case(seen, valued.plays, net, rules.concessions))
    money = np.array([rules.budgets.get(pool, 0.0) for pool in POOLS])
    there = limits(seen, team, plays, things=float(rules.things), money=money)
    allowed = valued.suits & ~np.logical_or.reduce(list(kept_out.values()))
    offered = options(valued, allowed, team, there)
    prices = relax(offered.programme)
    reduced = offered.programme.value - offered.programme.uses.T @ prices.price
    owed = np.array([play.owed for play in valued.plays], bool)
    side = Side(
        offered.account,
        reduced,
        valued.kept[offered.account, offered.play],
        owed[offered.play],
        seen.tier,
        seen.account_id,
        np.bincount(offered.account, prices.x, minlength=seen.n) > 1 - 1e-6,
        seen.drawn | set(seen.waits) | set(seen.begins),
    )
    thrown = throw(side, seed=seed)
    floors = _floors(seen, valued, offered, prices.x, thrown, rules.fair_share)
    choice = _chosen(offered.programme, thrown, floors)
    draft = Draft(
        seen, team, valued, beliefs, kept_out, there, offered, reduced, thrown, choice
    )  # fmt: skip
    return replace(draft, contradictions=_contradictions(draft, plays, floors))


def _open(draft: Draft) -> Bools:
    """Accounts × plays that suit and that no rule forbids."""
    return draft.worth.suits & ~np.logical_or.reduce(list(draft.kept_out.values()))


def _chosen(programme: Programme, thrown: Thrown, floors: tuple[Floor, ...]) -> Choice:
    """The programme without what coins decided against."""
    left = np.flatnonzero(~thrown.out)
    found = choose(replace(programme, floors=floors).only(left))
    taken = np.zeros(programme.n_options, bool)
    taken[left[found.taken]] = True
    return replace(found, taken=taken)


def _floors(
    seen: Situation,
    valued: Worth,
    offered: Options,
    x: Floats,
    thrown: Thrown,
    fair_share: float,
) -> tuple[Floor, ...]:
    """What is to be held where it can: a rescue for all who told us, hours for small accounts.

    x: the linear programme's choice, whose hours are those that are shared out
    """
    names = [play.name for play in valued.plays]
    floors = []
    if RESCUE in names:
        rescue = (offered.play == names.index(RESCUE)) & ~thrown.out
        if rescue.any():
            floors.append(Floor(RESCUE, rescue.astype(float), float(rescue.sum())))
    begins = _drawn_to_begin(seen, valued, offered)
    if begins.any():
        floors.append(Floor(TRIAL, begins.astype(float), _room_for(begins, valued, offered)))
    hours = valued.hours[offered.play]
    small = (seen.size == "small")[offered.account] & ~thrown.out
    money = np.maximum(seen.baseline, 0)
    share = money[seen.size == "small"].sum() / max(money.sum(), 1e-9)
    wanted = fair_share * share * float(hours @ x)
    if wanted > 0 and small.any():
        most = greedy_hours(offered.programme, hours, small)
        floors.append(Floor(SMALL, hours * small, min(wanted, most)))
    return tuple(floors)


def _drawn_to_begin(seen: Situation, valued: Worth, offered: Options) -> Bools:
    """Options that a trial drew to begin by now; bool (n_options,)."""
    place = {play.name: j for j, play in enumerate(valued.plays)}
    due = np.full(seen.n, -1, np.int64)
    for i, name in seen.begins.items():
        due[i] = place.get(name, -1)
    found: Bools = offered.play == due[offered.account]
    return found


def _room_for(begins: Bools, valued: Worth, offered: Options) -> float:
    """How many of these options there are hours and money for, once what we owe has taken its own."""
    programme = offered.programme
    room = replace(programme, there_is=np.maximum(programme.there_is, 0.0))
    owed = np.array([play.owed for play in valued.plays], bool)[offered.play]
    first = filled(room, np.zeros(room.n_options, bool), np.where(owed, programme.value, 0.0))
    both = filled(room, first & owed, begins.astype(float))
    return float((both & begins).sum())


def _contradictions(
    draft: Draft, plays: Mapping[str, Play], floors: tuple[Floor, ...]
) -> list[Text]:
    """What can't be had together, by name; the plan stands on what is possible."""
    found = []
    there = draft.limits
    for i, person in enumerate(draft.team.people):
        if there.week_under_way[i] > there.week[i] + 1e-9:
            data = {
                "name": person.name,
                "there_is": round(float(there.week[i]), 1),
                "under_way": round(float(there.week_under_way[i]), 1),
            }
            found.append(Text(words.OVERBOOKED, data))
    if draft.team.people and not there.week.any():
        found.append(Text(words.NO_HOURS))
    if draft.team.people and there.things <= 0:
        found.append(Text(words.NO_THINGS))
    for pool, left in zip(POOLS, there.money.tolist(), strict=True):
        if left < 0:
            found.append(Text(words.OVERSPENT, {"pool": pool, "over_money": round(-left, 2)}))
    if there.week.any() and there.things > 0:
        found += _rescues(draft)
    for floor in floors:
        if floor.name in draft.choice.given_up and there.week.any() and floor.name == SMALL:
            found.append(Text(words.SMALL_SHARE, {"hours": round(floor.least, 1)}))
    return found


def _rescues(draft: Draft) -> list[Text]:
    taken = draft.choice.taken
    names = [draft.worth.plays[j].name for j in draft.offered.play[taken].tolist()]
    planned = dict(zip(draft.offered.account[taken].tolist(), names, strict=True))
    missed = rescues.left_out(draft.worth, _open(draft), draft.team, planned)
    programme, n = draft.offered.programme, len(draft.team.people)
    left = (programme.there_is - programme.uses @ taken.astype(float))[:n]
    return rescues.told(draft.seen, draft.worth, draft.team, left, missed)


def _meta(draft: Draft, seed: str) -> dict[str, Any]:
    taken, offered = draft.choice.taken, draft.offered
    hours = draft.worth.hours[offered.play[taken]]
    small = (draft.seen.size == "small")[offered.account[taken]]
    money = np.maximum(draft.seen.baseline, 0)
    said: list[Text] = []
    if draft.worth.rates.margin_share < 1:
        said.append(Text(words.MARGIN_TAKEN, {"margin_share": draft.worth.rates.margin_share}))
    if draft.seen.incentives.unrated:
        unrated = ", ".join(draft.seen.incentives.unrated)
        said.append(Text(words.UNRATED, {"currencies": unrated}))
    nobody = (draft.team.who["manager"] == NOBODY) & (draft.seen.state != "closed")
    if nobody.any():
        said.append(Text(words.UNASSIGNED, {"n": int(nobody.sum())}))
    return {
        "seed": seed,
        "value": float(draft.choice.value),
        "bound": float(draft.choice.bound),
        "gap": float(draft.choice.gap),
        "planned": int(taken.sum()),
        "options": offered.programme.n_options,
        "coins": int((draft.thrown.probability < 1).sum() + len(draft.thrown.nothing)),
        "small_share_of_hours": float(hours[small].sum() / max(hours.sum(), 1e-9)),
        "small_share_of_money": float(
            money[draft.seen.size == "small"].sum() / max(money.sum(), 1e-9)
        ),
        "contradictions": [text.to_json() for text in draft.contradictions],
        "said": [text.to_json() for text in said],
        "under_way": len(draft.seen.runs),
    }
